/* SPDX-License-Identifier: MIT */
/*
 * ELF cores of x86-64 Linux, as the kernel and gdb's gcore write them.
 *
 * A core that was cut opens with what is there; one whose headers contradict
 * themselves does not.  Segments may not share bytes of the file, so that an
 * image never holds more than its file.
 *
 * Source: elf(5), core(5); System V gABI, "Program Header", for PN_XNUM
 * "Section Header" (sh_info of section 0).  Notes in elfnotes.c.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "formats/read/elfnotes.h"
#include "formats/read/format.h"

/* A core being read. */
struct core {
	struct coil_image *image;
	const struct coil_source *file;
	struct coil_ehdr eh;
	uint64_t phnum; /* program headers that the file really has */
};

/* Bytes [start, end) of the file that program header @row claims. */
struct claim {
	uint64_t start, end, row;
};

static bool probe(const uint8_t *head, size_t size)
{
	return coil_elf_magic(head, size);
}

/* What e_type says where it is not ET_CORE. */
static const char *const kinds[] = {
	[ET_NONE] = "an ELF file without a type",
	[ET_REL] = "an ELF object file",
	[ET_EXEC] = "an ELF executable",
	[ET_DYN] = "an ELF executable or shared library",
};

static const struct {
	uint16_t machine;
	const char *name;
} machines[] = {
	{EM_386, "32-bit x86"},	 {EM_ARM, "32-bit ARM"},
	{EM_AARCH64, "AArch64"}, {EM_PPC64, "64-bit PowerPC"},
	{EM_S390, "S/390"},	 {EM_RISCV, "RISC-V"},
	{EM_MIPS, "MIPS"},	 {258, "LoongArch"},
};

static enum coil_status other_machine(const char *path, unsigned machine,
				      struct coil_error *err)
{
	for (size_t i = 0; i < countof(machines); i++) {
		if (machines[i].machine == machine)
			return coil_fail_file(err, COIL_E_UNSUPPORTED, path,
					      "a core of another architecture "
					      "(%s); only x86-64 is read",
					      machines[i].name);
	}
	return coil_fail_file(err, COIL_E_UNSUPPORTED, path,
			      "a core of another architecture (ELF machine "
			      "%u); only x86-64 is read",
			      machine);
}

/* Refuse by name what is not a core of x86-64. */
static enum coil_status check_kind(const struct core *core,
				   struct coil_error *err)
{
	const uint8_t *p = core->file->bytes;
	unsigned type, machine;
	bool big;

	if (core->file->size < COIL_EHDR_SIZE)
		return coil_fail_file(err, COIL_E_BAD_DATA, core->file->path,
				      "cut within its ELF header (%" PRIu64
				      " bytes)",
				      core->file->size);
	/* Type and machine are at the same place in all ELF files. */
	big = p[EI_DATA] == ELFDATA2MSB;
	type = big ? (unsigned)p[16] << 8 | p[17] : load16(p + 16);
	machine = big ? (unsigned)p[18] << 8 | p[19] : load16(p + 18);
	if (type != ET_CORE)
		return coil_fail_file(err, COIL_E_UNSUPPORTED, core->file->path,
				      "not a core file but %s",
				      type < countof(kinds)
					      ? kinds[type]
					      : "an ELF file of unknown type");
	if (machine != EM_X86_64)
		return other_machine(core->file->path, machine, err);
	if (!coil_elf_is_64le(p))
		return coil_fail_file(err, COIL_E_UNSUPPORTED, core->file->path,
				      "a core of a 32-bit or big-endian "
				      "process; only 64-bit x86-64 is read");
	if (core->eh.phentsize != COIL_PHDR_SIZE)
		return coil_fail_file(err, COIL_E_BAD_DATA, core->file->path,
				      "program headers of %u bytes, not %u",
				      core->eh.phentsize, COIL_PHDR_SIZE);
	return COIL_OK;
}

static void get_phdr(const struct core *core, uint64_t index,
		     struct coil_phdr *out)
{
	coil_elf_phdr(core->file->bytes + core->eh.phoff +
			      index * COIL_PHDR_SIZE,
		      out);
}

/*
 * Program headers that the core says it has.  65,535 stands for "see section
 * header 0", which the kernel writes last: where that was cut off, the table
 * ends where the first thing that it describes begins.
 */
static uint64_t promised_phnum(const struct core *core, uint64_t room)
{
	uint64_t shoff = core->eh.shoff, first = UINT64_MAX, i;

	if (core->eh.phnum != PN_XNUM)
		return core->eh.phnum;
	if (shoff && shoff <= core->file->size &&
	    core->file->size - shoff >= COIL_SHDR_SIZE)
		return load32(core->file->bytes + shoff +
			      offsetof(Elf64_Shdr, sh_info));
	for (i = 0; i < room; i++) {
		struct coil_phdr ph;

		if (core->eh.phoff + i * COIL_PHDR_SIZE >= first)
			break;
		get_phdr(core, i, &ph);
		if (ph.filesz)
			first = min64(first, ph.offset);
	}
	return i;
}

/* How many program headers are really there, and how long should the file be?
 */
static void count_phdrs(struct core *core)
{
	uint64_t room = 0, promised, end;

	if (core->eh.phoff < core->file->size)
		room = (core->file->size - core->eh.phoff) / COIL_PHDR_SIZE;
	promised = promised_phnum(core, room);
	core->phnum = min64(promised, room);
	/* 32 bits of headers and an offset: what wraps is as good as endless */
	if (!add64(core->eh.phoff, promised * COIL_PHDR_SIZE, &end))
		end = UINT64_MAX;
	coil_image_expect(core->image, end);
	for (uint64_t i = 0; i < core->phnum; i++) {
		struct coil_phdr ph;

		get_phdr(core, i, &ph);
		if (ph.filesz && add64(ph.offset, ph.filesz, &end))
			coil_image_expect(core->image, end);
	}
}

static enum coil_status add_load(const struct core *core, uint64_t row,
				 const struct coil_phdr *ph,
				 struct coil_error *err)
{
	const struct coil_memory memory = {
		.start = ph->vaddr,
		.size = ph->memsz,
		.saved = ph->filesz,
		.offset = ph->offset,
		.source = core->file,
		.writable = ph->flags & PF_W,
	};
	enum coil_status st = coil_image_add_memory(core->image, &memory);

	if (st == COIL_E_BAD_DATA)
		st = coil_fail_file(err, st, core->file->path,
				    "program header %" PRIu64
				    " wraps around the address space",
				    row);
	else if (st)
		st = coil_fail_file(err, st, core->file->path, "%s",
				    coil_status_string(st));
	return coil_about_address(err, st, ph->vaddr);
}

static int by_start(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Refuse segments that claim the same bytes. */
static enum coil_status check_claims(const struct core *core,
				     struct coil_error *err)
{
	_cleanup_free_ struct claim *claims =
		calloc((size_t)core->phnum + 1, sizeof(*claims));
	size_t count = 0;

	if (!claims)
		return coil_fail_file(err, COIL_E_NOMEM, core->file->path,
				      "out of memory");
	for (uint64_t i = 0; i < core->phnum; i++) {
		struct coil_phdr ph;
		uint64_t there;

		get_phdr(core, i, &ph);
		there = coil_source_has(core->file, ph.offset, ph.filesz);
		if (there && (ph.type == PT_LOAD || ph.type == PT_NOTE))
			claims[count++] =
				(struct claim){ph.offset, ph.offset + there, i};
	}
	qsort(claims, count, sizeof(*claims), by_start);
	for (size_t i = 1; i < count; i++) {
		if (claims[i].start >= claims[i - 1].end)
			continue;
		return coil_fail_file(err, COIL_E_BAD_DATA, core->file->path,
				      "program headers %" PRIu64 " and %" PRIu64
				      " claim the same bytes of the file",
				      claims[i - 1].row, claims[i].row);
	}
	return COIL_OK;
}

static enum coil_status read_segments(const struct core *core,
				      struct coil_error *err)
{
	enum coil_status st = check_claims(core, err);

	for (uint64_t i = 0; i < core->phnum && !st; i++) {
		struct coil_phdr ph;
		uint64_t there;

		get_phdr(core, i, &ph);
		there = coil_source_has(core->file, ph.offset, ph.filesz);
		if (ph.type == PT_LOAD)
			st = add_load(core, i, &ph, err);
		else if (ph.type == PT_NOTE && there)
			st = coil_elfcore_notes(core->image,
						core->file->bytes + ph.offset,
						there, core->file->path, err);
	}
	return st;
}

static enum coil_status add(const struct coil_source *file,
			    struct coil_image *image, struct coil_error *err)
{
	struct core core = {.image = image, .file = file};
	enum coil_status st;

	if (file->size >= COIL_EHDR_SIZE)
		coil_elf_ehdr(file->bytes, &core.eh);
	st = check_kind(&core, err);
	if (st)
		return st;
	count_phdrs(&core);
	return read_segments(&core, err);
}

const struct coil_format coil_format_elfcore = {
	.name = "elfcore",
	.probe = probe,
	.add = add,
};
