/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KINDS_UNTRAVERSED_H
#define COIL_OBJECTS_KINDS_UNTRAVERSED_H

#include "objects/kinds/kinds.h"

/*
 * Kinds of the standard library's types that have no tp_traverse, or one that
 * leaves out much of what they hold: only here it stands what they own.  Where
 * a release does give the type a tp_traverse that visits a member, the member
 * is said to be visited; instance.c takes that back where there is none.
 */

/* datetime.c, zoneinfo.c */
extern const struct coil_kind coil_kind_time;
extern const struct coil_kind coil_kind_datetime;
extern const struct coil_kind coil_kind_timezone;
extern const struct coil_kind coil_kind_zoneinfo;

/* decimal.c */
extern const struct coil_kind coil_kind_decimal_context;
extern const struct coil_kind coil_kind_decimal_manager;

/* compress.c */
extern const struct coil_kind coil_kind_zlib_compress;
extern const struct coil_kind coil_kind_zlib_decompress;
extern const struct coil_kind coil_kind_zlib_decompressor;
extern const struct coil_kind coil_kind_bz2_decompressor;
extern const struct coil_kind coil_kind_lzma_decompressor;

/* posix.c */
extern const struct coil_kind coil_kind_dir_entry;
extern const struct coil_kind coil_kind_scandir_iterator;
extern const struct coil_kind coil_kind_poll;

/* sqlite.c */
extern const struct coil_kind coil_kind_sqlite_connection;
extern const struct coil_kind coil_kind_sqlite_cursor;
extern const struct coil_kind coil_kind_sqlite_statement;
extern const struct coil_kind coil_kind_sqlite_row;

/* parser.c */
extern const struct coil_kind coil_kind_symtable_entry;
extern const struct coil_kind coil_kind_tokenizer;

/* io.c, re.c, pickle.c */
extern const struct coil_kind coil_kind_newline_decoder;
extern const struct coil_kind coil_kind_re_scanner;
extern const struct coil_kind coil_kind_pickle_stack;

/* members.c */
extern const struct coil_kind coil_kind_running_loop;
extern const struct coil_kind coil_kind_formatter_iterator;
extern const struct coil_kind coil_kind_fieldname_iterator;
extern const struct coil_kind coil_kind_curses_panel;

/* nothing.c: one for all types that hold nothing, told by their names. */
extern const struct coil_kind coil_kind_nothing;
bool coil_holds_nothing(const struct coil_type *type);

#endif
