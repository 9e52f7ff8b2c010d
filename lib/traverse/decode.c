/* SPDX-License-Identifier: MIT */
/*
 * Decoding by Zydis, the only file that knows it: what it says of one
 * instruction becomes the few fields that the machine needs.
 *
 * Source: Intel's Software Developer's Manual, volume 2, for what the
 * instructions do; Zydis/DecoderTypes.h (4.0) for how they are told.
 */
#include <stdlib.h>

#include <Zydis/Zydis.h>

#include "traverse/insn.h"

struct coil_decoder {
	ZydisDecoder zydis;
};

static const struct row {
	uint8_t op, condition;
} rows[ZYDIS_MNEMONIC_MAX_VALUE + 1] = {
#define ROW(mnemonic, name) [ZYDIS_MNEMONIC_##mnemonic] = {COIL_OP_##name, 0}
	ROW(MOV, MOV),
	ROW(MOVZX, MOVZX),
	ROW(MOVSX, MOVSX),
	ROW(MOVSXD, MOVSX),
	ROW(LEA, LEA),
	ROW(PUSH, PUSH),
	ROW(POP, POP),
	ROW(LEAVE, LEAVE),
	ROW(XCHG, XCHG),
	ROW(NOP, NOP),
	ROW(ENDBR64, NOP),
	ROW(ADD, ADD),
	ROW(ADC, ADC),
	ROW(SUB, SUB),
	ROW(SBB, SBB),
	ROW(CMP, CMP),
	ROW(AND, AND),
	ROW(OR, OR),
	ROW(XOR, XOR),
	ROW(TEST, TEST),
	ROW(NOT, NOT),
	ROW(NEG, NEG),
	ROW(INC, INC),
	ROW(DEC, DEC),
	ROW(SHL, SHL),
	ROW(SHR, SHR),
	ROW(SAR, SAR),
	ROW(ROL, ROL),
	ROW(ROR, ROR),
	ROW(BT, BT),
	ROW(IMUL, IMUL),
	ROW(MUL, MUL),
	ROW(DIV, DIV),
	ROW(IDIV, IDIV),
	ROW(CBW, WIDEN_A),
	ROW(CWDE, WIDEN_A),
	ROW(CDQE, WIDEN_A),
	ROW(CWD, WIDEN_D),
	ROW(CDQ, WIDEN_D),
	ROW(CQO, WIDEN_D),
	ROW(BSF, BSF),
	ROW(TZCNT, TZCNT),
	ROW(BSR, BSR),
	ROW(POPCNT, POPCNT),
	ROW(BSWAP, BSWAP),
	ROW(JMP, JMP),
	ROW(CALL, CALL),
	ROW(RET, RET),
#undef ROW
#define ROW(cc) \
	[ZYDIS_MNEMONIC_J##cc] = {COIL_OP_JCC, COIL_CC_##cc}, \
	[ZYDIS_MNEMONIC_SET##cc] = {COIL_OP_SET, COIL_CC_##cc}, \
	[ZYDIS_MNEMONIC_CMOV##cc] = {COIL_OP_CMOV, COIL_CC_##cc}
	ROW(O),
	ROW(NO),
	ROW(B),
	ROW(NB),
	ROW(Z),
	ROW(NZ),
	ROW(BE),
	ROW(NBE),
	ROW(S),
	ROW(NS),
	ROW(P),
	ROW(NP),
	ROW(L),
	ROW(NL),
	ROW(LE),
	ROW(NLE),
#undef ROW
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
	if (o->type == ZYDIS_OPERAND_TYPE_REGISTER) {
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
	return out->width == 1 || out->width == 2 || out->width == 4 ||
	       out->width == 8;
}

/* Prefixes that change what an instruction of the whitelist does. */
static bool plain(const ZydisDecodedInstruction *insn)
{
	return !(insn->attributes &
		 (ZYDIS_ATTRIB_HAS_LOCK | ZYDIS_ATTRIB_HAS_REP |
		  ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE)) &&
	       insn->encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY;
}

bool coil_decode(const struct coil_decoder *decoder, const uint8_t *bytes,
		 size_t size, uint64_t address, struct coil_insn *out)
{
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	struct coil_operand *const places[] = {&out->a, &out->b, &out->c};
	unsigned visible;

	memset(out, 0, sizeof(*out));
	out->address = out->end = address;
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder->zydis, bytes, size,
						 &insn, operands)))
		return false;
	out->end = address + insn.length;
	if (!plain(&insn) || insn.mnemonic > ZYDIS_MNEMONIC_MAX_VALUE)
		return true;
	out->op = rows[insn.mnemonic].op;
	out->condition = rows[insn.mnemonic].condition;
	if (out->op == COIL_OP_NOP)
		return true;
	if ((out->op == COIL_OP_WIDEN_A || out->op == COIL_OP_WIDEN_D)) {
		out->a.width = (uint8_t)(insn.operand_width / 8);
		return true;
	}
	visible = insn.operand_count_visible;
	if (visible > countof(places))
		visible = out->op = COIL_OP_NONE;
	for (unsigned i = 0; i < visible; i++)
		if (!operand(&insn, &operands[i], out->end, places[i]))
			out->op = COIL_OP_NONE;
	/* A jump's target is relative; a far one has another operand. */
	if ((out->op == COIL_OP_JMP || out->op == COIL_OP_JCC ||
	     out->op == COIL_OP_CALL)) {
		out->direct = out->a.kind == COIL_IMM;
		if (out->direct)
			out->target = out->end + operands[0].imm.value.u;
		else if (insn.meta.branch_type != ZYDIS_BRANCH_TYPE_NEAR ||
			 out->a.width != 8)
			out->op = COIL_OP_NONE;
	}
	if (out->op == COIL_OP_RET &&
	    insn.meta.branch_type != ZYDIS_BRANCH_TYPE_NEAR)
		out->op = COIL_OP_NONE;
	return true;
}
