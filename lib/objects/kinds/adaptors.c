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

MEMBERS_KIND(enumerate, "enumerate", enumobject,
	     MEMBER(enumobject, en_sit, "iterator"),
	     MEMBER(enumobject, en_result, "result"),
	     MEMBER(enumobject, en_longindex, "index"));

MEMBERS_KIND(reversed, "reversed", reversedobject,
	     MEMBER(reversedobject, seq, "seq"));

MEMBERS_KIND(filter, "filter", filterobject,
	     MEMBER(filterobject, it, "iterator"),
	     MEMBER(filterobject, func, "func"));

MEMBERS_KIND(map, "map", mapobject, MEMBER(mapobject, iters, "iterators"),
	     MEMBER(mapobject, func, "func"));

MEMBERS_KIND(zip, "zip", zipobject, MEMBER(zipobject, ittuple, "iterators"),
	     MEMBER(zipobject, result, "result"));
