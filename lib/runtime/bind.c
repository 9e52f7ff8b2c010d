/* SPDX-License-Identifier: MIT */
/*
 * The layout that an interpreter is read by: of those that may hold for its
 * release, the one that nothing contradicts.
 */
#include <stdio.h>

#include "runtime/self.h"

/* What is known of the layout and the version before anything is read by it. */
static void take_layout(struct coil_runtime *r,
			const struct coil_layout *layout,
			const struct coil_version *version)
{
	size_t used = 0;

	r->layout = layout;
	r->info.layout = layout->name;
	r->info.untested = layout->untested;
	r->info.hexversion = version->hex ? version->hex : layout->first;
	r->info.version_source = version->source;
	coil_version_format(r->info.hexversion, r->info.version,
			    sizeof(r->info.version));
	r->info.debug = layout->debug;
	r->info.free_threaded = layout->free_threaded;
	r->info.threads = 0;
	r->info.arenas = 0;
	r->info.release = coil_layout_release(layout, r->info.hexversion);
	memset(r->info.proved_on, 0, sizeof(r->info.proved_on));
	for (uint32_t i = 0; i < layout->proved_count; i++) {
		char text[32];

		coil_version_format(layout->proved[i], text, sizeof(text));
		if (used + strlen(text) + 2 > sizeof(r->info.proved_on))
			return;
		used += (size_t)snprintf(r->info.proved_on + used,
					 sizeof(r->info.proved_on) - used,
					 "%s%s", used ? " " : "", text);
	}
}

enum coil_status coil_runtime_bind(struct coil_runtime *r,
				   const struct coil_layout *layout,
				   const struct coil_version *version,
				   struct coil_self *self, unsigned *passed,
				   struct coil_error *err)
{
	enum coil_status st;

	*self = (struct coil_self){0};
	*passed = 0;
	take_layout(r, layout, version);
	if (version->interpreter_size && layout->PyInterpreterState.size &&
	    version->interpreter_size != layout->PyInterpreterState.size)
		coil_self_compare(self, "PyInterpreterState.size", true,
				  version->interpreter_size,
				  layout->PyInterpreterState.size,
				  "_Py_DebugOffsets", "interpreter_state_size");
	coil_self_offsets(r, self);
	if (self->wrong)
		return coil_self_judge(r, self, err);
	++*passed;
	st = coil_runtime_read_state(r, err);
	if (st == COIL_OK)
		st = coil_runtime_check(r, err);
	if (st != COIL_OK)
		return st;
	++*passed;
	coil_self_types(r, self);
	r->info.sizes_agree = self->sizes;
	r->info.offsets_agree = self->offsets;
	st = coil_self_judge(r, self, err);
	if (st == COIL_OK &&
	    (r->info.release != COIL_RELEASE_PROVED || r->owned_layout))
		st = coil_runtime_check_objects(r, err);
	return st;
}

/* No layout was made for this version. */
enum coil_status coil_runtime_no_layout(const struct coil_runtime *r,
					const struct coil_version *version,
					struct coil_error *err)
{
	const char *path = r->module ? r->module->path : "no module";
	const struct coil_layout *near = coil_layout_nearest(version->hex);
	char text[32] = "of unknown version";

	if (version->hex)
		coil_version_format(version->hex, text, sizeof(text));
	return coil_fail(err, COIL_E_UNSUPPORTED,
			 "CPython %s%s%s (%s): no layout (nearest: %s); make "
			 "one with coil-layout(1) and give it with --layout",
			 text, version->debug ? ", debug build" : "",
			 version->free_threaded ? ", free-threaded" : "", path,
			 near ? near->name : "none");
}

/* The layouts compiled in that may hold for @version, the first that does; else
 * why the one that went farthest, with the fewest differences, does not. */
enum coil_status coil_runtime_choose(struct coil_runtime *r,
				     const struct coil_version *version,
				     struct coil_error *err)
{
	enum coil_status kept = coil_runtime_no_layout(r, version, err);
	unsigned farthest = 0;
	uint32_t fewest = UINT32_MAX;

	for (size_t i = 0; i < coil_layout_count; i++) {
		struct coil_self self;
		struct coil_error why;
		enum coil_status st;
		unsigned passed;

		if (!coil_layout_fits(coil_layouts[i], version->hex,
				      version->debug, version->free_threaded))
			continue;
		st = coil_runtime_bind(r, coil_layouts[i], version, &self,
				       &passed, &why);
		if (st == COIL_OK)
			return st;
		if (passed < farthest ||
		    (passed == farthest && self.wrong >= fewest))
			continue;
		farthest = passed;
		fewest = self.wrong;
		kept = st;
		if (err)
			*err = why;
	}
	return kept;
}
