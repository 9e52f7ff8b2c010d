# SPDX-License-Identifier: MIT
"""Dies inside a collection, having said what there is.

    INTERPRETER collecting.py PHASE FILE

PHASE is where: "start" (a callback of gc.callbacks: nothing has moved),
"subtract" and "move" (a tp_traverse that does not come back: counts stand in
the links; later, tentatively unreachable objects on a list of their own),
"finalize" (a __del__: what is unreachable is on a list on the C stack, and some
tuples and dicts are no longer tracked).  FILE receives a line for each object
of the collector's: address, type, whether it is tracked.  The kernel dumps the
process.

Facts: CPython's Modules/gcmodule.c or Python/gc.c, gc_collect_main(),
deduce_unreachable(); tp_traverse is at 184 of a type, 3.8 to 3.15.
"""
import ctypes
import gc
import os
import sys

TP_TRAVERSE = 184
PHASES = ("start", "subtract", "move", "finalize")

phase, path = sys.argv[1:]
with open("/proc/self/coredump_filter", "w") as f:
    f.write("0x7f")
gc.disable()
gc.collect()


class Node:
    pass


class Last(Node):
    def __del__(self):
        tell()
        os.abort()


class Trap:
    pass


def ring(*classes):
    nodes = [cls() for cls in classes]
    for node, other in zip(nodes, nodes[1:] + nodes[:1]):
        node.other, node.items = other, [other]
    return nodes


kept = [ring(Node, Node) for _ in range(500)] + [(k, [k]) for k in range(500)]
trap = Trap()
lost = ring(Node, Node, Last)
garbage = [(id(node), type(node)) for node in lost]
visits = []
kind = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
                         ctypes.c_void_p)


def traverse(*_):
    visits.append(None)
    if len(visits) == PHASES.index(phase):
        os.abort()
    return 0


callback = kind(traverse)
where = ctypes.c_void_p.from_address(id(Trap) + TP_TRAVERSE)


def started(*_):
    if phase == "start":
        os.abort()


def tell():
    rows = ["0x%016x\t%s\t%d\n" % (
        id(o), type(o).__name__.split(".")[-1], gc.is_tracked(o))
        for o in everything]
    rows += ["0x%016x\t%s\t1\n" % (address, cls.__name__)
             for address, cls in garbage]
    os.write(out, "".join(rows).encode())


gc.callbacks.append(started)
out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
theirs = gc.get_referents(*lost)
theirs += gc.get_referents(*[o for o in theirs if type(o) is dict])
skipped = set(map(id, lost + [lost] + theirs))
del theirs
f = node = None
everything = [o for o in gc.get_objects()
              if id(o) not in skipped and type(o).__name__ != "frame"]
del lost
if phase != "finalize":
    tell()
if phase in ("subtract", "move"):
    where.value = ctypes.cast(callback, ctypes.c_void_p).value
gc.collect()
sys.exit("the collection came to its end")
