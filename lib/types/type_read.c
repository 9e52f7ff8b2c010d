/* SPDX-License-Identifier: MIT */
/*
 * One type object, read into the table's form.
 *
 * Source: Include/cpython/object.h, PyTypeObject; Objects/typeobject.c.
 */
#include <stdlib.h>

#include "values/refcount.h"
#include "types/name.h"
#include "types/table.h"

#define STATES_TRIED 256 /* interpreters asked for a static type's state */

/* Slot @index of the static types in the interpreter at @interpreter; false: it
 * is another type's. */
static bool read_slot(const struct coil_types *types, uint64_t interpreter,
		      uint64_t index, struct coil_type *type)
{
	const struct coil_layout *l = types->layout;
	const uint32_t places[] = {l->PyInterpreterState.static_types,
				   l->PyInterpreterState.extension_types};
	uint32_t size = l->managed_static_type_state.size;

	for (size_t i = 0; i < countof(places); i++) {
		const uint8_t *p;

		if (places[i] == COIL_NO_FIELD)
			continue;
		p = coil_image_view(types->image,
				    interpreter + places[i] + index * size,
				    size);
		if (!p || load64(p + l->managed_static_type_state.type) !=
				  type->address)
			continue;
		type->dict = load64(p + l->managed_static_type_state.tp_dict);
		type->subclasses =
			load64(p + l->managed_static_type_state.tp_subclasses);
		type->weaklist =
			load64(p + l->managed_static_type_state.tp_weaklist);
		return true;
	}
	return false;
}

/* 3.12 and later keep these three of static types in the interpreter: the main
 * one's are read, unless another alone has the type. */
static void read_static_state(const struct coil_types *types,
			      struct coil_type *type)
{
	const struct coil_layout *l = types->layout;
	uint64_t index = type->subclasses; /* index + 1 there */

	if (l->strategy.static_types != COIL_STATIC_TYPES_IN_INTERPRETER ||
	    type->heap || !index || !types->runtime->interpreter_count)
		return;
	/* In 3.12 static types of extensions keep theirs themselves. */
	if (index > l->constant.pending_static_types)
		return;
	type->subclasses = 0;
	for (size_t i = 0;
	     i < types->runtime->interpreter_count && i < STATES_TRIED; i++)
		if (read_slot(types, types->runtime->interpreters[i], index - 1,
			      type))
			return;
}

static void read_fields(const struct coil_types *types, struct coil_type *type,
			const uint8_t *p)
{
	const struct coil_layout *l = types->layout;
	bool managed = l->strategy.preheader != COIL_PREHEADER_NONE;

	type->flags = load32(p + l->PyTypeObject.tp_flags);
	type->heap = type->flags & COIL_TP_HEAPTYPE;
	type->basicsize = load64(p + l->PyTypeObject.tp_basicsize);
	type->itemsize = load64(p + l->PyTypeObject.tp_itemsize);
	type->dictoffset = (int64_t)load64(p + l->PyTypeObject.tp_dictoffset);
	type->weaklistoffset =
		(int64_t)load64(p + l->PyTypeObject.tp_weaklistoffset);
	type->traverse = load64(p + l->PyTypeObject.tp_traverse);
	type->dealloc = load64(p + l->PyTypeObject.tp_dealloc);
	type->is_gc = load64(p + l->PyTypeObject.tp_is_gc);
	type->members = load64(p + l->PyTypeObject.tp_members);
	type->dict = load64(p + l->PyTypeObject.tp_dict);
	type->subclasses = load64(p + l->PyTypeObject.tp_subclasses);
	type->weaklist = load64(p + l->PyTypeObject.tp_weaklist);
	if (type->flags & COIL_TP_HAVE_GC)
		type->prefix = coil_gc_head(l);
	if (managed && type->flags & COIL_TP_MANAGED_DICT)
		type->prefix += COIL_PREHEADER_SIZE;
	else if ((l->strategy.preheader == COIL_PREHEADER_WEAKREF_THEN_DICT ||
		  l->strategy.preheader == COIL_PREHEADER_ALONE) &&
		 type->flags & COIL_TP_MANAGED_WEAKREF)
		type->prefix += COIL_PREHEADER_SIZE;
	read_static_state(types, type);
}

/* Sizes that no working type has: the word is no type. */
static bool plausible(const struct coil_types *types, const uint8_t *p)
{
	const struct coil_layout *l = types->layout;
	uint64_t basic = load64(p + l->PyTypeObject.tp_basicsize);
	uint64_t item = load64(p + l->PyTypeObject.tp_itemsize);

	return coil_is_counted(l, p) && basic >= l->PyObject.size &&
	       basic < 1u << 28 && item < 1u << 28 &&
	       load64(p + l->PyTypeObject.tp_name);
}

/* The file with its name is missing: derive it from what is there. */
static void derive_name(struct coil_types *types, struct coil_type *type)
{
	const struct coil_type *top = types->type ? types->type : type;
	const char *name = coil_naming_find(types->naming, type, top->dict);
	char *copy = name ? strdup(name) : NULL;

	if (!copy)
		return;
	coil_type_name_free(type->name);
	type->name = copy;
	type->named = type->derived = true;
}

/* Reads @address as a type whose own type @metatype is known. */
const struct coil_type *coil_type_read(struct coil_types *types,
				       uint64_t address,
				       const struct coil_type *metatype)
{
	const struct coil_layout *l = types->layout;
	const uint8_t *p =
		coil_image_view(types->image, address, l->PyTypeObject.size);
	struct coil_type *type;

	if (!p || !plausible(types, p))
		return NULL;
	type = coil_types_add(types, address);
	if (!type)
		return NULL;
	type->metatype = metatype ? metatype : type;
	read_fields(types, type, p);
	coil_type_name(types->image, l, type, &type->name, &type->named);
	if (!type->named)
		derive_name(types, type);
	return type;
}
