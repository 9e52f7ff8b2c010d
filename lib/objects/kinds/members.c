/* SPDX-License-Identifier: MIT */
/*
 * Types of the standard library that own one thing.
 * Source: CPython's Modules/_asynciomodule.c
 * (PyRunningLoopHolder_tp_dealloc()), Objects/stringlib/unicode_format.h
 * (formatteriter_dealloc(), fieldnameiter_dealloc()), Modules/_curses_panel.c
 * (PyCursesPanel_Dealloc()), Modules/_collectionsmodule.c
 * (tuplegetter_traverse()).
 */
#include "objects/kinds/kinds.h"

KIND(running_loop, "_RunningLoopHolder", STRUCT(PyRunningLoopHolder),
     MEMBERS(OWNED(PyRunningLoopHolder, rl_loop, MEMBER, "loop")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(formatter_iterator, "formatteriterator", STRUCT(formatteriterobject),
     MEMBERS(OWNED(formatteriterobject, str, MEMBER, "str")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(fieldname_iterator, "fieldnameiterator", STRUCT(fieldnameiterobject),
     MEMBERS(OWNED(fieldnameiterobject, str, MEMBER, "str")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(curses_panel, "_curses_panel.panel", STRUCT(PyCursesPanelObject),
     MEMBERS(OWNED(PyCursesPanelObject, wo, MEMBER, "window")),
     .flags = COIL_KIND_UNTRAVERSED);

/* From 3.12 on a heap type of module collections. */
KIND(tuplegetter, "_collections._tuplegetter", STRUCT(_tuplegetterobject),
     .other_name = "collections._tuplegetter",
     MEMBERS(VISITED(_tuplegetterobject, doc, MEMBER, "__doc__")));
