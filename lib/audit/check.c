/* SPDX-License-Identifier: MIT */
/* Runs the checks of a snapshot: see coil/check.h. */
#include "audit/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const kind_names[] = {
	[COIL_FINDING_FILE] = "file",
	[COIL_FINDING_ARENA] = "arena",
	[COIL_FINDING_POOL] = "pool",
	[COIL_FINDING_COLLECTOR] = "collector",
	[COIL_FINDING_TYPE] = "type",
	[COIL_FINDING_OBJECT] = "object",
	[COIL_FINDING_MISSING] = "missing",
	[COIL_FINDING_DANGLING] = "dangling",
	[COIL_FINDING_COUNT] = "count",
};

const char *coil_finding_kind_name(enum coil_finding_kind kind)
{
	return (size_t)kind < countof(kind_names) ? kind_names[kind] : "";
}

void coil_finding(struct coil_checker *c, enum coil_finding_kind kind,
		  uint64_t address, const char *format, ...)
{
	struct coil_finding finding = {.kind = kind, .address = address};
	char text[1024];
	va_list ap;

	if (c->stop)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	finding.text = text;
	c->stop = !c->emit(c->ctx, &finding);
}

static void check_file(struct coil_checker *c)
{
	struct coil_coverage coverage;

	coil_image_coverage(c->snapshot->image, &coverage);
	if (*coverage.note)
		coil_finding(c, COIL_FINDING_FILE, 0, "%s", coverage.note);
	if (coverage.present < coverage.promised)
		coil_finding(c, COIL_FINDING_FILE, 0,
			     "%" PRIu64 " of %" PRIu64
			     " bytes of memory are not in the file",
			     coverage.promised - coverage.present,
			     coverage.promised);
}

enum coil_status coil_check_run(struct coil_snapshot *snapshot,
				bool (*emit)(void *ctx,
					     const struct coil_finding *f),
				void *ctx, struct coil_error *err)
{
	struct coil_checker c = {
		.snapshot = snapshot, .emit = emit, .ctx = ctx};
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);

	if (st != COIL_OK)
		return st;
	check_file(&c);
	coil_check_arenas(&c);
	coil_check_collector(&c);
	coil_check_objects(&c);
	return c.nomem ? coil_fail(err, COIL_E_NOMEM, "out of memory")
		       : COIL_OK;
}
