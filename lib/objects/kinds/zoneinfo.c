/* SPDX-License-Identifier: MIT */
/*
 * Time zones of the system's database: offsets and names, an array of them and
 * those of the rule for the years after the last transition.
 * Source: CPython's Modules/_zoneinfo.c (zoneinfo_dealloc(), free_tzrule(),
 * xdecref_ttinfo(), zoneinfo_traverse(), load_data()).
 */
#include "objects/kinds/kinds.h"

#define INFO_LIMIT 65536 /* kinds of local time: the file has a byte for it */

#define OWNS (COIL_REF_MEMBER | COIL_EDGE_COUNTED)

/* What one kind of local time owns. */
static void info_refs(struct coil_reader *reader, uint64_t at,
		      struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_word words[] = {
		{l->_ttinfo.utcoff, OWNS, "utcoff"},
		{l->_ttinfo.dstoff, OWNS, "dstoff"},
		{l->_ttinfo.tzname, OWNS, "tzname"},
	};

	coil_emit_words(reader, sink, at, l->_ttinfo.size, words,
			countof(words));
}

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint64_t infos = FIELD(reader, object, PyZoneInfo_ZoneInfo, _ttinfos);
	uint64_t count =
		FIELD(reader, object, PyZoneInfo_ZoneInfo, num_ttinfos);
	uint32_t rule = l->PyZoneInfo_ZoneInfo.tzrule_after;

	coil_emit_member(object, l->PyZoneInfo_ZoneInfo.key,
			 COIL_REF_ATTR |
				 coil_visits_more(object, "zoneinfo.ZoneInfo"),
			 "key", sink);
	coil_emit_member(object, l->PyZoneInfo_ZoneInfo.file_repr,
			 COIL_REF_MEMBER, "file_repr", sink);
	if (infos && count > INFO_LIMIT)
		sink->missing++;
	else if (infos)
		for (uint64_t i = 0; i < count && !sink->stop; i++)
			info_refs(reader, infos + i * l->_ttinfo.size, sink);
	if (rule == COIL_NO_FIELD)
		return;
	info_refs(reader, object->address + rule + l->_tzrule.std, sink);
	if (!coil_field_byte(object, rule + l->_tzrule.std_only))
		info_refs(reader, object->address + rule + l->_tzrule.dst,
			  sink);
}

static void buffers(struct coil_reader *reader,
		    const struct coil_object *object,
		    struct coil_buffers *taker)
{
	const struct coil_layout *l = reader->layout;
	uint32_t wall = l->PyZoneInfo_ZoneInfo.trans_list_wall;
	const uint64_t lists[] = {
		FIELD(reader, object, PyZoneInfo_ZoneInfo, trans_list_utc),
		coil_field_word(object, wall),
		coil_field_word(object, wall + 8),
		FIELD(reader, object, PyZoneInfo_ZoneInfo, trans_ttinfos),
	};
	uint64_t infos = FIELD(reader, object, PyZoneInfo_ZoneInfo, _ttinfos);
	uint64_t bytes;

	if (mul64(FIELD(reader, object, PyZoneInfo_ZoneInfo, num_transitions),
		  8, &bytes) &&
	    bytes)
		for (size_t i = 0; i < countof(lists); i++)
			if (lists[i])
				taker->take(taker, lists[i], bytes);
	if (infos &&
	    mul64(FIELD(reader, object, PyZoneInfo_ZoneInfo, num_ttinfos),
		  l->_ttinfo.size, &bytes) &&
	    bytes)
		taker->take(taker, infos, bytes);
}

KIND(zoneinfo, "zoneinfo.ZoneInfo", STRUCT(PyZoneInfo_ZoneInfo),
     NEEDS(STRUCT(_ttinfo), STRUCT(_tzrule)), .refs = refs, .buffers = buffers,
     .flags = COIL_KIND_UNTRAVERSED);
