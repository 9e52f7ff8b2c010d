/* SPDX-License-Identifier: MIT */
/*
 * Dynamic symbols, read from the target's memory and not from files: what
 * the dynamic linker saw.  In a core that lacks .dynsym the module's file
 * has filled it in.
 *
 * Source: System V gABI, "Dynamic Section", "Symbol Table", "Hash Table".
 * The GNU table: header {nbuckets, symoffset, bloom_size, bloom_shift}, the
 * bloom filter of 8-byte words, the buckets, then one hash value a symbol
 * from symoffset on, whose lowest bit ends a chain.
 */
#include "image/elf.h"
#include "image/image.h"

/* Longest name asked for, in bytes; also what is read to compare. */
#define NAME_MAX_BYTES 255

/*
 * Steps along one chain of a hash table.  Linkers make some three symbols a
 * bucket, thirty at worst; a chain that goes on and on is a hostile loop.
 */
#define MOST_STEPS 4096

/* What a look-up needs. */
struct want {
	const struct coil_image *image;
	const struct coil_module_inside *in;
	const char *name;
	size_t length;
};

static bool read32(const struct want *w, uint64_t address, uint32_t *out)
{
	uint8_t raw[4];

	if (coil_image_read(w->image, address, raw, sizeof(raw)))
		return false;
	*out = load32(raw);
	return true;
}

/* base + index * size, false where it wraps. */
static bool element(uint64_t base, uint64_t index, uint64_t size, uint64_t *out)
{
	return mul64(index, size, out) && add64(base, *out, out);
}

static bool same_name(const struct want *w, uint32_t offset)
{
	char text[NAME_MAX_BYTES + 1];
	uint64_t at;

	return offset < w->in->strtab_size &&
	       w->in->strtab_size - offset > w->length &&
	       add64(w->in->strtab, offset, &at) &&
	       !coil_image_read(w->image, at, text, w->length + 1) &&
	       !memcmp(text, w->name, w->length + 1);
}

/* Is symbol @index the one wanted, and defined here? */
static bool matches(const struct want *w, uint64_t index, uint64_t *address,
		    uint64_t *size)
{
	uint8_t raw[sizeof(Elf64_Sym)];
	unsigned type;
	uint64_t at;

	if (!element(w->in->symtab, index, sizeof(raw), &at) ||
	    coil_image_read(w->image, at, raw, sizeof(raw)))
		return false;
	type = raw[offsetof(Elf64_Sym, st_info)] & 0xf;
	if (load16(raw + offsetof(Elf64_Sym, st_shndx)) == SHN_UNDEF ||
	    type == STT_TLS || type == STT_SECTION || type == STT_FILE ||
	    !same_name(w, load32(raw + offsetof(Elf64_Sym, st_name))))
		return false;
	*address = w->in->bias + load64(raw + offsetof(Elf64_Sym, st_value));
	*size = load64(raw + offsetof(Elf64_Sym, st_size));
	return true;
}

static bool find_gnu(const struct want *w, uint64_t *address, uint64_t *size)
{
	uint32_t nbuckets, first, bloom_words, index, hash = 5381;
	uint64_t buckets, chain, at;

	for (const char *c = w->name; *c; c++)
		hash = hash * 33 + (uint8_t)*c;
	if (!read32(w, w->in->gnu_hash, &nbuckets) || !nbuckets ||
	    !read32(w, w->in->gnu_hash + 4, &first) ||
	    !read32(w, w->in->gnu_hash + 8, &bloom_words) ||
	    !element(w->in->gnu_hash + 16, bloom_words, 8, &buckets) ||
	    !element(buckets, nbuckets, 4, &chain) ||
	    !element(buckets, hash % nbuckets, 4, &at) ||
	    !read32(w, at, &index) || index < first)
		return false;
	for (uint64_t i = index; i - index < MOST_STEPS; i++) {
		uint32_t value;

		if (!element(chain, i - first, 4, &at) ||
		    !read32(w, at, &value))
			return false;
		if ((value | 1) == (hash | 1) && matches(w, i, address, size))
			return true;
		if (value & 1)
			return false;
	}
	return false;
}

static bool find_sysv(const struct want *w, uint64_t *address, uint64_t *size)
{
	uint32_t nbucket, nchain, index, hash = 0;
	uint64_t buckets, chain, at;

	for (const char *c = w->name; *c; c++) {
		uint32_t high;

		hash = (hash << 4) + (uint8_t)*c;
		high = hash & 0xf0000000;
		hash = (hash ^ high >> 24) & ~high;
	}
	if (!read32(w, w->in->hash, &nbucket) || !nbucket ||
	    !read32(w, w->in->hash + 4, &nchain))
		return false;
	buckets = w->in->hash + 8;
	if (!element(buckets, nbucket, 4, &chain) ||
	    !element(buckets, hash % nbucket, 4, &at) || !read32(w, at, &index))
		return false;
	for (int step = 0; step < MOST_STEPS; step++) {
		if (!index || index >= nchain)
			return false;
		if (matches(w, index, address, size))
			return true;
		if (!element(chain, index, 4, &at) || !read32(w, at, &index))
			return false;
	}
	return false;
}

uint64_t coil_module_symbol(const struct coil_image *image,
			    const struct coil_module *module, const char *name,
			    uint64_t *size)
{
	struct want w = {
		.image = image,
		.in = &image->insides[module - image->modules],
		.name = name,
		.length = strlen(name),
	};
	uint64_t address = 0, bytes = 0;
	bool found = false, possible = w.length <= NAME_MAX_BYTES &&
				       w.in->symtab && w.in->strtab;

	if (possible && w.in->gnu_hash)
		found = find_gnu(&w, &address, &bytes);
	if (possible && !found && w.in->hash)
		found = find_sysv(&w, &address, &bytes);
	if (size)
		*size = found ? bytes : 0;
	return found ? address : 0;
}

uint64_t coil_image_symbol(const struct coil_image *image, const char *name,
			   uint64_t *size, const struct coil_module **module)
{
	for (size_t i = 0; i < image->module_count; i++) {
		uint64_t address = coil_module_symbol(image, &image->modules[i],
						      name, size);

		if (!address)
			continue;
		if (module)
			*module = &image->modules[i];
		return address;
	}
	if (size)
		*size = 0;
	if (module)
		*module = NULL;
	return 0;
}
