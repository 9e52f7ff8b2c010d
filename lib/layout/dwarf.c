/* SPDX-License-Identifier: MIT */
/*
 * A layout from an interpreter's DWARF.  All structs of layout.def are looked
 * up by name in one pass over the units; where a name stands for several
 * structs ("block"), the one with most of the fields wanted is taken.
 *
 * Source: DWARF 5; elfutils' libdw.h and libdwfl.h.
 */

#include "image/file.h"
#include "image/root.h"
#include "layout/dwarf.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <unistd.h>

#include "layout/die.h"
#include "layout/table.h"

/* What was found of one struct: the row that starts it, and its fields. */
struct found {
	size_t row, rows; /* in coil_layout_rows: [row, row + rows) */
	Dwarf_Die die;
	size_t fields; /* of them resolved; the struct counts as one */
};

struct coil_dwarf {
	Dwfl *dwfl;
	struct found *found;
	size_t found_count;
	uint32_t version;
	bool debug;
	char *debuginfo;
	Dwfl_Callbacks callbacks;
};

static void dwarf_guard(struct coil_dwarf **dwarf)
{
	coil_dwarf_close(*dwarf);
}
#define _cleanup_dwarf_ __attribute__((cleanup(dwarf_guard)))

void coil_dwarf_close(struct coil_dwarf *dwarf)
{
	if (!dwarf)
		return;
	if (dwarf->dwfl)
		dwfl_end(dwarf->dwfl);
	free(dwarf->found);
	free(dwarf->debuginfo);
	free(dwarf);
}

/* Resolve what @candidate has of struct @found; keep it if that is more. */
static void consider(struct found *found, Dwarf_Die *candidate)
{
	size_t fields = 1;
	Dwarf_Die bare, type;
	uint64_t at;

	if (!coil_die_bare(candidate, &bare) ||
	    (dwarf_tag(&bare) != DW_TAG_structure_type &&
	     dwarf_tag(&bare) != DW_TAG_union_type) ||
	    dwarf_bytesize(&bare) <= 0)
		return;
	for (size_t i = 1; i < found->rows; i++)
		fields += coil_die_alternative(
			&bare, coil_layout_rows[found->row + i].path, &at,
			&type);
	if (fields > found->fields && (fields > 1 || found->rows == 1)) {
		found->fields = fields;
		found->die = bare;
	}
}

/* Whether @name is one of the alternatives in @names. */
static bool is_named(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *p = names;; p++) {
		size_t n = strcspn(p, "|");

		if (n == length && memcmp(p, name, n) == 0)
			return true;
		p += n;
		if (!*p)
			return false;
	}
}

static void search_unit(struct coil_dwarf *dwarf, Dwarf_Die *unit)
{
	Dwarf_Die die;

	if (dwarf_child(unit, &die) != 0)
		return;
	do {
		int tag = dwarf_tag(&die);
		const char *name;

		if (tag != DW_TAG_structure_type && tag != DW_TAG_typedef)
			continue;
		name = dwarf_diename(&die);
		for (size_t i = 0; name && i < dwarf->found_count; i++) {
			struct found *f = &dwarf->found[i];

			if (f->fields < f->rows &&
			    is_named(coil_layout_rows[f->row].path, name))
				consider(f, &die);
		}
	} while (dwarf_siblingof(&die, &die) == 0);
}

static void search(struct coil_dwarf *dwarf, Dwarf *dw)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die, sub;

	while (dwarf_get_units(dw, unit, &unit, NULL, NULL, &die, &sub) == 0)
		search_unit(dwarf, &die);
}

/* Four bytes at @address of a module's file. */
static bool read_file_word(Dwfl_Module *module, GElf_Addr address,
			   uint32_t *out)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(module, &bias);
	size_t count;

	if (!elf || elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr ph;
		Elf_Data *data;

		if (!gelf_getphdr(elf, (int)i, &ph) || ph.p_type != PT_LOAD ||
		    address - bias - ph.p_vaddr >= ph.p_filesz)
			continue;
		data = elf_getdata_rawchunk(
			elf,
			(int64_t)(ph.p_offset + (address - bias - ph.p_vaddr)),
			4, ELF_T_BYTE);
		if (!data || data->d_size != 4)
			return false;
		*out = load32(data->d_buf);
		return true;
	}
	return false;
}

/* What symbols tell: the version, and that a build is a debug build. */
static void read_symbols(struct coil_dwarf *dwarf, Dwfl_Module *module)
{
	int count = dwfl_module_getsymtab(module);

	for (int i = 0; i < count; i++) {
		GElf_Sym sym;
		GElf_Addr address;
		const char *name = dwfl_module_getsym_info(
			module, i, &sym, &address, NULL, NULL, NULL);

		if (!name || sym.st_shndx == SHN_UNDEF)
			continue;
		if (strcmp(name, "_Py_NegativeRefcount") == 0)
			dwarf->debug = true;
		if (!dwarf->version && strcmp(name, "Py_Version") == 0 &&
		    !read_file_word(module, address, &dwarf->version))
			dwarf->version = 0;
	}
}

/* One file: its DWARF, that of its alternate file, its version. */
static int search_module(Dwfl_Module *module, void **data, const char *name,
			 Dwarf_Addr start, void *ctx)
{
	struct coil_dwarf *dwarf = ctx;
	Dwarf_Addr bias;
	Dwarf *dw = dwfl_module_getdwarf(module, &bias);

	(void)data;
	(void)name;
	(void)start;
	if (dw) {
		Dwarf *alternate = dwarf_getalt(dw);

		search(dwarf, dw);
		if (alternate)
			search(dwarf, alternate);
	}
	read_symbols(dwarf, module);
	return DWARF_CB_OK;
}

/* One struct found for each that layout.def lists. */
static enum coil_status list_structs(struct coil_dwarf *dwarf)
{
	dwarf->found = calloc(coil_layout_row_count, sizeof(*dwarf->found));
	if (!dwarf->found)
		return COIL_E_NOMEM;
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		if (!coil_layout_rows[i].field)
			dwarf->found[dwarf->found_count++].row = i;
		dwarf->found[dwarf->found_count - 1].rows++;
	}
	return COIL_OK;
}

static const struct found *find_struct(const struct coil_dwarf *dwarf,
				       const char *owner)
{
	for (size_t i = 0; i < dwarf->found_count; i++) {
		const struct found *f = &dwarf->found[i];

		if (strcmp(coil_layout_rows[f->row].owner, owner) == 0)
			return f->fields ? f : NULL;
	}
	return NULL;
}

bool coil_dwarf_has(const struct coil_dwarf *dwarf, const char *owner)
{
	return find_struct(dwarf, owner) != NULL;
}

uint32_t coil_dwarf_version(const struct coil_dwarf *dwarf)
{
	return dwarf->version;
}

enum coil_status coil_dwarf_open(const char *const *paths, size_t count,
				 const char *debug_path,
				 struct coil_dwarf **out,
				 struct coil_error *err)
{
	_cleanup_dwarf_ struct coil_dwarf *dwarf = calloc(1, sizeof(*dwarf));

	if (!dwarf || list_structs(dwarf) != COIL_OK)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (debug_path) {
		dwarf->debuginfo = strdup(debug_path);
		if (!dwarf->debuginfo)
			return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	dwarf->callbacks.find_elf = dwfl_build_id_find_elf;
	dwarf->callbacks.find_debuginfo = dwfl_standard_find_debuginfo;
	dwarf->callbacks.section_address = dwfl_offline_section_address;
	dwarf->callbacks.debuginfo_path = &dwarf->debuginfo;
	dwarf->dwfl = dwfl_begin(&dwarf->callbacks);
	if (!dwarf->dwfl)
		return coil_fail(err, COIL_E_NOMEM, "%s", dwfl_errmsg(-1));
	for (size_t i = 0; i < count; i++) {
		_cleanup_close_ int fd = coil_file_open(paths[i]);

		if (fd < 0)
			return coil_fail_file(err, COIL_E_OS, paths[i], "%s",
					      coil_open_words(errno));
		if (!dwfl_report_offline(dwarf->dwfl, paths[i], paths[i], fd))
			return coil_fail_file(err, COIL_E_OS, paths[i], "%s",
					      dwfl_errmsg(-1));
		steal_fd(&fd); /* libdwfl closes it */
	}
	dwfl_report_end(dwarf->dwfl, NULL, NULL);
	dwfl_getmodules(dwarf->dwfl, search_module, dwarf, 0);
	if (!coil_dwarf_has(dwarf, "PyObject"))
		return coil_fail_file(err, COIL_E_NOT_FOUND,
				      count ? paths[0] : "",
				      "no debugging information of CPython");
	*out = steal(dwarf);
	return COIL_OK;
}

static void fill_structs(struct coil_dwarf *dwarf, struct coil_layout *layout)
{
	for (size_t i = 0; i < dwarf->found_count; i++) {
		struct found *f = &dwarf->found[i];

		if (!f->fields)
			continue;
		coil_layout_set(layout, coil_layout_rows[f->row].at,
				(uint32_t)dwarf_bytesize(&f->die));
		for (size_t k = 1; k < f->rows; k++) {
			const struct coil_layout_row *row =
				&coil_layout_rows[f->row + k];
			Dwarf_Die type;
			uint64_t at;

			if (coil_die_alternative(&f->die, row->path, &at,
						 &type) &&
			    at <= COIL_LAYOUT_LIMIT)
				coil_layout_set(layout, row->at, (uint32_t)at);
		}
	}
}

/* Constants that are lengths of arrays. */
static const struct array_constant {
	size_t constant; /* offset in struct coil_layout */
	const char *owner, *path;
} array_constants[] = {
	{offsetof(struct coil_layout, constant.small_int_count),
	 "_PyRuntimeState",
	 "global_objects.singletons.small_ints|global_objects.small_ints|"
	 "static_objects.singletons.small_ints"},
	{offsetof(struct coil_layout, constant.gc_generations),
	 "_gc_runtime_state", "generations"},
	{offsetof(struct coil_layout, constant.pending_static_types),
	 "PyInterpreterState", "types.builtins.initialized|types.builtins"},
	{offsetof(struct coil_layout, constant.mi_heaps), "PyThreadState_t",
	 "mimalloc.heaps"},
	{offsetof(struct coil_layout, constant.mi_queues), "mi_heap_s",
	 "pages"},
	{offsetof(struct coil_layout, constant.mi_slices), "mi_segment_s",
	 "slices"},
};

static void fill_constants(struct coil_dwarf *dwarf, struct coil_layout *layout)
{
	for (size_t i = 0; i < countof(array_constants); i++) {
		const struct array_constant *c = &array_constants[i];
		const struct found *f = find_struct(dwarf, c->owner);
		Dwarf_Die owner, type, element;
		uint64_t at, count;

		if (!f)
			continue;
		owner = f->die;
		if (coil_die_alternative(&owner, c->path, &at, &type) &&
		    coil_die_element(&type, &element, &count) &&
		    count <= UINT32_MAX)
			coil_layout_set(layout, c->constant, (uint32_t)count);
	}
	if (layout->pool_header.size)
		layout->constant.pool_overhead =
			(uint32_t)align_up(layout->pool_header.size, 16);
	layout->free_threaded = false;
	for (size_t i = 0; i < dwarf->found_count; i++) {
		struct found *f = &dwarf->found[i];
		Dwarf_Die type;
		uint64_t at;

		if (f->fields &&
		    strcmp(coil_layout_rows[f->row].owner, "PyObject") == 0)
			layout->free_threaded =
				coil_die_member(&f->die, "ob_tid",
						strlen("ob_tid"), &at, &type);
	}
}

static enum coil_status fill_roots(struct coil_dwarf *dwarf, const char *owner,
				   const struct coil_layout_root **out,
				   uint32_t *count)
{
	const struct found *f = find_struct(dwarf, owner);
	Dwarf_Die die;

	if (!f)
		return COIL_OK;
	die = f->die;
	return coil_die_roots(&die, out, count);
}

/* Where it was proved stands in the file that is brought up to date. */
static bool copy_proved(struct coil_layout *layout,
			const struct coil_layout *base)
{
	uint32_t *proved = calloc(base->proved_count + 1, sizeof(*proved));

	if (!proved)
		return false;
	for (uint32_t i = 0; i < base->proved_count; i++)
		proved[i] = base->proved[i];
	layout->proved = proved;
	layout->proved_count = base->proved_count;
	return true;
}

enum coil_status coil_dwarf_layout(struct coil_dwarf *dwarf,
				   const struct coil_layout *base,
				   struct coil_layout **out,
				   struct coil_error *err)
{
	struct coil_layout *layout = malloc(sizeof(*layout));

	if (!layout)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	coil_layout_clear(layout);
	layout->first = base->first;
	layout->last = base->last;
	layout->untested = base->untested;
	if (!copy_proved(layout, base)) {
		coil_layout_free(layout);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	layout->debug = dwarf->debug;
	layout->constant = base->constant;
	layout->strategy = base->strategy;
	layout->name = strdup(base->name);
	layout->source = strdup(base->source);
	fill_structs(dwarf, layout);
	fill_constants(dwarf, layout);
	if (!layout->name || !layout->source ||
	    fill_roots(dwarf, "PyInterpreterState", &layout->interpreter_roots,
		       &layout->interpreter_root_count) != COIL_OK ||
	    fill_roots(dwarf,
		       find_struct(dwarf, "_PyThreadStateImpl")
			       ? "_PyThreadStateImpl"
			       : "PyThreadState",
		       &layout->thread_roots,
		       &layout->thread_root_count) != COIL_OK) {
		coil_layout_free(layout);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = layout;
	return COIL_OK;
}
