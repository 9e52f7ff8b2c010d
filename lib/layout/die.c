/* SPDX-License-Identifier: MIT */
/*
 * C types in DWARF: members by path, arrays, pointers.
 *
 * Source: DWARF 5, 5.2 (typedefs, qualifiers), 5.5 (arrays), 5.7 (members).
 */

#include "layout/die.h"

#include <dwarf.h>

/* Typedefs of typedefs, structs in structs: deeper is no C of CPython's. */
#define DEPTH_MAX 16

bool coil_die_type(Dwarf_Die *die, Dwarf_Die *out)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) &&
	       dwarf_formref_die(&attr, out);
}

bool coil_die_bare(Dwarf_Die *type, Dwarf_Die *out)
{
	*out = *type;
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		Dwarf_Die next;

		switch (dwarf_tag(out)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_atomic_type:
			if (!coil_die_type(out, &next))
				return false;
			*out = next;
			break;
		default:
			return !dwarf_hasattr(out, DW_AT_declaration);
		}
	}
	return false;
}

/* Elements in one array type, all its dimensions; 0: not said. */
static uint64_t array_count(Dwarf_Die *array)
{
	uint64_t count = 1;
	Dwarf_Die child;
	Dwarf_Attribute attr;
	Dwarf_Word n;

	if (dwarf_child(array, &child) != 0)
		return 0;
	do {
		if (dwarf_tag(&child) != DW_TAG_subrange_type)
			continue;
		if (dwarf_attr(&child, DW_AT_count, &attr) &&
		    dwarf_formudata(&attr, &n) == 0) {
			if (!mul64(count, n, &count))
				return 0;
		} else if (dwarf_attr(&child, DW_AT_upper_bound, &attr) &&
			   dwarf_formudata(&attr, &n) == 0) {
			if (!mul64(count, n + 1, &count))
				return 0;
		} else {
			return 0;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return count;
}

bool coil_die_element(Dwarf_Die *type, Dwarf_Die *out, uint64_t *count)
{
	Dwarf_Die next;

	*count = 1;
	if (!coil_die_bare(type, out))
		return false;
	for (int depth = 0; dwarf_tag(out) == DW_TAG_array_type; depth++) {
		if (depth == DEPTH_MAX ||
		    !mul64(*count, array_count(out), count) ||
		    !coil_die_type(out, &next) || !coil_die_bare(&next, out))
			return false;
	}
	return true;
}

uint64_t coil_die_offset(Dwarf_Die *member)
{
	Dwarf_Attribute attr;
	Dwarf_Word offset;

	/* Of a bit-field the byte with its first bit. */
	if (dwarf_attr(member, DW_AT_data_bit_offset, &attr) &&
	    dwarf_formudata(&attr, &offset) == 0)
		return offset / 8;
	if (!dwarf_attr(member, DW_AT_data_member_location, &attr) ||
	    dwarf_formudata(&attr, &offset) != 0)
		return 0;
	return offset;
}

/* One component: a member of @owner called @name, or of an anonymous one. */
static bool find_member(Dwarf_Die *owner, const char *name, size_t length,
			int depth, uint64_t *offset, Dwarf_Die *type)
{
	Dwarf_Die child;

	if (depth == DEPTH_MAX || dwarf_child(owner, &child) != 0)
		return false;
	do {
		const char *is = dwarf_diename(&child);
		uint64_t at = coil_die_offset(&child);
		Dwarf_Die of, bare;

		if (dwarf_tag(&child) != DW_TAG_member ||
		    !coil_die_type(&child, &of))
			continue;
		if (is && strlen(is) == length &&
		    memcmp(is, name, length) == 0) {
			*offset = at;
			*type = of;
			return true;
		}
		if (!is && coil_die_bare(&of, &bare) &&
		    find_member(&bare, name, length, depth + 1, offset, type)) {
			*offset += at;
			return true;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

bool coil_die_member(Dwarf_Die *owner, const char *path, size_t length,
		     uint64_t *offset, Dwarf_Die *type)
{
	const char *end = path + length;
	Dwarf_Die in = *owner;

	*offset = 0;
	for (;;) {
		const char *dot = memchr(path, '.', (size_t)(end - path));
		size_t n = (size_t)((dot ? dot : end) - path);
		uint64_t at, count;

		if (!find_member(&in, path, n, 0, &at, type))
			return false;
		*offset += at;
		if (!dot)
			return true;
		if (!coil_die_element(type, &in, &count))
			return false;
		path = dot + 1;
	}
}

bool coil_die_alternative(Dwarf_Die *owner, const char *paths, uint64_t *offset,
			  Dwarf_Die *type)
{
	for (const char *p = paths;; p++) {
		size_t n = strcspn(p, "|");

		if (coil_die_member(owner, p, n, offset, type))
			return true;
		p += n;
		if (!*p)
			return false;
	}
}

bool coil_die_is_object_pointer(Dwarf_Die *type)
{
	/* The structs behind PyObject, PyTypeObject, PyLongObject. */
	static const char *const objects[] = {"_object", "_typeobject",
					      "_longobject"};
	Dwarf_Die bare, target, of;
	const char *name;

	if (!coil_die_bare(type, &bare) ||
	    dwarf_tag(&bare) != DW_TAG_pointer_type ||
	    !coil_die_type(&bare, &target))
		return false;
	/* A declaration serves: only its name is asked for. */
	(void)!coil_die_bare(&target, &of);
	name = dwarf_diename(&of);
	for (size_t i = 0; name && i < countof(objects); i++) {
		if (strcmp(name, objects[i]) == 0)
			return true;
	}
	return false;
}
