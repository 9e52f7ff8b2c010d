/* SPDX-License-Identifier: MIT */
#ifndef COIL_TYPES_TYPES_H
#define COIL_TYPES_TYPES_H

#include "runtime/runtime.h"

/*
 * Type objects, each read once: what a decoder has to know of the type of an
 * object.  And the three readers that reading a type needs and decoders share:
 * of dicts, strings and ints.
 */

/* tp_flags. Source: Include/object.h of the versions read; the bits that are
 * used here have the same meaning in all of them. */
#define COIL_TP_INLINE_VALUES	(1u << 2)
#define COIL_TP_MANAGED_WEAKREF (1u << 3)
#define COIL_TP_MANAGED_DICT	(1u << 4)
#define COIL_TP_HEAPTYPE	(1u << 9)
#define COIL_TP_READY		(1u << 12)
#define COIL_TP_HAVE_GC		(1u << 14)
#define COIL_TP_LONG		(1u << 24)
#define COIL_TP_LIST		(1u << 25)
#define COIL_TP_TUPLE		(1u << 26)
#define COIL_TP_BYTES		(1u << 27)
#define COIL_TP_UNICODE		(1u << 28)
#define COIL_TP_DICT		(1u << 29)
#define COIL_TP_EXCEPTION	(1u << 30)
#define COIL_TP_TYPE		(1u << 31)

struct coil_type {
	uint64_t address;
	uint32_t index;	  /* in order of reading, [0, coil_types_count()) */
	uint32_t flags;	  /* COIL_TP_*: the low half of tp_flags */
	const char *name; /* "module.QualName", built-ins bare; never NULL */
	const struct coil_type *metatype; /* type's own is itself */
	/* NULL: object, or unreadable, or it would lead back to the type, which
	 * ring then says of the first by address.  Bases end. */
	const struct coil_type *base;
	uint64_t basicsize; /* bytes, at least sizeof(PyObject) */
	uint64_t itemsize;  /* bytes */
	int64_t dictoffset, weaklistoffset;
	uint64_t traverse, dealloc, is_gc; /* addresses of machine code */
	uint64_t members;    /* PyMemberDef[] of tp_members, or 0 */
	uint64_t dict;	     /* its __dict__'s address, or 0 */
	uint64_t subclasses; /* dict of its subclasses, or 0 */
	uint64_t weaklist;   /* first weak reference to it, or 0 */
	uint32_t prefix; /* bytes from the start of an instance's block to the
			  * instance: 0, 16 (collector head) or 32 */
	bool heap;	 /* COIL_TP_HEAPTYPE */
	bool named;	 /* name was read, or told; not made up */
	bool told;	 /* by what holds it, or by its structure */
	bool ring;	 /* its tp_base leads back to it */
	uint32_t passed; /* of types.c: the walk that came by */
};

struct coil_types;

struct coil_types *coil_types_new(const struct coil_runtime *runtime);

/** Read every class that `object` leads to along __subclasses__(). */
void coil_types_read_all(struct coil_types *types);

void coil_types_free(struct coil_types *types);

/**
 * The type at @address, read at the first call; NULL where there is none:
 * its own type must be a type of types, up to `type`.  Not for several threads.
 */
const struct coil_type *coil_types_get(struct coil_types *types,
				       uint64_t address);

/* As coil_types_get(), for types that were read before; for any thread. Whether
 * one was depends on what has been decoded: nothing that decodes asks this. */
const struct coil_type *coil_types_known(const struct coil_types *types,
					 uint64_t address);

uint32_t coil_types_count(const struct coil_types *types);
const struct coil_type *coil_types_at(const struct coil_types *types,
				      uint32_t index);

/* `type` and `object` themselves. */
const struct coil_type *coil_types_type(const struct coil_types *types);
const struct coil_type *coil_types_object(const struct coil_types *types);

/** The address of the value of str key @name in the type's own dict, or 0. */
uint64_t coil_type_lookup(const struct coil_types *types,
			  const struct coil_type *type, const char *name);

/**
 * Call @stop for the types in @type's tp_mro, in order, until it returns true.
 * False, and nothing called, where there is none or it is too long.
 */
bool coil_type_mro(struct coil_types *types, const struct coil_type *type,
		   bool (*stop)(void *ctx, const struct coil_type *base),
		   void *ctx);

/*
 * Dicts.  Reads PyDictObject and its keys, combined or split.
 */
struct coil_dict {
	const struct coil_image *image;
	const struct coil_layout *layout;
	uint64_t used;		/* ma_used */
	uint64_t keys;		/* address of PyDictKeysObject */
	uint64_t values;	/* address of the first split value, or 0 */
	uint64_t values_object; /* ma_values, or 0 */
	const uint8_t
		*entries;     /* view of @count entries, NULL if @count is 0 */
	const uint8_t *split; /* view of @count split values, or NULL */
	uint64_t count;	      /* dk_nentries */
	uint64_t keys_bytes;  /* size of the whole keys object */
	uint32_t entry_size;  /* 16 (str keys only) or 24 */
	uint32_t key_at, value_at; /* in an entry */
	uint8_t kind;		   /* dk_kind: 0 general, 1 unicode, 2 split */
	uint64_t room;		   /* entries that there is room for */
	uint64_t lookup;	   /* dk_lookup, 0: the kind tells */
	int64_t refcnt;		   /* dk_refcnt */
	bool shared; /* dk_kind is split: instances share the keys */
};

/**
 * Read the dict at @address (a PyDictObject of whatever subclass), or the
 * keys object at @keys alone.  False where its memory is missing or does not
 * add up; *@out is then empty and may still be iterated.
 */
bool coil_dict_read(const struct coil_image *image,
		    const struct coil_layout *layout, uint64_t address,
		    struct coil_dict *out);
bool coil_dict_read_keys(const struct coil_image *image,
			 const struct coil_layout *layout, uint64_t keys,
			 struct coil_dict *out);

static inline uint64_t coil_dict_key(const struct coil_dict *d, uint64_t i)
{
	return load64(d->entries + i * d->entry_size + d->key_at);
}

/* 0: a deleted or unset entry. */
static inline uint64_t coil_dict_value(const struct coil_dict *d, uint64_t i)
{
	if (d->values_object)
		return d->split ? load64(d->split + i * 8) : 0;
	return d->shared ? 0
			 : load64(d->entries + i * d->entry_size + d->value_at);
}

/** The value of str key @name, or 0. */
uint64_t coil_dict_lookup(const struct coil_dict *dict, const char *name);

/*
 * Strings.
 */
struct coil_str {
	const uint8_t *data; /* @length code units of @width bytes */
	uint64_t length;     /* code points */
	uint8_t width;	     /* 1, 2, 4; 0: a legacy string without data */
	bool ascii, compact;
	uint8_t interned;	    /* SSTATE_*: 0 none, else interned */
	bool is_static;		    /* says so itself (3.12 and later) */
	uint64_t utf8, utf8_length; /* cached UTF-8: address; 0: none */
	bool utf8_shared;	    /* it is the string's own data */
	uint64_t wstr;		    /* legacy representation, 0: none */
	uint64_t data_address;
};

/* The state of the str at @p, its PyASCIIObject in view: the interned state in
 * bits 0-1, the others above as str.c tells. */
static inline uint32_t coil_str_state(const struct coil_layout *layout,
				      const uint8_t *p)
{
	uint32_t state = load32(p + layout->PyASCIIObject.state);

	if (layout->strategy.strings != COIL_STRINGS_BYTES)
		return state;
	return (state & 3) | (state >> 8 & 0x3f) << 2;
}

/* False where its memory is missing or it contradicts itself. */
bool coil_str_read(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t address,
		   struct coil_str *out);

/** Whether the str at @address equals the ASCII string @text. */
bool coil_str_equals(const struct coil_image *image,
		     const struct coil_layout *layout, uint64_t address,
		     const char *text);

/*
 * Ints: 30-bit digits, least significant first.
 */
struct coil_int {
	const uint8_t *digits; /* @count of 4 bytes */
	uint64_t count;	       /* 0: the number 0 */
	bool negative;
};
bool coil_int_read(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t address,
		   struct coil_int *out);
/** False where it does not fit. */
bool coil_int_small(const struct coil_int *value, int64_t *out);

#endif
