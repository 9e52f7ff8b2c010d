/* SPDX-License-Identifier: MIT */
/*
 * Decoding by Zydis, which only this and decode_table.c know: what it says of
 * one instruction becomes the few fields that the machine needs.
 *
 * Source: Intel's Software Developer's Manual, volume 2, for what the
 * instructions do; Zydis/DecoderTypes.h (4.0) for how they are described.
 */
#include <stdio.h>
#include <stdlib.h>

#include "traverse/decode.h"

struct coil_decoder {
	ZydisDecoder zydis;
};

bool coil_decoder_present(void)
{
	return true;
}

struct coil_decoder *coil_decoder_new(void)
{
	struct coil_decoder *decoder = malloc(sizeof(*decoder));

	if (decoder && !ZYAN_SUCCESS(ZydisDecoderInit(
			       &decoder->zydis, ZYDIS_MACHINE_MODE_LONG_64,
			       ZYDIS_STACK_WIDTH_64))) {
		free(decoder);
		return NULL;
	}
	return decoder;
}

void coil_decoder_free(struct coil_decoder *decoder)
{
	free(decoder);
}

/* The number of a general register; false for any other. */
static bool general(ZydisRegister reg, uint8_t *number, bool *high)
{
	*high = false;
	if (reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH) {
		*number = (uint8_t)(reg - ZYDIS_REGISTER_AH);
		*high = true;
	} else if (reg >= ZYDIS_REGISTER_AL && reg <= ZYDIS_REGISTER_BL) {
		*number = (uint8_t)(reg - ZYDIS_REGISTER_AL);
	} else if (reg >= ZYDIS_REGISTER_SPL && reg <= ZYDIS_REGISTER_R15B) {
		*number = (uint8_t)(reg - ZYDIS_REGISTER_SPL + COIL_RSP);
	} else if (reg >= ZYDIS_REGISTER_AX && reg <= ZYDIS_REGISTER_R15W) {
		*number = (uint8_t)(reg - ZYDIS_REGISTER_AX);
	} else if (reg >= ZYDIS_REGISTER_EAX && reg <= ZYDIS_REGISTER_R15D) {
		*number = (uint8_t)(reg - ZYDIS_REGISTER_EAX);
	} else if (reg >= ZYDIS_REGISTER_RAX && reg <= ZYDIS_REGISTER_R15) {
		*number = (uint8_t)(reg - ZYDIS_REGISTER_RAX);
	} else {
		return false;
	}
	return true;
}

/* A base or index: 64 bits wide, or none. */
static bool address_register(ZydisRegister reg, uint8_t *number)
{
	*number = COIL_ZERO;
	if (reg == ZYDIS_REGISTER_NONE)
		return true;
	if (reg < ZYDIS_REGISTER_RAX || reg > ZYDIS_REGISTER_R15)
		return false;
	*number = (uint8_t)(reg - ZYDIS_REGISTER_RAX);
	return true;
}

static bool memory(const ZydisDecodedOperandMem *mem, uint64_t end,
		   struct coil_operand *out)
{
	ZydisRegister base = mem->base;

	out->kind = COIL_MEM;
	out->value = (uint64_t)mem->disp.value;
	out->scale = mem->scale ? mem->scale : 1;
	out->fs = mem->segment == ZYDIS_REGISTER_FS;
	if (base == ZYDIS_REGISTER_RIP) {
		out->value += end;
		base = ZYDIS_REGISTER_NONE;
	}
	return mem->segment != ZYDIS_REGISTER_GS &&
	       address_register(base, &out->reg) &&
	       address_register(mem->index, &out->index);
}

static bool operand(const ZydisDecodedInstruction *insn,
		    const ZydisDecodedOperand *o, uint64_t end,
		    struct coil_operand *out)
{
	bool high;

	out->width = (uint8_t)(o->size / 8);
	if (o->type == ZYDIS_OPERAND_TYPE_REGISTER &&
	    o->reg.value >= ZYDIS_REGISTER_XMM0 &&
	    o->reg.value <= ZYDIS_REGISTER_XMM15) {
		out->kind = COIL_VECTOR;
		out->reg = (uint8_t)(o->reg.value - ZYDIS_REGISTER_XMM0);
		out->width = 16;
	} else if (o->type == ZYDIS_OPERAND_TYPE_REGISTER) {
		if (!general(o->reg.value, &out->reg, &high))
			return false;
		out->kind = high ? COIL_REG_HIGH : COIL_REG;
	} else if (o->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		out->kind = COIL_IMM;
		out->value = o->imm.value.u; /* signed ones are extended */
	} else if (o->type == ZYDIS_OPERAND_TYPE_MEMORY) {
		if (insn->address_width != 64 || !memory(&o->mem, end, out))
			return false;
	} else {
		return false;
	}
	return true;
}

static bool is_vector(uint8_t op)
{
	return op >= COIL_OP_VMOVE && op <= COIL_OP_FWIDTH_4;
}

/* Widths that the steps of @op know. */
static bool has_width(uint8_t op, const struct coil_operand *o)
{
	return o->width == 1 || o->width == 2 || o->width == 4 ||
	       o->width == 8 || (o->width == 16 && is_vector(op));
}

/* Prefixes that change what an instruction of the whitelist does.  What is
 * locked does the same without. */
static bool plain(const ZydisDecodedInstruction *insn)
{
	return !(insn->attributes &
		 (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
		  ZYDIS_ATTRIB_HAS_REPNE)) &&
	       insn->encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY;
}

/* stos and movs: their places are registers, the width is all to tell. */
static void string(const ZydisDecodedInstruction *insn, struct coil_insn *out)
{
	bool moves = insn->mnemonic == ZYDIS_MNEMONIC_MOVSB ||
		     insn->mnemonic == ZYDIS_MNEMONIC_MOVSW ||
		     insn->mnemonic == ZYDIS_MNEMONIC_MOVSD ||
		     insn->mnemonic == ZYDIS_MNEMONIC_MOVSQ;
	bool segment = insn->attributes & ZYDIS_ATTRIB_HAS_SEGMENT;

	out->op = coil_decode_rows[insn->mnemonic].op;
	if (out->op != COIL_OP_NONE)
		out->op = moves ? COIL_OP_MOVS : COIL_OP_STOS;
	if (insn->address_width != 64 || segment)
		out->op = COIL_OP_NONE;
	out->repeat = insn->attributes & ZYDIS_ATTRIB_HAS_REP;
	out->a.width = (uint8_t)(insn->operand_width / 8);
}

/* A jump's target is relative; a far one has another operand. */
static void branch(const ZydisDecodedInstruction *insn,
		   const ZydisDecodedOperand *to, struct coil_insn *out)
{
	bool near = insn->meta.branch_type == ZYDIS_BRANCH_TYPE_NEAR;

	if (out->op == COIL_OP_RET && !near)
		out->op = COIL_OP_NONE;
	if (out->op != COIL_OP_JMP && out->op != COIL_OP_JCC &&
	    out->op != COIL_OP_CALL)
		return;
	out->direct = out->a.kind == COIL_IMM;
	if (out->direct)
		out->target = out->end + to->imm.value.u;
	else if (!near || out->a.width != 8)
		out->op = COIL_OP_NONE;
}

static void take_operands(const ZydisDecodedInstruction *insn,
			  const ZydisDecodedOperand *operands,
			  struct coil_insn *out)
{
	struct coil_operand *const places[] = {&out->a, &out->b, &out->c};
	unsigned visible = insn->operand_count_visible;

	if (visible > countof(places))
		visible = out->op = COIL_OP_NONE;
	for (unsigned i = 0; i < visible; i++)
		if (!operand(insn, &operands[i], out->end, places[i]) ||
		    !has_width(out->op, places[i]))
			out->op = COIL_OP_NONE;
}

bool coil_decode(const struct coil_decoder *decoder, const uint8_t *bytes,
		 size_t size, uint64_t address, struct coil_insn *out)
{
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];

	memset(out, 0, sizeof(*out));
	out->address = out->end = address;
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder->zydis, bytes, size,
						 &insn, operands)))
		return false;
	out->end = address + insn.length;
	if (insn.mnemonic > ZYDIS_MNEMONIC_MAX_VALUE)
		return true;
	if (insn.meta.category == ZYDIS_CATEGORY_STRINGOP) {
		string(&insn, out);
		return true;
	}
	if (!plain(&insn))
		return true;
	out->op = coil_decode_rows[insn.mnemonic].op;
	out->condition = coil_decode_rows[insn.mnemonic].condition;
	if (out->op == COIL_OP_NOP)
		return true;
	if ((out->op == COIL_OP_WIDEN_A || out->op == COIL_OP_WIDEN_D)) {
		out->a.width = (uint8_t)(insn.operand_width / 8);
		return true;
	}
	take_operands(&insn, operands, out);
	branch(&insn, operands, out);
	return true;
}

void coil_decode_name(const struct coil_decoder *decoder, const uint8_t *bytes,
		      size_t size, char *buf, size_t room)
{
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	const char *name, *prefix = "";

	*buf = '\0';
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder->zydis, bytes, size,
						 &insn, operands)))
		return;
	name = ZydisMnemonicGetString(insn.mnemonic);
	if (insn.attributes & ZYDIS_ATTRIB_HAS_LOCK)
		prefix = "lock ";
	else if (insn.attributes &
		 (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
		  ZYDIS_ATTRIB_HAS_REPNE))
		prefix = "rep ";
	snprintf(buf, room, "%s%s", prefix, name ? name : "");
}
