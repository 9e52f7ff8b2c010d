/* SPDX-License-Identifier: MIT */
/*
 * Modules, and the state that C modules keep beside their dict.
 * Source: CPython's Objects/moduleobject.c (module_traverse, module_dealloc).
 */
#include <stdlib.h>

#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* More state than this no module has: a bound for hostile sizes. */
#define STATE_LIMIT (1u << 24)

/* The state of a C module. */
struct state {
	uint64_t address, bytes; /* md_state; 0: none */
	uint64_t traverse;	 /* m_traverse, where the collector calls it */
	uint8_t *visited;	 /* a byte a word; NULL: not wanted */
};

static bool state_of(struct coil_reader *reader,
		     const struct coil_object *object, struct state *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t def = coil_field_word(object, l->PyModuleObject.md_def);

	*out = (struct state){0};
	if (l->PyModuleObject.md_state_size != COIL_NO_FIELD) {
		out->bytes = coil_field_word(object,
					     l->PyModuleObject.md_state_size);
		out->traverse = coil_field_word(
			object, l->PyModuleObject.md_state_traverse);
	} else if (!def || !l->PyModuleDef.size ||
		   !coil_image_word(reader->image, def + l->PyModuleDef.m_size,
				    &out->bytes)) {
		return false;
	} else {
		coil_image_word(reader->image, def + l->PyModuleDef.m_traverse,
				&out->traverse);
	}
	out->address = coil_field_word(object, l->PyModuleObject.md_state);
	/* m_size is negative where there is no state. */
	if (!out->address && (int64_t)out->bytes > 0)
		out->traverse = 0;
	if (!out->address || out->bytes > STATE_LIMIT)
		out->address = out->bytes = 0;
	return true;
}

/*
 * What m_traverse visits, as the machine steps it; false where it cannot.  What
 * waits on a free list is no object, though gc.get_referents() returns it.
 * Source: CPython 3.12, Modules/_asynciomodule.c, module_traverse():
 * fi_freelist.
 */
static bool step(struct coil_reader *reader, const struct coil_object *object,
		 struct state *state, struct coil_sink *sink)
{
	struct coil_run run;

	if (!state->traverse || !reader->traverse ||
	    coil_traverse_call(reader->traverse, state->traverse,
			       object->address, &run) != COIL_FAULT_NONE)
		return false;
	state->visited = calloc(1, state->bytes / 8 + 1);
	for (size_t i = 0; i < run.count && !sink->stop; i++) {
		uint64_t at = run.visits[i].from - state->address;

		if (!coil_reader_freed(reader, run.visits[i].value))
			coil_emit(sink, run.visits[i].value,
				  COIL_REF_MODULE | COIL_STRONG,
				  COIL_LABEL_TEXT, coil_text("md_state"));
		if (state->visited && at < state->bytes)
			state->visited[at / 8] = 1;
	}
	return true;
}

/* What m_traverse visits of what stands in the state, where it cannot be
 * stepped. */
enum visits {
	VISITS_CYCLIC, /* what can be part of a cycle */
	VISITS_TYPES,
	VISITS_ALL, /* names and numbers too */
	VISITS_NOTHING
};

/* Source: the m_traverse of these modules in CPython's Modules/. */
static const struct {
	const char *module;
	enum visits visits;
} exceptions[] = {
	{"_ctypes", VISITS_ALL},   {"_functools", VISITS_ALL},
	{"_random", VISITS_TYPES}, {"posix", VISITS_ALL},
	{"pyexpat", VISITS_ALL},   {"select", VISITS_ALL},
};

static enum visits visits_of(struct coil_reader *reader,
			     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t name = coil_field_word(object, l->PyModuleObject.md_name);

	for (size_t i = 0; name && i < countof(exceptions); i++)
		if (coil_str_equals(reader->image, l, name,
				    exceptions[i].module))
			return exceptions[i].visits;
	return VISITS_CYCLIC;
}

static bool is_visited(enum visits visits, const struct coil_type *type)
{
	if (visits == VISITS_TYPES)
		return type->flags & COIL_TP_TYPE;
	return visits == VISITS_ALL ||
	       (visits == VISITS_CYCLIC && type->flags & COIL_TP_HAVE_GC);
}

/* Words of the state that are addresses of objects, as from a scan. */
static void scan(struct coil_reader *reader, const struct coil_object *object,
		 const struct state *state, enum visits visits,
		 struct coil_sink *sink)
{
	const uint8_t *words =
		coil_image_view(reader->image, state->address, state->bytes);

	if (!words) {
		sink->missing++;
		return;
	}
	for (uint64_t at = 0; at + 8 <= state->bytes && !sink->stop; at += 8) {
		uint64_t target = load64(words + at);
		unsigned flags =
			COIL_REF_MODULE | COIL_EDGE_COUNTED | COIL_EDGE_INEXACT;
		struct coil_object found;

		if (!target || target == object->address ||
		    (state->visited && state->visited[at / 8]) ||
		    !coil_reader_object(reader, target, &found))
			continue;
		if (is_visited(visits, found.type))
			flags |= COIL_EDGE_TRAVERSED;
		coil_emit(sink, target, flags, COIL_LABEL_TEXT,
			  coil_text("md_state"));
	}
}

/*
 * What a module keeps in its state only its own m_traverse knows; what that
 * does not visit may be counted all the same.
 */
static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	enum visits visits = VISITS_NOTHING;
	struct state state;

	if (!state_of(reader, object, &state))
		return;
	if (state.traverse && !step(reader, object, &state, sink)) {
		visits = visits_of(reader, object);
		sink->inexact = sink->unsure = true;
	}
	if (state.bytes)
		scan(reader, object, &state, visits, sink);
	free(state.visited);
}

static void buffers(struct coil_reader *reader,
		    const struct coil_object *object,
		    struct coil_buffers *taker)
{
	struct state state;

	if (state_of(reader, object, &state) && state.bytes)
		taker->take(taker, state.address, state.bytes);
}

KIND(module, "module", STRUCT(PyModuleObject),
     MEMBERS(VISITED(PyModuleObject, md_dict, ATTR, "__dict__"),
	     OWNED(PyModuleObject, md_name, ATTR, "__name__")),
     .refs = refs, .buffers = buffers, .value = coil_out_module);

/* Modules without state of their own keep a copy of their first dict. */
KIND(moduledef, "moduledef", STRUCT(PyModuleDef),
     MEMBERS(OWNED(PyModuleDef, m_copy, ATTR, "m_copy")),
     .flags = COIL_KIND_UNTRAVERSED);
