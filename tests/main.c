/* SPDX-License-Identifier: MIT */
/* The main() of all unit tests: unit.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

#define SKIPPED 77 /* automake, "Scripts-based Testsuites" */

_Noreturn void unit_skip(const char *why)
{
	printf("skip: %s\n", why);
	exit(SKIPPED);
}

/* NAME of .../test_NAME, which libtool may have called lt-test_NAME. */
static const char *test_name(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *prefix = strstr(slash ? slash : program, "test_");

	return prefix ? prefix + strlen("test_") : program;
}

int main(int argc, char **argv)
{
	/* Static: what unit_skip() leaves is not lost to LeakSanitizer. */
	static SRunner *runner;
	const char *name = test_name(argv[0]);
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	int failed;

	if (argc > 1) {
		fprintf(stderr, "usage: %s\n", argv[0]);
		return 2;
	}
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	unit_tests(tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
