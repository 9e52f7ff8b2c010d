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

static const struct coil_kind *kind_named(const char *name, size_t *index)
{
	for (size_t i = 0; i < coil_kind_count; i++)
		if (coil_kinds[i]->name && !strcmp(coil_kinds[i]->name, name)) {
			*index = i;
			return coil_kinds[i];
		}
	abort();
}

static uint64_t type_named(const struct heapimage *h, const char *name)
{
	size_t i;

	kind_named(name, &i);
	return h->types.at[i];
}

static uint64_t word_at(const struct heapimage *h, uint64_t address)
{
	return load64(heapimage_at(h, address, 8));
}

/* An object of @type with @more bytes than tp_basicsize, pre-header and all. */
static uint64_t new_object(struct heapimage *h, uint64_t type, uint64_t more)
{
	const struct coil_layout *l = h->layout;
	uint64_t size = word_at(h, type + l->PyTypeObject.tp_basicsize) + more;
	uint32_t flags =
		load32(heapimage_at(h, type + l->PyTypeObject.tp_flags, 4));
	uint32_t prefix = 0;
	uint64_t at;

	if (flags & COIL_TP_HAVE_GC)
		prefix += l->PyGC_Head.size;
	if (flags & COIL_TP_MANAGED_DICT)
		prefix += 16;
	at = heapimage_block(h, prefix + size) + prefix;
	heapimage_put(h, at + l->PyObject.ob_refcnt, 2);
	heapimage_put(h, at + l->PyObject.ob_type, type);
	if (flags & COIL_TP_HAVE_GC)
		heapimage_track(h, at);
	heapimage_note(&h->objects, at);
	return at;
}

static uint64_t new_named(struct heapimage *h, const char *type, uint64_t more)
{
	return new_object(h, type_named(h, type), more);
}

uint64_t heapimage_str(struct heapimage *h, const char *text)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "str", strlen(text) + 1);

	heapimage_put(h, at + l->PyASCIIObject.length, strlen(text));
	heapimage_put32(
		h, at + l->PyASCIIObject.state,
		1u | 1u << 2 | 1u << 5 | 1u << 6 |
			(uint32_t)(l->strategy.strings == COIL_STRINGS_READY)
				<< 7);
	memcpy(heapimage_at(h, at + l->PyASCIIObject.size, strlen(text)), text,
	       strlen(text));
	return at;
}

static uint64_t new_bytes(struct heapimage *h, const char *text, uint64_t size)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "bytes", size + 1);

	heapimage_put(h, at + l->PyVarObject.ob_size, size);
	memcpy(heapimage_at(h, at + l->PyBytesObject.ob_sval, size), text,
	       size);
	return at;
}

static uint64_t new_int(struct heapimage *h, uint32_t value)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "int", 4);

	if (l->strategy.ints == COIL_INTS_OB_SIZE)
		heapimage_put(h, at + l->PyVarObject.ob_size, 1);
	else
		heapimage_put(h, at + l->PyLongObject.lv_tag, 1 << 3);
	heapimage_put32(h, at + l->PyLongObject.ob_digit, value);
	return at;
}

static uint64_t new_tuple(struct heapimage *h, const uint64_t *items,
			  uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "tuple", count * 8);

	heapimage_put(h, at + l->PyVarObject.ob_size, count);
	for (uint64_t i = 0; i < count; i++)
		heapimage_put(h, at + l->PyTupleObject.ob_item + i * 8,
			      items[i]);
	return at;
}

/* Says of eight slots what this version says; bytes of an entry. */
static uint32_t describe_keys(struct heapimage *h, uint64_t keys, uint8_t kind)
{
	const struct coil_layout *l = h->layout;

	if (l->strategy.dict_keys == COIL_DICT_KEYS_SIZED) {
		heapimage_put(h, keys + l->PyDictKeysObject.dk_size, 8);
		heapimage_put(h, keys + l->PyDictKeysObject.dk_lookup,
			      CODE + kind);
		return l->PyDictKeyEntry.size;
	}
	*heapimage_at(h, keys + l->PyDictKeysObject.dk_log2_size, 1) = 3;
	*heapimage_at(h, keys + l->PyDictKeysObject.dk_log2_index_bytes, 1) = 3;
	*heapimage_at(h, keys + l->PyDictKeysObject.dk_kind, 1) = kind;
	return kind ? l->PyDictUnicodeEntry.size : l->PyDictKeyEntry.size;
}

/* Keys of eight slots: pairs of str and value. @kind as dk_kind. */
static uint64_t new_keys(struct heapimage *h, uint8_t kind,
			 const uint64_t *pairs, uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t first = l->PyDictKeysObject.dk_indices + 8;
	uint64_t keys = heapimage_buffer(h, NULL,
					 first + 5ull * l->PyDictKeyEntry.size);
	uint32_t entry = describe_keys(h, keys, kind);

	heapimage_put(h, keys + l->PyDictKeysObject.dk_refcnt, 1);
	heapimage_put(h, keys + l->PyDictKeysObject.dk_usable, 5 - count);
	heapimage_put(h, keys + l->PyDictKeysObject.dk_nentries, count);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = keys + first + i * entry + entry - 16;

		heapimage_put(h, at, pairs[2 * i]);
		heapimage_put(h, at + 8, pairs[2 * i + 1]);
	}
	return keys;
}

static uint64_t new_dict(struct heapimage *h, uint8_t kind,
			 const uint64_t *pairs, uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "dict", 0);

	heapimage_put(h, at + l->PyDictObject.ma_used, count);
	heapimage_put(h, at + l->PyDictObject.ma_keys,
		      new_keys(h, kind, pairs, count));
	return at;
}

static uint64_t new_list(struct heapimage *h, const uint64_t *items,
			 uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "list", 0);

	heapimage_put(h, at + l->PyVarObject.ob_size, count);
	heapimage_put(h, at + l->PyListObject.allocated, count);
	heapimage_put(h, at + l->PyListObject.ob_item,
		      heapimage_buffer(h, items, count * 8));
	return at;
}

static uint64_t new_code(struct heapimage *h, uint32_t locals, uint64_t names)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = new_named(h, "code", 32), kinds;

	kinds = new_bytes(h, "\x20\x60\xa0", locals);
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
			    new_bytes(h, "\x80\x00\xd8\x05\x06", 5));
	heapimage_put_field(h, at, l->PyCodeObject.co_varnames, names);
	heapimage_put_field(h, at, l->PyCodeObject.co_lnotab,
			    new_bytes(h, "\x02\x01", 2));
	heapimage_put_field32(h, at, l->PyCodeObject.co_nlocals, locals);
	heapimage_put_field(h, at, l->PyCodeObject.co_consts,
			    new_tuple(h, &names, 1));
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
	uint64_t type = new_named(h, "type", 0), object, values;
	uint64_t base = type_named(h, "object"), keys;
	uint32_t flags = COIL_TP_READY | COIL_TP_HEAPTYPE | COIL_TP_HAVE_GC |
			 COIL_TP_MANAGED_DICT;

	if (l->strategy.values == COIL_VALUES_INLINE)
		flags |= COIL_TP_INLINE_VALUES;
	keys = new_keys(h, 2, (const uint64_t[]){name, 0, module, 0}, 2);
	heapimage_put(h, type + l->PyTypeObject.tp_basicsize, l->PyObject.size);
	heapimage_put32(h, type + l->PyTypeObject.tp_flags, flags);
	heapimage_put(h, type + l->PyTypeObject.tp_name, name + 48);
	heapimage_put(h, type + l->PyTypeObject.tp_base, base);
	heapimage_put(h, type + l->PyTypeObject.tp_traverse, CODE + 16);
	heapimage_put(h, type + l->PyTypeObject.tp_dealloc, CODE + 32);
	heapimage_put(h, type + l->PyTypeObject.tp_dict,
		      new_dict(h, 1, names, 1));
	heapimage_put(h, type + l->PyHeapTypeObject.ht_name, name);
	heapimage_put(h, type + l->PyHeapTypeObject.ht_qualname, name);
	heapimage_put(h, type + l->PyHeapTypeObject.ht_cached_keys, keys);
	for (unsigned i = 0; i < 2; i++) {
		object = new_object(h, type, 48);
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
	uint64_t list = type_named(h, "list"), size, type, row, object;

	size = word_at(h, list + l->PyTypeObject.tp_basicsize);
	for (unsigned i = 0; i < 2; i++) {
		type = new_named(h, "type", l->PyMemberDef.size);
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
		object = new_object(h, type, 0);
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
			at = new_object(h, type, 64);
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
		frame = new_named(h, "frame", 64);
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
	generator = new_named(h, "generator",
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
	const uint64_t version[] = {heapimage_str(h, "hexversion"),
				    new_int(h, heapimage_release(l))};
	uint64_t list = new_list(h, locals, 3);
	const uint64_t pairs[] = {x, list, node, new_int(h, 12345)};

	names = new_tuple(h, locals, 3);
	namespace = new_dict(h, 1, pairs, 2);
	new_dict(h, 0, pairs, 2);
	module = new_named(h, "module", 0);
	heapimage_put(h, module + l->PyModuleObject.md_dict, namespace);
	heapimage_put(h, module + l->PyModuleObject.md_name, app);
	modules = new_dict(h, 1, (const uint64_t[]){app, module}, 1);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.modules,
		      modules);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.builtins,
		      namespace);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.sysdict,
		      new_dict(h, 1, version, 1));
	make_class(h, node, modules_key);
	make_subclasses(h, app);
	if (l->strategy.frames == COIL_FRAMES_OBJECT)
		make_frame_objects(h, names);
	else
		make_stack(h, names);
	make_samples(h);
}
