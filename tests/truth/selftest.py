#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the harness itself: a comparison that could not fail would prove
nothing.  Each row damages one thing in otherwise right output of the tools;
exactly the figure that it concerns must turn wrong."""
import contextlib
import io
import json
import os
import random
import struct
import sys
import tempfile

import compare
import retained

LIST, STR, REF = "0x0000000000000010", "0x0000000000000020", \
    "0x0000000000000030"
TYPE = "0x0000000000000040"
GARBAGE = "0x0000000000000050"


def row(address, name, **fields):
    return dict({"address": address, "type": name, "type_address": TYPE,
                 "size": 56, "refcount": 1, "tracked": True, "generation": 0,
                 "referents": []}, **fields)


ACCOUNT = [
    row(LIST, "list", referents=[STR, STR], made=True),
    row(STR, "str", tracked=False, generation=None, refcount=2, made=True,
        interned=True, value="'a'"),
    row(REF, "weakref.ReferenceType",
        weak={"referent": LIST, "callback": None}),
    row(GARBAGE, "list", referents=[GARBAGE]),
]


INFO = ("allocator\tpymalloc\nallocator_hooks\tnone\nblocks_16\t5\n"
        "missing_objects\t0\n")


def right_output():
    objects = [{"address": r["address"], "type": r["type"],
                "type_address": TYPE, "size": r["size"], "allocated": 64,
                "refcount": r["refcount"], "gc": r["tracked"],
                "generation": r["generation"], "immortal": False,
                "interned": r.get("interned", False), "static": False,
                "reachable": True, "value": r.get("value")} for r in ACCOUNT]
    objects.append(dict(objects[1], address="0x60", value="'in C'"))
    edge = {"kind": "item", "label": "", "traversed": True, "counted": True,
            "exact": True}
    refs = [dict(edge, **{"from": r["address"], "to": to})
            for r in ACCOUNT for to in r["referents"]]
    refs.append(dict(edge, **{"from": "0x70", "to": LIST, "traversed": False}))
    return {
        "objects.jsonl": objects, "refs.jsonl": refs,
        "cycles.jsonl": [{"address": GARBAGE, "cycle": 0}],
        "weakrefs.jsonl": [{"address": REF, "referent": LIST,
                            "callback": None, "state": "live"}],
        "info.txt": INFO,
        "flags.tsv": "-\t%s\n" % LIST,
        "types.tsv": "native\t-\t2\t%s\tlist\n" % TYPE,
        "core": {"heap": [STR, STR, LIST, GARBAGE], "variables": []},
    }


def put(file, index, **fields):
    return lambda output: output[file][index].update(fields)


def in_c(heap, variables):
    """A reference to STR that no object holds, and where its address is."""
    def damage(output):
        output["refs.jsonl"][0]["counted"] = False
        output["core"] = {"heap": heap, "variables": variables}
    return damage


DAMAGE = [
    (None, lambda output: None),
    (None, in_c([STR], [STR])),      # a variable of a module
    (None, in_c([STR], [])),         # leaked
    ("reference counts", in_c([STR, STR], [])),
    ("reference counts", in_c([STR, STR, STR], [LIST])),
    ("sizes", lambda output: (put("objects.jsonl", 0, size=57)(output),
                              output.update({"flags.tsv":
                                             "size-guess\t%s\n" % LIST}))),
    ("means", lambda output: output.update(
        {"types.tsv": "scanned\tx\t2\t%s\tlist\n" % TYPE})),
    ("objects found", lambda output: output["objects.jsonl"].pop(2)),
    ("types", put("objects.jsonl", 0, type="tuple")),
    ("types", put("objects.jsonl", 0, type_address="0x41")),
    ("sizes", put("objects.jsonl", 0, size=57)),
    ("tracked", put("objects.jsonl", 1, gc=True)),
    ("generations", put("objects.jsonl", 0, generation=1)),
    ("referents", put("refs.jsonl", 0, traversed=False)),
    ("garbage", lambda output: output["cycles.jsonl"].clear()),
    ("garbage", put("cycles.jsonl", 0, address=LIST)),
    ("interned", put("objects.jsonl", 1, interned=False)),
    ("values", put("objects.jsonl", 1, value="'b'")),
    ("weak references", put("weakrefs.jsonl", 0, state="dead")),
    ("weak references", put("weakrefs.jsonl", 0, callback=LIST)),
    ("weak references", lambda output: output["weakrefs.jsonl"].append(
        {"address": LIST, "referent": STR, "callback": None,
         "state": "live"})),
    ("counts read", put("objects.jsonl", 3, refcount=2)),
    ("listed once", lambda output: output["objects.jsonl"].append(
        output["objects.jsonl"][0])),
    ("none freed", put("objects.jsonl", 4, refcount=0)),
    ("none freed", put("objects.jsonl", 4, refcount=0x7f00000000)),
    ("beyond", put("objects.jsonl", 4, type="app.Session")),
    ("beyond", put("objects.jsonl", 4, gc=True, generation=0)),
    ("reference counts", put("refs.jsonl", 0, counted=False)),
    ("reference counts", lambda output: output["refs.jsonl"].append(
        dict(output["refs.jsonl"][-1]))),
    ("blocks", lambda output: output.update(
        {"info.txt": INFO.replace("\t5", "\t6")})),
    ("not captured", lambda output: output.update(
        {"info.txt": INFO.replace("missing_objects\t0",
                                  "missing_objects\t1")})),
    ("not captured", lambda output: output.update(
        {"flags.tsv": "immortal,incomplete\t%s\n" % LIST})),
    ("allocator", lambda output: output.update(
        {"info.txt": INFO.replace("pymalloc", "malloc")})),
    ("allocator", lambda output: output.update(
        {"info.txt": INFO.replace("none", "debug")})),
]


def elf(loads, note=b""):
    """An ELF file: loads are (address, words), all writable."""
    parts = [(1, at, struct.pack("<%dQ" % len(w), *[int(x, 16) for x in w]))
             for at, w in loads]
    parts.append((4, 0, note))
    offset = 64 + 56 * len(parts)
    head, body = b"", b""
    for kind, address, data in parts:
        head += struct.pack("<IIQQQQQQ", kind, 6, offset + len(body), address,
                            0, len(data), len(data), 8)
        body += data
    return b"\x7fELF\x02\x01\x01".ljust(32, b"\0") + struct.pack(
        "<QQIHHHHHH", 64, 0, 0, 64, 56, len(parts), 64, 0, 0) + head + body


def write_core(directory, heap, variables):
    """A core, and the module that its variables are of."""
    module, at = os.path.join(directory, "module.so"), 0x500000
    with open(module, "wb") as f:
        f.write(elf([(0, variables)]))
    files = struct.pack("<QQQQQ", 1, 4096, at, at + 4096, 0) + \
        module.encode() + b"\0"
    note = struct.pack("<III", 5, len(files), 0x46494c45) + b"CORE\0\0\0\0"
    with open(os.path.join(directory, "core"), "wb") as f:
        f.write(elf([(0x400000, heap), (at, variables)],
                    note + files.ljust((len(files) + 3) // 4 * 4, b"\0")))


def write(directory, output):
    for name, content in output.items():
        if name == "core":
            write_core(directory, **content)
            continue
        with open(os.path.join(directory, name), "w") as f:
            if isinstance(content, str):
                f.write(content)
            else:
                f.writelines(json.dumps(r) + "\n" for r in content)


def wrong_figures(damage):
    output = right_output()
    damage(output)
    with tempfile.TemporaryDirectory() as directory:
        write(directory, output)
        write(directory, {
            "account.jsonl": ACCOUNT,
            "garbage.txt": "gc: collectable <list 0x50>\n",
            "stats.txt": "    0     16           1             5    1000\n",
            "meta.json": '{"version": "3.11.2", "own": [], "allocator": '
                         '"pymalloc", "allocator_hooks": "none"}\n'})
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            status = compare.main([directory])
    wrong = [line.split("\t")[0] for line in text.getvalue().splitlines()
             if line.endswith("\tWRONG")]
    assert (status == 1) == bool(wrong), "exit status %d" % status
    return wrong


def retained_agrees(seed):
    """The sets of retained.py against removing one object at a time."""
    chance = random.Random(seed)
    nodes = range(1, 40)
    rows = {n: [chance.choice(nodes) for _ in range(chance.randrange(4))]
            for n in nodes}
    rows[retained.ROOT] = chance.sample(nodes, 3)
    removed = {n: bit for bit, n in enumerate(nodes)}
    mask = retained.reachable_without(rows, removed)
    for n in nodes:
        seen, left = {retained.ROOT, n}, [retained.ROOT]
        while left:
            for target in rows.get(left.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    left.append(target)
        seen.discard(n)
        if seen != {m for m, bits in mask.items() if bits >> removed[n] & 1}:
            return False
    return True


def main():
    os.environ["MIN_TYPES"] = "1"
    passed = failed = 0
    for figure, damage in DAMAGE:
        wrong = wrong_figures(damage)
        if wrong == ([figure] if figure else []):
            passed += 1
        else:
            failed += 1
            print("damaged %s: wrong are %s" % (figure, wrong))
    for seed in range(20):
        if retained_agrees(seed):
            passed += 1
        else:
            failed += 1
            print("retained, random graph %d" % seed)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
