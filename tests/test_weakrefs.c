/* SPDX-License-Identifier: MIT */
/*
 * Weak references of made interpreters: each row makes some and says what each
 * refers to and what holds it.
 */
#include "coil/weakrefs.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

struct expected {
	uint64_t ref, referent, callback, owner; /* addresses; 0: none */
	bool captured;				 /* the referent is a node */
};

struct made {
	struct heapimage *h;
	struct expected refs[4]; /* by address */
	size_t count;
};

static uint64_t kept(struct made *m, uint64_t object)
{
	heapimage_keep(m->h, object);
	return object;
}

static uint64_t expect(struct made *m, uint64_t ref, uint64_t referent,
		       uint64_t callback)
{
	m->refs[m->count++] =
		(struct expected){ref, referent, callback, 0, referent != 0};
	return ref;
}

/* A reference to a new list that something else keeps. */
static uint64_t alive(struct made *m)
{
	uint64_t list = kept(m, heapimage_list(m->h, NULL, 0));

	return expect(m, heapimage_weakref(m->h, list, 0), list, 0);
}

static void nothing(struct made *m)
{
	kept(m, heapimage_list(m->h, NULL, 0));
}

static void one_alive(struct made *m)
{
	kept(m, alive(m));
}

static void dead(struct made *m)
{
	kept(m, expect(m, heapimage_weakref(m->h, m->h->none, 0), 0, 0));
}

static void callback(struct made *m)
{
	uint64_t list = kept(m, heapimage_list(m->h, NULL, 0));
	uint64_t call = heapimage_list(m->h, NULL, 0);

	kept(m, expect(m, heapimage_weakref(m->h, list, call), list, call));
}

static void several(struct made *m)
{
	one_alive(m);
	dead(m);
	one_alive(m);
}

/* Its memory is not there: it may live. */
static void not_captured(struct made *m)
{
	uint64_t list = kept(m, heapimage_list(m->h, NULL, 0));

	kept(m, expect(m, heapimage_weakref(m->h, list, 0), list, 0));
	m->refs[0].captured = false;
	heapimage_cut(m->h, list, m->h->layout->PyListObject.size);
}

/* Nothing refers to it any more; the reference is not cleared yet. */
static void being_freed(struct made *m)
{
	uint64_t list = heapimage_list(m->h, NULL, 0);

	kept(m, expect(m, heapimage_weakref(m->h, list, 0), 0, 0));
}

/* An instance of @type whose attribute @name is @data has all of them. */
static void own(struct made *m, uint64_t type, const char *name, uint64_t data)
{
	uint64_t owner = heapimage_instance(m->h, type, name, data);

	kept(m, owner);
	for (size_t i = 0; i < m->count; i++)
		m->refs[i].owner = owner;
}

static void values(struct made *m)
{
	uint64_t type = heapimage_class(m->h, "weakref", "WeakValueDictionary",
					"object");
	uint64_t pairs[] = {heapimage_str(m->h, "a"), 0,
			    heapimage_str(m->h, "b"), 0};

	pairs[1] = alive(m);
	pairs[3] = alive(m);
	own(m, type, "data", heapimage_dict(m->h, 1, pairs, 2));
}

static void keys(struct made *m)
{
	uint64_t type =
		heapimage_class(m->h, "weakref", "WeakKeyDictionary", "object");
	uint64_t pairs[] = {alive(m), heapimage_str(m->h, "a")};

	own(m, type, "data", heapimage_dict(m->h, 0, pairs, 1));
}

static void set(struct made *m)
{
	uint64_t type =
		heapimage_class(m->h, "_weakrefset", "WeakSet", "object");
	uint64_t items[] = {alive(m), alive(m)};

	own(m, type, "data", heapimage_set(m->h, items, 2));
}

/* A class derived from one; that it is in another module says nothing. */
static void derived(struct made *m)
{
	const struct coil_layout *l = m->h->layout;
	uint64_t base =
		heapimage_class(m->h, "_weakrefset", "WeakSet", "object");
	uint64_t type = heapimage_class(m->h, "app", "Members", "object");
	uint64_t items[] = {alive(m)};
	const uint64_t mro[] = {type, base, heapimage_type(m->h, "object")};

	heapimage_hold(m->h, type + l->PyTypeObject.tp_base, base);
	heapimage_hold(m->h, type + l->PyTypeObject.tp_mro,
		       heapimage_tuple(m->h, mro, 3));
	own(m, type, "data", heapimage_set(m->h, items, 1));
}

/* Of a class that is called like one, or in an attribute of another name. */
static void no_container(struct made *m)
{
	uint64_t type = heapimage_class(m->h, "app", "WeakSet", "object");
	uint64_t items[] = {alive(m)};

	own(m, type, "data", heapimage_set(m->h, items, 1));
	type = heapimage_class(m->h, "_weakrefset", "WeakSet", "object");
	items[0] = alive(m);
	own(m, type, "_pending", heapimage_set(m->h, items, 1));
	m->refs[0].owner = m->refs[1].owner = 0;
}

static const struct {
	const char *name;
	void (*fill)(struct made *m);
} rows[] = {
	{"nothing", nothing},
	{"alive", one_alive},
	{"dead", dead},
	{"with a callback", callback},
	{"several", several},
	{"to what was not captured", not_captured},
	{"to what is being freed", being_freed},
	{"in a WeakValueDictionary", values},
	{"in a WeakKeyDictionary", keys},
	{"in a WeakSet", set},
	{"in a class derived from WeakSet", derived},
	{"in what is no container", no_container},
};

static uint64_t address_of(const struct coil_graph *g, coil_node node)
{
	return node == COIL_NO_NODE ? 0 : g->address[node];
}

static void check_one(const struct made *m, const struct coil_graph *g,
		      const struct coil_weakrefs *found, size_t i)
{
	const struct expected *e = &m->refs[i];
	struct coil_weakref w;

	coil_weakrefs_get(found, i, &w);
	ck_assert_uint_eq(address_of(g, w.ref), e->ref);
	ck_assert_uint_eq(w.referent, e->referent);
	ck_assert_uint_eq(address_of(g, w.referent_node),
			  e->captured ? e->referent : 0);
	ck_assert_uint_eq(w.callback, e->callback);
	ck_assert_uint_eq(address_of(g, w.owner), e->owner);
}

START_TEST(weakrefs)
{
	size_t row = (size_t)_i / HEAPIMAGE_BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % HEAPIMAGE_BUILDS)};
	struct coil_weakrefs *found = NULL;
	struct coil_snapshot *s;

	rows[row].fill(&m);
	s = heapimage_snapshot(m.h);
	ck_assert_int_eq(coil_weakrefs_find(s, &found, NULL), COIL_OK);
	ck_assert_msg(coil_weakrefs_count(found) == m.count, "%s: %zu",
		      rows[row].name, coil_weakrefs_count(found));
	for (size_t i = 0; i < m.count; i++)
		check_one(&m, heapimage_graph(s), found, i);
	coil_weakrefs_free(found);
	coil_snapshot_close(s);
	heapimage_free(m.h);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, weakrefs, 0,
			    (int)countof(rows) * HEAPIMAGE_BUILDS);
}
