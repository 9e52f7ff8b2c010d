/* SPDX-License-Identifier: MIT */
/*
 * The table of types: every type object read once and found by its address.
 *
 * A word is taken for a type where its own type is a type of types
 * (Py_TPFLAGS_TYPE_SUBCLASS), and so on up to `type`, which is its own type.
 * Source: Include/cpython/object.h, PyTypeObject; Objects/typeobject.c.
 */
#include <stdlib.h>

#include "runtime/refcount.h"
#include "types/types.h"
#include "types/name.h"
#include "types/naming.h"

/* Types are kept in blocks, so that pointers to them stay good. */
#define BLOCK	       256
#define METATYPE_DEPTH 16
#define STATES_TRIED   256 /* interpreters asked for a static type's state */

struct coil_types {
	const struct coil_runtime *runtime;
	const struct coil_image *image;
	const struct coil_layout *layout;
	struct coil_type **blocks;
	size_t block_room;
	uint32_t count;
	struct slot {
		uint64_t address;
		const struct coil_type *type;
	} * slots; /* open addressing; the mask is room - 1 */
	uint32_t mask;
	uint32_t resolved; /* types [0, resolved) have their base */
	const struct coil_type *type, *object;
	struct coil_naming *naming; /* for types whose file is missing */
	bool full;		    /* memory ran out: nothing more is added */
};

static uint32_t hash(uint64_t address)
{
	return (uint32_t)((address >> 3) * 0x9e3779b97f4a7c15u >> 32);
}

const struct coil_type *coil_types_known(const struct coil_types *types,
					 uint64_t address)
{
	for (uint32_t i = hash(address) & types->mask;;
	     i = (i + 1) & types->mask) {
		if (types->slots[i].address == address)
			return types->slots[i].type;
		if (!types->slots[i].address)
			return NULL;
	}
}

static bool rehash(struct coil_types *types)
{
	uint32_t mask = types->mask * 2 + 1;
	struct slot *slots = calloc((size_t)mask + 1, sizeof(*slots));

	if (!slots)
		return false;
	for (uint32_t i = 0; i <= types->mask; i++) {
		uint32_t at = hash(types->slots[i].address) & mask;

		if (!types->slots[i].address)
			continue;
		while (slots[at].address)
			at = (at + 1) & mask;
		slots[at] = types->slots[i];
	}
	free(types->slots);
	types->slots = slots;
	types->mask = mask;
	return true;
}

/* A new, empty entry for the type at @address. */
static struct coil_type *add(struct coil_types *types, uint64_t address)
{
	uint32_t block = types->count / BLOCK, at;
	struct coil_type *type;

	if (types->full)
		return NULL;
	if (types->count % BLOCK == 0) {
		struct coil_type **blocks =
			coil_grow(types->blocks, &types->block_room,
				  (size_t)block + 1, sizeof(*blocks));

		types->full = !blocks;
		if (!blocks)
			return NULL;
		types->blocks = blocks;
		blocks[block] = calloc(BLOCK, sizeof(**blocks));
		types->full = !blocks[block];
		if (types->full)
			return NULL;
	}
	if (types->count * 2 > types->mask && !rehash(types)) {
		types->full = true;
		return NULL;
	}
	type = &types->blocks[block][types->count % BLOCK];
	type->address = address;
	type->index = types->count++;
	at = hash(address) & types->mask;
	while (types->slots[at].address)
		at = (at + 1) & types->mask;
	types->slots[at] = (struct slot){address, type};
	return type;
}

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
 * one's are told, unless another alone has the type. */
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

/* The file with its name is missing: tell it by what is there. */
static void tell_name(struct coil_types *types, struct coil_type *type)
{
	const struct coil_type *top = types->type ? types->type : type;
	const char *name = coil_naming_find(types->naming, type, top->dict);
	char *copy = name ? strdup(name) : NULL;

	if (!copy)
		return;
	coil_type_name_free(type->name);
	type->name = copy;
	type->named = type->told = true;
}

/* Reads @address as a type whose own type @metatype is known. */
static const struct coil_type *read_type(struct coil_types *types,
					 uint64_t address,
					 const struct coil_type *metatype)
{
	const struct coil_layout *l = types->layout;
	const uint8_t *p =
		coil_image_view(types->image, address, l->PyTypeObject.size);
	struct coil_type *type;

	if (!p || !plausible(types, p))
		return NULL;
	type = add(types, address);
	if (!type)
		return NULL;
	type->metatype = metatype ? metatype : type;
	read_fields(types, type, p);
	coil_type_name(types->image, l, type, &type->name, &type->named);
	if (!type->named)
		tell_name(types, type);
	return type;
}

static const struct coil_type *read_chain(struct coil_types *types,
					  uint64_t address)
{
	uint64_t chain[METATYPE_DEPTH];
	const struct coil_type *metatype = NULL, *type;
	unsigned n = 0;

	if (!address || address & 7)
		return NULL;
	type = coil_types_known(types, address); /* a base's may be */
	if (type)
		return type;
	/* Up the types of types to one that is known. */
	for (uint64_t a = address; !metatype; n++) {
		if (n == METATYPE_DEPTH || a & 7)
			return NULL;
		chain[n] = a;
		if (!coil_image_word(types->image,
				     a + types->layout->PyObject.ob_type, &a) ||
		    !a)
			return NULL;
		metatype = coil_types_known(types, a);
		if (metatype && !(metatype->flags & COIL_TP_TYPE))
			return NULL;
	}
	while (n-- > 0) {
		metatype = read_type(types, chain[n], metatype);
		if (!metatype || (n && !(metatype->flags & COIL_TP_TYPE)))
			return NULL;
	}
	return metatype;
}

/* Bases lead to object.  A type read here is resolved further on in the same
 * loop: nothing recurses, and a ring of bases ends. */
static void resolve_bases(struct coil_types *types)
{
	while (types->resolved < types->count) {
		uint32_t i = types->resolved++;
		struct coil_type *type = &types->blocks[i / BLOCK][i % BLOCK];
		uint64_t base = 0;

		coil_image_word(types->image,
				type->address +
					types->layout->PyTypeObject.tp_base,
				&base);
		if (base)
			type->base = read_chain(types, base);
		else if (!types->object && !type->heap &&
			 type->basicsize == types->layout->PyObject.size)
			types->object = type;
	}
}

const struct coil_type *coil_types_get(struct coil_types *types,
				       uint64_t address)
{
	const struct coil_type *type = coil_types_known(types, address);

	if (type || !address)
		return type;
	type = read_chain(types, address);
	resolve_bases(types);
	return type;
}

/* From @object up its types to one that is its own type; 0: there is none. */
static uint64_t climb(const struct coil_runtime *runtime, uint64_t object)
{
	uint64_t up = 0;

	for (unsigned n = 0; n < METATYPE_DEPTH; n++, object = up) {
		if (!coil_image_word(runtime->image,
				     object + runtime->layout->PyObject.ob_type,
				     &up))
			return 0;
		if (up == object)
			return object;
	}
	return 0;
}

/* An object that is there in every interpreter. */
static uint64_t modules(const struct coil_runtime *runtime)
{
	uint64_t dict = 0;

	if (runtime->interpreter_count)
		coil_image_word(
			runtime->image,
			runtime->interpreters[0] +
				runtime->layout->PyInterpreterState.modules,
			&dict);
	return dict;
}

/*
 * `type` itself: by its symbol, else by climbing from the table of modules or
 * any tracked object until a type is its own type.
 */
static uint64_t find_type(const struct coil_runtime *runtime)
{
	const struct coil_layout *l = runtime->layout;
	uint64_t type = 0;

	if (runtime->module)
		type = coil_module_symbol(runtime->image, runtime->module,
					  "PyType_Type", NULL);
	if (!type)
		type = climb(runtime, modules(runtime));
	for (unsigned i = 0; !type && runtime->interpreter_count &&
			     l->strategy.gc_lists != COIL_GC_LISTS_NONE &&
			     i < l->constant.gc_generations + 1;
	     i++) {
		uint64_t head = coil_runtime_gc_list(
			runtime, runtime->interpreters[0], i);
		uint64_t a = 0;

		coil_image_word(runtime->image, head, &a);
		if ((a & ~(uint64_t)3) != head)
			type = climb(runtime,
				     (a & ~(uint64_t)3) + l->PyGC_Head.size);
	}
	return type;
}

struct coil_types *coil_types_new(const struct coil_runtime *runtime)
{
	struct coil_types *types = calloc(1, sizeof(*types));

	if (!types)
		return NULL;
	types->runtime = runtime;
	types->image = runtime->image;
	types->layout = runtime->layout;
	types->mask = 4095;
	types->slots = calloc((size_t)types->mask + 1, sizeof(*types->slots));
	types->naming = coil_naming_new(runtime);
	if (!types->slots || !types->naming) {
		coil_naming_free(types->naming);
		free(types->slots);
		free(types);
		return NULL;
	}
	types->type = read_type(types, find_type(runtime), NULL);
	resolve_bases(types);
	return types;
}

void coil_types_free(struct coil_types *types)
{
	if (!types)
		return;
	for (uint32_t i = 0; i < types->count; i++) {
		const struct coil_type *t = coil_types_at(types, i);

		coil_type_name_free(t->name);
	}
	for (uint32_t i = 0; i * BLOCK < types->count; i++)
		free(types->blocks[i]);
	free(types->blocks);
	free(types->slots);
	coil_naming_free(types->naming);
	free(types);
}

uint32_t coil_types_count(const struct coil_types *types)
{
	return types->count;
}

const struct coil_type *coil_types_at(const struct coil_types *types,
				      uint32_t index)
{
	return &types->blocks[index / BLOCK][index % BLOCK];
}

const struct coil_type *coil_types_type(const struct coil_types *types)
{
	return types->type;
}

const struct coil_type *coil_types_object(const struct coil_types *types)
{
	return types->object;
}

/* Its own dict; false where it was not captured. */
static bool read_dict(const struct coil_types *types,
		      const struct coil_type *type, struct coil_dict *out)
{
	return type->dict &&
	       coil_dict_read(types->image, types->layout, type->dict, out);
}

uint64_t coil_type_lookup(const struct coil_types *types,
			  const struct coil_type *type, const char *name)
{
	struct coil_dict dict;

	return read_dict(types, type, &dict) ? coil_dict_lookup(&dict, name)
					     : 0;
}

#define MRO_LIMIT 1000u

/* One step along the bases: whether @type has it. */
static uint64_t step(const struct coil_types *types,
		     const struct coil_type *type, const char *name,
		     const struct coil_type **owner,
		     const struct coil_type **unread)
{
	struct coil_dict dict;
	uint64_t value;

	if (!read_dict(types, type, &dict)) {
		if (!*unread)
			*unread = type;
		return 0;
	}
	value = coil_dict_lookup(&dict, name);
	if (value)
		*owner = type;
	return value;
}

uint64_t coil_type_lookup_mro(const struct coil_types *types,
			      const struct coil_type *type, const char *name,
			      const struct coil_type **owner,
			      const struct coil_type **unread)
{
	const struct coil_layout *l = types->layout;
	uint64_t mro = 0, count = 0, value = 0;

	*owner = *unread = NULL;
	coil_image_word(types->image, type->address + l->PyTypeObject.tp_mro,
			&mro);
	coil_image_word(types->image, mro + l->PyVarObject.ob_size, &count);
	if (!mro || !count || count > MRO_LIMIT) {
		for (unsigned n = 0; type && !value && n < MRO_LIMIT; n++) {
			value = step(types, type, name, owner, unread);
			type = type->base;
		}
		return value;
	}
	for (uint64_t i = 0; i < count && !value; i++) {
		const struct coil_type *base;
		uint64_t at = 0;

		coil_image_word(types->image,
				mro + l->PyTupleObject.ob_item + i * 8, &at);
		base = coil_types_known(types, at);
		if (base)
			value = step(types, base, name, owner, unread);
	}
	return value;
}
