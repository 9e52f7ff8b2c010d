/* SPDX-License-Identifier: MIT */
/*
 * Addresses in: operands, and with "-" the first field of each line of
 * standard input, so that the output of any tool is the input of the next.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define MOST_REPORTED 10 /* unknown addresses named one by one */

/* The nodes collected so far. */
struct collector {
	struct tool *tool;
	const struct coil_graph *graph;
	size_t node_room, address_room;
	bool any; /* whatever -t says */
};

bool tool_wants_name(const struct tool *tool, const char *name)
{
	const struct tool_list *types = &tool->shared.types;

	for (size_t i = 0; i < types->count; i++)
		if (!fnmatch(types->items[i], name, 0))
			return true;
	return !types->count;
}

const bool *tool_wanted_types(struct tool *tool, const struct coil_graph *graph)
{
	uint64_t count = coil_graph_type_count(graph);

	if (!tool->shared.types.count)
		return NULL;
	if (!tool->type_wanted) {
		tool->type_wanted = tool_alloc(tool, count + 1, sizeof(bool));
		for (uint32_t i = 0; i < count; i++) {
			struct coil_type_info type;

			coil_graph_type(graph, i, &type);
			tool->type_wanted[i] = tool_wants_name(tool, type.name);
		}
	}
	return tool->type_wanted;
}

bool tool_wants_type(struct tool *tool, const struct coil_graph *graph,
		     uint32_t type_index)
{
	const bool *wanted = tool_wanted_types(tool, graph);

	return !wanted || wanted[type_index];
}

static void add_node(struct collector *c, uint64_t address, coil_node node)
{
	struct tool *tool = c->tool;

	if (!RESERVE(tool->nodes, c->node_room, tool->node_count + 1) ||
	    !RESERVE(tool->addresses, c->address_room, tool->node_count + 1))
		tool_die(tool, "out of memory");
	tool->nodes[tool->node_count] = node;
	tool->addresses[tool->node_count++] = address;
}

/* Hexadecimal with 0x, or decimal as id() prints it; all of the text. */
static bool parse_address(const char *text, uint64_t *out)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	size_t n =
		strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");

	errno = 0;
	*out = strtoull(digits, NULL, hex ? 16 : 10);
	return n && !digits[n] && !errno;
}

static void add_address(struct collector *c, const char *text, bool operand)
{
	struct coil_node_info info;
	struct tool *tool = c->tool;
	uint64_t address;
	coil_node node = COIL_NO_NODE;

	if (parse_address(text, &address))
		node = coil_graph_find(c->graph, address);
	else if (operand)
		tool_die(tool,
			 "'%.64s' is no address; give 0x and hexadecimal "
			 "digits, or what id() prints",
			 text);
	if (node == COIL_NO_NODE) {
		if (tool->unknown++ < MOST_REPORTED)
			tool_note(tool, "%.64s: no object at this address",
				  text);
		return;
	}
	coil_graph_node(c->graph, node, &info);
	if (c->any || tool_wants_type(tool, c->graph, info.type_index))
		add_node(c, address, node);
}

/* Cut the first field out of a line; NULL where there is nothing in it. */
static char *first_field(char *line)
{
	if (*line == '{') {
		/* {"address":"0x...", ... */
		line = strchr(line, ':');
		if (!line)
			return NULL;
		line += 1 + strspn(line + 1, " \t\"");
		line[strcspn(line, "\",} \t\r\n")] = '\0';
		return strcmp(line, "null") ? line : NULL;
	}
	line += strspn(line, " \t\r\n");
	line[strcspn(line, " \t\r\n")] = '\0';
	return *line && strcmp(line, "-") ? line : NULL;
}

/* A header, as --header prints it: the first line, in capitals. */
static bool is_header(const char *field)
{
	return !field[strspn(field, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")];
}

static void read_stdin(struct collector *c)
{
	char *line = NULL;
	size_t room = 0;
	bool first = true;

	while (getline(&line, &room, stdin) >= 0) {
		const char *field = first_field(line);

		if (field && !(first && is_header(field)))
			add_address(c, field, false);
		first = false;
	}
	free(line);
	if (ferror(stdin))
		tool_die(c->tool, "standard input: %s", strerror(errno));
}

static void collect(struct tool *tool, unsigned index, bool any)
{
	struct collector c = {
		.tool = tool, .graph = tool_graph(tool, index), .any = any};

	for (size_t i = 0; i < tool->operand_count; i++) {
		if (strcmp(tool->operands[i], "-"))
			add_address(&c, tool->operands[i], true);
		else
			read_stdin(&c);
	}
	if (tool->unknown > MOST_REPORTED)
		tool_note(tool, "and %llu more unknown addresses",
			  (unsigned long long)(tool->unknown - MOST_REPORTED));
}

void tool_addresses(struct tool *tool, unsigned index)
{
	collect(tool, index, false);
}

void tool_any_addresses(struct tool *tool, unsigned index)
{
	collect(tool, index, true);
}

const coil_node *tool_given(const struct tool *tool)
{
	static const coil_node none;

	if (!tool->operand_count)
		return NULL;
	return tool->nodes ? tool->nodes : &none;
}

bool tool_named(struct tool *tool, unsigned index, coil_node node)
{
	uint64_t count = coil_graph_node_count(tool_graph(tool, index));

	if (!tool->named) {
		tool->named = tool_alloc(tool, count, sizeof(*tool->named));
		for (size_t i = 0; i < tool->node_count; i++)
			tool->named[tool->nodes[i]] = true;
	}
	return node < count && tool->named[node];
}

void tool_all_of_type(struct tool *tool, unsigned index)
{
	struct collector c = {.tool = tool, .graph = tool_graph(tool, index)};
	uint64_t count = coil_graph_object_count(c.graph);

	for (coil_node node = 0; node < count; node++) {
		uint32_t type = coil_graph_type_index(c.graph, node);

		if (tool_wants_type(tool, c.graph, type))
			add_node(&c, coil_graph_address(c.graph, node), node);
	}
}
