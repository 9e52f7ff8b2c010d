/* SPDX-License-Identifier: MIT */
/* coil-check: whether a snapshot is whole and does not contradict itself. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

struct options {
	struct tool_list kinds;
};

static const struct tool_option options[] = {
	TOOL_OPTION(LIST, 0, "kind", "KIND", kinds,
		    "keep one kind of finding (repeatable)"),
};

enum { ADDRESS, KIND, FINDING };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[KIND] = {"kind", TOOL_WORDS, TOOL_BOTH},
	[FINDING] = {"finding", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM(
	"check", .takes = TOOL_SNAPSHOT,
	.summary =
		"Check that a snapshot is whole and does not contradict itself",
	.no_type = true);

static const char *kind_name(unsigned kind)
{
	return coil_finding_kind_name((enum coil_finding_kind)kind);
}

struct printer {
	struct tool *tool;
	const struct tool_list *kinds;
};

static bool print(void *ctx, const struct coil_finding *finding)
{
	struct printer *p = ctx;
	const char *kind = coil_finding_kind_name(finding->kind);

	if (!tool_wants_kind(p->kinds, kind))
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
	struct options o = {{0}};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	tool_check_kinds(&tool, &o.kinds, kind_name, COIL_FINDING_KINDS);
	struct printer p = {&tool, &o.kinds};

	struct coil_snapshot *snapshot = tool_open(&tool, 0);

	tool_check(&tool, coil_check_run(snapshot, print, &p, &tool.err));
	tell_missing(&tool, snapshot);
	tool_tell_verdict(&tool, 0);
	free(o.kinds.items);
	return tool_finish(&tool, tool.records ? TOOL_YES : TOOL_COMPLETE);
}
