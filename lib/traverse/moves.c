/* SPDX-License-Identifier: MIT */
/*
 * Instructions that move words: what they move keeps where it came from.
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"

/* mov, movzx: what is narrower than its place was cut or extended by 0. */
struct coil_insn *coil_step_mov(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, from;

	if (!coil_get(m, &i->b, &value, &from) ||
	    !coil_put(m, &i->a, value, from))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_movsx(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, from;

	if (!coil_get(m, &i->b, &value, &from) ||
	    !coil_put(m, &i->a, coil_extend(value, i->b.width), from))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_lea(struct coil_machine *m, struct coil_insn *i)
{
	const struct coil_operand *o = &i->b;
	uint64_t address, from = 0;

	if (!coil_address(m, o, &address))
		return NULL;
	if (o->fs)
		address -= m->fs_base;
	/* Either may be the object, not both. */
	if (m->infer && (m->from[o->reg] == COIL_FROM_SELF ||
			 m->from[o->index] == COIL_FROM_SELF)) {
		from = COIL_FROM_SELF;
		if (i->a.width != 8 || m->from[o->reg] == m->from[o->index]) {
			coil_machine_fault(m, COIL_VARIES_COMPUTES);
			return NULL;
		}
	}
	coil_put_register(m, i->a.reg, i->a.width, address, from);
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_push(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, from;

	if (i->a.kind != COIL_IMM && i->a.width != 8)
		return coil_step_none(m, i);
	if (!coil_get(m, &i->a, &value, &from))
		return NULL;
	m->reg[COIL_RSP] -= 8;
	if (!coil_store(m, m->reg[COIL_RSP], 8, value, from))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_pop(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, from;

	if (i->a.width != 8)
		return coil_step_none(m, i);
	if (!coil_load(m, m->reg[COIL_RSP], 8, &value, &from))
		return NULL;
	m->reg[COIL_RSP] += 8;
	if (!coil_put(m, &i->a, value, from))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_leave(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, from;

	if (!coil_load(m, m->reg[COIL_RBP], 8, &value, &from))
		return NULL;
	m->reg[COIL_RSP] = m->reg[COIL_RBP] + 8;
	coil_put_register(m, COIL_RBP, 8, value, from);
	return coil_machine_next(m, i);
}

/* The source is read, and the upper half of a 32-bit register cleared,
 * whatever the condition. */
struct coil_insn *coil_step_cmov(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, from, old;

	if (!coil_get(m, &i->b, &value, &from))
		return NULL;
	if (!coil_holds(m, i->condition)) {
		if (i->a.width != 4)
			return coil_machine_next(m, i);
		if (!coil_get(m, &i->a, &old, &from))
			return NULL;
		value = old;
	}
	coil_put_register(m, i->a.reg, i->a.width, value, from);
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_set(struct coil_machine *m, struct coil_insn *i)
{
	if (!coil_put(m, &i->a, coil_holds(m, i->condition), 0))
		return NULL;
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_nop(struct coil_machine *m, struct coil_insn *i)
{
	return coil_machine_next(m, i);
}

/* A part of a register as a number. */
static bool part(struct coil_machine *m, uint8_t reg, unsigned width,
		 uint64_t *value)
{
	const struct coil_operand o = {
		.kind = COIL_REG, .width = (uint8_t)width, .reg = reg};
	uint64_t from;

	if (!coil_get_number(m, &o, value, &from))
		return false;
	return !from || coil_machine_fault(m, COIL_VARIES_COMPUTES);
}

/* cbw, cwde, cdqe: into rax from its lower half. */
struct coil_insn *coil_step_widen_a(struct coil_machine *m, struct coil_insn *i)
{
	unsigned half = i->a.width / 2;
	uint64_t value;

	if (!half)
		return coil_step_none(m, i);
	if (!part(m, COIL_RAX, half, &value))
		return NULL;
	coil_put_register(m, COIL_RAX, i->a.width, coil_extend(value, half), 0);
	return coil_machine_next(m, i);
}

/* cwd, cdq, cqo: rdx is the sign of rax. */
struct coil_insn *coil_step_widen_d(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value;

	if (i->a.width < 2)
		return coil_step_none(m, i);
	if (!part(m, COIL_RAX, i->a.width, &value))
		return NULL;
	value = coil_extend(value, i->a.width) >> 63;
	coil_put_register(m, COIL_RDX, i->a.width, value ? UINT64_MAX : 0, 0);
	return coil_machine_next(m, i);
}
