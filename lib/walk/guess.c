/* SPDX-License-Identifier: MIT */
/*
 * What is not certain.  Words that may be no references (a scan's, a stale
 * stack's) lead to some objects that nothing else does; and in used blocks that
 * nothing claims stand objects that only C code holds.  Both are taken for
 * objects where they are that in all respects (plausible.c).
 *
 * This goes in rounds: all candidates are judged by what was found before the
 * round, then all that passed are found, with what they lead to.  So it does
 * not matter which comes first.
 */
#include <stdlib.h>

#include "walk/walker.h"

/* Another round finds something only where one found types that nothing but
 * guesses lead to. */
#define ROUNDS_MOST 16

/* Those of @from that are objects go to @to, the others stay. */
static void judge(struct coil_walker *w, struct coil_addresses *from,
		  struct coil_addresses *to)
{
	size_t left = 0;

	for (size_t i = 0; i < from->count && !w->nomem; i++) {
		uint64_t address = from->items[i];

		if (coil_addrset_has(&w->walk->nodes, address))
			continue;
		if (coil_walk_plausible(w, address))
			coil_walk_append(w, to, address);
		else
			from->items[left++] = address;
	}
	from->count = left;
}

static void find_all(struct coil_walker *w, const struct coil_addresses *found)
{
	for (size_t i = 0; i < found->count; i++)
		coil_walk_found(w, found->items[i], COIL_NODE_OBJECT);
	coil_walk_drain(w);
}

/* What doubtful references lead to, until that is no more. */
static void find_doubtful(struct coil_walker *w)
{
	struct coil_addresses found = {0};

	for (unsigned round = 0; round < ROUNDS_MOST && !w->nomem; round++) {
		found.count = 0;
		judge(w, &w->doubtful, &found);
		if (!found.count)
			break;
		find_all(w, &found);
	}
	free(found.items);
}

/* The object that the used block at @block looks like: the lowest of the three
 * places where one can begin. */
static uint64_t guess(struct coil_walker *w, uint64_t block)
{
	static const uint32_t places[] = {0, 16, 32};
	const struct coil_layout *l = w->reader->layout;
	const struct coil_pool *pool =
		coil_blocks_pool(w->reader->blocks, block);

	for (size_t i = 0; i < countof(places); i++)
		if (places[i] + l->PyObject.size <= pool->block &&
		    coil_walk_plausible(w, block + places[i]))
			return block + places[i];
	return 0;
}

struct claims {
	struct coil_buffers buffers; /* first */
	struct coil_addrset blocks;
	bool nomem;
};

static void claim(struct coil_buffers *buffers, uint64_t address,
		  uint64_t bytes)
{
	struct claims *c = (struct claims *)buffers;

	(void)bytes;
	if (address && !(address & 7) &&
	    coil_addrset_add(&c->blocks, address) == COIL_ADD_NOMEM)
		c->nomem = true;
}

/* Of the guesses, what stands in a buffer of another is none. */
static void drop_buffers(struct coil_walker *w, struct coil_addresses *guesses)
{
	struct claims claims = {.buffers.take = claim};
	struct coil_object object;
	size_t left = 0;

	if (!coil_addrset_init(&claims.blocks)) {
		w->nomem = true;
		return;
	}
	for (size_t i = 0; i < guesses->count; i++)
		if (coil_reader_object(w->reader, guesses->items[i], &object))
			coil_reader_buffers(w->reader, &object,
					    &claims.buffers);
	for (size_t i = 0; i < guesses->count; i++)
		if (coil_reader_object(w->reader, guesses->items[i], &object) &&
		    !coil_addrset_has(&claims.blocks,
				      object.address - object.type->prefix))
			guesses->items[left++] = guesses->items[i];
	guesses->count = left;
	w->nomem |= claims.nomem;
	coil_addrset_free(&claims.blocks);
}

/* Guesses among the used blocks. */
static void find_guesses(struct coil_walker *w)
{
	struct coil_addresses guesses = {0};
	struct coil_addrset_walk at = {0};
	uint64_t block;

	while (!w->nomem &&
	       coil_addrset_next(&w->reader->blocks->used, &at, &block)) {
		uint64_t object = coil_walk_is_unexplained(w, block)
					  ? guess(w, block)
					  : 0;

		if (object)
			coil_walk_append(w, &guesses, object);
	}
	drop_buffers(w, &guesses);
	find_all(w, &guesses);
	find_doubtful(w);
	free(guesses.items);
}

void coil_walk_guess(struct coil_walker *w)
{
	if (!coil_addrset_seal(&w->reader->blocks->used)) {
		w->nomem = true;
		return;
	}
	find_doubtful(w);
	w->uncertain = true;
	w->new_types = true;
	for (unsigned round = 0;
	     round < ROUNDS_MOST && w->new_types && !w->nomem; round++) {
		w->new_types = false;
		find_guesses(w);
	}
}
