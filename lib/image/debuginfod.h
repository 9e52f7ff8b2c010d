/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_DEBUGINFOD_H
#define COIL_IMAGE_DEBUGINFOD_H

#include <stddef.h>

#include "coil/image.h"

enum coil_debuginfod {
	COIL_DEBUGINFOD_NONE, /* nobody to ask, or nobody has it */
	COIL_DEBUGINFOD_FOUND,
	COIL_DEBUGINFOD_LATE /* it took too long and was ended */
};

/**
 * Ask debuginfod-find(1), where that program is installed and where
 * DEBUGINFOD_URLS names servers, for the executable with the build-id of
 * @module.  It is given 30 seconds, or DEBUGINFOD_MAXTIME, and for all files of
 * a snapshot four times that; then it is killed with all that it started.
 *
 * @spent  Milliseconds that asking took so far; updated.
 * @path   Receives the absolute path that it printed, or NULL; whether there
 *         is a file and whether it agrees is for the caller to see.  Freed by
 *         the caller.
 */
enum coil_debuginfod coil_debuginfod_find(const struct coil_module *module,
					  uint64_t *spent, char **path);

#endif
