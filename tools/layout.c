/* SPDX-License-Identifier: MIT */
/*
 * coil-layout: a layout file from an interpreter's DWARF, held against it or
 * against another, or in its normal form.
 */

#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/tool.h"
#include "layout/compare.h"
#include "layout/dwarf.h"
#include "layout/table.h"

#define NAME "coil-layout"

struct options {
	const char *base;  /* layout file for what DWARF does not say */
	const char *check; /* layout file to compare */
	const char *like;  /* layout to differ from; "none" */
	bool normalise;
	const char *name, *source, *range;
	const char *debug_file, *debug_path;
};

static const struct option long_options[] = {
	{"base", required_argument, NULL, 'b'},
	{"check", required_argument, NULL, 'c'},
	{"debug-file", required_argument, NULL, 'd'},
	{"debug-path", required_argument, NULL, 'D'},
	{"help", no_argument, NULL, 'h'},
	{"like", required_argument, NULL, 'l'},
	{"name", required_argument, NULL, 'n'},
	{"normalise", no_argument, NULL, 'N'},
	{"range", required_argument, NULL, 'r'},
	{"source", required_argument, NULL, 's'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"usage: coil-layout [-b layout] [-d file] [-D path] [-l name] [-n "
	"name]\n"
	"                   [-r first-last] [-s source] interpreter [module "
	"...]\n"
	"       coil-layout -c layout [-d file] [-D path] interpreter [module "
	"...]\n"
	"       coil-layout -c layout layout.json\n"
	"       coil-layout -N [-l name] layout\n";

static int trouble(const char *text)
{
	tool_say(NAME, "%s", text);
	return TOOL_TROUBLE;
}

struct difference {
	struct tool_buffer *out;
	bool found;
};

/* A difference: what, in the file, in the other. */
static void print_difference(void *ctx, const char *owner, const char *name,
			     const char *file, const char *other)
{
	struct difference *difference = ctx;
	struct tool_buffer *out = difference->out;

	tool_escape(out, owner);
	tool_buffer_text(out, *owner && *name ? "." : "");
	tool_escape(out, name);
	tool_buffer_char(out, '\t');
	tool_escape(out, file);
	tool_buffer_char(out, '\t');
	tool_escape(out, other);
	tool_buffer_char(out, '\n');
	difference->found = true;
}

static int compare(struct tool_buffer *out, const struct coil_layout *file,
		   const struct coil_layout *other)
{
	struct difference difference = {out, false};

	coil_layout_compare(file, other, print_difference, &difference);
	return difference.found ? TOOL_YES : TOOL_COMPLETE;
}

/*
 * Let @layout, of DWARF, not differ from @file in what DWARF does not say: a
 * struct that is not in it, and how much larger than it needs that of a kind
 * is. Returns whether it has all structs.
 */
static bool complete(struct coil_layout *layout, const struct coil_layout *file,
		     const struct coil_dwarf *dwarf)
{
	bool all = true, has = true;

	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		uint32_t number = coil_layout_number(file, row->at);

		if (!row->field) {
			has = !number || coil_dwarf_has(dwarf, row->owner);
			if (!has)
				tool_say(NAME,
					 "%s: not in this debugging "
					 "information",
					 row->owner);
			all &= has;
		}
		if (!has || (!row->field && row->kind &&
			     coil_layout_number(layout, row->at) > number))
			coil_layout_set(layout, row->at, number);
	}
	return all;
}

static int check(struct tool_buffer *out, const struct coil_layout *file,
		 struct coil_layout *layout, const struct coil_dwarf *dwarf)
{
	uint32_t version = coil_dwarf_version(dwarf);
	bool all = complete(layout, file, dwarf);
	int status;

	if (version && version < layout->first)
		layout->first = version;
	if (version && version > layout->last)
		layout->last = version;
	status = compare(out, file, layout);
	return status == TOOL_COMPLETE && !all ? TOOL_PARTIAL : status;
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

/* Let @layout be written as a change of the one that the option names: a file
 * beside that at @path or one compiled in. */
static enum coil_status set_like(struct coil_layout *layout, const char *name,
				 const char *path, struct coil_error *err)
{
	const struct coil_layout *like = NULL;
	enum coil_status st = COIL_OK;

	if (!name)
		return COIL_OK;
	if (strcmp(name, "none") != 0)
		st = coil_layout_read_like(path, name, &like, err);
	if (st != COIL_OK)
		return st;
	coil_layout_free(layout->like);
	layout->like = like;
	return COIL_OK;
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
	const char *path = options->base ? options->base : "";
	struct coil_error err;

	if (!set_range(layout, options->range, version, options->base != NULL))
		return trouble("a range is 0x030b0000-0x030bffff");
	if (!describe(layout, options, version))
		return trouble("out of memory");
	if (set_like(layout, options->like, path, &err) != COIL_OK)
		return trouble(err.text);
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];

		if (!row->field && !coil_dwarf_has(dwarf, row->owner))
			tool_say(NAME,
				 "%s: not in this debugging information, "
				 "left out",
				 row->owner);
	}
	return write_text(out, layout);
}

/* A layout from DWARF, written or held against the file of --check. */
static int from_dwarf(struct tool_buffer *out, const struct options *options,
		      const char **paths, size_t count,
		      struct coil_layout *file)
{
	struct coil_layout *layout = NULL;
	struct coil_dwarf *dwarf = NULL;
	const struct coil_layout *base;
	struct coil_error err;
	int status;

	if (coil_dwarf_open(paths, count, options->debug_path, &dwarf, &err) !=
	    COIL_OK)
		return trouble(err.text);
	base = file ? file : coil_layout_nearest(coil_dwarf_version(dwarf));
	if (!base) {
		status = trouble("no layout to take strategies from (--base)");
	} else if (coil_dwarf_layout(dwarf, base, &layout, &err)) {
		status = trouble(err.text);
	} else if (options->check) {
		status = check(out, file, layout, dwarf);
	} else {
		if (file)
			layout->like = steal(file->like);
		status = write_layout(out, layout, options, dwarf);
	}
	coil_layout_free(layout);
	coil_dwarf_close(dwarf);
	return status;
}

static int from_file(struct tool_buffer *out, const struct options *options,
		     const char *path, const struct coil_layout *file)
{
	struct coil_layout *layout = NULL;
	struct coil_error err;
	int status;

	if (coil_layout_read(path, &layout, &err) != COIL_OK)
		return trouble(err.text);
	if (options->check)
		status = compare(out, file, layout);
	else if (set_like(layout, options->like, path, &err) != COIL_OK)
		status = trouble(err.text);
	else
		status = write_text(out, layout);
	coil_layout_free(layout);
	return status;
}

static bool is_layout(const char *path)
{
	const char *suffix = strrchr(path, '.');

	return suffix && strcmp(suffix, ".json") == 0;
}

static int run(struct tool_buffer *out, const struct options *options,
	       const char **paths, size_t count)
{
	const char *read = options->check ? options->check : options->base;
	struct coil_layout *file = NULL;
	struct coil_error err;
	int status;

	if (options->normalise && (count > 1 || read))
		return trouble("--normalise takes a layout alone; see --help");
	if (read && coil_layout_read(read, &file, &err) != COIL_OK)
		return trouble(err.text);
	if (options->normalise ||
	    (options->check && count == 1 && is_layout(paths[0])))
		status = from_file(out, options, paths[0], file);
	else
		status = from_dwarf(out, options, paths, count, file);
	coil_layout_free(file);
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
		{'l', &options->like},	     {'n', &options->name},
		{'r', &options->range},	     {'s', &options->source},
	};

	if (c == 'N') {
		options->normalise = true;
		return true;
	}
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
	while ((c = getopt_long(argc, argv, "b:c:d:D:hl:n:Nr:s:V", long_options,
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
