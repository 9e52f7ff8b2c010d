/* SPDX-License-Identifier: MIT */
/*
 * What is found by its structure alone in a module's variables, in a made
 * interpreter of 3.8: the cache of attributes of types and the list of
 * identifiers; and what spoils it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "fuzz/heapimage.h"
#include "objects/nodes.h"
#include "tests/unit.h"

enum { NAMES = 80, ENTRIES = 4096 };

struct made {
	struct heapimage *h;
	const struct coil_layout *l;
	uint64_t names[NAMES], texts[NAMES], table, list[NAMES];
	struct coil_image *image;
	struct coil_runtime *runtime;
	struct coil_reader reader;
};

static void put_entry(struct made *m, unsigned index, uint64_t name)
{
	uint64_t at = m->table + index * m->l->method_cache_entry.size;

	heapimage_put(m->h, at + m->l->method_cache_entry.name, name);
}

/* Where the name's entry is: its hash is chosen to fit. */
static unsigned index_of(unsigned n)
{
	return (n * 977 + 13) % ENTRIES;
}

static void make(struct made *m)
{
	memset(m, 0, sizeof(*m));
	m->h = heapimage_new(heapimage_layout(8));
	m->l = m->h->layout;
	ck_assert_uint_eq(m->l->constant.type_cache_entries, ENTRIES);
	m->table = heapimage_malloc(
		m->h, (uint64_t)ENTRIES * m->l->method_cache_entry.size);
	for (unsigned n = 0; n < NAMES; n++) {
		uint64_t at =
			m->table + index_of(n) * m->l->method_cache_entry.size;
		char text[16];

		snprintf(text, sizeof(text), "name_%u", n);
		m->names[n] = heapimage_str(m->h, text);
		heapimage_put(m->h, m->names[n] + m->l->PyASCIIObject.hash,
			      index_of(n) ^ (100 + n) ^ (uint64_t)n << 32);
		heapimage_put(m->h, at + m->l->method_cache_entry.version,
			      100 + n);
		put_entry(m, index_of(n), m->names[n]);
		m->texts[n] = heapimage_malloc(m->h, sizeof(text));
		memcpy(heapimage_at(m->h, m->texts[n], sizeof(text)), text,
		       sizeof(text));
	}
	/* Newest first, as they are made. */
	for (unsigned n = 0; n < NAMES; n++) {
		m->list[n] = heapimage_malloc(m->h, m->l->_Py_Identifier.size);
		heapimage_put(m->h, m->list[n] + m->l->_Py_Identifier.next,
			      n ? m->list[n - 1] : 0);
		heapimage_put(m->h, m->list[n] + m->l->_Py_Identifier.string,
			      m->texts[n]);
		heapimage_put(m->h, m->list[n] + m->l->_Py_Identifier.object,
			      m->names[n]);
	}
}

/* The variables of one module are all that no arena holds. */
static void open_made(struct made *m)
{
	m->image = heapimage_image(m->h);
	m->image->modules = calloc(1, sizeof(*m->image->modules));
	m->image->insides = calloc(1, sizeof(*m->image->insides));
	m->image->files = calloc(1, sizeof(*m->image->files));
	ck_assert(m->image->modules && m->image->insides && m->image->files);
	m->image->modules[0].start = m->h->low.start;
	m->image->modules[0].end = m->h->low.start + m->h->low.used;
	m->image->modules[0].path = "python";
	m->image->module_count = 1;
	m->image->files[0].start = m->h->low.start;
	m->image->files[0].end = m->h->low.start + m->h->low.used;
	m->image->files[0].path = "python";
	m->image->file_count = 1;
	m->runtime = heapimage_runtime(m->h, m->image);
	m->runtime->module = &m->image->modules[0];
	ck_assert_int_eq(coil_reader_open(m->runtime, &m->reader, NULL),
			 COIL_OK);
}

static void drop(struct made *m)
{
	coil_reader_close(&m->reader);
	coil_runtime_close(m->runtime);
	coil_image_close(m->image);
	heapimage_free(m->h);
}

static uint64_t emitted;

static void count_refs(struct coil_sink *sink)
{
	emitted += sink->count;
}

static uint64_t refs(void (*of)(struct made *m, struct coil_sink *sink),
		     struct made *m)
{
	struct coil_sink sink = {.flush = count_refs};

	emitted = 0;
	of(m, &sink);
	return emitted + sink.count;
}

static void cache_refs(struct made *m, struct coil_sink *sink)
{
	coil_type_cache_refs(&m->reader, sink);
}

static void identifier_refs(struct made *m, struct coil_sink *sink)
{
	coil_identifiers_refs(&m->reader, m->h->interpreter, sink);
}

enum spoil {
	NOTHING,
	MOVED,	   /* a name at another one's place */
	NO_STRING, /* what is no str */
	FEW,	   /* less names than any interpreter has */
	UNUSED,	   /* an entry that was never used holds None */
	CUT,	   /* the table leaves the memory that was captured */
};

static const struct {
	const char *name;
	enum spoil spoil;
	bool found;
	unsigned names;
} caches[] = {
	{"nothing", NOTHING, true, NAMES},
	{"a name elsewhere", MOVED, false, 0},
	{"no string", NO_STRING, false, 0},
	{"too few names", FEW, false, 0},
	{"an unused entry", UNUSED, true, NAMES},
	{"cut", CUT, false, 0},
};

START_TEST(cache)
{
	struct made m;

	make(&m);
	if (caches[_i].spoil == MOVED)
		put_entry(&m, index_of(3) + 1, m.names[3]);
	if (caches[_i].spoil == NO_STRING)
		put_entry(&m, index_of(3), m.table);
	for (unsigned n = 60; caches[_i].spoil == FEW && n < NAMES; n++)
		put_entry(&m, index_of(n), 0);
	if (caches[_i].spoil == CUT)
		m.h->low.used =
			m.table - m.h->low.start +
			(uint64_t)(ENTRIES - 1) * m.l->method_cache_entry.size;
	open_made(&m);
	if (caches[_i].spoil == UNUSED) {
		m.reader.none = m.h->runtime;
		put_entry(&m, 0, m.reader.none);
		m.reader.type_cache = coil_type_cache_find(&m.reader);
	}
	ck_assert_msg(m.reader.type_cache == (caches[_i].found ? m.table : 0),
		      "%s: 0x%llx", caches[_i].name,
		      (unsigned long long)m.reader.type_cache);
	ck_assert_msg(refs(cache_refs, &m) ==
			      caches[_i].names + (caches[_i].spoil == UNUSED),
		      "%s: %llu names", caches[_i].name,
		      (unsigned long long)refs(cache_refs, &m));
	drop(&m);
}
END_TEST

enum { INTACT, RING, ITSELF, SHORT, OTHER_TEXT, NO_TEXT, OUTSIDE };

static const struct {
	const char *name;
	int spoil;
	bool found;
	unsigned names; /* that are counted */
} lists[] = {
	{"nothing", INTACT, true, NAMES},
	{"a ring", RING, false, 0},
	{"one that is its own next", ITSELF, false, 0},
	{"too few", SHORT, false, 0},
	/* What stands before it is a list too, and too short. */
	{"a string that says something else", OTHER_TEXT, false, 0},
	{"no text", NO_TEXT, false, 0},
	{"a next that is no identifier", OUTSIDE, false, 0},
};

START_TEST(identifiers)
{
	const unsigned middle = NAMES / 2;
	struct made m;
	uint64_t at;

	make(&m);
	at = m.list[middle];
	switch (lists[_i].spoil) {
	case RING:
		heapimage_put(m.h, m.list[0] + m.l->_Py_Identifier.next,
			      m.list[NAMES - 1]);
		break;
	case ITSELF:
		heapimage_put(m.h, at + m.l->_Py_Identifier.next, at);
		break;
	case SHORT:
		heapimage_put(m.h, at + m.l->_Py_Identifier.next, 0);
		break;
	case OTHER_TEXT:
		heapimage_put(m.h, at + m.l->_Py_Identifier.string,
			      m.texts[middle + 1]);
		break;
	case NO_TEXT:
		heapimage_put(m.h, at + m.l->_Py_Identifier.string, 0);
		break;
	case OUTSIDE:
		heapimage_put(m.h, at + m.l->_Py_Identifier.next, m.table);
		break;
	default:
		break;
	}
	open_made(&m);
	ck_assert_msg(m.reader.identifiers ==
			      (lists[_i].found ? m.list[NAMES - 1] : 0),
		      "%s: 0x%llx", lists[_i].name,
		      (unsigned long long)m.reader.identifiers);
	ck_assert_msg(refs(identifier_refs, &m) == lists[_i].names,
		      "%s: %llu names", lists[_i].name,
		      (unsigned long long)refs(identifier_refs, &m));
	drop(&m);
}
END_TEST

/* A list that was damaged after it was found: bounded. */
START_TEST(loop_found)
{
	struct made m;

	make(&m);
	open_made(&m);
	ck_assert_uint_eq(m.reader.identifiers, m.list[NAMES - 1]);
	heapimage_put(m.h, m.list[3] + m.l->_Py_Identifier.next, m.list[3]);
	ck_assert_uint_le(refs(identifier_refs, &m),
			  m.image->coverage.stored / 8);
	drop(&m);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, cache, 0, countof(caches));
	tcase_add_loop_test(tc, identifiers, 0, countof(lists));
	tcase_add_test(tc, loop_found);
}
