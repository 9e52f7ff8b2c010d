# SPDX-License-Identifier: MIT
"""What opening a heap of extension types costs beside one of built-ins.

	bench_open.py BIN [OBJECTS]

BIN is the folder of the tools.  Two python3.11 processes each hold so many
objects (about 1000000 unless told): one of types of numpy, pandas, lxml,
multidict, wrapt, frozenlist, cffi and C modules of the standard library, with
what they bring along, the other of lists, dicts, tuples, sets and instances
with about as many references.  gdb's gcore dumps both, and coil-info opens them
in turn, without a cache and with the core in the page cache.  Not a test: it
prints figures, one a line.

by code    objects whose references only their type's own machine code tells
cpu        user and system time, the least of five rounds
ratio      of the two, by an object
"""
import os
import shutil
import subprocess
import sys
import tempfile

import bench_heap

ROUNDS = 5
KINDS = ("extensions", "builtins")
BUILD = """
import gc, sys, time
gc.disable()
LEAF = ["leaf"]
NAMES = [("name", "value"), ("other", "value")]

def extensions():
    import _thread, operator
    import cffi, frozenlist, lxml.etree, multidict, numpy, pandas, wrapt
    ffi = cffi.FFI()
    char, stamp = ffi.typeof("char *"), pandas.Timestamp(0)
    array = numpy.array([None, None], dtype=object)
    tree = lxml.etree.Element("root")
    return [
        lambda: wrapt.ObjectProxy(LEAF),
        lambda: multidict.CIMultiDict(NAMES),
        lambda: pandas.Timestamp(1),
        lambda: lxml.etree.SubElement(tree, "leaf"),
        lambda: frozenlist.FrozenList(LEAF),
        lambda: ffi.new("char[8]"),
        lambda: operator.attrgetter("name"),
        lambda: _thread.RLock(),
        lambda: array[:1],
        lambda: wrapt.FunctionWrapper(len, len),
    ]

class Instance:
    def __init__(self):
        self.first = self.second = LEAF

class Slotted:
    __slots__ = "first", "second"
    def __init__(self):
        self.first = self.second = LEAF

def builtins():
    return [
        lambda: [LEAF],
        lambda: {"name": LEAF, "other": LEAF},
        lambda: [LEAF, LEAF],
        Slotted,
        lambda: [LEAF],
        lambda: (LEAF, {}),
        lambda: {"name"},
        lambda: [],
        lambda: [LEAF, LEAF],
        Instance,
    ]

makers = globals()[sys.argv[1]]()
held, end = [], sys.getallocatedblocks() + int(sys.argv[2])
while sys.getallocatedblocks() < end:
    held.extend(make() for make in makers)
gc.collect()
print("ready", flush=True)
time.sleep(100000)
"""


def dump(kind, objects, folder):
    process = subprocess.Popen(
        [bench_heap.PYTHON, "-B", "-W", "ignore", "-c", BUILD, kind,
         str(objects)], stdout=subprocess.PIPE)
    try:
        if process.stdout.readline() != b"ready\n":
            sys.exit("bench_open.py: no heap of %s" % kind)
        prefix = os.path.join(folder, kind)
        subprocess.run(["gcore", "-o", prefix, str(process.pid)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return "%s.%d" % (prefix, process.pid)
    finally:
        process.kill()
        process.wait()


def count_by_code(binaries, core):
    out = subprocess.run(
        [os.path.join(binaries, "coil-types"), "--no-cache", "-q", "-c",
         "means,count", core], stdout=subprocess.PIPE).stdout.decode()
    rows = [line.split("\t") for line in out.splitlines()]
    return sum(int(count) for means, count in rows
               if means in ("inferred", "interpreted"))


def main(argv):
    if len(argv) < 2 or not shutil.which("gcore"):
        print(__doc__.strip() if len(argv) < 2 else "gcore is not installed",
              file=sys.stderr)
        return 2
    objects = int(argv[2]) if len(argv) > 2 else 1000000
    folder = tempfile.mkdtemp()
    cores, best = {}, {}
    try:
        for kind in KINDS:
            cores[kind] = dump(kind, objects, folder)
        for n in range(ROUNDS * len(KINDS)):
            kind = KINDS[n % len(KINDS)]
            seconds, _, out = bench_heap.run(
                [os.path.join(argv[1], "coil-info"), "--no-cache", "-q",
                 cores[kind]], os.environ)
            said = dict(line.split("\t")[:2]
                        for line in out.decode().splitlines())
            if "references" not in said:
                sys.exit("bench_open.py: coil-info failed")
            if kind not in best or seconds < best[kind][0]:
                best[kind] = seconds, said
        by_code = {kind: count_by_code(argv[1], cores[kind]) for kind in KINDS}
    finally:
        shutil.rmtree(folder)
    each = {}
    for kind in KINDS:
        seconds, said = best[kind]
        count, references = int(said["objects"]), int(said["references"])
        each[kind] = seconds / count
        print("%s\t%d objects\t%d by code\t%.2f references an object\tcpu\t"
              "%.2f s\t%.3f us an object" % (
                  kind, count, by_code[kind], references / count, seconds,
                  each[kind] * 1e6))
    print("ratio\t%.2f" % (each["extensions"] / each["builtins"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
