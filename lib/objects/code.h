/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_CODE_H
#define COIL_OBJECTS_CODE_H

#include "objects/kind.h"

/*
 * Code objects, as frames, generators, functions need them.
 */
struct coil_code {
	uint64_t address;
	uint32_t locals; /* co_nlocalsplus: locals, cells, free variables */
	uint32_t stack;	 /* co_stacksize: words of the evaluation stack */
	int32_t first_line;
	uint64_t names;	       /* tuple of str, one a local; or of the first */
	uint64_t cells, frees; /* tuples for the others, up to 3.10 */
	uint32_t name_count, cell_count; /* in the first two tuples */
	uint64_t kinds;			 /* bytes, one a local: COIL_LOCAL_* */
	uint64_t filename, name, qualname, linetable;
	uint64_t bytecode; /* address of the first instruction */
};

/* Bits of co_localspluskinds. Source: Include/internal/pycore_code.h. */
#define COIL_LOCAL_CELL 0x40
#define COIL_LOCAL_FREE 0x80

/**
 * Read the code object at @address.  False where it is not captured or its
 * sizes contradict its tuple of names: then it is none.
 */
bool coil_code_read(struct coil_reader *reader, uint64_t address,
		    struct coil_code *out);

/** The name of local @index, the address of a str, and its COIL_LOCAL_* bits;
 * 0 where it was not captured. */
uint64_t coil_code_name(struct coil_reader *reader,
			const struct coil_code *code, uint64_t index,
			uint8_t *kind);

/** The line of the instruction at @instruction; COIL_NO_LINE: none. */
int32_t coil_code_line(struct coil_reader *reader, const struct coil_code *code,
		       uint64_t instruction);

/** "qualname (file:line)". */
void coil_code_write(struct coil_reader *reader, const struct coil_code *code,
		     int32_t line, struct coil_out *out);

/**
 * The text of the str at @address without quotes, unprintable characters
 * as Python escapes them; at most @limit characters of it.
 */
void coil_out_text(struct coil_reader *reader, uint64_t address, uint64_t limit,
		   struct coil_out *out);

/* Characters of a name that are shown. */
#define COIL_NAME_LIMIT 256

#endif
