# SPDX-License-Identifier: MIT
"""A word on the stack of a frame that executes, left there by an earlier call.

stale.py slot|thread|cycle|greenlet|types: builds its heap, says "ready" and the
addresses of what it is about, and waits.
"""
import ctypes
import gc
import sys
import threading


class Held:
    pass


def deep(*arguments):
    pass


def ready(*addresses):
    print("ready", *("0x%016x" % at for at in addresses), flush=True)
    sys.stdin.readline()


def slot():
    """Held by a variable of the module; once the deepest argument."""
    global KEPT
    KEPT = [Held()]
    deep(1, 2, 3, 4, 5, 6, 7, KEPT)
    ready(id(KEPT), id(KEPT[0]))


def thread():
    """The same in a thread whose frame is not the last in memory."""
    global KEPT
    KEPT = [Held()]
    done = threading.Event()

    def wait():
        deep(1, 2, 3, 4, 5, 6, 7, KEPT)
        done.wait()

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    ready(id(KEPT), id(KEPT[0]))


def dead_cycle():
    made = Held()
    made.itself = made
    addresses.append(id(made))
    return made


def cycle():
    """Garbage whose last use was as the deepest argument."""
    deep(1, 2, 3, 4, 5, 6, 7, dead_cycle())
    ready(*addresses)


def greenlet():
    """Suspended greenlets, met before and after their class and their frames:
    some the collector has seen, some not."""
    from greenlet import getcurrent, greenlet

    objects = []

    def run():
        local = Held()
        objects.append(id(local))
        getcurrent().parent.switch()
        return local

    global POOL
    POOL = []
    for n in range(12):
        POOL.append(greenlet(run))
        POOL[-1].switch()
        if n % 4 == 3:
            gc.collect(n % 3)
    ready(*objects)


def types():
    """Blocks that no object owns, full of pointers to one type each."""
    import socket

    allocate = ctypes.pythonapi.PyObject_Malloc
    allocate.restype = ctypes.c_void_p
    allocate.argtypes = [ctypes.c_size_t]
    plain = type("Plain", (), {})
    slotted = type("Slotted", (), {"__slots__": ("a", "b")})
    blocks = []
    for size in (16, 24, 32, 40, 48, 64, 80, 96, 112, 160, 176, 256, 512):
        for t in (socket.herror, OSError, dict, list, tuple, str, bytes, int,
                  float, set, object, plain, slotted):
            block = allocate(size)
            words = (ctypes.c_size_t * (size // 8)).from_address(block)
            words[:] = [id(t)] * (size // 8)
            blocks.append(block)
    ready(*(block + at for block in blocks for at in (0, 16, 32)))


gc.disable()
addresses = []
{"slot": slot, "thread": thread, "cycle": cycle, "greenlet": greenlet,
 "types": types}[sys.argv[1]]()
