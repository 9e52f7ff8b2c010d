/* SPDX-License-Identifier: MIT */
/*
 * Which kind a type is of: by its name in any release, if its structs are those
 * that the layout has.
 */
#include "tests/objectmake.h"
#include "tests/unit.h"

START_TEST(names)
{
	const char *seen[2 * coil_kind_count];
	size_t n = 0;

	for (size_t i = 0; i < coil_kind_count; i++) {
		if (coil_kinds[i]->name)
			seen[n++] = coil_kinds[i]->name;
		if (coil_kinds[i]->other_name)
			seen[n++] = coil_kinds[i]->other_name;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(seen[i], seen[k]) != 0,
				      "%s is there twice", seen[i]);
}
END_TEST

/* Where a size in a layout is changed, and to what. */
#define CHANGED(s, bytes) COIL_SIZE(s), bytes
#define AS_IT_IS	  0, 0

static const struct {
	const char *test, *type;
	int64_t more; /* bytes of the type beyond its struct, PyDictObject */
	uint32_t changed, size;
	const struct coil_kind *kind;
} types[] = {
	{"no name", "", 0, AS_IT_IS, NULL},
	{"another name", "made", 0, AS_IT_IS, NULL},
	{"as large", "dict", 0, AS_IT_IS, &coil_kind_dict},
	{"larger", "dict", 8, AS_IT_IS, &coil_kind_dict},
	{"smaller", "dict", -8, AS_IT_IS, NULL},
	{"no struct", "dict", 0, CHANGED(PyDictObject, 0), NULL},
	{"none, not even a field", "dict", 0,
	 CHANGED(PyDictObject, COIL_NO_FIELD), NULL},
	{"with a base", "collections.OrderedDict", 200, AS_IT_IS,
	 &coil_kind_odict},
	{"its base has no struct", "collections.OrderedDict", 200,
	 CHANGED(PyDictObject, 0), NULL},
	{"what it needs has none", "collections.OrderedDict", 200,
	 CHANGED(ODictNode, 0), NULL},
	{"no struct beyond object", "NoneType", 0, AS_IT_IS, &coil_kind_none},
	{"of other releases", "weakref", 0, CHANGED(PyWeakReference, 48),
	 &coil_kind_weakref},
	{"of other releases, another size", "weakref", 8,
	 CHANGED(PyWeakReference, 48), NULL},
	{"its own name, another size", "weakref.ReferenceType", 8,
	 CHANGED(PyWeakReference, 48), &coil_kind_weakref},
	{"known by rule alone", "select.epoll", 0, AS_IT_IS, NULL},
};

START_TEST(by_name)
{
	struct coil_layout layout = *made.layout;
	const struct coil_kind *kind;

	ck_assert_uint_eq(layout.PyDictObject.size, 48);
	if (types[_i].changed)
		memcpy((uint8_t *)&layout + types[_i].changed, &types[_i].size,
		       sizeof(types[_i].size));
	made.reader.layout = &layout;
	made.type.name = types[_i].type;
	made.type.basicsize = (uint64_t)(48 + types[_i].more);
	kind = coil_kind_by_name(&made.reader, &made.type);
	ck_assert_msg(kind == types[_i].kind, "%s: %s", types[_i].test,
		      !kind	   ? "none"
		      : kind->name ? kind->name
				   : "by rule");
}
END_TEST

START_TEST(by_rule)
{
	made.type.name = "select.epoll";
	ck_assert_ptr_eq(coil_kind_by_rule(&made.reader, &made.type),
			 &coil_kind_nothing);
	/* It visits something. */
	made.type.traverse = AT(DATA);
	ck_assert_ptr_null(coil_kind_by_rule(&made.reader, &made.type));
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, objectmake_setup, objectmake_teardown);
	tcase_add_test(tc, names);
	tcase_add_loop_test(tc, by_name, 0, countof(types));
	tcase_add_test(tc, by_rule);
}
