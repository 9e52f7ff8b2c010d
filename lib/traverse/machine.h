/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_MACHINE_H
#define COIL_TRAVERSE_MACHINE_H

#include "traverse/insn.h"
#include "traverse/traverse.h"

/*
 * The machine inside: registers, flags, a stack, the window of a made-up
 * object, what a run wrote elsewhere, and beside every word where it came from.
 */

/* User space ends here: above it nothing of the image is ever read, so the
 * machine's own places are there. */
#define COIL_USER_END 0x0000800000000000ull

#define COIL_STACK_BASE 0x7ffe000000000000ull
#define COIL_STACK_SIZE 0x10000u
#define COIL_VISIT	0x7ffd0000c0de0010ull /* the function visit */
#define COIL_RETURN	0x7ffd0000c0de0020ull /* where the run returns to */
#define COIL_ARGUMENT	0x7ffc000000000000ull /* visit's arg: not mapped */

/* The made-up object of an inference: its words [0, COIL_WINDOW_WORDS). */
#define COIL_WINDOW_BASE  0x7ffb000000000000ull
#define COIL_WINDOW_WORDS 1024u

/* Where a word came from: the address that it was loaded from, 8 bytes at
 * once; or one of these.  0: computed, or not known. */
#define COIL_FROM_SELF	1u /* while inferring: the object's address, moved */
#define COIL_FROM_BYTE	2u /* ... a slot's word but for its low byte */
#define COIL_FROM_SHORT 3u /* ... but for its low two bytes */

#define COIL_DEPTH 128u /* calls inside calls */

#define COIL_NEAR 16u /* a power of two */

/* Words that one run may write outside of its stack: a lock, a count. */
#define COIL_OVERLAY_WORDS 512u
#define COIL_OVERLAY_SLOTS (COIL_OVERLAY_WORDS * 2)

/* What a run wrote to memory of the image, gone when the run is over. */
struct coil_overlay {
	uint32_t count;
	struct coil_written {
		uint64_t address; /* a multiple of 8 */
		uint64_t value, from;
	} words[COIL_OVERLAY_WORDS];
	uint16_t slots[COIL_OVERLAY_SLOTS]; /* one more than an index; 0 */
};

/* A register of 16 bytes, and where its halves came from. */
struct coil_vector {
	uint64_t word[2], from[2];
};

struct coil_code;

struct coil_machine {
	uint64_t reg[COIL_REGISTERS];
	uint64_t from[COIL_REGISTERS];
	bool cf, zf, sf, of;
	uint8_t low; /* of the last result: for the parity flag */

	/* The flags, where they were not asked for yet: those of a - b, or
	 * of a + b, both sign-extended from width bytes. */
	struct coil_pending {
		enum { COIL_SETTLED, COIL_COMPARED, COIL_ADDED } of;
		unsigned width;
		uint64_t a, b;
	} pending;
	uint64_t word, word_from; /* what quick.c loaded last */
	struct coil_insn *last;	  /* the run's, when it is over */

	struct coil_vector vector[16];
	bool vectors; /* a run has used them */

	bool infer; /* the window is there, and words of it are followed */
	bool plain; /* no instruction is done by quick.c: for tests */
	enum coil_fault fault;

	/* The segment of the last read; and those of reads by quick.c, by
	 * the granule of the address: [start, start + last + 8). */
	const struct coil_segment *segment;
	struct coil_near {
		uint64_t start, last;
		const uint8_t *bytes;
	} near[COIL_NEAR];
	const struct coil_image *image;
	struct coil_code *code;
	bool libc;	  /* its functions were looked for */
	uint64_t fs_base; /* of some thread; 0: not known */

	struct {
		uint64_t to;
		struct coil_insn *from; /* the call */
	} calls[COIL_DEPTH];
	unsigned depth;

	struct coil_visit *visits;
	size_t visit_count, visit_room;
	size_t most_visits; /* of this run */
	uint64_t steps_left, steps_given;

	struct coil_overlay overlay;

	/* The window: words of the made-up object and its type's word. */
	uint32_t window_words, window_type; /* index of the type's word */
	uint64_t window_self; /* the object's address in the window */
	uint64_t window[COIL_WINDOW_WORDS];
	uint8_t window_read[COIL_WINDOW_WORDS];

	uint32_t stack_low; /* nothing below it was written in this run */
	uint64_t stack_from[COIL_STACK_SIZE / 8];
	uint8_t stack[COIL_STACK_SIZE];
};

/* Ends the run. */
static inline bool coil_machine_fault(struct coil_machine *m,
				      enum coil_fault fault)
{
	m->fault = fault;
	return false;
}

/* While inferring: is the word @from one of the object's? */
static inline bool coil_is_slot(const struct coil_machine *m, uint64_t from)
{
	return from - COIL_WINDOW_BASE < (uint64_t)m->window_words * 8;
}

static inline bool coil_is_tainted(const struct coil_machine *m, uint64_t from)
{
	return (from && from <= COIL_FROM_SHORT) || coil_is_slot(m, from);
}

/**
 * The @width bytes at @address; false, and a fault, where they are not there.
 * @from receives where the word came from.
 */
bool coil_machine_load(struct coil_machine *m, uint64_t address, unsigned width,
		       uint64_t *value, uint64_t *from);
bool coil_machine_store(struct coil_machine *m, uint64_t address,
			unsigned width, uint64_t value, uint64_t from);

/**
 * The same of memory of the image, which the target could write: what is
 * written stays until coil_overlay_clear().
 */
bool coil_overlay_load(struct coil_machine *m, uint64_t address, unsigned width,
		       uint64_t *value, uint64_t *from);
bool coil_overlay_store(struct coil_machine *m, uint64_t address,
			unsigned width, uint64_t value, uint64_t from);
void coil_overlay_clear(struct coil_overlay *overlay);

/** Whether a part of the @width bytes at @address was written. */
bool coil_overlay_has(const struct coil_overlay *overlay, uint64_t address,
		      unsigned width);

/**
 * The instruction at @address, decoded at the first call; NULL and a fault
 * where there is none.
 */
struct coil_insn *coil_machine_insn(struct coil_machine *m, uint64_t address);

/* What follows @insn. */
static inline struct coil_insn *coil_machine_next(struct coil_machine *m,
						  struct coil_insn *insn)
{
	if (!insn->next)
		insn->next = coil_machine_insn(m, insn->end);
	return insn->next;
}

/* What stands at COIL_VISIT and at COIL_RETURN. */
coil_step coil_step_visit, coil_step_return;

/**
 * Let @step stand for the function at @address; false: out of memory.
 */
bool coil_code_replace(struct coil_code *code, uint64_t address,
		       coil_step *step);

/**
 * Find libc's string functions, which are written in instructions that the
 * whitelist lacks, and do their work here.  Returns how many were found.
 */
size_t coil_machine_libc(struct coil_machine *m);

/** As coil_decode_name(). */
void coil_code_insn_name(const struct coil_code *code, const uint8_t *bytes,
			 size_t size, char *buf, size_t room);

struct coil_code *coil_code_new(void);
void coil_code_free(struct coil_code *code);

#endif
