/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_READER_H
#define COIL_OBJECTS_READER_H

/*
 * Reading the objects of an image, by one thread.  All that reading changes
 * hangs off a coil_reader: types and plans made when they are first met, the
 * machine that steps tp_traverse, the blocks of the allocator.  The image, the
 * runtime and its layout are const, so that any number of threads may read them
 * at once, each by a reader of its own.
 */

#include "allocator/blocks.h"
#include "objects/sink.h"
#include "traverse/traverse.h"
#include "types/types.h"

/* An object, its type known and the fixed part of it in view. */
struct coil_object {
	uint64_t address;
	const struct coil_type *type;
	const uint8_t *head; /* head_size captured bytes from address on */
	uint64_t head_size;  /* at least the size of the kind's struct */
};

struct coil_reader {
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
	struct coil_blocks *blocks; /* coil_reader_blocks(); NULL until then */
	bool arrays_searched;	    /* array_items.c */
	uint64_t arrays; /* where array descriptions are, 0: not known */
};

/**
 * Open what decoding needs; coil_reader_close() takes a half-opened one.
 *
 * @runtime  Borrowed, and not changed; so is its image.
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA where the type of types
 * cannot be found.
 */
enum coil_status coil_reader_open(const struct coil_runtime *runtime,
				  struct coil_reader *reader,
				  struct coil_error *err);
void coil_reader_close(struct coil_reader *reader);

/** How many words the memory has that was captured, and a few more. */
uint64_t coil_reader_words(struct coil_reader *reader);

struct coil_pool;

/** The allocator's used blocks, read at the first call.  NULL: out of
 * memory. */
const struct coil_blocks *coil_reader_blocks(struct coil_reader *reader);

/** The pool that holds @address, or NULL. */
const struct coil_pool *coil_reader_pool(struct coil_reader *reader,
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
const uint8_t *coil_reader_view(struct coil_reader *reader, uint64_t address,
				uint64_t most, uint64_t *bytes);

/** @bytes of @object from @offset on, behind its tp_basicsize too, but not
 * behind the block that it stands in; NULL: not all of them are there. */
const uint8_t *coil_object_behind(struct coil_reader *reader,
				  const struct coil_object *object,
				  uint64_t offset, uint64_t bytes);

/** The same of an object that is read up to where it says that it ends, its
 * items: of its head, or wherever they are captured. */
static inline const uint8_t *coil_object_tail(struct coil_reader *reader,
					      const struct coil_object *object,
					      uint64_t offset, uint64_t bytes)
{
	uint64_t end;

	if (!add64(offset, bytes, &end))
		return NULL;
	if (end <= object->head_size)
		return object->head + offset;
	if (!add64(object->address, offset, &end))
		return NULL;
	return coil_image_view(reader->image, end, bytes);
}

/** Whether @address lies in the memory of a module: it is a static object. */
static inline bool coil_reader_static(struct coil_reader *reader,
				      uint64_t address)
{
	return coil_image_module_at(reader->image, address) != NULL;
}

/** *@out: the word @offset bytes behind @address; false, and 0, where it is
 * not captured or beyond the block that @address is in. */
bool coil_reader_word(struct coil_reader *reader, uint64_t address,
		      uint64_t offset, uint64_t *out);

/** Whether the object at @address has a count of 0: it was freed and waits on a
 * free list.  False where it was not captured. */
bool coil_reader_freed(struct coil_reader *reader, uint64_t address);

/* The word of @object at offset @at; 0 where this version has no such field
 * (COIL_NO_FIELD is beyond every head). */
static inline uint64_t coil_field_word(const struct coil_object *object,
				       uint32_t at)
{
	return (uint64_t)at + 8 > object->head_size ? 0
						    : load64(object->head + at);
}

/* The word of @object at field @f of struct @s. */
#define FIELD(reader, object, s, f) \
	coil_field_word(object, (reader)->layout->s.f)

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
static inline uint64_t coil_ob_size(struct coil_reader *reader,
				    const struct coil_object *object)
{
	int64_t n = (int64_t)load64(object->head +
				    reader->layout->PyVarObject.ob_size);

	return n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
}

/**
 * Read the head of the object at @address; false where it is not captured or
 * has no known type.
 */
bool coil_reader_object(struct coil_reader *reader, uint64_t address,
			struct coil_object *out);

/** The dict, the str or the int at @address; as coil_dict_read() etc. */
static inline bool coil_reader_dict(struct coil_reader *reader,
				    uint64_t address, struct coil_dict *out)
{
	return coil_dict_read(reader->image, reader->layout, address, out);
}

static inline bool coil_reader_str(struct coil_reader *reader, uint64_t address,
				   struct coil_str *out)
{
	return coil_str_read(reader->image, reader->layout, address, out);
}

static inline bool coil_reader_int(struct coil_reader *reader, uint64_t address,
				   struct coil_int *out)
{
	return coil_int_read(reader->image, reader->layout, address, out);
}

/** Everything that the object refers to, in an order that never changes. */
void coil_reader_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink);

/** Whether its type's tp_is_gc, where it has one, lets the collector see it. */
bool coil_reader_is_gc(struct coil_reader *reader,
		       const struct coil_object *object);

/** The memory that it alone owns beside its own block. */
void coil_reader_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers);

/** Whether objects of @type may have such memory at all. */
bool coil_reader_has_buffers(struct coil_reader *reader,
			     const struct coil_type *type);

/** What sys.getsizeof returns; *known is false where it is a guess. */
uint64_t coil_reader_size(struct coil_reader *reader,
			  const struct coil_object *object, bool *known);

/**
 * References of the nodes that are no Python objects: shared dict keys, the
 * frames of threads, threads, interpreters.
 */
void coil_node_refs(struct coil_reader *reader, uint64_t address,
		    enum coil_node_kind node, struct coil_sink *sink);

/** Fill reader->interned; false where memory ran out. */
bool coil_interned_find(struct coil_reader *reader);

/* Whether the dict at @address is a table of interned strings. */
bool coil_is_interned_table(struct coil_reader *reader, uint64_t address);

#endif
