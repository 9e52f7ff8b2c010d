/* SPDX-License-Identifier: MIT */
/*
 * Cores of a real interpreter, written by gcore and by the kernel: what a
 * core lacks is read through the files, and only through the right ones.
 *
 * COIL_TEST_PYTHON names the interpreter (/usr/bin/python3.11).  Skipped
 * where it, gcore or the permission to write a core is missing.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/image.h"
#include "tests/unit.h"

static const char *python(void)
{
	const char *given = getenv("COIL_TEST_PYTHON");

	return given ? given : "/usr/bin/python3.11";
}

/* Where one test keeps its cores. */
static char folder[] = "/tmp/coil-test-XXXXXX";
static char core[300];

static void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(core, sizeof(core), "%s/core", folder);
}

static void run(const char *format, ...) COIL_PRINTF(1, 2);
static void run(const char *format, ...)
{
	char command[1000];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	ck_assert_msg(!system(command), "%s", command);
}

static void tear_down(void)
{
	run("rm -rf '%s'", folder);
}

/* Start an interpreter that waits; returns when it does. */
static pid_t start(void)
{
	static const char program[] = "import os, time\n"
				      "os.write(1, b'.')\n"
				      "time.sleep(600)\n";
	struct rlimit limit;
	int ends[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		getrlimit(RLIMIT_CORE, &limit);
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_CORE, &limit);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		if (chdir(folder))
			_exit(126);
		execl(python(), python(), "-c", program, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &c, 1), 1);
	close(ends[0]);
	return pid;
}

static bool write_gcore(void)
{
	pid_t pid = start();
	char command[1200];
	bool written;

	snprintf(command, sizeof(command),
		 "gcore -o '%s' %d >/dev/null 2>&1 && mv '%s.%d' '%s'", core,
		 (int)pid, core, (int)pid, core);
	written = system(command) == 0;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!written)
		printf("SKIP: gcore cannot write a core here\n");
	return written;
}

/* The kernel writes "core" into the folder only where it was told so. */
static bool write_kernel_core(void)
{
	char pattern[200] = "";
	FILE *f = fopen("/proc/sys/kernel/core_pattern", "r");
	char command[1200];
	bool plain;
	pid_t pid;

	plain = f && fgets(pattern, sizeof(pattern), f) &&
		!strncmp(pattern, "core", 4);
	if (f)
		fclose(f);
	if (!plain) {
		printf("SKIP: the kernel writes cores to %s", pattern);
		return false;
	}
	pid = start();
	kill(pid, SIGSEGV);
	waitpid(pid, NULL, 0);
	snprintf(command, sizeof(command),
		 "test -f '%s' || mv '%s'/core.* '%s' 2>/dev/null", core,
		 folder, core);
	if (system(command)) {
		printf("SKIP: the kernel wrote no core (limit?)\n");
		return false;
	}
	return true;
}

static struct coil_image *open_core(const struct coil_image_options *options)
{
	struct coil_image *image;
	struct coil_error err;

	ck_assert_msg(!coil_image_open(core, options, &image, &err), "%s",
		      err.text);
	return image;
}

static const struct coil_module *main_program(const struct coil_image *image)
{
	for (size_t i = 0; i < coil_image_module_count(image); i++) {
		if (coil_image_module(image, i)->executable)
			return coil_image_module(image, i);
	}
	return NULL;
}

/* tp_name, the first field behind the head of a type object; it is text of
 * .rodata. Source: CPython, "Type Object Structures". */
static const char *type_name(const struct coil_image *image, const char *symbol)
{
	uint64_t type = coil_image_symbol(image, symbol, NULL, NULL), name;

	ck_assert_msg(type != 0, "%s", symbol);
	ck_assert(coil_image_word(image, type + 24, &name));
	return coil_image_string(image, name, 100);
}

static void check_complete(void)
{
	struct coil_image *image = open_core(NULL);
	const struct coil_module *program = main_program(image), *module;
	const struct coil_process *process = coil_image_process(image);
	struct coil_coverage coverage;
	uint32_t version;
	uint64_t size;

	ck_assert_ptr_nonnull(program);
	ck_assert_int_eq(program->state, COIL_MODULE_USED);
	ck_assert_uint_eq(program->build_id_size, 20);
	ck_assert_uint_eq(process->threads, 1);
	/* gcore keeps the program's name alone. */
	ck_assert_ptr_eq(strstr(process->command, python()), process->command);
	ck_assert_int_gt(process->pid, 0);
	ck_assert_uint_ne(image->threads[0].sp, 0);
	ck_assert_uint_ne(image->threads[0].fs_base, 0);

	ck_assert_uint_ne(
		coil_image_symbol(image, "_PyRuntime", &size, &module), 0);
	ck_assert_uint_gt(size, 1000);
	ck_assert_ptr_nonnull(module);
	ck_assert_str_eq(type_name(image, "PyType_Type"), "type");
	ck_assert_str_eq(type_name(image, "PyFrozenSet_Type"), "frozenset");
	/* Since 3.11: PY_VERSION_HEX, a constant of .rodata. */
	ck_assert_int_eq(coil_image_read(image,
					 coil_image_symbol(image, "Py_Version",
							   NULL, NULL),
					 &version, sizeof(version)),
			 COIL_OK);
	ck_assert_uint_eq(version >> 24, 3);

	coil_image_coverage(image, &coverage);
	ck_assert_uint_eq(coverage.promised, coverage.present);
	ck_assert_uint_gt(coverage.from_modules, 1000000);
	coil_image_close(image);
}

/* Without any file: no .rodata, and the state says why. */
static void check_without_files(void)
{
	struct coil_image_options options = {.sysroot = folder};
	struct coil_image *image = open_core(&options);
	struct coil_coverage coverage;

	ck_assert_int_eq(main_program(image)->state, COIL_MODULE_NO_FILE);
	coil_image_coverage(image, &coverage);
	ck_assert_uint_eq(coverage.from_modules, 0);
	coil_image_close(image);
}

/* The executable of another build: one byte of its build-id is changed. */
static void check_other_build(void)
{
	struct coil_image_options options = {.sysroot = folder};
	struct coil_image *image = open_core(NULL);
	const struct coil_module *program = main_program(image);
	char copy[600];
	long at = -1;
	FILE *f;
	int c;

	snprintf(copy, sizeof(copy), "%s%s", folder, program->path);
	run("mkdir -p \"$(dirname '%s')\" && cp '%s' '%s'", copy, program->file,
	    copy);
	f = fopen(copy, "r+b");
	ck_assert_ptr_nonnull(f);
	/* The id stands in the first page, as the core captured it. */
	for (long i = 0; i < 4096 - 20 && at < 0; i++) {
		uint8_t id[20];

		ck_assert(!fseek(f, i, SEEK_SET));
		ck_assert_uint_eq(fread(id, 1, sizeof(id), f), sizeof(id));
		if (!memcmp(id, program->build_id, sizeof(id)))
			at = i;
	}
	ck_assert_int_ge(at, 0);
	coil_image_close(image);

	/* The unchanged copy serves; the changed one does not. */
	image = open_core(&options);
	ck_assert_int_eq(main_program(image)->state, COIL_MODULE_USED);
	ck_assert_str_eq(main_program(image)->file, copy);
	coil_image_close(image);

	ck_assert(!fseek(f, at, SEEK_SET));
	c = fgetc(f);
	ck_assert(!fseek(f, at, SEEK_SET));
	ck_assert_int_ge(fputc(c ^ 1, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	image = open_core(&options);
	ck_assert_int_eq(main_program(image)->state, COIL_MODULE_OTHER);
	ck_assert_str_eq(main_program(image)->file, copy);
	coil_image_close(image);
	run("rm '%s'", copy);
}

static const struct {
	const char *name;
	bool (*write)(void);
	int signal; /* -1: not checked */
} writers[] = {
	{"gcore", write_gcore, -1},
	{"kernel", write_kernel_core, SIGSEGV},
};

START_TEST(real_core)
{
	struct coil_image *image;

	if (!writers[_i].write())
		return;
	check_complete();
	check_without_files();
	check_other_build();
	if (writers[_i].signal >= 0) {
		image = open_core(NULL);
		ck_assert_int_eq(coil_image_process(image)->signal,
				 writers[_i].signal);
		coil_image_close(image);
	}
}
END_TEST

void unit_tests(TCase *tc)
{
	if (access(python(), X_OK))
		unit_skip("the interpreter is not there");
	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, real_core, 0, countof(writers));
}
