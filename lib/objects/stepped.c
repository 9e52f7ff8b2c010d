/* SPDX-License-Identifier: MIT */
/*
 * Types that only their own machine code knows: the machine is asked for each
 * object, or the layout that was inferred from it applied and now and then
 * checked.
 *
 * Source: Modules/gcmodule.c, gc_get_referents(): what tp_is_gc denies is not
 * traversed; Objects/typeobject.c, type_traverse(): nor what a static type
 * holds.
 */
#include <inttypes.h>
#include <stdio.h>

#include "objects/stepped.h"

#define SAMPLES	     4u	       /* the first objects of a type are checked, */
#define SAMPLE_EVERY 256u      /* and then one of so many */
#define WASTE_LIMIT  10000000u /* steps of faults: then no run is begun */

enum coil_means coil_plan_means(const struct coil_plan *plan,
				char reason[COIL_REASON])
{
	const struct coil_stepped *t = plan->stepped;

	*reason = '\0';
	if (!t || plan->means == COIL_MEANS_NATIVE) {
		if (plan->means == COIL_MEANS_SCANNED)
			snprintf(reason, COIL_REASON,
				 "no tp_traverse, no native kind");
		return plan->means;
	}
	if (t->faulted && t->faulted == t->objects) {
		snprintf(reason, COIL_REASON, "%s%s%s",
			 coil_fault_text(t->fault), *t->where ? ": " : "",
			 t->where);
		return COIL_MEANS_SCANNED;
	}
	if (t->faulted)
		snprintf(reason, COIL_REASON,
			 "%s; %" PRIu64 " of %" PRIu64 " scanned: %s%s%s",
			 coil_fault_text(t->why), t->faulted, t->objects,
			 coil_fault_text(t->fault), *t->where ? ": " : "",
			 t->where);
	else
		snprintf(reason, COIL_REASON, "%s", coil_fault_text(t->why));
	return t->means;
}

/* Steps tp_traverse for one object; false where that is a fault. */
static bool step(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_stepped *t, struct coil_run *run)
{
	enum coil_fault fault = COIL_FAULT_STEPS;

	t->objects++;
	if (t->wasted < WASTE_LIMIT)
		fault = coil_traverse_call(reader->traverse, t->code,
					   object->address, run);
	if (fault == COIL_FAULT_NONE)
		return true;
	if (t->wasted < WASTE_LIMIT) {
		t->wasted += run->steps;
		t->fault = fault;
		if (run->at != t->fault_at)
			coil_traverse_where(reader->traverse, run->at, t->where,
					    sizeof(t->where));
		t->fault_at = run->at;
	}
	t->faulted++;
	return false;
}

/* Whether the machine visits just the words that the layout says. */
static bool agrees(struct coil_reader *reader, const struct coil_object *object,
		   const struct coil_stepped *t, struct coil_sink *sink)
{
	struct coil_run run;
	uint32_t slot = 0, types = 0;

	if (coil_traverse_call(reader->traverse, t->code, object->address,
			       &run) != COIL_FAULT_NONE)
		return false;
	for (size_t i = 0; i < run.count; i++) {
		uint64_t word = 0;

		if (!run.visits[i].value)
			continue;
		if (coil_is_type_visit(reader, object, &run.visits[i])) {
			types++;
			continue;
		}
		while (!word && slot < t->slots.count)
			word = coil_stepped_word(
				reader, object, t->slots.offsets[slot++], sink);
		if (word != run.visits[i].value)
			return false;
	}
	while (slot < t->slots.count)
		if (coil_stepped_word(reader, object, t->slots.offsets[slot++],
				      sink))
			return false;
	return types == t->slots.type_visits;
}

/* The first objects of a type, and some later ones. */
static void sample(struct coil_reader *reader, const struct coil_object *object,
		   struct coil_stepped *t, struct coil_sink *sink)
{
	if (t->objects >= SAMPLES && t->objects % SAMPLE_EVERY)
		return;
	if (agrees(reader, object, t, sink))
		return;
	t->means = COIL_MEANS_INTERPRETED;
	t->why = COIL_VARIES_CHECK;
	t->objects = t->faulted = 0;
	coil_places_drop_slots(t);
}

bool coil_stepped_refs(struct coil_reader *reader,
		       const struct coil_object *object,
		       const struct coil_plan *plan, struct coil_sink *sink)
{
	struct coil_stepped *t = plan->stepped;
	struct coil_run run;

	if (t->means == COIL_MEANS_SCANNED)
		return false;
	/* tp_traverse of a metatype is for types on the heap only. */
	if (coil_is_static_type(reader, object))
		return coil_emit_merged(reader, object, plan, NULL, sink);
	if (t->means == COIL_MEANS_INFERRED)
		sample(reader, object, t, sink);
	if (t->means == COIL_MEANS_INFERRED) {
		t->objects++;
		coil_emit_slots(reader, object, plan, sink);
		return true;
	}
	if (!step(reader, object, t, &run))
		return false;
	if (t->merge || t->beside)
		return coil_emit_merged(reader, object, plan, &run, sink);
	coil_emit_run(reader, object, plan, &run, sink);
	return true;
}

bool coil_stepped_is_gc(struct coil_reader *reader,
			const struct coil_object *object,
			const struct coil_plan *plan)
{
	struct coil_run run;

	if (!reader->traverse ||
	    coil_traverse_call(reader->traverse, plan->is_gc, object->address,
			       &run) != COIL_FAULT_NONE)
		return true;
	return (uint32_t)run.result != 0;
}
