/* SPDX-License-Identifier: MIT */
/*
 * sqlite3: connections and what they make.  The exceptions that are members of
 * a connection are borrowed from the module.
 * Source: CPython's Modules/_sqlite/connection.c (connection_traverse(),
 * VISIT_CALLBACK_CONTEXT, pysqlite_connection_dealloc()), cursor.c,
 * statement.c, row.c.
 */
#include "objects/kinds/kinds.h"

#define C(f, label) VISITED(pysqlite_Connection, f, MEMBER, label)

/* A function that SQLite calls back, and the module for which it does. */
static void context_refs(struct coil_reader *reader, uint64_t context,
			 const char *label, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_word words[] = {
		{l->callback_context.callable, COIL_REF_MEMBER | COIL_STRONG,
		 label},
		{l->callback_context.module, COIL_REF_MODULE | COIL_STRONG,
		 "module"},
	};

	if (context)
		coil_emit_words(reader, sink, context, l->callback_context.size,
				words, countof(words));
}

static void connection_refs(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_sink *sink)
{
	/* Until 3.10 it is an object, then a C string. */
	if (reader->layout->pysqlite_Connection.trace_ctx == COIL_NO_FIELD)
		coil_emit_member(
			object,
			reader->layout->pysqlite_Connection.isolation_level,
			COIL_REF_ATTR | COIL_STRONG, "isolation_level", sink);
	context_refs(reader,
		     FIELD(reader, object, pysqlite_Connection, trace_ctx),
		     "trace_callback", sink);
	context_refs(reader,
		     FIELD(reader, object, pysqlite_Connection, progress_ctx),
		     "progress_handler", sink);
	context_refs(reader,
		     FIELD(reader, object, pysqlite_Connection, authorizer_ctx),
		     "authorizer_cb", sink);
}

KIND(sqlite_connection, "sqlite3.Connection", STRUCT(pysqlite_Connection),
     MEMBERS(C(statement_cache, "statement_cache"), C(statements, "statements"),
	     C(cursors, "cursors"), C(blobs, "blobs"),
	     C(row_factory, "row_factory"), C(text_factory, "text_factory"),
	     C(collations, "collations"),
	     C(function_pinboard, "function_pinboard"),
	     C(function_pinboard_trace_callback, "trace_callback"),
	     C(function_pinboard_progress_handler, "progress_handler"),
	     C(function_pinboard_authorizer_cb, "authorizer_cb")),
     .refs = connection_refs);

#define CURSOR(f) VISITED(pysqlite_Cursor, f, MEMBER, #f)
KIND(sqlite_cursor, "sqlite3.Cursor", STRUCT(pysqlite_Cursor),
     MEMBERS(CURSOR(connection), CURSOR(description), CURSOR(row_cast_map),
	     CURSOR(lastrowid), CURSOR(row_factory), CURSOR(statement),
	     CURSOR(next_row)));

KIND(sqlite_statement, "sqlite3.Statement", STRUCT(pysqlite_Statement),
     MEMBERS(VISITED(pysqlite_Statement, sql, MEMBER, "sql")));

KIND(sqlite_row, "sqlite3.Row", STRUCT(pysqlite_Row),
     MEMBERS(VISITED(pysqlite_Row, data, MEMBER, "data"),
	     VISITED(pysqlite_Row, description, MEMBER, "description")));
