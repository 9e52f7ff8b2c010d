# SPDX-License-Identifier: MIT
"""A service that calls leakref: README.md tells how its leaks are found.

    python3 serve.py CALLS

It calls each function that often, prints its process id and the address of
the name whose count has grown, and waits for the end of its input.
"""
import os
import sys

import leakref


class Record:
    def __init__(self, name):
        self.name = name


def serve(record, calls):
    for number in range(calls):
        leakref.shout(record)
    for number in range(calls // 10):
        leakref.tally(["a", "b", "a"])


RECORD = Record("the name of record %d" % os.getpid())
serve(RECORD, int(sys.argv[1]))
print(os.getpid(), "0x%016x" % id(RECORD.name), flush=True)
sys.stdin.read()
