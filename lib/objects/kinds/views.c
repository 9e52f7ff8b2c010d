/* SPDX-License-Identifier: MIT */
/*
 * What shows a mapping without copying it: mappingproxy, views of dicts and
 * of ordered dicts.
 *
 * Source: Objects/descrobject.c, mappingproxy_traverse();
 * Objects/dictobject.c, dictview_traverse(); Objects/odictobject.c.
 */
#include "objects/kinds/kinds.h"

MEMBERS_KIND(mappingproxy, "mappingproxy", mappingproxyobject,
	     MEMBER(mappingproxyobject, mapping, "mapping"));

#define VIEW(ident) \
	MEMBERS_KIND(ident, #ident, _PyDictViewObject, \
		     MEMBER(_PyDictViewObject, dv_dict, "mapping"))

VIEW(dict_keys);
VIEW(dict_values);
VIEW(dict_items);
VIEW(odict_keys);
VIEW(odict_values);
VIEW(odict_items);
