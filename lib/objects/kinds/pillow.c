/* SPDX-License-Identifier: MIT */
/*
 * Pillow's images and what draws on them, which the collector does not
 * traverse.
 *
 * Source: Pillow 9.4, src/_imaging.c (ImagingObject, ImagingDrawObject,
 * PixelAccessObject and their dealloc functions).
 */
#include "objects/kinds/kinds.h"

KIND(pillow_image, "ImagingCore", BYTES(24), .flags = COIL_KIND_UNTRAVERSED);

KIND(pillow_draw, "ImagingDraw", BYTES(24),
     MEMBERS(OWNED_AT(16, MEMBER, "image")), .flags = COIL_KIND_UNTRAVERSED);

KIND(pillow_access, "PixelAccess", BYTES(24),
     MEMBERS(OWNED_AT(16, MEMBER, "image")), .flags = COIL_KIND_UNTRAVERSED);
