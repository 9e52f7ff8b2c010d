#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Retained sizes against their definition, on random objects of a real heap.

    retained.py sample DIR [COUNT]   prints COUNT (1000) random addresses
    retained.py check DIR            compares retained.jsonl with the graph

Retained is what can no longer be reached from the roots once the object is
taken out of the graph.  check does just that, for all the sampled objects at
once: every node carries a set, as the bits of one number, of those objects
without which it can still be reached.  A node's set is the union of its
referrers', less itself; the root's is full.  No dominators anywhere.

The graph is that of coil-refs --all --json: counted references that are not
weak.  All nodes without an address are one root.
"""
import os
import random
import sys
from collections import deque

from tools_output import lines, number, read_objects

ROOT = 0


def sample(directory, count):
    addresses = sorted(number(record["address"])
                       for record in lines(directory, "objects.jsonl"))
    for address in random.Random(1).sample(addresses,
                                           min(count, len(addresses))):
        print("0x%016x" % address)


def read_graph(directory):
    rows = {}
    for record in lines(directory, "refs.jsonl"):
        source = number(record["from"]) or ROOT
        target = number(record["to"]) or ROOT
        strong = record["counted"] and record["kind"] != "weak"
        if target != ROOT and (strong or source == ROOT):
            rows.setdefault(source, []).append(target)
    return rows


def reachable_without(rows, removed):
    """node: bits of the objects of @removed (address: bit) without which
    the root still reaches it."""
    everything = (1 << len(removed)) - 1
    mask = {ROOT: everything}
    waiting, queued = deque([ROOT]), {ROOT}
    while waiting:
        node = waiting.popleft()
        queued.discard(node)
        bits = mask[node]
        for target in rows.get(node, ()):
            old = mask.get(target)
            new = bits
            if target in removed:
                new &= ~(1 << removed[target])
            if old is not None:
                new |= old
            if new != old:
                mask[target] = new
                if target not in queued:
                    queued.add(target)
                    waiting.append(target)
    return mask


def check(directory):
    objects, _ = read_objects(directory)
    rows = read_graph(directory)
    if ROOT not in rows:
        print("coil-refs lists no references of roots", file=sys.stderr)
        return 2
    found = {}
    for record in lines(directory, "retained.jsonl"):
        found[number(record["address"])] = (record["retained"],
                                            record["count"])
    order = sorted(found)
    removed = {address: bit for bit, address in enumerate(order)}
    mask = reachable_without(rows, removed)
    everything = (1 << len(order)) - 1
    alike = {}  # nodes that are lost with the same objects
    for node, bits in mask.items():
        if bits != everything:
            sums = alike.setdefault(everything & ~bits, [0, 0])
            sums[0] += objects[node].allocated
            sums[1] += 1
    size, count = [0] * len(order), [0] * len(order)
    for lost, sums in alike.items():
        while lost:
            low = lost & -lost
            bit = low.bit_length() - 1
            size[bit] += sums[0]
            count[bit] += sums[1]
            lost ^= low
    wrong = unreached = 0
    for bit, address in enumerate(order):
        if address not in mask:
            unreached += 1
            continue
        right = (size[bit], count[bit])
        if found[address] != right:
            wrong += 1
            if wrong <= 10:
                print("    0x%016x %s: %d bytes in %d nodes, coil says %s in "
                      "%s" % ((address, objects[address].type) + right +
                              found[address]))
    print("retained sizes\t%d\t%d\t%s" % (
        len(order) - wrong - unreached, len(order) - unreached,
        "WRONG" if wrong else "ok"))
    if unreached:
        print("    %d of the sample no root reaches" % unreached)
    failed = bool(wrong or unreached or not order)
    print("%d passed, %d failed" % (not failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("sample", "check"):
        sys.exit(__doc__.split("\n\n")[1])
    if not os.path.isdir(sys.argv[2]):
        sys.exit("retained.py: %s: no such directory" % sys.argv[2])
    if sys.argv[1] == "check":
        sys.exit(check(sys.argv[2]))
    sample(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1000)
