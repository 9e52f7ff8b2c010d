/* SPDX-License-Identifier: MIT */
/*
 * Objects of a made interpreter: two of every kind, whose members refer to one
 * another; strings, containers, code, classes and a frame in more detail, as
 * what is to be damaged should lead somewhere first.
 *
 * Source: CPython 3.11, Objects/dictobject.c, Objects/unicodeobject.c,
 * Objects/typeobject.c, Include/internal/pycore_frame.h.
 */
#include <stdlib.h>

#include "heapimage.h"

#define CODE 0x400000u

static uint64_t word_at(const struct heapimage *h, uint64_t address)
{
	return load64(heapimage_at(h, address, 8));
}

static uint64_t new_code(struct heapimage *h, uint32_t locals, uint64_t names)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "code", 32), kinds;

	kinds = heapimage_bytes(h, "\x20\x60\xa0", locals);
	heapimage_put(h, at + l->PyVarObject.ob_size, 8);
	heapimage_put_field32(h, at, l->PyCodeObject.co_nlocalsplus, locals);
	heapimage_put_field32(h, at, l->PyCodeObject.co_stacksize, 2);
	heapimage_put_field32(h, at, l->PyCodeObject.co_firstlineno, 7);
	heapimage_put_field(h, at, l->PyCodeObject.co_localsplusnames, names);
	heapimage_put_field(h, at, l->PyCodeObject.co_localspluskinds, kinds);
	heapimage_put_field(h, at, l->PyCodeObject.co_filename,
			    heapimage_str(h, "app.py"));
	heapimage_put_field(h, at, l->PyCodeObject.co_name,
			    heapimage_str(h, "work"));
	heapimage_put_field(h, at, l->PyCodeObject.co_qualname,
			    heapimage_str(h, "work"));
	heapimage_put_field(h, at, l->PyCodeObject.co_linetable,
			    heapimage_bytes(h, "\x80\x00\xd8\x05\x06", 5));
	heapimage_put_field(h, at, l->PyCodeObject.co_varnames, names);
	heapimage_put_field(h, at, l->PyCodeObject.co_lnotab,
			    heapimage_bytes(h, "\x02\x01", 2));
	heapimage_put_field32(h, at, l->PyCodeObject.co_nlocals, locals);
	heapimage_put_field(h, at, l->PyCodeObject.co_consts,
			    heapimage_tuple(h, &names, 1));
	return at;
}

/* Fills the frame at @at, which has room for five locals and stack. */
static void make_frame(struct heapimage *h, uint64_t at, uint64_t code,
		       uint8_t owner, uint64_t local)
{
	const struct coil_layout *l = h->layout;

	heapimage_put(h, at + l->_PyInterpreterFrame.f_code, code);
	heapimage_put(h, at + l->_PyInterpreterFrame.prev_instr,
		      code + l->PyCodeObject.co_code_adaptive + 2);
	if (l->_PyInterpreterFrame.stacktop != COIL_NO_FIELD)
		heapimage_put32(h, at + l->_PyInterpreterFrame.stacktop, 4);
	else
		heapimage_put(h, at + l->_PyInterpreterFrame.stackpointer,
			      at + l->_PyInterpreterFrame.localsplus + 32);
	*heapimage_at(h, at + l->_PyInterpreterFrame.owner, 1) = owner;
	for (unsigned i = 0; i < 4; i++)
		heapimage_put(h, at + l->_PyInterpreterFrame.localsplus + 8 * i,
			      local);
}

/* A class with attributes: values of its instance in a buffer, or inline. */
static void make_class(struct heapimage *h, uint64_t name, uint64_t module)
{
	const struct coil_layout *l = h->layout;
	const uint64_t names[] = {module, module};
	uint64_t type = heapimage_named(h, "type", 0), object, values;
	uint64_t base = heapimage_type(h, "object"), keys;
	uint32_t flags = COIL_TP_READY | COIL_TP_HEAPTYPE | COIL_TP_HAVE_GC |
			 COIL_TP_MANAGED_DICT;

	if (l->strategy.values == COIL_VALUES_INLINE)
		flags |= COIL_TP_INLINE_VALUES;
	keys = heapimage_keys(h, 2, (const uint64_t[]){name, 0, module, 0}, 2);
	heapimage_put(h, type + l->PyTypeObject.tp_basicsize, l->PyObject.size);
	heapimage_put32(h, type + l->PyTypeObject.tp_flags, flags);
	heapimage_put(h, type + l->PyTypeObject.tp_name, name + 48);
	heapimage_put(h, type + l->PyTypeObject.tp_base, base);
	heapimage_put(h, type + l->PyTypeObject.tp_traverse, CODE + 16);
	heapimage_put(h, type + l->PyTypeObject.tp_dealloc, CODE + 32);
	heapimage_put(h, type + l->PyTypeObject.tp_dict,
		      heapimage_dict(h, 1, names, 1));
	heapimage_put(h, type + l->PyHeapTypeObject.ht_name, name);
	heapimage_put(h, type + l->PyHeapTypeObject.ht_qualname, name);
	heapimage_put(h, type + l->PyHeapTypeObject.ht_cached_keys, keys);
	for (unsigned i = 0; i < 2; i++) {
		object = heapimage_object(h, type, 48);
		values = object + l->PyObject.size;
		if (l->strategy.values == COIL_VALUES_NONE)
			continue;
		if (l->strategy.values != COIL_VALUES_INLINE) {
			/* Eight bytes before them, the last says so. */
			values = heapimage_buffer(h, NULL, 64) + 8;
			*heapimage_at(h, values - 1, 1) = 8;
		} else {
			*heapimage_at(h, values + l->PyDictValues.valid, 1) = 1;
		}
		if (l->strategy.values == COIL_VALUES_POINTER)
			heapimage_put(h, object - 32, values);
		else if (l->strategy.values == COIL_VALUES_TAGGED)
			heapimage_put(h, object - 24, values - 1);
		heapimage_put(h, values + l->PyDictValues.values, name);
		heapimage_put(h, values + l->PyDictValues.values + 8, type);
	}
}

/* A class with a slot, derived from list; and a C type that nobody knows. */
static void make_subclasses(struct heapimage *h, uint64_t name)
{
	const struct coil_layout *l = h->layout;
	uint64_t list = heapimage_type(h, "list"), size, type, row, object;

	size = word_at(h, list + l->PyTypeObject.tp_basicsize);
	for (unsigned i = 0; i < 2; i++) {
		type = heapimage_named(h, "type", l->PyMemberDef.size);
		heapimage_put(h, type + l->PyTypeObject.tp_name, name + 48);
		heapimage_put(h, type + l->PyTypeObject.tp_base, list);
		heapimage_put(h, type + l->PyTypeObject.tp_basicsize,
			      size + 24);
		heapimage_put(h, type + l->PyTypeObject.tp_traverse,
			      CODE + 16 + i * 64);
		heapimage_put(h, type + l->PyHeapTypeObject.ht_qualname, name);
		heapimage_put32(h, type + l->PyTypeObject.tp_flags,
				COIL_TP_READY | COIL_TP_HAVE_GC |
					COIL_TP_HEAPTYPE | COIL_TP_LIST);
		heapimage_put(h, type + l->PyVarObject.ob_size, !i);
		heapimage_put(h, type + l->PyTypeObject.tp_dictoffset,
			      size + 16);
		row = type + l->PyHeapTypeObject.size;
		heapimage_put(h, row + l->PyMemberDef.name, name + 48);
		heapimage_put32(h, row + l->PyMemberDef.type, 16);
		heapimage_put(h, row + l->PyMemberDef.offset, size);
		object = heapimage_object(h, type, 0);
		heapimage_put(h, object + size, type);
	}
}

/* Everything that the kind of @at has at a fixed place. */
static void fill_members(struct heapimage *h, uint64_t at,
			 const struct coil_kind *kind, uint64_t size)
{
	size_t next = at / 16;

	for (; kind; kind = kind->super)
		for (size_t i = 0; i < kind->member_count; i++) {
			uint32_t field = coil_layout_value(
				h->layout, kind->members[i].field);
			size_t n = next++ % h->objects.count;

			if (field <= size - 8)
				heapimage_put(h, at + field, h->objects.at[n]);
		}
}

static void make_samples(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;

	for (size_t i = 0; i < coil_kind_count; i++) {
		uint64_t type = h->types.at[i], size, at = 0;

		for (unsigned n = 0; type && n < 2; n++) {
			size = word_at(h, type + l->PyTypeObject.tp_basicsize);
			at = heapimage_object(h, type, 64);
			fill_members(h, at, coil_kinds[i], size);
		}
		heapimage_note(&h->samples, at);
	}
}

/* The thread, in a function that another one called. */
static void make_frame_objects(struct heapimage *h, uint64_t names)
{
	const struct coil_layout *l = h->layout;
	uint64_t code = new_code(h, 3, names), frame = 0, caller;

	for (unsigned i = 0; i < 2; i++) {
		caller = frame;
		frame = heapimage_named(h, "frame", 64);
		heapimage_put_field(h, frame, l->PyFrameObject.f_code, code);
		heapimage_put_field(h, frame, l->PyFrameObject.f_back, caller);
		heapimage_put(h, frame + l->PyVarObject.ob_size, 5);
		for (unsigned k = 0; k < 4; k++)
			heapimage_put_field(h, frame + 8 * k,
					    l->PyFrameObject.f_localsplus,
					    names);
	}
	heapimage_put(h, h->thread + l->PyThreadState.frame, frame);
}

/* The thread, in a function that a generator runs in. */
static void make_stack(struct heapimage *h, uint64_t names)
{
	const struct coil_layout *l = h->layout;
	uint64_t code = new_code(h, 3, names), generator, frame, cframe;

	frame = heapimage_malloc(h, l->_PyInterpreterFrame.localsplus + 64);
	heapimage_note(&h->buffers, frame);
	make_frame(h, frame, code, 0, names);
	generator = heapimage_named(h, "generator",
				    l->_PyInterpreterFrame.localsplus + 64);
	make_frame(h, generator + l->PyGenObject.gi_iframe, code, 1, names);
	heapimage_put(h, frame + l->_PyInterpreterFrame.previous,
		      generator + l->PyGenObject.gi_iframe);
	if (l->strategy.frames == COIL_FRAMES_CFRAME) {
		cframe = heapimage_malloc(h, l->_PyCFrame.size);
		heapimage_put(h, cframe + l->_PyCFrame.current_frame, frame);
		heapimage_put(h, h->thread + l->PyThreadState.cframe, cframe);
	} else {
		heapimage_put(h, h->thread + l->PyThreadState.current_frame,
			      frame);
	}
}

void heapimage_make_objects(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;
	uint64_t app = heapimage_str(h, "app"), x = heapimage_str(h, "x");
	uint64_t node = heapimage_str(h, "Node"), module, namespace, names,
		 modules;
	const uint64_t locals[] = {app, x, node};
	const uint64_t modules_key = heapimage_str(h, "__module__");
	const uint64_t version[] = {
		heapimage_str(h, "hexversion"),
		heapimage_int(h, (int32_t)heapimage_release(l))};
	uint64_t list = heapimage_list(h, locals, 3);
	const uint64_t pairs[] = {x, list, node, heapimage_int(h, 12345)};

	names = heapimage_tuple(h, locals, 3);
	namespace = heapimage_dict(h, 1, pairs, 2);
	heapimage_dict(h, 0, pairs, 2);
	module = heapimage_named(h, "module", 0);
	heapimage_put(h, module + l->PyModuleObject.md_dict, namespace);
	heapimage_put(h, module + l->PyModuleObject.md_name, app);
	modules = heapimage_dict(h, 1, (const uint64_t[]){app, module}, 1);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.modules,
		      modules);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.builtins,
		      namespace);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.sysdict,
		      heapimage_dict(h, 1, version, 1));
	make_class(h, node, modules_key);
	make_subclasses(h, app);
	if (l->strategy.frames == COIL_FRAMES_OBJECT)
		make_frame_objects(h, names);
	else
		make_stack(h, names);
	make_samples(h);
}

void heapimage_make_bare(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;
	const uint64_t nothing[HEAPIMAGE_KEPT] = {0};
	uint64_t pairs[4];

	h->none = heapimage_fixed(h, "NoneType", l->PyObject.size);
	h->kept = heapimage_list(h, nothing, HEAPIMAGE_KEPT);
	heapimage_put(h, h->kept + l->PyVarObject.ob_size, 0);
	pairs[0] = heapimage_str(h, "hexversion");
	pairs[1] = heapimage_int(h, (int32_t)heapimage_release(l));
	pairs[2] = heapimage_str(h, "kept");
	pairs[3] = h->kept;
	heapimage_hold(h, h->interpreter + l->PyInterpreterState.sysdict,
		       heapimage_dict(h, 1, pairs, 2));
	pairs[0] = heapimage_str(h, "None");
	pairs[1] = h->none;
	heapimage_hold(h, h->interpreter + l->PyInterpreterState.builtins,
		       heapimage_dict(h, 1, pairs, 1));
	heapimage_hold(h, h->interpreter + l->PyInterpreterState.modules,
		       heapimage_dict(h, 1, NULL, 0));
}
