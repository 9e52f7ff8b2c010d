/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_H
#define COIL_LAYOUT_H

/** How a release stands to those on which its layout was proved, that is held
 * against the account of a living interpreter. */
enum coil_release {
	COIL_RELEASE_PROVED,	/* one of them */
	COIL_RELEASE_BETWEEN,	/* none, but between two of them */
	COIL_RELEASE_BEFORE,	/* older than the first of them */
	COIL_RELEASE_BEYOND,	/* newer than the last of them */
	COIL_RELEASE_CANDIDATE, /* a release candidate, as 3.15.0rc1 */
	COIL_RELEASE_BETA,	/* 3.15.0b1 */
	COIL_RELEASE_ALPHA,	/* 3.15.0a1, read by --layout only */
	COIL_RELEASE_UNPROVED	/* the layout was proved on no release */
};

#endif
