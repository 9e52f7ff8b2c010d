/* SPDX-License-Identifier: MIT */
/*
 * Types of a made interpreter: `type`, and a static type for every kind, of
 * that kind's name, with the types of the kinds that it builds upon as bases.
 *
 * Source: CPython 3.11, Include/cpython/object.h, PyTypeObject.
 */
#include <stdlib.h>

#include "heapimage.h"

/* Where their machine code would be: nothing is there. */
#define CODE 0x400000u

/* What a kind of this name says of itself in tp_flags. */
static const struct {
	const char *name;
	uint32_t flags, itemsize;
} special[] = {
	{"int", COIL_TP_LONG, 4},
	{"bool", COIL_TP_LONG, 4},
	{"list", COIL_TP_LIST | COIL_TP_HAVE_GC, 0},
	{"tuple", COIL_TP_TUPLE | COIL_TP_HAVE_GC, 8},
	{"structseq", COIL_TP_TUPLE | COIL_TP_HAVE_GC, 8},
	{"bytes", COIL_TP_BYTES, 1},
	{"str", COIL_TP_UNICODE, 0},
	{"dict", COIL_TP_DICT | COIL_TP_HAVE_GC, 0},
	{"BaseException", COIL_TP_EXCEPTION | COIL_TP_HAVE_GC, 0},
	{"type", COIL_TP_TYPE | COIL_TP_HAVE_GC, 40},
	{"float", 0, 0},
	{"complex", 0, 0},
	{"object", 0, 0},
	{"NoneType", 0, 0},
	{"ellipsis", 0, 0},
	{"NotImplementedType", 0, 0},
	{"code", 0, 2},
	{"frame", COIL_TP_HAVE_GC, 8},
	{"generator", COIL_TP_HAVE_GC, 8},
	{"coroutine", COIL_TP_HAVE_GC, 8},
	{"async_generator", COIL_TP_HAVE_GC, 8},
	{"memoryview", COIL_TP_HAVE_GC, 8},
};

/* The largest struct of @kind and what it builds upon; 0: not in this version.
 */
static uint32_t size_of_kind(const struct coil_layout *l,
			     const struct coil_kind *kind)
{
	uint32_t most = l->PyObject.size;

	for (; kind; kind = kind->super) {
		uint32_t size =
			kind->struct_size
				? coil_layout_value(l, kind->struct_size)
				: l->PyObject.size;

		if (!size || size == COIL_NO_FIELD)
			return 0;
		most = size > most ? size : most;
	}
	return most;
}

static uint64_t type_of_kind(const struct heapimage *h,
			     const struct coil_kind *kind)
{
	for (size_t i = 0; kind && i < coil_kind_count; i++)
		if (coil_kinds[i] == kind)
			return h->types.at[i];
	return 0;
}

/* What is known by rule has any name. */
static const char *name_of(const struct coil_kind *kind)
{
	return kind->name ? kind->name : "";
}

static uint64_t type_named(const struct heapimage *h, const char *name)
{
	for (size_t i = 0; i < coil_kind_count; i++)
		if (!strcmp(name_of(coil_kinds[i]), name))
			return h->types.at[i];
	return 0;
}

static uint32_t flags_of(const struct coil_kind *kind, uint32_t *itemsize)
{
	uint32_t flags = 0;
	bool told = false;

	for (; kind && !told; kind = kind->super)
		for (size_t i = 0; i < countof(special); i++)
			if (!strcmp(special[i].name, name_of(kind))) {
				flags = special[i].flags;
				*itemsize = special[i].itemsize;
				told = true;
			}
	return COIL_TP_READY | (told ? flags : COIL_TP_HAVE_GC);
}

/* The static type of kind number @i, at the place that it was given. */
static void fill_type(struct heapimage *h, size_t i)
{
	const struct coil_layout *l = h->layout;
	const struct coil_kind *kind = coil_kinds[i];
	uint64_t type = h->types.at[i], base = type_of_kind(h, kind->super);
	const char *text = name_of(kind);
	uint64_t name = heapimage_static(h, strlen(text) + 1);
	uint32_t itemsize = 0, flags = flags_of(kind, &itemsize);
	uint32_t size = size_of_kind(l, kind);

	if (!base && strcmp(text, "object"))
		base = type_named(h, "object");
	/* One that is told by what is in its dict. */
	if (!kind->name)
		base = type_named(h, "tuple");
	if (flags & COIL_TP_TYPE)
		size = l->PyHeapTypeObject.size;
	/* Its kind is content with less. */
	if (!strcmp(text, "code"))
		size = l->PyCodeObject.size;
	/* A frame that can be run is in it, and its words behind it. */
	if (h->bare && !strcmp(text, "generator"))
		size = l->PyGenObject.gi_iframe != COIL_NO_FIELD
			       ? l->PyGenObject.gi_iframe +
					 l->_PyInterpreterFrame.localsplus
			       : l->PyGenObject.size;
	memcpy(heapimage_at(h, name, strlen(text)), text, strlen(text));
	heapimage_put(h, type + l->PyObject.ob_refcnt,
		      h->bare ? heapimage_static_count(l) : 5);
	heapimage_put(h, type + l->PyObject.ob_type, type_named(h, "type"));
	heapimage_put(h, type + l->PyTypeObject.tp_name, name);
	heapimage_put(h, type + l->PyTypeObject.tp_basicsize, size);
	heapimage_put(h, type + l->PyTypeObject.tp_itemsize, itemsize);
	heapimage_put32(h, type + l->PyTypeObject.tp_flags, flags);
	heapimage_put(h, type + l->PyTypeObject.tp_base, base);
	heapimage_put(h, type + l->PyTypeObject.tp_dealloc, CODE + 8);
	if (flags & COIL_TP_HAVE_GC && !(kind->flags & COIL_KIND_UNTRAVERSED))
		heapimage_put(h, type + l->PyTypeObject.tp_traverse,
			      CODE + 0x100 + i * 16);
}

void heapimage_make_types(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;

	for (size_t i = 0; i < coil_kind_count; i++) {
		uint64_t type = 0;

		if (size_of_kind(l, coil_kinds[i]))
			type = heapimage_static(h, l->PyTypeObject.size);
		heapimage_note(&h->types, type);
		if (type)
			heapimage_note(&h->objects, type);
	}
	for (size_t i = 0; i < coil_kind_count; i++)
		if (h->types.at[i])
			fill_type(h, i);
}
