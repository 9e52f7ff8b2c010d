# SPDX-License-Identifier: MIT
"""Depth: a list of @size links (a million), a ring of @size objects, and a
ring of the same kind that nothing refers to.  Nothing may recurse."""


class Link:
    __slots__ = ("next",)


def ring(count):
    first = last = Link()
    for _ in range(count - 1):
        link = Link()
        last.next = link
        last = link
    last.next = first
    return first


def build(size):
    size = size or 1000000
    head = None
    for _ in range(size):
        head = [head]
    alive = ring(size)
    ring(size // 10)
    return head, alive
