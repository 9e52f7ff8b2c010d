/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a core: opened, then every segment, module and symbol asked.
 */
#include <stdlib.h>

#include "../elfmake.h"
#include "fuzz.h"
#include "image/image.h"

#define BASE 0x7f0000000000u

static const struct elfmake_symbol symbols[] = {
	{"_PyRuntime", 0x3100, 8},
	{"PyType_Type", 0x1000, 16},
};

/* A library of the given kind, complete or as the kernel leaves it. */
static uint8_t *seed(unsigned number, size_t *size)
{
	enum elfmake_hash hash = number % 2 ? ELFMAKE_SYSV : ELFMAKE_GNU;
	uint8_t *lib =
		elfmake_library(7, hash, symbols, countof(symbols), BASE);
	struct elfmake *m;
	uint8_t *bytes;

	if (number >= 6) {
		free(lib);
		return NULL;
	}
	m = elfmake_new();
	elfmake_process(m, 42, "python3 app.py");
	elfmake_thread(m, 42, 11, 0x1111, 0x2222, 0x3333);
	elfmake_auxv(m, AT_PHDR, BASE + 64);
	/* Without rows the modules are guessed. */
	if (number < 4) {
		elfmake_file(m, BASE, BASE + 0x2000, 0, "/bin/true");
		elfmake_file(m, BASE + ELFMAKE_DATA, BASE + ELFMAKE_BSS, 0x2000,
			     "/bin/true");
	}
	elfmake_memory(m, BASE, PF_R | PF_X, lib, number < 2 ? 0x1000 : 0x2000);
	if (number < 2)
		elfmake_absent(m, BASE + 0x1000, PF_R, 0x1000);
	elfmake_memory(m, BASE + ELFMAKE_DATA, PF_R | PF_W, lib + 0x2000,
		       0x200);
	elfmake_memory(m, BASE + ELFMAKE_BSS, PF_R | PF_W, NULL, 0x100);
	bytes = elfmake_core(m, size);
	elfmake_free(m);
	free(lib);
	return bytes;
}

/* Each segment's ends, and a little beyond them. */
static void ask_segments(const struct coil_image *image)
{
	uint8_t buf[64];

	for (size_t i = 0; i < image->segment_count; i++) {
		const struct coil_segment *s = &image->segments[i];
		uint64_t word;

		if (coil_image_read(image, s->start, buf, 1) ||
		    coil_image_read(image, s->end - 1, buf, 1) ||
		    (i && s->start < s[-1].end))
			abort();
		(void)!coil_image_read(image, s->start, buf, sizeof(buf));
		(void)!coil_image_read(image, s->end - 5, buf, sizeof(buf));
		(void)coil_image_word(image, s->end - 8, &word);
		(void)coil_image_string(image, s->start, SIZE_MAX);
		(void)coil_image_module_at(image, s->start);
		/* What a view gives must be readable to its end. */
		if (coil_image_view(image, s->start, s->end - s->start))
			buf[0] = s->bytes[s->end - s->start - 1];
	}
}

static void input(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"_PyRuntime",
		"PyType_Type",
		"",
		"no_such_symbol",
	};
	struct coil_coverage coverage;
	struct coil_image *image;
	struct coil_error err;

	if (elfmake_open(data, size, NULL, &image, &err)) {
		if (image || !err.text[0])
			abort();
		return;
	}
	ask_segments(image);
	for (size_t i = 0; i < countof(names); i++)
		(void)coil_image_symbol(image, names[i], NULL, NULL);
	for (size_t i = 0; i < coil_image_module_count(image); i++) {
		const struct coil_module *m = coil_image_module(image, i);

		(void)coil_image_module_at(image, m->start);
		(void)coil_image_module_at(image, m->end);
	}
	coil_image_coverage(image, &coverage);
	if (coverage.present > coverage.promised ||
	    (coverage.present > size && data[0] == 0x7f))
		abort();
	coil_image_close(image);
}

FUZZ_TARGET(.name = "elfcore", .input = input, .seed = seed, .runs = 3000,
	    .longest = 65536)
