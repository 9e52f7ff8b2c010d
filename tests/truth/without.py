#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same core without one module's file and with another build of a second:
the types whose tp_traverse is in these (or they themselves, whose name is then
lost, too) fall back and say why; everything else is told as before.

    without.py DIR BIN MISSING REPLACED

DIR is as for compare.py; MISSING and REPLACED are parts of the files' names.
The last line is "N passed, N failed".

Facts: the offsets of tp_base and tp_traverse in PyTypeObject are the same in
all of 3.8 to 3.14 (Include/cpython/object.h).
"""
import os
import shutil
import struct
import subprocess
import sys

from memory import PT_LOAD, PT_NOTE, Core, mapped_files, program_headers
from tools_output import lines, number

TP_TRAVERSE, TP_BASE = 184, 256


def make_root(root, files, missing, replaced):
    """A tree of the files but for two of them: no symbolic links, which lead
    out of it."""
    for name in files:
        at = root + name
        os.makedirs(os.path.dirname(at), exist_ok=True)
        if missing in name:
            continue
        if replaced in name:
            with open(name, "rb") as f:
                data = bytearray(f.read())
            for kind, _, offset, _, size, _ in program_headers(bytes(data)):
                if kind == PT_NOTE:  # with the build-id
                    data[offset + size - 1] ^= 0xff
            with open(at, "wb") as f:
                f.write(data)
        elif os.path.isfile(name):
            try:
                os.link(os.path.realpath(name), at)
            except OSError:  # another file system
                shutil.copyfile(name, at)


def spans(core, name):
    """Where the segments of a mapped file are."""
    with open(name, "rb") as f:
        data = f.read()
    start = core.starts[name]
    return [(start + at, start + at + size) for kind, _, _, at, _, size
            in program_headers(data) if kind == PT_LOAD]


class Types:
    """Which types the files that are gone concern."""

    def __init__(self, core, gone):
        self.core = core
        self.gone = [s for name in gone for s in spans(core, name)]
        self.others = [s for name in core.starts if ".so" in name and
                       name not in gone and os.path.isfile(name)
                       for s in spans(core, name)]

    def word(self, address):
        for start, end, offset in self.core.loads:
            if start <= address <= end - 8:
                return struct.unpack_from(
                    "<Q", self.core.data, offset + address - start)[0]
        return 0

    def concerned(self, address):
        """Whether the tp_traverse of its C base is in them, and whether that
        of any base is: it may be called by one that is not."""
        first = True
        for _ in range(100):
            code = self.word(address + TP_TRAVERSE)
            if inside(code, self.gone) or inside(address, self.gone):
                return first, True
            first = first and not inside(code, self.others)
            address = self.word(address + TP_BASE)
            if not address:
                break
        return False, False


def inside(address, ranges):
    return any(start <= address < end for start, end in ranges)


def read_means(path):
    with open(path) as f:
        return {number(at): (means, reason, name) for means, reason, _, at,
                name in (line.rstrip("\n").split("\t", 4) for line in f)
                if number(at)}


def run(output, *command):
    with open(output, "wb") as f:
        return subprocess.run(command, stdout=f, check=False,
                              stderr=subprocess.DEVNULL).returncode in (0, 3)


def check(directory, binaries, missing, replaced):
    path = os.path.join(directory, "core")
    core = Core(path)
    files = {}
    for kind, _, offset, _, size, _ in program_headers(core.data):
        if kind == PT_NOTE:
            files.update(mapped_files(core.data, offset, size))
    gone = [n for n in files if missing in n or replaced in n]
    root = os.path.join(directory, "root")
    make_root(root, files, missing, replaced)
    tools = [("types-without.tsv", "coil-types", "-c",
              "means,reason,count,type_address,type"),
             ("refs-without.jsonl", "coil-refs", "--all", "--json")]
    for output, tool, *options in tools:
        if not run(os.path.join(directory, output),
                   os.path.join(binaries, tool), *options,
                   "--sysroot=" + root, path):
            yield "%s works without the files" % tool, False, tool
            return
    yield "the files are of the process", len(gone) == 2, gone
    yield from compare(directory, Types(core, gone))


def compare(directory, types):
    before = read_means(os.path.join(directory, "types.tsv"))
    after = read_means(os.path.join(directory, "types-without.tsv"))
    fell, silent, others, kept = set(), [], [], []
    for address, (means, reason, name) in before.items():
        now, why, _ = after.get(address, ("gone", "", ""))
        surely, perhaps = types.concerned(address)
        if (now, why) == (means, reason):
            if surely and means in ("inferred", "interpreted"):
                kept.append(name)
            continue
        fell.add(address)
        if now != "scanned" or why in ("", "-"):
            silent.append((name, now, why))
        if not perhaps:
            others.append((name, now, why))
    yield "types fall back: %d" % len(fell), len(fell) > 10, before
    yield "all whose code is gone", not kept, kept[:5]
    yield "each with a reason", not silent, silent[:5]
    yield "no others", not others, others[:5]
    type_of = {number(r["address"]): number(r["type_address"])
               for r in lines(directory, "objects.jsonl")}

    def exact(name):
        with open(os.path.join(directory, name)) as f:
            return [line for line in f
                    if type_of.get(source(line)) not in fell]

    yield "the references of all other types are the same", \
        exact("refs.jsonl") == exact("refs-without.jsonl"), \
        "refs.jsonl, refs-without.jsonl"


def source(line):
    """The address that a reference is from, None where it is a root's."""
    _, found, rest = line.partition('"from":"0x')
    return int(rest.split('"', 1)[0], 16) if found else None


def main(argv):
    if len(argv) != 4:
        sys.exit(__doc__.split("\n\n")[1].strip())
    passed = failed = 0
    for what, right, details in check(*argv):
        passed += bool(right)
        failed += not right
        print("without %s: %s\t%s" % (" and ".join(argv[2:]), what,
                                      "ok" if right else
                                      "WRONG\n    %s" % (details,)))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
