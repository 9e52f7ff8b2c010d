/* SPDX-License-Identifier: MIT */
#ifndef COIL_RUNTIME_PUBLIC_H
#define COIL_RUNTIME_PUBLIC_H

#include <stdbool.h>
#include <stdint.h>

#include "coil/allocator.h"
#include "coil/layout.h"
#include "coil/status.h"

/** How the version was learned. */
enum coil_version_source {
	COIL_VERSION_SYMBOL,   /* Py_Version, a symbol of the interpreter */
	COIL_VERSION_COOKIE,   /* _Py_DebugOffsets (3.13 and later) */
	COIL_VERSION_STRUCTURE /* sys.hexversion of a list that closes */
};

/** What the interpreter says of itself. Strings are borrowed, never NULL. */
struct coil_runtime_info {
	uint32_t hexversion; /* PY_VERSION_HEX; 0x030b02f0 is 3.11.2 */
	char version[32];    /* "3.11.2" */
	enum coil_version_source version_source;
	const char *layout; /* "cpython-3.11" */
	bool untested;	    /* no such interpreter was compared with it */
	enum coil_release release;
	char proved_on[128]; /* releases: "3.11.2 3.11.7"; "": none */
	/* Sizes of structs and offsets of their fields that the process itself
	 * tells; all agree with the layout. */
	uint32_t sizes_agree, offsets_agree;
	bool debug, free_threaded, debug_hooks;
	enum coil_allocator allocator;
	uint64_t runtime;      /* address of _PyRuntime */
	uint64_t interpreters; /* how many */
	uint64_t threads;      /* PyThreadStates of all interpreters */
	bool gc_enabled, gc_collecting;
	int32_t gc_threshold[3], gc_count[3];
	uint64_t arenas; /* pymalloc arenas in use */
};

#endif
