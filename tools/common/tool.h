/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_TOOL_H
#define COIL_TOOLS_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/base.h"
#include "buffer.h"
#include "coil.h"
#include "program.h"
#include "say.h"
#include "text.h"

/*
 * What all tools share.  A tool declares its options and columns in const
 * tables, then its main reads like its synopsis: start, open, ask, print
 * records, finish.  All state is in one struct tool.
 */

/** Exit statuses: how far to trust standard output. See coil(7). */
enum tool_status {
	TOOL_COMPLETE = 0,
	TOOL_YES = 1, /* "yes, there is something", of tools that ask */
	TOOL_TROUBLE = 2,
	TOOL_PARTIAL = 3
};

/* Cells of the record being filled. */
struct tool_cell {
	enum { CELL_NONE, CELL_SET } state;
	enum tool_kind kind;
	bool negative, is_number; /* text that needs no quotes */
	uint64_t number;
	uint64_t indent;
	struct tool_buffer text;
};

#define TOOL_MAX_COLUMNS   24
#define TOOL_MAX_SNAPSHOTS 3

/* The shared options, as given. */
struct tool_shared {
	const char *columns;
	uint64_t limit; /* UINT64_MAX: not given; 0: no bound */
	struct tool_list types;
	int json, header, human, color; /* header, human: -1 not given */
	const char *sysroot, *exe, *layout;
	uint64_t max_unpacked; /* 0: not given */
	struct tool_list module_paths;
	int no_cache, quiet, verbose;
};

struct tool {
	const struct tool_program *program;
	void *values; /* the tool's own options */
	struct tool_shared shared;

	const char *paths[TOOL_MAX_SNAPSHOTS]; /* as given */
	unsigned path_count;
	struct coil_snapshot *snapshots[TOOL_MAX_SNAPSHOTS];
	int spool; /* descriptor of a snapshot that came on stdin, or -1 */
	struct tool_buffer cache_dir;
	bool spool_copy; /* it is a copy that nobody opens again */
	char **operands; /* the addresses, as given */
	size_t operand_count;
	uint64_t *addresses; /* those that name an object */
	coil_node *nodes;
	size_t node_count;
	bool *named; /* by node: tool_named() */
	uint64_t unknown;
	bool *type_wanted;     /* by type index, for -t; NULL: all */
	struct coil_error err; /* of calls that tool_check() is given */

	/* records */
	const struct tool_table *table;
	struct tool_cell cells[TOOL_MAX_COLUMNS];
	unsigned order[TOOL_MAX_COLUMNS]; /* columns printed, in this order */
	unsigned order_count;
	bool wanted[TOOL_MAX_COLUMNS];
	bool terminal, paint; /* stdout is one; colour it */
	bool closed;	      /* nobody reads stdout any more */
	uint64_t records;
	struct tool_buffer line;
	struct tool_buffer pending; /* rows held back to align them */
	size_t pending_rows;
	unsigned widths[TOOL_MAX_COLUMNS];
	bool header_done;

	/* progress */
	struct timespec started;
	uint64_t progress_next; /* not before, in ms since the start */
	bool progress_shown;

	/* why the answer is partial, for finish */
	bool checked[TOOL_MAX_SNAPSHOTS];
	bool partial;
	struct tool_buffer missing;
};

/**
 * Parse the command line into @tool and @values; print --help or --version and
 * exit where asked.  Exits with TOOL_TROUBLE where it makes no sense.
 */
void tool_start(struct tool *tool, const struct tool_program *program,
		void *values, int argc, char **argv);

/** Whether a shared option makes sense for this tool. */
bool tool_applies(const struct tool_program *program,
		  const struct tool_option *option);
/** Print --help, with those of @count shared options that apply; --version. */
void tool_help(struct tool *tool, const struct tool_option *shared,
	       size_t count);
void tool_version(struct tool *tool);

/**
 * From here on a file that becomes shorter while it is mapped ends the tool
 * with one line on standard error and TOOL_TROUBLE. tool_start() calls it.
 */
void tool_watch_shrink(const struct tool *tool);

/** Say why on standard error (say.h) and exit with TOOL_TROUBLE. */
_Noreturn void tool_die(struct tool *tool, const char *format, ...)
	COIL_PRINTF(2, 3);
/** A remark on standard error, unless --quiet. */
void tool_note(struct tool *tool, const char *format, ...) COIL_PRINTF(2, 3);
/** Exit with TOOL_TROUBLE unless @status is COIL_OK: in the words of tool->err,
 * where the call that failed was given that, or of the status. */
void tool_check(struct tool *tool, enum coil_status status);

/** Open snapshot number @index; exits where it cannot. */
struct coil_snapshot *tool_open(struct tool *tool, unsigned index);
/** Its graph, built if need be; exits where it cannot. */
struct coil_graph *tool_graph(struct tool *tool, unsigned index);

/** Where the collector's verdict is not certain, say so, and of which types. */
void tool_tell_verdict(struct tool *tool, unsigned index);

/** What the snapshot keeps of its graph: borrowed from it. */
const struct coil_dominators *tool_dominators(struct tool *tool,
					      unsigned index);
const struct coil_paths *tool_paths(struct tool *tool, unsigned index);
/** What makes words of references of snapshot 0: the caller's to free. */
struct coil_words *tool_words(struct tool *tool);

/** Set the cache's folder and size as the environment says. */
void tool_cache_options(struct tool *tool, struct coil_options *options);
/* values.c: what options are given. */
/** Bytes, with K, M, G, T for powers of 1024. */
bool tool_parse_size(const char *text, uint64_t *out);
/** Set the value of @option in @values; exits where @argument is none. */
void tool_set_option(struct tool *tool, const struct tool_option *option,
		     void *values, const char *argument);
/** Exit unless each word of @kinds, given to --kind, is one of those that @name
 * has for [0, count). */
void tool_check_kinds(struct tool *tool, const struct tool_list *kinds,
		      const char *(*name)(unsigned kind), unsigned count);
/** Whether @name is one of @kinds, or nothing else is wanted. */
bool tool_wants_kind(const struct tool_list *kinds, const char *name);

/** Take the snapshots and addresses of the command line; exits where there are
 * too few or too many. */
void tool_set_operands(struct tool *tool, char **operands, size_t count);
/** How --help and remarks write the operands of @program. */
const char *tool_operands(const struct tool_program *program);

/**
 * Fill tool->nodes and tool->addresses from the operands, looked up in the
 * graph of snapshot @index; those that -t does not want are left out.
 */
void tool_addresses(struct tool *tool, unsigned index);
/** The same whatever -t says: of what the addresses name, something else is
 * told. */
void tool_any_addresses(struct tool *tool, unsigned index);
/** The nodes of these addresses, tool->node_count of them; NULL where no
 * address was given, which many calls of the library take for all objects. */
const coil_node *tool_given(const struct tool *tool);
/** Whether one of the addresses is that of @node of snapshot @index. */
bool tool_named(struct tool *tool, unsigned index, coil_node node);
/** Where no address was given: all objects that -t wants, by address. */
void tool_all_of_type(struct tool *tool, unsigned index);
/** By type index of this graph, whether -t wants it; NULL: all are wanted. */
const bool *tool_wanted_types(struct tool *tool,
			      const struct coil_graph *graph);
/** Whether -t wants objects of the type at @type_index of this graph. */
bool tool_wants_type(struct tool *tool, const struct coil_graph *graph,
		     uint32_t type_index);
/** Whether -t wants the type named @name. */
bool tool_wants_name(const struct tool *tool, const char *name);

/** Choose tables[index] of the program, before the first record. */
void tool_choose_table(struct tool *tool, unsigned index);
/** Whether the column is printed, so that what costs time is computed. */
bool tool_wants(const struct tool *tool, unsigned column);
/** Set -n's value where none was given. */
void tool_default_limit(struct tool *tool, uint64_t limit);

/* Fill cells of the next record; those left out print as "-" (null). */
void tool_address(struct tool *tool, unsigned column, uint64_t address);
void tool_count(struct tool *tool, unsigned column, uint64_t n);
void tool_signed(struct tool *tool, unsigned column, int64_t n);
void tool_bytes(struct tool *tool, unsigned column, uint64_t n);
void tool_signed_bytes(struct tool *tool, unsigned column, int64_t n);
void tool_text(struct tool *tool, unsigned column, const char *text);
void tool_truth(struct tool *tool, unsigned column, bool truth);
/* A number that is text already, "12.5": no quotes in JSON. */
void tool_number(struct tool *tool, unsigned column, const char *digits);
/* On a terminal, show the text of @column further right. */
void tool_indent(struct tool *tool, unsigned column, uint64_t depth);

/**
 * Print the record.  Returns false when no more are wanted: the limit is
 * reached or nobody reads.
 */
bool tool_record(struct tool *tool);

/** Something was missing: finish tells @format and exits with PARTIAL. */
void tool_missing(struct tool *tool, const char *format, ...) COIL_PRINTF(2, 3);

/**
 * Print what is held back, close standard output and check that all of it
 * was written, free everything.  Returns the status to exit with.
 */
int tool_finish(struct tool *tool, enum tool_status status);

/** Memory or exit. */
void *tool_alloc(struct tool *tool, size_t count, size_t size);

/* table.c: rows held back until their widths are known. */
void tool_table_row(struct tool *tool);
void tool_table_flush(struct tool *tool);
/* Append the cell of @column as a table shows it. */
void tool_cell_text(const struct tool *tool, const struct tool_cell *cell,
		    struct tool_buffer *out);
/* Bold or dim around what is appended between; nothing without colour. */
void tool_paint(const struct tool *tool, struct tool_buffer *out,
		const char *code);
void tool_write(struct tool *tool, struct tool_buffer *buffer);

/* progress.c: the library's callback. */
coil_progress_fn tool_progress;
void tool_progress_clear(struct tool *tool);

#endif
