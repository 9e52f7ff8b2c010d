#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The layout of CPython 3.14.0 to 3.14.4, whose collector was incremental, from
that of the later releases, with which the old one came back.

    incremental.py cpython-3.14.json >cpython-3.14.0.json

Source: Include/internal/pycore_interp_structs.h of both, struct
_gc_runtime_state: `young` and `old[2]` stand where `generations` does, and
three words at the end (long_lived_total, long_lived_pending, generation0) are
not there yet; all that follows it in the interpreter's state is so much nearer.
Nothing else is known to differ: _Py_DebugOffsets tells both sizes, and no other
is accepted.
"""
import json
import re
import sys

EARLIER = 24  # bytes

with open(sys.argv[1]) as f:
    text = f.read()
structs = json.loads(text)["structs"]
state = structs["PyInterpreterState"]
end = state["gc"] + structs["_gc_runtime_state"]["size"]


def nearer(number):
    return number - EARLIER if number >= end else number


def part(pattern, change):
    """The text with the part that @pattern matches changed."""
    global text
    found = re.search(pattern, text, re.S)
    text = text[:found.start()] + change(found[0]) + text[found.end():]


def field(name, value):
    part(r'"%s": [^,\n]*' % name, lambda _: '"%s": %s' % (name, value))


field("name", '"cpython-3.14.0"')
field("source", '"that of CPython 3.14.10, with the state of the collector '
      'that headers of 3.14.0 to 3.14.4 declare"')
field("first", '"0x030e0000"')
field("last", '"0x030e04ff"')
field("free_threaded", 'false,\n\t"untested": true')
part(r'"proved": \[[^]]*\]', lambda _: '"proved": []')
part(r'"PyInterpreterState": \{[^}]*', lambda old: re.sub(
    r"\d+", lambda n: str(nearer(int(n[0]))), old))
part(r'"_PyRuntimeState": \{\s*"size": \d+', lambda old: re.sub(
    r"\d+", lambda n: str(int(n[0]) - EARLIER), old))
part(r'"_gc_runtime_state": \{[^}]*', lambda old: re.sub(
    r'"size": \d+', '"size": %d' % (structs["_gc_runtime_state"]["size"]
                                    - EARLIER),
    re.sub(r'"generation0": \d+', '"generation0": null',
           old.replace('"visited_space": null', '"visited_space": 232'))))
part(r'"interpreter_roots": \[.*?\n\t\]', lambda old: re.sub(
    r'", (\d+)', lambda n: '", %d' % nearer(int(n[1])), old))
field("gc_lists", '"incremental"')
sys.stdout.write(text)
