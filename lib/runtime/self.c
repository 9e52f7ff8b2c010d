/* SPDX-License-Identifier: MIT */
/*
 * Numbers that a process tells against those of a layout: counting them, and
 * words for the first that differs.
 */

#include "runtime/self.h"

#include <inttypes.h>
#include <stdio.h>

/* Numbers that must agree before a layout is trusted with a release on which
 * it was not proved: any interpreter whose data is there tells a hundred. */
#define LEAST 16

enum coil_status coil_self_judge(const struct coil_runtime *runtime,
				 const struct coil_self *self,
				 struct coil_error *err)
{
	const struct coil_runtime_info *info = &runtime->info;

	if (self->wrong)
		return coil_fail(
			err, COIL_E_UNSUPPORTED,
			"CPython %s is another build than those of layout %s: "
			"%s; make a layout with coil-layout(1) and give it "
			"with --layout",
			info->version, info->layout, self->text);
	if (info->release == COIL_RELEASE_PROVED || runtime->owned_layout ||
	    self->sizes + self->offsets >= LEAST)
		return COIL_OK;
	return coil_fail(
		err, COIL_E_UNSUPPORTED,
		"CPython %s: layout %s was not proved on this release, and too "
		"little of the interpreter's data is there to tell whether it "
		"holds; make a layout with coil-layout(1) and give it with "
		"--layout",
		info->version, info->layout);
}

void coil_self_compare(struct coil_self *self, const char *name, bool is_size,
		       uint64_t value, uint64_t number, const char *who,
		       const char *of)
{
	if (value == number) {
		self->sizes += is_size;
		self->offsets += !is_size;
		return;
	}
	if (!self->wrong++)
		snprintf(self->text, sizeof(self->text),
			 "%s is %" PRIu64 " in the process (%s.%s), %" PRIu64
			 " in the layout",
			 name, value, who, of, number);
}
