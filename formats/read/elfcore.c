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
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "formats/read/elfnotes.h"
#include "formats/read/format.h"
#include "image/file.h"
#include "image/holes.h"

/* A core being read: all of it, mapped. */
struct core {
	struct coil_image *image;
	const char *path;
	const uint8_t *bytes;
	uint64_t size;
	struct coil_holes holes;
	struct coil_ehdr eh;
	uint64_t phnum; /* program headers that the file really has */
};

static void free_core(struct core *core)
{
	coil_holes_free(&core->holes);
}

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
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "%s: a core of another architecture "
					 "(%s); only x86-64 is read",
					 path, machines[i].name);
	}
	return coil_fail(err, COIL_E_UNSUPPORTED,
			 "%s: a core of another architecture (ELF machine "
			 "%u); only x86-64 is read",
			 path, machine);
}

/* Refuse by name what is not a core of x86-64. */
static enum coil_status check_kind(const struct core *core,
				   struct coil_error *err)
{
	const uint8_t *p = core->bytes;
	unsigned type, machine;
	bool big;

	if (core->size < COIL_EHDR_SIZE)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s: cut within its ELF header (%" PRIu64
				 " bytes)",
				 core->path, core->size);
	/* Type and machine are at the same place in all ELF files. */
	big = p[EI_DATA] == ELFDATA2MSB;
	type = big ? (unsigned)p[16] << 8 | p[17] : load16(p + 16);
	machine = big ? (unsigned)p[18] << 8 | p[19] : load16(p + 18);
	if (type != ET_CORE)
		return coil_fail(err, COIL_E_UNSUPPORTED,
				 "%s: not a core file but %s", core->path,
				 type < countof(kinds)
					 ? kinds[type]
					 : "an ELF file of unknown type");
	if (machine != EM_X86_64)
		return other_machine(core->path, machine, err);
	if (!coil_elf_is_64le(p))
		return coil_fail(err, COIL_E_UNSUPPORTED,
				 "%s: a core of a 32-bit or big-endian "
				 "process; only 64-bit x86-64 is read",
				 core->path);
	if (core->eh.phentsize != COIL_PHDR_SIZE)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s: program headers of %u bytes, not %u",
				 core->path, core->eh.phentsize,
				 COIL_PHDR_SIZE);
	return COIL_OK;
}

static void get_phdr(const struct core *core, uint64_t index,
		     struct coil_phdr *out)
{
	coil_elf_phdr(core->bytes + core->eh.phoff + index * COIL_PHDR_SIZE,
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
	if (shoff && shoff <= core->size &&
	    core->size - shoff >= COIL_SHDR_SIZE)
		return load32(core->bytes + shoff +
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
	struct coil_coverage *coverage = &core->image->coverage;
	uint64_t room = 0, promised;

	if (core->eh.phoff < core->size)
		room = (core->size - core->eh.phoff) / COIL_PHDR_SIZE;
	promised = promised_phnum(core, room);
	core->phnum = min64(promised, room);
	/* 32 bits of headers and an offset: what wraps is as good as endless */
	if (!add64(core->eh.phoff, promised * COIL_PHDR_SIZE,
		   &coverage->expected))
		coverage->expected = UINT64_MAX;
	for (uint64_t i = 0; i < core->phnum; i++) {
		struct coil_phdr ph;
		uint64_t end;

		get_phdr(core, i, &ph);
		if (!ph.filesz || !add64(ph.offset, ph.filesz, &end))
			continue;
		coverage->expected = max64(coverage->expected, end);
	}
}

/* Bytes of [offset, offset + size) that the file holds. */
static uint64_t present(const struct core *core, uint64_t offset, uint64_t size)
{
	return offset < core->size ? min64(size, core->size - offset) : 0;
}

static enum coil_status add_load(struct core *core, uint64_t row,
				 const struct coil_phdr *ph,
				 struct coil_error *err)
{
	uint64_t there = present(core, ph->offset, ph->filesz), end, holes = 0;
	struct coil_coverage *coverage = &core->image->coverage;
	bool writable = ph->flags & PF_W;
	enum coil_status st;

	if (writable && ph->memsz > ph->filesz)
		coverage->left_out += ph->memsz - ph->filesz;
	if (!add64(ph->vaddr, max64(ph->filesz, ph->memsz), &end) ||
	    !add64(ph->offset, ph->filesz, &(uint64_t){0}) ||
	    !add64(coverage->promised, ph->filesz, &coverage->promised))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s: program header %" PRIu64
				 " wraps around the address space",
				 core->path, row);
	coverage->present += there;
	coverage->stored += there;
	st = coil_image_add(core->image, ph->vaddr, there,
			    core->bytes + (there ? ph->offset : 0), writable,
			    false);
	if (!st)
		st = coil_image_add_holes(core->image, &core->holes, ph->vaddr,
					  ph->offset, there, &holes);
	coverage->stored -= holes;
	if (!st && writable)
		st = coil_image_add_writable(core->image, ph->vaddr, end);
	return st ? coil_fail(err, st, "%s: %s", core->path,
			      coil_status_string(st))
		  : COIL_OK;
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
		return coil_fail(err, COIL_E_NOMEM, "%s: out of memory",
				 core->path);
	for (uint64_t i = 0; i < core->phnum; i++) {
		struct coil_phdr ph;
		uint64_t there;

		get_phdr(core, i, &ph);
		there = present(core, ph.offset, ph.filesz);
		if (there && (ph.type == PT_LOAD || ph.type == PT_NOTE))
			claims[count++] =
				(struct claim){ph.offset, ph.offset + there, i};
	}
	qsort(claims, count, sizeof(*claims), by_start);
	for (size_t i = 1; i < count; i++) {
		if (claims[i].start >= claims[i - 1].end)
			continue;
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s: program headers %" PRIu64 " and %" PRIu64
				 " claim the same bytes of the file",
				 core->path, claims[i - 1].row, claims[i].row);
	}
	return COIL_OK;
}

static enum coil_status read_segments(struct core *core, struct coil_error *err)
{
	enum coil_status st = check_claims(core, err);

	for (uint64_t i = 0; i < core->phnum && !st; i++) {
		struct coil_phdr ph;
		uint64_t there;

		get_phdr(core, i, &ph);
		there = present(core, ph.offset, ph.filesz);
		if (ph.type == PT_LOAD)
			st = add_load(core, i, &ph, err);
		else if (ph.type == PT_NOTE && there)
			st = coil_elfcore_notes(core->image,
						core->bytes + ph.offset, there,
						core->path, err);
	}
	return st;
}

static enum coil_status read_core(struct core *core,
				  const struct coil_image_options *options,
				  struct coil_error *err)
{
	struct coil_process *process = &core->image->process;
	enum coil_status st;

	if (core->size >= COIL_EHDR_SIZE)
		coil_elf_ehdr(core->bytes, &core->eh);
	st = check_kind(core, err);
	if (st)
		return st;
	process->format = coil_format_elfcore.name;
	process->source = coil_image_keep(core->image, core->path);
	if (!process->source)
		return coil_fail(err, COIL_E_NOMEM, "%s: out of memory",
				 core->path);
	core->image->coverage.file_size = core->size;
	core->image->coverage.there = core->size;
	count_phdrs(core);
	st = read_segments(core, err);
	if (!st)
		st = coil_image_seal(core->image, err);
	if (!st)
		st = coil_image_load_modules(core->image, options, err);
	return st;
}

static enum coil_status open_core(int given, const char *path,
				  const struct coil_image_options *options,
				  struct coil_image **out,
				  struct coil_error *err)
{
	_cleanup_close_ int fd = given;
	_cleanup_image_ struct coil_image *image = coil_image_new();
	__attribute__((cleanup(free_core))) struct core core = {.image = image,
								.path = path};
	enum coil_status st;

	if (!image)
		return coil_fail(err, COIL_E_NOMEM, "%s: out of memory", path);
	st = coil_image_map(image, fd, &core.bytes, &core.size);
	if (st)
		return coil_fail(err, st, "%s: cannot map it: %s", path,
				 st == COIL_E_OS ? strerror(errno)
						 : coil_status_string(st));
	st = coil_holes_read(fd, core.size, &core.holes);
	if (st)
		return coil_fail(err, st, "%s: out of memory", path);
	st = read_core(&core, options, err);
	if (st)
		return st;
	*out = steal(image);
	return COIL_OK;
}

const struct coil_format coil_format_elfcore = {
	.name = "elfcore",
	.probe = probe,
	.open = open_core,
};
