# SPDX-License-Identifier: MIT
"""Damages a core where it hurts: what stands where is known, from an undamaged
run of the tools and from the whole layout of the interpreter, and the damage
is of the kind that leads readers astray: pointers to oneself, rings, counts
that no memory holds, one array for many, types for one another, headers that
overlap.

	structures.py BIN CORE LAYOUT COUNT [SEED]

BIN is the folder of the tools, LAYOUT the JSON file.  Two command lines of
damage.py's are run on each core: each must answer (0, 1, 3) or refuse in one
line (2), in 10 s of CPU and 16 times the core's size + 256 MiB of memory;
$COIL_DAMAGE_SCALE times as much where coil was built with sanitizers.  The last
line is "N passed, N failed".
"""
import collections
import json
import os
import random
import struct
import subprocess
import sys

import damage

SCALE = int(os.environ.get("COIL_DAMAGE_SCALE", "1"))
SECONDS = 10 * SCALE
TIMES, BEYOND = 16 * SCALE, (256 << 20) * SCALE

# The structs of an object, by its type; the first has its head.
STRUCTS = {
    "list": ("PyVarObject", "PyListObject"),
    "tuple": ("PyVarObject", "PyTupleObject"),
    "dict": ("PyObject", "PyDictObject"),
    "set": ("PyObject", "PySetObject"),
    "frozenset": ("PyObject", "PySetObject"),
    "str": ("PyObject", "PyASCIIObject"),
    "bytes": ("PyVarObject", "PyBytesObject"),
    "bytearray": ("PyVarObject", "PyByteArrayObject"),
    "int": ("PyVarObject", "PyLongObject"),
    "type": ("PyVarObject", "PyTypeObject", "PyHeapTypeObject"),
    "function": ("PyObject", "PyFunctionObject"),
    "code": ("PyVarObject", "PyCodeObject"),
    "cell": ("PyObject", "PyCellObject"),
    "frame": ("PyObject", "PyFrameObject"),
    "generator": ("PyObject", "PyGenObject"),
    "coroutine": ("PyObject", "PyCoroObject"),
    "traceback": ("PyObject", "PyTracebackObject"),
    "weakref.ReferenceType": ("PyObject", "PyWeakReference"),
    "module": ("PyObject", "PyModuleObject"),
    "method": ("PyObject", "PyMethodObject"),
    "builtin_function_or_method": ("PyObject", "PyCFunctionObject"),
    "collections.deque": ("PyVarObject", "dequeobject"),
    "<thread>": ("PyThreadState",),
    "<interpreter>": ("PyInterpreterState",),
    "<frame>": ("_PyInterpreterFrame",),
    "<keys>": ("PyDictKeysObject",),
}
COUNTS = (0, 1, 2, 63, 1000, 1 << 16, 1 << 20, 1 << 31, 1 << 32, 1 << 40,
          1 << 47, 1 << 58, 1 << 60, (1 << 61) - 1, (1 << 63) - 1, 1 << 63,
          (1 << 64) - 1, (1 << 64) - 1000)
MASK = (1 << 64) - 1
PT_NOTE, NT_PRSTATUS, NT_FILE = 4, 1, 0x46494C45


class Heap:
    """What stands where in a sound core."""

    def __init__(self, core, binaries, path, layout):
        self.core = core
        with open(layout, "rb") as f:
            self.structs = json.load(f)["structs"]
        self.by_type = collections.defaultdict(list)
        for o in self.ask(binaries, "coil-objects", "-c", "address,type",
                          path):
            self.by_type[o["type"]].append(int(o["address"], 16))
        nodes = set()
        for r in self.ask(binaries, "coil-refs", "--all", "-c",
                          "from,from_type", path):
            if r["from"] and r["from_type"].startswith("<"):
                nodes.add((r["from_type"], int(r["from"], 16)))
        for name, address in sorted(nodes):
            self.by_type[name].append(address)
        self.names = sorted(self.by_type)
        self.known = [n for n in self.names if n in STRUCTS]

    @staticmethod
    def ask(binaries, tool, *arguments):
        out = subprocess.run([os.path.join(binaries, tool), "--no-cache",
                              "--json", *arguments],
                             stdout=subprocess.PIPE, check=True).stdout
        return map(json.loads, out.splitlines())

    def fields(self, name):
        """(offset) of every field that the structs of a type have."""
        rows = []
        for s in STRUCTS.get(name, ("PyObject",)):
            rows += [at for field, at in (self.structs.get(s) or {}).items()
                     if field != "size" and isinstance(at, int)
                     and 0 <= at < 1 << 16]
        return rows

    def at(self, struct_name, field):
        return (self.structs.get(struct_name) or {}).get(field)


class Patch:
    """The core's bytes, changed by address."""

    def __init__(self, heap, rng):
        self.heap, self.rng, self.core = heap, rng, heap.core
        self.data = bytearray(self.core.data)

    def get(self, address):
        at = self.core.offset(address & MASK)
        return struct.unpack_from("<Q", self.data, at)[0] if at else 0

    def put(self, address, value, size=8):
        at = self.core.offset(address & MASK)
        if at is not None:
            self.data[at:at + size] = (value & MASK).to_bytes(8, "little")[
                :size]

    def some(self, name):
        """One object of the type, some, or all of them."""
        every = self.heap.by_type.get(name) or [0]
        count = self.rng.choice((1, 1, 4, 64, len(every)))
        return self.rng.sample(every, min(count, len(every)))

    def any_type(self):
        names = self.heap.known if self.rng.randrange(4) else self.heap.names
        return self.rng.choice(names)

    def any_object(self):
        return self.rng.choice(self.heap.by_type[self.any_type()])


def pointer(p, own, name, old):
    """What a pointer becomes."""
    rng, heap = p.rng, p.heap
    return rng.choice((
        lambda: own,
        lambda: rng.choice(heap.by_type[name]),
        p.any_object,
        lambda: 0,
        lambda: old + rng.choice((8, 16, 4, 1, -8)),
        lambda: own + rng.choice((8, 16, 24, 32)),
        lambda: rng.choice((1 << 47, 0x1000, MASK - 7, 0xDEADBEEF000)),
        lambda: rng.choice(COUNTS),
        lambda: old ^ 1 << rng.randrange(64),
        lambda: p.get(p.any_object() + 8 * rng.randrange(8)),
    ))() & MASK


def field(p):
    """One field of objects of one type."""
    name = p.any_type()
    at = p.rng.choice(p.heap.fields(name) or [8])
    how = p.rng.getrandbits(32)
    for own in p.some(name):
        p.rng.seed(how)  # the same for all of them
        p.put(own + at, pointer(p, own, name, p.get(own + at)))


def small_field(p):
    """One byte of a field: log2 sizes, kinds, states."""
    name = p.rng.choice(("<keys>", "str", "dict", "<frame>", "generator",
                         "code", "type"))
    value = p.rng.choice((0, 1, 3, 7, 63, 64, 127, 200, 255))
    for own in p.some(name):
        if name == "dict":
            own = p.get(own + p.heap.at("PyDictObject", "ma_keys"))
        at = p.rng.choice(p.heap.fields("<keys>" if name == "dict" else name)
                          or [8])
        p.put(own + at + p.rng.randrange(8), value, 1)


def count(p):
    """ob_size and the like."""
    places = [("list", "PyVarObject", "ob_size"),
              ("list", "PyListObject", "allocated"),
              ("tuple", "PyVarObject", "ob_size"),
              ("bytes", "PyVarObject", "ob_size"),
              ("bytearray", "PyVarObject", "ob_size"),
              ("bytearray", "PyByteArrayObject", "ob_alloc"),
              ("int", "PyVarObject", "ob_size"),
              ("code", "PyVarObject", "ob_size"),
              ("type", "PyVarObject", "ob_size"),
              ("str", "PyASCIIObject", "length"),
              ("dict", "PyDictObject", "ma_used"),
              ("set", "PySetObject", "mask"),
              ("frame", "PyVarObject", "ob_size"),
              ("collections.deque", "PyVarObject", "ob_size"),
              ("type", "PyTypeObject", "tp_basicsize"),
              ("type", "PyTypeObject", "tp_itemsize"),
              ("type", "PyTypeObject", "tp_dictoffset"),
              ("type", "PyTypeObject", "tp_weaklistoffset")]
    name, of, which = p.rng.choice(places)
    at = p.heap.at(of, which)
    value = p.rng.choice(COUNTS)
    for own in p.some(name) if at is not None else ():
        p.put(own + at, value)


def swap_types(p):
    """Objects of one type say that they are of another."""
    name = p.any_type()
    other = p.rng.choice(p.heap.by_type["type"])
    if p.rng.randrange(2):
        other = p.get(p.any_object() + 8)
    for own in p.some(name):
        p.put(own + 8, other)


def share(p):
    """Many containers have one array, as long as memory reaches."""
    name, of, which, size = p.rng.choice((
        ("list", "PyListObject", "ob_item", "allocated"),
        ("dict", "PyDictObject", "ma_keys", None),
        ("dict", "PyDictObject", "ma_values", None),
        ("set", "PySetObject", "table", "mask"),
        ("frozenset", "PySetObject", "table", "mask"),
        ("bytearray", "PyByteArrayObject", "ob_bytes", "ob_alloc"),
        ("collections.deque", "dequeobject", "leftblock", None),
        ("generator", "PyGenObject", "gi_iframe", None),
        ("code", "PyCodeObject", "co_consts", None)))
    at = p.heap.at(of, which)
    if at is None:
        return
    objects = p.some(name)
    array = p.get(p.rng.choice(p.heap.by_type.get(name) or [0]) + at)
    items = 0
    if p.rng.randrange(2):
        start, _, length = max(p.core.segments, key=lambda s: s[2])
        array, items = start, length // 8 - 1
        if which == "table":
            items = (1 << (length // 16).bit_length() - 1) - 1
    step = p.rng.choice((0, 0, 8, 16, 4096))
    for i, own in enumerate(objects):
        p.put(own + at, array + i * step)
        if items and size:
            p.put(own + p.heap.at(of, size), items - i * step // 8)
            if name in ("list", "bytearray"):
                p.put(own + 16, items - i * step // 8)


RINGS = (("type", "PyTypeObject", "tp_base"),
         ("type", "PyTypeObject", "tp_mro"),
         ("type", "PyTypeObject", "tp_bases"),
         ("type", "PyTypeObject", "tp_subclasses"),
         ("type", "PyTypeObject", "tp_dict"),
         ("type", "PyTypeObject", "tp_weaklist"),
         ("type", "PyObject", "ob_type"),
         ("module", "PyModuleObject", "md_dict"),
         ("traceback", "PyTracebackObject", "tb_next"),
         ("frame", "PyFrameObject", "f_back"),
         ("<frame>", "_PyInterpreterFrame", "previous"),
         ("weakref.ReferenceType", "PyWeakReference", "wr_next"),
         ("<thread>", "PyThreadState", "next"),
         ("<interpreter>", "PyInterpreterState", "next"),
         ("collections.deque", "dequeobject", "leftblock"),
         ("generator", "PyGenObject", "gi_frame"))


def ring(p):
    """Links of a list lead back: each to itself, or to one of its kind."""
    name, of, which = p.rng.choice(RINGS)
    at = p.heap.at(of, which)
    every = p.heap.by_type.get(name)
    if at is None or not every:
        return
    objects = p.some(name)
    how = p.rng.randrange(3)
    for i, own in enumerate(objects):
        p.put(own + at, (own, objects[i - 1], p.rng.choice(every))[how])


def collector(p):
    """Links of the collector's lists."""
    name = p.any_type()
    for own in p.some(name):
        target = p.rng.choice((own - 16, p.any_object() - 16, 0, own))
        p.put(own - p.rng.choice((16, 8)), target)


def flags(p):
    at = p.heap.at("PyTypeObject", "tp_flags")
    bit = 1 << p.rng.choice((2, 3, 4, 9, 12, 14, 24, 25, 26, 27, 28, 29, 30,
                             31))
    for own in p.some("type"):
        p.put(own + at, p.get(own + at) ^ bit)


def code(p):
    """A type's functions are another's, or none."""
    which = p.rng.choice(("tp_traverse", "tp_dealloc", "tp_is_gc"))
    at = p.heap.at("PyTypeObject", which)
    other = p.get(p.rng.choice(p.heap.by_type["type"]) + at)
    value = p.rng.choice((other, other + 1, other + 7, 0, p.any_object(),
                          1 << 47))
    for own in p.some("type"):
        p.put(own + at, value)


def chain(p):
    """Lists and tuples that hold one another."""
    lists = p.some("list")
    at = p.heap.at("PyListObject", "ob_item")
    for i, own in enumerate(lists):
        items = p.get(own + at)
        for k in range(p.rng.choice((1, 4, 16))):
            p.put(items + 8 * k, lists[i - 1 - k * 3 % len(lists)])


def dict_keys(p):
    at = p.heap.at("PyDictObject", "ma_keys")
    of = p.heap.structs["PyDictKeysObject"]
    which = p.rng.choice([f for f in of if f != "size"])
    value = p.rng.choice(COUNTS + (200, 41, 30, 20))
    size = 1 if which in ("dk_log2_size", "dk_log2_index_bytes",
                          "dk_kind") else 8
    for own in p.some("dict"):
        p.put(p.get(own + at) + (of[which] or 0), value, size)


def header(p):
    """Program headers: overlapping, endless, upside down."""
    phoff, = struct.unpack_from("<Q", p.data, 32)
    phnum, = struct.unpack_from("<H", p.data, 56)
    rows = [phoff + 56 * i for i in range(phnum)]
    for _ in range(p.rng.choice((1, 2, 10, len(rows)))):
        at, other = p.rng.choice(rows), p.rng.choice(rows)
        which = p.rng.choice((8, 16, 32, 40))
        old, = struct.unpack_from("<Q", p.data, at + which)
        new, = struct.unpack_from("<Q", p.data, other + which)
        value = p.rng.choice((new, new + 4096, old + 4096, old - 4096, old * 2,
                              p.rng.choice(COUNTS)))
        struct.pack_into("<Q", p.data, at + which, value & MASK)


def notes(p):
    """Words of NT_FILE, NT_PRSTATUS and the other notes; sizes of notes."""
    phoff, = struct.unpack_from("<Q", p.data, 32)
    phnum, = struct.unpack_from("<H", p.data, 56)
    found = []
    for i in range(phnum):
        kind, _, offset, _, _, size = struct.unpack_from(
            "<IIQQQQ", p.data, phoff + 56 * i)
        end = min(offset + size, len(p.data))
        while kind == PT_NOTE and offset + 12 <= end:
            n, d, t = struct.unpack_from("<III", p.data, offset)
            start = offset + 12 + (n + 3 & ~3)
            if start + min(d, 512) + 8 <= len(p.data):
                found.append((offset, t, start, d))
            offset += 12 + (n + 3 & ~3) + (d + 3 & ~3)
    wanted = p.rng.choice((NT_FILE, NT_FILE, NT_PRSTATUS, None))
    rows = [r for r in found if wanted in (None, r[1])] or found
    if not rows:
        return
    for _ in range(p.rng.choice((1, 3, 30))):
        at, _, start, size = p.rng.choice(rows)
        if p.rng.randrange(8) == 0:
            struct.pack_into("<I", p.data, at + 4 * p.rng.randrange(3),
                             p.rng.choice(COUNTS) & 0xFFFFFFFF)
        elif size >= 8:
            place = start + 8 * p.rng.randrange(min(size // 8, 64))
            old, = struct.unpack_from("<Q", p.data, place)
            struct.pack_into("<Q", p.data, place, p.rng.choice(
                (old + 4096, old ^ 1 << p.rng.randrange(64),
                 p.rng.choice(COUNTS), p.any_object())) & MASK)


DAMAGE = (field, field, field, small_field, count, count, swap_types, share,
          share, ring, ring, collector, flags, code, chain, dict_keys, header,
          notes)


def damaged(heap, rng):
    p = Patch(heap, rng)
    done = []
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        how = rng.choice(DAMAGE)
        done.append(how.__name__)
        how(p)
    return p.data, "+".join(done)


def run(binaries, tool, path, most):
    """The exit status, or words that say what went wrong; seconds, bytes."""
    binary = os.path.join(binaries, tool[0])
    tool = list(tool)
    if "CORE" not in tool:
        tool.append("CORE")
    arguments = [path if word == "CORE" else word for word in tool[1:]]
    status, words, seconds, peak = damage.ended(
        [binary, "--no-cache", *arguments])
    if seconds > SECONDS or status == -9:
        status = "%.1f s of CPU, status %s" % (seconds, status)
    elif peak > most:
        status = "%d MiB" % (peak >> 20)
    elif status not in (0, 1, 2, 3):
        status = "exit status %d: %s" % (status, words[:4000])
    elif status == 2 and len(words.splitlines()) != 1:
        status = "refused in %d lines: %s" % (len(words.splitlines()), words)
    return status, seconds, peak


def main(argv):
    binaries, path, layout, inputs = argv[1], argv[2], argv[3], int(argv[4])
    seed = int(argv[5]) if len(argv) > 5 else 1
    core = damage.Core(path, binaries)
    heap = Heap(core, binaries, path, layout)
    most = len(core.data) * TIMES + BEYOND
    passed = failed = 0
    longest = largest = 0
    statuses = collections.Counter()
    scratch = path + ".structures"
    for n in range(seed, seed + inputs):
        rng = random.Random(n)
        tools = [[damage.fill(core, rng, path, word) for word in tool]
                 for tool in rng.sample(damage.TOOLS, 2)]
        data, how = damaged(heap, rng)
        with open(scratch, "wb") as f:
            f.write(data)
        for tool in tools:
            result, seconds, peak = run(binaries, tool, scratch, most)
            longest, largest = max(longest, seconds), max(largest, peak)
            if isinstance(result, int):
                passed += 1
                statuses[result] += 1
                continue
            failed += 1
            statuses["bad"] += 1
            print("seed %d (%s): %s: %s" % (n, how, " ".join(tool), result),
                  flush=True)
    os.unlink(scratch)
    print("%d inputs; exit statuses: %s; at most %.1f s of CPU, %d MiB "
          "(allowed: %d s, %d MiB)" % (
              inputs, ", ".join("%s: %d" % (k, statuses[k])
                                for k in sorted(statuses, key=str)),
              longest, largest >> 20, SECONDS, most >> 20))
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
