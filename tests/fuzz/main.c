/* SPDX-License-Identifier: MIT */
/*
 * Runs fuzz targets without libFuzzer:
 *	run fuzz_NAME.hex    for "make check": its inputs, as with -x, then
 *	                     changed seeds, as many as the target says
 *	run -t               list the targets: name, longest input
 *	run -f NAME FILE...  each file once: a corpus, a crash
 *	run -n NAME COUNT    COUNT seeds with changes, the same every time
 *	run -s NAME FOLDER   write the seeds there, for libFuzzer
 *	run -x FILE FOLDER   write the inputs of FILE there, which has one a
 *	                     line, in hexadecimal
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

static void run_seeds(const struct fuzz_target *target, unsigned long count)
{
	uint64_t state = 1;
	bool again = false; /* every seed was run as it is */
	unsigned seed = 0;

	for (unsigned long i = 0; i < count; i++) {
		size_t size;
		uint8_t *bytes = target->seed(seed, &size);

		if (!bytes) {
			seed = 0;
			bytes = target->seed(seed, &size);
			again = true;
		}
		seed++;
		if (again)
			size = change(bytes, size, &state);
		target->input(bytes, size);
		free(bytes);
	}
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

static int write_seeds(const struct fuzz_target *target, const char *folder)
{
	uint8_t *bytes;
	size_t size;
	int status = 0;

	for (unsigned i = 0; (bytes = target->seed(i, &size)); i++) {
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
static int run_lines(const struct fuzz_target *target, const char *path,
		     const char *folder)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	unsigned number = 0;
	int status = 0;

	if (!f) {
		perror(path);
		return 2;
	}
	while (getline(&line, &room, f) > 0) {
		size_t size = unhex(line);
		/* Of its own, so that reading past its end is seen. */
		uint8_t *copy = malloc(size ? size : 1);

		if (!copy)
			abort();
		memcpy(copy, line, size);
		if (folder)
			status |= write_file(folder, "kept", number++, copy,
					     size);
		else
			target->input(copy, size);
		free(copy);
	}
	free(line);
	fclose(f);
	return status;
}

static int run_file(const struct fuzz_target *target, const char *path)
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
	target->input(bytes, (size_t)size);
	free(bytes);
	return 0;
}

/* The target called @name; says so when there is none. */
static const struct fuzz_target *find(const char *name)
{
	const struct fuzz_target *target = fuzz_target_find(name);

	if (!target)
		fprintf(stderr, "%s: no such target\n", name);
	return target;
}

/* The target of .../fuzz_NAME.hex. */
static const struct fuzz_target *find_by_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *at = slash ? slash + 1 : path;
	char name[256];

	if (sscanf(at, "fuzz_%255[^.].hex", name) != 1)
		return find(path);
	return find(name);
}

static int list(void)
{
	for (const struct fuzz_target *t = fuzz_targets(); t; t = t->next)
		printf("%s %zu\n", t->name, t->longest);
	return 0;
}

static int check(const char *path)
{
	const struct fuzz_target *target = find_by_file(path);
	int status;

	if (!target)
		return 2;
	status = run_lines(target, path, NULL);
	run_seeds(target, target->runs);
	return status;
}

/* An option that takes NAME, or FILE where it is -x, and more. */
static int run_option(char option, char **words)
{
	const struct fuzz_target *target =
		option == 'x' ? find_by_file(words[0]) : find(words[0]);
	int status = 0;

	if (!target)
		return 2;
	switch (option) {
	case 'f':
		while (*++words)
			status |= run_file(target, *words);
		return status;
	case 'n':
		run_seeds(target, strtoul(words[1], NULL, 10));
		return 0;
	case 's':
		return write_seeds(target, words[1]);
	case 'x':
		return run_lines(target, words[0], words[1]);
	default:
		return 2;
	}
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return strcmp(argv[1], "-t") ? check(argv[1]) : list();
	if (argc < 4 || argv[1][0] != '-') {
		fprintf(stderr, "usage: see the first lines of main.c\n");
		return 2;
	}
	return run_option(argv[1][1], argv + 2);
}
