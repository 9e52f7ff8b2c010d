#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The layout of CPython 3.14.0 to 3.14.4, whose collector was incremental, from
that of the later releases, with which the old one came back.

    incremental.py LAYOUT     a whole one, by coil-layout --normalise --like=none

Source: Include/internal/pycore_interp_structs.h of both, struct
_gc_runtime_state: `young` and `old[2]` stand where `generations` does, and
three words at the end (long_lived_total, long_lived_pending, generation0) are
not there yet; all that follows it in the interpreter's state is so much nearer.
Nothing else is known to differ: _Py_DebugOffsets tells both sizes, and no other
is accepted.
"""
import json
import sys

EARLIER = 24  # bytes

with open(sys.argv[1]) as f:
    layout = json.load(f)
structs = layout["structs"]
state, gc = structs["PyInterpreterState"], structs["_gc_runtime_state"]
end = state["gc"] + gc["size"]


def nearer(number):
    return number - EARLIER if number >= end else number


layout.update({
    "name": "cpython-3.14.0",
    "source": "that of CPython 3.14.10, with the state of the collector that "
              "headers of 3.14.0 to 3.14.4 declare",
    "first": "0x030e0000", "last": "0x030e04ff",
    "untested": True, "proved": []})
for field in state:
    state[field] = nearer(state[field])
structs["_PyRuntimeState"]["size"] -= EARLIER
gc["size"] -= EARLIER
gc["visited_space"] = 232
gc["generation0"] = None
roots = layout["interpreter_roots"]
for name, root in roots.items():
    if isinstance(root, dict):
        root["."] = nearer(root["."])  # no group is on both sides
    elif isinstance(root, list):
        root[0] = nearer(root[0])
    else:
        roots[name] = nearer(root)
layout["strategies"]["gc_lists"] = "incremental"
json.dump(layout, sys.stdout)
