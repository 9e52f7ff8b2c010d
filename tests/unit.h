/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_UNIT_H
#define COIL_TESTS_UNIT_H

#include <check.h>

/**
 * A unit test is a file tests/test_NAME.c and its line in tests/Makefile.inc.
 * The file has this function, which adds the tests to @tc and sets its time
 * limit; main() is in tests/main.c.  Run by itself it obeys Check's variables
 * (CK_FORK=no for a debugger, CK_VERBOSITY=verbose to see each test).
 */
void unit_tests(TCase *tc);

/** From unit_tests(): what is tested can't be had here.  Does not return. */
_Noreturn void unit_skip(const char *why);

#endif
