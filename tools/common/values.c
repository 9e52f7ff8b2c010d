/* SPDX-License-Identifier: MIT */
/* What options are given: numbers, sizes, shares, choices, lists of words. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

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
	if (!APPEND(list->items, list->count, list->room, item))
		tool_die(tool, "out of memory");
}

void tool_set_option(struct tool *tool, const struct tool_option *option,
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
	case TOOL_VERSION:
		break;
	}
	if (!fine)
		tool_die(tool, "--%s: '%s' is no %s; see --help", option->name,
			 argument, option->argument);
}

bool tool_wants_kind(const struct tool_list *kinds, const char *name)
{
	for (size_t i = 0; i < kinds->count; i++)
		if (!strcmp(kinds->items[i], name))
			return true;
	return !kinds->count;
}

void tool_check_kinds(struct tool *tool, const struct tool_list *kinds,
		      const char *(*name)(unsigned kind), unsigned count)
{
	for (size_t i = 0; i < kinds->count; i++) {
		unsigned kind = 0;

		while (kind < count && strcmp(name(kind), kinds->items[i]))
			kind++;
		if (kind == count)
			tool_die(tool, "--kind: '%s' is no kind; see %s(1)",
				 kinds->items[i], tool->program->name);
	}
}
