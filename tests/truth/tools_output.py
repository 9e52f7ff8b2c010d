# SPDX-License-Identifier: MIT
"""What coil's tools print, read for the comparison.

The output of each tool is in a file of one directory: objects.jsonl
(coil-objects --json), refs.jsonl (coil-refs --all --json), cycles.jsonl
(coil-cycles --garbage --members --json), weakrefs.jsonl (coil-weakrefs
--json), retained.jsonl (coil-retained --json) and info.txt (coil-info).

Facts: the fields are those of the tools' man pages.
"""
import json
import os
from collections import Counter


def number(address):
    """An address as a number; None for null, 0 for a node without one."""
    if address is None:
        return None
    if isinstance(address, int):
        return address
    try:
        return int(address, 16)
    except ValueError:
        return 0  # "<root>" and its like


def lines(directory, name):
    """The records of a file, none where the file is missing."""
    path = os.path.join(directory, name)
    if not os.path.exists(path):
        return
    loads = json.loads
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        for line in f:
            yield loads(line)


class Object:
    """A node, as coil-objects lists it."""
    __slots__ = ("type", "type_address", "size", "allocated", "refcount", "gc",
                 "generation", "immortal", "interned", "static", "reachable",
                 "value")

    def __init__(self, record):
        get = record.get
        self.type = get("type")
        self.type_address = number(get("type_address"))
        self.size = get("size")
        self.allocated = get("allocated")
        self.refcount = get("refcount")
        self.gc = get("gc")
        self.generation = get("generation")
        self.immortal = get("immortal")
        self.interned = get("interned")
        self.static = get("static")
        self.reachable = get("reachable")
        self.value = get("value")

    @property
    def is_python(self):
        return not self.type.startswith("<")


def read_objects(directory):
    """All nodes by address, and the addresses listed more than once."""
    found, twice, names = {}, [], {}
    for record in lines(directory, "objects.jsonl"):
        address = number(record["address"])
        if address in found:
            twice.append(address)
        o = Object(record)
        o.type = names.setdefault(o.type, o.type)
        found[address] = o
    return found, twice


class Edges:
    """All references: who refers to what as the collector sees it, and how
    many counted references to each object there are."""

    def __init__(self, directory, objects):
        self.count = 0
        self.traversed = {}   # from: [to]
        self.counted_in = {}  # to: how many
        self.inexact = {}     # type of from: how many edges
        self.inexact_in = Counter()  # to: how many of those counted
        self.instances_in = Counter()  # to: of an object to its type
        self.weak = {}        # from: [to] of kind weak
        traversed, counted_in = self.traversed, self.counted_in
        for record in lines(directory, "refs.jsonl"):
            self.count += 1
            source, target = number(record["from"]), number(record["to"])
            if record["traversed"]:
                if source in traversed:
                    traversed[source].append(target)
                else:
                    traversed[source] = [target]
            # Roots have no address; <native> holds what is unexplained.
            if record["counted"] and source:
                counted_in[target] = counted_in.get(target, 0) + 1
                if not record["exact"]:
                    self.inexact_in[target] += 1
                if record["kind"] == "type":
                    self.instances_in[target] += 1
            if record["kind"] == "weak":
                self.weak.setdefault(source, []).append(target)
            if not record["exact"]:
                node = objects.get(source)
                name = node.type if node else "?"
                self.inexact[name] = self.inexact.get(name, 0) + 1


def read_marked(directory, flag):
    """Nodes that coil-objects gives the flag."""
    found = set()
    path = os.path.join(directory, "flags.tsv")
    if os.path.exists(path):
        with open(path) as f:
            for line in f:
                flags, address = line.split()
                if flag in flags.split(","):
                    found.add(int(address, 16))
    return found


def read_info(directory):
    """coil-info's records, key: value as it is printed."""
    said = {}
    path = os.path.join(directory, "info.txt")
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as f:
            for line in f:
                key, _, value = line.rstrip("\n").partition("\t")
                said[key] = value
    return said


def read_used_blocks(directory):
    """coil-info's blocks_NNN: block size in bytes -> used blocks."""
    return {int(key[7:]): int(value)
            for key, value in read_info(directory).items()
            if key.startswith("blocks_") and key[7:].isdigit()}
