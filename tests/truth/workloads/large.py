# SPDX-License-Identifier: MIT
"""The heap of an ordinary service, @size objects or so: records of
instances, dicts, strings and lists in an index."""
import gc

FIELDS = ("id", "name", "mail", "tags", "address")


class Address:
    def __init__(self, n):
        self.street = "street %d" % n
        self.zip = n % 99999


class Slotted:
    __slots__ = ("key", "next")

    def __init__(self, key, following):
        self.key, self.next = key, following


def record(n, names):
    return {
        "id": 1000 + n,
        "name": names[n % len(names)],
        "mail": "user%d@example.org" % n,
        "tags": ["t%d" % (n % 7), n * 1.5, (n, -n)],
        "address": Address(n),
    }


def build(size):
    names = ["name %d" % n for n in range(100)]
    records, index, chain = [], {}, None
    for n in range((size or 200000) // 14):
        records.append(record(n, names))
        index["user:%d" % n] = records[-1]
        chain = Slotted(n, chain)
    gc.collect()
    return records, index, chain
