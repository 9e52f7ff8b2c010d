/* SPDX-License-Identifier: MIT */
/*
 * The target that COIL_FUZZ names, driven by libFuzzer.
 *
 *	./configure CC=clang CFLAGS='-g -O1 -fsanitize=fuzzer-no-link' \
 *		--enable-sanitizers --disable-shared --enable-static
 *	make tests/fuzz/run tests/fuzz/fuzzer
 *	mkdir seeds && tests/fuzz/run -s elfcore seeds
 *	COIL_FUZZ=elfcore tests/fuzz/fuzzer seeds
 *
 * Source: LLVM, "libFuzzer - a library for coverage-guided fuzz testing".
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("COIL_FUZZ");

	(void)argc;
	target = name ? fuzz_target_find(name) : NULL;
	if (!target) {
		fprintf(stderr, "%s: COIL_FUZZ names no target\n", (*argv)[0]);
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target->input(data, size);
	return 0;
}
