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

/* The text from byte @at on, about nothing yet. */
static void fill(struct coil_error *err, enum coil_status status, size_t at,
		 const char *format, va_list ap)
{
	err->status = status;
	err->address = 0;
	err->path[0] = '\0';
	vsnprintf(err->text + at, sizeof(err->text) - at, format, ap);
}

enum coil_status coil_fail(struct coil_error *err, enum coil_status status,
			   const char *format, ...)
{
	va_list ap;

	if (err) {
		va_start(ap, format);
		fill(err, status, 0, format, ap);
		va_end(ap);
	}
	return status;
}

enum coil_status coil_fail_file(struct coil_error *err, enum coil_status status,
				const char *path, const char *format, ...)
{
	va_list ap;
	int n;

	if (err) {
		n = snprintf(err->text, sizeof(err->text), "%s: ", path);
		va_start(ap, format);
		fill(err, status, min64((uint64_t)n, sizeof(err->text) - 1),
		     format, ap);
		va_end(ap);
	}
	return coil_about_file(err, status, path);
}

enum coil_status coil_about_file(struct coil_error *err,
				 enum coil_status status, const char *path)
{
	if (err && status && !*err->path)
		snprintf(err->path, sizeof(err->path), "%s", path);
	return status;
}

enum coil_status coil_about_address(struct coil_error *err,
				    enum coil_status status, uint64_t address)
{
	if (err && status && !err->address)
		err->address = address;
	return status;
}

void coil_free_guard(void *pointer_to_pointer)
{
	void **p = pointer_to_pointer;

	free(*p);
}
