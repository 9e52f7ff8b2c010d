/* SPDX-License-Identifier: MIT */
#ifndef COIL_GRAPH_H
#define COIL_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coil/reference.h"
#include "coil/status.h"

/**
 * The object graph: nodes in order of their addresses, then a few nodes for
 * roots, which have no address.  A graph needs no target memory.
 */
struct coil_graph;

/** Index of a node, [0, coil_graph_node_count()). Only good with its graph. */
typedef uint64_t coil_node;
#define COIL_NO_NODE UINT64_MAX

/* Node flags. */
#define COIL_FLAG_GC	     0x0001 /* tracked by the collector */
#define COIL_FLAG_IMMORTAL   0x0002
#define COIL_FLAG_INTERNED   0x0004
#define COIL_FLAG_STATIC     0x0008 /* in the memory of a module */
#define COIL_FLAG_REACHABLE  0x0010 /* from a root */
#define COIL_FLAG_GARBAGE    0x0020 /* the collector's verdict */
#define COIL_FLAG_UNCERTAIN  0x0040 /* merely looks like an object */
#define COIL_FLAG_WEAKREFS   0x0080 /* has weak references to it */
#define COIL_FLAG_SIZE_GUESS 0x0100 /* a __sizeof__ coil does not know */
#define COIL_FLAG_INEXACT    0x0200 /* its references come from a scan */
#define COIL_FLAG_TYPE	     0x0400 /* is a type object */
#define COIL_FLAG_LARGE	     0x0800 /* not in a pymalloc pool, not static */
#define COIL_FLAG_INCOMPLETE 0x1000 /* some of its memory was not captured */
#define COIL_FLAG_EXECUTING \
	0x2000 /* has a frame that executes: how deep its \
		* stack is nobody wrote down, so that its \
		* inexact references may be stale */
#define COIL_FLAG_UNSURE \
	0x4000 /* what the collector visits of it is not \
		* known, and nothing certain holds it: it \
		* and what it refers to may be garbage, \
		* though the verdict has it alive */
#define COIL_FLAG_OVERLAPS \
	0x8000 /* its items stand in memory that another \
		* object has: they are left out */
/* Tracked, and on none of the collector's lists: of an interpreter that was
 * finalized; its neighbours on the list of that time are, too. */
#define COIL_FLAG_LEFT_OVER 0x1000000
/* What the allocator spent on it is not known: that is what was asked for. */
#define COIL_FLAG_AT_LEAST 0x800000

/** One node. Strings are borrowed from the graph, never NULL. */
struct coil_node_info {
	uint64_t address; /* 0 for the root nodes */
	enum coil_node_kind kind;
	uint64_t type_address; /* 0 where there is no type */
	const char *type;      /* "app.models.Session", "dict", "<keys>" */
	uint32_t type_index;   /* [0, coil_graph_type_count()) */
	uint64_t size;	       /* what sys.getsizeof says, in bytes */
	uint64_t allocated;    /* bytes that the allocator spent on it */
	int64_t refcount;
	uint32_t flags; /* COIL_FLAG_* */
	int generation; /* 0 youngest; -1 on no list; 3 permanent */
};

struct coil_type_info {
	uint64_t address; /* 0: none (a node in angle brackets) */
	const char *name;
	coil_node node;	    /* the type object, or COIL_NO_NODE */
	const char *means;  /* how its references are found: "native",
			     * "inferred", "interpreted", "scanned", "none" */
	const char *reason; /* why by no better means; "" for the best */
};

/** How many there are: nodes are [0, coil_graph_node_count()), types
 * [0, coil_graph_type_count()). */
COIL_API uint64_t coil_graph_node_count(const struct coil_graph *graph);
COIL_API uint64_t coil_graph_edge_count(const struct coil_graph *graph);
COIL_API uint64_t coil_graph_type_count(const struct coil_graph *graph);

/** Nodes that have an address: [0, n) of all nodes. */
COIL_API uint64_t coil_graph_object_count(const struct coil_graph *graph);

/** The node at exactly @address, a target address, or COIL_NO_NODE.  Constant
 * time. */
COIL_API coil_node coil_graph_find(const struct coil_graph *graph,
				   uint64_t address);

/** All of @node, which is one of @graph, into @out. */
COIL_API void coil_graph_node(const struct coil_graph *graph, coil_node node,
			      struct coil_node_info *out);

/** Two of its fields, for loops over all nodes. */
COIL_API uint64_t coil_graph_address(const struct coil_graph *graph,
				     coil_node node);
COIL_API uint32_t coil_graph_type_index(const struct coil_graph *graph,
					coil_node node);

/** What all nodes of a type are together; sizes in bytes. */
struct coil_type_sum {
	uint64_t count, size, allocated;
};

/**
 * The sums of all types over the nodes [0, coil_graph_object_count()).
 * @out  As many as coil_graph_type_count(), by index; the caller's.
 */
COIL_API void coil_graph_type_sums(const struct coil_graph *graph,
				   struct coil_type_sum *out);

/** Type @index of [0, coil_graph_type_count()) into @out: its strings are
 * borrowed from the graph. */
COIL_API void coil_graph_type(const struct coil_graph *graph, uint32_t index,
			      struct coil_type_info *out);

/**
 * The objects with COIL_FLAG_UNSURE, by type.
 * @out  As many as coil_graph_type_count(), by index; the caller's.
 * Returns how many there are in all.
 */
COIL_API uint64_t coil_graph_unsure(const struct coil_graph *graph,
				    uint64_t *out);

/** The node above all roots. */
COIL_API coil_node coil_graph_root(const struct coil_graph *graph);

struct coil_edge {
	coil_node from, to;
	uint64_t ordinal; /* the how manieth reference of from, from 0 */
	uint8_t flags;	  /* COIL_EDGE_* */
};

/**
 * Iterate the references of a node, in the order in which its kind has them.
 * Nothing has to be freed.
 *
 *	struct coil_edges it = coil_graph_out(graph, node);
 *	struct coil_edge e;
 *	while (coil_edges_next(&it, &e))
 *		...
 */
struct coil_edges {
	const struct coil_graph *graph;
	coil_node node;
	uint64_t at, end;
	uint64_t resume; /* where the referrer's row is read on */
	bool in;
};

/** What @node refers to. */
COIL_API struct coil_edges coil_graph_out(const struct coil_graph *graph,
					  coil_node node);

/** The next edge into @out; false, @out unchanged, where there is none. */
COIL_API bool coil_edges_next(struct coil_edges *edges, struct coil_edge *out);

/**
 * Build what coil_graph_in() needs, an index of all edges (4 bytes an edge, 8 a
 * node), unless it is there.
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_graph_index_in(struct coil_graph *graph);

/** The references to a node, by ascending from, then ordinal.  Only after
 * coil_graph_index_in(). */
COIL_API struct coil_edges coil_graph_in(const struct coil_graph *graph,
					 coil_node node);

#endif
