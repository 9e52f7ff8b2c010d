/* SPDX-License-Identifier: MIT */
/*
 * Dates and times.
 *
 * Source: Modules/_datetimemodule.c: date_repr(), time_repr(),
 * datetime_repr(), delta_repr(), timezone_repr(); Include/datetime.h: behind
 * the hash stand one byte (whether there is a zone) and the bytes of the value,
 * big-endian; of a timedelta three ints.  Modules/_zoneinfo.c, zoneinfo_repr().
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Where the byte behind the hash is. */
static uint32_t data_at(const struct coil_heap *heap)
{
	return heap->layout->PyObject.size + 8;
}

static unsigned byte(const struct coil_heap *heap,
		     const struct coil_object *object, unsigned i)
{
	return coil_field_byte(object, data_at(heap) + 1 + i);
}

static void out_begin(const struct coil_heap *heap,
		      const struct coil_object *object, struct coil_out *out)
{
	coil_out_tp_name(heap, object->type, out);
	coil_out_char(out, '(');
}

static void out_date(const struct coil_heap *heap,
		     const struct coil_object *object, struct coil_out *out)
{
	coil_out_format(out, "%u, %u, %u",
			byte(heap, object, 0) << 8 | byte(heap, object, 1),
			byte(heap, object, 2), byte(heap, object, 3));
}

static void date_value(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_out *out)
{
	out_begin(heap, object, out);
	out_date(heap, object, out);
	coil_out_char(out, ')');
}

/* Hour, minute and what is not 0 of the rest: six bytes from the @at th on. */
static void out_clock(const struct coil_heap *heap,
		      const struct coil_object *object, unsigned at,
		      struct coil_out *out)
{
	unsigned second = byte(heap, object, at + 2);
	unsigned micro = byte(heap, object, at + 3) << 16 |
			 byte(heap, object, at + 4) << 8 |
			 byte(heap, object, at + 5);

	coil_out_format(out, "%u, %u", byte(heap, object, at),
			byte(heap, object, at + 1));
	if (second || micro)
		coil_out_format(out, ", %u", second);
	if (micro)
		coil_out_format(out, ", %u", micro);
}

/* The fold, a byte behind the others, and the zone. */
static void out_rest(const struct coil_heap *heap,
		     const struct coil_object *object, unsigned fold,
		     uint64_t zone, struct coil_out *out)
{
	if (byte(heap, object, fold))
		coil_out_format(out, ", fold=%u", byte(heap, object, fold));
	if (coil_field_byte(object, data_at(heap))) {
		coil_out_string(out, ", tzinfo=");
		coil_repr(heap, zone, out);
	}
	coil_out_char(out, ')');
}

static void time_value(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_out *out)
{
	out_begin(heap, object, out);
	out_clock(heap, object, 0, out);
	out_rest(heap, object, 6, FIELD(heap, object, PyDateTime_Time, tzinfo),
		 out);
}

static void datetime_value(const struct coil_heap *heap,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	out_begin(heap, object, out);
	out_date(heap, object, out);
	coil_out_string(out, ", ");
	out_clock(heap, object, 4, out);
	out_rest(heap, object, 10,
		 FIELD(heap, object, PyDateTime_DateTime, tzinfo), out);
}

static void timedelta_value(const struct coil_heap *heap,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	static const char *const names[] = {"days", "seconds", "microseconds"};
	const char *between = "";

	out_begin(heap, object, out);
	for (uint32_t i = 0; i < countof(names); i++) {
		int32_t n =
			(int32_t)coil_field_int(object, data_at(heap) + 4 * i);

		if (!n)
			continue;
		coil_out_format(out, "%s%s=%" PRId32, between, names[i], n);
		between = ", ";
	}
	coil_out_string(out, *between ? ")" : "0)");
}

static void timezone_value(const struct coil_heap *heap,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	uint64_t name = FIELD(heap, object, PyDateTime_TimeZone, name);

	if (object->address ==
	    coil_type_lookup(heap->types, object->type, "utc")) {
		coil_out_string(out, "datetime.timezone.utc");
		return;
	}
	out_begin(heap, object, out);
	coil_repr(heap, FIELD(heap, object, PyDateTime_TimeZone, offset), out);
	if (name) {
		coil_out_string(out, ", ");
		coil_repr(heap, name, out);
	}
	coil_out_char(out, ')');
}

static void zoneinfo_value(const struct coil_heap *heap,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	uint64_t key = FIELD(heap, object, PyZoneInfo_ZoneInfo, key);

	coil_out_tp_name(heap, object->type, out);
	if (key && key != heap->none) {
		coil_out_string(out, "(key=");
		coil_repr(heap, key, out);
	} else {
		coil_out_string(out, ".from_file(");
		coil_out_text(
			heap,
			FIELD(heap, object, PyZoneInfo_ZoneInfo, file_repr),
			COIL_NAME_LIMIT, out);
	}
	coil_out_char(out, ')');
}

const struct coil_value_row coil_values_datetime[] = {
	{"datetime.date", date_value},
	{"datetime.time", time_value},
	{"datetime.datetime", datetime_value},
	{"datetime.timedelta", timedelta_value},
	{"datetime.timezone", timezone_value},
	{"zoneinfo.ZoneInfo", zoneinfo_value},
	{NULL, NULL},
};
