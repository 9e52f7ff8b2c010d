/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_OBJECTMAKE_H
#define COIL_TESTS_OBJECTMAKE_H

#include "objects/kind.h"

/*
 * One object in two pages of made memory, with the layout of CPython 3.11, for
 * what kinds say of it.  What is at @at of the pages has the address AT(@at);
 * the object is at OBJECT, and its arrays, by custom, from DATA on.
 */
enum { BASE = 0x10000, SIZE = 0x2000, OBJECT = 0x100, DATA = 0x800 };
#define AT(at)	((uint64_t)BASE + (at))
#define OUTSIDE 0x900000 /* not captured */

struct objectmake {
	uint8_t page[SIZE];
	struct coil_image *image;
	const struct coil_layout *layout;
	struct coil_reader reader;
	struct coil_type type; /* "made", of 200 bytes */
	struct coil_object object;
	struct coil_sink sink;
	uint64_t taken, taken_bytes; /* by objectmake_take() */
};

/* The one that there is: a test runs in a process of its own. */
extern struct objectmake made;

/* A fixture: pages of zeros, whose layout knows all of the object. */
void objectmake_setup(void);
void objectmake_teardown(void);

/** Writes a word of the pages, or a field of the object. */
void objectmake_put(uint64_t at, uint64_t value);
#define SET(s, f, value) objectmake_put(OBJECT + made.layout->s.f, value)

/** struct coil_buffers: counts. */
void objectmake_take(struct coil_buffers *buffers, uint64_t address,
		     uint64_t bytes);

/**
 * Checks the targets of the references in the sink that have all of @flags, in
 * order, and how much was missing.
 */
void objectmake_expect(const char *name, unsigned flags,
		       const uint64_t *expected, size_t count,
		       uint64_t missing);
#define EXPECT(name, flags, missing, ...) \
	objectmake_expect(name, flags, (const uint64_t[]){__VA_ARGS__}, \
			  sizeof((const uint64_t[]){__VA_ARGS__}) / 8, \
			  missing)
#define NOTHING(name, missing) objectmake_expect(name, 0, NULL, 0, missing)

#endif
