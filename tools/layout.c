/* SPDX-License-Identifier: MIT */
/*
 * coil-layout: a layout file from an interpreter's DWARF, or a layout file
 * held against it.
 */

#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/tool.h"
#include "layout/dwarf.h"
#include "layout/table.h"

#define NAME "coil-layout"

struct options {
	const char *base;  /* layout file for what DWARF does not say */
	const char *check; /* layout file to compare */
	const char *name, *source, *range;
	const char *debug_file, *debug_path;
};

static const struct option long_options[] = {
	{"base", required_argument, NULL, 'b'},
	{"check", required_argument, NULL, 'c'},
	{"debug-file", required_argument, NULL, 'd'},
	{"debug-path", required_argument, NULL, 'D'},
	{"help", no_argument, NULL, 'h'},
	{"name", required_argument, NULL, 'n'},
	{"range", required_argument, NULL, 'r'},
	{"source", required_argument, NULL, 's'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"usage: coil-layout [-b layout] [-d file] [-D path] [-n name]\n"
	"                   [-r first-last] [-s source] interpreter [module "
	"...]\n"
	"       coil-layout -c layout [-d file] [-D path] interpreter [module "
	"...]\n";

static int trouble(const char *text)
{
	tool_say(NAME, "%s", text);
	return TOOL_TROUBLE;
}

/* A difference: what, in the file, in DWARF. */
static bool differs(struct tool_buffer *out, const char *owner,
		    const char *name, uint32_t file, uint32_t dwarf)
{
	if (file == dwarf)
		return false;
	tool_escape(out, owner);
	tool_buffer_text(out, *name ? "." : "");
	tool_escape(out, name);
	for (int i = 0; i < 2; i++) {
		uint32_t number = i ? dwarf : file;

		tool_buffer_char(out, '\t');
		if (number == COIL_NO_FIELD)
			tool_buffer_text(out, "null");
		else
			tool_buffer_decimal(out, false, number);
	}
	tool_buffer_char(out, '\n');
	return true;
}

static const struct coil_layout_root *find_root(
	const struct coil_layout_root *roots, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(roots[i].name, name) == 0)
			return &roots[i];
	}
	return NULL;
}

static bool compare_roots(struct tool_buffer *out, const char *kind,
			  const struct coil_layout_root *file, uint32_t n_file,
			  const struct coil_layout_root *dwarf,
			  uint32_t n_dwarf)
{
	bool found = false;

	for (uint32_t i = 0; i < n_file; i++) {
		const struct coil_layout_root *a = &file[i];
		const struct coil_layout_root *b =
			find_root(dwarf, n_dwarf, a->name);

		found |= differs(out, kind, a->name, a->offset,
				 b ? b->offset : COIL_NO_FIELD);
		if (b && (a->count != b->count || a->stride != b->stride)) {
			found |=
				differs(out, kind, a->name, a->count, b->count);
			found |= differs(out, kind, a->name, a->stride,
					 b->stride);
		}
	}
	for (uint32_t i = 0; i < n_dwarf; i++) {
		if (!find_root(file, n_file, dwarf[i].name))
			found |= differs(out, kind, dwarf[i].name,
					 COIL_NO_FIELD, dwarf[i].offset);
	}
	return found;
}

static int check(struct tool_buffer *out, const struct coil_layout *file,
		 const struct coil_layout *layout,
		 const struct coil_dwarf *dwarf)
{
	bool found = false, skipped = false, skip = false;

	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		uint32_t number = coil_layout_number(file, row->at);

		if (!row->field) {
			skip = number && !coil_dwarf_has(dwarf, row->owner);
			if (skip)
				tool_say(NAME,
					 "%s: not in this debugging "
					 "information",
					 row->owner);
			skipped |= skip;
		}
		/* A kind needs its struct to be that large, and no less. */
		if (!skip && !row->field && row->kind &&
		    coil_layout_number(layout, row->at) > number)
			continue;
		if (!skip)
			found |= differs(out, row->owner,
					 row->field ? row->field : "size",
					 number,
					 coil_layout_number(layout, row->at));
	}
	for (size_t i = 0; i < coil_layout_constant_count; i++) {
		const struct coil_layout_constant *c =
			&coil_layout_constants[i];

		found |= differs(out, "constants", c->name,
				 coil_layout_number(file, c->at),
				 coil_layout_number(layout, c->at));
	}
	found |= compare_roots(
		out, "interpreter_roots", file->interpreter_roots,
		file->interpreter_root_count, layout->interpreter_roots,
		layout->interpreter_root_count);
	found |= compare_roots(out, "thread_roots", file->thread_roots,
			       file->thread_root_count, layout->thread_roots,
			       layout->thread_root_count);
	if (found)
		return TOOL_YES;
	return skipped ? TOOL_PARTIAL : TOOL_COMPLETE;
}

/* "0x030b0000-0x030bffff"; without it that of the base, or all
 * micro releases of the version. */
static bool set_range(struct coil_layout *layout, const char *range,
		      uint32_t version, bool is_based)
{
	unsigned first, last;
	char rest;

	if (!range) {
		if (version && !is_based) {
			layout->first = version & 0xffff0000;
			layout->last = version | 0xffff;
		}
		return true;
	}
	if (sscanf(range, "0x%x-0x%x%c", &first, &last, &rest) != 2 ||
	    first > last)
		return false;
	layout->first = first;
	layout->last = last;
	return true;
}

static bool set_text(const char **field, const char *text)
{
	free((char *)(uintptr_t)*field);
	*field = strdup(text);
	return *field != NULL;
}

/* What the new layout says of itself: what was asked for, else what the base
 * file says, else what the interpreter is.  Only a file that is brought up to
 * date was proved on anything. */
static bool describe(struct coil_layout *layout, const struct options *options,
		     uint32_t version)
{
	char name[64], source[64];

	if (!options->base || options->name || options->source ||
	    options->range)
		layout->proved_count = 0;
	snprintf(name, sizeof(name), "cpython-%u.%u", version >> 24,
		 version >> 16 & 0xff);
	snprintf(source, sizeof(source), "DWARF of CPython %u.%u.%u",
		 version >> 24, version >> 16 & 0xff, version >> 8 & 0xff);
	if (!options->base && version &&
	    (!set_text(&layout->name, name) ||
	     !set_text(&layout->source, source)))
		return false;
	return (!options->name || set_text(&layout->name, options->name)) &&
	       (!options->source || set_text(&layout->source, options->source));
}

static int write_text(struct tool_buffer *out, const struct coil_layout *layout)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	bool failed = !file || coil_layout_write(layout, file) != COIL_OK;

	if (file)
		failed |= fclose(file) != 0;
	if (!failed)
		tool_buffer_append(out, text, size);
	free(text);
	return failed ? trouble("out of memory") : TOOL_COMPLETE;
}

static int write_layout(struct tool_buffer *out, struct coil_layout *layout,
			const struct options *options,
			const struct coil_dwarf *dwarf)
{
	uint32_t version = coil_dwarf_version(dwarf);

	if (!set_range(layout, options->range, version, options->base != NULL))
		return trouble("a range is 0x030b0000-0x030bffff");
	if (!describe(layout, options, version))
		return trouble("out of memory");
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];

		if (!row->field && !coil_dwarf_has(dwarf, row->owner))
			tool_say(NAME,
				 "%s: not in this debugging information, "
				 "written as null",
				 row->owner);
	}
	return write_text(out, layout);
}

static int run(struct tool_buffer *out, const struct options *options,
	       const char **paths, size_t count)
{
	const char *base_file = options->check ? options->check : options->base;
	struct coil_layout *file = NULL, *layout = NULL;
	struct coil_dwarf *dwarf = NULL;
	const struct coil_layout *base;
	enum coil_status st = COIL_OK;
	struct coil_error err;
	int status;

	if (base_file)
		st = options->check
			     ? coil_layout_read(base_file, &file, &err)
			     : coil_layout_read_base(base_file, &file, &err);
	if (st != COIL_OK)
		return trouble(err.text);
	if (coil_dwarf_open(paths, count, options->debug_path, &dwarf, &err) !=
	    COIL_OK) {
		coil_layout_free(file);
		return trouble(err.text);
	}
	base = file ? file : coil_layout_nearest(coil_dwarf_version(dwarf));
	if (!base)
		status = trouble("no layout to take strategies from (--base)");
	else if (coil_dwarf_layout(dwarf, base, &layout, &err))
		status = trouble(err.text);
	else if (options->check)
		status = check(out, file, layout, dwarf);
	else
		status = write_layout(out, layout, options, dwarf);
	coil_layout_free(layout);
	coil_layout_free(file);
	coil_dwarf_close(dwarf);
	return status;
}

/* Print what @status is about. */
static int print(const struct tool_buffer *text, int status)
{
	if (text->failed)
		return trouble("out of memory");
	if (((text->size && !tool_put(text->data, text->size)) ||
	     !tool_put_end()) &&
	    errno != EPIPE) {
		tool_say(NAME, "write error: %s", strerror(errno));
		return TOOL_TROUBLE;
	}
	return status;
}

static int print_constant(const char *text)
{
	return print(
		&(struct tool_buffer){(char *)text, strlen(text), 0, false},
		TOOL_COMPLETE);
}

/* Set the option that getopt_long() calls @c; false: there is none. */
static bool set(struct options *options, int c)
{
	const struct {
		int letter;
		const char **at;
	} texts[] = {
		{'b', &options->base},	     {'c', &options->check},
		{'d', &options->debug_file}, {'D', &options->debug_path},
		{'n', &options->name},	     {'r', &options->range},
		{'s', &options->source},
	};

	for (size_t i = 0; i < countof(texts); i++) {
		if (texts[i].letter != c)
			continue;
		*texts[i].at = optarg;
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct tool_buffer text = {0};
	const char **paths;
	int c, status;

	tool_say_start();
	opterr = 0; /* its words would quote the input as it is */
	while ((c = getopt_long(argc, argv, "b:c:d:D:hn:r:s:V", long_options,
				NULL)) != -1) {
		if (c == 'h')
			return print_constant(usage);
		if (c == 'V')
			return print_constant(NAME " (coil) " PACKAGE_VERSION
						   "\n");
		if (set(&options, c))
			continue;
		tool_say(NAME, "not understood: '%s'; see --help",
			 argv[optind - 1]);
		return TOOL_TROUBLE;
	}
	if (optind == argc)
		return trouble("no interpreter given; see --help");
	/* The debug file takes the place before the interpreter, of an option
	 * or the program's name: argv has room. */
	paths = (const char **)(argv + optind);
	if (options.debug_file)
		*--paths = options.debug_file;
	status = run(&text, &options, paths,
		     (size_t)((const char **)(argv + argc) - paths));
	status = print(&text, status);
	tool_buffer_free(&text);
	return status;
}
