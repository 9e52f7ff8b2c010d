/* SPDX-License-Identifier: MIT */
/*
 * Jumps, calls, returns, and the two places that are no code of the target:
 * the function visit and where the run returns to.
 *
 * Source: Intel's Software Developer's Manual, volume 2; System V ABI, AMD64,
 * 3.2.3: arguments in rdi and rsi, the result in rax, and which registers a
 * call may change.
 */
#include "traverse/operand.h"

/* What a visit allows in steps; a loop over millions takes fewer for each. */
#define STEPS_PER_VISIT 200u
#define STEPS_LATER	32u
#define VISITS_EARLY	(1u << 16)
#define SPOILED		0x7ffa000000000000ull /* what a call leaves behind */

struct coil_insn *coil_step_none(struct coil_machine *m, struct coil_insn *i)
{
	(void)i;
	coil_machine_fault(m, COIL_FAULT_INSTRUCTION);
	return NULL;
}

/* To @target; @i remembers where it went last. */
static struct coil_insn *go(struct coil_machine *m, struct coil_insn *i,
			    uint64_t target)
{
	if (!i->jump || i->jump->address != target)
		i->jump = coil_machine_insn(m, target);
	return i->jump;
}

/* Where an indirect jump leads; never through a word of the object. */
static bool destination(struct coil_machine *m, const struct coil_insn *i,
			uint64_t *target)
{
	uint64_t from;

	*target = i->target;
	if (i->direct)
		return true;
	if (!coil_get(m, &i->a, target, &from))
		return false;
	return !m->infer || !coil_is_tainted(m, from) ||
	       coil_machine_fault(m, COIL_VARIES_POINTER);
}

struct coil_insn *coil_step_jmp(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t target;

	if (!destination(m, i, &target))
		return NULL;
	return go(m, i, target);
}

struct coil_insn *coil_step_jcc(struct coil_machine *m, struct coil_insn *i)
{
	if (coil_holds(m, i->condition))
		return go(m, i, i->target);
	return coil_machine_next(m, i);
}

struct coil_insn *coil_step_call(struct coil_machine *m, struct coil_insn *i)
{
	uint64_t target;

	if (!destination(m, i, &target))
		return NULL;
	if (m->depth == COIL_DEPTH) {
		coil_machine_fault(m, COIL_FAULT_DEPTH);
		return NULL;
	}
	m->reg[COIL_RSP] -= 8;
	if (!coil_store(m, m->reg[COIL_RSP], 8, i->end, 0))
		return NULL;
	m->calls[m->depth].to = i->end;
	m->calls[m->depth].from = i;
	m->depth++;
	return go(m, i, target);
}

/* Pops an address: mostly the one that the last call left. */
struct coil_insn *coil_go_back(struct coil_machine *m, uint64_t drop)
{
	struct coil_insn *from;
	uint64_t to, provenance;

	if (!coil_load(m, m->reg[COIL_RSP], 8, &to, &provenance))
		return NULL;
	m->reg[COIL_RSP] += 8 + drop;
	if (!m->depth || m->calls[m->depth - 1].to != to)
		return coil_machine_insn(m, to);
	from = m->calls[--m->depth].from;
	return from ? coil_machine_next(m, from) : coil_machine_insn(m, to);
}

struct coil_insn *coil_step_ret(struct coil_machine *m, struct coil_insn *i)
{
	return coil_go_back(m, i->a.kind == COIL_IMM ? i->a.value & 0xffff : 0);
}

/* visit(object, arg) takes down what it is given and returns 0. */
struct coil_insn *coil_step_visit(struct coil_machine *m, struct coil_insn *i)
{
	static const uint8_t spoiled[] = {COIL_RCX, COIL_RDX, COIL_RSI,
					  COIL_RDI, COIL_R8,  COIL_R9,
					  COIL_R10, COIL_R11};
	unsigned more;

	(void)i;
	if (m->visit_count >= m->most_visits) {
		coil_machine_fault(m, COIL_FAULT_VISITS);
		return NULL;
	}
	if (!APPEND(m->visits, m->visit_count, m->visit_room,
		    (struct coil_visit){
			    .value = m->reg[COIL_RDI],
			    .from = m->from[COIL_RDI],
		    })) {
		coil_machine_fault(m, COIL_FAULT_MEMORY);
		return NULL;
	}
	more = m->visit_count < VISITS_EARLY ? STEPS_PER_VISIT : STEPS_LATER;
	m->steps_left += more;
	m->steps_given += more;
	for (size_t n = 0; n < countof(spoiled); n++) {
		m->reg[spoiled[n]] = SPOILED;
		m->from[spoiled[n]] = 0;
	}
	m->reg[COIL_RAX] = m->from[COIL_RAX] = 0;
	return coil_go_back(m, 0);
}

/* The end: no instruction follows, and no fault. */
struct coil_insn *coil_step_return(struct coil_machine *m, struct coil_insn *i)
{
	(void)m;
	(void)i;
	return NULL;
}
