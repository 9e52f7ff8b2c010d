/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_INSN_H
#define COIL_TRAVERSE_INSN_H

#include "base/base.h"

/*
 * A decoded instruction, as the machine steps it: what the decoder library
 * found, reduced to what the few instructions of the whitelist need.
 */

struct coil_machine;
struct coil_insn;

/* Carries out @insn; the next one, or NULL: the run is over. */
typedef struct coil_insn *coil_step(struct coil_machine *machine,
				    struct coil_insn *insn);

/* Registers by their numbers in the encoding; one more that is always 0. */
enum {
	COIL_RAX,
	COIL_RCX,
	COIL_RDX,
	COIL_RBX,
	COIL_RSP,
	COIL_RBP,
	COIL_RSI,
	COIL_RDI,
	COIL_R8,
	COIL_R9,
	COIL_R10,
	COIL_R11,
	COIL_ZERO = 16,
	COIL_REGISTERS
};

enum coil_operand_kind {
	COIL_NO_OPERAND,
	COIL_REG,
	COIL_REG_HIGH, /* ah, ch, dh, bh */
	COIL_VECTOR,   /* xmm0 to xmm15 */
	COIL_MEM,
	COIL_IMM
};

struct coil_operand {
	uint8_t kind;	/* enum coil_operand_kind */
	uint8_t width;	/* bytes: 1, 2, 4, 8; 16 with vectors */
	uint8_t reg;	/* COIL_REG, COIL_VECTOR; COIL_MEM: the base */
	uint8_t index;	/* COIL_MEM */
	uint8_t scale;	/* COIL_MEM: 1, 2, 4, 8 */
	bool fs;	/* COIL_MEM: relative to the thread's own block */
	uint64_t value; /* COIL_MEM: displacement, that of the instruction
			 * included; COIL_IMM: sign-extended */
};

/* The condition of a jump, set or move, as the low 4 bits of its opcode. */
enum coil_condition {
	COIL_CC_O,
	COIL_CC_NO,
	COIL_CC_B,
	COIL_CC_NB,
	COIL_CC_Z,
	COIL_CC_NZ,
	COIL_CC_BE,
	COIL_CC_NBE,
	COIL_CC_S,
	COIL_CC_NS,
	COIL_CC_P,
	COIL_CC_NP,
	COIL_CC_L,
	COIL_CC_NL,
	COIL_CC_LE,
	COIL_CC_NLE
};

/* Which instruction: one row each in ops.c. */
enum coil_op {
	COIL_OP_NONE, /* not on the whitelist */
	COIL_OP_MOV,
	COIL_OP_MOVZX,
	COIL_OP_MOVSX,
	COIL_OP_LEA,
	COIL_OP_PUSH,
	COIL_OP_POP,
	COIL_OP_LEAVE,
	COIL_OP_XCHG,
	COIL_OP_CMOV,
	COIL_OP_SET,
	COIL_OP_NOP,
	COIL_OP_ADD,
	COIL_OP_ADC,
	COIL_OP_SUB,
	COIL_OP_SBB,
	COIL_OP_CMP,
	COIL_OP_AND,
	COIL_OP_OR,
	COIL_OP_XOR,
	COIL_OP_TEST,
	COIL_OP_NOT,
	COIL_OP_NEG,
	COIL_OP_INC,
	COIL_OP_DEC,
	COIL_OP_SHL,
	COIL_OP_SHR,
	COIL_OP_SAR,
	COIL_OP_ROL,
	COIL_OP_ROR,
	COIL_OP_SHLD,
	COIL_OP_SHRD,
	COIL_OP_BT,
	COIL_OP_BTS,
	COIL_OP_BTR,
	COIL_OP_BTC,
	COIL_OP_CMPXCHG,
	COIL_OP_XADD,
	COIL_OP_IMUL,
	COIL_OP_MUL,
	COIL_OP_DIV,
	COIL_OP_IDIV,
	COIL_OP_WIDEN_A, /* cbw, cwde, cdqe */
	COIL_OP_WIDEN_D, /* cwd, cdq, cqo */
	COIL_OP_BSF,
	COIL_OP_TZCNT,
	COIL_OP_BSR,
	COIL_OP_POPCNT,
	COIL_OP_BSWAP,
	COIL_OP_STOS, /* rep or not: by the width of operand a */
	COIL_OP_MOVS,
	COIL_OP_VMOVE,	 /* a whole vector */
	COIL_OP_VMOVE_8, /* its low 8 bytes, the others 0 */
	COIL_OP_VMOVE_4,
	COIL_OP_VSCALAR_8, /* the same, but for two registers */
	COIL_OP_VSCALAR_4,
	COIL_OP_VLOW, /* 8 bytes, the others stay */
	COIL_OP_VHIGH,
	COIL_OP_VLOW_HIGH, /* from the low half into the high one */
	COIL_OP_VHIGH_LOW,
	COIL_OP_VHIGHS, /* both high halves */
	COIL_OP_VMASK,	/* the signs of its bytes */
	COIL_OP_VSHUFFLE,
	COIL_OP_VAND, /* the first that vector_alu.c does */
	COIL_OP_VANDN,
	COIL_OP_VOR,
	COIL_OP_VXOR,
	COIL_OP_VEQUAL_1,
	COIL_OP_VEQUAL_2,
	COIL_OP_VEQUAL_4,
	COIL_OP_VGREATER_1,
	COIL_OP_VGREATER_2,
	COIL_OP_VGREATER_4,
	COIL_OP_VADD_1,
	COIL_OP_VADD_2,
	COIL_OP_VADD_4,
	COIL_OP_VADD_8,
	COIL_OP_VSUB_1,
	COIL_OP_VSUB_2,
	COIL_OP_VSUB_4,
	COIL_OP_VSUB_8,
	COIL_OP_VMIN_1,
	COIL_OP_VMAX_1,
	COIL_OP_VLEFT_8, /* shifts by a number of bits */
	COIL_OP_VRIGHT_8,
	COIL_OP_VLEFT_16, /* of bytes */
	COIL_OP_VRIGHT_16,
	COIL_OP_VPAIRS_1, /* interleaves the low halves */
	COIL_OP_VPAIRS_2,
	COIL_OP_VPAIRS_4,
	COIL_OP_FADD_8, /* vector_float.c: an 8 and a 4 by turns */
	COIL_OP_FADD_4,
	COIL_OP_FSUB_8,
	COIL_OP_FSUB_4,
	COIL_OP_FMUL_8,
	COIL_OP_FMUL_4,
	COIL_OP_FDIV_8,
	COIL_OP_FDIV_4,
	COIL_OP_FMIN_8,
	COIL_OP_FMIN_4,
	COIL_OP_FMAX_8,
	COIL_OP_FMAX_4,
	COIL_OP_FCOMPARE_8,
	COIL_OP_FCOMPARE_4,
	COIL_OP_FFROM_8,
	COIL_OP_FFROM_4,
	COIL_OP_FTO_8,
	COIL_OP_FTO_4,
	COIL_OP_FWIDTH_8,
	COIL_OP_FWIDTH_4,
	COIL_OP_JMP,
	COIL_OP_JCC,
	COIL_OP_CALL,
	COIL_OP_RET,
	COIL_OPS
};

/* Carries out @insn, and then up to @burst more: see quick.h. */
typedef struct coil_insn *coil_quick(struct coil_machine *machine,
				     struct coil_insn *insn, unsigned burst);

/* What quick.c needs stands first, in one line of the processor's cache. */
struct coil_insn {
	_Alignas(64) coil_quick *quick;
	struct coil_insn *next;	    /* at end; NULL: not asked for yet */
	struct coil_insn *jump;	    /* at target, or where an indirect one went
				     * last */
	uint64_t value;		    /* a number, or a displacement */
	uint8_t reg, from;	    /* registers, see quick.c */
	uint8_t base, index, shift; /* of a place in memory */
	uint8_t width;		    /* bytes: 1, 2, 4, 8 */
	uint8_t unused;		    /* bits of a word above the width */
	uint8_t condition;	    /* enum coil_condition */
	uint64_t address, end;	    /* [address, end) in the target */
	uint64_t target;	    /* of a direct jump or call */
	coil_step *step;
	uint8_t op;  /* enum coil_op */
	bool direct; /* target holds */
	bool repeat; /* COIL_OP_STOS, COIL_OP_MOVS: rcx times */
	struct coil_operand a, b, c;
};

/* The table of ops.c, by enum coil_op. */
extern coil_step *const coil_steps[COIL_OPS];

struct coil_decoder;

/** NULL: out of memory, or built without a decoder. */
struct coil_decoder *coil_decoder_new(void);
void coil_decoder_free(struct coil_decoder *decoder);

/** Whether coil was built with a decoder. */
bool coil_decoder_present(void);

/**
 * Decode the instruction that begins @bytes[0, @size) and stands at @address.
 * @out receives op, condition, operands, end, target; op is COIL_OP_NONE for
 * what the whitelist lacks, whatever its operands.
 *
 * Returns false where the bytes are no whole instruction.
 */
bool coil_decode(const struct coil_decoder *decoder, const uint8_t *bytes,
		 size_t size, uint64_t address, struct coil_insn *out);

/** What the instruction that begins @bytes is called: "lock cmpxchg16b"; ""
 * where they are none. */
void coil_decode_name(const struct coil_decoder *decoder, const uint8_t *bytes,
		      size_t size, char *buf, size_t room);

#endif
