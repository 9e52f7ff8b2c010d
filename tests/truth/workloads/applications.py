# SPDX-License-Identifier: MIT
"""What the workloads *_app.py share: each is a program as people write them, of
packages of Debian, caught while it is at work.

The packages are imported before build(): what an import keeps in variables of
its module, or leaks, is none of the objects that build() makes.  Nothing is
reached over the network but this process itself, at 127.0.0.1."""
import gc
import sys
import threading
import time
import types
import weakref


def in_thread(target, *args):
    """A thread that never ends, and is waiting when this returns."""
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread


def until(done, seconds=30):
    """Wait until done()."""
    for _ in range(seconds * 100):
        if done():
            return
        time.sleep(0.01)
    raise SystemExit("an application did not come so far: %s" % done)


def held_by_c():
    """Address: references that only C code holds.

    A started thread: its method _bootstrap (struct bootstate,
    Modules/_threadmodule.c).  atexit: weakref.finalize's (a list of the
    interpreter's).  A thread's first greenlet: the state of the thread has it
    twice (main_greenlet, current_greenlet)."""
    held = (id(threading.Thread._bootstrap),
            id(weakref.finalize._exitfunc.__func__))
    greenlet = getattr(sys.modules.get("greenlet"), "greenlet", None)
    found = {}
    for o in gc.get_objects():
        cls = type(o)
        if cls is types.MethodType and id(o.__func__) in held:
            found[id(o)] = 1
        elif cls is greenlet and o.parent is None:
            found[id(o)] = 2
    return found
