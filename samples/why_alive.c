/* SPDX-License-Identifier: MIT */
/*
 * Why the object at an address is alive, in words, as coil-paths says it:
 *
 *	cc why_alive.c $(pkg-config --cflags --libs coil) -o why_alive
 *	./why_alive core.1234 0x7f31c2a04d40
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <coil.h>

static void print_steps(const struct coil_words *words,
			const struct coil_graph *graph)
{
	const struct coil_words_step *steps;
	struct coil_node_info node;
	size_t count;

	steps = coil_words_steps(words, &count);
	if (!count)
		printf("-\tno path from a root leads to it\n");
	for (size_t i = 0; i < count; i++) {
		coil_graph_node(graph, steps[i].node, &node);
		printf("0x%016" PRIx64 "\t%s\t%s\n", node.address,
		       steps[i].text, node.type);
	}
}

int main(int argc, char **argv)
{
	struct coil_snapshot *snapshot = NULL;
	struct coil_words *words = NULL;
	const struct coil_paths *paths;
	struct coil_graph *graph;
	struct coil_error err;
	coil_node node;
	int status = 2;

	if (argc != 3) {
		fprintf(stderr, "Usage: %s SNAPSHOT ADDRESS\n", argv[0]);
		return 2;
	}
	if (coil_snapshot_open(argv[1], NULL, &snapshot, &err) ||
	    coil_snapshot_graph(snapshot, &graph, &err) ||
	    coil_snapshot_paths(snapshot, &paths, &err) ||
	    coil_words_new(snapshot, &words, &err)) {
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
	} else {
		node = coil_graph_find(graph, strtoull(argv[2], NULL, 0));
		if (node == COIL_NO_NODE) {
			fprintf(stderr, "%s: no object there\n", argv[0]);
		} else if (coil_words_path(words, paths, node) == COIL_OK) {
			print_steps(words, graph);
			status = 0;
		}
	}
	coil_words_free(words);
	coil_snapshot_close(snapshot);
	return status;
}
