/* SPDX-License-Identifier: MIT */
/*
 * Which fields of an interpreter's or thread's state own a reference: all
 * pointers to objects in it, but for those that CPython borrows, and a few
 * that are declared as something else.
 *
 * Source: CPython 3.8 to 3.13, Python/pystate.c (interpreter_clear(),
 * PyThreadState_Clear()), Objects/typeobject.c (update_cache(): the type
 * cache owns its names and borrows its values), Modules/_threadmodule.c
 * (on_delete_data is a weak reference object that the state owns),
 * 3.13, Include/internal/pycore_tstate.h (a thread state is the first member,
 * `base`, of a larger struct, which owns the running loop and task too),
 * Modules/gcmodule.c (trash: objects already dead), Objects/object.c.
 */

#include "layout/die.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>

#include "layout/layout.h"

#define DEPTH_MAX      8
#define NAME_MAX_BYTES 256

/* Borrowed, dead or not the state's own; a whole subtree or one field. */
static const char *const excluded[] = {
	"_initial_thread",	    /* a thread state: it has rows of its own */
	"base_frame",		    /* a frame, and it holds nothing */
	"brc",			    /* counts to be merged */
	"cached_objects.objreduce", /* borrowed from object.__dict__ */
	"cached_objects.type_slots_pname", /* a name being looked for */
	"callable_cache",		   /* borrowed from builtins */
	"common_consts",		   /* the same */
	"config",			   /* no objects */
	"delete_later",			   /* dead objects, waiting */
	"exc_state.memerrors_freelist",	   /* free list */
	"freelists",			   /* free lists */
	"func_state",		  /* borrowed, cleared when a function dies */
	"gc.trash_delete_later",  /* dead objects, waiting */
	"object_state.freelists", /* free lists */
	"pyexitmodule",		  /* borrowed: Python/pylifecycle.c of 3.8 */
	"runtime",
	"static_objects", /* objects, not references */
	"threads",
	"trace_info",	      /* borrowed from the frame */
	"trash.delete_later", /* the same */
	"trash_delete_later", /* dead objects, waiting */
	"types.builtins",     /* the static types' own */
	"types.for_extensions",
	"types.type_version_cache", /* borrowed */
};

/* Pointers to objects that their declaration hides. */
static const char *const included[] = {
	"bytes.characters", /* PyBytesObject * */
	"on_delete_data",   /* void * */
	"optimizer",	    /* _PyOptimizerObject * */
};

struct rows {
	struct coil_layout_root *row;
	size_t count, capacity;
};

static bool is_in(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, list[i]) == 0)
			return true;
	}
	return false;
}

static enum coil_status add_row(struct rows *rows, const char *name,
				uint64_t offset, uint64_t count,
				uint64_t stride)
{
	struct coil_layout_root *row;

	if (!RESERVE(rows->row, rows->capacity, rows->count + 1))
		return COIL_E_NOMEM;
	row = &rows->row[rows->count];
	row->name = strdup(name);
	row->offset = (uint32_t)offset;
	row->count = (uint32_t)count;
	row->stride = (uint32_t)stride;
	if (!row->name)
		return COIL_E_NOMEM;
	rows->count++;
	return COIL_OK;
}

static enum coil_status add_struct(struct rows *rows, Dwarf_Die *owner,
				   const char *prefix, uint64_t base,
				   int depth);

/* The names in the table of a type cache: one row for all entries. */
static enum coil_status add_type_cache(struct rows *rows, const char *name,
				       uint64_t offset, Dwarf_Die *entry,
				       uint64_t count)
{
	char full[NAME_MAX_BYTES + 8];
	Dwarf_Die type;
	uint64_t at;
	int size = dwarf_bytesize(entry);

	if (size <= 0 || !coil_die_member(entry, "name", 4, &at, &type))
		return COIL_OK;
	snprintf(full, sizeof(full), "%s.name", name);
	return add_row(rows, full, offset + at, count, (uint64_t)size);
}

static enum coil_status add_member(struct rows *rows, Dwarf_Die *member,
				   const char *prefix, uint64_t base, int depth)
{
	const char *is = dwarf_diename(member);
	uint64_t offset = base + coil_die_offset(member), count;
	char name[NAME_MAX_BYTES];
	Dwarf_Die type, element;
	int tag, n;

	n = snprintf(name, sizeof(name), "%s%s%s", prefix,
		     *prefix && is ? "." : "", is ? is : "");
	if (n < 0 || (size_t)n >= sizeof(name) ||
	    is_in(name, excluded, countof(excluded)) ||
	    !coil_die_type(member, &type) ||
	    !coil_die_element(&type, &element, &count) || !count)
		return COIL_OK;
	tag = dwarf_tag(&element);
	if (tag == DW_TAG_pointer_type) {
		if (coil_die_is_object_pointer(&element) ||
		    is_in(name, included, countof(included)))
			return add_row(rows, name, offset, count, 8);
		return COIL_OK;
	}
	if (tag != DW_TAG_structure_type)
		return COIL_OK;
	if (strcmp(name, "base") == 0)
		return add_struct(rows, &element, "", offset, depth + 1);
	if (is && strcmp(is, "hashtable") == 0)
		return add_type_cache(rows, name, offset, &element, count);
	return count == 1 ? add_struct(rows, &element, name, offset, depth + 1)
			  : COIL_OK;
}

static enum coil_status add_struct(struct rows *rows, Dwarf_Die *owner,
				   const char *prefix, uint64_t base, int depth)
{
	enum coil_status st = COIL_OK;
	Dwarf_Die child;

	if (depth == DEPTH_MAX || dwarf_child(owner, &child) != 0)
		return COIL_OK;
	do {
		if (dwarf_tag(&child) == DW_TAG_member)
			st = add_member(rows, &child, prefix, base, depth);
	} while (st == COIL_OK && dwarf_siblingof(&child, &child) == 0);
	return st;
}

enum coil_status coil_die_roots(Dwarf_Die *owner,
				const struct coil_layout_root **out,
				uint32_t *out_count)
{
	struct rows rows = {NULL, 0, 0};
	enum coil_status st = add_struct(&rows, owner, "", 0, 0);

	*out = rows.row;
	*out_count = (uint32_t)rows.count;
	return st;
}
