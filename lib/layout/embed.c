/* SPDX-License-Identifier: MIT */
/*
 * A program of the build: layout files in, one C file of const tables out.
 *
 *	layout-embed cpython-3.11.json cpython-3.13.json > layouts.c
 */

#include "layout/table.h"

#include <errno.h>
#include <stdlib.h>

/* As a C string; the escapes of a name that is no plain text are octal. */
static void embed_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7f)
			printf("\\%03o", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void embed_roots(const char *kind, size_t index,
			const struct coil_layout_root *roots, uint32_t count)
{
	printf("static const struct coil_layout_root %s_%zu[] = {\n", kind,
	       index);
	for (uint32_t i = 0; i < count; i++) {
		printf("\t{ ");
		embed_string(roots[i].name);
		printf(", %u, %u, %u },\n", roots[i].offset, roots[i].count,
		       roots[i].stride);
	}
	printf("\t{ NULL, 0, 0, 0 },\n};\n\n");
}

static void embed_proved(const struct coil_layout *layout, size_t index)
{
	printf("static const uint32_t proved_%zu[] = {", index);
	for (uint32_t i = 0; i < layout->proved_count; i++)
		printf("0x%08xu, ", layout->proved[i]);
	printf("0};\n\n");
}

static void embed_layout(const struct coil_layout *layout, size_t index)
{
	embed_roots("interpreter_roots", index, layout->interpreter_roots,
		    layout->interpreter_root_count);
	embed_roots("thread_roots", index, layout->thread_roots,
		    layout->thread_root_count);
	embed_proved(layout, index);
	printf("static const struct coil_layout layout_%zu = {\n\t.name = ",
	       index);
	embed_string(layout->name);
	printf(",\n\t.source = ");
	embed_string(layout->source);
	printf(",\n\t.first = 0x%08xu,\n\t.last = 0x%08xu,\n", layout->first,
	       layout->last);
	printf("\t.debug = %d,\n\t.free_threaded = %d,\n\t.untested = %d,\n",
	       layout->debug, layout->free_threaded, layout->untested);
	printf("\t.proved = proved_%zu,\n\t.proved_count = %u,\n", index,
	       layout->proved_count);
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];

		printf("\t.%s.%s = %uu,\n", row->owner,
		       row->field ? row->field : "size",
		       coil_layout_number(layout, row->at));
	}
	for (size_t i = 0; i < coil_layout_constant_count; i++)
		printf("\t.constant.%s = %uu,\n", coil_layout_constants[i].name,
		       coil_layout_number(layout, coil_layout_constants[i].at));
	for (size_t i = 0; i < coil_layout_strategy_count; i++) {
		const struct coil_layout_strategy *s =
			&coil_layout_strategies[i];

		printf("\t.strategy.%s = (enum coil_%s)%u,\n", s->name, s->name,
		       coil_layout_number(layout, s->at));
	}
	printf("\t.interpreter_roots = interpreter_roots_%zu,\n"
	       "\t.interpreter_root_count = %u,\n"
	       "\t.thread_roots = thread_roots_%zu,\n"
	       "\t.thread_root_count = %u,\n};\n\n",
	       index, layout->interpreter_root_count, index,
	       layout->thread_root_count);
}

/*
 * The order in which layouts are tried, whatever that of the files is: by minor
 * version, release builds first; of those for one build the narrowest range of
 * releases first; by name.
 */
static int compare(const void *a, const void *b)
{
	const struct coil_layout *x = *(struct coil_layout *const *)a;
	const struct coil_layout *y = *(struct coil_layout *const *)b;
	const uint32_t keys[][2] = {
		{x->first >> 16, y->first >> 16},
		{x->debug, y->debug},
		{x->free_threaded, y->free_threaded},
		{x->last - x->first, y->last - y->first},
	};

	for (size_t i = 0; i < countof(keys); i++) {
		if (keys[i][0] != keys[i][1])
			return keys[i][0] < keys[i][1] ? -1 : 1;
	}
	return strcmp(x->name, y->name);
}

static void embed(struct coil_layout **layouts, size_t count)
{
	printf("/* Made from formats/layouts by layout-embed: do not edit. */\n"
	       "#include \"layout/layout.h\"\n\n");
	qsort(layouts, count, sizeof(*layouts), compare);
	for (size_t i = 0; i < count; i++)
		embed_layout(layouts[i], i);
	printf("const struct coil_layout *const coil_layouts[] = {\n");
	for (size_t i = 0; i < count; i++)
		printf("\t&layout_%zu,\n", i);
	printf("\tNULL,\n};\nconst size_t coil_layout_count = %zu;\n", count);
}

int main(int argc, char **argv)
{
	size_t count = argc > 0 ? (size_t)argc - 1 : 0;
	struct coil_layout **layouts = calloc(count + 1, sizeof(*layouts));
	struct coil_error err = {.text = "out of memory"};
	bool failed = !layouts;

	for (size_t i = 0; !failed && i < count; i++)
		failed = coil_layout_read(argv[i + 1], &layouts[i], &err);
	if (failed)
		fprintf(stderr, "layout-embed: %s\n", err.text);
	else
		embed(layouts, count);
	for (size_t i = 0; layouts && i < count; i++)
		coil_layout_free(layouts[i]);
	free(layouts);
	if (failed)
		return EXIT_FAILURE;
	if (ferror(stdout) || fclose(stdout)) {
		fprintf(stderr, "layout-embed: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
