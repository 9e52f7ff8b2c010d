/* SPDX-License-Identifier: MIT */
/*
 * Types of the standard library without tp_traverse that own one thing.
 * Source: CPython's Modules/_asynciomodule.c
 * (PyRunningLoopHolder_tp_dealloc()), Objects/stringlib/unicode_format.h
 * (formatteriter_dealloc(), fieldnameiter_dealloc()), Modules/_curses_panel.c
 * (PyCursesPanel_Dealloc()).
 */
#include "objects/kinds/untraversed.h"

OWNED_KIND(running_loop, "_RunningLoopHolder", PyRunningLoopHolder,
	   OWNED(PyRunningLoopHolder, rl_loop, "loop"));

OWNED_KIND(formatter_iterator, "formatteriterator", formatteriterobject,
	   OWNED(formatteriterobject, str, "str"));

OWNED_KIND(fieldname_iterator, "fieldnameiterator", fieldnameiterobject,
	   OWNED(fieldnameiterobject, str, "str"));

OWNED_KIND(curses_panel, "_curses_panel.panel", PyCursesPanelObject,
	   OWNED(PyCursesPanelObject, wo, "window"));
