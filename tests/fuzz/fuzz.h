/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_FUZZ_H
#define COIL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/**
 * A fuzz target is one file that has all of these.  Linked with
 * -fsanitize=fuzzer it is driven by libFuzzer, else by tests/fuzz/main.c.
 */

/** Source: LLVM, "libFuzzer - a library for coverage-guided fuzz testing". */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** A good input to start from, to be freed; @number from 0, NULL: no more. */
uint8_t *fuzz_seed(unsigned number, size_t *size);

/** How many inputs "make check" tries without libFuzzer: seconds of them. */
extern const unsigned long fuzz_runs;

/** Bytes of the longest input: larger ones are slow and find no more. */
extern const unsigned long fuzz_longest;

#endif
