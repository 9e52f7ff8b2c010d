/* SPDX-License-Identifier: MIT */
#ifndef COIL_VALUES_DICT_H
#define COIL_VALUES_DICT_H

#include "image/image.h"
#include "layout/layout.h"

/* Bytes of an index in dict keys of @size slots that tell it (dk_size).
 * Source: CPython 3.10, Objects/dict-common.h, DK_IXSIZE. */
static inline uint64_t coil_index_width(uint64_t size)
{
	return size <= 0xff ? 1 : size <= 0xffff ? 2 : size >> 32 ? 8 : 4;
}

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

/**
 * The same of the dict at @address, none whose values are split: for dicts of
 * sys, of builtins and of modules, before anything is known of types.  Reads no
 * further than to the name, so that the rest may be missing or broken.
 */
uint64_t coil_dict_item(const struct coil_image *image,
			const struct coil_layout *layout, uint64_t address,
			const char *name);

#endif
