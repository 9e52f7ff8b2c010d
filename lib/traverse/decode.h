/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_DECODE_H
#define COIL_TRAVERSE_DECODE_H

#include <Zydis/Zydis.h>

#include "traverse/insn.h"

/* By ZydisMnemonic; op is COIL_OP_NONE for those that are not taken. */
extern const struct coil_decode_row {
	uint8_t op, condition;
} coil_decode_rows[ZYDIS_MNEMONIC_MAX_VALUE + 1];

#endif
