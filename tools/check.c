/* SPDX-License-Identifier: MIT */
/* coil-check: whether a snapshot is whole and does not contradict itself. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

struct check_options {
	struct tool_list kinds;
};

static const struct tool_option options[] = {
	{"kind", 0, TOOL_LIST, "KIND", "keep one kind of finding (repeatable)",
	 offsetof(struct check_options, kinds), 0},
};

enum { ADDRESS, KIND, FINDING };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[KIND] = {"kind", TOOL_WORDS, TOOL_BOTH},
	[FINDING] = {"finding", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

static const struct tool_program program = {
	.name = "coil-check",
	.operands = "SNAPSHOT",
	.summary = "Check that a snapshot is whole and does not contradict "
		   "itself",
	.options = options,
	.option_count = countof(options),
	.tables = tables,
	.table_count = countof(tables),
	.snapshots_min = 1,
	.snapshots_max = 1,
	.no_type = true,
};

struct printer {
	struct tool *tool;
	const struct tool_list *kinds;
};

static bool wants_kind(const struct tool_list *kinds, const char *name)
{
	for (size_t i = 0; i < kinds->count; i++)
		if (!strcmp(kinds->items[i], name))
			return true;
	return !kinds->count;
}

static void check_kinds(struct tool *tool, const struct tool_list *kinds)
{
	for (size_t i = 0; i < kinds->count; i++) {
		unsigned kind = 0;

		while (kind < COIL_FINDING_KINDS &&
		       strcmp(coil_finding_kind_name(kind), kinds->items[i]))
			kind++;
		if (kind == COIL_FINDING_KINDS)
			tool_die(tool,
				 "--kind: '%s' is no kind; see coil-check(1)",
				 kinds->items[i]);
	}
}

static bool print(void *ctx, const struct coil_finding *finding)
{
	struct printer *p = ctx;
	const char *kind = coil_finding_kind_name(finding->kind);

	if (!wants_kind(p->kinds, kind))
		return true;
	tool_address(p->tool, ADDRESS, finding->address);
	tool_text(p->tool, KIND, kind);
	tool_text(p->tool, FINDING, finding->text);
	return tool_record(p->tool);
}

/* Contradictions are what was asked for; what is missing limits the answer. */
static void tell_missing(struct tool *tool, struct coil_snapshot *snapshot)
{
	const struct coil_walk_stats *walk = coil_snapshot_stats(snapshot);
	struct coil_coverage c;

	coil_image_coverage(coil_snapshot_image(snapshot), &c);
	if (*c.note || c.present < c.promised || walk->incomplete ||
	    walk->missing_targets || walk->overlapping)
		tool_missing(tool, "%s: memory is missing", tool->paths[0]);
}

int main(int argc, char **argv)
{
	struct check_options o = {{0}};
	struct coil_error err = {.status = COIL_OK};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	check_kinds(&tool, &o.kinds);
	struct printer p = {&tool, &o.kinds};

	struct coil_snapshot *snapshot = tool_open(&tool, 0);

	tool_check(&tool, coil_check_run(snapshot, print, &p, &err), &err);
	tell_missing(&tool, snapshot);
	tool_tell_verdict(&tool, 0);
	free(o.kinds.items);
	return tool_finish(&tool, tool.records ? TOOL_YES : TOOL_COMPLETE);
}
