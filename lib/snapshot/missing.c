/* SPDX-License-Identifier: MIT */
/*
 * Which files are missing: those of modules that hold a type, or the code of
 * one, and of which a part is neither in the snapshot nor in a file at hand.
 */
#include <stdlib.h>

#include "objects/plan.h"
#include "snapshot/snapshot.h"

/* The row of the module that has @address, NULL: nothing of it is missing. */
static struct coil_missing_file *row_of(struct coil_snapshot *s,
					struct coil_missing_file *rows,
					uint64_t address)
{
	const struct coil_module *m =
		address ? coil_image_module_at(s->image, address) : NULL;

	if (!m || !m->absent || m->state == COIL_MODULE_USED)
		return NULL;
	return &rows[m - s->image->modules];
}

static void count_type(struct coil_snapshot *s, struct coil_missing_file *rows,
		       const struct coil_type *type)
{
	struct coil_missing_file *row = row_of(s, rows, type->address);
	const struct coil_plan *plan;
	char reason[COIL_REASON];

	if (!row)
		row = row_of(s, rows, type->traverse);
	if (!row)
		return;
	row->types++;
	row->derived += type->derived;
	row->unnamed += !type->named;
	plan = coil_plan_get(&s->reader, type);
	if (plan && coil_plan_means(plan, reason) == COIL_MEANS_SCANNED)
		row->scanned++;
}

enum coil_status coil_snapshot_find_missing(struct coil_snapshot *s,
					    struct coil_error *err)
{
	const struct coil_image *image = s->image;
	struct coil_missing_file *rows =
		calloc(image->module_count + 1, sizeof(*rows));
	size_t kept = 0;

	if (!rows)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	for (uint32_t i = 0; i < s->graph->type_count; i++) {
		const struct coil_type *type = coil_types_known(
			s->reader.types, s->graph->types[i].address);

		if (type)
			count_type(s, rows, type);
	}
	for (size_t i = 0; i < image->module_count; i++) {
		rows[i].module = &image->modules[i];
		if (rows[i].types)
			rows[kept++] = rows[i];
	}
	s->missing = rows;
	s->missing_count = kept;
	return COIL_OK;
}

size_t coil_snapshot_missing_count(const struct coil_snapshot *s)
{
	return s->missing_count;
}

const struct coil_missing_file *coil_snapshot_missing(
	const struct coil_snapshot *s, size_t index)
{
	return &s->missing[index];
}
