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

#define OWNER(ident, tp_name, bytes, ...) \
	KIND(psycopg2_##ident, "psycopg2." tp_name, BYTES(bytes), \
	     MEMBERS(__VA_ARGS__), .flags = COIL_KIND_UNTRAVERSED)

/* Of one value, at most with what it became and for whom. */
#define ADAPTER(ident, tp_name) \
	OWNER(ident, tp_name, 24, OWNED_AT(16, MEMBER, "adapted"))
#define QUOTED(ident, tp_name, bytes) \
	OWNER(ident, tp_name, bytes, OWNED_AT(16, MEMBER, "adapted"), \
	      OWNED_AT(24, MEMBER, "buffer"), OWNED_AT(32, MEMBER, "conn"))

ADAPTER(boolean, "extensions.Boolean");
ADAPTER(real, "extensions.Float");
ADAPTER(integer, "extensions.Int");
ADAPTER(datetime, "_psycopg.datetime");
ADAPTER(as_is, "extensions.AsIs");
ADAPTER(quote, "extensions.ISQLQuote");
ADAPTER(decimal, "_psycopg.Decimal");
QUOTED(quoted, "extensions.QuotedString", 48);
QUOTED(binary, "extensions.Binary", 40);

OWNER(xid, "extensions.Xid", 64, OWNED_AT(16, MEMBER, "format_id"),
      OWNED_AT(24, MEMBER, "gtrid"), OWNED_AT(32, MEMBER, "bqual"),
      OWNED_AT(40, MEMBER, "prepared"), OWNED_AT(48, MEMBER, "owner"),
      OWNED_AT(56, MEMBER, "database"));
OWNER(column, "extensions.Column", 88, OWNED_AT(16, MEMBER, "name"),
      OWNED_AT(24, MEMBER, "type_code"), OWNED_AT(32, MEMBER, "display_size"),
      OWNED_AT(40, MEMBER, "internal_size"), OWNED_AT(48, MEMBER, "precision"),
      OWNED_AT(56, MEMBER, "scale"), OWNED_AT(64, MEMBER, "null_ok"),
      OWNED_AT(72, MEMBER, "table_oid"), OWNED_AT(80, MEMBER, "table_column"));
OWNER(notify, "extensions.Notify", 40, OWNED_AT(16, MEMBER, "pid"),
      OWNED_AT(24, MEMBER, "channel"), OWNED_AT(32, MEMBER, "payload"));

OWNER(info, "extensions.ConnectionInfo", 24,
      OWNED_AT(16, MEMBER, "connection"));
OWNER(lobject, "extensions.lobject", 56, OWNED_AT(16, MEMBER, "connection"));
OWNER(diagnostics, "extensions.Diagnostics", 24, OWNED_AT(16, MEMBER, "error"));
