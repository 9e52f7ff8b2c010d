/* SPDX-License-Identifier: MIT */
/*
 * Whose malloc it is: see c_heap.h.  A library that is loaded before libc, by
 * LD_PRELOAD or because the program is linked with it, or the program itself,
 * may have taken its place; one that merely lies in the process, as packages
 * bring them for themselves, has not.
 *
 * Source: ld.so(8), LD_PRELOAD; the functions that each allocator documents.
 */
#include "allocator/c_heap.h"

/* Modules that others were given a malloc of. */
#define GIVERS 16

struct givers {
	const struct coil_image *image;
	const struct coil_module *module[GIVERS];
	uint64_t times[GIVERS];
	size_t count;
};

static void take(void *ctx, size_t name, uint64_t address)
{
	struct givers *g = ctx;
	const struct coil_module *m = coil_image_module_at(g->image, address);
	size_t i = 0;

	(void)name;
	/* A word that was not looked up yet leads into its own module. */
	if (!m || coil_module_symbol(g->image, m, "malloc", NULL) != address)
		return;
	while (i < g->count && g->module[i] != m)
		i++;
	if (i == GIVERS)
		return;
	g->count += i == g->count;
	g->module[i] = m;
	g->times[i]++;
}

/* Most modules' malloc, or NULL. */
static const struct coil_module *find_giver(const struct coil_image *image)
{
	static const char *const names[] = {"malloc"};
	struct givers g = {.image = image};
	size_t best = 0;

	coil_image_imports(image, names, countof(names), take, &g);
	for (size_t i = 1; i < g.count; i++)
		if (g.times[i] > g.times[best])
			best = i;
	return g.count ? g.module[best] : NULL;
}

static enum coil_c_heap by_symbols(const struct coil_image *image,
				   const struct coil_module *m)
{
	static const struct {
		const char *symbol;
		enum coil_c_heap heap;
	} rows[] = {
		{"gnu_get_libc_version", COIL_C_HEAP_GLIBC},
		{"mallctl", COIL_C_HEAP_JEMALLOC},
		{"tc_malloc", COIL_C_HEAP_TCMALLOC},
		{"mi_malloc", COIL_C_HEAP_MIMALLOC},
		{"__libc_malloc_impl", COIL_C_HEAP_MUSL},
		{"__libc_start_main", COIL_C_HEAP_MUSL},
	};

	for (size_t i = 0; i < countof(rows); i++)
		if (coil_module_symbol(image, m, rows[i].symbol, NULL))
			return rows[i].heap;
	return COIL_C_HEAP_OTHER;
}

/* By names of files: the first row that one of them has. */
static enum coil_c_heap by_names(const struct coil_image *image)
{
	static const struct {
		const char *part;
		enum coil_c_heap heap;
	} rows[] = {
		{"libjemalloc", COIL_C_HEAP_JEMALLOC},
		{"libtcmalloc", COIL_C_HEAP_TCMALLOC},
		{"libmimalloc", COIL_C_HEAP_MIMALLOC},
		{"ld-musl", COIL_C_HEAP_MUSL},
		{"libc.so.6", COIL_C_HEAP_GLIBC},
		{"libc-2.", COIL_C_HEAP_GLIBC},
	};

	for (size_t r = 0; r < countof(rows); r++) {
		for (size_t i = 0; i < coil_image_module_count(image); i++) {
			const char *path = coil_image_module(image, i)->path;
			const char *name = strrchr(path, '/');

			name = name ? name + 1 : path;
			if (!strncmp(name, rows[r].part, strlen(rows[r].part)))
				return rows[r].heap;
		}
	}
	return COIL_C_HEAP_UNKNOWN;
}

enum coil_c_heap coil_c_heap_find(const struct coil_image *image)
{
	const struct coil_module *giver = find_giver(image);

	return giver ? by_symbols(image, giver) : by_names(image);
}

const char *coil_c_heap_name(enum coil_c_heap heap)
{
	static const char *const names[] = {
		[COIL_C_HEAP_GLIBC] = "glibc",
		[COIL_C_HEAP_JEMALLOC] = "jemalloc",
		[COIL_C_HEAP_TCMALLOC] = "tcmalloc",
		[COIL_C_HEAP_MIMALLOC] = "mimalloc",
		[COIL_C_HEAP_MUSL] = "musl",
		[COIL_C_HEAP_OTHER] = "other",
		[COIL_C_HEAP_UNKNOWN] = "unknown",
	};

	return (size_t)heap < countof(names) ? names[heap] : "unknown";
}

bool coil_c_heap_tells(enum coil_c_heap heap)
{
	return heap <= COIL_C_HEAP_JEMALLOC;
}

uint64_t coil_jemalloc_bytes(uint64_t bytes)
{
	uint64_t step = 16;

	if (bytes <= 8)
		return 8;
	if (bytes >> 62)
		return bytes;
	/* The steps of (2^k, 2^(k+1)] are 2^(k-2). */
	while (step * 8 < bytes)
		step *= 2;
	return align_up(bytes, step);
}
