/* SPDX-License-Identifier: MIT */
/*
 * Which releases a layout may be tried on, and how a release stands to those
 * on which it was proved.  All that is decided by the number of a release is
 * decided here.
 *
 * Source: CPython docs, "API and ABI Versioning" (the level is the second
 * nibble of PY_VERSION_HEX); PEP 387 and the release schedules: structs move
 * in alphas and betas, and rest from the first candidate on.
 */

#include "layout/layout.h"

/* Releases before the final one of a minor version.  @since: from which one on
 * they are tried.  A layout is made from a final release: of an alpha too much
 * is different.  A beta from 3.13 on tells its own sizes and offsets. */
static const struct level {
	uint32_t level, since;
	enum coil_release release;
} levels[] = {
	{0xa, UINT32_MAX, COIL_RELEASE_ALPHA},
	{0xb, 0x030d0000, COIL_RELEASE_BETA},
	{0xc, 0, COIL_RELEASE_CANDIDATE},
};

/* NULL: a final release. */
static const struct level *level_of(uint32_t hexversion)
{
	for (size_t i = 0; i < countof(levels); i++) {
		if (levels[i].level == (hexversion >> 4 & 0xf))
			return &levels[i];
	}
	return NULL;
}

bool coil_layout_fits(const struct coil_layout *layout, uint32_t hexversion,
		      bool debug, bool free_threaded)
{
	const struct level *level = level_of(hexversion);

	return hexversion >= layout->first && hexversion <= layout->last &&
	       (!level || hexversion >= level->since) &&
	       debug == layout->debug && free_threaded == layout->free_threaded;
}

enum coil_release coil_layout_release(const struct coil_layout *layout,
				      uint32_t hexversion)
{
	const struct level *level = level_of(hexversion);
	bool older = false, newer = false;

	for (uint32_t i = 0; i < layout->proved_count; i++) {
		if (layout->proved[i] == hexversion)
			return COIL_RELEASE_PROVED;
		older |= layout->proved[i] < hexversion;
		newer |= layout->proved[i] > hexversion;
	}
	if (level)
		return level->release;
	if (older && newer)
		return COIL_RELEASE_BETWEEN;
	if (older)
		return COIL_RELEASE_BEYOND;
	return newer ? COIL_RELEASE_BEFORE : COIL_RELEASE_UNPROVED;
}
