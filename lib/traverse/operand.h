/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_OPERAND_H
#define COIL_TRAVERSE_OPERAND_H

#include "traverse/machine.h"

/*
 * Operands: read, written, and while a layout is inferred watched, so that no
 * word of the object is computed with unseen.
 */

static inline uint64_t coil_mask(unsigned width)
{
	return width == 8 ? UINT64_MAX : (1ull << width * 8) - 1;
}

/* The address of a memory operand. */
static inline bool coil_address(struct coil_machine *m,
				const struct coil_operand *o, uint64_t *out)
{
	*out = m->reg[o->reg] + m->reg[o->index] * o->scale + o->value;
	if (o->fs)
		*out += m->fs_base;
	if (!m->infer)
		return true;
	if (coil_is_slot(m, m->from[o->reg]) ||
	    coil_is_slot(m, m->from[o->index]) ||
	    m->from[o->reg] - COIL_FROM_BYTE <= 1 ||
	    m->from[o->index] - COIL_FROM_BYTE <= 1 ||
	    (m->from[o->index] == COIL_FROM_SELF && o->scale != 1))
		return coil_machine_fault(m, COIL_VARIES_POINTER);
	return true;
}

/* Whole words of the stack, which is what most instructions move, and else as
 * coil_machine_load() and coil_machine_store() do. */
static inline bool coil_load(struct coil_machine *m, uint64_t address,
			     unsigned width, uint64_t *value, uint64_t *from)
{
	uint64_t at = address - COIL_STACK_BASE;

	if (width != 8 || at > COIL_STACK_SIZE - 8 || at & 7)
		return coil_machine_load(m, address, width, value, from);
	*value = load64(m->stack + at);
	*from = m->stack_from[at / 8];
	return true;
}

static inline bool coil_store(struct coil_machine *m, uint64_t address,
			      unsigned width, uint64_t value, uint64_t from)
{
	uint64_t at = address - COIL_STACK_BASE;

	if (width != 8 || at > COIL_STACK_SIZE - 8 || at & 7)
		return coil_machine_store(m, address, width, value, from);
	store64(m->stack + at, value);
	m->stack_from[at / 8] = from;
	if (at < m->stack_low)
		m->stack_low = (uint32_t)at;
	return true;
}

/* What is clean of a register whose low part was written. */
static inline bool coil_is_clean(uint64_t from, unsigned width)
{
	return (from == COIL_FROM_BYTE && width == 1) ||
	       (from == COIL_FROM_SHORT && width <= 2);
}

/* The value of @o and where it came from. */
static inline bool coil_get(struct coil_machine *m,
			    const struct coil_operand *o, uint64_t *value,
			    uint64_t *from)
{
	uint64_t address;

	if (o->kind == COIL_REG && o->width == 8) {
		*value = m->reg[o->reg];
		*from = m->from[o->reg];
		return true;
	}
	if (o->kind == COIL_MEM)
		return coil_address(m, o, &address) &&
		       coil_load(m, address, o->width, value, from);
	*from = 0;
	if (o->kind == COIL_IMM) {
		*value = o->value;
		return true;
	}
	*value = m->reg[o->reg];
	if (o->kind == COIL_REG_HIGH)
		*value >>= 8;
	*value &= coil_mask(o->width);
	if (m->infer && coil_is_tainted(m, m->from[o->reg]) &&
	    (o->kind == COIL_REG_HIGH ||
	     !coil_is_clean(m->from[o->reg], o->width)))
		return coil_machine_fault(m, COIL_VARIES_COMPUTES);
	return true;
}

/* The same for arithmetic: a word of the object ends an inference; @from is
 * COIL_FROM_SELF or 0. */
static inline bool coil_get_number(struct coil_machine *m,
				   const struct coil_operand *o,
				   uint64_t *value, uint64_t *from)
{
	if (!coil_get(m, o, value, from))
		return false;
	if (m->infer && *from != COIL_FROM_SELF && coil_is_tainted(m, *from))
		return coil_machine_fault(m, COIL_VARIES_COMPUTES);
	if (*from != COIL_FROM_SELF)
		*from = 0;
	return true;
}

/* The same where the object's own address is no better. */
static inline bool coil_get_mere(struct coil_machine *m,
				 const struct coil_operand *o, uint64_t *value)
{
	uint64_t from;

	if (!coil_get_number(m, o, value, &from))
		return false;
	return !from || coil_machine_fault(m, COIL_VARIES_COMPUTES);
}

static inline void coil_put_register(struct coil_machine *m, uint8_t reg,
				     unsigned width, uint64_t value,
				     uint64_t from)
{
	if (width == 8) {
		m->reg[reg] = value;
		m->from[reg] = from;
	} else if (width == 4) {
		m->reg[reg] = (uint32_t)value;
		m->from[reg] = 0;
	} else {
		m->reg[reg] = (m->reg[reg] & ~coil_mask(width)) |
			      (value & coil_mask(width));
		if (!m->infer || !coil_is_tainted(m, m->from[reg]))
			m->from[reg] = 0;
		else if (width == 1 && m->from[reg] != COIL_FROM_SHORT)
			m->from[reg] = COIL_FROM_BYTE;
		else
			m->from[reg] = COIL_FROM_SHORT;
	}
}

static inline bool coil_put(struct coil_machine *m,
			    const struct coil_operand *o, uint64_t value,
			    uint64_t from)
{
	uint64_t address;

	if (o->kind == COIL_MEM)
		return coil_address(m, o, &address) &&
		       coil_store(m, address, o->width, value, from);
	if (o->kind == COIL_REG_HIGH) {
		m->reg[o->reg] = (m->reg[o->reg] & ~(uint64_t)0xff00) |
				 (value & 0xff) << 8;
		if (!m->infer || !coil_is_tainted(m, m->from[o->reg]))
			m->from[o->reg] = 0;
		return true;
	}
	coil_put_register(m, o->reg, o->width, value, from);
	return true;
}

/* Whether the flags hold @condition. */
static inline bool coil_holds(const struct coil_machine *m, unsigned condition)
{
	bool holds;

	switch (condition >> 1) {
	case COIL_CC_O >> 1:
		holds = m->of;
		break;
	case COIL_CC_B >> 1:
		holds = m->cf;
		break;
	case COIL_CC_Z >> 1:
		holds = m->zf;
		break;
	case COIL_CC_BE >> 1:
		holds = m->cf || m->zf;
		break;
	case COIL_CC_S >> 1:
		holds = m->sf;
		break;
	case COIL_CC_P >> 1:
		holds = !(__builtin_popcount(m->low) & 1);
		break;
	case COIL_CC_L >> 1:
		holds = m->sf != m->of;
		break;
	default:
		holds = m->zf || m->sf != m->of;
		break;
	}
	return holds != (condition & 1);
}

/* Zero, sign and parity of a result. */
static inline void coil_flags(struct coil_machine *m, uint64_t result,
			      unsigned width)
{
	result &= coil_mask(width);
	m->zf = !result;
	m->sf = result >> (width * 8 - 1) & 1;
	m->low = (uint8_t)result;
}

static inline uint64_t coil_extend(uint64_t value, unsigned width)
{
	unsigned shift = 64 - width * 8;

	return (uint64_t)((int64_t)(value << shift) >> shift);
}

/* @a + @b + @carry and @a - @b - @borrow, cut to @width bytes, and their
 * flags; bits above those do not matter. */
uint64_t coil_sum(struct coil_machine *m, uint64_t a, uint64_t b,
		  unsigned width, bool carry);
uint64_t coil_difference(struct coil_machine *m, uint64_t a, uint64_t b,
			 unsigned width, bool borrow);

/* The steps of ops.c's table, by file. */
coil_step coil_step_mov, coil_step_movsx, coil_step_lea, coil_step_push,
	coil_step_pop, coil_step_leave, coil_step_cmov, coil_step_set,
	coil_step_nop, coil_step_widen_a, coil_step_widen_d;
coil_step coil_step_add, coil_step_sub, coil_step_cmp, coil_step_logic,
	coil_step_test, coil_step_not, coil_step_neg, coil_step_inc;
coil_step coil_step_shift, coil_step_rotate, coil_step_shift_double,
	coil_step_imul, coil_step_mul, coil_step_div, coil_step_bits,
	coil_step_bswap;

coil_step coil_step_bt, coil_step_cmpxchg, coil_step_xadd, coil_step_xchg;
coil_step coil_step_string;
coil_step coil_step_vmove, coil_step_vhalf, coil_step_vlanes, coil_step_vshift,
	coil_step_vmix, coil_step_vmask;
coil_step coil_step_float, coil_step_float_compare, coil_step_float_from,
	coil_step_float_to, coil_step_float_width;

/* The first @width bytes of @o: a vector, memory, or a register. */
bool coil_get_vector(struct coil_machine *m, const struct coil_operand *o,
		     unsigned width, struct coil_vector *v);
/* Whether it may be computed with; else a fault. */
bool coil_is_mere(struct coil_machine *m, const struct coil_vector *v);
/* Into a vector register. */
void coil_put_vector(struct coil_machine *m, const struct coil_operand *o,
		     const struct coil_vector *v);

/* Pops a return address, and @drop bytes more, and goes there. */
struct coil_insn *coil_go_back(struct coil_machine *m, uint64_t drop);

coil_step coil_step_jmp, coil_step_jcc, coil_step_call, coil_step_ret,
	coil_step_none;

#endif
