/* SPDX-License-Identifier: MIT */
/*
 * What the dynamic linker wrote into global offset tables: the only place that
 * tells which of its variants a function chosen at run time is.
 *
 * Source: System V ABI, AMD64, "Relocation Types": the word at r_offset
 * receives the symbol's address for R_X86_64_GLOB_DAT and R_X86_64_JUMP_SLOT.
 */
#include "image/elf.h"
#include "image/image.h"

/* A module's table has some ten thousand; a hostile one ends here. */
#define MOST_RELOCATIONS (1u << 20)
#define MOST_NAME	 32u

struct imports {
	const struct coil_image *image;
	const char *const *names;
	size_t count;
	void (*emit)(void *ctx, size_t name, uint64_t address);
	void *ctx;
};

/* The index of the name of symbol @symbol, or count. */
static size_t find_name(const struct imports *w,
			const struct coil_module_inside *in, uint64_t symbol)
{
	const uint8_t *sym = coil_image_view(
		w->image, in->symtab + symbol * sizeof(Elf64_Sym),
		sizeof(Elf64_Sym));
	const char *name;
	uint32_t offset;

	if (!sym)
		return w->count;
	offset = load32(sym + offsetof(Elf64_Sym, st_name));
	if (offset >= in->strtab_size)
		return w->count;
	name = coil_image_string(w->image, in->strtab + offset, MOST_NAME);
	for (size_t i = 0; name && i < w->count; i++)
		if (!strcmp(name, w->names[i]))
			return i;
	return w->count;
}

static void read_table(const struct imports *w,
		       const struct coil_module_inside *in, uint64_t table,
		       uint64_t size)
{
	uint64_t count = min64(size / sizeof(Elf64_Rela), MOST_RELOCATIONS);

	if (!table || !in->symtab || !in->strtab)
		return;
	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *row = coil_image_view(
			w->image, table + i * sizeof(Elf64_Rela),
			sizeof(Elf64_Rela));
		uint64_t info, address;
		size_t name;

		if (!row)
			return;
		info = load64(row + offsetof(Elf64_Rela, r_info));
		if (ELF64_R_TYPE(info) != R_X86_64_JUMP_SLOT &&
		    ELF64_R_TYPE(info) != R_X86_64_GLOB_DAT)
			continue;
		name = find_name(w, in, ELF64_R_SYM(info));
		if (name < w->count &&
		    coil_image_word(w->image,
				    in->bias + load64(row + offsetof(Elf64_Rela,
								     r_offset)),
				    &address) &&
		    address)
			w->emit(w->ctx, name, address);
	}
}

void coil_image_imports(const struct coil_image *image,
			const char *const *names, size_t count,
			void (*emit)(void *ctx, size_t name, uint64_t address),
			void *ctx)
{
	const struct imports w = {image, names, count, emit, ctx};

	for (size_t i = 0; i < image->module_count; i++) {
		const struct coil_module_inside *in = &image->insides[i];

		read_table(&w, in, in->jmprel, in->jmprel_size);
		read_table(&w, in, in->rela, in->rela_size);
	}
}
