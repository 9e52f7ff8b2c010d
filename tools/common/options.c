/* SPDX-License-Identifier: MIT */
/*
 * The command line: one const table of shared options and one of the tool,
 * merged for getopt_long(3); --help is printed from the same tables.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
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

static bool applies(const struct tool_program *program,
		    const struct tool_option *option)
{
	return !(program->no_type && !strcmp(option->name, "type"));
}

static void help_option(const struct tool_option *option)
{
	char left[64];

	snprintf(left, sizeof(left), "  %c%c%s --%s%s%s",
		 option->letter ? '-' : ' ',
		 option->letter ? option->letter : ' ',
		 option->letter ? "," : " ", option->name,
		 option->argument ? "=" : "",
		 option->argument ? option->argument : "");
	printf("%-31s %s\n", left, option->help);
}

static void help(const struct tool_program *program)
{
	printf("Usage: %s [OPTION]... %s\n%s.\n\n", program->name,
	       program->operands, program->summary);
	for (size_t i = 0; i < program->option_count; i++)
		help_option(&program->options[i]);
	printf("%sOptions of all tools:\n", program->option_count ? "\n" : "");
	for (size_t i = 0; i < countof(shared_options); i++)
		if (applies(program, &shared_options[i]))
			help_option(&shared_options[i]);
	for (size_t i = 0; i < program->table_count; i++) {
		const struct tool_table *t = &program->tables[i];

		printf("\nColumns%s%s:", t->when ? " with " : "",
		       t->when ? t->when : "");
		for (size_t c = 0; c < t->count; c++)
			printf(" %s%s", t->columns[c].name,
			       t->columns[c].where & TOOL_SHOWN ? "" : "*");
		putchar('\n');
	}
	printf("(*: on request, with -c.)  See %s(1), coil(7).\n",
	       program->name);
}

static bool parse_number(const char *text, uint64_t *out, const char **end)
{
	char *stop;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &stop, 10);
	*end = stop;
	return !errno;
}

bool tool_parse_size(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	unsigned shift;

	if (!parse_number(text, out, &end))
		return false;
	if (!*end)
		return true;
	unit = strchr(units, *end >= 'a' ? *end - 'a' + 'A' : *end);
	if (!unit || (end[1] && strcmp(end + 1, "iB")))
		return false;
	shift = 10 * ((unsigned)(unit - units) + 1);
	if (*out > UINT64_MAX >> shift)
		return false;
	*out <<= shift;
	return true;
}

/* Percent: digits, then perhaps a point and digits. */
static bool parse_share(const char *text, double *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*out = strtod(text, &end);
	return (!*end || !strcmp(end, "%")) && *out <= 100;
}

/* The index of @text in "a|b|c", or -1. */
static int parse_choice(const char *text, const char *choices)
{
	size_t length = strlen(text);

	for (int i = 0; *choices; i++) {
		size_t n = strcspn(choices, "|");

		if (n == length && !memcmp(text, choices, n))
			return i;
		choices += n + (choices[n] == '|');
	}
	return -1;
}

static void add_to_list(struct tool *tool, struct tool_list *list,
			const char *item)
{
	if (list->count == list->room) {
		size_t room = list->room + list->room / 2 + 8;
		const char **bigger =
			realloc(list->items, room * sizeof(*bigger));

		if (!bigger)
			tool_die(tool, "out of memory");
		list->items = bigger;
		list->room = room;
	}
	list->items[list->count++] = item;
}

static void set_option(struct tool *tool, const struct tool_option *option,
		       void *values, const char *argument)
{
	void *at = (char *)values + option->offset;
	const char *end = "";
	bool fine = true;

	switch (option->kind) {
	case TOOL_SET:
		*(int *)at = option->value;
		break;
	case TOOL_NUMBER:
		fine = parse_number(argument, at, &end) && !*end;
		break;
	case TOOL_SIZE:
		fine = tool_parse_size(argument, at);
		break;
	case TOOL_SHARE:
		fine = parse_share(argument, at);
		break;
	case TOOL_TEXT:
		*(const char **)at = argument;
		break;
	case TOOL_CHOICE:
		*(int *)at = parse_choice(argument, option->argument);
		fine = *(int *)at >= 0;
		break;
	case TOOL_LIST:
		add_to_list(tool, at, argument);
		break;
	case TOOL_HELP:
		help(tool->program);
		exit(tool_finish(tool, TOOL_COMPLETE));
	case TOOL_VERSION:
		printf("%s (coil) %s\n", tool->program->name, PACKAGE_VERSION);
		exit(tool_finish(tool, TOOL_COMPLETE));
	}
	if (!fine)
		tool_die(tool, "--%s: '%s' is no %s; see --help", option->name,
			 argument, option->argument);
}

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

static const struct tool_option *find_letter(const struct tool_option *options,
					     size_t count, int letter)
{
	for (size_t i = 0; i < count; i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

static void set_operands(struct tool *tool, char **operands, size_t count)
{
	const struct tool_program *program = tool->program;
	unsigned most = program->snapshots_max;
	bool stdin_taken = false;

	if (count < program->snapshots_min)
		tool_die(tool, "too few arguments; usage: %s [OPTION]... %s",
			 program->name, program->operands);
	if (count > most && !program->addresses)
		tool_die(tool, "too many arguments; usage: %s [OPTION]... %s",
			 program->name, program->operands);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(operands[i], "-"))
			continue;
		if (stdin_taken)
			tool_die(tool, "'-' can be given only once");
		stdin_taken = true;
	}
	tool->path_count = (unsigned)(count < most ? count : most);
	memcpy(tool->paths, operands, tool->path_count * sizeof(*operands));
	tool->operands = operands + tool->path_count;
	tool->operand_count = count - tool->path_count;
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

void tool_start(struct tool *tool, const struct tool_program *program,
		void *values, int argc, char **argv)
{
	size_t own = program->option_count, common = countof(shared_options);
	struct option longs[countof(shared_options) + own + 1];
	char shorts[2 * (countof(shared_options) + own) + 1];
	int c;

	*tool = (struct tool){
		.program = program,
		.values = values,
		.spool = -1,
		.shared = {.limit = UINT64_MAX, .header = -1, .human = -1},
	};
	clock_gettime(CLOCK_MONOTONIC, &tool->started);
	signal(SIGPIPE, SIG_IGN); /* seen as EPIPE, see tool_write() */
	tool_watch_shrink(tool);
	memset(longs, 0, sizeof(longs));
	shorts[0] = '\0';
	merge(program->options, own, FIRST_OWN, longs, shorts);
	merge(shared_options, common, FIRST_SHARED, longs + own, shorts);

	/* getopt_long() speaks in the name of argv[0]. */
	char *names[argc + 1];

	memcpy(names, argv, (size_t)(argc + 1) * sizeof(*argv));
	if (argc)
		names[0] = (char *)program->name;
	while ((c = getopt_long(argc, names, shorts, longs, NULL)) != -1) {
		const struct tool_option *option;

		if (c == '?')
			exit(TOOL_TROUBLE);
		if (c >= FIRST_OWN)
			option = &program->options[c - FIRST_OWN];
		else if (c >= FIRST_SHARED)
			option = &shared_options[c - FIRST_SHARED];
		else if ((option = find_letter(program->options, own, c)))
			c = FIRST_OWN;
		else
			option = find_letter(shared_options, common, c);
		if (c < FIRST_OWN && !applies(program, option))
			tool_die(tool, "--%s makes no sense here; see --help",
				 option->name);
		set_option(tool, option,
			   c >= FIRST_OWN ? values : &tool->shared, optarg);
	}
	/* The permuted operands, where the caller's argv can keep them. */
	memcpy(argv, names, (size_t)argc * sizeof(*argv));
	set_operands(tool, argv + optind,
		     argc > optind ? (size_t)(argc - optind) : 0);
	set_terminal(tool);
}
