/* SPDX-License-Identifier: MIT */
/*
 * Small objects of the types module and of collections: SimpleNamespace,
 * GenericAlias, UnionType, the getters of a namedtuple's fields.
 *
 * Source: Objects/namespaceobject.c, namespace_traverse();
 * Objects/genericaliasobject.c, ga_traverse(); Objects/unionobject.c,
 * union_traverse(); Modules/_collectionsmodule.c, tuplegetter_traverse().
 */
#include "objects/kinds/kinds.h"

MEMBERS_KIND(namespace, "types.SimpleNamespace", _PyNamespaceObject,
	     DICT(_PyNamespaceObject, ns_dict));

MEMBERS_KIND(generic_alias, "types.GenericAlias", gaobject,
	     MEMBER(gaobject, origin, "__origin__"),
	     MEMBER(gaobject, args, "__args__"),
	     MEMBER(gaobject, parameters, "__parameters__"));

MEMBERS_KIND(union_type, "types.UnionType", unionobject,
	     MEMBER(unionobject, args, "__args__"),
	     MEMBER(unionobject, parameters, "__parameters__"));

MEMBERS_KIND(tuplegetter, "_collections._tuplegetter", _tuplegetterobject,
	     MEMBER(_tuplegetterobject, doc, "__doc__"));

/* From 3.12 on. */
ALSO_KNOWN_AS(tuplegetter_2, "collections._tuplegetter", _tuplegetterobject,
	      tuplegetter);
