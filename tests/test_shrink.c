/* SPDX-License-Identifier: MIT */
/* tools/common/shrink.c: a file that becomes shorter ends a tool cleanly. */
#include "config.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/common/tool.h"
#include "tests/unit.h"

static const struct tool_program program = {.name = "coil-test"};

/* Map four pages, let the file become @pages long, read the last one. */
static void read_shrunk(unsigned pages)
{
	struct tool tool = {.program = &program};
	int fd = memfd_create("shrink", MFD_CLOEXEC);
	const volatile char *p;
	int sum = 0;

	if (fd < 0 || ftruncate(fd, 4 * 4096))
		_exit(99);
	p = mmap(NULL, 4 * 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		_exit(98);
	tool_watch_shrink(&tool);
	if (ftruncate(fd, 4096 * (off_t)pages))
		_exit(97);
	for (int i = 0; i < 4; i++)
		sum += p[4096 * i];
	_exit(sum);
}

static void send_bus(unsigned unused)
{
	struct tool tool = {.program = &program};

	(void)unused;
	tool_watch_shrink(&tool);
	kill(getpid(), SIGBUS);
	_exit(96);
}

static const struct {
	const char *name;
	void (*run)(unsigned pages);
	unsigned pages;
	int status, signal; /* how it ends */
	bool says;	    /* a line on standard error */
} cases[] = {
	{"as long as before", read_shrunk, 4, 0, 0, false},
	{"last page gone", read_shrunk, 3, 2, 0, true},
	{"all gone", read_shrunk, 0, 2, 0, true},
	{"sent by someone", send_bus, 0, 0, SIGBUS, false},
};

START_TEST(shrink)
{
	char text[500] = "";
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		cases[_i].run(cases[_i].pages);
	}
	close(ends[1]);
	/* Until its end: the line comes in parts. */
	for (size_t at = 0;
	     (n = read(ends[0], text + at, sizeof(text) - 1 - at)) > 0;) {
		at += (size_t)n;
		text[at] = '\0';
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (cases[_i].signal) {
		ck_assert(WIFSIGNALED(status));
		ck_assert_int_eq(WTERMSIG(status), cases[_i].signal);
	} else {
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), cases[_i].status);
	}
	ck_assert_msg((strncmp(text, "coil-test: a file", 17) == 0) ==
			      cases[_i].says,
		      "%s: %s", cases[_i].name, text);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, shrink, 0, countof(cases));
}
