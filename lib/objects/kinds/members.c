/* SPDX-License-Identifier: MIT */
/*
 * Types of the standard library without tp_traverse that own one thing.
 * Source: CPython's Modules/_asynciomodule.c
 * (PyRunningLoopHolder_tp_dealloc()), Objects/stringlib/unicode_format.h
 * (formatteriter_dealloc(), fieldnameiter_dealloc()), Modules/_curses_panel.c
 * (PyCursesPanel_Dealloc()).
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
