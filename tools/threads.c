/* SPDX-License-Identifier: MIT */
/* coil-threads: the Python stack of every thread, and what its frames hold. */
#include <inttypes.h>

#include "common/tool.h"

#define VALUE_SIZE 200

struct options {
	int locals;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "locals", locals, 1, "what each frame holds, by name"),
};

enum {
	THREAD,
	FRAME,
	FUNCTION,
	LOCATION,
	FILE_NAME,
	LINE,
	DEPTH,
	TID,
	IDENT,
	GENERATOR,
	CODE,
	INTERPRETER
};

static const struct tool_column columns[] = {
	[THREAD] = {"thread", TOOL_ADDRESS, TOOL_BOTH},
	[FRAME] = {"frame", TOOL_ADDRESS, TOOL_BOTH},
	[FUNCTION] = {"function", TOOL_WORDS, TOOL_BOTH},
	[LOCATION] = {"location", TOOL_WORDS, TOOL_SHOWN},
	[FILE_NAME] = {"file", TOOL_WORDS, TOOL_JSON},
	[LINE] = {"line", TOOL_COUNT, TOOL_JSON},
	[DEPTH] = {"depth", TOOL_COUNT, TOOL_JSON},
	[TID] = {"tid", TOOL_COUNT, TOOL_BOTH},
	[IDENT] = {"ident", TOOL_COUNT, TOOL_JSON},
	[GENERATOR] = {"generator", TOOL_ADDRESS, TOOL_JSON},
	[CODE] = {"code", TOOL_ADDRESS, TOOL_JSON},
	[INTERPRETER] = {"interpreter", TOOL_ADDRESS, TOOL_JSON},
};

enum {
	L_ADDRESS,
	L_NAME,
	L_KIND,
	L_TYPE,
	L_VALUE,
	L_FUNCTION,
	L_DEPTH,
	L_FRAME,
	L_THREAD,
	L_TID
};

static const struct tool_column local_columns[] = {
	[L_ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[L_NAME] = {"name", TOOL_WORDS, TOOL_BOTH},
	[L_KIND] = {"kind", TOOL_WORDS, TOOL_BOTH},
	[L_TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[L_VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
	[L_FUNCTION] = {"function", TOOL_WORDS, TOOL_BOTH},
	[L_DEPTH] = {"depth", TOOL_COUNT, TOOL_BOTH},
	[L_FRAME] = {"frame", TOOL_ADDRESS, TOOL_JSON},
	[L_THREAD] = {"thread", TOOL_ADDRESS, TOOL_JSON},
	[L_TID] = {"tid", TOOL_COUNT, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	TOOL_TABLE(NULL, columns),
	TOOL_TABLE("--locals", local_columns),
};

TOOL_PROGRAM("threads", .takes = TOOL_SNAPSHOT,
	     .summary = "Print the Python stack of every thread");

struct printer {
	struct tool *tool;
	struct coil_graph *graph; /* NULL without --locals */
	struct coil_threads *threads;
	struct coil_thread thread;
	struct coil_thread_frame frame;
	size_t index, depth;
	uint64_t cut; /* frames part of which was not captured */
	bool more;
};

static void print_frame(struct printer *p)
{
	const struct coil_thread_frame *f = &p->frame;
	struct tool *tool = p->tool;
	struct tool_buffer location = {0};

	tool_buffer_text(&location, f->file);
	if (f->line >= 0) {
		tool_buffer_char(&location, ':');
		tool_buffer_decimal(&location, false, (uint64_t)f->line);
		tool_signed(tool, LINE, f->line);
	}
	tool_address(tool, FRAME, f->address);
	tool_text(tool, FUNCTION, f->name);
	tool_text(tool, LOCATION, location.data ? location.data : "");
	tool_text(tool, FILE_NAME, f->file);
	tool_count(tool, DEPTH, p->depth);
	tool_address(tool, GENERATOR, f->generator);
	tool_address(tool, CODE, f->code);
	tool_buffer_free(&location);
}

static bool print_local(void *ctx, const struct coil_local *local)
{
	struct printer *p = ctx;
	struct tool *tool = p->tool;
	coil_node node = coil_graph_find(p->graph, local->address);
	struct coil_node_info info = {.type = ""};
	char value[VALUE_SIZE] = "";

	if (node != COIL_NO_NODE) {
		coil_graph_node(p->graph, node, &info);
		coil_snapshot_value(tool_open(tool, 0), node, value,
				    sizeof(value));
	}
	if (tool->shared.types.count &&
	    (node == COIL_NO_NODE ||
	     !tool_wants_type(tool, p->graph, info.type_index)))
		return true;
	tool_address(tool, L_ADDRESS, local->address);
	tool_text(tool, L_NAME, local->name);
	tool_text(tool, L_KIND, coil_local_kind_name(local->kind));
	tool_text(tool, L_TYPE, info.type);
	tool_text(tool, L_VALUE, value);
	tool_text(tool, L_FUNCTION, p->frame.name);
	tool_count(tool, L_DEPTH, p->depth);
	tool_address(tool, L_FRAME, p->frame.address);
	tool_address(tool, L_THREAD, p->thread.address);
	if (p->thread.native_id)
		tool_count(tool, L_TID, p->thread.native_id);
	p->more = tool_record(tool);
	return p->more;
}

static void print_thread(struct printer *p)
{
	struct tool *tool = p->tool;

	/* A thread without a frame has a record all the same. */
	for (p->depth = 0; p->more && (p->depth < p->thread.frames ||
				       (!p->graph && !p->depth));
	     p->depth++) {
		bool any = p->depth < p->thread.frames;

		if (any)
			coil_threads_frame(p->threads, p->index, p->depth,
					   &p->frame);
		if (p->graph) {
			p->cut += !coil_threads_locals(
				p->threads, p->index, p->depth, print_local, p);
			continue;
		}
		if (any)
			print_frame(p);
		tool_address(tool, THREAD, p->thread.address);
		if (p->thread.native_id)
			tool_count(tool, TID, p->thread.native_id);
		tool_count(tool, IDENT, p->thread.id);
		tool_address(tool, INTERPRETER, p->thread.interpreter);
		p->more = tool_record(tool);
	}
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	if (tool.shared.types.count && !o.locals)
		tool_die(&tool, "--type is of what --locals lists");
	tool_choose_table(&tool, o.locals ? 1 : 0);
	struct printer p = {.tool = &tool, .more = true};

	if (o.locals)
		p.graph = tool_graph(&tool, 0);
	tool_check(&tool, coil_threads_find(tool_open(&tool, 0), &p.threads,
					    &tool.err));
	for (; p.index < coil_threads_count(p.threads) && p.more; p.index++) {
		coil_threads_get(p.threads, p.index, &p.thread);
		print_thread(&p);
		if (!p.thread.complete)
			tool_missing(&tool,
				     "%s: the stack of thread 0x%016" PRIx64
				     " goes on in memory that was not "
				     "captured",
				     tool.paths[0], p.thread.address);
	}
	if (p.cut)
		tool_missing(&tool,
			     "%s: parts of %" PRIu64
			     " frames were not captured",
			     tool.paths[0], p.cut);
	coil_threads_free(p.threads);
	return tool_finish(&tool, TOOL_COMPLETE);
}
