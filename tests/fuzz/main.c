/* SPDX-License-Identifier: MIT */
/*
 * Drives a fuzz target without libFuzzer:
 *	run_TARGET FILE...      each file once: a corpus, a crash
 *	run_TARGET -n COUNT     COUNT seeds with changes, the same every time
 *	run_TARGET -s FOLDER    write the seeds there, for libFuzzer
 *	run_TARGET -x FILE FOLDER  write the inputs of FILE there, which has one
 *	                        a line, in hexadecimal
 *	run_TARGET -l           print fuzz_longest
 * Without arguments, for "make check": corpus/TARGET.hex beside the sources,
 * then as with -n fuzz_runs.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static uint32_t random_number(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Values at which checks go wrong. */
static const uint64_t edges[] = {
	0,	    1,		7,	    0xff,
	0x1000,	    0x7fffffff, 0xffffffff, 0x7fffffffff,
	1ull << 63, UINT64_MAX,
};

/* Change a few places; the beginning, where the headers are, more often. */
static size_t change(uint8_t *bytes, size_t size, uint64_t *state)
{
	unsigned changes = 1 + random_number(state) % 6;

	while (changes--) {
		size_t most = random_number(state) % 4 ? 2048 : size;
		size_t at = random_number(state) % (most < size ? most : size);
		uint64_t value = edges[random_number(state) % 10];
		size_t width = (size_t)1 << random_number(state) % 4;

		switch (random_number(state) % 4) {
		case 0:
			bytes[at] ^= (uint8_t)(1u << random_number(state) % 8);
			break;
		case 1:
			value = random_number(state) % 65536;
			/* fall through */
		default:
			at -= at % width;
			if (size - at >= width)
				memcpy(bytes + at, &value, width);
		}
	}
	if (random_number(state) % 16)
		return size;
	return random_number(state) % size;
}

static int run_seeds(unsigned long count)
{
	uint64_t state = 1;
	bool again = false; /* every seed was run as it is */
	unsigned seed = 0;

	for (unsigned long i = 0; i < count; i++) {
		size_t size;
		uint8_t *bytes = fuzz_seed(seed, &size);

		if (!bytes) {
			seed = 0;
			bytes = fuzz_seed(seed, &size);
			again = true;
		}
		seed++;
		if (again)
			size = change(bytes, size, &state);
		LLVMFuzzerTestOneInput(bytes, size);
		free(bytes);
	}
	return 0;
}

static int write_file(const char *folder, const char *name, unsigned number,
		      const uint8_t *bytes, size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%u", folder, name, number);
	f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, size, f) != size || fclose(f)) {
		perror(path);
		return 2;
	}
	return 0;
}

static int write_seeds(const char *folder)
{
	uint8_t *bytes;
	size_t size;
	int status = 0;

	for (unsigned i = 0; (bytes = fuzz_seed(i, &size)); i++) {
		status |= write_file(folder, "seed", i, bytes, size);
		free(bytes);
	}
	return status;
}

/* Bytes from @line, which has two digits each, over it. */
static size_t unhex(char *line)
{
	size_t n = 0;
	unsigned byte;

	while (sscanf(line + 2 * n, "%2x", &byte) == 1)
		line[n++] = (char)byte;
	return n;
}

/* The inputs of @path, run or written to @folder; there may be none. */
static int run_lines(const char *path, const char *folder)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	unsigned number = 0;
	int status = 0;

	while (f && getline(&line, &room, f) > 0) {
		size_t size = unhex(line);
		uint8_t *copy = malloc(size + 1);

		if (!copy)
			abort();
		memcpy(copy, line, size);
		if (folder)
			status |= write_file(folder, "kept", number++, copy,
					     size);
		else
			LLVMFuzzerTestOneInput(copy, size);
		free(copy);
	}
	free(line);
	if (f)
		fclose(f);
	return status;
}

/* The corpus of the target whose driver is called @name. */
static int run_corpus(const char *name)
{
	const char *srcdir = getenv("srcdir"), *target = name, *at;
	char path[4096];

	for (at = name; (at = strstr(at, "run_")); at += 4)
		target = at + 4;
	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s.hex",
		 srcdir ? srcdir : ".", target);
	return run_lines(path, NULL);
}

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long size;

	if (f && !fseek(f, 0, SEEK_END) && (size = ftell(f)) >= 0 &&
	    !fseek(f, 0, SEEK_SET))
		bytes = malloc((size_t)size + 1);
	if (!bytes || fread(bytes, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		return 2;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, (size_t)size);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		return run_corpus(argv[0]) | run_seeds(fuzz_runs);
	if (argc == 2 && !strcmp(argv[1], "-l"))
		return printf("%lu\n", fuzz_longest) < 0;
	if (argc == 4 && !strcmp(argv[1], "-x"))
		return run_lines(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "-n"))
		return run_seeds(strtoul(argv[2], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "-s"))
		return write_seeds(argv[2]);
	for (int i = 1; i < argc; i++)
		status |= run_file(argv[i]);
	return status;
}
