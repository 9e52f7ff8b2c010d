/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_LOCATION_H
#define COIL_OBJECTS_LOCATION_H

#include "base/base.h"

/* No line: the instruction belongs to none. */
#define COIL_NO_LINE (-1)

/**
 * The line of an instruction, from the location table of a code object.
 *
 * @table      The bytes of co_linetable, @size of them.
 * @firstline  co_firstlineno.
 * @offset     Of the instruction from the start of the bytecode, in bytes.
 *
 * Returns the line, or COIL_NO_LINE where the instruction has none, the table
 * ends before it, or the line does not fit.
 *
 * Source: CPython's Objects/locations.md (3.11 and later): entries begin with
 * a byte whose bit 7 is set: bits 3-6 are the form, bits 0-2 the length in code
 * units less one.  Bytes up to the next entry have bit 7 clear.
 */
int32_t coil_location_line(const uint8_t *table, uint64_t size,
			   int32_t firstline, uint64_t offset);

/** The same by the table of 3.10: pairs of bytes. */
int32_t coil_delta_line(const uint8_t *table, uint64_t size, int32_t firstline,
			uint64_t offset);

/** The same by the table of 3.8 and 3.9, co_lnotab. */
int32_t coil_lnotab_line(const uint8_t *table, uint64_t size, int32_t firstline,
			 uint64_t offset);

#endif
