# SPDX-License-Identifier: MIT
"""Objects that coil lists and the interpreter's account lacks: each must be
explained by a rule of the table below, or it counts as wrong.

The account holds every tracked object and what can be reached from those by
the collector's eyes, by dictionary keys and by the stored fields of code
objects and types.  Beyond it are objects that only C code can reach.

Facts: which fields a type's tp_traverse does not visit is from CPython's
Objects/*.c; that names of shared keys and of the type cache are held so
from Objects/dictobject.c and Objects/typeobject.c.
"""
from collections import Counter

from tools_output import lines, number

# Holder's type (or "*"), kind of the reference (or "*"): the rule's name.
# First match wins; the holder is in the account or itself explained.
HELD = [
    ("<keys>", "*", "name in keys that instances share"),
    ("<interpreter>", "*", "held by the interpreter's state"),
    ("<thread>", "*", "held by a thread's state"),
    ("<frame>", "*", "held by a running frame"),
    ("code", "*", "constant or name of a code object"),
    ("type", "*", "field of a type that no getter gives"),
    ("dict", "*", "item of a dict that is beyond the account"),
    ("tuple", "*", "item of a tuple that is beyond the account"),
    ("list", "*", "item of a list that is beyond the account"),
    ("*", "*", "field that tp_traverse does not visit"),
]
# Types whose instances may be held by nothing but C code: no collector
# header, or one that is untracked while its contents are atoms.
HELD_BY_C = {
    "str", "bytes", "int", "float", "complex", "tuple", "dict", "code",
    "PyCapsule", "object", "bytearray", "frozenset", "type", "range",
    "_thread.lock", "_io.StringIO", "ellipsis", "NoneType", "bool",
    "NotImplementedType", "symtable entry", "managedbuffer",
    "builtin_function_or_method",
    "datetime.datetime",  # the epoch, a static variable of _datetime
    # Static variables of extension modules.
    "datetime.timedelta", "_contextvars.ContextVar", "numpy._ArrayMethod",
    "numpy.dtype[bytes_]", "numpy.ndarray",
    "gevent._gevent_cgreenlet._dummy_event",
    "frame",  # the top frame of a greenlet that is suspended
}
# Free-threaded 3.13 makes what has a deferred count immortal once there was a
# second thread (gc.immortalize; Objects/object.c, _PyObject_SetDeferredRefcount,
# and Python/gc_free_threading.c, _PyGC_ImmortalizeDeferredObjects()): a class
# body's function is never freed though nothing refers to it any more.
LEFT_OVER = {"function"}
# More references than anyone but the counted ones can hold: the word is no
# count but an address or a number, and the block no object.
UNKNOWN_REFERENCES = 100000


def rule_for(holder_type, kind):
    for name, kinds, rule in HELD:
        if name in ("*", holder_type) and kinds in ("*", kind):
            return "%s (%s)" % (rule, holder_type) if name == "*" else rule
    return None


def explain(report, directory, objects, addresses, meta, counted_in):
    """Explain what is beyond @addresses; returns rule: how many."""
    own = {number(a) for a in meta["own"]}
    beyond = {a for a in objects if a not in addresses}
    rules = Counter()
    open_ = set()
    for address in beyond:
        node = objects[address]
        freed = node.is_python and not node.immortal and (
            node.refcount is None or node.refcount <= 0 or
            not node.static and node.refcount > UNKNOWN_REFERENCES +
            counted_in.get(address, 0))
        report.check("none freed", not freed, node.type,
                     lambda: describe(address, node, counted_in))
        if freed:
            continue
        if not node.is_python:
            rules["no Python object: " + node.type] += 1
        elif address in own:
            rules["the recorder's own frame"] += 1
        else:
            open_.add(address)
            continue
        report.check("beyond", True)

    holders = {}
    for record in lines(directory, "refs.jsonl"):
        target, source = number(record["to"]), number(record["from"])
        if target in open_ and source and record["counted"]:
            holders.setdefault(target, []).append((source, record["kind"]))

    # A rule holds if the holder is known; what is known grows.
    known = addresses | (beyond - open_)
    # A tracked object would be in gc.get_objects(), hence in the account.
    lists = (-1,) if meta.get("free_threaded") else (0, 1, 2)
    tracked = {a for a in open_ if objects[a].gc
               and objects[a].generation in lists}

    def explained(address, rule):
        rules[rule] += 1
        known.add(address)
        open_.discard(address)
        report.check("beyond", True)

    def grow():
        before = None
        while before != len(open_):
            before = len(open_)
            for address in sorted(open_ - tracked):
                for source, kind in holders.get(address, ()):
                    if source in known and source in objects:
                        explained(address,
                                  rule_for(objects[source].type, kind))
                        break

    grow()
    for address in sorted(open_ - tracked):
        rule = rule_without_holder(objects[address],
                                   meta.get("free_threaded"))
        if rule and address not in holders:
            explained(address, rule)
            if not objects[address].static:
                report.held_by_c.append(
                    describe(address, objects[address], counted_in))
    grow()
    for address in sorted(open_):
        node = objects[address]
        report.check("beyond", False, node.type,
                     lambda: describe(address, node, counted_in))
    return rules


def rule_without_holder(node, free_threaded):
    """For what no known reference leads to."""
    if node.static:
        return "static, and nothing refers to it"
    if free_threaded and node.immortal and node.type in LEFT_OVER:
        return "immortal, and left over: " + node.type
    if node.immortal and node.type in HELD_BY_C:
        return "immortal, and nothing refers to it: " + node.type
    if node.type in HELD_BY_C:
        return "held by C only: " + node.type
    return None


def describe(address, node, counted_in):
    return "0x%016x %s refcount %s, %d counted references, size %s%s %s" % (
        address, node.type, node.refcount, counted_in.get(address, 0),
        node.size, ", tracked" if node.gc else "", node.value or "")
