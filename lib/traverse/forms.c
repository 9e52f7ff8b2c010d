/* SPDX-License-Identifier: MIT */
/*
 * Which form an instruction has: what quick.c does by itself, and the few
 * fields that it does it with.
 */
#include "traverse/operand.h"
#include "traverse/quick.h"

/* Operands of a form; a bit each, so that a row may take several. */
enum { NONE = 1, REG = 2, MEM = 4, IMM = 8 };

#define W8  0x80u /* widths: bit 8 is not one of a byte, so the last is 8's */
#define W4  0x10u
#define W2  0x04u
#define W1  0x02u
#define ANY (W8 | W4 | W2 | W1)

static const struct form {
	uint8_t op, a, b, widths;
	coil_quick *quick;
} forms[] = {
	{COIL_OP_MOV, REG, REG, W8, coil_quick_copy},
	{COIL_OP_MOV, REG, REG, W4, coil_quick_copy_half},
	{COIL_OP_MOV, REG, IMM, W8 | W4, coil_quick_number},
	{COIL_OP_MOV, REG, MEM, W8, coil_quick_load},
	{COIL_OP_MOV, REG, MEM, W4, coil_quick_load_part},
	{COIL_OP_MOVZX, REG, MEM, W8 | W4, coil_quick_load_part},
	{COIL_OP_MOV, MEM, REG, W8, coil_quick_store},
	{COIL_OP_LEA, REG, MEM, W8, coil_quick_place},
	{COIL_OP_PUSH, REG, NONE, W8, coil_quick_push},
	{COIL_OP_POP, REG, NONE, W8, coil_quick_pop},
	{COIL_OP_ADD, REG, REG, W8 | W4, coil_quick_add},
	{COIL_OP_ADD, REG, IMM, W8 | W4, coil_quick_add_number},
	{COIL_OP_SUB, REG, REG, W8 | W4, coil_quick_sub},
	{COIL_OP_SUB, REG, IMM, W8 | W4, coil_quick_sub_number},
	{COIL_OP_AND, REG, IMM, W8 | W4, coil_quick_and_number},
	{COIL_OP_CMP, REG, REG, ANY, coil_quick_cmp},
	{COIL_OP_CMP, REG, IMM, ANY, coil_quick_cmp_number},
	{COIL_OP_CMP, REG, MEM, ANY, coil_quick_cmp_memory},
	{COIL_OP_CMP, MEM, REG, ANY, coil_quick_memory_cmp},
	{COIL_OP_CMP, MEM, IMM, ANY, coil_quick_memory_cmp_number},
	{COIL_OP_TEST, REG, REG, ANY, coil_quick_test},
	{COIL_OP_TEST, REG, IMM, ANY, coil_quick_test_number},
	{COIL_OP_TEST, MEM, IMM, ANY, coil_quick_memory_test},
	{COIL_OP_NOP, NONE, NONE, ANY, coil_quick_nop},
	{COIL_OP_JMP, IMM, NONE, ANY, coil_quick_jmp},
	{COIL_OP_JCC, IMM, NONE, ANY, coil_quick_jcc},
	{COIL_OP_CALL, IMM, NONE, ANY, coil_quick_call},
	{COIL_OP_CALL, REG, NONE, W8, coil_quick_call_register},
	{COIL_OP_RET, NONE, NONE, ANY, coil_quick_ret},
};

static unsigned operand_bit(const struct coil_operand *o)
{
	static const uint8_t bits[] = {
		[COIL_NO_OPERAND] = NONE, [COIL_REG] = REG, [COIL_REG_HIGH] = 0,
		[COIL_VECTOR] = 0,	  [COIL_MEM] = MEM, [COIL_IMM] = IMM,
	};

	return o->kind == COIL_MEM && o->fs ? 0 : bits[o->kind];
}

static unsigned width_bit(unsigned width)
{
	return width == 8 ? W8 : width == 4 ? W4 : width == 2 ? W2 : W1;
}

static const struct form *find_form(const struct coil_insn *i)
{
	unsigned a = operand_bit(&i->a), b = operand_bit(&i->b);
	unsigned width = i->op == COIL_OP_NOP ? W8 : width_bit(i->a.width);

	for (size_t n = 0; n < countof(forms); n++)
		if (forms[n].op == i->op && forms[n].a & a && forms[n].b & b &&
		    forms[n].widths & width)
			return &forms[n];
	return NULL;
}

/* Forms that a register or a condition makes narrower. */
static coil_quick *narrow(const struct coil_insn *i, coil_quick *quick)
{
	bool same = i->a.kind == COIL_REG && i->b.kind == COIL_REG &&
		    i->a.reg == i->b.reg;

	if (quick == coil_quick_push && i->a.reg == COIL_RSP)
		return coil_quick_other;
	if (quick == coil_quick_load && i->b.reg == COIL_RSP)
		return coil_quick_load_stack;
	if (quick == coil_quick_sub && same)
		return coil_quick_zero;
	if (quick == coil_quick_jcc && i->condition == COIL_CC_Z)
		return coil_quick_jz;
	if (quick == coil_quick_jcc && i->condition == COIL_CC_NZ)
		return coil_quick_jnz;
	return quick;
}

void coil_quick_resolve(struct coil_insn *i)
{
	const struct form *form = find_form(i);
	const struct coil_operand *mem = NULL;

	i->quick = coil_quick_other;
	if (i->op == COIL_OP_XOR && i->a.kind == COIL_REG &&
	    i->b.kind == COIL_REG && i->a.reg == i->b.reg && i->a.width >= 4)
		i->quick = coil_quick_zero;
	else if (form)
		i->quick = narrow(i, form->quick);
	i->width = i->quick == coil_quick_load_part ? i->b.width : i->a.width;
	i->unused = (uint8_t)(64 - i->width * 8);
	i->reg = i->a.reg;
	i->from = i->b.kind == COIL_REG ? i->b.reg : i->a.reg;
	if (i->a.kind == COIL_MEM)
		mem = &i->a;
	else if (i->b.kind == COIL_MEM)
		mem = &i->b;
	if (mem) {
		i->base = mem->reg;
		i->index = mem->index;
		i->shift = (uint8_t)__builtin_ctz(mem->scale);
		i->value = mem->value;
	} else if (i->b.kind == COIL_IMM && i->a.width <= 8) {
		i->value = coil_extend(i->b.value, i->a.width);
		if (i->quick == coil_quick_number && i->a.width == 4)
			i->value = (uint32_t)i->value;
	}
}
