/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_SINK_H
#define COIL_OBJECTS_SINK_H

/*
 * References and buffers, as they are handed from what decodes an object to
 * what takes them.
 */

#include "base/base.h"
#include "coil/reference.h"

struct coil_reader;

/* How the label of a reference is kept; text is made when it is printed. */
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
			   * emitted, as far as there is room for one */
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

/**
 * Emit the @count words of an array at @address, with indices as labels;
 * words that are 0 are passed over but counted.
 */
void coil_emit_array(struct coil_reader *reader, struct coil_sink *sink,
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
void coil_emit_words(struct coil_reader *reader, struct coil_sink *sink,
		     uint64_t address, uint32_t size,
		     const struct coil_word *words, size_t count);

/**
 * The references of an interpreter frame at @frame (frames.c): shared by
 * threads' frames, frame objects, generators.
 *
 * @traversed  COIL_EDGE_TRAVERSED, or 0 where the holder has no tp_traverse.
 */
void coil_frame_refs(struct coil_reader *reader, uint64_t frame,
		     unsigned traversed, struct coil_sink *sink);

#endif
