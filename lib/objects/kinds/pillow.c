/* SPDX-License-Identifier: MIT */
/*
 * Pillow's images and what draws on them, which the collector does not
 * traverse.
 *
 * Source: Pillow 9.4, src/_imaging.c (ImagingObject, ImagingDrawObject,
 * PixelAccessObject and their dealloc functions).
 */
#include "objects/kinds/kinds.h"

static const struct coil_member image_members[] = {
	FIXED_OWNED(16, "image"),
};

const struct coil_kind coil_kind_pillow_image = {
	.name = "ImagingCore",
	.struct_size = COIL_FIXED(24),
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_pillow_draw = {
	.name = "ImagingDraw",
	.struct_size = COIL_FIXED(24),
	MEMBERS(image_members),
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_pillow_access = {
	.name = "PixelAccess",
	.struct_size = COIL_FIXED(24),
	MEMBERS(image_members),
	.flags = COIL_KIND_UNTRAVERSED,
};
