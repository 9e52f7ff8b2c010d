/* SPDX-License-Identifier: MIT */
/*
 * Built-ins that go through other iterators: enumerate, reversed, filter, map,
 * zip.
 *
 * Source: Objects/enumobject.c, enum_traverse() (`one` is borrowed),
 * reversed_traverse(); Python/bltinmodule.c, filter_traverse(),
 * map_traverse(), zip_traverse().
 */
#include "objects/kinds/kinds.h"

KIND(enumerate, "enumerate", STRUCT(enumobject),
     MEMBERS(VISITED(enumobject, en_sit, MEMBER, "iterator"),
	     VISITED(enumobject, en_result, MEMBER, "result"),
	     VISITED(enumobject, en_longindex, MEMBER, "index")));

KIND(reversed, "reversed", STRUCT(reversedobject),
     MEMBERS(VISITED(reversedobject, seq, MEMBER, "seq")));

KIND(filter, "filter", STRUCT(filterobject),
     MEMBERS(VISITED(filterobject, it, MEMBER, "iterator"),
	     VISITED(filterobject, func, MEMBER, "func")));

KIND(map, "map", STRUCT(mapobject),
     MEMBERS(VISITED(mapobject, iters, MEMBER, "iterators"),
	     VISITED(mapobject, func, MEMBER, "func")));

KIND(zip, "zip", STRUCT(zipobject),
     MEMBERS(VISITED(zipobject, ittuple, MEMBER, "iterators"),
	     VISITED(zipobject, result, MEMBER, "result")));
