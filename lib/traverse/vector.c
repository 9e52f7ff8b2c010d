/* SPDX-License-Identifier: MIT */
/*
 * Moves of 16 bytes and of parts of them: each half keeps where it came from.
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"

bool coil_get_vector(struct coil_machine *m, const struct coil_operand *o,
		     unsigned width, struct coil_vector *v)
{
	uint64_t address;

	*v = (struct coil_vector){0};
	if (o->kind == COIL_VECTOR) {
		*v = m->vector[o->reg];
		return true;
	}
	if (o->kind != COIL_MEM)
		return coil_get(m, o, &v->word[0], &v->from[0]);
	if (!coil_address(m, o, &address))
		return false;
	return coil_load(m, address, width < 8 ? width : 8, &v->word[0],
			 &v->from[0]) &&
	       (width != 16 ||
		coil_load(m, address + 8, 8, &v->word[1], &v->from[1]));
}

void coil_put_vector(struct coil_machine *m, const struct coil_operand *o,
		     const struct coil_vector *v)
{
	m->vectors = true;
	m->vector[o->reg] = *v;
}

bool coil_is_mere(struct coil_machine *m, const struct coil_vector *v)
{
	return !m->infer ||
	       !(coil_is_tainted(m, v->from[0]) ||
		 coil_is_tainted(m, v->from[1])) ||
	       coil_machine_fault(m, COIL_VARIES_COMPUTES);
}

/* The first @width bytes of @v. */
static bool store(struct coil_machine *m, const struct coil_operand *o,
		  unsigned width, const struct coil_vector *v)
{
	uint64_t address;

	if (o->kind != COIL_MEM)
		return coil_put(m, o, v->word[0], v->from[0]);
	if (!coil_address(m, o, &address))
		return false;
	if (width < 8)
		return coil_store(m, address, width,
				  v->word[0] & coil_mask(width), 0);
	return coil_store(m, address, 8, v->word[0], v->from[0]) &&
	       (width != 16 ||
		coil_store(m, address + 8, 8, v->word[1], v->from[1]));
}

/* The low 4 bytes are a number: no word that is watched is cut. */
static bool cut(struct coil_machine *m, struct coil_vector *v)
{
	if (m->infer && coil_is_tainted(m, v->from[0]))
		return coil_machine_fault(m, COIL_VARIES_COMPUTES);
	v->word[0] = (uint32_t)v->word[0];
	v->from[0] = 0;
	return true;
}

/* A whole one, or its low 8 or 4 bytes with 0 above them. */
struct coil_insn *coil_step_vmove(struct coil_machine *m, struct coil_insn *i)
{
	bool both = i->a.kind == COIL_VECTOR && i->b.kind == COIL_VECTOR;
	unsigned width = 16;
	struct coil_vector v, old;

	if (i->op == COIL_OP_VMOVE_8 || i->op == COIL_OP_VSCALAR_8)
		width = 8;
	else if (i->op == COIL_OP_VMOVE_4 || i->op == COIL_OP_VSCALAR_4)
		width = 4;
	if (!coil_get_vector(m, &i->b, width, &v) ||
	    (width == 4 && !cut(m, &v)))
		return NULL;
	if (width < 16)
		v.word[1] = v.from[1] = 0;
	if (i->a.kind != COIL_VECTOR)
		return store(m, &i->a, width, &v) ? coil_machine_next(m, i)
						  : NULL;
	if (both &&
	    (i->op == COIL_OP_VSCALAR_8 || i->op == COIL_OP_VSCALAR_4)) {
		old = m->vector[i->a.reg];
		v.word[1] = old.word[1];
		v.from[1] = old.from[1];
		if (width == 4) {
			if (m->infer && coil_is_tainted(m, old.from[0])) {
				coil_machine_fault(m, COIL_VARIES_COMPUTES);
				return NULL;
			}
			v.word[0] |= old.word[0] >> 32 << 32;
		}
	}
	coil_put_vector(m, &i->a, &v);
	return coil_machine_next(m, i);
}

/* One half from or to memory; or half to half; or both high halves. */
struct coil_insn *coil_step_vhalf(struct coil_machine *m, struct coil_insn *i)
{
	bool high = i->op == COIL_OP_VHIGH || i->op == COIL_OP_VLOW_HIGH ||
		    i->op == COIL_OP_VHIGHS;
	bool of_high = i->op == COIL_OP_VHIGH_LOW || i->op == COIL_OP_VHIGHS;
	struct coil_vector v, old;

	if (i->a.kind == COIL_MEM) {
		old = m->vector[i->b.reg];
		v.word[0] = old.word[high];
		v.from[0] = old.from[high];
		return store(m, &i->a, 8, &v) ? coil_machine_next(m, i) : NULL;
	}
	if (!coil_get_vector(m, &i->b, i->b.width, &v))
		return NULL;
	old = m->vector[i->a.reg];
	if (i->op == COIL_OP_VHIGHS) {
		old.word[0] = old.word[1];
		old.from[0] = old.from[1];
	}
	old.word[high] = v.word[of_high];
	old.from[high] = v.from[of_high];
	coil_put_vector(m, &i->a, &old);
	return coil_machine_next(m, i);
}
