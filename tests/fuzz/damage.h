/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_FUZZ_DAMAGE_H
#define COIL_TESTS_FUZZ_DAMAGE_H

#include "heapimage.h"

/*
 * Damage to a made interpreter, as bytes that a fuzzer changes: what is hit is
 * named by its number and not by its address, so that a change of a byte hits
 * the next object, and one more byte hits once more.
 */

#define DAMAGE_SIZE 6u /* bytes of one hit */
#define DAMAGE_HITS 64u

struct damage {
	struct {
		uint64_t address, old;
	} hits[DAMAGE_HITS];
	size_t count;
};

/**
 * One hit: a word of @h at @address becomes what @how and @value say.  Nothing
 * is hit where there is no memory, or no room in @damage.
 */
void damage_word(struct heapimage *h, struct damage *damage, uint64_t address,
		 unsigned how, uint16_t value);

/** All the hits that @data describes, DAMAGE_HITS at most. */
void damage_apply(struct heapimage *h, struct damage *damage,
		  const uint8_t *data, size_t size);

/** As it was before. */
void damage_undo(struct heapimage *h, struct damage *damage);

#endif
