/* SPDX-License-Identifier: MIT */
/*
 * Numbers with a fraction: one double or float at a time, for a traversal that
 * asks how large a number is, or how full a table.  What the processor rounds
 * the machine's own rounds, to the nearest, which is how programs begin.
 * Source: Intel's Software Developer's Manual, volume 2; IEEE 754.
 */
#include "traverse/operand.h"

/* Of width 4 a float is computed with as one, by a double: 53 bits are enough
 * for the sum, product or quotient of two numbers of 24 to be rounded twice. */
static double as_number(uint64_t bits, unsigned width)
{
	double wide;
	float narrow;
	uint32_t half = (uint32_t)bits;

	if (width == 4) {
		memcpy(&narrow, &half, sizeof(narrow));
		return (double)narrow;
	}
	memcpy(&wide, &bits, sizeof(wide));
	return wide;
}

static uint64_t as_bits(double number, unsigned width)
{
	float narrow = (float)number;
	uint64_t bits = 0;

	if (width == 4)
		memcpy(&bits, &narrow, sizeof(narrow));
	else
		memcpy(&bits, &number, sizeof(number));
	return bits;
}

/* A number that is none, and quiet: what comes of any computation with it. */
static bool is_none(uint64_t bits, unsigned width, uint64_t *quiet)
{
	uint64_t exponent = width == 4 ? 0x7f800000 : 0x7ff0000000000000;
	uint64_t sign = width == 4 ? 0x80000000 : 1ull << 63;

	*quiet = bits | (width == 4 ? 0x400000 : 0x8000000000000);
	return (bits & ~sign & coil_mask(width)) > exponent;
}

static bool get(struct coil_machine *m, const struct coil_operand *o,
		unsigned width, uint64_t *bits)
{
	struct coil_vector v;

	if (!coil_get_vector(m, o, width, &v) || !coil_is_mere(m, &v))
		return false;
	*bits = v.word[0] & coil_mask(width);
	return true;
}

/* The low number of a vector; the rest stays. */
static struct coil_insn *put(struct coil_machine *m, struct coil_insn *i,
			     unsigned width, uint64_t bits)
{
	struct coil_vector v = m->vector[i->a.reg];

	if (!coil_is_mere(m, &v))
		return NULL;
	v.word[0] = (v.word[0] & ~coil_mask(width)) | (bits & coil_mask(width));
	v.from[0] = 0;
	coil_put_vector(m, &i->a, &v);
	return coil_machine_next(m, i);
}

static unsigned width_of(const struct coil_insn *i)
{
	return (i->op - COIL_OP_FADD_8) & 1 ? 4 : 8;
}

/* The least and the largest are the second where neither is less. */
struct coil_insn *coil_step_float(struct coil_machine *m, struct coil_insn *i)
{
	unsigned width = width_of(i);
	uint64_t x, y, none;
	double a, b, r;

	if (!get(m, &i->a, width, &x) || !get(m, &i->b, width, &y))
		return NULL;
	a = as_number(x, width);
	b = as_number(y, width);
	if (i->op == COIL_OP_FMIN_8 || i->op == COIL_OP_FMIN_4)
		return put(m, i, width, a < b ? x : y);
	if (i->op == COIL_OP_FMAX_8 || i->op == COIL_OP_FMAX_4)
		return put(m, i, width, a > b ? x : y);
	if (is_none(x, width, &none) || is_none(y, width, &none))
		return put(m, i, width, none);
	if (i->op == COIL_OP_FADD_8 || i->op == COIL_OP_FADD_4)
		r = a + b;
	else if (i->op == COIL_OP_FSUB_8 || i->op == COIL_OP_FSUB_4)
		r = a - b;
	else if (i->op == COIL_OP_FMUL_8 || i->op == COIL_OP_FMUL_4)
		r = a * b;
	else if (b != 0)
		r = a / b;
	else /* 0 / 0 is none, x / 0 infinite */
		r = a == 0 ? -__builtin_nan("")
			   : __builtin_copysign(
				     __builtin_inf(),
				     __builtin_signbit(a) ==
						     __builtin_signbit(b)
					     ? 1
					     : -1);
	return put(m, i, width, as_bits(r, width));
}

struct coil_insn *coil_step_float_compare(struct coil_machine *m,
					  struct coil_insn *i)
{
	unsigned width = width_of(i);
	uint64_t x, y, quiet;
	double a, b;
	bool none;

	if (!get(m, &i->a, width, &x) || !get(m, &i->b, width, &y))
		return NULL;
	none = is_none(x, width, &quiet) || is_none(y, width, &quiet);
	a = as_number(x, width);
	b = as_number(y, width);
	m->zf = none || a == b;
	m->cf = none || a < b;
	m->low = none ? 0 : 1; /* the parity flag */
	m->sf = m->of = false;
	return coil_machine_next(m, i);
}

/* A whole number into a double or float. */
struct coil_insn *coil_step_float_from(struct coil_machine *m,
				       struct coil_insn *i)
{
	unsigned width = width_of(i);
	uint64_t value, bits = 0;
	int64_t whole;
	float narrow;

	if (!coil_get_mere(m, &i->b, &value))
		return NULL;
	whole = (int64_t)coil_extend(value, i->b.width);
	narrow = (float)whole; /* rounded once */
	if (width == 4)
		memcpy(&bits, &narrow, sizeof(narrow));
	else
		bits = as_bits((double)whole, 8);
	return put(m, i, width, bits);
}

/* Towards 0; what does not fit is the least number. */
struct coil_insn *coil_step_float_to(struct coil_machine *m,
				     struct coil_insn *i)
{
	unsigned width = width_of(i), bits = i->a.width * 8u;
	double limit = bits == 64 ? 0x1p63 : 0x1p31, number;
	uint64_t x, r = 1ull << (bits - 1);

	if (!get(m, &i->b, width, &x))
		return NULL;
	number = as_number(x, width);
	if (number < limit &&
	    (bits == 64 ? number >= -limit : number > -limit - 1))
		r = (uint64_t)(int64_t)number;
	coil_put_register(m, i->a.reg, i->a.width, r & coil_mask(i->a.width),
			  0);
	return coil_machine_next(m, i);
}

/* Between the two widths. */
struct coil_insn *coil_step_float_width(struct coil_machine *m,
					struct coil_insn *i)
{
	unsigned to = width_of(i), of = 12 - to;
	uint64_t x, none;

	if (!get(m, &i->b, of, &x))
		return NULL;
	if (!is_none(x, of, &none))
		return put(m, i, to, as_bits(as_number(x, of), to));
	/* Its bits are kept, as many as there is room for. */
	if (to == 4)
		return put(m, i, to,
			   (none >> 63 << 31) | 0x7f800000 |
				   (none >> 29 & 0x7fffff));
	return put(m, i, to,
		   (none >> 31 << 63) | 0x7ff0000000000000 |
			   (none & 0x7fffff) << 29);
}
