/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_IMAGE_H
#define COIL_IMAGE_IMAGE_H

#include "base/map.h"
#include "coil/image.h"

/*
 * The inside of an image: sorted, disjoint segments, each with its bytes
 * mapped, and a table from the granule of an address to the segments that
 * touch it, so that a lookup costs the same however many segments there are.
 */

/* One run of captured bytes: [start, end), bytes[0] is the byte at start. */
struct coil_segment {
	uint64_t start, end;
	const uint8_t *bytes;
	bool writable; /* in the target */
	bool from_module;
};

/* Granule: 2 MiB.  A 6 GB core has 3,000; the table stays in the cache. */
#define COIL_GRANULE_BITS 21

struct coil_image {
	struct coil_segment *segments; /* sorted by start, disjoint */
	size_t segment_count, segment_room;
	/* From the number of a granule, plus 1, to the segments that touch it:
	 * the first, << 32 the last. */
	struct coil_map granules;

	/* The segments [unindexed, segment_count) are not in the table. */
	size_t unindexed;
	struct coil_range *holes; /* sorted, disjoint; see holes.h */
	size_t hole_count, hole_room;

	struct coil_process process;
	struct coil_coverage coverage;
	struct coil_module *modules; /* sorted by start */
	size_t module_count;
	struct coil_module_inside *insides; /* one a module, same order */
	struct coil_file_range *files;	    /* sorted by start, disjoint */
	size_t file_count, file_room;
	uint32_t asked;		     /* modules that servers were asked for */
	uint64_t asked_ms;	     /* and how long that took */
	struct coil_range *writable; /* not captured, but known writable */
	size_t writable_count, writable_room;

	/* One entry a thread (NT_PRSTATUS), for native stacks and FS bases. */
	struct coil_native_thread *threads;
	size_t thread_count, thread_room;
	const uint8_t *auxv; /* NT_AUXV descriptor, or NULL */
	size_t auxv_size;    /* bytes */

	struct coil_mapping *mappings; /* files mapped into memory, unmapped
					* on close */
	size_t mapping_count, mapping_room;
	char **strings; /* freed on close */
	size_t string_count, string_room;
};

/* Target addresses [start, end). */
struct coil_range {
	uint64_t start, end;
};

/* One mapping of a file: [start, end) shows the file from offset on. */
struct coil_file_range {
	uint64_t start, end;
	uint64_t offset;  /* bytes */
	const char *path; /* " (deleted)" stripped; kept by the image */
	bool deleted;	  /* it was there */
	uint32_t module;  /* index of the module that it belongs to */
};

/* What only the image needs to know of a module. Addresses are absolute. */
struct coil_module_inside {
	uint64_t header; /* of its ELF header in memory; 0: not captured */
	uint64_t bias;	 /* added to p_vaddr and st_value, modulo 2^64 */
	bool program;	 /* says itself that it is one, not a library */
	struct coil_range bss; /* memory of its last segment past the file's */
	size_t first_file, file_count; /* its rows of coil_image.files */
	/* From PT_DYNAMIC; 0: not there. */
	uint64_t symtab, strtab, strtab_size, gnu_hash, hash;
	uint64_t jmprel, jmprel_size, rela, rela_size; /* Elf64_Rela[], bytes */
};

/* Registers that analyses need. Source: struct elf_prstatus, user_regs. */
struct coil_native_thread {
	int64_t tid;
	uint64_t sp, ip, fs_base;
};

struct coil_mapping {
	void *base;
	size_t size;
};

/* The last of the segments [@first, @last] that starts at or below @address, or
 * @first. */
const struct coil_segment *coil_image_bisect(const struct coil_image *image,
					     uint32_t first, uint32_t last,
					     uint64_t address);

/* The segment that holds @address among those that the table leaves out. */
const struct coil_segment *coil_image_rest(const struct coil_image *image,
					   uint64_t address);

/**
 * The segment that holds @address, or NULL.  Constant time but for granules
 * into which a hostile file packs many segments: there it is a bisection.
 */
static inline const struct coil_segment *coil_image_segment(
	const struct coil_image *image, uint64_t address)
{
	const uint64_t *found = coil_map_find(
		&image->granules, (address >> COIL_GRANULE_BITS) + 1);

	if (found) {
		uint32_t first = (uint32_t)*found;
		uint32_t last = (uint32_t)(*found >> 32);
		const struct coil_segment *s =
			first == last ? &image->segments[first]
				      : coil_image_bisect(image, first, last,
							  address);

		if (address - s->start < s->end - s->start)
			return s;
	}
	return image->unindexed < image->segment_count
		       ? coil_image_rest(image, address)
		       : NULL;
}

/** The index of the first segment that ends past @address, or their number. */
size_t coil_image_after(const struct coil_image *image, uint64_t address);

/**
 * A pointer to @count captured bytes at @address, or NULL where they are not
 * all there or not in one segment (coil_image_read() then still may succeed:
 * neighbouring segments are joined on load wherever their bytes are).
 * Borrowed; valid until the image is closed.
 */
static inline const uint8_t *coil_image_view(const struct coil_image *image,
					     uint64_t address, uint64_t count)
{
	const struct coil_segment *s = coil_image_segment(image, address);

	if (!s || s->end - address < count)
		return NULL;
	return s->bytes + (address - s->start);
}

/** *out = the word at @address; false, *out = 0, where it is not captured. */
static inline bool coil_image_word(const struct coil_image *image,
				   uint64_t address, uint64_t *out)
{
	const uint8_t *p = coil_image_view(image, address, 8);

	*out = p ? load64(p) : 0;
	return p != NULL;
}

/**
 * The next run of memory from *@at to @end that is not a hole (holes.h): moves
 * *@at to where it begins, @end where there is none, and returns its end.  What
 * looks at all words of memory passes over the holes by it:
 *
 *	for (; (stop = coil_image_data(image, &at, end)) > at; at = stop)
 */
uint64_t coil_image_data(const struct coil_image *image, uint64_t *at,
			 uint64_t end);

/** Does its file end before what its headers promise? */
bool coil_image_is_cut(const struct coil_image *image);

/**
 * The C string at @address, at most @limit bytes before its NUL; NULL where
 * it is not captured or not ended.  Borrowed; valid until close.
 */
const char *coil_image_string(const struct coil_image *image, uint64_t address,
			      size_t limit);

/**
 * The address of dynamic symbol @name in @module, 0 where it has none or its
 * dynamic section was not captured.  @size (may be NULL) receives st_size.
 *
 * Source: ELF gABI, "Dynamic Section", "Hash Table"; GNU hash as in
 * binutils' bfd/elflink.c description: DT_GNU_HASH's header is
 * {nbuckets, symoffset, bloom_size, bloom_shift}.
 */
uint64_t coil_module_symbol(const struct coil_image *image,
			    const struct coil_module *module, const char *name,
			    uint64_t *size);

/**
 * The smallest dynamic symbol of a variable of @module that holds @address,
 * which is *@offset bytes into it; NULL: none does, or the symbols were not
 * captured.  Borrowed from the image.  Looks at all symbols.
 */
const char *coil_module_symbol_at(const struct coil_image *image,
				  const struct coil_module *module,
				  uint64_t address, uint64_t *offset);

/** @address as the module's file has it: less what it was moved by; less where
 * the module begins, if its ELF header was not captured. */
uint64_t coil_module_offset(const struct coil_image *image,
			    const struct coil_module *module, uint64_t address);

/* Symbol @name in any module, first match in module order; 0: none. */
uint64_t coil_image_symbol(const struct coil_image *image, const char *name,
			   uint64_t *size, const struct coil_module **module);

/**
 * Call @emit with the address that each module was given for each of the
 * @count functions @names that it imports: the word in its global offset table.
 * How a function that is chosen when it is linked (IFUNC) gets a name.
 */
void coil_image_imports(const struct coil_image *image,
			const char *const *names, size_t count,
			void (*emit)(void *ctx, size_t name, uint64_t address),
			void *ctx);

/** The module one of whose mappings, or whose .bss, holds @address, or NULL. */
const struct coil_module *coil_image_module_at(const struct coil_image *image,
					       uint64_t address);

/* Scope guard for an image that is not given away. */
static inline void coil_image_close_guard(struct coil_image **image)
{
	coil_image_close(*image);
}
#define _cleanup_image_ __attribute__((cleanup(coil_image_close_guard)))

#endif
