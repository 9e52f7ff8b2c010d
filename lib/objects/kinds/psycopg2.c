/* SPDX-License-Identifier: MIT */
/*
 * psycopg2's adapters and transaction ids, which the collector does not
 * traverse.
 *
 * Source: psycopg2 2.9, psycopg/adapter_*.h (qstringObject, binaryObject,
 * pbooleanObject, pfloatObject, pintObject, pydatetimeObject), xid.h
 * (xidObject), and their dealloc functions.
 */
#include "objects/kinds/kinds.h"

static const struct coil_member value_members[] = {
	FIXED_OWNED(16, "adapted"),
};
static const struct coil_member quoted_members[] = {
	FIXED_OWNED(16, "adapted"),
	FIXED_OWNED(24, "buffer"),
	FIXED_OWNED(32, "conn"),
};
static const struct coil_member xid_members[] = {
	FIXED_OWNED(16, "format_id"), FIXED_OWNED(24, "gtrid"),
	FIXED_OWNED(32, "bqual"),     FIXED_OWNED(40, "prepared"),
	FIXED_OWNED(48, "owner"),     FIXED_OWNED(56, "database"),
};

#define KIND(ident, type_name, bytes, array) \
	const struct coil_kind coil_kind_psycopg2_##ident = { \
		.name = type_name, \
		.struct_size = COIL_FIXED(bytes), \
		MEMBERS(array##_members), \
		.flags = COIL_KIND_UNTRAVERSED, \
	}

KIND(boolean, "psycopg2.extensions.Boolean", 24, value);
KIND(real, "psycopg2.extensions.Float", 24, value);
KIND(integer, "psycopg2.extensions.Int", 24, value);
KIND(datetime, "psycopg2._psycopg.datetime", 24, value);
KIND(quoted, "psycopg2.extensions.QuotedString", 48, quoted);
KIND(binary, "psycopg2.extensions.Binary", 40, quoted);
KIND(xid, "psycopg2.extensions.Xid", 64, xid);
