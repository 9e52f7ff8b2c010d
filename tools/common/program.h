/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_PROGRAM_H
#define COIL_TOOLS_PROGRAM_H

/* What a tool declares of itself, in const tables: its options, the columns of
 * its records, what it takes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

/*
 * Options.  Each row says where its value goes: an offset into the struct of
 * the tool's own options.
 */
enum tool_option_kind {
	TOOL_SET,    /* int: becomes value */
	TOOL_NUMBER, /* uint64_t, decimal */
	TOOL_SIZE,   /* uint64_t, bytes: K, M, G, T are powers of 1024 */
	TOOL_SHARE,  /* double, percent from 0 to 100 */
	TOOL_TEXT,   /* const char * */
	TOOL_CHOICE, /* int: index into the words of argument, "a|b|c" */
	TOOL_LIST,   /* struct tool_list: repeatable */
	TOOL_HELP,
	TOOL_VERSION
};

struct tool_option {
	const char *name;
	char letter; /* 0: none */
	enum tool_option_kind kind;
	const char *argument; /* its name in the help; NULL: takes none */
	const char *help;
	size_t offset;
	int value; /* of TOOL_SET */
};

/*
 * Rows of a tool's options[]: @letter or 0, the name, the member of the file's
 * struct options that is set, and the help.  Of a flag, the value that is set;
 * of others, the kind without TOOL_ and the argument's name.
 */
#define TOOL_FLAG(letter, name, member, value, help) \
	{ \
		name, letter, TOOL_SET, NULL, help, \
			offsetof(struct options, member), value \
	}
#define TOOL_OPTION(kind, letter, name, argument, member, help) \
	{ \
		name, letter, TOOL_##kind, argument, help, \
			offsetof(struct options, member), 0 \
	}

struct tool_list {
	const char **items;
	size_t count, room;
};

/*
 * Columns.  Their order is the order of the JSON fields; those with
 * TOOL_SHOWN, in the same order, are the columns of a table.
 */
enum tool_kind {
	TOOL_ADDRESS,
	TOOL_BYTES, /* exact in a pipe, KiB and MiB on a terminal */
	TOOL_COUNT,
	TOOL_WORDS,
	TOOL_TRUTH /* true or false; 1 or 0 in a table */
};

#define TOOL_SHOWN 0x1 /* unless -c says otherwise */
#define TOOL_JSON  0x2 /* with --json unless -c says otherwise */
#define TOOL_BOTH  (TOOL_SHOWN | TOOL_JSON)

struct tool_column {
	const char *name; /* of -c and of the JSON field; the header's too */
	enum tool_kind kind;
	unsigned where; /* TOOL_SHOWN, TOOL_JSON; 0: only on request */
};

/* A tool has one table of columns, or several of which its options choose. */
struct tool_table {
	const char *when; /* "--members", NULL: the usual one */
	const struct tool_column *columns;
	size_t count;
};

#define TOOL_TABLE(when, columns) \
	{ \
		when, columns, countof(columns) \
	}

/** What a tool takes: a row of the table in operands.c each. */
enum tool_takes {
	TOOL_SNAPSHOT,	     /* one snapshot */
	TOOL_ADDRESSES,	     /* one, and addresses or none */
	TOOL_SOME_ADDRESSES, /* one, and addresses */
	TOOL_SNAPSHOTS	     /* two or three */
};

/** What a tool is. */
struct tool_program {
	const char *name;    /* "coil-types" */
	const char *summary; /* one sentence without its full stop */
	enum tool_takes takes;
	const struct tool_option *options;
	size_t option_count;
	const struct tool_table *tables;
	size_t table_count;
	bool no_type;	  /* -t makes no sense */
	bool lists_files; /* that are missing: says so whenever they are */
};

/**
 * The program of a file that has options[] and tables[]; @name is without
 * "coil-", and fields of struct tool_program follow:
 *
 *	TOOL_PROGRAM("types", .takes = TOOL_SNAPSHOT, .summary = "Count ...");
 */
#define TOOL_PROGRAM(tool_name, ...) \
	static const struct tool_program program = { \
		.name = "coil-" tool_name, \
		.options = options, \
		.option_count = countof(options), \
		.tables = tables, \
		.table_count = countof(tables), \
		__VA_ARGS__}

#endif
