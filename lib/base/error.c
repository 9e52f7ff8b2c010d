/* SPDX-License-Identifier: MIT */
/* Failing in one line, and what frees in a guard. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

static const char *const names[] = {
	[COIL_OK] = "success",
	[COIL_E_OS] = "system error",
	[COIL_E_NOMEM] = "out of memory",
	[COIL_E_INVALID] = "invalid argument",
	[COIL_E_UNMAPPED] = "memory not captured",
	[COIL_E_BAD_DATA] = "bad data",
	[COIL_E_UNSUPPORTED] = "not supported",
	[COIL_E_NOT_FOUND] = "not found",
	[COIL_E_NOT_PYTHON] = "no Python in it",
};

const char *coil_status_string(enum coil_status status)
{
	return (size_t)status < countof(names) ? names[status]
					       : "unknown status";
}

enum coil_status coil_fail(struct coil_error *err, enum coil_status status,
			   const char *format, ...)
{
	va_list ap;

	if (err) {
		err->status = status;
		va_start(ap, format);
		vsnprintf(err->text, sizeof(err->text), format, ap);
		va_end(ap);
	}
	return status;
}

void coil_free_guard(void *pointer_to_pointer)
{
	void **p = pointer_to_pointer;

	free(*p);
}
