/* SPDX-License-Identifier: MIT */
/*
 * struct coil_layout to a layout file (coil-layout(5)): one struct, one
 * constant, one root a line, so that two files compare well with diff(1).
 */

#include "layout/table.h"

static void write_unit(FILE *file, uint32_t unit)
{
	fprintf(file, "\\u%04x", unit);
}

/*
 * Names come from DWARF or from a file that was read: nothing but ASCII is
 * written, and what is no UTF-8 as the replacement character.
 * Source: RFC 8259, section 7.
 */
static void write_string(FILE *file, const char *s)
{
	uint32_t c;
	size_t n;

	putc('"', file);
	for (; *s; s += n ? n : 1) {
		n = coil_text_decode(s, &c);
		if (c == '"' || c == '\\') {
			fprintf(file, "\\%c", (int)c);
		} else if (n == 1 && c >= 0x20 && c != 0x7f) {
			putc((int)c, file);
		} else if (c >= 0x10000) {
			write_unit(file, 0xd800 + ((c - 0x10000) >> 10));
			write_unit(file, 0xdc00 + (c & 0x3ff));
		} else {
			write_unit(file, n ? c : 0xfffd);
		}
	}
	putc('"', file);
}

static void write_structs(const struct coil_layout *layout, FILE *file)
{
	const char *separator = "";
	bool absent = false;

	fprintf(file, "\t\"structs\": {\n");
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		uint32_t number = coil_layout_number(layout, row->at);
		bool last = i + 1 == coil_layout_row_count ||
			    !coil_layout_rows[i + 1].field;

		if (!row->field) {
			absent = number == 0;
			fprintf(file, "%s\t\t\"%s\": ", separator, row->owner);
			if (absent)
				fprintf(file, "null");
			else
				fprintf(file, "{\n\t\t\t\"size\": %u", number);
			separator = ",\n";
		} else if (!absent && number == COIL_NO_FIELD) {
			fprintf(file, ",\n\t\t\t\"%s\": null", row->field);
		} else if (!absent) {
			fprintf(file, ",\n\t\t\t\"%s\": %u", row->field,
				number);
		}
		if (last && !absent)
			fprintf(file, "\n\t\t}");
	}
	fprintf(file, "\n\t},\n");
}

static void write_roots(FILE *file, const char *name,
			const struct coil_layout_root *roots, uint32_t count)
{
	fprintf(file, "\t\"%s\": [", name);
	for (uint32_t i = 0; i < count; i++) {
		fprintf(file, "%s\n\t\t[", i ? "," : "");
		write_string(file, roots[i].name);
		fprintf(file, ", %u, %u, %u]", roots[i].offset, roots[i].count,
			roots[i].stride);
	}
	fprintf(file, "\n\t]");
}

enum coil_status coil_layout_write(const struct coil_layout *layout, FILE *file)
{
	char spelling[64];

	fprintf(file, "{\n\t\"name\": ");
	write_string(file, layout->name);
	fprintf(file, ",\n\t\"source\": ");
	write_string(file, layout->source);
	fprintf(file, ",\n\t\"first\": \"0x%08x\",\n\t\"last\": \"0x%08x\",\n",
		layout->first, layout->last);
	fprintf(file, "\t\"debug\": %s,\n\t\"free_threaded\": %s,\n",
		layout->debug ? "true" : "false",
		layout->free_threaded ? "true" : "false");
	if (layout->untested)
		fprintf(file, "\t\"untested\": true,\n");
	fprintf(file, "\t\"proved\": [");
	for (uint32_t i = 0; i < layout->proved_count; i++)
		fprintf(file, "%s\"0x%08x\"", i ? ", " : "", layout->proved[i]);
	fprintf(file, "],\n");
	write_structs(layout, file);
	fprintf(file, "\t\"constants\": {");
	for (size_t i = 0; i < coil_layout_constant_count; i++)
		fprintf(file, "%s\n\t\t\"%s\": %u", i ? "," : "",
			coil_layout_constants[i].name,
			coil_layout_number(layout,
					   coil_layout_constants[i].at));
	fprintf(file, "\n\t},\n\t\"strategies\": {");
	for (size_t i = 0; i < coil_layout_strategy_count; i++) {
		const struct coil_layout_strategy *s =
			&coil_layout_strategies[i];

		if (!coil_layout_spelling(s, coil_layout_number(layout, s->at),
					  spelling, sizeof(spelling)))
			spelling[0] = '\0';
		fprintf(file, "%s\n\t\t\"%s\": \"%s\"", i ? "," : "", s->name,
			spelling);
	}
	fprintf(file, "\n\t},\n");
	write_roots(file, "interpreter_roots", layout->interpreter_roots,
		    layout->interpreter_root_count);
	fprintf(file, ",\n");
	write_roots(file, "thread_roots", layout->thread_roots,
		    layout->thread_root_count);
	fprintf(file, "\n}\n");
	return ferror(file) ? COIL_E_OS : COIL_OK;
}
