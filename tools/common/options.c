/* SPDX-License-Identifier: MIT */
/*
 * The command line: one const table of shared options and one of the tool,
 * merged for getopt_long(3); help.c prints --help from the same tables.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define AT(field) offsetof(struct tool_shared, field)

static const struct tool_option shared_options[] = {
	{"bytes", 0, TOOL_SET, NULL, "print exact bytes, on a terminal too",
	 AT(human), 0},
	{"color", 0, TOOL_CHOICE, "auto|always|never",
	 "when to colour the table", AT(color), 0},
	{"columns", 'c', TOOL_TEXT, "COLUMNS",
	 "print these columns, in this order", AT(columns), 0},
	{"exe", 0, TOOL_TEXT, "FILE", "the interpreter's binary", AT(exe), 0},
	{"header", 0, TOOL_SET, NULL, "print a header, in a pipe too",
	 AT(header), 1},
	{"help", 'h', TOOL_HELP, NULL, "print this and exit", 0, 0},
	{"human", 0, TOOL_SET, NULL,
	 "print sizes in KiB and MiB, in a pipe too", AT(human), 1},
	{"json", 0, TOOL_SET, NULL, "print JSON Lines", AT(json), 1},
	{"layout", 0, TOOL_TEXT, "FILE",
	 "use this description of the interpreter's structures", AT(layout), 0},
	{"limit", 'n', TOOL_NUMBER, "N", "print at most N records; 0: no bound",
	 AT(limit), 0},
	{"max-unpacked", 0, TOOL_SIZE, "SIZE",
	 "bytes that a compressed snapshot may unpack to", AT(max_unpacked), 0},
	{"module-path", 0, TOOL_LIST, "DIR",
	 "a folder with files of modules (repeatable)", AT(module_paths), 0},
	{"no-cache", 0, TOOL_SET, NULL,
	 "neither read nor write the graph cache", AT(no_cache), 1},
	{"no-header", 0, TOOL_SET, NULL,
	 "print no header, not even on a terminal", AT(header), 0},
	{"quiet", 'q', TOOL_SET, NULL, "no remarks on standard error",
	 AT(quiet), 1},
	{"sysroot", 0, TOOL_TEXT, "DIR",
	 "where the files of the crashed machine are", AT(sysroot), 0},
	{"type", 't', TOOL_LIST, "TYPE",
	 "keep objects of a type (shell pattern, repeatable)", AT(types), 0},
	{"verbose", 'v', TOOL_SET, NULL, "say more on standard error",
	 AT(verbose), 1},
	{"version", 'V', TOOL_VERSION, NULL, "print the version and exit", 0,
	 0},
};

#define FIRST_SHARED 0x1000 /* getopt's value of shared_options[0] */
#define FIRST_OWN    0x2000 /* and of the tool's first option */

static void merge(const struct tool_option *options, size_t count, int first,
		  struct option *longs, char *shorts)
{
	for (size_t i = 0; i < count; i++) {
		const struct tool_option *o = &options[i];
		char letter[] = {o->letter, o->argument ? ':' : '\0', '\0'};

		longs[i] = (struct option){
			.name = o->name,
			.has_arg =
				o->argument ? required_argument : no_argument,
			.val = first + (int)i,
		};
		if (o->letter)
			strcat(shorts, letter);
	}
}

static void set_terminal(struct tool *tool)
{
	enum { AUTO, ALWAYS, NEVER } when = (unsigned)tool->shared.color;
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool json = tool->shared.json;

	tool->terminal = !json && isatty(STDOUT_FILENO);
	tool->paint = when == ALWAYS && !json;
	if (when == AUTO)
		tool->paint = tool->terminal && !(no_color && *no_color) &&
			      term && strcmp(term, "dumb");
}

static const struct tool_option *find_letter(const struct tool_option *options,
					     size_t count, int letter)
{
	for (size_t i = 0; i < count; i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

/* The option that getopt_long() calls @c, a letter or one of our numbers; its
 * values are the tool's own where *@own.  NULL: there is none. */
static const struct tool_option *find_option(const struct tool_program *program,
					     int c, bool *own)
{
	const struct tool_option *option;

	*own = c >= FIRST_OWN;
	if (c >= FIRST_OWN)
		return &program->options[c - FIRST_OWN];
	if (c >= FIRST_SHARED)
		return &shared_options[c - FIRST_SHARED];
	option = find_letter(program->options, program->option_count, c);
	*own = option != NULL;
	return option ? option
		      : find_letter(shared_options, countof(shared_options), c);
}

/* The words of --@word, up to a '=', that begin so: " --human --header". */
static void add_beginning(struct tool_buffer *out, const struct option *longs,
			  const char *word)
{
	size_t length = strcspn(word, "=");

	for (; longs->name; longs++) {
		if (strncmp(longs->name, word, length))
			continue;
		tool_buffer_text(out, " --");
		tool_buffer_text(out, longs->name);
	}
}

/*
 * getopt_long() refused @word, with optopt as it left it: 0 for a long option
 * that it does not know, else the letter or the number of one that is wrong.
 */
static _Noreturn void refuse(struct tool *tool, const struct option *longs,
			     int c, const char *word)
{
	struct tool_buffer like = {0};
	const struct tool_option *option;
	bool own;

	if (!optopt) {
		add_beginning(&like, longs, word + 2);
		if (like.size)
			tool_die(tool, "'%s' may be each of%s", word,
				 like.data);
		tool_die(tool, "no option '%s'; see --help", word);
	}
	option = find_option(tool->program, optopt, &own);
	if (!option)
		tool_die(tool, "no option '-%c'; see --help", optopt);
	if (c == ':')
		tool_die(tool, "--%s needs a %s; see --help", option->name,
			 option->argument);
	tool_die(tool, "--%s takes no argument: '%s'; see --help", option->name,
		 word);
}

/* Each option of @argv, which is permuted. */
static void parse(struct tool *tool, int argc, char **argv,
		  const struct option *longs, const char *shorts)
{
	int c;

	opterr = 0; /* its words would quote the input as it is */
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct tool_option *option;
		bool own;

		if (c == '?' || c == ':')
			refuse(tool, longs, c, argv[optind - 1]);
		option = find_option(tool->program, c, &own);
		if (!own && !tool_applies(tool->program, option))
			tool_die(tool, "--%s makes no sense here; see --help",
				 option->name);
		if (option->kind == TOOL_HELP)
			tool_help(tool, shared_options,
				  countof(shared_options));
		if (option->kind == TOOL_VERSION)
			tool_version(tool);
		if (option->kind == TOOL_HELP || option->kind == TOOL_VERSION)
			exit(tool_finish(tool, TOOL_COMPLETE));
		tool_set_option(tool, option,
				own ? tool->values : &tool->shared, optarg);
	}
}

void tool_start(struct tool *tool, const struct tool_program *program,
		void *values, int argc, char **argv)
{
	size_t own = program->option_count, common = countof(shared_options);
	struct option longs[countof(shared_options) + own + 1];
	char shorts[2 * (countof(shared_options) + own) + 2];

	*tool = (struct tool){
		.program = program,
		.values = values,
		.spool = -1,
		.shared = {.limit = UINT64_MAX, .header = -1, .human = -1},
	};
	clock_gettime(CLOCK_MONOTONIC, &tool->started);
	tool_say_start();
	tool_watch_shrink(tool);
	memset(longs, 0, sizeof(longs));
	strcpy(shorts, ":"); /* tell a missing argument from no option */
	merge(program->options, own, FIRST_OWN, longs, shorts);
	merge(shared_options, common, FIRST_SHARED, longs + own, shorts);
	parse(tool, argc, argv, longs, shorts);
	tool_set_operands(tool, argv + optind,
			  argc > optind ? (size_t)(argc - optind) : 0);
	set_terminal(tool);
}
