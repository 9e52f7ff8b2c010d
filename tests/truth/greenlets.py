# SPDX-License-Identifier: MIT
"""Dies with suspended, ended and unstarted greenlets, having said what there is.

    INTERPRETER greenlets.py N FILE

Of N greenlets one third each is suspended, has ended, and was not started; those
are held by a list, in turn.  FILE receives a line for each: address, that of its
gr_frame or -, whether the collector tracks it, its generation.  The kernel dumps
the process.
"""
import gc
import os
import sys

import greenlet

number, path = int(sys.argv[1]), sys.argv[2]
with open("/proc/self/coredump_filter", "w") as f:
    f.write("0x7f")
gc.disable()
main = greenlet.getcurrent()


def body(n):
    local = [n]
    main.switch()
    return local


def deep(n):
    return body(n) if n % 50 == 0 else deep(n - 1)


many = []
for i in range(number):
    g = greenlet.greenlet(deep)
    many.append(g)
    if i % 3 != 2:
        g.switch(i)
    if i == number // 2:
        gc.collect()
for i in range(1, len(many), 3):
    many[i].switch()
del g
generation = {id(o): n for n in range(3) for o in gc.get_objects(n)}
with open(path, "w") as f:
    for g in many:
        f.write("0x%016x\t%s\t%d\t%d\n" % (
            id(g), "0x%016x" % id(g.gr_frame) if g.gr_frame else "-",
            gc.is_tracked(g), generation[id(g)]))
os.abort()
