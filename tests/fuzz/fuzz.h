/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_FUZZ_H
#define COIL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/**
 * What is fuzzed: a file tests/fuzz/fuzz_NAME.c with one of these, given to
 * FUZZ_TARGET().  All targets are in both programs, run (main.c) and fuzzer
 * (libfuzzer.c), which ask for one by its name.
 */
struct fuzz_target {
	const char *name;
	/** Any bytes, borrowed.  Whatever they are, it returns. */
	void (*input)(const uint8_t *data, size_t size);
	/** A good one to start from, to be freed; @number from 0, NULL: no
	 * more. */
	uint8_t *(*seed)(unsigned number, size_t *size);
	/** How many inputs "make check" tries: seconds of them. */
	unsigned long runs;
	/** Bytes; larger inputs are slow and find no more. */
	size_t longest;
	struct fuzz_target *next; /* of targets.c */
};

/** Before main(); @target stays as it is until the end. */
void fuzz_target_add(struct fuzz_target *target);

/** NULL: none is called that. */
const struct fuzz_target *fuzz_target_find(const char *name);

/** All of them, by name: follow next. */
const struct fuzz_target *fuzz_targets(void);

#define FUZZ_TARGET(...) \
	static struct fuzz_target this_target = {__VA_ARGS__}; \
	__attribute__((constructor)) static void add_this_target(void) \
	{ \
		fuzz_target_add(&this_target); \
	}

#endif
