/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_BASE_H
#define COIL_BASE_BASE_H

/*
 * What every layer uses: failing in one line, loads from target bytes, checked
 * arithmetic, ownership guards.  The targets read here are little-endian and
 * 64-bit; the loads say so, so that a big-endian host would still be right.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "coil/status.h"

#define countof(a) (sizeof(a) / sizeof(*(a)))

/**
 * Fill @err (if not NULL) and return @status, so that a failure is one line:
 *	return coil_fail(err, COIL_E_BAD_DATA, "program header %u is cut", i);
 */
enum coil_status coil_fail(struct coil_error *err, enum coil_status status,
			   const char *format, ...) COIL_PRINTF(3, 4);

/** The same of the file @path: the text is "PATH: ...". */
enum coil_status coil_fail_file(struct coil_error *err, enum coil_status status,
				const char *path, const char *format, ...)
	COIL_PRINTF(4, 5);

/**
 * Say of @err, which was filled with @status, which file or what in the target
 * it is about, unless that is known; nothing where @status is COIL_OK.  Returns
 * @status.
 */
enum coil_status coil_about_file(struct coil_error *err,
				 enum coil_status status, const char *path);
enum coil_status coil_about_address(struct coil_error *err,
				    enum coil_status status, uint64_t address);

static inline uint8_t load8(const void *p)
{
	return *(const uint8_t *)p;
}

static inline uint16_t load16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t load32(const void *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
#else
	const uint8_t *b = p;

	return (uint32_t)load16(b) | (uint32_t)load16(b + 2) << 16;
#endif
}

static inline uint64_t load64(const void *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
#else
	const uint8_t *b = p;

	return (uint64_t)load32(b) | (uint64_t)load32(b + 4) << 32;
#endif
}

static inline void store64(void *p, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(p, &v, sizeof(v));
#else
	for (unsigned i = 0; i < 8; i++)
		((uint8_t *)p)[i] = (uint8_t)(v >> i * 8);
#endif
}

/* *out = a + b (a * b); false, and *out unspecified, where it does not fit. */
static inline bool add64(uint64_t a, uint64_t b, uint64_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}

static inline bool mul64(uint64_t a, uint64_t b, uint64_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

static inline uint64_t align_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

/* Bits that are set: without the instruction, which not every x86-64 has,
 * __builtin_popcountll() is a call. */
static inline uint32_t count_bits(uint64_t v)
{
	v -= v >> 1 & UINT64_C(0x5555555555555555);
	v = (v & UINT64_C(0x3333333333333333)) +
	    (v >> 2 & UINT64_C(0x3333333333333333));
	v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(v * UINT64_C(0x0101010101010101) >> 56);
}

static inline uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t max64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/**
 * Make room for @need elements in @array, a pointer from malloc() or NULL that
 * has room for @room of them, a size_t.  Both are lvalues, and change where the
 * array grows: by half again at least, so that appending is O(1).
 *
 * False where memory runs out or the bytes do not fit a size_t: the array and
 * @room are as they were, and the array still the caller's.
 */
#define RESERVE(array, room, need) \
	((need) <= (room) || \
	 coil_reserve(&(array), &(room), (need), sizeof(*(array))))

/* The value behind the @count elements of @array, which count one more then;
 * false: as RESERVE(), which makes room for it. */
#define APPEND(array, count, room, ...) \
	(RESERVE(array, room, (size_t)(count) + 1) && \
	 ((array)[(count)++] = (__VA_ARGS__), true))

/* For RESERVE(): @array points to the pointer. */
bool coil_reserve(void *array, size_t *room, size_t need, size_t size);

/* Scope guards: the owner is visible where it acquires. */
void coil_free_guard(void *pointer_to_pointer);
#define _cleanup_free_ __attribute__((cleanup(coil_free_guard)))

/* Give away what a guard would destroy. */
#define steal(p) \
	({ \
		__typeof__(p) _stolen = (p); \
		(p) = NULL; \
		_stolen; \
	})

#endif
