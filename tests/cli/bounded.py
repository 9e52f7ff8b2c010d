#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Heaps whose size alone may tell how long an answer takes.

	bounded.py rows N    N objects, one each by six lists in turn
	bounded.py bases N   a chain of N classes

Prints "ready" and waits for its standard input to end.
"""
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


KEEP = {"rows": rows, "bases": bases}[sys.argv[1]](int(sys.argv[2]))
print("ready", flush=True)
sys.stdin.read()
