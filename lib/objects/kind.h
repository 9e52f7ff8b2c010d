/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KIND_H
#define COIL_OBJECTS_KIND_H

#include <stdio.h>

#include "coil/graph.h"
#include "traverse/traverse.h"
#include "types/types.h"

/*
 * What a kind of object is: how its references, its buffers, its size and its
 * value are read.  A kind is one const struct in a file of kinds/ and one row
 * in kinds.c.  The kind is that of the C type in the base chain; what Python
 * classes add (slots, __dict__, attribute values, the reference to the class)
 * is added around it by instance.c, as subtype_traverse() does.
 */

struct coil_heap;
struct coil_graph;

/* An object, its type known and the fixed part of it in view. */
struct coil_object {
	uint64_t address;
	const struct coil_type *type;
	const uint8_t *head; /* head_size captured bytes from address on */
	uint64_t head_size;  /* at least the size of the kind's struct */
};

/* How the label of a reference is told; text is made when it is printed. */
enum coil_label {
	COIL_LABEL_NONE,
	COIL_LABEL_TEXT,   /* label: const char *, static, in this library */
	COIL_LABEL_INDEX,  /* label: an index */
	COIL_LABEL_OFFSET, /* label: bytes from the object's start */
	COIL_LABEL_NAME,   /* label: address of a str: attribute, variable */
	COIL_LABEL_KEY,	   /* label: address of a dict's key object */
	COIL_LABEL_CSTRING /* label: address of a C string in the target */
};

struct coil_ref {
	uint64_t target; /* address; never 0 */
	uint64_t label;
	uint8_t flags;	    /* enum coil_ref_kind | COIL_EDGE_* */
	uint8_t label_type; /* enum coil_label */
	uint8_t node;	    /* enum coil_node_kind of the target */
	uint64_t shared;    /* the word, where it stands in memory of C code
			     * that several objects may refer to: it counts
			     * once for all of them; else 0 */
};

/* Most references of the heap pass here: a small array, flushed when full. */
#define COIL_SINK_ROOM 128
struct coil_sink {
	void (*flush)(struct coil_sink *sink); /* takes refs[0, count) */
	unsigned count;
	bool stop;	  /* set by the taker: no more is wanted */
	uint64_t missing; /* parts of objects that were not captured */
	bool inexact;	  /* set where what is traversed comes from a scan */
	bool unsure;	  /* set where it is not known what is traversed */
	bool executing;	  /* set where the stack of a frame that executes was
			   * told, as far as there is room for one */
	bool refuse;	  /* set by the taker: coil_sink_reads() says no */
	bool refused;	  /* set where it did */
	uint64_t words;	  /* of arrays, read so far */
	uint64_t limit;	  /* as many as memory has; 0: any number */
	/* Set by the taker: false where the array is another object's. */
	bool (*claim)(struct coil_sink *sink, uint64_t address, uint64_t bytes);
	struct coil_sink *outer; /* the sink that this one hands on to */
	struct coil_ref refs[COIL_SINK_ROOM];
};

static inline void coil_emit_node(struct coil_sink *sink, uint64_t target,
				  unsigned flags, enum coil_label label_type,
				  uint64_t label, enum coil_node_kind node)
{
	struct coil_ref *r;

	if (!target || sink->stop)
		return;
	if (sink->count == COIL_SINK_ROOM) {
		sink->flush(sink);
		sink->count = 0;
	}
	r = &sink->refs[sink->count++];
	r->target = target;
	r->label = label;
	r->flags = (uint8_t)flags;
	r->label_type = (uint8_t)label_type;
	r->node = (uint8_t)node;
	r->shared = 0;
}

/* What was emitted last stands in the word @shared: see struct coil_ref. */
static inline void coil_emit_shared(struct coil_sink *sink, uint64_t shared)
{
	if (sink->count)
		sink->refs[sink->count - 1].shared = shared;
}

/**
 * Whether to read the array of @bytes at @address, whose words are references:
 * false, and counted as missing, where it is another object's, or where more
 * words were read than memory has, so that some of them were read over and
 * over.  @address is 0 where objects may share the array.
 */
bool coil_sink_reads(struct coil_sink *sink, uint64_t address, uint64_t bytes);

/* A reference to an object; 0 as @target is no reference. */
static inline void coil_emit(struct coil_sink *sink, uint64_t target,
			     unsigned flags, enum coil_label label_type,
			     uint64_t label)
{
	coil_emit_node(sink, target, flags, label_type, label,
		       COIL_NODE_OBJECT);
}

/* Most references are both. */
#define COIL_STRONG (COIL_EDGE_TRAVERSED | COIL_EDGE_COUNTED)

static inline uint64_t coil_text(const char *text)
{
	return (uint64_t)(uintptr_t)text;
}

/* Takes the memory that an object alone owns beside its own block. */
struct coil_buffers {
	void (*take)(struct coil_buffers *buffers, uint64_t address,
		     uint64_t bytes);
};

/* A bounded text being written, always ended by NUL: for values. */
struct coil_out {
	char *at, *end; /* end: one before the room for NUL */
	bool full;	/* something did not fit; nothing more is written */
	unsigned depth; /* coil_repr() in progress */
	unsigned work;	/* entries looked at: values.h */
	const struct coil_shown *shown; /* objects being written, or NULL */
};
void coil_out_char(struct coil_out *out, char c);
void coil_out_string(struct coil_out *out, const char *s);
void coil_out_bounded(struct coil_out *out, const char *s, size_t n);
void coil_out_format(struct coil_out *out, const char *format, ...)
	COIL_PRINTF(2, 3);

/* A reference at a fixed place: one row of a kind's table. */
struct coil_member {
	uint32_t field;	   /* COIL_AT(PyCellObject, ob_ref) */
	uint8_t flags;	   /* enum coil_ref_kind | COIL_EDGE_* */
	const char *label; /* "cell_contents"; Python's name where it has one */
};

/* Where in struct coil_layout the offset of a field (the size) stands. */
#define COIL_AT(s, f) ((uint32_t)offsetof(struct coil_layout, s.f))
#define COIL_SIZE(s)  ((uint32_t)offsetof(struct coil_layout, s.size))

/* An offset (a size) itself: of structs that no layout file has, those of
 * extension packages. */
#define COIL_FIXED(offset) (0x80000000u | (offset))

static inline uint32_t coil_layout_value(const struct coil_layout *layout,
					 uint32_t at)
{
	if (at & COIL_FIXED(0))
		return at & ~COIL_FIXED(0);
	return load32((const uint8_t *)layout + at);
}

struct coil_object;

/* Writes the value of an object as its repr() is; nothing where that cannot be
 * read. */
typedef void coil_writer(const struct coil_heap *heap,
			 const struct coil_object *object,
			 struct coil_out *out);

struct coil_kind {
	/* The type's tp_name; COIL_KIND_NAME_ONLY types in any module. */
	const char *name;

	/* COIL_SIZE(struct): a type whose tp_basicsize is smaller is not of
	 * this kind.  0: no struct beyond PyObject. */
	uint32_t struct_size;

	/* Kind of the C base whose references, buffers come first; or NULL. */
	const struct coil_kind *super;

	/* References at fixed places, in this order, before refs(). A field
	 * that the layout lacks is passed over. */
	const struct coil_member *members;
	size_t member_count;

	/* The other references; NULL: none. */
	void (*refs)(const struct coil_heap *heap,
		     const struct coil_object *object, struct coil_sink *sink);

	/* Memory that it alone owns; NULL: none. */
	void (*buffers)(const struct coil_heap *heap,
			const struct coil_object *object,
			struct coil_buffers *buffers);

	/* What the type's own __sizeof__ returns: without collector head and
	 * pre-header.  NULL: it inherits __sizeof__. */
	uint64_t (*size)(const struct coil_heap *heap,
			 const struct coil_object *object);

	/* The value, as the type's own tp_repr writes it; NULL: it inherits
	 * that of object, or is not known. */
	coil_writer *value;

	unsigned flags; /* enum coil_kind_flag */
};

enum coil_kind_flag {
	/* This C type has no tp_traverse: nothing it holds is traversed, but
	 * what it counts is told all the same. */
	COIL_KIND_UNTRAVERSED = 1 << 0,
	/* Its references depend on the type being that of a struct sequence
	 * etc.: never matched by name, only by code. */
	COIL_KIND_BY_RULE = 1 << 1,
	/* The tp_traverse of its type, which is on the heap, leaves the type
	 * out. */
	COIL_KIND_CLASS_UNVISITED = 1 << 2,
	/* What the collector traverses is asked of the type's own tp_traverse
	 * where it can be stepped; what refs() says stands where it cannot. */
	COIL_KIND_STEPPED = 1 << 3,
	/* It tells what tp_traverse does not visit, and nothing of what it
	 * does. */
	COIL_KIND_PARTIAL = 1 << 4,
	/* Only a type whose tp_basicsize is struct_size: for a name without a
	 * module, which other types may have as well. */
	COIL_KIND_EXACT_SIZE = 1 << 5,
};

/* No two of them are one bit. */
_Static_assert((COIL_KIND_UNTRAVERSED | COIL_KIND_BY_RULE |
		COIL_KIND_CLASS_UNVISITED | COIL_KIND_STEPPED |
		COIL_KIND_PARTIAL | COIL_KIND_EXACT_SIZE) == (1 << 6) - 1,
	       "flags of kinds share a bit");

/* What kinds may ask of the heap they decode. */
struct coil_heap {
	const struct coil_image *image;
	const struct coil_layout *layout;
	const struct coil_runtime *runtime;
	struct coil_types *types;
	uint64_t none;	     /* address of None, 0: not found */
	uint64_t set_dummy;  /* address of _PySet_Dummy, 0: not found */
	uint64_t any_lookup; /* dk_lookup of dicts whose keys are not all str;
			      * 0: not needed or not found */
	uint64_t *interned;  /* the dicts of interned strings, by address, each
			      * once: interpreters may have their own */
	size_t interned_count;
	uint64_t str_type;	  /* address of str, 0: not found */
	uint64_t type_cache;	  /* the static one; 0: none, or not found */
	uint64_t identifiers;	  /* the first static one; the same */
	struct coil_plans *plans; /* by type index: plan.h */
	struct coil_bases *bases; /* the same: bases.h */
	struct coil_traverse *traverse; /* steps machine code; or NULL */
	struct coil_blocks *blocks; /* pymalloc's used blocks: blocks.h; NULL
				     * until a walk needs them */
	struct coil_blocks **later; /* those that were read without a walk:
				     * coil_heap_blocks() */
	struct coil_array_table *arrays; /* array_items.c */
};

/* Where array descriptions are; as later, not for several threads. */
struct coil_array_table {
	bool searched;
	uint64_t address; /* 0: not known */
};

/** How many words the memory has that was captured, and a few more. */
uint64_t coil_heap_words(const struct coil_heap *heap);

struct coil_pool;

/**
 * pymalloc's used blocks, read at the first call where no walk needed them:
 * then not for several threads.  NULL: out of memory.
 */
const struct coil_blocks *coil_heap_blocks(const struct coil_heap *heap);

/** The pool that holds @address, or NULL. */
const struct coil_pool *coil_heap_pool(const struct coil_heap *heap,
				       uint64_t address);

/**
 * The memory at @address, of a struct that no layout tells the size of: at most
 * @most bytes of it, and no more than there are up to the end of the block
 * that it stands in: pymalloc's, malloc's chunk, else the mapping.  *@bytes is
 * how many.  NULL, and 0: none.
 *
 * Nothing but this may read at a fixed offset what is not part of an object's
 * tp_basicsize and not of a struct that the layout has.
 */
const uint8_t *coil_heap_view(const struct coil_heap *heap, uint64_t address,
			      uint64_t most, uint64_t *bytes);

/** @bytes of @object from @offset on, behind its tp_basicsize too, but not
 * behind the block that it stands in; NULL: not all of them are there. */
const uint8_t *coil_object_behind(const struct coil_heap *heap,
				  const struct coil_object *object,
				  uint64_t offset, uint64_t bytes);

/** *@out: the word @offset bytes behind @address; false, and 0, where it is
 * not captured or beyond the block that @address is in. */
bool coil_heap_word(const struct coil_heap *heap, uint64_t address,
		    uint64_t offset, uint64_t *out);

/** Whether the object at @address has a count of 0: it was freed and waits on a
 * free list.  False where it was not captured. */
bool coil_heap_freed(const struct coil_heap *heap, uint64_t address);

/* The word of @object at offset @at; 0 where this version has no such field
 * (COIL_NO_FIELD is beyond every head). */
static inline uint64_t coil_field_word(const struct coil_object *object,
				       uint32_t at)
{
	return (uint64_t)at + 8 > object->head_size ? 0
						    : load64(object->head + at);
}

/* The word of @object at field @f of struct @s. */
#define FIELD(heap, object, s, f) coil_field_word(object, (heap)->layout->s.f)

/* The same of a field of one byte. */
static inline uint8_t coil_field_byte(const struct coil_object *object,
				      uint32_t at)
{
	return at < object->head_size ? load8(object->head + at) : 0;
}

/* Of one of two bytes, and of one of four. */
static inline uint16_t coil_field_half(const struct coil_object *object,
				       uint32_t at)
{
	return (uint64_t)at + 2 > object->head_size ? 0
						    : load16(object->head + at);
}

static inline uint32_t coil_field_int(const struct coil_object *object,
				      uint32_t at)
{
	return (uint64_t)at + 4 > object->head_size ? 0
						    : load32(object->head + at);
}

/* |ob_size| of a variable-size object. */
static inline uint64_t coil_ob_size(const struct coil_heap *heap,
				    const struct coil_object *object)
{
	int64_t n = (int64_t)load64(object->head +
				    heap->layout->PyVarObject.ob_size);

	return n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
}

/**
 * Read the head of the object at @address; false where it is not captured or
 * has no known type.
 */
bool coil_heap_object(const struct coil_heap *heap, uint64_t address,
		      struct coil_object *out);

/** Everything that the object refers to, in an order that never changes. */
void coil_heap_refs(const struct coil_heap *heap,
		    const struct coil_object *object, struct coil_sink *sink);

/** Whether its type's tp_is_gc, where it has one, lets the collector see it. */
bool coil_heap_is_gc(const struct coil_heap *heap,
		     const struct coil_object *object);

/** The memory that it alone owns beside its own block. */
void coil_heap_buffers(const struct coil_heap *heap,
		       const struct coil_object *object,
		       struct coil_buffers *buffers);

/** Whether objects of @type may have such memory at all. */
bool coil_heap_has_buffers(const struct coil_heap *heap,
			   const struct coil_type *type);

/** What sys.getsizeof returns; *known is false where it is a guess. */
uint64_t coil_heap_size(const struct coil_heap *heap,
			const struct coil_object *object, bool *known);

/**
 * References of the nodes that are no Python objects: shared dict keys, the
 * frames of threads, threads, interpreters.
 */
void coil_node_refs(const struct coil_heap *heap, uint64_t address,
		    enum coil_node_kind node, struct coil_sink *sink);

/**
 * Emit the @count words of an array at @address, with indices as labels;
 * words that are 0 are passed over but counted.
 */
void coil_emit_array(const struct coil_heap *heap, struct coil_sink *sink,
		     uint64_t address, uint64_t count, unsigned flags,
		     enum coil_label label_type);

/* A reference at a fixed place of memory that is no object. */
struct coil_word {
	uint32_t at; /* bytes; COIL_NO_FIELD: this version has none */
	uint8_t flags;
	const char *label;
};

/**
 * Emit the @count words of @words in the @size bytes at @address; those that
 * are beyond them are passed over.
 */
void coil_emit_words(const struct coil_heap *heap, struct coil_sink *sink,
		     uint64_t address, uint32_t size,
		     const struct coil_word *words, size_t count);

/* As type.__sizeof__ of object: tp_basicsize + |ob_size| * tp_itemsize. */
uint64_t coil_size_default(const struct coil_heap *heap,
			   const struct coil_object *object);

/**
 * The references of an interpreter frame at @frame (frames.c): shared by
 * threads' frames, frame objects, generators.
 *
 * @traversed  COIL_EDGE_TRAVERSED, or 0 where the holder has no tp_traverse.
 */
void coil_frame_refs(const struct coil_heap *heap, uint64_t frame,
		     unsigned traversed, struct coil_sink *sink);

/**
 * The value of @object as its repr() is; false, and nothing written, where that
 * cannot be known: its class has a __repr__ of its own.
 */
bool coil_value(const struct coil_heap *heap, const struct coil_object *object,
		struct coil_out *out);

/** The same of the object at @address; "<mod.Class at 0x...>" where it cannot
 * be known. */
void coil_repr(const struct coil_heap *heap, uint64_t address,
	       struct coil_out *out);

/**
 * The kind of a type that is told by its structure and not by its name: struct
 * sequences.  NULL: none.
 */
const struct coil_kind *coil_kind_by_rule(const struct coil_heap *heap,
					  const struct coil_type *type);

/** Fill heap->interned; false where memory ran out. */
bool coil_interned_find(struct coil_heap *heap);

/* Whether the dict at @address is a table of interned strings. */
bool coil_is_interned_table(const struct coil_heap *heap, uint64_t address);

/* The table: kinds.c. */
extern const struct coil_kind *const coil_kinds[];
extern const size_t coil_kind_count;

#endif
