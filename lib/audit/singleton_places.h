/* SPDX-License-Identifier: MIT */
/* Where the one object of a value stands, for each type that has such. */
#ifndef COIL_AUDIT_SINGLETON_PLACES_H
#define COIL_AUDIT_SINGLETON_PLACES_H

#include "coil/singletons.h"
#include "runtime/runtime.h"

/* A value of which there may be many objects. */
#define COIL_SINGLETON_ORDINARY UINT64_MAX

struct coil_singleton_type {
	const char *type;
	enum coil_singleton_kind kind;
	/* The address where the one object of the value at @address is, 0 where
	 * that is not known, or COIL_SINGLETON_ORDINARY. */
	uint64_t (*place)(const struct coil_runtime *r, uint64_t address);
};

/* Rows until one whose type is NULL. */
extern const struct coil_singleton_type coil_singleton_types[];

/* The place of small integer @index, counted from the lowest; 0: none. */
uint64_t coil_singleton_int(const struct coil_runtime *r, uint64_t index);

#endif
