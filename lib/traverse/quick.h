/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_QUICK_H
#define COIL_TRAVERSE_QUICK_H

#include "traverse/machine.h"

/*
 * The forms of instructions that functions are mostly made of, recognised when
 * they are decoded (forms.c) and carried out with little to decide while an
 * object is interpreted: words are not followed then but for where each was
 * loaded. All others, and all while a layout is inferred, are done by their
 * steps, and the two are the same: tests/test_traverse.c,
 * tests/fuzz/fuzz_traverse.c.
 *
 * Each goes on to the next by itself, as its last act: the processor learns
 * better what follows what than from one place for all.  That this takes no
 * stack is the compiler's to see; where it does not, a burst is short.
 */
#define COIL_BURST 64u

/* Any by its step, after what it may ask for is in place. */
coil_quick coil_quick_other;

/* Names: reg, from and value are those of struct coil_insn; place is its place
 * in memory.  Whole words are of 8 bytes, the others of its width. */
coil_quick coil_quick_nop;
coil_quick coil_quick_copy;	  /* reg = from, whole */
coil_quick coil_quick_copy_half;  /* reg = from, 4 bytes */
coil_quick coil_quick_number;	  /* reg = value */
coil_quick coil_quick_load;	  /* reg = [place], whole */
coil_quick coil_quick_load_stack; /* the same, most likely of the stack */
coil_quick coil_quick_load_part;  /* reg = [place], 0 above */
coil_quick coil_quick_store;	  /* [place] = from, whole */
coil_quick coil_quick_place;	  /* reg = place */
coil_quick coil_quick_push;	  /* from */
coil_quick coil_quick_pop;	  /* reg */
coil_quick coil_quick_jmp, coil_quick_jz, coil_quick_jnz, coil_quick_jcc;
coil_quick coil_quick_call;	     /* direct */
coil_quick coil_quick_call_register; /* from */
coil_quick coil_quick_ret, coil_quick_visit;

/* quick_alu.c; sums and differences are of 8 or 4 bytes. */
coil_quick coil_quick_zero;		 /* reg ^= reg */
coil_quick coil_quick_add;		 /* reg += from */
coil_quick coil_quick_add_number;	 /* reg += value */
coil_quick coil_quick_sub;		 /* reg -= from */
coil_quick coil_quick_sub_number;	 /* reg -= value */
coil_quick coil_quick_and_number;	 /* reg &= value */
coil_quick coil_quick_cmp;		 /* reg with from */
coil_quick coil_quick_cmp_number;	 /* reg with value */
coil_quick coil_quick_cmp_memory;	 /* reg with [place] */
coil_quick coil_quick_memory_cmp;	 /* [place] with from */
coil_quick coil_quick_memory_cmp_number; /* [place] with operand b */
coil_quick coil_quick_test;		 /* reg & from */
coil_quick coil_quick_test_number;	 /* reg & value */
coil_quick coil_quick_memory_test;	 /* [place] & operand b */

/** Tell the form of @insn, which was decoded. */
void coil_quick_resolve(struct coil_insn *insn);

/** Before the first run. */
void coil_quick_begin(struct coil_machine *m);

/**
 * Carry out @insn (may be NULL) and all that follows it.  Returns the last
 * instruction; the machine's fault says whether the run ended well.
 */
struct coil_insn *coil_quick_run(struct coil_machine *m,
				 struct coil_insn *insn);

/** The same, instruction by instruction: run.c. */
struct coil_insn *coil_plain_run(struct coil_machine *m,
				 struct coil_insn *insn);

/* The run is over with @insn. */
struct coil_insn *coil_quick_stop(struct coil_machine *m,
				  struct coil_insn *insn, unsigned burst);

/* What follows @insn was not asked for yet. */
coil_quick coil_quick_first;

/* @to (NULL: the end) follows @insn. */
static inline struct coil_insn *coil_quick_to(struct coil_machine *m,
					      struct coil_insn *insn,
					      struct coil_insn *to,
					      unsigned burst)
{
	if (!to)
		return coil_quick_stop(m, insn, burst);
	if (!burst)
		return to;
	return to->quick(m, to, burst - 1);
}

static inline struct coil_insn *coil_quick_next(struct coil_machine *m,
						struct coil_insn *insn,
						unsigned burst)
{
	struct coil_insn *next = insn->next;

	if (!next)
		return coil_quick_first(m, insn, burst);
	if (!burst)
		return next;
	return next->quick(m, next, burst - 1);
}

static inline uint64_t coil_quick_address(const struct coil_machine *m,
					  const struct coil_insn *i)
{
	return m->reg[i->base] + (m->reg[i->index] << i->shift) + i->value;
}

/* In the machine's scratch words; false: a fault. */
bool coil_quick_far(struct coil_machine *m, uint64_t address, unsigned width);

static inline const struct coil_near *coil_quick_near(
	const struct coil_machine *m, uint64_t address)
{
	return &m->near[(address >> COIL_GRANULE_BITS) % COIL_NEAR];
}

#endif
