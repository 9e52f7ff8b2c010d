/* SPDX-License-Identifier: MIT */
/*
 * _PyRuntime by structure, where no symbol tells where it is: a word pair
 * (interpreters.head, interpreters.main) whose list of interpreters closes and
 * whose threads point back.
 *
 * Source: CPython 3.11, Include/internal/pycore_runtime.h, pycore_interp.h;
 * Python/pystate.c: the list of interpreters ends with NULL, the newest first;
 * a thread state's interp is the interpreter whose list it is in.
 */

#include "runtime/internal.h"

/* Bytes that are looked at for zeros before they are for words. */
#define CHUNK 4096u

static bool all_zero(const uint8_t *p, uint64_t size)
{
	return !*p && !memcmp(p, p + 1, (size_t)size - 1);
}

/* Whether @object looks like one: type(type(object)) is its own type. */
static bool has_type(const struct coil_image *image,
		     const struct coil_layout *layout, uint64_t object)
{
	uint64_t type = coil_type_of(image, layout, object);
	uint64_t metatype = coil_type_of(image, layout, type);

	return metatype && coil_type_of(image, layout, metatype) == metatype;
}

bool coil_runtime_matches(const struct coil_image *image,
			  const struct coil_layout *layout, uint64_t address)
{
	uint64_t head = coil_field(image, address,
				   layout->_PyRuntimeState.interpreters_head);
	uint64_t main = coil_field(image, address,
				   layout->_PyRuntimeState.interpreters_main);
	uint64_t thread, interp;

	for (int i = 0; head != main; i++) {
		if (!head || i == COIL_INTERPRETERS_MAX)
			return false;
		head = coil_field(image, head, layout->PyInterpreterState.next);
	}
	if (!main)
		return false;
	thread = coil_field(image, main,
			    layout->PyInterpreterState.threads_head);
	interp =
		thread ? coil_field(image, thread, layout->PyThreadState.interp)
		       : 0;
	return interp == main &&
	       has_type(image, layout,
			coil_field(image, main,
				   layout->PyInterpreterState.modules));
}

/* The cheap half of coil_runtime_matches(), on captured bytes: from 3.11 the
 * main interpreter is a part of _PyRuntime, before it is a block of its own. */
static bool may_match(const struct coil_layout *layout, const uint8_t *bytes,
		      uint64_t address)
{
	uint32_t at = layout->_PyRuntimeState.main_interpreter;
	uint64_t main =
		load64(bytes + layout->_PyRuntimeState.interpreters_main);

	if (at != COIL_NO_FIELD)
		return main == address + at;
	return main && main % 16 == 0 &&
	       load64(bytes + layout->_PyRuntimeState.interpreters_head) ==
		       main;
}

/* For each word of [@at, @stop) of @s: is it interpreters.main of one? */
static uint64_t search_data(const struct coil_image *image,
			    const struct coil_layout *layout,
			    const struct coil_segment *s, uint64_t at,
			    uint64_t stop)
{
	uint32_t main = layout->_PyRuntimeState.interpreters_main;

	while (at < stop) {
		uint64_t end = min64(stop, (at | (CHUNK - 1)) + 1);
		const uint8_t *bytes = s->bytes + (at - s->start);

		if (all_zero(bytes, end - at)) {
			at += align_up(end - at, 8);
			continue;
		}
		for (; at < end; at += 8, bytes += 8) {
			if (may_match(layout, bytes - main, at - main) &&
			    coil_runtime_matches(image, layout, at - main))
				return at - main;
		}
	}
	return 0;
}

static uint64_t search_segment(const struct coil_image *image,
			       const struct coil_layout *layout,
			       const struct coil_segment *s)
{
	uint64_t need = max64(layout->_PyRuntimeState.interpreters_head,
			      layout->_PyRuntimeState.interpreters_main) +
			8;
	uint32_t main = layout->_PyRuntimeState.interpreters_main;
	uint64_t first = align_up(s->start, 8), last, at, stop;

	if (first < s->start || s->end - first < need)
		return 0;
	/* Where it may begin, and then where its word "main", which is not
	 * NULL, may be: not in a hole, not in a page of zeros. */
	last = (s->end - need) & ~(uint64_t)7;
	at = first + main;
	for (; (stop = coil_image_data(image, &at, last + main + 1)) > at;
	     at = stop) {
		uint64_t found = search_data(image, layout, s, at, stop);

		if (found)
			return found;
	}
	return 0;
}

uint64_t coil_runtime_search(const struct coil_image *image,
			     const struct coil_layout *layout)
{
	/* _PyRuntime is initialised data of a module; where the core does not
	 * say which mappings are, it may be anywhere. */
	for (int in_module = 1; in_module >= 0; in_module--) {
		for (size_t i = 0; i < image->segment_count; i++) {
			const struct coil_segment *s = &image->segments[i];
			bool is_in = coil_image_module_at(image, s->start);
			uint64_t found;

			if (!s->writable || is_in != in_module)
				continue;
			found = search_segment(image, layout, s);
			if (found)
				return found;
		}
	}
	return 0;
}
