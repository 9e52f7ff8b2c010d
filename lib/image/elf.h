/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_ELF_H
#define COIL_IMAGE_ELF_H

/*
 * The parts of 64-bit little-endian ELF that an image reads, from files and
 * from target memory alike: header, program header, notes.
 *
 * Source: System V gABI, "ELF Header", "Program Header", "Note Section";
 * names and numbers from <elf.h>.
 */

#include <elf.h>

#include "base/base.h"

#define COIL_EHDR_SIZE 64u
#define COIL_PHDR_SIZE 56u
#define COIL_SHDR_SIZE 64u

/* Bytes in a page of the only machine read here. */
#define COIL_PAGE 4096u

struct coil_ehdr {
	uint16_t type, machine, phentsize, phnum, shentsize;
	uint64_t phoff, shoff;
};

struct coil_phdr {
	uint32_t type, flags;
	uint64_t offset, vaddr, filesz, memsz;
};

/* One note; both pointers lie within the notes given to coil_elf_note(). */
struct coil_note {
	uint32_t type;
	const char *name;   /* "CORE", not NUL-terminated if name_size is 0 */
	uint32_t name_size; /* bytes, with the NUL */
	const uint8_t *desc;
	uint32_t desc_size; /* bytes */
};

/* Do the @size bytes at @p begin as any ELF file does? */
bool coil_elf_magic(const uint8_t *p, size_t size);

/* Is the identification at @p (16 bytes) that of a 64-bit LSB file? */
bool coil_elf_is_64le(const uint8_t *p);

/* Decode the COIL_EHDR_SIZE (COIL_PHDR_SIZE) bytes at @p. */
void coil_elf_ehdr(const uint8_t *p, struct coil_ehdr *out);
void coil_elf_phdr(const uint8_t *p, struct coil_phdr *out);

/**
 * Step through the notes in @notes[0, @size), 4-byte aligned.
 *
 * @at  Where to go on, 0 first; updated.
 *
 * Returns false at the end and where the next note is cut.
 */
bool coil_elf_note(const uint8_t *notes, uint64_t size, uint64_t *at,
		   struct coil_note *out);

/* Is it a note called @name of this type? */
bool coil_elf_note_is(const struct coil_note *note, const char *name,
		      uint32_t type);

#endif
