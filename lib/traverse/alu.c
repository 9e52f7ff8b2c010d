/* SPDX-License-Identifier: MIT */
/*
 * Sums, differences, comparisons and logic.  While a layout is inferred, no
 * word of the object may be computed with but for the question whether it is
 * 0; the object's own address may be moved by a number.
 *
 * Source: Intel's Software Developer's Manual, volume 2; the carry and overflow
 * of a sum from the signs of its parts as in H. S. Warren, Hacker's Delight,
 * 2-13.
 */
#include "traverse/operand.h"

static bool sign(uint64_t value, unsigned width)
{
	return value >> (width * 8 - 1) & 1;
}

uint64_t coil_sum(struct coil_machine *m, uint64_t a, uint64_t b,
		  unsigned width, bool carry)
{
	uint64_t r = (a + b + carry) & coil_mask(width);

	m->cf = sign((a & b) | ((a | b) & ~r), width);
	m->of = sign((a ^ r) & (b ^ r), width);
	coil_flags(m, r, width);
	return r;
}

uint64_t coil_difference(struct coil_machine *m, uint64_t a, uint64_t b,
			 unsigned width, bool borrow)
{
	uint64_t r = (a - b - borrow) & coil_mask(width);

	m->cf = sign((~a & b) | (~(a ^ b) & r), width);
	m->of = sign((a ^ b) & (a ^ r), width);
	coil_flags(m, r, width);
	return r;
}

static bool same_register(const struct coil_insn *i)
{
	return i->a.kind == COIL_REG && i->b.kind == COIL_REG &&
	       i->a.reg == i->b.reg;
}

struct coil_insn *coil_step_add(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a, b, r, from_a, from_b;
	bool carry = i->op == COIL_OP_ADC && m->cf;

	if (!coil_get_number(m, &i->a, &a, &from_a) ||
	    !coil_get_number(m, &i->b, &b, &from_b))
		return NULL;
	if (from_a && from_b) {
		coil_machine_fault(m, COIL_VARIES_COMPUTES);
		return NULL;
	}
	r = coil_sum(m, a, b & coil_mask(i->a.width), i->a.width, carry);
	if (!coil_put(m, &i->a, r, from_a | from_b))
		return NULL;
	return coil_machine_next(m, i);
}

/* Both the object: their distance.  One of them: the object moved. */
struct coil_insn *coil_step_sub(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a, b, r, from_a, from_b;
	bool borrow = i->op == COIL_OP_SBB && m->cf;

	if (same_register(i)) {
		r = coil_difference(m, 0, 0, i->a.width, borrow);
		coil_put_register(m, i->a.reg, i->a.width, r, 0);
		return coil_machine_next(m, i);
	}
	if (!coil_get_number(m, &i->a, &a, &from_a) ||
	    !coil_get_number(m, &i->b, &b, &from_b))
		return NULL;
	if (from_b && !from_a) {
		coil_machine_fault(m, COIL_VARIES_COMPUTES);
		return NULL;
	}
	r = coil_difference(m, a, b & coil_mask(i->a.width), i->a.width,
			    borrow);
	if (!coil_put(m, &i->a, r, from_a ^ from_b))
		return NULL;
	return coil_machine_next(m, i);
}

/* What an inference allows to be compared: with 0 anything that is whole. */
static bool may_compare(struct coil_machine *m, const struct coil_insn *i,
			uint64_t b, uint64_t from_a, uint64_t from_b)
{
	bool taint_a = coil_is_tainted(m, from_a);
	bool taint_b = coil_is_tainted(m, from_b);

	if ((!taint_a && !taint_b) ||
	    (from_a == COIL_FROM_SELF && from_b == COIL_FROM_SELF) ||
	    (i->b.kind == COIL_IMM && !b && !taint_b &&
	     from_a - COIL_FROM_BYTE > 1))
		return true;
	return coil_machine_fault(m, COIL_VARIES_COMPUTES);
}

struct coil_insn *coil_step_cmp(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a, b, from_a, from_b;

	if (!coil_get(m, &i->a, &a, &from_a) ||
	    !coil_get(m, &i->b, &b, &from_b) ||
	    (m->infer && !may_compare(m, i, b, from_a, from_b)))
		return NULL;
	coil_difference(m, a, b & coil_mask(i->a.width), i->a.width, false);
	return coil_machine_next(m, i);
}

/* A register with itself: whether it is 0. */
struct coil_insn *coil_step_test(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a, b, from;

	if (same_register(i)) {
		if (!coil_get(m, &i->a, &a, &from))
			return NULL;
		if (from - COIL_FROM_BYTE <= 1) {
			coil_machine_fault(m, COIL_VARIES_COMPUTES);
			return NULL;
		}
		b = a;
	} else {
		if (!coil_get_number(m, &i->a, &a, &from))
			return NULL;
		if (from || !coil_get_number(m, &i->b, &b, &from) || from) {
			if (m->fault == COIL_FAULT_NONE)
				coil_machine_fault(m, COIL_VARIES_COMPUTES);
			return NULL;
		}
	}
	m->cf = m->of = false;
	coil_flags(m, a & b, i->a.width);
	return coil_machine_next(m, i);
}

/* and, or, xor. */
struct coil_insn *coil_step_logic(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a, b, r, from_a, from_b;

	if (same_register(i) && i->op == COIL_OP_XOR) {
		m->cf = m->of = false;
		coil_flags(m, 0, i->a.width);
		coil_put_register(m, i->a.reg, i->a.width, 0, 0);
		return coil_machine_next(m, i);
	}
	if (same_register(i) && i->a.width == 8) /* or r, r as test r, r */
		return coil_step_test(m, i);
	if (!coil_get_number(m, &i->a, &a, &from_a) ||
	    !coil_get_number(m, &i->b, &b, &from_b))
		return NULL;
	if (from_a || from_b) {
		coil_machine_fault(m, COIL_VARIES_COMPUTES);
		return NULL;
	}
	b &= coil_mask(i->a.width);
	r = i->op == COIL_OP_AND ? a & b : i->op == COIL_OP_OR ? a | b : a ^ b;
	m->cf = m->of = false;
	coil_flags(m, r, i->a.width);
	if (!coil_put(m, &i->a, r, 0))
		return NULL;
	return coil_machine_next(m, i);
}

/* One operand that is a mere number. */
static bool number(struct coil_machine *m, struct coil_insn *i, uint64_t *a)
{
	uint64_t from;

	if (!coil_get_number(m, &i->a, a, &from))
		return false;
	return !from || coil_machine_fault(m, COIL_VARIES_COMPUTES);
}

struct coil_insn *coil_step_not(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a;

	if (!number(m, i, &a) ||
	    !coil_put(m, &i->a, ~a & coil_mask(i->a.width), 0))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_neg(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t a;

	if (!number(m, i, &a) ||
	    !coil_put(m, &i->a, coil_difference(m, 0, a, i->a.width, false), 0))
		return NULL;
	return coil_machine_next(m, i);
}

/* inc, dec: the carry stays. */
struct coil_insn *coil_step_inc(struct coil_machine *m, struct coil_insn *i)
{
	bool carry = m->cf;
	uint64_t a, from;

	if (!coil_get_number(m, &i->a, &a, &from))
		return NULL;
	a = i->op == COIL_OP_INC ? coil_sum(m, a, 1, i->a.width, false)
				 : coil_difference(m, a, 1, i->a.width, false);
	m->cf = carry;
	if (!coil_put(m, &i->a, a, from))
		return NULL;
	return coil_machine_next(m, i);
}
