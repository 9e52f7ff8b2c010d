/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_ELFMAKE_H
#define COIL_TESTS_ELFMAKE_H

/*
 * Makes ELF cores and small shared libraries in memory, so that a test reads
 * like the core that it describes:
 *
 *	struct elfmake *m = elfmake_new();
 *	elfmake_process(m, 42, "python app.py");
 *	elfmake_memory(m, 0x1000, PF_R | PF_W, "abc", 3);
 *	bytes = elfmake_core(m, &size);
 *
 * A maker that runs out of memory aborts: it serves tests alone.
 */

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coil/image.h"

struct elfmake;

struct elfmake *elfmake_new(void);
void elfmake_free(struct elfmake *m);

/* A segment with all its bytes, which are copied. */
void elfmake_memory(struct elfmake *m, uint64_t start, uint32_t flags,
		    const void *bytes, size_t size);

/* A segment that the core promises and leaves out (p_filesz is 0). */
void elfmake_absent(struct elfmake *m, uint64_t start, uint32_t flags,
		    uint64_t size);

/* Notes: NT_PRPSINFO, NT_PRSTATUS, NT_AUXV (one pair), any other. */
void elfmake_process(struct elfmake *m, int32_t pid, const char *command);
void elfmake_thread(struct elfmake *m, int32_t tid, int16_t signal, uint64_t ip,
		    uint64_t sp, uint64_t fs_base);
void elfmake_auxv(struct elfmake *m, uint64_t type, uint64_t value);
void elfmake_note(struct elfmake *m, const char *name, uint32_t type,
		  const void *desc, size_t size);

/* A row of NT_FILE; @offset in bytes, of whole pages. */
void elfmake_file(struct elfmake *m, uint64_t start, uint64_t end,
		  uint64_t offset, const char *path);

/**
 * The core: header, program headers (the notes first), notes, memory in the
 * order in which it was added; with 65,535 program headers or more also the
 * section header that counts them, last.  The caller frees it.
 */
uint8_t *elfmake_core(const struct elfmake *m, size_t *size);

/* A symbol of a made library; @value relative to its base. */
struct elfmake_symbol {
	const char *name;
	uint64_t value, size;
};

enum elfmake_hash { ELFMAKE_GNU, ELFMAKE_SYSV };

/*
 * Where a made library has its things, in bytes from its base.  It is 3 pages
 * long in its file: two that are read-only, one that is writable and in memory
 * one page further on, followed by a page of .bss.
 */
#define ELFMAKE_BUILD_ID 0x200 /* the 20 bytes of the id itself */
#define ELFMAKE_SYMTAB	 0x300
#define ELFMAKE_STRTAB	 0x600
#define ELFMAKE_HASH	 0x900
#define ELFMAKE_RODATA	 0x1000 /* "read-only text" */
#define ELFMAKE_DATA	 0x3000 /* the dynamic section */
#define ELFMAKE_BSS	 0x4000
#define ELFMAKE_SIZE	 0x3000 /* of the file */

/**
 * A shared library, ELFMAKE_SIZE bytes, with the given symbols.  Its build-id
 * is 20 times @id.  Addresses in its dynamic section are raised by @base, as
 * a dynamic linker does in memory.  The caller frees it.
 */
uint8_t *elfmake_library(uint8_t id, enum elfmake_hash hash,
			 const struct elfmake_symbol *symbols, size_t count,
			 uint64_t base);

/**
 * Open the bytes as coil_image_open() does a file, by means of a file that
 * has no name.
 */
enum coil_status elfmake_open(const uint8_t *bytes, size_t size,
			      const struct coil_image_options *options,
			      struct coil_image **out, struct coil_error *err);

#endif
