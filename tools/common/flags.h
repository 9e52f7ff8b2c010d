/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_FLAGS_H
#define COIL_TOOLS_FLAGS_H

#include <stddef.h>
#include <stdint.h>

/**
 * The words for COIL_FLAG_*, joined by commas, "" for none; returns @text.
 * 128 bytes are room for all.
 */
const char *tool_flags(uint32_t flags, char *text, size_t size);

#endif
