/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_STEPPED_H
#define COIL_OBJECTS_STEPPED_H

#include "objects/plan.h"

/*
 * What the machine is asked about the instances of a type: places.c works it
 * out once a type, stepped.c asks for each object, visits.c tells what comes
 * of it as references.
 */

#define COIL_PREHEADER	  32   /* bytes before an object that may be its own */
#define COIL_STRUCT_LIMIT 2048 /* bytes of a struct that are looked at */

/* What is said of the reference at one place of the object. */
struct coil_place {
	int32_t offset;
	uint8_t flags; /* enum coil_ref_kind | COIL_EDGE_COUNTED | TRAVERSED */
	uint8_t label_type;
	uint64_t label;
};

struct coil_stepped {
	uint64_t code; /* tp_traverse of the C base */
	enum coil_means means;
	enum coil_fault why;   /* the means is no better */
	enum coil_fault fault; /* of the last object that faulted */
	uint64_t fault_at;     /* the instruction; 0: none */
	char where[96];	       /* the same in words */
	uint64_t objects, faulted;
	uint64_t wasted; /* steps of runs that faulted */
	struct coil_slots slots;
	struct coil_place *places; /* inferred: one a slot; then words that may
				    * be counted whether visited or not */
	uint32_t place_count;
	bool merge;  /* the kind of a base tells references of its own */
	bool beside; /* inferred: none of those is visited */
	/* By the word of the struct: one more than the index of its place. */
	uint16_t place_of[COIL_STRUCT_LIMIT / 8];
};

/** What the word at @offset from the object's start is called. */
struct coil_place coil_place_name(struct coil_reader *reader,
				  const struct coil_plan *plan, int64_t offset);

/** Forget the places of the slots: the layout was wrong. */
void coil_places_drop_slots(struct coil_stepped *stepped);

/** The word at @offset; one that was not captured counts in @sink. */
uint64_t coil_stepped_word(struct coil_reader *reader,
			   const struct coil_object *object, int32_t offset,
			   struct coil_sink *sink);

/** Whether a visit is that of the object's own reference to its type. */
bool coil_is_type_visit(struct coil_reader *reader,
			const struct coil_object *object,
			const struct coil_visit *visit);

/** What one run visited. */
void coil_emit_run(struct coil_reader *reader, const struct coil_object *object,
		   const struct coil_plan *plan, const struct coil_run *run,
		   struct coil_sink *sink);

/** The same by an inferred layout. */
void coil_emit_slots(struct coil_reader *reader,
		     const struct coil_object *object,
		     const struct coil_plan *plan, struct coil_sink *sink);

/**
 * What the kind of a base tells, and which of it @run visited; NULL: nothing.
 * False, and nothing emitted: out of memory.
 */
bool coil_emit_merged(struct coil_reader *reader,
		      const struct coil_object *object,
		      const struct coil_plan *plan, const struct coil_run *run,
		      struct coil_sink *sink);

#endif
