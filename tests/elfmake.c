/* SPDX-License-Identifier: MIT */
/* Source: System V gABI; core(5); the notes as in formats/read/elfnotes.c. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <unistd.h>

#include "elfmake.h"

#define PAGE 4096u

struct buffer {
	uint8_t *bytes;
	size_t size, room;
};

struct load {
	Elf64_Phdr ph;
	size_t at; /* of its bytes in the maker's memory */
};

struct elfmake {
	struct buffer notes, memory, auxv;
	struct buffer loads, rows; /* struct load; 3 words each of NT_FILE */
	struct buffer names;	   /* of NT_FILE */
};

static void append(struct buffer *b, const void *bytes, size_t size)
{
	/* Always room for one byte: the bytes are never NULL. */
	if (b->room - b->size <= size) {
		b->room = 2 * b->room + size + 1;
		b->bytes = realloc(b->bytes, b->room);
		if (!b->bytes)
			abort();
	}
	if (size && bytes)
		memcpy(b->bytes + b->size, bytes, size);
	else if (size)
		memset(b->bytes + b->size, 0, size);
	b->size += size;
}

struct elfmake *elfmake_new(void)
{
	struct elfmake *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	return m;
}

void elfmake_free(struct elfmake *m)
{
	if (!m)
		return;
	free(m->notes.bytes);
	free(m->memory.bytes);
	free(m->auxv.bytes);
	free(m->loads.bytes);
	free(m->rows.bytes);
	free(m->names.bytes);
	free(m);
}

void elfmake_memory(struct elfmake *m, uint64_t start, uint32_t flags,
		    const void *bytes, size_t size)
{
	struct load load = {.at = m->memory.size};

	load.ph.p_type = PT_LOAD;
	load.ph.p_flags = flags;
	load.ph.p_vaddr = start;
	load.ph.p_filesz = load.ph.p_memsz = size;
	append(&m->memory, bytes, size);
	append(&m->loads, &load, sizeof(load));
}

void elfmake_absent(struct elfmake *m, uint64_t start, uint32_t flags,
		    uint64_t size)
{
	struct load load = {.at = m->memory.size};

	load.ph.p_type = PT_LOAD;
	load.ph.p_flags = flags;
	load.ph.p_vaddr = start;
	load.ph.p_memsz = size;
	append(&m->loads, &load, sizeof(load));
}

static void put_note(struct buffer *b, const char *name, uint32_t type,
		     const void *desc, size_t size)
{
	Elf64_Nhdr head = {
		.n_namesz = (uint32_t)strlen(name) + 1,
		.n_descsz = (uint32_t)size,
		.n_type = type,
	};

	append(b, &head, sizeof(head));
	append(b, name, head.n_namesz);
	append(b, NULL, (0u - head.n_namesz) % 4);
	append(b, desc, size);
	append(b, NULL, (0u - size) % 4);
}

void elfmake_note(struct elfmake *m, const char *name, uint32_t type,
		  const void *desc, size_t size)
{
	put_note(&m->notes, name, type, desc, size);
}

void elfmake_process(struct elfmake *m, int32_t pid, const char *command)
{
	struct elf_prpsinfo info = {.pr_pid = pid};

	snprintf(info.pr_psargs, sizeof(info.pr_psargs), "%s", command);
	elfmake_note(m, "CORE", NT_PRPSINFO, &info, sizeof(info));
}

void elfmake_thread(struct elfmake *m, int32_t tid, int16_t signal, uint64_t ip,
		    uint64_t sp, uint64_t fs_base)
{
	struct elf_prstatus status = {.pr_pid = tid, .pr_cursig = signal};

	/* Source: struct user_regs_struct of <sys/user.h>. */
	status.pr_reg[16] = ip;
	status.pr_reg[19] = sp;
	status.pr_reg[21] = fs_base;
	elfmake_note(m, "CORE", NT_PRSTATUS, &status, sizeof(status));
}

void elfmake_auxv(struct elfmake *m, uint64_t type, uint64_t value)
{
	uint64_t pair[] = {type, value};

	append(&m->auxv, pair, sizeof(pair));
}

void elfmake_file(struct elfmake *m, uint64_t start, uint64_t end,
		  uint64_t offset, const char *path)
{
	uint64_t row[] = {start, end, offset / PAGE};

	append(&m->rows, row, sizeof(row));
	append(&m->names, path, strlen(path) + 1);
}

/* All notes: those given, then NT_AUXV and NT_FILE where there are any. */
static void all_notes(const struct elfmake *m, struct buffer *out)
{
	uint64_t head[] = {m->rows.size / 24, PAGE};
	struct buffer file = {0};

	append(out, m->notes.bytes, m->notes.size);
	if (m->auxv.size)
		put_note(out, "CORE", NT_AUXV, m->auxv.bytes, m->auxv.size);
	if (m->rows.size) {
		append(&file, head, sizeof(head));
		append(&file, m->rows.bytes, m->rows.size);
		append(&file, m->names.bytes, m->names.size);
		put_note(out, "CORE", NT_FILE, file.bytes, file.size);
	}
	free(file.bytes);
}

static Elf64_Ehdr core_header(void)
{
	Elf64_Ehdr eh = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			    ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
	};

	return eh;
}

uint8_t *elfmake_core(const struct elfmake *m, size_t *size)
{
	const struct load *loads = (const struct load *)m->loads.bytes;
	size_t count = m->loads.size / sizeof(*loads), memory;
	Elf64_Phdr note = {.p_type = PT_NOTE, .p_flags = PF_R};
	struct buffer notes = {0}, out = {0};
	Elf64_Ehdr eh = core_header();

	all_notes(m, &notes);
	note.p_offset = sizeof(eh) + (count + 1) * sizeof(Elf64_Phdr);
	note.p_filesz = notes.size;
	memory = note.p_offset + notes.size;
	eh.e_phnum = (uint16_t)(count + 1);
	if (count + 1 >= PN_XNUM) {
		eh.e_phnum = PN_XNUM;
		eh.e_shoff = memory + m->memory.size;
		eh.e_shnum = 1;
		eh.e_shentsize = sizeof(Elf64_Shdr);
	}
	append(&out, &eh, sizeof(eh));
	append(&out, &note, sizeof(note));
	for (size_t i = 0; i < count; i++) {
		Elf64_Phdr ph = loads[i].ph;

		ph.p_offset = memory + loads[i].at;
		append(&out, &ph, sizeof(ph));
	}
	append(&out, notes.bytes, notes.size);
	append(&out, m->memory.bytes, m->memory.size);
	if (eh.e_shoff) {
		Elf64_Shdr sh = {.sh_size = 1, .sh_info = (uint32_t)count + 1};

		append(&out, &sh, sizeof(sh));
	}
	free(notes.bytes);
	*size = out.size;
	return out.bytes;
}

static uint32_t gnu_hash(const char *name)
{
	uint32_t hash = 5381;

	while (*name)
		hash = hash * 33 + (uint8_t)*name++;
	return hash;
}

/* One bucket holds all; the bloom filter lets everything pass. */
static void put_hash(uint8_t *at, enum elfmake_hash hash,
		     const struct elfmake_symbol *symbols, size_t count)
{
	uint32_t *word = (uint32_t *)at, n = (uint32_t)count;

	if (hash == ELFMAKE_SYSV) {
		*word++ = 1;	 /* buckets */
		*word++ = n + 1; /* symbols, with the null one */
		*word++ = n ? 1 : 0;
		*word++ = 0;
		for (uint32_t i = 1; i <= n; i++)
			*word++ = i < n ? i + 1 : 0;
		return;
	}
	*word++ = 1; /* buckets */
	*word++ = 1; /* first symbol hashed */
	*word++ = 1; /* bloom words */
	*word++ = 6;
	*word++ = UINT32_MAX;
	*word++ = UINT32_MAX;
	*word++ = n ? 1 : 0;
	for (uint32_t i = 0; i < n; i++)
		*word++ = (gnu_hash(symbols[i].name) & ~1u) | (i + 1 == n);
}

static void put_headers(uint8_t *library)
{
	Elf64_Ehdr eh = core_header();
	Elf64_Phdr ph[] = {
		{PT_LOAD, PF_R | PF_X, 0, 0, 0, 0x2000, 0x2000, PAGE},
		{PT_LOAD, PF_R | PF_W, 0x2000, ELFMAKE_DATA, ELFMAKE_DATA,
		 0x1000, 0x2000, PAGE},
		{PT_NOTE, PF_R, ELFMAKE_BUILD_ID - 16, ELFMAKE_BUILD_ID - 16,
		 ELFMAKE_BUILD_ID - 16, 36, 36, 4},
		{PT_DYNAMIC, PF_R | PF_W, 0x2000, ELFMAKE_DATA, ELFMAKE_DATA,
		 0x100, 0x100, 8},
	};

	eh.e_type = ET_DYN;
	eh.e_phnum = sizeof(ph) / sizeof(*ph);
	memcpy(library, &eh, sizeof(eh));
	memcpy(library + sizeof(eh), ph, sizeof(ph));
}

uint8_t *elfmake_library(uint8_t id, enum elfmake_hash hash,
			 const struct elfmake_symbol *symbols, size_t count,
			 uint64_t base)
{
	uint8_t *library = calloc(1, ELFMAKE_SIZE), build_id[20];
	Elf64_Sym *sym = (Elf64_Sym *)(library + ELFMAKE_SYMTAB);
	char *names = (char *)library + ELFMAKE_STRTAB;
	struct buffer note = {0};
	uint32_t at = 1;

	if (!library)
		abort();
	put_headers(library);
	memset(build_id, id, sizeof(build_id));
	put_note(&note, "GNU", NT_GNU_BUILD_ID, build_id, sizeof(build_id));
	memcpy(library + ELFMAKE_BUILD_ID - 16, note.bytes, note.size);
	free(note.bytes);
	for (size_t i = 0; i < count; i++) {
		sym[i + 1].st_name = at;
		sym[i + 1].st_info = STB_GLOBAL << 4 | STT_OBJECT;
		sym[i + 1].st_shndx = 1;
		sym[i + 1].st_value = symbols[i].value;
		sym[i + 1].st_size = symbols[i].size;
		strcpy(names + at, symbols[i].name);
		at += (uint32_t)strlen(symbols[i].name) + 1;
	}
	put_hash(library + ELFMAKE_HASH, hash, symbols, count);
	strcpy((char *)library + ELFMAKE_RODATA, "read-only text");

	uint64_t dynamic[] = {
		DT_STRTAB,
		base + ELFMAKE_STRTAB,
		DT_SYMTAB,
		base + ELFMAKE_SYMTAB,
		DT_STRSZ,
		at,
		hash == ELFMAKE_GNU ? DT_GNU_HASH : DT_HASH,
		base + ELFMAKE_HASH,
		DT_NULL,
		0,
	};

	memcpy(library + 0x2000, dynamic, sizeof(dynamic));
	return library;
}

enum coil_status elfmake_open(const uint8_t *bytes, size_t size,
			      const struct coil_image_options *options,
			      struct coil_image **out, struct coil_error *err)
{
	int fd = memfd_create("elfmake", MFD_CLOEXEC);
	enum coil_status st;
	size_t done = 0;
	char path[40];

	if (fd < 0)
		abort();
	while (done < size) {
		ssize_t n = write(fd, bytes + done, size - done);

		if (n <= 0)
			abort();
		done += (size_t)n;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	st = coil_image_open(path, options, out, err);
	close(fd);
	return st;
}
