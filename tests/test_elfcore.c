/* SPDX-License-Identifier: MIT */
/* formats/read/elfcore.c and the modules of an image, on made cores. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coil/snapshot.h"
#include "elfmake.h"
#include "image/image.h"
#include "tests/treemake.h"
#include "tests/unit.h"

#define BASE	0x7f0000000000u
#define LIBRARY "/opt/lib/libthing.so"

static const struct elfmake_symbol symbols[] = {
	{"alpha", 0x3100, 8},
	{"beta", 0x1000, 16},
	{"a_name_that_is_longer", 0x4008, 24},
};

/*
 * A process with one library, as the kernel writes it: the first page of the
 * library, its data and .bss, not its read-only page; a thread; two heap
 * mappings that adjoin.
 */
static struct elfmake *process(enum elfmake_hash hash, uint64_t raised)
{
	uint8_t *lib =
		elfmake_library(7, hash, symbols, countof(symbols), raised);
	struct elfmake *m = elfmake_new();
	static uint8_t heap[0x2000] = "heap";

	elfmake_process(m, 42, "python3 app.py  ");
	elfmake_thread(m, 42, 11, 0x1111, 0x2222, 0x3333);
	elfmake_thread(m, 43, 0, 0x4444, 0x5555, 0x6666);
	elfmake_auxv(m, AT_PAGESZ, 4096);
	elfmake_auxv(m, AT_PHDR, BASE + 64);
	elfmake_file(m, BASE, BASE + 0x2000, 0, LIBRARY " (deleted)");
	elfmake_file(m, BASE + ELFMAKE_DATA, BASE + ELFMAKE_BSS, 0x2000,
		     LIBRARY " (deleted)");
	memcpy(heap + 0x1ff8, "the end", 8);
	elfmake_memory(m, 0x10000, PF_R | PF_W, heap, 0x1000);
	elfmake_memory(m, 0x11000, PF_R | PF_W, heap + 0x1000, 0x1000);
	elfmake_memory(m, BASE, PF_R | PF_X, lib, 0x1000);
	elfmake_absent(m, BASE + 0x1000, PF_R, 0x1000);
	elfmake_memory(m, BASE + ELFMAKE_DATA, PF_R | PF_W, lib + 0x2000,
		       0x1000);
	elfmake_memory(m, BASE + ELFMAKE_BSS, PF_R | PF_W, NULL, 0x1000);
	free(lib);
	return m;
}

static uint8_t *process_core(size_t *size)
{
	struct elfmake *m = process(ELFMAKE_GNU, BASE);
	uint8_t *bytes = elfmake_core(m, size);

	elfmake_free(m);
	return bytes;
}

START_TEST(everything)
{
	const struct coil_process *p;
	const struct coil_module *m;
	struct coil_coverage c;
	struct coil_image *image;
	struct coil_error err;
	size_t size;
	uint8_t *bytes = process_core(&size);

	ck_assert_msg(!elfmake_open(bytes, size, NULL, &image, &err), "%s",
		      err.text);
	p = coil_image_process(image);
	ck_assert_str_eq(p->format, "elfcore");
	ck_assert_str_eq(p->command, "python3 app.py");
	ck_assert_int_eq(p->pid, 42);
	ck_assert_int_eq(p->signal, 11);
	ck_assert_uint_eq(p->threads, 2);
	ck_assert_int_eq(image->threads[1].tid, 43);
	ck_assert_uint_eq(image->threads[1].ip, 0x4444);
	ck_assert_uint_eq(image->threads[1].sp, 0x5555);
	ck_assert_uint_eq(image->threads[1].fs_base, 0x6666);

	coil_image_coverage(image, &c);
	ck_assert_uint_eq(c.file_size, size);
	ck_assert_uint_eq(c.promised, 0x5000);
	ck_assert_uint_eq(c.present, 0x5000);
	ck_assert_uint_eq(c.from_modules, 0);

	/* One view spans two mappings whose bytes adjoin in the core. */
	ck_assert_str_eq(coil_image_string(image, 0x10000, 10), "heap");
	ck_assert_ptr_nonnull(coil_image_view(image, 0x10000, 0x2000));

	ck_assert_uint_eq(coil_image_module_count(image), 1);
	m = coil_image_module(image, 0);
	ck_assert_str_eq(m->path, LIBRARY);
	ck_assert_uint_eq(m->start, BASE);
	ck_assert_uint_eq(m->end, BASE + 0x5000);
	ck_assert_int_eq(m->state, COIL_MODULE_NO_FILE);
	ck_assert_ptr_null(m->file);
	ck_assert_uint_eq(m->build_id_size, 20);
	ck_assert_int_eq(m->build_id[19], 7);
	ck_assert(m->executable);
	coil_image_close(image);
	free(bytes);
}
END_TEST

START_TEST(no_segments)
{
	struct elfmake *m = elfmake_new();
	struct coil_image *image;
	size_t size;
	uint8_t *bytes = elfmake_core(m, &size);

	ck_assert_int_eq(elfmake_open(bytes, size, NULL, &image, NULL),
			 COIL_OK);
	ck_assert_uint_eq(image->segment_count, 0);
	ck_assert_int_eq(coil_image_process(image)->pid, -1);
	coil_image_close(image);
	elfmake_free(m);
	free(bytes);
}
END_TEST

static const struct {
	const char *name;
	uint64_t offset; /* into the library */
	bool inside;
} places[] = {
	{"before", UINT64_MAX, false}, {"first byte", 0, true},
	{"read-only", 0x1fff, true},   {"between its mappings", 0x2000, false},
	{"data", ELFMAKE_DATA, true},  {"bss", ELFMAKE_BSS, true},
	{"end of bss", 0x4fff, true},  {"behind", 0x5000, false},
};

START_TEST(module_at)
{
	struct coil_image *image;
	size_t size;
	uint8_t *bytes = process_core(&size);

	ck_assert_int_eq(elfmake_open(bytes, size, NULL, &image, NULL),
			 COIL_OK);
	ck_assert_msg((coil_image_module_at(image, BASE + places[_i].offset) !=
		       NULL) == places[_i].inside,
		      "%s", places[_i].name);
	coil_image_close(image);
	free(bytes);
}
END_TEST

static const struct {
	const char *name;
	enum elfmake_hash hash;
	uint64_t raised;
	const char *symbol;
	uint64_t value, size; /* 0: not found */
} lookups[] = {
	{"none", ELFMAKE_GNU, BASE, "", 0, 0},
	{"first", ELFMAKE_GNU, BASE, "alpha", 0x3100, 8},
	{"last", ELFMAKE_GNU, BASE, "a_name_that_is_longer", 0x4008, 24},
	{"not relocated", ELFMAKE_GNU, 0, "beta", 0x1000, 16},
	{"absent", ELFMAKE_GNU, BASE, "gamma", 0, 0},
	{"beginning of a name", ELFMAKE_GNU, BASE, "alph", 0, 0},
	{"sysv first", ELFMAKE_SYSV, BASE, "alpha", 0x3100, 8},
	{"sysv last", ELFMAKE_SYSV, BASE, "a_name_that_is_longer", 0x4008, 24},
	{"sysv not relocated", ELFMAKE_SYSV, 0, "beta", 0x1000, 16},
	{"sysv absent", ELFMAKE_SYSV, BASE, "gamma", 0, 0},
};

START_TEST(symbol)
{
	struct elfmake *m = process(lookups[_i].hash, lookups[_i].raised);
	const struct coil_module *module;
	uint64_t found, bytes_long = 1;
	struct coil_image *image;
	size_t size;
	uint8_t *bytes = elfmake_core(m, &size);

	ck_assert_int_eq(elfmake_open(bytes, size, NULL, &image, NULL),
			 COIL_OK);
	found = coil_image_symbol(image, lookups[_i].symbol, &bytes_long,
				  &module);
	ck_assert_msg(
		found == (lookups[_i].value ? BASE + lookups[_i].value : 0),
		"%s: 0x%lx", lookups[_i].name, (unsigned long)found);
	ck_assert_msg(bytes_long == lookups[_i].size, "%s", lookups[_i].name);
	ck_assert_msg((module != NULL) == (found != 0), "%s", lookups[_i].name);
	coil_image_close(image);
	elfmake_free(m);
	free(bytes);
}
END_TEST

/* A hash table whose chain has no end, or lies, ends the search. */
static const struct {
	const char *name;
	enum elfmake_hash hash;
	uint32_t at, word; /* the 32-bit word of the table that is changed */
} loops[] = {
	{"gnu: no chain ends", ELFMAKE_GNU, 7, 0},
	{"gnu: no buckets", ELFMAKE_GNU, 0, 0},
	{"gnu: buckets without end", ELFMAKE_GNU, 0, UINT32_MAX},
	{"gnu: huge bloom filter", ELFMAKE_GNU, 2, UINT32_MAX},
	{"gnu: first symbol past all", ELFMAKE_GNU, 1, UINT32_MAX},
	{"sysv: chain is a loop", ELFMAKE_SYSV, 6, 1},
	{"sysv: no buckets", ELFMAKE_SYSV, 0, 0},
	{"sysv: chain leads out", ELFMAKE_SYSV, 4, UINT32_MAX - 1},
	{"sysv: endless", ELFMAKE_SYSV, 1, UINT32_MAX},
};

START_TEST(hash_loop)
{
	uint8_t *lib = elfmake_library(1, loops[_i].hash, symbols,
				       countof(symbols), BASE);
	struct elfmake *m = elfmake_new();
	struct coil_image *image;
	size_t size;
	uint8_t *bytes;

	memcpy(lib + ELFMAKE_HASH + 4 * loops[_i].at, &loops[_i].word, 4);
	elfmake_file(m, BASE, BASE + 0x2000, 0, LIBRARY);
	elfmake_memory(m, BASE, PF_R, lib, 0x2000);
	elfmake_memory(m, BASE + ELFMAKE_DATA, PF_R | PF_W, lib + 0x2000,
		       0x1000);
	bytes = elfmake_core(m, &size);
	ck_assert_int_eq(elfmake_open(bytes, size, NULL, &image, NULL),
			 COIL_OK);
	ck_assert_uint_eq(coil_image_symbol(image, "no_such", NULL, NULL), 0);
	coil_image_close(image);
	elfmake_free(m);
	free(bytes);
	free(lib);
}
END_TEST

/* Refusals: one field of a good core is changed. */
static const struct {
	const char *name;
	size_t offset, size; /* bytes of the core's beginning changed */
	uint64_t value;
	enum coil_status status;
	const char *says;
} refusals[] = {
	{"nothing changed", 0, 0, 0, COIL_OK, ""},
	{"text", 0, 4, 0x21212123, COIL_E_UNSUPPORTED, "not a snapshot"},
	{"executable", 16, 2, ET_EXEC, COIL_E_UNSUPPORTED,
	 "not a core file but an ELF executable"},
	{"library", 16, 2, ET_DYN, COIL_E_UNSUPPORTED,
	 "not a core file but an ELF executable or shared library"},
	{"object file", 16, 2, ET_REL, COIL_E_UNSUPPORTED,
	 "not a core file but an ELF object file"},
	{"unknown type", 16, 2, 0xfe00, COIL_E_UNSUPPORTED,
	 "not a core file but an ELF file of unknown type"},
	{"AArch64", 18, 2, EM_AARCH64, COIL_E_UNSUPPORTED,
	 "a core of another architecture (AArch64)"},
	{"unheard-of machine", 18, 2, 60000, COIL_E_UNSUPPORTED,
	 "(ELF machine 60000)"},
	{"32-bit", EI_CLASS, 1, ELFCLASS32, COIL_E_UNSUPPORTED, "32-bit"},
	{"big-endian header", EI_DATA, 1, ELFDATA2MSB, COIL_E_UNSUPPORTED,
	 "not a core file"},
	{"odd program headers", 54, 2, 32, COIL_E_BAD_DATA,
	 "program headers of 32 bytes"},
	{"no program headers", 56, 2, 0, COIL_OK, ""},
	{"more than the file has", 56, 2, 0xfffe, COIL_OK, ""},
	{"table past the end", 32, 8, UINT64_MAX, COIL_OK, ""},
	{"table in the middle of nowhere", 32, 8, 1u << 30, COIL_OK, ""},
	{"address wraps", 64 + 56 + 16, 8, UINT64_MAX - 10, COIL_E_BAD_DATA,
	 "program header 1 wraps"},
	{"size wraps", 64 + 56 + 32, 8, UINT64_MAX, COIL_E_BAD_DATA,
	 "program header"},
	{"offset past the end", 64 + 56 + 8, 8, UINT64_MAX / 2, COIL_OK, ""},
	{"same bytes twice", 64 + 2 * 56 + 8, 8, 0x500, COIL_E_BAD_DATA,
	 "claim the same bytes"},
	{"same addresses twice", 64 + 2 * 56 + 16, 8, 0x10000, COIL_E_BAD_DATA,
	 "two segments hold address 0x10000"},
	{"note beyond the end", 64 + 8, 8, UINT64_MAX, COIL_OK, ""},
};

START_TEST(refused)
{
	struct coil_error err = {0};
	struct coil_image *image;
	enum coil_status st;
	size_t size;
	uint8_t *bytes = process_core(&size);

	memcpy(bytes + refusals[_i].offset, &refusals[_i].value,
	       refusals[_i].size);
	st = elfmake_open(bytes, size, NULL, &image, &err);
	ck_assert_msg(st == refusals[_i].status, "%s: status %d, %s",
		      refusals[_i].name, (int)st, err.text);
	ck_assert_msg(strstr(err.text, refusals[_i].says) != NULL, "%s: %s",
		      refusals[_i].name, err.text);
	ck_assert_msg((image != NULL) == (st == COIL_OK), "%s",
		      refusals[_i].name);
	coil_image_close(image);
	free(bytes);
}
END_TEST

static const struct {
	const char *name, *path;
	enum coil_status status;
	const char *says;
} paths[] = {
	{"empty", "/dev/null", COIL_E_UNSUPPORTED, "not a regular file"},
	{"folder", "/", COIL_E_UNSUPPORTED, "a folder"},
	{"nothing", "/no/such/file", COIL_E_OS, "No such file"},
	{"no name", "", COIL_E_OS, "No such file"},
};

START_TEST(bad_path)
{
	struct coil_image *image;
	struct coil_error err;

	ck_assert_int_eq(coil_image_open(paths[_i].path, NULL, &image, &err),
			 paths[_i].status);
	ck_assert_msg(strstr(err.text, paths[_i].says) != NULL, "%s", err.text);
	ck_assert_ptr_null(image);
}
END_TEST

START_TEST(empty_file)
{
	struct coil_image *image;
	struct coil_error err;

	ck_assert_int_eq(elfmake_open(NULL, 0, NULL, &image, &err),
			 COIL_E_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.text, "an empty file"));
}
END_TEST

/* Whatever is left of a core opens, and says how much that is. */
static void open_cut(const uint8_t *bytes, size_t cut, size_t header,
		     size_t memory)
{
	struct coil_coverage c;
	struct coil_image *image;
	struct coil_error err;
	enum coil_status st = elfmake_open(bytes, cut, NULL, &image, &err);

	if (cut < sizeof(Elf64_Ehdr)) {
		ck_assert_int_ne(st, COIL_OK);
		return;
	}
	ck_assert_msg(st == COIL_OK, "%zu: %s", cut, err.text);
	coil_image_coverage(image, &c);
	ck_assert_uint_eq(c.present, cut > memory ? cut - memory : 0);
	if (cut >= header)
		ck_assert_uint_eq(c.promised, 0x5000);
	for (size_t i = 0; i < image->segment_count; i++) {
		const struct coil_segment *s = &image->segments[i];
		uint8_t last;

		ck_assert_int_eq(coil_image_read(image, s->end - 1, &last, 1),
				 COIL_OK);
	}
	coil_image_close(image);
}

START_TEST(cut_anywhere)
{
	size_t size, header, notes, memory;
	uint8_t *bytes = process_core(&size);
	Elf64_Phdr first, second;

	memcpy(&first, bytes + 64, sizeof(first));
	memcpy(&second, bytes + 64 + 56, sizeof(second));
	header = (size_t)first.p_offset;
	notes = header + (size_t)first.p_filesz;
	memory = (size_t)second.p_offset;
	ck_assert_uint_eq(notes, memory);
	for (size_t at = 0; at <= header; at += 8)
		open_cut(bytes, at, header, memory);
	for (size_t at = header; at <= notes; at += 4)
		open_cut(bytes, at, header, memory);
	srand(1);
	for (int i = 0; i < 200; i++)
		open_cut(bytes, (size_t)rand() % size, header, memory);
	open_cut(bytes, size - 1, header, memory);
	free(bytes);
}
END_TEST

/* More segments than e_phnum can say. */
START_TEST(extended_numbering)
{
	struct elfmake *m = elfmake_new();
	struct coil_image *image;
	size_t size, count = 70000;
	struct coil_error err;
	uint8_t *bytes;

	for (size_t i = 0; i < count; i++)
		elfmake_memory(m, 0x10000 + i * 0x2000, PF_R | PF_W, &i, 8);
	bytes = elfmake_core(m, &size);
	/* Whole, and without the section header that counts. */
	for (size_t cut = 0; cut <= 64; cut += 64) {
		uint64_t word;

		ck_assert_msg(
			!elfmake_open(bytes, size - cut, NULL, &image, &err),
			"%s", err.text);
		ck_assert_uint_eq(image->segment_count, count);
		ck_assert(coil_image_word(image, 0x10000 + (count - 1) * 0x2000,
					  &word));
		ck_assert_uint_eq(word, count - 1);
		coil_image_close(image);
	}
	elfmake_free(m);
	free(bytes);
}
END_TEST

#define ID_PATH "/usr/lib/.build-id/07/07070707070707070707070707070707070707"

static const struct {
	const char *name;
	uint8_t id;	   /* of the file */
	const char *where; /* NULL: there is no file */
	bool as_exe;	   /* given as --exe */
	size_t spoil;	   /* byte of the file made another; 0: none */
	enum coil_module_state state;
} files[] = {
	{"no file", 7, NULL, false, 0, COIL_MODULE_NO_FILE},
	{"its file", 7, LIBRARY, false, 0, COIL_MODULE_USED},
	{"another build", 8, LIBRARY, false, 0, COIL_MODULE_OTHER},
	{"by build-id", 7, ID_PATH, false, 0, COIL_MODULE_USED},
	{"build-id folder lies", 9, ID_PATH, false, 0, COIL_MODULE_OTHER},
	{"given", 7, "/elsewhere", true, 0, COIL_MODULE_USED},
	{"given, another", 8, "/elsewhere", true, 0, COIL_MODULE_OTHER},
	{"not ELF", 7, LIBRARY, false, 1, COIL_MODULE_OTHER},
	{"contents left out", 7, LIBRARY, false, 64 + 32 + 1,
	 COIL_MODULE_OTHER},
	{"table elsewhere", 7, LIBRARY, false, 39, COIL_MODULE_OTHER},
	{"last bit of the id", 7, LIBRARY, false, ELFMAKE_BUILD_ID + 19,
	 COIL_MODULE_OTHER},
};

START_TEST(module_file)
{
	char root[] = "/tmp/coil-test-XXXXXX", exe[300];
	struct coil_image_options options = {.sysroot = root};
	const struct coil_module *module;
	const char *text;
	struct coil_coverage c;
	struct coil_image *image;
	struct coil_error err;
	size_t size;
	uint8_t *bytes = process_core(&size), *lib;
	bool used = files[_i].state == COIL_MODULE_USED;

	ck_assert_ptr_nonnull(mkdtemp(root));
	lib = elfmake_library(files[_i].id, ELFMAKE_GNU, symbols,
			      countof(symbols), 0);
	if (files[_i].spoil)
		lib[files[_i].spoil] ^= 0x10;
	/* Where the core has bytes, the file's must not matter. */
	lib[0x800] = 'F';
	lib[0x2800] = 'F';
	if (files[_i].where)
		treemake_put(root, files[_i].where, lib, ELFMAKE_SIZE);
	if (files[_i].as_exe) {
		snprintf(exe, sizeof(exe), "%s%s", root, files[_i].where);
		options.exe = exe;
	}
	ck_assert_msg(!elfmake_open(bytes, size, &options, &image, &err), "%s",
		      err.text);
	module = coil_image_module(image, 0);
	ck_assert_msg(module->state == files[_i].state, "%s: state %d",
		      files[_i].name, (int)module->state);
	ck_assert_msg((module->file != NULL) == (files[_i].where != NULL), "%s",
		      files[_i].name);
	text = coil_image_string(image, BASE + ELFMAKE_RODATA, 99);
	ck_assert_msg((text != NULL) == used, "%s", files[_i].name);
	if (text)
		ck_assert_str_eq(text, "read-only text");
	ck_assert_int_eq(*coil_image_view(image, BASE + 0x800, 1), 0);
	ck_assert_int_eq(*coil_image_view(image, BASE + 0x3800, 1), 0);
	coil_image_coverage(image, &c);
	ck_assert_uint_eq(c.from_modules, used ? 0x1000 : 0);
	coil_image_close(image);
	treemake_remove(root);
	free(bytes);
	free(lib);
}
END_TEST

/*
 * gcore has no segment for file-backed text and none for a writable page that
 * it left out: the module's program headers alone tell them apart.
 */
START_TEST(only_nt_file_tells)
{
	char root[] = "/tmp/coil-test-XXXXXX";
	struct coil_image_options options = {.sysroot = root};
	uint8_t *lib =
		elfmake_library(7, ELFMAKE_GNU, symbols, countof(symbols), 0);
	struct elfmake *m = elfmake_new();
	struct coil_image *image;
	size_t size;
	uint8_t *bytes, byte;

	ck_assert_ptr_nonnull(mkdtemp(root));
	treemake_put(root, LIBRARY, lib, ELFMAKE_SIZE);
	elfmake_file(m, BASE, BASE + 0x2000, 0, LIBRARY);
	elfmake_file(m, BASE + ELFMAKE_DATA, BASE + ELFMAKE_BSS, 0x2000,
		     LIBRARY);
	elfmake_memory(m, BASE, PF_R, lib, 0x1000);
	bytes = elfmake_core(m, &size);
	ck_assert_int_eq(elfmake_open(bytes, size, &options, &image, NULL),
			 COIL_OK);
	ck_assert_ptr_nonnull(
		coil_image_string(image, BASE + ELFMAKE_RODATA, 99));
	ck_assert_int_eq(coil_image_read(image, BASE + ELFMAKE_DATA, &byte, 1),
			 COIL_E_UNMAPPED);
	coil_image_close(image);
	elfmake_free(m);
	treemake_remove(root);
	free(bytes);
	free(lib);
}
END_TEST

/* A core without notes, as a gcore that was cut: headers in memory tell. */
START_TEST(no_notes)
{
	uint8_t *lib = elfmake_library(7, ELFMAKE_GNU, symbols,
				       countof(symbols), BASE);
	struct elfmake *m = elfmake_new();
	char exe[] = "/tmp/coil-test-XXXXXX";
	struct coil_image_options options = {.exe = exe};
	const struct coil_module *module;
	struct coil_image *image;
	uint64_t flags[] = {DT_FLAGS_1, DF_1_PIE, DT_NULL, 0};
	int fd = mkstemp(exe);
	size_t size;
	uint8_t *bytes;

	ck_assert_int_ge(fd, 0);
	/* DT_NULL ends the four words pairs that the library has. */
	memcpy(lib + 0x2000 + 4 * 16, flags, sizeof(flags));
	ck_assert_int_eq(write(fd, lib, ELFMAKE_SIZE), ELFMAKE_SIZE);
	close(fd);
	elfmake_memory(m, 0x10000, PF_R | PF_W, NULL, 0x1000);
	elfmake_memory(m, BASE, PF_R | PF_X, lib, 0x1000);
	elfmake_memory(m, BASE + ELFMAKE_DATA, PF_R | PF_W, lib + 0x2000,
		       0x1000);
	bytes = elfmake_core(m, &size);
	ck_assert_int_eq(elfmake_open(bytes, size, &options, &image, NULL),
			 COIL_OK);
	ck_assert_uint_eq(coil_image_module_count(image), 1);
	module = coil_image_module(image, 0);
	ck_assert_str_eq(module->path, "[0x7f0000000000]");
	ck_assert(module->executable);
	ck_assert_int_eq(module->state, COIL_MODULE_USED);
	ck_assert_uint_eq(coil_image_symbol(image, "alpha", NULL, NULL),
			  BASE + 0x3100);
	ck_assert_str_eq(coil_image_string(image, BASE + ELFMAKE_RODATA, 99),
			 "read-only text");
	coil_image_close(image);
	unlink(exe);
	elfmake_free(m);
	free(bytes);
	free(lib);
}
END_TEST

/* What stands in for debuginfod-find(1), by what it does. */
static const struct {
	const char *name, *script;
	bool servers; /* DEBUGINFOD_URLS is set */
	enum coil_module_state state;
} servers[] = {
	{"no program", NULL, true, COIL_MODULE_NO_FILE},
	{"no servers", "echo $FOUND", false, COIL_MODULE_NO_FILE},
	{"found",
	 "test $1.$2 = "
	 "executable.0707070707070707070707070707070707070707 && echo $FOUND",
	 true, COIL_MODULE_USED},
	{"not found", "exit 1", true, COIL_MODULE_NO_FILE},
	{"named, then failed", "echo $FOUND; exit 1", true,
	 COIL_MODULE_NO_FILE},
	{"no path", "echo hello", true, COIL_MODULE_NO_FILE},
	{"endless", "yes | head -c 1000000", true, COIL_MODULE_NO_FILE},
	{"another file", "echo $FOUND.sh", true, COIL_MODULE_OTHER},
};

START_TEST(debuginfod)
{
	char root[] = "/tmp/coil-test-XXXXXX", full[300], search[600];
	struct coil_image_options options = {.sysroot = root};
	uint8_t *lib =
		elfmake_library(7, ELFMAKE_GNU, symbols, countof(symbols), 0);
	struct coil_image *image;
	size_t size;
	uint8_t *bytes = process_core(&size);
	const char *script = servers[_i].script;

	ck_assert_ptr_nonnull(mkdtemp(root));
	treemake_put(root, "/found", lib, ELFMAKE_SIZE);
	treemake_put(root, "/found.sh", (const uint8_t *)"#!", 2);
	snprintf(full, sizeof(full), "%s/found", root);
	setenv("FOUND", full, 1);
	setenv("DEBUGINFOD_URLS", servers[_i].servers ? "made:up" : "", 1);
	if (script) {
		char text[300];

		snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
		treemake_put(root, "/bin/debuginfod-find", (uint8_t *)text,
			     strlen(text));
		snprintf(full, sizeof(full), "%s/bin/debuginfod-find", root);
		ck_assert_int_eq(chmod(full, 0700), 0);
	}
	/* Only what stands here, and the shell's own tools behind it. */
	snprintf(search, sizeof(search), "%s/bin%s", root,
		 script ? ":/usr/bin:/bin" : "");
	setenv("PATH", search, 1);
	ck_assert_int_eq(elfmake_open(bytes, size, &options, &image, NULL),
			 COIL_OK);
	ck_assert_msg(coil_image_module(image, 0)->state == servers[_i].state,
		      "%s: %d", servers[_i].name,
		      (int)coil_image_module(image, 0)->state);
	coil_image_close(image);
	setenv("PATH", "/usr/bin:/bin", 1);
	treemake_remove(root);
	free(bytes);
	free(lib);
}
END_TEST

/* NT_FILE that lies must do no harm. */
static const struct {
	const char *name;
	uint64_t words[8]; /* the note's first words */
	size_t size;	   /* bytes of the note */
	size_t modules;
} notes[] = {
	{"empty", {0}, 0, 0},
	{"no files", {0, 4096}, 16, 0},
	{"count without rows", {UINT64_MAX, 4096}, 16, 0},
	{"one, without a name", {1, 4096, BASE, BASE + 1, 0}, 40, 0},
	{"one", {1, 4096, BASE, BASE + 1, 0, 'x'}, 42, 1},
	{"name not ended", {1, 4096, BASE, BASE + 1, 0, 'x'}, 41, 0},
	{"backwards", {1, 4096, BASE, BASE - 1, 0, 'x'}, 48, 0},
	{"all there is", {1, 1, 0, UINT64_MAX, 0, 'x'}, 48, 1},
	{"offset wraps", {1, UINT64_MAX, BASE, BASE + 1, 9, 'x'}, 48, 0},
	{"end of file wraps", {1, 1, BASE, BASE + 9, UINT64_MAX, 'x'}, 48, 0},
};

START_TEST(file_note)
{
	struct elfmake *m = elfmake_new();
	struct coil_image *image;
	size_t size;
	uint8_t *bytes;

	elfmake_note(m, "CORE", NT_FILE, notes[_i].words, notes[_i].size);
	elfmake_memory(m, BASE, PF_R, NULL, 0x1000);
	bytes = elfmake_core(m, &size);
	ck_assert_int_eq(elfmake_open(bytes, size, NULL, &image, NULL),
			 COIL_OK);
	ck_assert_msg(coil_image_module_count(image) == notes[_i].modules, "%s",
		      notes[_i].name);
	coil_image_close(image);
	elfmake_free(m);
	free(bytes);
}
END_TEST

/* What is no interpreter's is said of the file, whole or cut, and of a layout
 * that is not there of that. */
static const struct {
	const char *name;
	unsigned parts; /* of which the file has one */
	const char *layout;
	enum coil_status status;
} others[] = {
	{"whole", 1, NULL, COIL_E_NOT_PYTHON},
	{"cut", 2, NULL, COIL_E_BAD_DATA},
	{"no layout", 1, "/nonexistent.json", COIL_E_OS},
	{"no layout, cut", 2, "/nonexistent.json", COIL_E_OS},
};

START_TEST(not_python)
{
	struct coil_options options = {.no_cache = true,
				       .layout = others[_i].layout};
	char path[] = "/tmp/coil-elfcore-XXXXXX";
	size_t size;
	uint8_t *bytes = process_core(&size);
	struct coil_snapshot *snapshot;
	struct coil_error err;
	int fd = mkstemp(path);

	size /= others[_i].parts;
	ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
	ck_assert_int_eq(coil_snapshot_open(path, &options, &snapshot, &err),
			 others[_i].status);
	ck_assert_int_eq(err.status, others[_i].status);
	ck_assert_str_eq(err.path,
			 others[_i].layout ? others[_i].layout : path);
	close(fd);
	unlink(path);
	free(bytes);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, everything);
	tcase_add_test(tc, no_segments);
	tcase_add_loop_test(tc, module_at, 0, countof(places));
	tcase_add_loop_test(tc, symbol, 0, countof(lookups));
	tcase_add_loop_test(tc, hash_loop, 0, countof(loops));
	tcase_add_loop_test(tc, refused, 0, countof(refusals));
	tcase_add_loop_test(tc, bad_path, 0, countof(paths));
	tcase_add_test(tc, empty_file);
	tcase_add_test(tc, cut_anywhere);
	tcase_add_test(tc, extended_numbering);
	tcase_add_loop_test(tc, module_file, 0, countof(files));
	tcase_add_test(tc, only_nt_file_tells);
	tcase_add_test(tc, no_notes);
	tcase_add_loop_test(tc, debuginfod, 0, countof(servers));
	tcase_add_loop_test(tc, file_note, 0, countof(notes));
	tcase_add_loop_test(tc, not_python, 0, countof(others));
}
