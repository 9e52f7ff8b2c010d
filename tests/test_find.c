/* SPDX-License-Identifier: MIT */
/* lib/image/find.c: hostile names, servers that never answer, files without a
 * build-id, files that cannot be read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "elfmake.h"
#include "image/image.h"
#include "tests/treemake.h"
#include "tests/unit.h"

#define BASE	 0x7f0000000000u
#define ID	 7
#define NOTE	 (ELFMAKE_BUILD_ID - 16) /* of the build-id */
#define THE_NAME "/opt/lib/libthing.so"

static char root[] = "/tmp/coil-find-XXXXXX";

static uint8_t *library(uint64_t raised, bool build_id)
{
	uint8_t *lib = elfmake_library(ID, ELFMAKE_GNU, NULL, 0, raised);

	if (!build_id)
		lib[NOTE + 8] = 99; /* a note of another type */
	return lib;
}

/* A core of a process that had the library mapped from @path; of its first
 * page and its data, and where @whole of all of it. */
static uint8_t *make_core(const char *path, bool build_id, bool whole,
			  size_t *size)
{
	uint8_t *lib = library(BASE, build_id), *bytes;
	struct elfmake *m = elfmake_new();

	elfmake_process(m, 42, "python3");
	elfmake_auxv(m, AT_PHDR, BASE + 64);
	elfmake_file(m, BASE, BASE + 0x2000, 0, path);
	elfmake_file(m, BASE + ELFMAKE_DATA, BASE + ELFMAKE_BSS, 0x2000, path);
	elfmake_memory(m, BASE, PF_R | PF_X, lib, whole ? 0x2000 : 0x1000);
	elfmake_memory(m, BASE + ELFMAKE_DATA, PF_R | PF_W, lib + 0x2000,
		       0x1000);
	bytes = elfmake_core(m, size);
	elfmake_free(m);
	free(lib);
	return bytes;
}

static void plant(void)
{
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void uproot(void)
{
	treemake_remove(root);
}

/* Open @bytes, which are freed; the one module is returned. */
static const struct coil_module *open_core(
	uint8_t *bytes, size_t size, const struct coil_image_options *options,
	struct coil_image **image)
{
	struct coil_error err;

	ck_assert_msg(!elfmake_open(bytes, size, options, image, &err), "%s",
		      err.text);
	free(bytes);
	ck_assert_uint_eq(coil_image_module_count(*image), 1);
	return coil_image_module(*image, 0);
}

static void expect(const struct coil_module *m, const char *name,
		   enum coil_module_state state, const char *reason)
{
	ck_assert_msg(m->state == state, "%s: state %d (%s)", name,
		      (int)m->state, m->reason ? m->reason : "");
	if (reason)
		ck_assert_msg(m->reason && strstr(m->reason, reason), "%s: %s",
			      name, m->reason ? m->reason : "");
	else
		ck_assert_msg(!m->reason, "%s: %s", name, m->reason);
}

/* Below the root stands the right file; so does one beside it. */
static const struct {
	const char *path; /* of NT_FILE */
	bool rooted;	  /* with --sysroot */
	enum coil_module_state state;
	const char *reason;
} names[] = {
	{"", true, COIL_MODULE_NO_FILE, NULL},
	{THE_NAME, true, COIL_MODULE_USED, NULL},
	{"/absolute", true, COIL_MODULE_USED, NULL},
	{"/../.." THE_NAME, true, COIL_MODULE_USED, NULL},
	{"/outside", true, COIL_MODULE_NO_FILE, NULL},
	{"/../outside.so", true, COIL_MODULE_NO_FILE, NULL},
	{"../outside.so", true, COIL_MODULE_NO_FILE, NULL},
	{"/opt/../../outside.so", true, COIL_MODULE_NO_FILE, NULL},
	{"/fifo", true, COIL_MODULE_FAILED, "not a regular file"},
	{"/opt", true, COIL_MODULE_FAILED, "not a regular file"},
	{"/loop", true, COIL_MODULE_FAILED, "symbolic links"},
	{"/proc/kmsg", false, COIL_MODULE_FAILED, "keeps files"},
	{"/proc/self/mem", false, COIL_MODULE_FAILED, NULL},
	{"/dev/zero", false, COIL_MODULE_FAILED, "not a regular file"},
	{"memfd:code", true, COIL_MODULE_NO_FILE, NULL},
};

START_TEST(hostile_name)
{
	uint8_t *lib = library(0, true), *bytes;
	struct coil_image_options options = {0};
	const struct coil_module *m;
	char below[64], path[128];
	struct coil_image *image;
	size_t size;

	snprintf(below, sizeof(below), "%s/below", root);
	options.sysroot = names[_i].rooted ? below : NULL;
	treemake_put(below, THE_NAME, lib, ELFMAKE_SIZE);
	treemake_put(root, "/outside.so", lib, ELFMAKE_SIZE);
	free(lib);
	ck_assert_int_eq(chdir(below), 0);
	if (!_i)
		ck_assert_int_eq(symlink(THE_NAME, "absolute") ||
					 symlink("../outside.so", "outside") ||
					 symlink("loop", "loop") ||
					 mkfifo("fifo", 0600),
				 0);
	snprintf(path, sizeof(path), "%s", names[_i].path);
	bytes = make_core(path, true, false, &size);
	m = open_core(bytes, size, &options, &image);
	if (!strcmp(path, "/proc/self/mem"))
		ck_assert_int_eq(m->state, COIL_MODULE_FAILED);
	else
		expect(m, path, names[_i].state, names[_i].reason);
	coil_image_close(image);
}
END_TEST

/* A file without a build-id, held against what the core has of it. */
static const struct {
	const char *name;
	const char *where;
	bool as_exe;
	bool whole;   /* the core has all that is read-only */
	size_t spoil; /* byte of the file made another; 0: none */
	enum coil_module_state state;
	const char *reason;
	uint64_t compared;
} bare[] = {
	{"no file", NULL, false, false, 0, COIL_MODULE_NO_BUILDID, NULL, 0},
	{"its file", THE_NAME, false, false, 0, COIL_MODULE_USED, NULL, 0x1000},
	{"all of it", THE_NAME, false, true, 0, COIL_MODULE_USED, NULL, 0x2000},
	{"given", "/elsewhere", true, false, 0, COIL_MODULE_USED, NULL, 0x1000},
	{"first page", THE_NAME, false, false, 0x800, COIL_MODULE_OTHER,
	 "other bytes at 0x7f0000000800", 0},
	{"given, first page", "/elsewhere", true, false, 0xfff,
	 COIL_MODULE_OTHER, "other bytes at 0x7f0000000fff", 0},
	{"text", THE_NAME, false, true, 0x1fff, COIL_MODULE_OTHER,
	 "other bytes at 0x7f0000001fff", 0},
	{"text that is not captured", THE_NAME, false, false, 0x1fff,
	 COIL_MODULE_USED, NULL, 0x1000},
	{"program header", THE_NAME, false, false, 64 + 32 + 1,
	 COIL_MODULE_OTHER, "other program headers", 0},
	{"dynamic section", THE_NAME, false, false, 0x2000 + 8,
	 COIL_MODULE_OTHER, "other bytes at 0x7f0000003000", 0},
	{"other data", THE_NAME, false, false, 0x2800, COIL_MODULE_USED, NULL,
	 0x1000},
	{"not ELF", THE_NAME, false, false, 1, COIL_MODULE_OTHER, "no build-id",
	 0},
};

START_TEST(without_build_id)
{
	uint8_t *lib = library(0, false), *bytes;
	struct coil_image_options options = {.sysroot = root};
	const struct coil_module *m;
	struct coil_image *image;
	char exe[128];
	size_t size;

	snprintf(exe, sizeof(exe), "%s/elsewhere", root);
	options.exe = bare[_i].as_exe ? exe : NULL;
	if (bare[_i].spoil)
		lib[bare[_i].spoil] ^= 0x10;
	snprintf(exe, sizeof(exe), "%s" THE_NAME, root);
	unlink(exe);
	snprintf(exe, sizeof(exe), "%s/elsewhere", root);
	if (bare[_i].where)
		treemake_put(root, bare[_i].where, lib, ELFMAKE_SIZE);
	free(lib);
	bytes = make_core(THE_NAME, false, bare[_i].whole, &size);
	m = open_core(bytes, size, &options, &image);
	expect(m, bare[_i].name, bare[_i].state, bare[_i].reason);
	ck_assert_uint_eq(m->compared, bare[_i].compared);
	ck_assert_int_eq(coil_image_string(image, BASE + ELFMAKE_RODATA, 99) !=
				 NULL,
			 bare[_i].whole || bare[_i].state == COIL_MODULE_USED);
	coil_image_close(image);
}
END_TEST

/* What stands where a file was deleted is another, unless it is given. */
START_TEST(deleted)
{
	uint8_t *lib = library(0, false);
	struct coil_image_options options = {0};
	const struct coil_module *m;
	struct coil_image *image;
	uint8_t *bytes;
	char path[128];
	size_t size;

	treemake_put(root, "/gone.so", lib, ELFMAKE_SIZE);
	free(lib);
	snprintf(path, sizeof(path), "%s/gone.so (deleted)", root);
	bytes = make_core(path, false, false, &size);
	m = open_core(bytes, size, &options, &image);
	expect(m, "deleted", COIL_MODULE_NO_BUILDID, "was deleted");
	coil_image_close(image);
	bytes = make_core(path, false, false, &size);
	*strchr(path, ' ') = '\0';
	options.exe = path;
	m = open_core(bytes, size, &options, &image);
	expect(m, "given", COIL_MODULE_USED, NULL);
	coil_image_close(image);
}
END_TEST

/* Without its first page nothing tells the file. */
START_TEST(too_little)
{
	uint8_t *lib = library(0, false), *bytes;
	struct coil_image_options options = {0};
	struct elfmake *m = elfmake_new();
	struct coil_image *image;
	char exe[128];
	size_t size;

	treemake_put(root, "/bare", lib, ELFMAKE_SIZE);
	snprintf(exe, sizeof(exe), "%s/bare", root);
	options.exe = exe;
	elfmake_auxv(m, AT_PHDR, BASE + 64);
	elfmake_file(m, BASE, BASE + 0x2000, 0, exe);
	elfmake_memory(m, BASE, PF_R | PF_X, lib, 0x800); /* half a page */
	bytes = elfmake_core(m, &size);
	expect(open_core(bytes, size, &options, &image), "half",
	       COIL_MODULE_NO_BUILDID, "not captured");
	coil_image_close(image);
	elfmake_free(m);
	free(lib);
}
END_TEST

#ifndef __SANITIZE_ADDRESS__ /* which has the address space to itself */
START_TEST(no_memory)
{
	struct rlimit limit = {1u << 28, 1u << 28};
	uint8_t *lib = library(0, true), *bytes;
	struct coil_image_options options = {.sysroot = root};
	struct coil_image *image;
	char path[128];
	size_t size;

	treemake_put(root, "/big.so", lib, ELFMAKE_SIZE);
	free(lib);
	snprintf(path, sizeof(path), "%s/big.so", root);
	ck_assert_int_eq(truncate(path, (off_t)1 << 30), 0);
	bytes = make_core("/big.so", true, false, &size);
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	expect(open_core(bytes, size, &options, &image), "big",
	       COIL_MODULE_FAILED, "cannot map it: Cannot allocate memory");
	coil_image_close(image);
}
END_TEST
#endif

/* What stands in for debuginfod-find(1): $$ goes into the file "pid". */
static const struct {
	const char *name, *script;
	enum coil_module_state state;
	const char *reason;
} servers[] = {
	{"answers", "echo $ROOT/found", COIL_MODULE_USED, NULL},
	{"sleeps", "exec sleep 1000", COIL_MODULE_NO_FILE, "too long"},
	{"answers and sleeps", "echo $ROOT/found; exec sleep 1000",
	 COIL_MODULE_NO_FILE, "too long"},
	{"closes and sleeps", "echo $ROOT/found; exec >&-; exec sleep 1000",
	 COIL_MODULE_NO_FILE, "too long"},
	{"will not be ended", "trap '' TERM INT HUP; exec sleep 1000",
	 COIL_MODULE_NO_FILE, "too long"},
	{"leaves a child", "sleep 1000 & echo $! >$ROOT/pid",
	 COIL_MODULE_NO_FILE, "too long"},
	{"talks for ever", "exec yes", COIL_MODULE_NO_FILE, "too long"},
	{"a pipe", "mkfifo $ROOT/pipe; echo $ROOT/pipe", COIL_MODULE_FAILED,
	 "not a regular file"},
	{"a device", "echo /dev/zero", COIL_MODULE_FAILED,
	 "not a regular file"},
	{"proc", "echo /proc/kmsg", COIL_MODULE_FAILED, "keeps files"},
};

/* Whether it runs: who adopted a child may leave it a zombie. */
static bool runs(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	ck_assert_int_eq(fscanf(f, "%*d (%*[^)]) %c", &state), 1);
	fclose(f);
	return state != 'Z';
}

START_TEST(debuginfod)
{
	uint8_t *lib = library(0, true), *bytes;
	struct coil_image_options options = {.sysroot = "/no/such/root"};
	time_t began = time(NULL);
	struct coil_image *image;
	char text[512];
	size_t size;
	FILE *pid;

	treemake_put(root, "/found", lib, ELFMAKE_SIZE);
	free(lib);
	snprintf(text, sizeof(text),
		 "#!/bin/sh\nROOT=%s\necho $$ >$ROOT/pid\n%s\n", root,
		 servers[_i].script);
	treemake_put(root, "/bin/debuginfod-find", text, strlen(text));
	snprintf(text, sizeof(text), "%s/bin/debuginfod-find", root);
	ck_assert_int_eq(chmod(text, 0700), 0);
	snprintf(text, sizeof(text), "%s/bin:/usr/bin:/bin", root);
	setenv("PATH", text, 1);
	setenv("DEBUGINFOD_URLS", "made:up", 1);
	setenv("DEBUGINFOD_MAXTIME", "1", 1);
	bytes = make_core(THE_NAME, true, false, &size);
	expect(open_core(bytes, size, &options, &image), servers[_i].name,
	       servers[_i].state, servers[_i].reason);
	coil_image_close(image);
	ck_assert_msg(time(NULL) - began < 10, "%s: %d s", servers[_i].name,
		      (int)(time(NULL) - began));
	snprintf(text, sizeof(text), "%s/pid", root);
	pid = fopen(text, "r");
	ck_assert_ptr_nonnull(pid);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), pid));
	fclose(pid);
	for (int i = 0; i < 50 && runs(atoi(text)); i++)
		usleep(20000);
	ck_assert_msg(!runs(atoi(text)), "%s: it lives", servers[_i].name);
}
END_TEST

void unit_tests(TCase *tc)
{
	unsetenv("DEBUGINFOD_URLS");
	tcase_add_unchecked_fixture(tc, plant, uproot);
	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, hostile_name, 0, countof(names));
	tcase_add_loop_test(tc, without_build_id, 0, countof(bare));
	tcase_add_test(tc, deleted);
	tcase_add_test(tc, too_little);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(tc, no_memory);
#endif
	tcase_add_loop_test(tc, debuginfod, 0, countof(servers));
}
