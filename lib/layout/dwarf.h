/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_DWARF_H
#define COIL_LAYOUT_DWARF_H

/*
 * A layout from an interpreter's DWARF: what coil-layout(1) asks.  Part of
 * that tool only, so that the library needs no libdw.
 */

#include "layout/layout.h"

struct coil_dwarf;

/**
 * Open the debugging information of @count files, an interpreter (or its
 * libpython) first and, where built-in types live in other modules, those.
 * Separate debugging information is found as elfutils does, by build-id, in
 * @debug_path (folders, separated by colons) if it is not NULL.
 *
 * Returns COIL_OK, COIL_E_OS if a file cannot be read, COIL_E_NOT_FOUND where
 * none has DWARF, COIL_E_NOMEM.
 */
enum coil_status coil_dwarf_open(const char *const *paths, size_t count,
				 const char *debug_path,
				 struct coil_dwarf **out,
				 struct coil_error *err);
void coil_dwarf_close(struct coil_dwarf *dwarf);

/**
 * PY_VERSION_HEX of the interpreter, the value of its symbol Py_Version;
 * 0 where it has none (before 3.11).
 */
uint32_t coil_dwarf_version(const struct coil_dwarf *dwarf);

/**
 * Make a layout: structs, roots and the constants that are sizes of arrays
 * come from DWARF, everything else is copied from @base.
 *
 * @out  To be given to coil_layout_free().
 *
 * Returns COIL_OK, COIL_E_NOT_FOUND where DWARF knows no PyObject, or
 * COIL_E_NOMEM.
 */
enum coil_status coil_dwarf_layout(struct coil_dwarf *dwarf,
				   const struct coil_layout *base,
				   struct coil_layout **out,
				   struct coil_error *err);

/** Whether DWARF has the struct that layout.def calls @owner. */
bool coil_dwarf_has(const struct coil_dwarf *dwarf, const char *owner);

#endif
