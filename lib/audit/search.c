/* SPDX-License-Identifier: MIT */
/*
 * Searches writable memory for words that are addresses of objects.
 *
 * Source: System V ABI, AMD64: a stack grows down; what is below its pointer,
 * but for 128 bytes, is stale.  A thread's stack is a mapping of its own, so
 * it goes from the pointer to the end of the segment.
 */
#include "audit/search.h"

#define RED_ZONE   128u
#define DEAD_STACK (8u << 20) /* below the pointer: stale, not searched */

static void search_run(struct coil_search *s, uint64_t start, uint64_t end)
{
	const uint8_t *p;

	p = coil_image_view(s->snapshot->image, start, end - start);
	for (uint64_t i = 0; p && i < end - start; i += 8) {
		uint64_t word = load64(p + i);
		uint32_t index;

		if (word < s->low || word > s->high)
			continue;
		index = coil_addrset_rank(s->wanted, word);
		if (index != UINT32_MAX)
			s->found(s->ctx, index, s->kind, start + i);
	}
}

static void search_words(struct coil_search *s, uint64_t start, uint64_t end)
{
	uint64_t stop;

	start = align_up(start, 8);
	end &= ~(uint64_t)7;
	for (;
	     (stop = coil_image_data(s->snapshot->image, &start, end)) > start;
	     start = stop)
		search_run(s, start, stop);
}

static void visit(void *ctx, uint64_t start, uint64_t end)
{
	search_words(ctx, start, end);
}

/* The stack that [start, ...) of @segment begins below or within: its pointer,
 * or UINT64_MAX: there is none further up in the segment. */
static uint64_t next_stack(const struct coil_image *image, uint64_t start,
			   uint64_t end)
{
	uint64_t lowest = UINT64_MAX;

	for (size_t i = 0; i < image->thread_count; i++) {
		uint64_t sp = image->threads[i].sp;

		if (sp >= start && sp < end && sp < lowest)
			lowest = sp;
	}
	return lowest;
}

/* Memory without holes that is no stack: of a module, or not. */
static void search_pages(struct coil_search *s, uint64_t start, uint64_t end)
{
	const struct coil_image *image = s->snapshot->image;

	while (start < end) {
		const struct coil_module *m =
			coil_image_module_at(image, start);
		uint64_t stop = end;

		/* A module's memory goes on page by page. */
		if (m || end - start > 4096)
			stop = min64(end, (start & ~(uint64_t)4095) + 4096);
		while (!m && stop < end && !coil_image_module_at(image, stop))
			stop = min64(end, stop + 4096);
		s->kind = m ? COIL_HOLDER_STATIC : COIL_HOLDER_HEAP;
		coil_known_gaps(s->known, start, stop, visit, s);
		start = stop;
	}
}

static void search_plain(struct coil_search *s, uint64_t start, uint64_t end)
{
	uint64_t stop;

	for (;
	     (stop = coil_image_data(s->snapshot->image, &start, end)) > start;
	     start = stop)
		search_pages(s, start, stop);
}

static void search_segment(struct coil_search *s,
			   const struct coil_segment *segment)
{
	const struct coil_image *image = s->snapshot->image;
	uint64_t start = segment->start;
	uint64_t sp = next_stack(image, start, segment->end);

	if (sp == UINT64_MAX) {
		search_plain(s, start, segment->end);
		return;
	}
	if (sp - start > DEAD_STACK)
		search_plain(s, start, sp - DEAD_STACK);
	s->kind = COIL_HOLDER_STACK;
	coil_known_gaps(s->known, sp - min64(sp - start, RED_ZONE),
			segment->end, visit, s);
}

void coil_search(struct coil_search *s)
{
	const struct coil_image *image = s->snapshot->image;

	for (size_t i = 0; i < image->segment_count; i++)
		if (image->segments[i].writable)
			search_segment(s, &image->segments[i]);
	s->kind = COIL_HOLDER_HEAP;
	coil_known_blocks(s->known, visit, s);
}
