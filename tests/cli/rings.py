# SPDX-License-Identifier: MIT
"""Rings, and long values: one of a kind is alive in the variable of its name."""
import collections
import gc
import os
import sys


class A:
    pass


class B:
    pass


class C:
    pass


def of(count, *kinds):
    """A ring of count instances, of the kinds in turn."""
    ring = [kinds[i % len(kinds)]() for i in range(count)]
    for one, other in zip(ring, ring[1:] + ring[:1]):
        one.next = other
    return ring[0]


def lists(count, places=1):
    """A ring of lists; the one behind is at one of so many places."""
    ring = [[None] * (i % places) for i in range(count)]
    for one, other in zip(ring, ring[1:] + ring[:1]):
        one.append(other)
    return ring[0]


def broken():
    """A chain of 500 with two other steps at its end."""
    first = last = A()
    for _ in range(499):
        last.next = A()
        last = last.next
    last.other = [first]
    return first


def names(count):
    """A ring in which no two steps read the same."""
    ring = [A() for _ in range(count)]
    for i in range(count):
        setattr(ring[i], "n%03d" % i, ring[(i + 1) % count])
    return ring[0]


gc.disable()
rings = {
    "ring of lists": lists(1000),
    "three lists": lists(3),
    "at other places": lists(999, 3),
    "two in turn": of(1000, A, B),
    "three in turn": of(999, A, B, C),
    "many": of(200000, C),
    "broken": broken(),
    "names": names(300),
}
values = [bytearray(100000), b"\0" * 100000, "x" * 100000, "y" * 600,
          collections.deque(range(100000)), collections.deque([[]] * 5000),
          list(range(100000)), 10 ** 4000, memoryview(b"\0" * 100000)]
deep = []
last = deep
for _ in range(100000):
    last.append([])
    last = last[0]
last.append("".join(["at the", " end"]))
del last
print("ready", os.getpid(), flush=True)
sys.stdin.readline()
