/* SPDX-License-Identifier: MIT */
/*
 * Shifts, rotations, products, quotients, bits that are counted: none of them
 * is ever asked of a word of the object while a layout is inferred.
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"

/* A part of a register. */
static bool part(struct coil_machine *m, uint8_t reg, unsigned width,
		 uint64_t *value)
{
	const struct coil_operand o = {
		.kind = COIL_REG, .width = (uint8_t)width, .reg = reg};

	return coil_get_mere(m, &o, value);
}

/* How far to shift; the bits above are not looked at. */
static bool distance(struct coil_machine *m, const struct coil_insn *i,
		     uint64_t *count)
{
	*count = 1;
	if (i->b.kind != COIL_NO_OPERAND && !coil_get_mere(m, &i->b, count))
		return false;
	*count &= i->a.width == 8 ? 63 : 31;
	return true;
}

/* By 0: the flags stay; half a register is written, and clears the other. */
static struct coil_insn *unmoved(struct coil_machine *m, struct coil_insn *i,
				 uint64_t a)
{
	return coil_put(m, &i->a, a, 0) ? coil_machine_next(m, i) : NULL;
}

/* Shifts and rotations: @result sets carry and overflow, and returns what @a
 * becomes by @n, which is not 0; @bits wide. */
static struct coil_insn *by_distance(
	struct coil_machine *m, struct coil_insn *i,
	uint64_t (*result)(struct coil_machine *m, const struct coil_insn *i,
			   uint64_t a, uint64_t n, unsigned bits))
{
	uint64_t a, n;

	if (!coil_get_mere(m, &i->a, &a) || !distance(m, i, &n))
		return NULL;
	if (!n)
		return unmoved(m, i, a);
	a = result(m, i, a, n, i->a.width * 8u);
	if (!coil_put(m, &i->a, a & coil_mask(i->a.width), 0))
		return NULL;
	return coil_machine_next(m, i);
}

static uint64_t shifted(struct coil_machine *m, const struct coil_insn *i,
			uint64_t a, uint64_t n, unsigned bits)
{
	uint64_t r;

	if (i->op == COIL_OP_SAR) {
		int64_t s = (int64_t)coil_extend(a, i->a.width);

		m->cf = s >> (n - 1) & 1;
		m->of = false;
		r = (uint64_t)(s >> n);
	} else if (i->op == COIL_OP_SHR) {
		m->cf = a >> (n - 1) & 1;
		m->of = a >> (bits - 1) & 1;
		r = a >> n;
	} else {
		m->cf = n <= bits && a >> (bits - n) & 1;
		r = a << n;
		m->of = (r >> (bits - 1) & 1) != m->cf;
	}
	coil_flags(m, r, i->a.width);
	return r;
}

struct coil_insn *coil_step_shift(struct coil_machine *m, struct coil_insn *i)
{
	return by_distance(m, i, shifted);
}

static uint64_t rotated(struct coil_machine *m, const struct coil_insn *i,
			uint64_t a, uint64_t n, unsigned bits)
{
	uint64_t r;

	n %= bits;
	if (i->op == COIL_OP_ROR)
		n = (bits - n) % bits;
	r = n ? (a << n | a >> (bits - n)) & coil_mask(i->a.width) : a;
	m->cf = i->op == COIL_OP_ROR ? r >> (bits - 1) & 1 : r & 1;
	m->of = (r >> (bits - 1) & 1) != (r >> (bits - 2) & 1);
	return r;
}

struct coil_insn *coil_step_rotate(struct coil_machine *m, struct coil_insn *i)
{
	return by_distance(m, i, rotated);
}

/* shld, shrd: the bits that come in are those of another register. */
struct coil_insn *coil_step_shift_double(struct coil_machine *m,
					 struct coil_insn *i)
{
	unsigned bits = i->a.width * 8u;
	bool left = i->op == COIL_OP_SHLD;
	uint64_t a, b, n, r;

	if (!coil_get_mere(m, &i->a, &a) || !coil_get_mere(m, &i->b, &b) ||
	    !coil_get_mere(m, &i->c, &n))
		return NULL;
	n &= bits == 64 ? 63 : 31;
	if (!n)
		return unmoved(m, i, a);
	if (n > bits) /* of 2 bytes: not defined */
		return coil_step_none(m, i);
	if (n == bits)
		r = b;
	else
		r = left ? a << n | b >> (bits - n) : a >> n | b << (bits - n);
	r &= coil_mask(i->a.width);
	m->cf = left ? a >> (bits - n) & 1 : a >> (n - 1) & 1;
	m->of = ((a ^ r) >> (bits - 1)) & 1;
	coil_flags(m, r, i->a.width);
	if (!coil_put(m, &i->a, r, 0))
		return NULL;
	return coil_machine_next(m, i);
}

/* The product of signed numbers and whether it fits @width bytes. */
static uint64_t product(struct coil_machine *m, uint64_t a, uint64_t b,
			unsigned width)
{
	__int128 p = (__int128)(int64_t)coil_extend(a, width) *
		     (int64_t)coil_extend(b, width);
	uint64_t r = (uint64_t)p & coil_mask(width);

	m->cf = m->of = (__int128)(int64_t)coil_extend(r, width) != p;
	coil_flags(m, r, width);
	return r;
}

/* rdx:rax, or ax, receives a whole product. */
static void put_wide(struct coil_machine *m, unsigned width,
		     unsigned __int128 p)
{
	if (width == 1) {
		coil_put_register(m, COIL_RAX, 2, (uint64_t)p, 0);
		return;
	}
	coil_put_register(m, COIL_RAX, width, (uint64_t)p & coil_mask(width),
			  0);
	coil_put_register(m, COIL_RDX, width,
			  (uint64_t)(p >> width * 8) & coil_mask(width), 0);
}

/* One operand: rdx:rax; two: a *= b; three: a = b * c. */
struct coil_insn *coil_step_imul(struct coil_machine *m, struct coil_insn *i)
{
	unsigned width = i->a.width;
	uint64_t a, b;

	if (i->b.kind == COIL_NO_OPERAND) {
		if (!coil_get_mere(m, &i->a, &a) ||
		    !part(m, COIL_RAX, width, &b))
			return NULL;
		put_wide(m, width,
			 (unsigned __int128)((__int128)(int64_t)coil_extend(
						     a, width) *
					     (int64_t)coil_extend(b, width)));
		product(m, a, b, width);
		return coil_machine_next(m, i);
	}
	if (!coil_get_mere(m, &i->b, &b) ||
	    !coil_get_mere(m, i->c.kind == COIL_NO_OPERAND ? &i->a : &i->c,
			   &a) ||
	    !coil_put(m, &i->a, product(m, a, b, width), 0))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_mul(struct coil_machine *m, struct coil_insn *i)
{
	unsigned width = i->a.width;
	unsigned __int128 p;
	uint64_t a, b;

	if (!coil_get_mere(m, &i->a, &a) || !part(m, COIL_RAX, width, &b))
		return NULL;
	p = (unsigned __int128)a * b;
	put_wide(m, width, p);
	m->cf = m->of = p >> width * 8 != 0;
	return coil_machine_next(m, i);
}

static bool divide_unsigned(unsigned __int128 n, uint64_t d, unsigned width,
			    uint64_t *q, uint64_t *r)
{
	if (!d || n / d > coil_mask(width))
		return false;
	*q = (uint64_t)(n / d);
	*r = (uint64_t)(n % d);
	return true;
}

/* By magnitudes, so that nothing overflows. */
static bool divide_signed(unsigned __int128 n, uint64_t divisor, unsigned width,
			  uint64_t *q, uint64_t *r)
{
	int64_t d = (int64_t)coil_extend(divisor, width);
	unsigned __int128 top = (unsigned __int128)1 << (width * 16 - 1);
	bool minus_n = (n & top) != 0, minus_q = minus_n != (d < 0);
	uint64_t magnitude = d < 0 ? (uint64_t)0 - (uint64_t)d : (uint64_t)d;
	uint64_t limit = 1ull << (width * 8 - 1);

	if (minus_n)
		n = (~n + 1) & (top | (top - 1));
	if (!magnitude || n / magnitude > (minus_q ? limit : limit - 1))
		return false;
	*q = (uint64_t)(n / magnitude);
	*r = (uint64_t)(n % magnitude);
	if (minus_q)
		*q = 0 - *q;
	if (minus_n)
		*r = 0 - *r;
	return true;
}

struct coil_insn *coil_step_div(struct coil_machine *m, struct coil_insn *i)
{
	unsigned width = i->a.width;
	unsigned __int128 n;
	uint64_t d, low, high, q, r;

	if (width == 1)
		return coil_step_none(m, i);
	if (!coil_get_mere(m, &i->a, &d) || !part(m, COIL_RAX, width, &low) ||
	    !part(m, COIL_RDX, width, &high))
		return NULL;
	n = (unsigned __int128)high << width * 8 | low;
	if (!(i->op == COIL_OP_DIV ? divide_unsigned(n, d, width, &q, &r)
				   : divide_signed(n, d, width, &q, &r))) {
		coil_machine_fault(m, COIL_FAULT_DIVIDE);
		return NULL;
	}
	coil_put_register(m, COIL_RAX, width, q & coil_mask(width), 0);
	coil_put_register(m, COIL_RDX, width, r & coil_mask(width), 0);
	return coil_machine_next(m, i);
}

/* bsf, bsr, tzcnt, popcnt: the place of a 0's lowest bit is not defined, and
 * the processors that matter leave the destination as it is. */
struct coil_insn *coil_step_bits(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value;

	if (!coil_get_mere(m, &i->b, &value))
		return NULL;
	m->of = m->sf = false;
	m->cf = i->op == COIL_OP_TZCNT && !value;
	m->zf = i->op == COIL_OP_TZCNT ? value & 1 : !value;
	if (i->op == COIL_OP_POPCNT)
		value = (uint64_t)__builtin_popcountll(value);
	else if (!value && i->op == COIL_OP_TZCNT)
		value = i->a.width * 8u;
	else if (!value)
		return coil_machine_next(m, i);
	else if (i->op != COIL_OP_BSR)
		value = (uint64_t)__builtin_ctzll(value);
	else
		value = 63u - (uint64_t)__builtin_clzll(value);
	if (!coil_put(m, &i->a, value, 0))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_bswap(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value;

	if (i->a.width < 4)
		return coil_step_none(m, i);
	if (!coil_get_mere(m, &i->a, &value))
		return NULL;
	value = __builtin_bswap64(value) >> (64 - i->a.width * 8);
	if (!coil_put(m, &i->a, value, 0))
		return NULL;
	return coil_machine_next(m, i);
}
