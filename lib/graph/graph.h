/* SPDX-License-Identifier: MIT */
#ifndef COIL_GRAPH_GRAPH_H
#define COIL_GRAPH_GRAPH_H

#include "base/base.h"
#include "coil/graph.h"

/*
 * The graph as analyses see it: struct of arrays over nodes in address order,
 * edges in compressed sparse rows.  No pointers inside the arrays and no
 * strings but the type names, so that a graph is written to a file and mapped
 * as it stands.
 *
 * Nodes [0, object_count) have addresses, ascending.  The COIL_ROOT_NODES after
 * them are the root nodes, in the order root, static, native, unreachable; the
 * rows of all nodes are in edge_offset order, so row n of the roots works like
 * any other.
 */
#define COIL_ROOT_NODES 4

struct coil_graph_type {
	uint64_t address; /* 0: angle brackets */
	uint32_t name;	  /* offset into names */
	uint32_t node;	  /* UINT32_MAX: none */
	uint32_t means;	  /* offset into names */
	uint32_t reason;  /* offset into names */
};

/* A value that does not fit 32 bits: the array holds UINT32_MAX, this the
 * rest.  Sorted by node. */
struct coil_overflow {
	uint64_t node, value;
};

struct coil_graph {
	uint32_t node_count; /* object_count + COIL_ROOT_NODES */
	uint32_t object_count;
	uint32_t type_count;
	uint64_t edge_count;

	uint64_t *address;   /* [node_count]; 0 for the roots */
	uint32_t *type;	     /* [node_count] */
	uint32_t *size;	     /* [node_count], bytes or UINT32_MAX */
	uint32_t *allocated; /* [node_count], bytes or UINT32_MAX */
	uint32_t *refcount;  /* [node_count], low 32 bits or UINT32_MAX */
	uint32_t *flags;     /* [node_count]; COIL_FLAG_*, kind, generation */

	uint64_t *edge_offset; /* [node_count + 1] */
	uint32_t *edge_target; /* [edge_count] */
	uint8_t *edge_flags;   /* [edge_count] */

	struct coil_graph_type *types; /* [type_count] */
	char *names;		       /* NUL-terminated strings */
	size_t names_size;

	struct coil_overflow *big_sizes, *big_allocated, *big_refcounts;
	size_t big_size_count, big_allocated_count, big_refcount_count;

	/* Address to node: see addrset.h. */
	struct coil_addrset *find;

	/* Built by coil_graph_index_in(): edges into a node. */
	uint64_t *in_offset;	/* [node_count + 1] */
	uint32_t *in_from;	/* [edge_count], ascending in a row */
	struct coil_rows *rows; /* of long rows: where a target stands */

	bool borrowed; /* the arrays, those of in_* apart, belong to the
			* cache file that they are mapped from */
};

/* flags also carries these, above the public ones. */
#define COIL_FLAGS_PUBLIC     0x0180ffffu
#define COIL_FLAGS_KIND_SHIFT 16 /* 4 bits: enum coil_node_kind */
#define COIL_FLAGS_GEN_SHIFT  20 /* 3 bits: generation + 1 */

static inline uint32_t coil_graph_root_index(const struct coil_graph *g)
{
	return g->object_count;
}

/* A strong reference: counted, and not weak. */
static inline bool coil_edge_strong(uint8_t flags)
{
	return (flags & COIL_EDGE_COUNTED) &&
	       (flags & COIL_EDGE_KIND) != COIL_REF_WEAK;
}

/** The value of @node in a table sorted by node; UINT32_MAX: it has none. */
uint64_t coil_overflow_find(const struct coil_overflow *table, size_t count,
			    uint32_t node);

/** What @node stands for. */
static inline enum coil_node_kind coil_graph_kind(const struct coil_graph *g,
						  uint32_t node)
{
	return (enum coil_node_kind)(g->flags[node] >> COIL_FLAGS_KIND_SHIFT &
				     15);
}

static inline uint64_t coil_graph_allocated(const struct coil_graph *g,
					    uint32_t node)
{
	uint32_t v = g->allocated[node];

	return v != UINT32_MAX
		       ? v
		       : coil_overflow_find(g->big_allocated,
					    g->big_allocated_count, node);
}

static inline uint64_t coil_graph_size(const struct coil_graph *g,
				       uint32_t node)
{
	uint32_t v = g->size[node];

	return v != UINT32_MAX ? v
			       : coil_overflow_find(g->big_sizes,
						    g->big_size_count, node);
}

static inline uint64_t coil_graph_refcount(const struct coil_graph *g,
					   uint32_t node)
{
	uint32_t v = g->refcount[node];

	return v != UINT32_MAX
		       ? v
		       : coil_overflow_find(g->big_refcounts,
					    g->big_refcount_count, node);
}

/*
 * Where in a row the references to a node stand (rows.c).  That of a short row
 * is searched each time; a long one is sorted at the first call and kept, at
 * most 8 bytes an edge.  Any number of threads may ask at once.
 */
struct coil_rows *coil_rows_new(const struct coil_graph *graph);
void coil_rows_free(struct coil_rows *rows);

/**
 * The first edge of @from to @to from @at on: an index of edges, at least the
 * row's first; UINT64_MAX: there is none.
 */
uint64_t coil_rows_find(const struct coil_graph *graph, uint32_t from,
			uint32_t to, uint64_t at);

/* Graph type indices of the nodes in angle brackets follow those of the types:
 * type_count - COIL_SPECIAL_TYPES + kind - 1. */
#define COIL_SPECIAL_TYPES 8

/** A graph with nothing in it, all arrays NULL. */
struct coil_graph *coil_graph_new(void);
void coil_graph_free(struct coil_graph *graph);

#endif
