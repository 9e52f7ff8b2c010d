/* SPDX-License-Identifier: MIT */
/*
 * Which line an instruction belongs to: location tables of code objects.
 * Source: CPython's Objects/locations.md, PEP 626, PEP 657.
 */
#include "objects/location.h"

#define CODE_UNIT 2u /* bytes */

/* Forms of an entry. 0 to 9 are short: the line stays. */
enum form {
	FORM_ONE_LINE_0 = 10, /* 10, 11, 12: 0, 1, 2 lines on */
	FORM_ONE_LINE_2 = 12,
	FORM_NO_COLUMNS = 13, /* a signed number of lines follows */
	FORM_LONG = 14,	      /* the same, and more behind it */
	FORM_NONE = 15	      /* no line; the running line stays */
};

/*
 * A signed number at table[at]: groups of 6 bits, lowest first, bit 6 says
 * that one more follows; the lowest bit of the whole is the sign.  Groups that
 * do not fit 32 bits are dropped, as nothing valid has them.
 */
static int64_t signed_number(const uint8_t *table, uint64_t size, uint64_t at)
{
	uint64_t value = 0;
	unsigned shift = 0;

	for (; at < size; at++, shift += 6) {
		if (shift < 36)
			value |= (uint64_t)(table[at] & 0x3f) << shift;
		if (!(table[at] & 0x40))
			break;
	}
	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

static int64_t lines_on(const uint8_t *table, uint64_t size, uint64_t at)
{
	unsigned form = table[at] >> 3 & 15;

	if (form >= FORM_ONE_LINE_0 && form <= FORM_ONE_LINE_2)
		return form - FORM_ONE_LINE_0;
	if (form == FORM_NO_COLUMNS || form == FORM_LONG)
		return signed_number(table, size, at + 1);
	return 0;
}

int32_t coil_location_line(const uint8_t *table, uint64_t size,
			   int32_t firstline, uint64_t offset)
{
	int64_t line = firstline;
	uint64_t end = 0;

	for (uint64_t at = 0; at < size;) {
		unsigned form = table[at] >> 3 & 15;

		if (!(table[at] & 0x80))
			return COIL_NO_LINE;
		line += lines_on(table, size, at);
		end += ((table[at] & 7u) + 1) * CODE_UNIT;
		if (line < INT32_MIN || line > INT32_MAX)
			return COIL_NO_LINE;
		if (offset < end)
			return form == FORM_NONE ? COIL_NO_LINE : (int32_t)line;
		do
			at++;
		while (at < size && !(table[at] & 0x80));
	}
	return COIL_NO_LINE;
}

/* Source: CPython 3.10, Objects/lnotab_notes.txt: bytes of instructions, then
 * the step of the line; -128: they belong to none. */
int32_t coil_delta_line(const uint8_t *table, uint64_t size, int32_t firstline,
			uint64_t offset)
{
	int64_t line = firstline;
	uint64_t end = 0;

	for (uint64_t at = 0; at + 2 <= size; at += 2) {
		int8_t step = (int8_t)table[at + 1];

		if (step != INT8_MIN)
			line += step;
		end += table[at];
		if (offset < end)
			return step == INT8_MIN ? COIL_NO_LINE : (int32_t)line;
	}
	return COIL_NO_LINE;
}

/* Source: CPython 3.8, Objects/lnotab_notes.txt. */
int32_t coil_lnotab_line(const uint8_t *table, uint64_t size, int32_t firstline,
			 uint64_t offset)
{
	int64_t line = firstline;
	uint64_t start = 0;

	for (uint64_t at = 0; at + 2 <= size; at += 2) {
		start += table[at];
		if (start > offset)
			break;
		line += (int8_t)table[at + 1];
	}
	return (int32_t)line;
}
