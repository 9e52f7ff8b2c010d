/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_LAYOUT_H
#define COIL_LAYOUT_LAYOUT_H

#include "base/base.h"
#include "coil/layout.h"

/*
 * Where things are in one build of CPython: offsets and sizes in bytes,
 * constants, and the named strategies of what differs in algorithm and not
 * only in numbers.  A layout is data (formats/layouts/ *.json); only
 * lib/layout and lib/runtime know that versions exist, everything else asks the
 * layout.
 */

/* An offset that this version does not have. */
#define COIL_NO_FIELD UINT32_MAX

/* layout.strategy.*: named as in the files, each row explained in
 * strategies.def. */
#define COIL_STRATEGY(name, ...) enum coil_##name{__VA_ARGS__};
#include "layout/strategies.def"
#undef COIL_STRATEGY

/* A run of references held by the interpreter or a thread state itself:
 * @count words from @offset, @stride bytes apart. */
struct coil_layout_root {
	const char *name; /* CPython's spelling: "gc.garbage" */
	uint32_t offset, count, stride;
};

struct coil_layout {
	const char *name;   /* "cpython-3.11" */
	const char *source; /* where its numbers come from */
	/* What its file calls like, and differs from; NULL: nothing, or this
	 * is compiled in. */
	const struct coil_layout *like;
	uint32_t first, last; /* PY_VERSION_HEX it holds for, [first, last] */
	bool debug, free_threaded;
	bool untested; /* no such interpreter was compared with it */

	/* PY_VERSION_HEX of the releases on which it was held against the
	 * interpreter's own account, ascending; tests/truth/figures.tsv. */
	const uint32_t *proved;
	uint32_t proved_count;

	/* Every struct: .size and its fields' offsets; a struct that this
	 * version does not have has size 0 and no fields. */
#define COIL_STRUCT(s) \
	struct { \
		uint32_t size;
#define COIL_STRUCT_AS(s, dwarf)  COIL_STRUCT(s)
#define COIL_FIELD(s, f)	  uint32_t f;
#define COIL_FIELD_AS(s, f, path) uint32_t f;
#define COIL_END(s) \
	} \
	s;
#include "layout/layout.def"
#undef COIL_STRUCT
#undef COIL_STRUCT_AS
#undef COIL_FIELD
#undef COIL_FIELD_AS
#undef COIL_END

	struct {
#define COIL_CONSTANT(name) uint32_t name;
#include "layout/constants.def"
#undef COIL_CONSTANT
	} constant;

	struct {
#define COIL_STRATEGY(name, ...) enum coil_##name name;
#include "layout/strategies.def"
#undef COIL_STRATEGY
	} strategy;

	const struct coil_layout_root *interpreter_roots, *thread_roots;
	uint32_t interpreter_root_count, thread_root_count;
};

/* The layouts compiled in, one a file of formats/layouts. */
extern const struct coil_layout *const coil_layouts[];
extern const size_t coil_layout_count;

/**
 * Read the layout file at @path.  What it calls like is a file in the same
 * folder or else compiled in.  @out is the caller's, to be given to
 * coil_layout_free(), with all that it is like.
 *
 * Returns COIL_OK, COIL_E_OS, COIL_E_BAD_DATA naming what is missing or no
 * number, COIL_E_NOMEM.
 */
enum coil_status coil_layout_read(const char *path, struct coil_layout **out,
				  struct coil_error *err);
/**
 * Read the layout that a file at @path would mean by calling @name like; to be
 * given to coil_layout_free().
 *
 * Returns as coil_layout_read() does.
 */
enum coil_status coil_layout_read_like(const char *path, const char *name,
				       const struct coil_layout **out,
				       struct coil_error *err);

/** Nothing is done to NULL and to what is compiled in. */
void coil_layout_free(const struct coil_layout *layout);

/** The layout compiled in that is called @name, or NULL. */
const struct coil_layout *coil_layout_named(const char *name);

/**
 * Whether this build can work with @layout, which may come from anywhere.
 *
 * Returns COIL_OK, or COIL_E_UNSUPPORTED naming what is missing or beyond
 * reason.
 */
enum coil_status coil_layout_usable(const struct coil_layout *layout,
				    struct coil_error *err);

/** The first layout for PY_VERSION_HEX @hexversion and build, or NULL. */
const struct coil_layout *coil_layout_find(uint32_t hexversion, bool debug,
					   bool free_threaded);

/**
 * Whether @layout may be tried on that version and build.  More than one may
 * be: builds of one release differ, and then self-checks decide.  Of releases
 * before a final one see release.c.
 */
bool coil_layout_fits(const struct coil_layout *layout, uint32_t hexversion,
		      bool debug, bool free_threaded);

/** How release @hexversion stands to those on which @layout was proved. */
enum coil_release coil_layout_release(const struct coil_layout *layout,
				      uint32_t hexversion);

/** The layout whose releases are nearest to @hexversion; NULL: there is none.
 */
const struct coil_layout *coil_layout_nearest(uint32_t hexversion);

#endif
