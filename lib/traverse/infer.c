/* SPDX-License-Identifier: MIT */
/*
 * The layout of a type's instances, inferred from its tp_traverse: what it
 * visits of made-up objects whose words are all different, and how that
 * changes with each word that it reads.
 *
 * The layout is fixed where it visits words of the object, or its type, and
 * nothing else; where a word that is 0 is left out and any other visited as it
 * is, whatever the others hold; and where the machine, which follows the words
 * (operand.h), saw no use of one but the question whether it is 0.
 */
#include <stdlib.h>

#include "traverse/run.h"

/* Words of the made-up object: unmapped, all different, never even in the
 * place where real pointers are. */
#define SENTINEL 0x7ff8000000000000ull

/* Of all runs of one inference, for each word of the object: a thousand that
 * are visited one after the other take some 30 million. */
#define STEPS_A_WORD 50000u

struct inference {
	struct coil_traverse *t;
	struct coil_machine *m;
	const struct coil_shape *shape;
	struct coil_run base; /* visits are copied into slots */
	uint16_t *slots;      /* window indices in order of the visits */
	uint32_t count;
	uint32_t type_at, type_visits;
	uint8_t *read; /* [window_words], by the first run */
	uint64_t steps;
};

static uint64_t sentinel(uint32_t word)
{
	return SENTINEL + (uint64_t)word * 0x100;
}

static bool prepare(struct coil_machine *m, const struct coil_shape *shape)
{
	uint64_t prefix = align_up(shape->prefix, 16);
	uint64_t words = (prefix + shape->basicsize + 7) / 8;

	if (shape->basicsize > (uint64_t)COIL_WINDOW_WORDS * 8 ||
	    words > COIL_WINDOW_WORDS || shape->ob_type & 7 ||
	    shape->ob_type >= shape->basicsize)
		return false;
	m->window_words = (uint32_t)words;
	m->window_type = (uint32_t)(prefix + shape->ob_type) / 8;
	m->window_self = COIL_WINDOW_BASE + prefix;
	m->infer = true;
	for (uint32_t i = 0; i < words; i++)
		m->window[i] = sentinel(i);
	m->window[m->window_type] = shape->type;
	return true;
}

static enum coil_fault run(struct inference *f, struct coil_run *out)
{
	enum coil_fault fault;

	memset(f->m->window_read, 0, f->m->window_words);
	fault = coil_traverse_run(f->t, f->shape->code, f->m->window_self, out);
	f->steps += out->steps;
	/* Its objects have a limit each. */
	return f->steps > (uint64_t)f->m->window_words * STEPS_A_WORD
		       ? COIL_FAULT_VISITS
		       : fault;
}

/* What the first run visited, as words of the window. */
static enum coil_fault take_base(struct inference *f)
{
	struct coil_machine *m = f->m;
	enum coil_fault fault = run(f, &f->base);

	if (fault == COIL_FAULT_VISITS)
		return COIL_VARIES_VISITS;
	if (fault != COIL_FAULT_NONE)
		return fault;
	memcpy(f->read, m->window_read, m->window_words);
	for (size_t i = 0; i < f->base.count; i++) {
		const struct coil_visit *v = &f->base.visits[i];
		uint64_t word = (v->from - COIL_WINDOW_BASE) / 8;

		if (v->value == f->shape->type && !coil_is_slot(m, v->from)) {
			if (f->type_visits && f->type_at != f->count)
				return COIL_VARIES_VISITS;
			f->type_at = f->count;
			f->type_visits++;
			continue;
		}
		if (!coil_is_slot(m, v->from) || v->from & 7 ||
		    v->value != m->window[word])
			return COIL_VARIES_VISITS;
		f->slots[f->count++] = (uint16_t)word;
		m->window_read[word] = 0;
	}
	for (uint32_t i = 0; i < m->window_words; i++)
		if (m->window_read[i])
			return COIL_VARIES_UNVISITED;
	return COIL_FAULT_NONE;
}

/* A run with other words must visit those, in the same order, and read nothing
 * that was not read before. */
static enum coil_fault check(struct inference *f)
{
	const struct coil_machine *m = f->m;
	struct coil_run again;
	enum coil_fault fault = run(f, &again);
	uint32_t slot = 0, types = 0;

	if (fault == COIL_FAULT_VISITS)
		return COIL_VARIES_DEPENDS;
	if (fault != COIL_FAULT_NONE)
		return fault;
	for (uint32_t i = 0; i < m->window_words; i++)
		if (m->window_read[i] && !f->read[i])
			return COIL_VARIES_DEPENDS;
	for (size_t i = 0; i < again.count; i++) {
		const struct coil_visit *v = &again.visits[i];

		if (!v->value)
			continue;
		if (v->value == f->shape->type && !coil_is_slot(m, v->from)) {
			types++;
			continue;
		}
		while (slot < f->count && !m->window[f->slots[slot]])
			slot++;
		if (slot == f->count || v->value != m->window[f->slots[slot]])
			return COIL_VARIES_DEPENDS;
		slot++;
	}
	while (slot < f->count && !m->window[f->slots[slot]])
		slot++;
	return slot == f->count && types == f->type_visits
		       ? COIL_FAULT_NONE
		       : COIL_VARIES_DEPENDS;
}

/* Each slot 0, 1 and odd, then all of them 0. */
static enum coil_fault vary(struct inference *f)
{
	struct coil_machine *m = f->m;
	enum coil_fault fault;

	for (uint32_t i = 0; i < m->window_words; i++) {
		const uint64_t values[] = {0, 1, sentinel(i) | 1};

		for (size_t n = 0; f->read[i] && n < countof(values); n++) {
			m->window[i] = values[n];
			fault = check(f);
			if (fault != COIL_FAULT_NONE)
				return fault;
		}
		m->window[i] = sentinel(i);
		if (i == m->window_type)
			m->window[i] = f->shape->type;
	}
	for (uint32_t i = 0; i < f->count; i++)
		m->window[f->slots[i]] = 0;
	return check(f);
}

static enum coil_fault infer(struct inference *f, struct coil_slots *out)
{
	const struct coil_machine *m = f->m;
	enum coil_fault fault = take_base(f);

	if (fault == COIL_FAULT_NONE)
		fault = vary(f);
	if (fault != COIL_FAULT_NONE)
		return fault;
	out->offsets = malloc((size_t)(f->count + 1) * sizeof(*out->offsets));
	if (!out->offsets)
		return COIL_FAULT_MEMORY;
	for (uint32_t i = 0; i < f->count; i++)
		out->offsets[i] = (int32_t)(f->slots[i] * 8) -
				  (int32_t)(m->window_self - COIL_WINDOW_BASE);
	out->count = f->count;
	out->type_at = f->type_at;
	out->type_visits = f->type_visits;
	return COIL_FAULT_NONE;
}

enum coil_fault coil_traverse_infer(struct coil_traverse *t,
				    const struct coil_shape *shape,
				    struct coil_slots *out)
{
	_cleanup_free_ uint16_t *slots =
		malloc(COIL_WINDOW_WORDS * 4 * sizeof(*slots));
	_cleanup_free_ uint8_t *read = calloc(1, COIL_WINDOW_WORDS);
	struct inference f = {
		.t = t,
		.m = &t->machine,
		.shape = shape,
		.slots = slots,
		.read = read,
	};
	enum coil_fault fault;

	memset(out, 0, sizeof(*out));
	if (shape->itemsize)
		return COIL_VARIES_ITEMS;
	if (!slots || !read)
		return COIL_FAULT_MEMORY;
	if (!prepare(&t->machine, shape))
		return COIL_VARIES_SIZE;
	fault = infer(&f, out);
	t->machine.infer = false;
	t->machine.window_words = 0;
	return fault;
}
