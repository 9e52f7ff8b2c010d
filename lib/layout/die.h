/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_DIE_H
#define COIL_LAYOUT_DIE_H

/*
 * C types in DWARF: members by path, arrays, pointers.
 *
 * Source: DWARF 5, 5.3 to 5.7 (type entries and their members).
 */

#include <elfutils/libdw.h>

#include "base/base.h"

/* @type without typedefs and qualifiers; false where it is incomplete. */
bool coil_die_bare(Dwarf_Die *type, Dwarf_Die *out);

/* The same for the elements of an array (of arrays ...), with their number;
 * 1 where @type is no array. */
bool coil_die_element(Dwarf_Die *type, Dwarf_Die *out, uint64_t *count);

/* The type of a variable, member, pointer or typedef. */
bool coil_die_type(Dwarf_Die *die, Dwarf_Die *out);

/* The offset of a member in its struct; 0 in a union. */
uint64_t coil_die_offset(Dwarf_Die *member);

/**
 * The member of struct @owner at a dotted @path of @length bytes: its offset
 * from the start of @owner and its type.  Looks into anonymous members, and
 * through arrays at their first element.
 */
bool coil_die_member(Dwarf_Die *owner, const char *path, size_t length,
		     uint64_t *offset, Dwarf_Die *type);

/* The same for alternatives joined by '|', tried in order. */
bool coil_die_alternative(Dwarf_Die *owner, const char *paths, uint64_t *offset,
			  Dwarf_Die *type);

/* Whether @type is a pointer to an object: PyObject * or PyTypeObject *. */
bool coil_die_is_object_pointer(Dwarf_Die *type);

/* Roots, as in struct coil_layout. */
struct coil_layout_root;

/**
 * The references that struct @owner holds itself, as layout rows.
 *
 * Returns COIL_OK with *@out, an array of @out_count rows whose names are
 * allocated, or COIL_E_NOMEM.
 */
enum coil_status coil_die_roots(Dwarf_Die *owner,
				const struct coil_layout_root **out,
				uint32_t *out_count);

#endif
