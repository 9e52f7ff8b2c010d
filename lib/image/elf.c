/* SPDX-License-Identifier: MIT */
/*
 * Decoding ELF headers and notes from bytes that nobody vouches for.
 * Source: System V gABI, chapters 4 and 5.
 */
#include "image/elf.h"

bool coil_elf_magic(const uint8_t *p, size_t size)
{
	return size >= SELFMAG && !memcmp(p, ELFMAG, SELFMAG);
}

bool coil_elf_is_64le(const uint8_t *p)
{
	return p[EI_CLASS] == ELFCLASS64 && p[EI_DATA] == ELFDATA2LSB;
}

void coil_elf_ehdr(const uint8_t *p, struct coil_ehdr *out)
{
	out->type = load16(p + offsetof(Elf64_Ehdr, e_type));
	out->machine = load16(p + offsetof(Elf64_Ehdr, e_machine));
	out->phentsize = load16(p + offsetof(Elf64_Ehdr, e_phentsize));
	out->phnum = load16(p + offsetof(Elf64_Ehdr, e_phnum));
	out->shentsize = load16(p + offsetof(Elf64_Ehdr, e_shentsize));
	out->phoff = load64(p + offsetof(Elf64_Ehdr, e_phoff));
	out->shoff = load64(p + offsetof(Elf64_Ehdr, e_shoff));
}

void coil_elf_phdr(const uint8_t *p, struct coil_phdr *out)
{
	out->type = load32(p + offsetof(Elf64_Phdr, p_type));
	out->flags = load32(p + offsetof(Elf64_Phdr, p_flags));
	out->offset = load64(p + offsetof(Elf64_Phdr, p_offset));
	out->vaddr = load64(p + offsetof(Elf64_Phdr, p_vaddr));
	out->filesz = load64(p + offsetof(Elf64_Phdr, p_filesz));
	out->memsz = load64(p + offsetof(Elf64_Phdr, p_memsz));
}

bool coil_elf_note(const uint8_t *notes, uint64_t size, uint64_t *at,
		   struct coil_note *out)
{
	uint64_t name, desc;

	if (*at > size || size - *at < sizeof(Elf64_Nhdr))
		return false;
	out->name_size = load32(notes + *at);
	out->desc_size = load32(notes + *at + 4);
	out->type = load32(notes + *at + 8);
	/* Sizes are 32 bits wide, so none of these sums can wrap. */
	name = *at + sizeof(Elf64_Nhdr);
	desc = name + align_up(out->name_size, 4);
	if (desc > size || size - desc < out->desc_size)
		return false;
	out->name = (const char *)(notes + name);
	out->desc = notes + desc;
	*at = min64(desc + align_up(out->desc_size, 4), size);
	return true;
}

bool coil_elf_note_is(const struct coil_note *note, const char *name,
		      uint32_t type)
{
	return note->type == type && note->name_size == strlen(name) + 1 &&
	       !memcmp(note->name, name, note->name_size);
}
