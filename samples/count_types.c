/* SPDX-License-Identifier: MIT */
/*
 * How many objects of each type, with nothing but libcoil's public headers:
 *
 *	cc count_types.c $(pkg-config --cflags --libs coil) -o count_types
 *	./count_types core.1234
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <coil.h>

static void print_counts(const struct coil_graph *graph, uint64_t *counts)
{
	struct coil_node_info node;
	struct coil_type_info type;

	for (coil_node n = 0; n < coil_graph_object_count(graph); n++) {
		coil_graph_node(graph, n, &node);
		counts[node.type_index]++;
	}
	for (uint32_t t = 0; t < coil_graph_type_count(graph); t++) {
		coil_graph_type(graph, t, &type);
		if (!counts[t])
			continue;
		if (type.address)
			printf("0x%016" PRIx64, type.address);
		else /* a frame or a thread, which has no type object */
			printf("-");
		printf("\t%" PRIu64 "\t%s\n", counts[t], type.name);
	}
}

int main(int argc, char **argv)
{
	struct coil_snapshot *snapshot = NULL;
	struct coil_graph *graph;
	struct coil_error err;
	uint64_t *counts;
	int status = 2;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s SNAPSHOT\n", argv[0]);
		return 2;
	}
	if (coil_snapshot_open(argv[1], NULL, &snapshot, &err) ||
	    coil_snapshot_graph(snapshot, &graph, &err)) {
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
	} else {
		counts = calloc(coil_graph_type_count(graph) + 1,
				sizeof(*counts));
		if (counts) {
			print_counts(graph, counts);
			status = 0;
		}
		free(counts);
	}
	coil_snapshot_close(snapshot);
	return status;
}
