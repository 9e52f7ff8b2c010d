/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_DEBUGINFOD_H
#define COIL_IMAGE_DEBUGINFOD_H

#include <stddef.h>

#include "coil/image.h"

/**
 * Ask debuginfod-find(1), where that program is installed and where
 * DEBUGINFOD_URLS names servers, for the executable with the build-id of
 * @module.
 *
 * @path  Receives the name of a file in its cache.
 * @room  Bytes of @path.
 *
 * Returns true if it named one; whether that agrees is for the caller to see.
 */
bool coil_debuginfod_find(const struct coil_module *module, char *path,
			  size_t room);

#endif
