/* SPDX-License-Identifier: MIT */
/* Where a run ended, in words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "traverse/run.h"

#define INSN_BYTES 15u /* the longest */
#define NAME	   32u

/* Code is only named where it would be trusted. */
static void name(const struct coil_machine *m, uint64_t address, char *buf)
{
	uint8_t bytes[INSN_BYTES];
	const struct coil_segment *s;
	size_t size = sizeof(bytes);

	*buf = '\0';
	if (coil_traverse_trust(m->image, address) != COIL_FAULT_NONE)
		return;
	s = coil_image_segment(m->image, address);
	size = min64(size, s->end - address);
	memcpy(bytes, s->bytes + (address - s->start), size);
	coil_code_insn_name(m->code, bytes, size, buf, NAME);
}

void coil_traverse_where(const struct coil_traverse *t, uint64_t address,
			 char *buf, size_t size)
{
	const struct coil_machine *m = &t->machine;
	const struct coil_module *module =
		coil_image_module_at(m->image, address);
	const char *slash = module ? strrchr(module->path, '/') : NULL;
	char what[NAME];
	int n;

	*buf = '\0';
	if (!address || address >= COIL_USER_END)
		return;
	name(m, address, what);
	n = snprintf(buf, size, "%s%sat 0x%" PRIx64, what, *what ? " " : "",
		     address);
	if (module && n > 0 && (size_t)n < size)
		snprintf(buf + n, size - (size_t)n, ", %.40s+0x%" PRIx64,
			 slash ? slash + 1 : module->path,
			 coil_module_offset(m->image, module, address));
}
