/* SPDX-License-Identifier: MIT */
/*
 * Single bits, exchanges and what is added on the way: what locks and
 * reference counts are made of.  With a lock prefix or without they do the
 * same, since nobody else is there.
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"

/*
 * The bit that bt and its like speak of: in memory a register may name one far
 * away, before or behind, and the word that holds it is the operand then.
 */
static bool find_bit(struct coil_machine *m, const struct coil_insn *i,
		     uint64_t *value, uint64_t *address, unsigned *bit)
{
	unsigned bits = i->a.width * 8u;
	uint64_t n, from;

	if (!coil_get_mere(m, &i->b, &n))
		return false;
	*bit = (unsigned)n & (bits - 1);
	if (i->a.kind != COIL_MEM)
		return coil_get_mere(m, &i->a, value);
	if (!coil_address(m, &i->a, address))
		return false;
	if (i->b.kind != COIL_IMM) {
		int64_t far = (int64_t)coil_extend(n, i->b.width) >> 3;

		*address += (uint64_t)(far & -(int64_t)i->a.width);
	}
	if (!coil_load(m, *address, i->a.width, value, &from))
		return false;
	return !m->infer || !coil_is_tainted(m, from) ||
	       coil_machine_fault(m, COIL_VARIES_COMPUTES);
}

/* bt, bts, btr, btc: the bit is the carry; the other flags stay. */
struct coil_insn *coil_step_bt(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t value, address = 0, mask;
	unsigned bit;

	if (!find_bit(m, i, &value, &address, &bit))
		return NULL;
	mask = 1ull << bit;
	m->cf = value & mask;
	if (i->op == COIL_OP_BT)
		return coil_machine_next(m, i);
	value = i->op == COIL_OP_BTS   ? value | mask
		: i->op == COIL_OP_BTR ? value & ~mask
				       : value ^ mask;
	if (i->a.kind != COIL_MEM)
		coil_put_register(m, i->a.reg, i->a.width, value, 0);
	else if (!coil_store(m, address, i->a.width, value, 0))
		return NULL;
	return coil_machine_next(m, i);
}

/* Equal to rax: b is stored; else it goes into rax. */
struct coil_insn *coil_step_cmpxchg(struct coil_machine *m, struct coil_insn *i)
{
	const struct coil_operand rax = {
		.kind = COIL_REG, .width = i->a.width, .reg = COIL_RAX};
	uint64_t a, b, expected;

	if (!coil_get_mere(m, &i->a, &a) || !coil_get_mere(m, &i->b, &b) ||
	    !coil_get_mere(m, &rax, &expected))
		return NULL;
	coil_difference(m, expected, a, i->a.width, false);
	if (!m->zf)
		coil_put_register(m, COIL_RAX, i->a.width, a, 0);
	else if (!coil_put(m, &i->a, b, 0))
		return NULL;
	return coil_machine_next(m, i);
}

/* The sum into the first, what was there into the second; where both are one
 * register the sum stays. */
struct coil_insn *coil_step_xadd(struct coil_machine *m, struct coil_insn *i)
{
	bool memory = i->a.kind == COIL_MEM;
	uint64_t a, b, sum;

	if (!coil_get_mere(m, &i->a, &a) || !coil_get_mere(m, &i->b, &b))
		return NULL;
	sum = coil_sum(m, a, b, i->a.width, false);
	if ((memory && !coil_put(m, &i->a, sum, 0)) ||
	    !coil_put(m, &i->b, a, 0) ||
	    (!memory && !coil_put(m, &i->a, sum, 0)))
		return NULL;
	return coil_machine_next(m, i);
}

/* Memory first: the other may be in its address. */
struct coil_insn *coil_step_xchg(struct coil_machine *m, struct coil_insn *i)
{
	bool swapped = i->b.kind == COIL_MEM;
	const struct coil_operand *x = swapped ? &i->b : &i->a;
	const struct coil_operand *y = swapped ? &i->a : &i->b;
	uint64_t a, b, from_a, from_b;

	if (!coil_get(m, x, &a, &from_a) || !coil_get(m, y, &b, &from_b) ||
	    !coil_put(m, x, b, from_b) || !coil_put(m, y, a, from_a))
		return NULL;
	return coil_machine_next(m, i);
}
