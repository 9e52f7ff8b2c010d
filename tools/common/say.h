/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_SAY_H
#define COIL_TOOLS_SAY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Standard output and standard error: nothing else in tools/ writes to them,
 * and nothing in the library does; tests/cli/words.sh holds all files to that.
 *
 * What is said may quote anything: operands, names in the snapshot, the
 * library's words, which quote them too.  It is escaped here, so that a remark
 * is one line and does nothing to a terminal or a log.
 */

#if defined(__GNUC__)
#define TOOL_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define TOOL_PRINTF(f, a)
#endif

/**
 * Call first.  Descriptors 0 to 2 that were closed become ones that can be
 * neither read nor written, so that no file is opened in their place; a reader
 * that leaves (SIGPIPE) and a limit on the size of files (SIGXFSZ) become
 * errors of write(2).
 */
void tool_say_start(void);

/** "@who: words" and a newline on standard error, in one write(2). */
void tool_say(const char *who, const char *format, ...) TOOL_PRINTF(2, 3);
void tool_vsay(const char *who, const char *format, va_list ap);

/** The same without newline, in place of what the last one said. */
void tool_say_progress(const char *who, const char *format, ...)
	TOOL_PRINTF(2, 3);
/** Wipe that out; async-signal-safe. */
void tool_say_clear(void);

/** Text of our own on standard error as it is; async-signal-safe. */
void tool_say_constant(const char *text);

/**
 * Bytes that are escaped already to standard output.  False, with errno set,
 * where they cannot be written; what is held back shows only at the end.
 */
bool tool_put(const char *data, size_t size);
/** Close standard output: all of it was written, or false with errno set. */
bool tool_put_end(void);

#endif
