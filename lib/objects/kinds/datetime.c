/* SPDX-License-Identifier: MIT */
/*
 * Times with a time zone, and zones.  An object without a zone is allocated
 * shorter: the word is not its own.
 * Source: CPython's Modules/_datetimemodule.c (new_datetime_ex2(),
 * datetime_dealloc(), time_dealloc(), timezone_dealloc()),
 * Include/datetime.h.
 */
#include "objects/kinds/kinds.h"

static void zone_refs(const struct coil_object *object, uint32_t has,
		      uint32_t zone, struct coil_sink *sink)
{
	if (coil_field_byte(object, has))
		coil_emit_member(object, zone, COIL_REF_ATTR, "tzinfo", sink);
}

static void time_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	zone_refs(object, reader->layout->PyDateTime_Time.hastzinfo,
		  reader->layout->PyDateTime_Time.tzinfo, sink);
}

static void datetime_refs(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_sink *sink)
{
	zone_refs(object, reader->layout->PyDateTime_DateTime.hastzinfo,
		  reader->layout->PyDateTime_DateTime.tzinfo, sink);
}

KIND(time, "datetime.time", STRUCT(PyDateTime_Time), .refs = time_refs,
     .flags = COIL_KIND_UNTRAVERSED);

KIND(datetime, "datetime.datetime", STRUCT(PyDateTime_DateTime),
     .refs = datetime_refs, .flags = COIL_KIND_UNTRAVERSED);

KIND(timezone, "datetime.timezone", STRUCT(PyDateTime_TimeZone),
     MEMBERS(OWNED(PyDateTime_TimeZone, offset, MEMBER, "offset"),
	     OWNED(PyDateTime_TimeZone, name, MEMBER, "name")),
     .flags = COIL_KIND_UNTRAVERSED);
