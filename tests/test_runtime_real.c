/* SPDX-License-Identifier: MIT */
/*
 * Real interpreters, dumped by gcore(1) and by the kernel, against what they
 * said of themselves just before.  Interpreters that are not installed, and
 * ways of dumping that do not work here, are named and passed over.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/image.h"
#include "layout/table.h"
#include "runtime/self.h"
#include "tests/unit.h"

/* Prints its own account, one line, and waits to be dumped. */
static const char program[] =
	"import gc, os, sys, threading, time, tempfile, re\n"
	"class A: pass\n"
	"keep = [A() for _ in range(20000)]\n"
	"for i, a in enumerate(keep): a.x = [i, str(i)]\n"
	"gc.set_threshold(70000, 11, 12)\n"
	"go = threading.Event()\n"
	"for _ in range(2):\n"
	"    threading.Thread(target=go.wait, daemon=True).start()\n"
	"time.sleep(0.2)\n"
	"with tempfile.TemporaryFile() as f:\n"
	"    saved = os.dup(2)\n"
	"    os.dup2(f.fileno(), 2)\n"
	"    sys._debugmallocstats()\n"
	"    os.dup2(saved, 2)\n"
	"    f.seek(0)\n"
	"    text = f.read().decode()\n"
	"arenas = re.search(r'arenas allocated current\\s*=\\s*([\\d,]+)', "
	"text)\n"
	"arenas = arenas.group(1).replace(',', '') if arenas else 0\n"
	"print(sys.hexversion, threading.active_count(), arenas, flush=True)\n"
	"time.sleep(60)\n";

/* What the process said. */
struct account {
	unsigned hexversion, threads, arenas;
};

static const struct interpreter {
	const char *name;
	const char *pattern;   /* "~" is the home directory */
	const char *allocator; /* PYTHONMALLOC, or NULL */
	bool hooks;
	enum coil_allocator is;
} interpreters[] = {
	{"Debian 3.11", "/usr/bin/python3.11", NULL, false,
	 COIL_ALLOCATOR_PYMALLOC},
	{"Debian 3.11, debug hooks", "/usr/bin/python3.11", "debug", true,
	 COIL_ALLOCATOR_PYMALLOC},
	{"Debian 3.11, malloc", "/usr/bin/python3.11", "malloc", false,
	 COIL_ALLOCATOR_MALLOC},
	{"Debian 3.11, debug build", "/usr/bin/python3.11d", NULL, true,
	 COIL_ALLOCATOR_PYMALLOC},
	{"pyenv 3.11", "~/.pyenv/versions/3.11.*/bin/python3.11", NULL, false,
	 COIL_ALLOCATOR_PYMALLOC},
	{"pyenv 3.12", "~/.pyenv/versions/3.12.*/bin/python3.12", NULL, false,
	 COIL_ALLOCATOR_PYMALLOC},
	{"Debian 3.13", "/usr/bin/python3.13", NULL, false,
	 COIL_ALLOCATOR_PYMALLOC},
	{"pyenv 3.13", "~/.pyenv/versions/3.13.*/bin/python3.13", NULL, false,
	 COIL_ALLOCATOR_PYMALLOC},
	{"pyenv 3.13, debug hooks", "~/.pyenv/versions/3.13.*/bin/python3.13",
	 "debug", true, COIL_ALLOCATOR_PYMALLOC},
};

struct process {
	pid_t pid;
	char directory[64]; /* its working directory */
	struct account account;
};

static void skip(const char *name, const char *why)
{
	printf("skip: %s: %s\n", name, why);
	fflush(stdout);
}

static bool find_interpreter(const char *pattern, char *path, size_t size)
{
	glob_t found;
	bool is_there;

	is_there = glob(pattern, GLOB_TILDE, NULL, &found) == 0 &&
		   access(found.gl_pathv[0], X_OK) == 0;
	if (is_there)
		snprintf(path, size, "%s", found.gl_pathv[0]);
	globfree(&found);
	return is_there;
}

/* In the child: the working directory, room for a core, the interpreter. */
static void run_interpreter(const char *path, const char *allocator,
			    const char *directory, int out)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	(void)!setrlimit(RLIMIT_CORE, &limit);
	if (chdir(directory) != 0 || dup2(out, 1) < 0)
		_exit(127);
	if (allocator)
		setenv("PYTHONMALLOC", allocator, 1);
	execl(path, path, "-c", program, (char *)NULL);
	_exit(127);
}

static void start(const char *path, const char *allocator,
		  struct process *process)
{
	char line[128] = "";
	int out[2];
	FILE *file;

	snprintf(process->directory, sizeof(process->directory),
		 "/tmp/coil-runtime-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(process->directory));
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	process->pid = fork();
	ck_assert_int_ge(process->pid, 0);
	if (process->pid == 0)
		run_interpreter(path, allocator, process->directory, out[1]);
	close(out[1]);
	file = fdopen(out[0], "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
	fclose(file);
	ck_assert_msg(sscanf(line, "%u %u %u", &process->account.hexversion,
			     &process->account.threads,
			     &process->account.arenas) == 3,
		      "%s", line);
}

static void finish(struct process *process)
{
	char command[128];

	kill(process->pid, SIGKILL);
	while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	snprintf(command, sizeof(command), "rm -rf %s", process->directory);
	(void)!system(command);
}

/* A core of the live process in @path; false: there is no gcore that can. */
static bool dump_gcore(struct process *process, char *path, size_t size)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "gcore -o %s/core %d >/dev/null 2>&1", process->directory,
		 (int)process->pid);
	snprintf(path, size, "%s/core.%d", process->directory,
		 (int)process->pid);
	return system(command) == 0 && access(path, R_OK) == 0;
}

/* The kernel's own, where core_pattern leaves it in the working directory. */
static bool dump_kernel(struct process *process, char *path, size_t size)
{
	int status;

	kill(process->pid, SIGABRT);
	if (waitpid(process->pid, &status, 0) != process->pid)
		return false;
	snprintf(path, size, "%s/core", process->directory);
	if (access(path, R_OK) != 0)
		snprintf(path, size, "%s/core.%d", process->directory,
			 (int)process->pid);
	return access(path, R_OK) == 0;
}

static const struct dump {
	const char *name;
	bool (*make)(struct process *process, char *path, size_t size);
	bool with_files; /* the modules' files may be used */
} dumps[] = {
	{"gcore", dump_gcore, true},
	{"gcore, no module files", dump_gcore, false},
	{"kernel", dump_kernel, true},
	{"kernel, no module files", dump_kernel, false},
};

static void check_account(const struct coil_runtime *r,
			  const struct interpreter *interpreter,
			  const struct account *account,
			  const struct dump *dump)
{
	/* gcore's has the dynamic symbols, and so _PyRuntime. */
	bool has_table = account->hexversion >= 0x030d0000 &&
			 (dump->with_files || dump->make == dump_gcore);

	ck_assert_uint_eq(r->info.hexversion, account->hexversion);
	ck_assert_uint_eq(r->info.threads, account->threads);
	/* _debugmallocstats() itself is over: one more or less may be. */
	ck_assert_uint_le(r->info.arenas, account->arenas + 1);
	ck_assert_uint_ge(r->info.arenas + 1, account->arenas);
	ck_assert_uint_eq(r->info.interpreters, 1);
	ck_assert_int_eq(r->info.gc_threshold[0], 70000);
	ck_assert_int_eq(r->info.gc_threshold[1], 11);
	ck_assert_int_eq(r->info.gc_threshold[2], 12);
	ck_assert(r->info.gc_enabled);
	ck_assert_int_eq(r->info.allocator, interpreter->is);
	ck_assert(r->info.debug_hooks == interpreter->hooks);
	ck_assert_int_eq(r->info.version_source,
			 has_table	    ? COIL_VERSION_COOKIE
			 : dump->with_files ? COIL_VERSION_SYMBOL
					    : COIL_VERSION_STRUCTURE);
}

/* Every pool that was carved and is in use adds up. */
static void check_pools(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	const struct coil_arena_table *table = &r->obmalloc.tables[0];
	unsigned pools = 0, wrong = 0;
	uint32_t used;

	ck_assert_uint_eq(r->obmalloc.table_count, 1);
	for (uint32_t i = 0; i < table->count; i++) {
		uint64_t slot =
			table->address + (uint64_t)i * l->arena_object.size;
		uint64_t end = coil_field(r->image, slot,
					  l->arena_object.pool_address);
		uint64_t pool;

		if (!coil_arena_valid(&r->obmalloc, table->address, i) ||
		    coil_field(r->image, slot, l->arena_object.freepools))
			continue;
		pool = coil_arena_first_pool(
			l, coil_field(r->image, slot, l->arena_object.address));
		for (; pool < end; pool += l->constant.pool_size) {
			pools++;
			wrong += !coil_pool_count(r->image, l, pool, &used);
		}
	}
	ck_assert_uint_gt(pools, 100);
	ck_assert_uint_eq(wrong, 0);
}

/* What the process tells against @layout; how many numbers were compared. */
static uint32_t compare(const struct coil_runtime *r,
			const struct coil_layout *layout,
			struct coil_self *told)
{
	struct coil_runtime by = *r;

	by.layout = layout;
	*told = (struct coil_self){0};
	coil_self_offsets(&by, told);
	coil_self_types(&by, told);
	return told->sizes + told->offsets + told->wrong;
}

/* Whether a row of the table of types is about the number at @at. */
static bool is_of_types(size_t at)
{
	for (size_t i = 0; i < coil_self_row_count; i++) {
		if (coil_self_rows[i].at == at || coil_self_rows[i].more == at)
			return true;
	}
	return false;
}

/* Whether the process has an entry of debug offsets for it. */
static bool is_of_entries(const struct coil_layout *layout, size_t at)
{
	for (size_t i = 0; i < coil_self_entry_count; i++) {
		const struct coil_self_entry *e = &coil_self_entries[i];

		if (e->at == at &&
		    coil_layout_number(layout, e->said_at) != COIL_NO_FIELD)
			return true;
	}
	return false;
}

/* Each number that the process tells, if a layout had it wrong by a word, is
 * seen: those of types are told without which fewer are compared. */
static void check_told(const struct coil_runtime *r)
{
	struct coil_layout *wrong = malloc(sizeof(*wrong));
	struct coil_self told;
	uint32_t all = compare(r, r->layout, &told), tried = 0;

	ck_assert_ptr_nonnull(wrong);
	ck_assert_msg(told.wrong == 0, "%s", told.text);
	ck_assert_uint_eq(told.sizes, r->info.sizes_agree);
	ck_assert_uint_eq(told.offsets, r->info.offsets_agree);
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		uint32_t absent = row->field ? COIL_NO_FIELD : 0;
		uint32_t number = coil_layout_number(r->layout, row->at);

		if (number == absent)
			continue;
		*wrong = *r->layout;
		coil_layout_set(wrong, row->at, absent);
		if (!is_of_entries(r->layout, row->at) &&
		    (!is_of_types(row->at) || compare(r, wrong, &told) == all))
			continue;
		coil_layout_set(wrong, row->at, number + 8);
		(void)compare(r, wrong, &told);
		ck_assert_msg(told.wrong != 0, "%s: %s.%s is not seen",
			      r->info.version, row->owner,
			      row->field ? row->field : "size");
		tried++;
	}
	free(wrong);
	printf("%s: %u numbers of %u told\n", r->info.version, tried, all);
	fflush(stdout);
	ck_assert_uint_gt(tried, 180);
}

/* What no type and, before 3.13, nothing else tells: a word further on, it is
 * no object, dict, list, set, thread or frame. */
static const struct {
	const char *name;
	size_t at;
	uint32_t since, before; /* hexversion */
} elsewhere[] = {
#define ROW(s, f, since, before) \
	{ \
#s "." #f, offsetof(struct coil_layout, s.f), since, before \
	}
	ROW(PyDictObject, ma_keys, 0, UINT32_MAX),
	ROW(PyDictUnicodeEntry, size, 0x030b0000, UINT32_MAX),
	ROW(PyASCIIObject, length, 0, UINT32_MAX),
	ROW(PyASCIIObject, size, 0, UINT32_MAX),
	ROW(PyTypeObject, tp_name, 0, UINT32_MAX),
	ROW(PyTupleObject, ob_item, 0, UINT32_MAX),
	ROW(PyListObject, ob_item, 0, UINT32_MAX),
	ROW(PySetObject, used, 0x030a0000, UINT32_MAX),
	ROW(PySetObject, mask, 0x030a0000, UINT32_MAX),
	ROW(PySetObject, table, 0x030a0000, UINT32_MAX),
	ROW(PyInterpreterState, sysdict, 0, UINT32_MAX),
	ROW(PyInterpreterState, builtins, 0, UINT32_MAX),
	ROW(PyInterpreterState, threads_head, 0, 0x030d0000),
	ROW(PyThreadState, thread_id, 0, UINT32_MAX),
	ROW(PyThreadState, datastack_chunk, 0x030b0000, UINT32_MAX),
	/* The last, for it takes PyCode_Type of a file. */
	ROW(_PyInterpreterFrame, f_code, 0x030b0000, 0x030d0000),
#undef ROW
};

static void check_elsewhere(const struct coil_runtime *r, bool with_files)
{
	struct coil_layout *wrong = malloc(sizeof(*wrong));
	struct coil_runtime by = *r;
	struct coil_error err;

	ck_assert_ptr_nonnull(wrong);
	ck_assert_msg(coil_runtime_check_objects(r, &err) == COIL_OK, "%s",
		      err.text);
	by.layout = wrong;
	for (size_t i = 0; i < countof(elsewhere) - !with_files; i++) {
		if (r->info.hexversion < elsewhere[i].since ||
		    r->info.hexversion >= elsewhere[i].before)
			continue;
		*wrong = *r->layout;
		coil_layout_set(wrong, elsewhere[i].at,
				coil_layout_number(wrong, elsewhere[i].at) + 8);
		ck_assert_msg(coil_runtime_check_objects(&by, NULL) ==
				      COIL_E_UNSUPPORTED,
			      "%s: %s is not seen", r->info.version,
			      elsewhere[i].name);
	}
	free(wrong);
}

START_TEST(real)
{
	const struct interpreter *interpreter =
		&interpreters[(size_t)_i / countof(dumps)];
	const struct dump *dump = &dumps[(size_t)_i % countof(dumps)];
	struct coil_image_options options = {0};
	struct coil_image *image = NULL;
	struct coil_runtime *r = NULL;
	struct process process;
	struct coil_error err;
	char path[4096];

	if (!find_interpreter(interpreter->pattern, path, sizeof(path))) {
		skip(interpreter->name, "not installed");
		return;
	}
	start(path, interpreter->allocator, &process);
	if (!dump->make(&process, path, sizeof(path))) {
		skip(dump->name, "makes no core here");
		finish(&process);
		return;
	}
	if (!dump->with_files)
		options.sysroot = "/nonexistent";
	ck_assert_msg(coil_image_open(path, &options, &image, &err) == COIL_OK,
		      "%s, %s: %s", interpreter->name, dump->name, err.text);
	finish(&process);
	ck_assert_msg(coil_runtime_open(image, NULL, &r, &err) == COIL_OK,
		      "%s, %s: %s", interpreter->name, dump->name, err.text);
	check_account(r, interpreter, &process.account, dump);
	if (interpreter->is == COIL_ALLOCATOR_PYMALLOC)
		check_pools(r);
	if (dump->with_files)
		check_told(r);
	check_elsewhere(r, dump->with_files);
	coil_runtime_close(r);
	coil_image_close(image);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, real, 0,
			    countof(interpreters) * countof(dumps));
}
