/* SPDX-License-Identifier: MIT */
/*
 * Interpreting an object: sums, differences, comparisons.  What their flags
 * are is worked out when somebody asks, and few ask for more than how two
 * numbers compare.
 *
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"
#include "traverse/quick.h"

static inline uint64_t extended(uint64_t value, const struct coil_insn *i)
{
	return (uint64_t)((int64_t)(value << i->unused) >> i->unused);
}

static inline uint64_t cut(uint64_t value, const struct coil_insn *i)
{
	return value << i->unused >> i->unused;
}

static inline void put(struct coil_machine *m, unsigned reg, uint64_t value)
{
	m->reg[reg] = value;
	m->from[reg] = 0;
}

static inline void pend(struct coil_machine *m, uint64_t a, uint64_t b,
			unsigned width)
{
	m->pending.of = COIL_COMPARED;
	m->pending.width = width;
	m->pending.a = a;
	m->pending.b = b;
}

static inline struct coil_insn *compared(struct coil_machine *m,
					 struct coil_insn *i, uint64_t a,
					 uint64_t b, unsigned burst)
{
	pend(m, extended(a, i), extended(b, i), i->width);
	return coil_quick_next(m, i, burst);
}

/* A word's bits: the flags are those of its comparison with 0. */
static inline struct coil_insn *tested(struct coil_machine *m,
				       struct coil_insn *i, uint64_t value,
				       unsigned burst)
{
	pend(m, extended(value, i), 0, i->width);
	return coil_quick_next(m, i, burst);
}

/* The word at the place, in m->word; what is above its width does not matter
 * to the two above. */
static inline bool load(struct coil_machine *m, const struct coil_insn *i)
{
	uint64_t address = coil_quick_address(m, i);
	const struct coil_near *n = coil_quick_near(m, address);
	uint64_t at = address - n->start;

	if (at > n->last)
		return coil_quick_far(m, address, i->width);
	m->word = load64(n->bytes + at);
	return true;
}

struct coil_insn *coil_quick_zero(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	pend(m, 0, 0, 8);
	put(m, i->reg, 0);
	return coil_quick_next(m, i, burst);
}

static inline struct coil_insn *add(struct coil_machine *m, struct coil_insn *i,
				    uint64_t b, unsigned burst)
{
	uint64_t a = m->reg[i->reg];

	m->pending.of = COIL_ADDED;
	m->pending.width = i->width;
	m->pending.a = a;
	m->pending.b = b;
	put(m, i->reg, cut(a + b, i));
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_add(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return add(m, i, m->reg[i->from], burst);
}

struct coil_insn *coil_quick_add_number(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	return add(m, i, i->value, burst);
}

static inline struct coil_insn *subtract(struct coil_machine *m,
					 struct coil_insn *i, uint64_t b,
					 unsigned burst)
{
	uint64_t a = m->reg[i->reg];

	put(m, i->reg, cut(a - b, i));
	return compared(m, i, a, b, burst);
}

struct coil_insn *coil_quick_sub(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return subtract(m, i, m->reg[i->from], burst);
}

struct coil_insn *coil_quick_sub_number(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	return subtract(m, i, i->value, burst);
}

struct coil_insn *coil_quick_and_number(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	uint64_t value = m->reg[i->reg] & i->value;

	put(m, i->reg, cut(value, i));
	return tested(m, i, value, burst);
}

struct coil_insn *coil_quick_cmp(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return compared(m, i, m->reg[i->reg], m->reg[i->from], burst);
}

struct coil_insn *coil_quick_cmp_number(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	return compared(m, i, m->reg[i->reg], i->value, burst);
}

struct coil_insn *coil_quick_cmp_memory(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	if (!load(m, i))
		return coil_quick_stop(m, i, burst);
	return compared(m, i, m->reg[i->reg], m->word, burst);
}

struct coil_insn *coil_quick_memory_cmp(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	if (!load(m, i))
		return coil_quick_stop(m, i, burst);
	return compared(m, i, m->word, m->reg[i->from], burst);
}

struct coil_insn *coil_quick_memory_cmp_number(struct coil_machine *m,
					       struct coil_insn *i,
					       unsigned burst)
{
	if (!load(m, i))
		return coil_quick_stop(m, i, burst);
	return compared(m, i, m->word, i->b.value, burst);
}

struct coil_insn *coil_quick_test(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	return tested(m, i, m->reg[i->reg] & m->reg[i->from], burst);
}

struct coil_insn *coil_quick_test_number(struct coil_machine *m,
					 struct coil_insn *i, unsigned burst)
{
	return tested(m, i, m->reg[i->reg] & i->value, burst);
}

struct coil_insn *coil_quick_memory_test(struct coil_machine *m,
					 struct coil_insn *i, unsigned burst)
{
	if (!load(m, i))
		return coil_quick_stop(m, i, burst);
	return tested(m, i, m->word & i->b.value, burst);
}
