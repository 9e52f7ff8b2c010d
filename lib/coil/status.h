/* SPDX-License-Identifier: MIT */
#ifndef COIL_STATUS_H
#define COIL_STATUS_H

#include <stdint.h>

/**
 * How calls fail.
 *
 * Every fallible call returns an enum coil_status.  Calls whose failure a
 * person will read about also take a caller-owned struct coil_error, which
 * may be NULL; it is filled only where the status is not COIL_OK.  Nothing in
 * it has to be freed.  The library never prints, never exits and keeps no
 * global state.
 */

#if defined(__GNUC__)
#define COIL_API	  __attribute__((visibility("default")))
#define COIL_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define COIL_API
#define COIL_PRINTF(f, a)
#endif

enum coil_status {
	COIL_OK = 0,
	COIL_E_OS,	    /* a system call failed; errno says why */
	COIL_E_NOMEM,	    /* out of memory, or a stated bound was met */
	COIL_E_INVALID,	    /* the caller's arguments make no sense */
	COIL_E_UNMAPPED,    /* target memory that was not captured; normal */
	COIL_E_BAD_DATA,    /* the input contradicts itself */
	COIL_E_UNSUPPORTED, /* valid, but not something this build reads */
	COIL_E_NOT_FOUND,   /* what was asked for is not there */
	COIL_E_NOT_PYTHON   /* a snapshot of a process without CPython */
};

/** Of the longest path, with its NUL: PATH_MAX of Linux. */
#define COIL_ERROR_PATH 4096

/**
 * What failed: words for a person and, so that nobody has to look for them in
 * the words, what these are about.
 */
struct coil_error {
	enum coil_status status;
	/* One line, cut where it is longer.  File names in it are as they were
	 * given or as the snapshot has them, whatever bytes that are: escape
	 * the text before a terminal or a log has it. */
	char text[512];
	uint64_t address;	    /* in the target; 0: of nothing there */
	char path[COIL_ERROR_PATH]; /* the file, as it was given; "": none */
};

/** Returns a constant, lower-case phrase for @status; never NULL. */
COIL_API const char *coil_status_string(enum coil_status status);

#endif
