/* SPDX-License-Identifier: MIT */
/*
 * A module's own headers, read from target memory: where it was loaded, which
 * build it is, where its symbols are.  Cores keep the first page of each ELF
 * file for this.
 *
 * Source: System V gABI, "Program Header", "Dynamic Section"; ld's
 * --build-id: a note of type NT_GNU_BUILD_ID called "GNU".
 */
#include "image/modules.h"

/* Entries of a dynamic section; real ones have some thirty. */
#define MOST_DYNAMIC 512

static uint64_t page_down(uint64_t address)
{
	return address & ~(uint64_t)(COIL_PAGE - 1);
}

void coil_module_phdrs(const struct coil_image *image, uint64_t header,
		       struct coil_phdrs *out)
{
	uint8_t raw[COIL_EHDR_SIZE];
	struct coil_ehdr eh;

	out->count = 0;
	out->type = ET_NONE;
	if (coil_image_read(image, header, raw, sizeof(raw)) ||
	    !coil_elf_magic(raw, sizeof(raw)) || !coil_elf_is_64le(raw))
		return;
	coil_elf_ehdr(raw, &eh);
	if (eh.phentsize != COIL_PHDR_SIZE)
		return;
	out->type = eh.type;
	for (uint64_t i = 0; i < eh.phnum && i < COIL_MODULE_PHDRS; i++) {
		uint64_t at = header + eh.phoff + i * COIL_PHDR_SIZE;

		if (coil_image_read(image, at, raw, COIL_PHDR_SIZE))
			return;
		coil_elf_phdr(raw, &out->row[out->count++]);
	}
}

bool coil_module_bias(const struct coil_phdrs *phdrs, uint64_t header,
		      uint64_t *bias)
{
	for (size_t i = 0; i < phdrs->count; i++) {
		const struct coil_phdr *ph = &phdrs->row[i];

		if (ph->type != PT_LOAD || ph->offset >= COIL_PAGE)
			continue;
		*bias = header - page_down(ph->vaddr);
		return true;
	}
	return false;
}

static void read_build_id(const struct coil_image *image, uint64_t address,
			  uint64_t size, struct coil_module *module)
{
	const struct coil_segment *s = coil_image_segment(image, address);
	struct coil_note note;
	uint64_t at = 0;

	if (!s)
		return;
	/* Notes may begin in the page that was captured and end past it. */
	size = min64(size, s->end - address);
	while (coil_elf_note(s->bytes + (address - s->start), size, &at,
			     &note)) {
		if (!coil_elf_note_is(&note, ELF_NOTE_GNU, NT_GNU_BUILD_ID) ||
		    !note.desc_size ||
		    note.desc_size > sizeof(module->build_id))
			continue;
		memcpy(module->build_id, note.desc, note.desc_size);
		module->build_id_size = note.desc_size;
		return;
	}
}

/* Anonymous memory behind the last byte that comes from the file. */
static void find_bss(const struct coil_phdr *ph, uint64_t bias,
		     struct coil_range *bss)
{
	uint64_t start = bias + ph->vaddr, end;

	if (ph->memsz > ph->filesz && add64(start, ph->memsz, &end) &&
	    end > bss->end) {
		bss->start = start + ph->filesz;
		bss->end = end;
	}
}

/*
 * glibc has relocated some of these addresses in place, other linkers and
 * the vdso have not: what lies in the module is an address.
 */
static uint64_t absolute(const struct coil_module *module, uint64_t bias,
			 uint64_t value)
{
	return value >= module->start && value < module->end ? value
							     : value + bias;
}

/* Source: gABI, "Dynamic Section": pairs of words, DT_NULL ends them. */
static void read_dynamic(struct coil_image *image, size_t index,
			 const struct coil_phdrs *phdrs)
{
	const struct coil_module *module = &image->modules[index];
	struct coil_module_inside *in = &image->insides[index];
	const struct coil_phdr *dynamic = NULL;
	uint64_t address;

	for (size_t i = 0; i < phdrs->count && !dynamic; i++) {
		if (phdrs->row[i].type == PT_DYNAMIC)
			dynamic = &phdrs->row[i];
	}
	if (!dynamic)
		return;
	address = in->bias + dynamic->vaddr;
	for (uint64_t i = 0; i < dynamic->memsz / 16 && i < MOST_DYNAMIC; i++) {
		uint64_t tag, value;
		const struct {
			uint64_t tag;
			uint64_t *to;
		} wanted[] = {
			{DT_SYMTAB, &in->symtab},     {DT_STRTAB, &in->strtab},
			{DT_GNU_HASH, &in->gnu_hash}, {DT_HASH, &in->hash},
			{DT_JMPREL, &in->jmprel},     {DT_RELA, &in->rela},
		};

		if (!coil_image_word(image, address + i * 16, &tag) ||
		    !coil_image_word(image, address + i * 16 + 8, &value) ||
		    tag == DT_NULL)
			return;
		if (tag == DT_STRSZ)
			in->strtab_size = value;
		if (tag == DT_PLTRELSZ)
			in->jmprel_size = value;
		if (tag == DT_RELASZ)
			in->rela_size = value;
		if (tag == DT_FLAGS_1)
			in->program |= (value & DF_1_PIE) != 0;
		for (size_t j = 0; j < countof(wanted); j++) {
			if (wanted[j].tag == tag)
				*wanted[j].to =
					absolute(module, in->bias, value);
		}
	}
}

void coil_module_dynamic(struct coil_image *image, size_t index)
{
	struct coil_phdrs phdrs;

	coil_module_phdrs(image, image->insides[index].header, &phdrs);
	read_dynamic(image, index, &phdrs);
}

/* Find the header among the mappings of the file's beginning. */
static void find_header(const struct coil_image *image,
			struct coil_module_inside *in, struct coil_phdrs *phdrs)
{
	for (size_t i = 0; i < in->file_count; i++) {
		const struct coil_file_range *f =
			&image->files[in->first_file + i];

		if (f->offset)
			continue;
		coil_module_phdrs(image, f->start, phdrs);
		if (!coil_module_bias(phdrs, f->start, &in->bias))
			continue;
		in->header = f->start;
		return;
	}
	phdrs->count = 0;
	phdrs->type = ET_NONE;
}

void coil_module_inspect(struct coil_image *image, size_t index)
{
	struct coil_module *module = &image->modules[index];
	struct coil_module_inside *in = &image->insides[index];
	struct coil_phdrs phdrs;

	find_header(image, in, &phdrs);
	in->program = phdrs.type == ET_EXEC;
	for (size_t i = 0; i < phdrs.count; i++) {
		const struct coil_phdr *ph = &phdrs.row[i];

		if (ph->type == PT_NOTE && !module->build_id_size)
			read_build_id(image, in->bias + ph->vaddr, ph->filesz,
				      module);
		if (ph->type == PT_LOAD)
			find_bss(ph, in->bias, &in->bss);
	}
	read_dynamic(image, index, &phdrs);
}
