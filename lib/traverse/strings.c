/* SPDX-License-Identifier: MIT */
/*
 * stos and movs, once or rcx times, upwards: what compilers clear and copy
 * structs with.  Nothing sets the direction flag, and the ABI has it clear.
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"

/* A register as a number or as the object's address, moved. */
static bool place(struct coil_machine *m, uint8_t reg, uint64_t *value)
{
	*value = m->reg[reg];
	return !m->infer || !coil_is_slot(m, m->from[reg]) ||
	       coil_machine_fault(m, COIL_VARIES_POINTER);
}

/* A repetition costs a step. */
static bool more(struct coil_machine *m)
{
	if (!m->steps_left)
		return coil_machine_fault(m, COIL_FAULT_STEPS);
	m->steps_left--;
	return true;
}

struct coil_insn *coil_step_string(struct coil_machine *m, struct coil_insn *i)
{
	const struct coil_operand rax = {
		.kind = COIL_REG, .width = i->a.width, .reg = COIL_RAX};
	uint64_t to, source = 0, count = 1, value = 0, from = 0;
	bool moves = i->op == COIL_OP_MOVS;

	if (!place(m, COIL_RDI, &to) ||
	    (moves ? !place(m, COIL_RSI, &source)
		   : !coil_get(m, &rax, &value, &from)) ||
	    (i->repeat && !place(m, COIL_RCX, &count)))
		return NULL;
	for (uint64_t n = 0; n < count; n++) {
		if (!more(m) ||
		    (moves &&
		     !coil_load(m, source, i->a.width, &value, &from)) ||
		    !coil_store(m, to, i->a.width, value, from))
			return NULL;
		to += i->a.width;
		source += i->a.width;
	}
	m->reg[COIL_RDI] = to;
	if (moves)
		m->reg[COIL_RSI] = source;
	if (i->repeat)
		coil_put_register(m, COIL_RCX, 8, 0, 0);
	return coil_machine_next(m, i);
}
