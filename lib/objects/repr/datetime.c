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
#include "objects/kind.h"
#include "objects/repr/repr.h"

/* Where the byte behind the hash is. */
static uint32_t data_at(struct coil_reader *reader)
{
	return reader->layout->PyObject.size + 8;
}

static unsigned byte(struct coil_reader *reader,
		     const struct coil_object *object, unsigned i)
{
	return coil_field_byte(object, data_at(reader) + 1 + i);
}

static void out_begin(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	coil_out_tp_name(reader, object->type, out);
	coil_out_char(out, '(');
}

static void out_date(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_out *out)
{
	coil_out_format(out, "%u, %u, %u",
			byte(reader, object, 0) << 8 | byte(reader, object, 1),
			byte(reader, object, 2), byte(reader, object, 3));
}

static void date_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	out_begin(reader, object, out);
	out_date(reader, object, out);
	coil_out_char(out, ')');
}

/* Hour, minute and what is not 0 of the rest: six bytes from the @at th on. */
static void out_clock(struct coil_reader *reader,
		      const struct coil_object *object, unsigned at,
		      struct coil_out *out)
{
	unsigned second = byte(reader, object, at + 2);
	unsigned micro = byte(reader, object, at + 3) << 16 |
			 byte(reader, object, at + 4) << 8 |
			 byte(reader, object, at + 5);

	coil_out_format(out, "%u, %u", byte(reader, object, at),
			byte(reader, object, at + 1));
	if (second || micro)
		coil_out_format(out, ", %u", second);
	if (micro)
		coil_out_format(out, ", %u", micro);
}

/* The fold, a byte behind the others, and the zone. */
static void out_rest(struct coil_reader *reader,
		     const struct coil_object *object, unsigned fold,
		     uint64_t zone, struct coil_out *out)
{
	if (byte(reader, object, fold))
		coil_out_format(out, ", fold=%u", byte(reader, object, fold));
	if (coil_field_byte(object, data_at(reader))) {
		coil_out_string(out, ", tzinfo=");
		coil_repr(reader, zone, out);
	}
	coil_out_char(out, ')');
}

static void time_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	out_begin(reader, object, out);
	out_clock(reader, object, 0, out);
	out_rest(reader, object, 6,
		 FIELD(reader, object, PyDateTime_Time, tzinfo), out);
}

static void datetime_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	out_begin(reader, object, out);
	out_date(reader, object, out);
	coil_out_string(out, ", ");
	out_clock(reader, object, 4, out);
	out_rest(reader, object, 10,
		 FIELD(reader, object, PyDateTime_DateTime, tzinfo), out);
}

static void timedelta_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	static const char *const names[] = {"days", "seconds", "microseconds"};
	const char *between = "";

	out_begin(reader, object, out);
	for (uint32_t i = 0; i < countof(names); i++) {
		int32_t n = (int32_t)coil_field_int(object,
						    data_at(reader) + 4 * i);

		if (!n)
			continue;
		coil_out_format(out, "%s%s=%" PRId32, between, names[i], n);
		between = ", ";
	}
	coil_out_string(out, *between ? ")" : "0)");
}

static void timezone_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	uint64_t name = FIELD(reader, object, PyDateTime_TimeZone, name);

	if (object->address ==
	    coil_type_lookup(reader->types, object->type, "utc")) {
		coil_out_string(out, "datetime.timezone.utc");
		return;
	}
	out_begin(reader, object, out);
	coil_repr(reader, FIELD(reader, object, PyDateTime_TimeZone, offset),
		  out);
	if (name) {
		coil_out_string(out, ", ");
		coil_repr(reader, name, out);
	}
	coil_out_char(out, ')');
}

static void zoneinfo_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	uint64_t key = FIELD(reader, object, PyZoneInfo_ZoneInfo, key);

	coil_out_tp_name(reader, object->type, out);
	if (key && key != reader->none) {
		coil_out_string(out, "(key=");
		coil_repr(reader, key, out);
	} else {
		coil_out_string(out, ".from_file(");
		coil_out_text(
			reader,
			FIELD(reader, object, PyZoneInfo_ZoneInfo, file_repr),
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
