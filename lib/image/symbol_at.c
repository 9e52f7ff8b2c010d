/* SPDX-License-Identifier: MIT */
/*
 * Which dynamic symbol an address belongs to.  The tables are read from the
 * target's memory, as in symbols.c.
 *
 * Source: System V gABI, "Symbol Table", "Hash Table"; how many symbols there
 * are only the hash tables say: nchain, or in the GNU table the end of
 * the last chain.
 */
#include "image/elf.h"
#include "image/image.h"

#define MOST_SYMBOLS (1u << 22) /* the biggest libraries have 100,000 */

static bool read32(const struct coil_image *image, uint64_t base,
		   uint64_t index, uint32_t *out)
{
	const uint8_t *p = coil_image_view(image, base + index * 4, 4);

	*out = p ? load32(p) : 0;
	return p != NULL;
}

/* The GNU table: the highest first symbol of a bucket, then its chain. */
static uint32_t count_gnu(const struct coil_image *image, uint64_t table)
{
	uint32_t nbuckets, first, bloom_words, word, last = 0;
	uint64_t buckets;

	if (!read32(image, table, 0, &nbuckets) ||
	    !read32(image, table, 1, &first) ||
	    !read32(image, table, 2, &bloom_words) || nbuckets > MOST_SYMBOLS)
		return 0;
	buckets = table + 16 + (uint64_t)bloom_words * 8;
	for (uint32_t i = 0; i < nbuckets; i++) {
		if (!read32(image, buckets, i, &word))
			return 0;
		last = word > last ? word : last;
	}
	if (last < first)
		return 0;
	for (; last < MOST_SYMBOLS; last++) {
		if (!read32(image, buckets, (uint64_t)nbuckets + (last - first),
			    &word))
			return 0;
		if (word & 1)
			return last + 1;
	}
	return 0;
}

static uint32_t count_symbols(const struct coil_image *image,
			      const struct coil_module_inside *in)
{
	uint32_t count = 0;

	if (in->hash && read32(image, in->hash, 1, &count))
		return count < MOST_SYMBOLS ? count : 0;
	return in->gnu_hash ? count_gnu(image, in->gnu_hash) : 0;
}

const char *coil_module_symbol_at(const struct coil_image *image,
				  const struct coil_module *module,
				  uint64_t address, uint64_t *offset)
{
	const struct coil_module_inside *in =
		&image->insides[module - image->modules];
	uint32_t count =
		in->symtab && in->strtab ? count_symbols(image, in) : 0;
	uint64_t least = UINT64_MAX;
	const char *name = NULL;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *raw = coil_image_view(
			image, in->symtab + (uint64_t)i * sizeof(Elf64_Sym),
			sizeof(Elf64_Sym));
		uint64_t start, size;
		unsigned type;

		if (!raw)
			break;
		type = raw[offsetof(Elf64_Sym, st_info)] & 0xf;
		start = in->bias + load64(raw + offsetof(Elf64_Sym, st_value));
		size = load64(raw + offsetof(Elf64_Sym, st_size));
		if (load16(raw + offsetof(Elf64_Sym, st_shndx)) == SHN_UNDEF ||
		    type != STT_OBJECT || address - start >= size ||
		    size >= least)
			continue;
		least = size;
		*offset = address - start;
		name = coil_image_string(
			image,
			in->strtab + load32(raw + offsetof(Elf64_Sym, st_name)),
			255);
	}
	return name;
}

uint64_t coil_module_offset(const struct coil_image *image,
			    const struct coil_module *module, uint64_t address)
{
	const struct coil_module_inside *in =
		&image->insides[module - image->modules];

	return address - (in->header ? in->bias : module->start);
}
