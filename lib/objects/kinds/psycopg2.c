/* SPDX-License-Identifier: MIT */
/*
 * psycopg2's adapters, transaction ids, columns and notifications, which the
 * collector does not traverse.
 *
 * Source: psycopg2 2.9, psycopg/adapter_*.h (qstringObject, binaryObject,
 * pbooleanObject, pfloatObject, pintObject, pydecimalObject, pydatetimeObject,
 * asisObject), microprotocols_proto.h (isqlquoteObject), xid.h (xidObject),
 * column.h (columnObject), notify.h (notifyObject), conninfo.h
 * (connInfoObject), diagnostics.h (diagnosticsObject), lobject.h
 * (lobjectObject), and their dealloc functions.
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

static const struct coil_member column_members[] = {
	FIXED_OWNED(16, "name"),	 FIXED_OWNED(24, "type_code"),
	FIXED_OWNED(32, "display_size"), FIXED_OWNED(40, "internal_size"),
	FIXED_OWNED(48, "precision"),	 FIXED_OWNED(56, "scale"),
	FIXED_OWNED(64, "null_ok"),	 FIXED_OWNED(72, "table_oid"),
	FIXED_OWNED(80, "table_column"),
};
static const struct coil_member notify_members[] = {
	FIXED_OWNED(16, "pid"),
	FIXED_OWNED(24, "channel"),
	FIXED_OWNED(32, "payload"),
};
static const struct coil_member connection_members[] = {
	FIXED_OWNED(16, "connection"),
};
static const struct coil_member error_members[] = {
	FIXED_OWNED(16, "error"),
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
KIND(column, "psycopg2.extensions.Column", 88, column);
KIND(notify, "psycopg2.extensions.Notify", 40, notify);
KIND(info, "psycopg2.extensions.ConnectionInfo", 24, connection);
KIND(lobject, "psycopg2.extensions.lobject", 56, connection);
KIND(diagnostics, "psycopg2.extensions.Diagnostics", 24, error);
KIND(as_is, "psycopg2.extensions.AsIs", 24, value);
KIND(quote, "psycopg2.extensions.ISQLQuote", 24, value);
KIND(decimal, "psycopg2._psycopg.Decimal", 24, value);
