/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic with 16 bytes at once: of cleared fields, and of hash tables that
 * compare 16 bytes with one.  None of it is ever asked of a word of the object
 * while a layout is inferred.
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"

/* A vector as numbers of 1, 2, 4 or 8 bytes, the first the lowest. */
static uint64_t part(const struct coil_vector *v, unsigned width, unsigned n)
{
	return v->word[n * width / 8] >> n * width % 8 * 8 & coil_mask(width);
}

static void put_part(struct coil_vector *v, unsigned width, unsigned n,
		     uint64_t value)
{
	v->word[n * width / 8] |= (value & coil_mask(width))
				  << n * width % 8 * 8;
}

static uint64_t equal(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return a == b ? UINT64_MAX : 0;
}

static uint64_t greater(uint64_t a, uint64_t b, unsigned width)
{
	return (int64_t)coil_extend(a, width) > (int64_t)coil_extend(b, width)
		       ? UINT64_MAX
		       : 0;
}

static uint64_t add(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return a + b;
}

static uint64_t subtract(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return a - b;
}

static uint64_t least(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return min64(a, b);
}

static uint64_t most(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return max64(a, b);
}

static uint64_t both(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return a & b;
}

static uint64_t not_first(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return ~a & b;
}

static uint64_t either(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return a | b;
}

static uint64_t one_of_both(uint64_t a, uint64_t b, unsigned width)
{
	(void)width;
	return a ^ b;
}

/* What is done to each pair of parts. */
static const struct lane {
	uint64_t (*of)(uint64_t a, uint64_t b, unsigned width);
	unsigned width;
} lanes[COIL_OPS] = {
	[COIL_OP_VAND] = {both, 8},
	[COIL_OP_VANDN] = {not_first, 8},
	[COIL_OP_VOR] = {either, 8},
	[COIL_OP_VXOR] = {one_of_both, 8},
	[COIL_OP_VEQUAL_1] = {equal, 1},
	[COIL_OP_VEQUAL_2] = {equal, 2},
	[COIL_OP_VEQUAL_4] = {equal, 4},
	[COIL_OP_VGREATER_1] = {greater, 1},
	[COIL_OP_VGREATER_2] = {greater, 2},
	[COIL_OP_VGREATER_4] = {greater, 4},
	[COIL_OP_VADD_1] = {add, 1},
	[COIL_OP_VADD_2] = {add, 2},
	[COIL_OP_VADD_4] = {add, 4},
	[COIL_OP_VADD_8] = {add, 8},
	[COIL_OP_VSUB_1] = {subtract, 1},
	[COIL_OP_VSUB_2] = {subtract, 2},
	[COIL_OP_VSUB_4] = {subtract, 4},
	[COIL_OP_VSUB_8] = {subtract, 8},
	[COIL_OP_VMIN_1] = {least, 1},
	[COIL_OP_VMAX_1] = {most, 1},
};

/* The same register twice is 0, whatever it held. */
struct coil_insn *coil_step_vlanes(struct coil_machine *m, struct coil_insn *i)
{
	const struct lane *lane = &lanes[i->op];
	struct coil_vector a = m->vector[i->a.reg], b, r = {0};
	bool same = i->b.kind == COIL_VECTOR && i->b.reg == i->a.reg;

	if (!same || i->op != COIL_OP_VXOR) {
		if (!coil_get_vector(m, &i->b, 16, &b) ||
		    !coil_is_mere(m, &a) || !coil_is_mere(m, &b))
			return NULL;
		for (unsigned n = 0; n < 16 / lane->width; n++)
			put_part(&r, lane->width, n,
				 lane->of(part(&a, lane->width, n),
					  part(&b, lane->width, n),
					  lane->width));
	}
	coil_put_vector(m, &i->a, &r);
	return coil_machine_next(m, i);
}

/* Bits of each half, or bytes of the whole; a half that is moved whole keeps
 * where it came from. */
struct coil_insn *coil_step_vshift(struct coil_machine *m, struct coil_insn *i)
{
	bool left = i->op == COIL_OP_VLEFT_8 || i->op == COIL_OP_VLEFT_16;
	bool bytes = i->op == COIL_OP_VLEFT_16 || i->op == COIL_OP_VRIGHT_16;
	struct coil_vector v = m->vector[i->a.reg], r = {0};
	uint64_t n = i->b.value & 0xff;

	if (i->b.kind != COIL_IMM)
		return coil_step_none(m, i);
	if (bytes && n == 8) {
		r.word[left] = v.word[!left];
		r.from[left] = v.from[!left];
	} else if (!coil_is_mere(m, &v)) {
		return NULL;
	} else if (bytes) {
		for (unsigned at = 0; at + n < 16; at++)
			put_part(&r, 1, left ? at + (unsigned)n : at,
				 part(&v, 1, left ? at : at + (unsigned)n));
	} else if (n < 64) {
		for (unsigned h = 0; h < 2; h++)
			r.word[h] = left ? v.word[h] << n : v.word[h] >> n;
	}
	coil_put_vector(m, &i->a, &r);
	return coil_machine_next(m, i);
}

/* punpckl..: parts of the low halves by turns; pshufd: 4 bytes each by two
 * bits of a number. */
struct coil_insn *coil_step_vmix(struct coil_machine *m, struct coil_insn *i)
{
	struct coil_vector a = m->vector[i->a.reg], b, r = {0};
	unsigned width = i->op == COIL_OP_VPAIRS_1   ? 1
			 : i->op == COIL_OP_VPAIRS_2 ? 2
						     : 4;

	if (!coil_get_vector(m, &i->b, 16, &b) || !coil_is_mere(m, &b))
		return NULL;
	if (i->op == COIL_OP_VSHUFFLE) {
		for (unsigned n = 0; n < 4; n++)
			put_part(&r, 4, n,
				 part(&b, 4, i->c.value >> n * 2 & 3));
	} else {
		if (!coil_is_mere(m, &a))
			return NULL;
		for (unsigned n = 0; n < 16 / width; n++)
			put_part(&r, width, n,
				 part(n & 1 ? &b : &a, width, n / 2));
	}
	coil_put_vector(m, &i->a, &r);
	return coil_machine_next(m, i);
}

/* The highest bit of each byte. */
struct coil_insn *coil_step_vmask(struct coil_machine *m, struct coil_insn *i)
{
	struct coil_vector v;
	uint64_t mask = 0;

	if (!coil_get_vector(m, &i->b, 16, &v) || !coil_is_mere(m, &v))
		return NULL;
	for (unsigned n = 0; n < 16; n++)
		mask |= part(&v, 1, n) >> 7 << n;
	coil_put_register(m, i->a.reg, 8, mask, 0);
	return coil_machine_next(m, i);
}
