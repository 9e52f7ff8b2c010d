/* SPDX-License-Identifier: MIT */
/* Where a word is, in words: see coil/holders.h. */
#include <inttypes.h>
#include <stdio.h>

#include "audit/holders.h"

/* The thread in whose stack @address is, or NULL. */
static const struct coil_native_thread *thread_at(
	const struct coil_image *image, uint64_t address)
{
	const struct coil_segment *segment = coil_image_segment(image, address);
	const struct coil_native_thread *best = NULL;

	for (size_t i = 0; segment && i < image->thread_count; i++) {
		const struct coil_native_thread *t = &image->threads[i];

		if (t->sp >= segment->start && t->sp <= address + 128 &&
		    (!best || t->sp > best->sp))
			best = t;
	}
	return best;
}

static void module_words(const struct coil_image *image,
			 const struct coil_module *m, uint64_t address,
			 char *buf, size_t size)
{
	const char *slash = strrchr(m->path, '/');
	const char *file = slash ? slash + 1 : m->path;
	uint64_t offset = 0;
	const char *symbol = coil_module_symbol_at(image, m, address, &offset);

	if (symbol)
		snprintf(buf, size, offset ? "%s %s+0x%" PRIx64 : "%s %s", file,
			 symbol, offset);
	else
		snprintf(buf, size, "%s+0x%" PRIx64, file,
			 coil_module_offset(image, m, address));
}

void coil_holders_where(const struct coil_holders *holders, uint64_t address,
			char *buf, size_t size)
{
	struct coil_snapshot *s = holders->snapshot;
	const struct coil_module *m = coil_image_module_at(s->image, address);
	const struct coil_native_thread *t = thread_at(s->image, address);
	const struct coil_pool *pool = coil_reader_pool(&s->reader, address);
	coil_node node = coil_graph_find(s->graph, address);
	struct coil_node_info info;

	if (node != COIL_NO_NODE) {
		coil_graph_node(s->graph, node, &info);
		snprintf(buf, size, "%s at 0x%" PRIx64, info.type, address);
	} else if (pool) {
		snprintf(buf, size, "block of %" PRIu64 " bytes at 0x%" PRIx64,
			 pool->block, address);
	} else if (t) {
		snprintf(buf, size, "thread %" PRId64 " sp+0x%" PRIx64, t->tid,
			 address - t->sp);
	} else if (m) {
		module_words(s->image, m, address, buf, size);
	} else {
		snprintf(buf, size, "memory at 0x%" PRIx64, address);
	}
}
