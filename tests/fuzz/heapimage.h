/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_FUZZ_HEAPIMAGE_H
#define COIL_TESTS_FUZZ_HEAPIMAGE_H

/*
 * A small interpreter made in memory, so that what reads one can be fuzzed
 * without a core: _PyRuntime with an interpreter, a thread and a frame, a type
 * and two objects for every kind that the library knows, classes, modules,
 * pymalloc's arenas, the collector's lists.  What layouts call by a name is
 * where the layout says.
 *
 * A maker that runs out of memory aborts: it serves tests alone.
 */

#include "image/image.h"
#include "objects/kind.h"
#include "snapshot/snapshot.h"

#define HEAPIMAGE_ARENAS 1u
#define HEAPIMAGE_KEPT	 60u /* objects, of a bare one */
#define HEAPIMAGE_HOLES	 8u
#define HEAPIMAGE_BUILDS 5 /* of heapimage_build() */
#define HEAPIMAGE_TID	 4711
#define HEAPIMAGE_LOCALS 4 /* of code, at most */
#define HEAPIMAGE_STACK	 2 /* words of it */
#define HEAPIMAGE_WORDS	 (HEAPIMAGE_LOCALS + HEAPIMAGE_STACK)

struct heapimage_region {
	uint64_t start;
	uint64_t size, used; /* bytes */
	uint8_t *bytes;
};

struct heapimage_list {
	uint64_t *at;
	size_t count, room;
};

struct heapimage {
	const struct coil_layout *layout;
	struct heapimage_region low;   /* what no arena holds */
	struct heapimage_region arena; /* all arenas, one after another */
	/* Of a bare one: what is static, in a module; a thread's stack. */
	struct heapimage_region data, stack;
	struct heapimage_list objects; /* types too */
	struct heapimage_list types;   /* static: a kind each, in the order of
					* coil_kinds; 0: not in this version */
	struct heapimage_list samples; /* likewise, an object of that type */
	struct heapimage_list buffers; /* what objects own */
	struct heapimage_list pools;
	uint64_t runtime, interpreter, thread, table;
	uint64_t gc_last;	 /* collector head that was linked last */
	uint64_t class_pool[64]; /* the pool in use of each size class; of
				  * mimalloc's, the page's first block */
	bool mimalloc;		 /* has the blocks instead of pymalloc */
	bool bare, finished;
	uint64_t none, kept;	   /* of a bare one: None; a list */
	uint64_t chunk, chunk_top; /* data stack: its address, bytes of it */
	struct {
		uint64_t start, end; /* not captured */
	} holes[HEAPIMAGE_HOLES];
	size_t hole_count;
};

/**
 * The layout that the low five bits of @choice stand for: a minor version and
 * whether it is the last or the first of that version; the same one whatever
 * other layouts there are.
 */
const struct coil_layout *heapimage_layout(uint8_t choice);

/* The release that a heap of @layout says it is: the first on which that was
 * proved, so that nobody asks for its types. */
uint32_t heapimage_release(const struct coil_layout *layout);

/* Give it the table _Py_DebugOffsets, which says release @hexversion and agrees
 * with its layout. */
void heapimage_debug_offsets(struct heapimage *h, uint32_t hexversion);

/** The interpreter that @layout describes. */
struct heapimage *heapimage_new(const struct coil_layout *layout);
/** The same under PYTHONMALLOC=mimalloc, where @layout knows that. */
struct heapimage *heapimage_new_mimalloc(const struct coil_layout *layout);
/**
 * An interpreter that holds next to nothing, whose counts are right and whose
 * thread runs nothing: sys with a version, builtins with None, and a list for
 * heapimage_keep().  What is static stands in the data of a module,
 * /app/libapp.so, and thread HEAPIMAGE_TID has a native stack, whose pointer is
 * in its middle.
 */
struct heapimage *heapimage_bare(const struct coil_layout *layout,
				 bool mimalloc);
/** The bare one number @number of [0, HEAPIMAGE_BUILDS): of 3.8, 3.11, 3.12,
 * 3.14 and that under mimalloc, which differ in most that matters. */
struct heapimage *heapimage_build(unsigned number);
void heapimage_free(struct heapimage *h);

/** A snapshot of it, which borrows the bytes: nothing is found or checked.  No
 * more objects can be made.  To be given to coil_snapshot_close(). */
struct coil_snapshot *heapimage_snapshot(struct heapimage *h);
/** The graph of a snapshot, which keeps it. */
struct coil_graph *heapimage_graph(struct coil_snapshot *snapshot);
/** Where the stack pointer of the thread is. */
uint64_t heapimage_sp(const struct heapimage *h);
/** Leave these bytes out of what was captured. */
void heapimage_cut(struct heapimage *h, uint64_t address, uint64_t size);

/** Its bytes at @address, @count of them; NULL: not all of it is there. */
uint8_t *heapimage_at(const struct heapimage *h, uint64_t address,
		      uint64_t count);

/** An image of it, which borrows the bytes. */
struct coil_image *heapimage_image(const struct heapimage *h);

/**
 * A runtime of @image as it would be found if nothing was damaged: nothing is
 * searched or checked.
 */
struct coil_runtime *heapimage_runtime(const struct heapimage *h,
				       const struct coil_image *image);

/*
 * For the files that make it.  All memory is zeroed; what does not fit aborts.
 */
void heapimage_note(struct heapimage_list *list, uint64_t address);
void heapimage_put(struct heapimage *h, uint64_t address, uint64_t value);
void heapimage_put32(struct heapimage *h, uint64_t address, uint32_t value);
/** A field of the struct at @base; nothing where this version has none. */
void heapimage_put_field(struct heapimage *h, uint64_t base, uint32_t field,
			 uint64_t value);
void heapimage_put_field32(struct heapimage *h, uint64_t base, uint32_t field,
			   uint32_t value);
/** Outside of arenas, as malloc gives it. */
uint64_t heapimage_malloc(struct heapimage *h, uint64_t size);
/** A module's data in a bare one, else as malloc. */
uint64_t heapimage_static(struct heapimage *h, uint64_t size);
/** A block of pymalloc; of malloc where it is too large for that. */
uint64_t heapimage_block(struct heapimage *h, uint64_t size);
/** A buffer of the contents @bytes, which may be NULL. */
uint64_t heapimage_buffer(struct heapimage *h, const void *bytes,
			  uint64_t size);
/** Link the object at @address into the youngest generation. */
void heapimage_track(struct heapimage *h, uint64_t address);

/*
 * Objects (heapimage_values.c).  In a bare one a new object has a count of 0,
 * to which each heapimage_hold() adds one, else of 2.
 */
/** The count that a static object starts with. */
uint64_t heapimage_static_count(const struct coil_layout *layout);
/** Write a reference to @object, or 0, at @place, and count it. */
void heapimage_hold(struct heapimage *h, uint64_t place, uint64_t object);
/** Have the list of a bare one hold @object; it takes HEAPIMAGE_KEPT. */
void heapimage_keep(struct heapimage *h, uint64_t object);
/** The static type of the kind @name. */
uint64_t heapimage_type(const struct heapimage *h, const char *name);
/** An object of @type with @more bytes than tp_basicsize, all that stands
 * before it included; tracked where it can be. */
uint64_t heapimage_object(struct heapimage *h, uint64_t type, uint64_t more);
uint64_t heapimage_named(struct heapimage *h, const char *type, uint64_t more);
/** An object of the static type @type in the data of a module, with a count
 * from the start; @size bytes in all. */
uint64_t heapimage_fixed(struct heapimage *h, const char *type, uint64_t size);
/** A str of ASCII @text: interned, though in no table; and not. */
uint64_t heapimage_str(struct heapimage *h, const char *text);
uint64_t heapimage_text(struct heapimage *h, const char *text);
uint64_t heapimage_bytes(struct heapimage *h, const char *text, uint64_t size);
/** @value is one digit. */
uint64_t heapimage_int(struct heapimage *h, int32_t value);
uint64_t heapimage_float(struct heapimage *h, uint64_t bits);
uint64_t heapimage_tuple(struct heapimage *h, const uint64_t *items,
			 uint64_t count);
uint64_t heapimage_list(struct heapimage *h, const uint64_t *items,
			uint64_t count);
/** Keys of up to 85 pairs of key and value; @kind as dk_kind: 0 any, 1 str,
 * 2 shared. */
uint64_t heapimage_keys(struct heapimage *h, uint8_t kind,
			const uint64_t *pairs, uint64_t count);
uint64_t heapimage_dict(struct heapimage *h, uint8_t kind,
			const uint64_t *pairs, uint64_t count);
/** A set of up to 7 items. */
uint64_t heapimage_set(struct heapimage *h, const uint64_t *items,
		       uint64_t count);
/** A class as `class @name(@base)` makes it in @module, but that __dict__ of
 * its instances stands in them. */
uint64_t heapimage_class(struct heapimage *h, const char *module,
			 const char *name, const char *base);
/** An instance of a class so made with one attribute. */
uint64_t heapimage_instance(struct heapimage *h, uint64_t type,
			    const char *name, uint64_t value);
/** A weak reference, not on the referent's list. @callback: 0: none. */
uint64_t heapimage_weakref(struct heapimage *h, uint64_t referent,
			   uint64_t callback);
/*
 * What it runs (heapimage_frames.c).
 */
struct heapimage_code {
	const char *name;
	struct {
		const char *name;
		uint8_t kind; /* COIL_LOCAL_CELL, _FREE, or 0; in this order up
			       * to 3.10: 0, cells, free ones */
	} locals[HEAPIMAGE_LOCALS];
	size_t count;	/* of them */
	uint32_t flags; /* co_flags */
};
struct heapimage_frame {
	uint64_t code, previous;
	uint64_t names, globals; /* f_locals and f_globals, or 0 */
	uint64_t generator;	 /* that it is of, or 0 */
	const uint64_t *words;	 /* locals, then the stack */
	size_t count;		 /* of them, at most HEAPIMAGE_WORDS */
	bool executes;		 /* nobody wrote down how many those are */
};
/** Code of line 7 of app.py with room for HEAPIMAGE_STACK words of stack. */
uint64_t heapimage_code(struct heapimage *h, const struct heapimage_code *code);
/** A frame before its first instruction. */
uint64_t heapimage_frame(struct heapimage *h,
			 const struct heapimage_frame *frame);
/** A generator with room for a frame. */
uint64_t heapimage_generator(struct heapimage *h);
/** Have the thread run @frame. */
void heapimage_run(struct heapimage *h, uint64_t frame);

/* What a str and an int are, for those that stand in _PyRuntime. */
void heapimage_fill_str(struct heapimage *h, uint64_t at, const char *text,
			bool interned);
void heapimage_fill_int(struct heapimage *h, uint64_t at, int32_t value);

void heapimage_make_runtime(struct heapimage *h);
void heapimage_make_types(struct heapimage *h);
void heapimage_make_objects(struct heapimage *h);
void heapimage_make_bare(struct heapimage *h);
/** Say in the tables of pymalloc what was handed out. */
void heapimage_finish_pools(struct heapimage *h);
/** Of heapimage_mimalloc.c: a segment; a block of up to 512 bytes of it; the
 * same as heapimage_finish_pools(). */
void heapimage_mi_start(struct heapimage *h);
uint64_t heapimage_mi_block(struct heapimage *h, uint64_t size);
void heapimage_mi_finish(struct heapimage *h);

#endif
