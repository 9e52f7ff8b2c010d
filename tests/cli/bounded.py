#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Heaps whose size alone may tell how long an answer takes.

	bounded.py rows N    N objects, one each by six lists in turn
	bounded.py bases N   a chain of N classes
	bounded.py word CORE ADDRESS OFFSET   the word there, 0x and digits

The first two print "ready" and wait for standard input to end.
"""
import struct
import sys


class Item:
    __slots__ = ()


def rows(count):
    lists = [[] for _ in range(6)]
    for i in range(count):
        lists[i % 6].append(Item())
    return lists


def bases(count):
    base = object
    for i in range(count):
        base = type("C%d" % i, (base,), {})
    return base()


def word(path, address):
    with open(path, "rb") as f:
        data = f.read()
    headers, = struct.unpack_from("<Q", data, 32)
    for i in range(struct.unpack_from("<H", data, 56)[0]):
        kind, _, offset, start, _, size = struct.unpack_from(
            "<IIQQQQ", data, headers + 56 * i)
        if kind == 1 and start <= address < start + size:
            return struct.unpack_from("<Q", data, offset + address - start)[0]
    raise SystemExit("no such memory")


if sys.argv[1] == "word":
    print(hex(word(sys.argv[2], int(sys.argv[3], 16) + int(sys.argv[4]))))
    sys.exit()
KEEP = {"rows": rows, "bases": bases}[sys.argv[1]](int(sys.argv[2]))
print("ready", flush=True)
sys.stdin.read()
