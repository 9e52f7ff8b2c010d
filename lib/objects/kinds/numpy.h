/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KINDS_NUMPY_H
#define COIL_OBJECTS_KINDS_NUMPY_H

#include "objects/kinds/kinds.h"

/*
 * What numpy's kinds ask of a dtype.
 */
#define COIL_NUMPY_OWN_DATA 0x04u	 /* flags of arrays and void scalars */
#define COIL_NUMPY_LIMIT    (1ull << 44) /* bytes of an array, for sure */
#define COIL_NUMPY_WORDS    4096u	 /* references in one item */
#define COIL_NUMPY_NESTED   64u		 /* dtypes of fields to be looked at */

struct coil_numpy_layout;

struct coil_numpy_descr {
	const uint8_t *head; /* behind the object's head */
	const struct coil_numpy_layout *layout;
	uint64_t size; /* bytes of an item */
	int32_t number;
	bool legacy; /* it has the fields, the names and the subarray of 1.x */
	bool refs;   /* items hold references */
};

/** The dtype at @address; false where it is none or was not captured. */
bool coil_numpy_descr(struct coil_reader *reader, uint64_t address,
		      struct coil_numpy_descr *out);

/* The places of references in one item of a dtype. */
struct coil_numpy_words {
	uint32_t at[COIL_NUMPY_WORDS];
	uint32_t count;
	struct {
		uint64_t descr, offset;
	} nested[COIL_NUMPY_NESTED];
	unsigned pending;
	bool cut; /* more than there is room for */
};

/** Lists where an item of the dtype at @address has references. */
void coil_numpy_words(struct coil_reader *reader, uint64_t address,
		      struct coil_numpy_words *words);

#endif
