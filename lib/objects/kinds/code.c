/* SPDX-License-Identifier: MIT */
/*
 * Code objects.
 * Source: CPython's Objects/codeobject.c (init_code, code_dealloc,
 * code_sizeof), Include/cpython/code.h, Programs/_freeze_module and
 * Tools/scripts/deepfreeze.py: the code of frozen modules is static, and
 * what its static parts hold the compiler did not count.
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds.h"

/* They have no tp_traverse but in free-threaded builds, where co_consts is
 * visited. */
#define C(f, kind, label) OWNED(PyCodeObject, f, kind, label)
static const struct coil_member fields[] = {
	C(co_consts, CONST, "co_consts"),
	C(co_names, ATTR, "co_names"),
	C(co_exceptiontable, ATTR, "co_exceptiontable"),
	C(co_localsplusnames, ATTR, "co_localsplusnames"),
	C(co_localspluskinds, ATTR, "co_localspluskinds"),
	C(co_filename, ATTR, "co_filename"),
	C(co_name, ATTR, "co_name"),
	C(co_qualname, ATTR, "co_qualname"),
	C(co_linetable, ATTR, "co_linetable"),
	C(_co_code, ATTR, "co_code"),
	C(co_code, ATTR, "co_code"),
	C(co_varnames, ATTR, "co_varnames"),
	C(co_freevars, ATTR, "co_freevars"),
	C(co_cellvars, ATTR, "co_cellvars"),
	C(co_lnotab, ATTR, "co_lnotab"),
};
#undef C

/* Behind _co_cached: made when first asked for. */
#define C(f, label) OWNED(_PyCoCached, f, ATTR, label)
static const struct coil_member cached[] = {
	C(_co_code, "co_code"),
	C(_co_varnames, "co_varnames"),
	C(_co_cellvars, "co_cellvars"),
	C(_co_freevars, "co_freevars"),
};
#undef C

/* The flags for a reference of a static object: to another static object it
 * was made by the compiler, which counts nothing. */
static unsigned static_flags(struct coil_reader *reader, uint64_t target,
			     unsigned flags)
{
	return coil_reader_static(reader, target)
		       ? flags & ~(unsigned)COIL_EDGE_COUNTED
		       : flags;
}

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	bool is_static = coil_reader_static(reader, object->address);
	uint64_t at = coil_field_word(object, l->PyCodeObject._co_cached);

	for (size_t i = 0; i < countof(fields); i++) {
		const struct coil_member *m = &fields[i];
		uint64_t target =
			coil_field_word(object, coil_layout_value(l, m->field));
		unsigned flags = m->flags;

		if (is_static)
			flags = static_flags(reader, target, flags);
		if ((object->type->flags & COIL_TP_HAVE_GC) &&
		    m->field == COIL_AT(PyCodeObject, co_consts))
			flags |= COIL_EDGE_TRAVERSED;
		coil_emit(sink, target, flags, COIL_LABEL_TEXT,
			  coil_text(m->label));
	}
	for (size_t i = 0; at && i < countof(cached); i++) {
		uint32_t offset = coil_layout_value(l, cached[i].field);
		uint64_t target;

		if (offset == COIL_NO_FIELD)
			continue;
		if (!coil_image_word(reader->image, at + offset, &target))
			sink->missing++;
		coil_emit(sink, target, cached[i].flags, COIL_LABEL_TEXT,
			  coil_text(cached[i].label));
	}
}

/* Bytes of co_extra: a count of words, then the words. */
static uint64_t extra_bytes(struct coil_reader *reader, uint64_t extra)
{
	uint64_t words, bytes;

	if (!extra || !coil_image_word(reader->image, extra, &words) ||
	    !mul64(words, 8, &bytes) || !add64(bytes, 8, &bytes))
		return 0;
	return bytes;
}

/*
 * Up to 3.10: which cell is an argument, the caches of instructions and which
 * instruction has one.
 */
static uint64_t caches(struct coil_reader *reader,
		       const struct coil_object *object,
		       struct coil_buffers *taker)
{
	const struct coil_layout *l = reader->layout;
	uint64_t map = coil_field_word(object, l->PyCodeObject.co_opcache_map);
	uint64_t cache = coil_field_word(object, l->PyCodeObject.co_opcache);
	uint64_t cells = coil_field_word(object, l->PyCodeObject.co_cell2arg);
	struct {
		uint64_t at, bytes;
	} part[3] = {{0, 0}};
	uint64_t count, total = 0;

	if (cells &&
	    coil_image_word(
		    reader->image,
		    coil_field_word(object, l->PyCodeObject.co_cellvars) +
			    l->PyVarObject.ob_size,
		    &count) &&
	    count < 1u << 24) {
		part[0].at = cells;
		part[0].bytes = count * 8;
	}
	if (map && cache &&
	    coil_image_word(reader->image,
			    coil_field_word(object, l->PyCodeObject.co_code) +
				    l->PyVarObject.ob_size,
			    &count)) {
		part[1].at = map;
		part[1].bytes = count / 2;
		part[2].at = cache;
		part[2].bytes =
			(uint64_t)coil_field_byte(
				object, l->PyCodeObject.co_opcache_size) *
			l->_PyOpcache.size;
	}
	for (size_t i = 0; i < countof(part); i++) {
		total += part[i].bytes;
		if (taker && part[i].bytes)
			taker->take(taker, part[i].at, part[i].bytes);
	}
	return total;
}

static void buffers(struct coil_reader *reader,
		    const struct coil_object *object,
		    struct coil_buffers *taker)
{
	const struct coil_layout *l = reader->layout;
	uint64_t extra = coil_field_word(object, l->PyCodeObject.co_extra);
	uint64_t lines = coil_field_word(object, l->PyCodeObject._co_linearray);
	uint64_t kept = coil_field_word(object, l->PyCodeObject._co_cached);
	uint64_t bytes = extra_bytes(reader, extra);

	caches(reader, object, taker);
	if (bytes)
		taker->take(taker, extra, bytes);
	if (lines &&
	    mul64(coil_ob_size(reader, object),
		  coil_field_half(object,
				  l->PyCodeObject._co_linearray_entry_size),
		  &bytes))
		taker->take(taker, lines, bytes);
	if (kept && l->_PyCoCached.size)
		taker->take(taker, kept, l->_PyCoCached.size);
}

static uint64_t size(struct coil_reader *reader,
		     const struct coil_object *object)
{
	uint64_t extra =
		coil_field_word(object, reader->layout->PyCodeObject.co_extra);

	return align_up(coil_size_default(reader, object), 8) +
	       extra_bytes(reader, extra) + caches(reader, object, NULL);
}

static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	struct coil_code code;

	if (!coil_code_read(reader, object->address, &code))
		return;
	/* Source: code_repr(). */
	coil_out_string(out, "<code object ");
	coil_out_text(reader, code.name, COIL_NAME_LIMIT, out);
	coil_out_format(out, " at 0x%" PRIx64 ", file \"", object->address);
	coil_out_text(reader, code.filename, COIL_NAME_LIMIT, out);
	coil_out_format(out, "\", line %" PRId32 ">",
			code.first_line ? code.first_line : -1);
}

/* tp_basicsize may end where the bytecode begins. */
KIND(code, "code", UP_TO(PyCodeObject, co_name), .refs = refs,
     .buffers = buffers, .size = size, .value = value,
     .flags = COIL_KIND_UNTRAVERSED);

/* What co_lines() and co_positions() return. */
KIND(line_iterator, "line_iterator", STRUCT(lineiterator),
     MEMBERS(OWNED(lineiterator, li_code, CODE, "li_code")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(positions_iterator, "positions_iterator", STRUCT(positionsiterator),
     MEMBERS(OWNED(positionsiterator, pi_code, CODE, "pi_code")),
     .flags = COIL_KIND_UNTRAVERSED);
