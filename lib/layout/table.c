/* SPDX-License-Identifier: MIT */
/*
 * The lists of what a layout holds, as tables: made from layout.def,
 * constants.def and strategies.def, so that they cannot disagree with the
 * struct.
 */

#include "layout/table.h"

#include <ctype.h>
#include <stdlib.h>

const struct coil_layout_row coil_layout_rows[] = {
#define ROW(s, p, kind)		  {#s, NULL, p, offsetof(struct coil_layout, s), kind},
#define COIL_STRUCT(s)		  COIL_STRUCT_AS(s, #s)
#define COIL_STRUCT_AS(s, p)	  ROW(s, p, false)
#define COIL_KIND_STRUCT(s)	  COIL_KIND_STRUCT_AS(s, #s)
#define COIL_KIND_STRUCT_AS(s, p) ROW(s, p, true)
#define COIL_FIELD(s, f)	  COIL_FIELD_AS(s, f, #f)
#define COIL_FIELD_AS(s, f, p) \
	{#s, #f, p, offsetof(struct coil_layout, s.f), false},
#define COIL_END(s)
#include "layout/layout.def"
#undef ROW
#undef COIL_STRUCT
#undef COIL_STRUCT_AS
#undef COIL_FIELD
#undef COIL_FIELD_AS
#undef COIL_END
};
const size_t coil_layout_row_count = countof(coil_layout_rows);

const struct coil_layout_constant coil_layout_constants[] = {
#define COIL_CONSTANT(name) \
	{#name, offsetof(struct coil_layout, constant.name)},
#include "layout/constants.def"
#undef COIL_CONSTANT
};
const size_t coil_layout_constant_count = countof(coil_layout_constants);

const struct coil_layout_strategy coil_layout_strategies[] = {
#define COIL_STRATEGY(name, ...) \
	{#name, #__VA_ARGS__, offsetof(struct coil_layout, strategy.name)},
#include "layout/strategies.def"
#undef COIL_STRATEGY
};
const size_t coil_layout_strategy_count = countof(coil_layout_strategies);

/* The tables set every number through a uint32_t. */
#define COIL_STRATEGY(name, ...) \
	_Static_assert(sizeof(enum coil_##name) == sizeof(uint32_t), #name);
#include "layout/strategies.def"
#undef COIL_STRATEGY

bool coil_layout_spelling(const struct coil_layout_strategy *strategy,
			  uint32_t index, char *buf, size_t size)
{
	const char *p = strategy->values;
	size_t n = 0;

	for (; index; index--) {
		p = strchr(p, ',');
		if (!p)
			return false;
		p++;
	}
	p += strspn(p, " ");
	p += strlen("COIL_") + strlen(strategy->name) + strlen("_");
	for (; *p && *p != ',' && *p != ' '; p++) {
		if (n + 1 >= size)
			return false;
		buf[n++] = (char)tolower((unsigned char)*p);
	}
	buf[n] = '\0';
	return true;
}

void coil_layout_clear(struct coil_layout *layout)
{
	memset(layout, 0, sizeof(*layout));
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		if (coil_layout_rows[i].field)
			coil_layout_set(layout, coil_layout_rows[i].at,
					COIL_NO_FIELD);
	}
}

static int compare_roots(const void *a, const void *b)
{
	const struct coil_layout_root *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return strcmp(x->name, y->name);
}

void coil_layout_sort_roots(struct coil_layout_root *roots, size_t count)
{
	if (count)
		qsort(roots, count, sizeof(*roots), compare_roots);
}
