# SPDX-License-Identifier: MIT
"""Interpreters beside the main one: one that shares its allocator and lock with
it and, from 3.12 on, one with its own.  Each has classes, instances, strings,
garbage and threads of its own, and gives its own account.  Threads of all are
inside of C code, without the lock of their interpreter.

Facts: the documentation of concurrent.interpreters (3.14) and what the private
modules that were before it take; that an isolated interpreter of 3.12 and later
has arenas of its own is from CPython's Include/cpython/pylifecycle.h.
"""
import gc
import os
import select
import sys
import threading
import time
import types

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

HERE = os.path.dirname(os.path.abspath(__file__))

CLEAR = """
import sys
clear_caches = getattr(sys, "_clear_internal_caches", None)
clear_caches = clear_caches or sys._clear_type_cache
"""
exec(CLEAR)

# What each of them runs first, once its NUMBER, PATH and the pipe ASKED are
# known.
SETUP = CLEAR + """
sys.path.insert(0, PATH)
import array, gc, os, threading, time, _thread
from account import closure, write_account

gc.collect()
gc.disable()
before = array.array("Q", [id(o) for o in closure([gc.get_objects()], [])])


class Session:
    def __init__(self, number):
        self.number = number
        self.name = "session %d of %d" % (number, NUMBER)
        self.items = [number, float(number), (number, str(number))]


class Slotted:
    __slots__ = ("left", "right", "__weakref__")

    def __init__(self, left, right):
        self.left, self.right = left, right


class Number(int):
    pass


class Table(dict):
    pass


def counter(start):
    def count():
        nonlocal start
        start += 1
        return start
    return count


def numbers(top):
    for number in range(top):
        yield number, sessions


sessions = [Session(n) for n in range(200)]
slotted = [Slotted(s, Slotted(None, s.name)) for s in sessions]
tables = Table((sys.intern("key %d of %d" % (n, NUMBER)), {n, str(n)})
               for n in range(100))
many = [Number(10**20 + n) for n in range(3000)]
counters = [counter(n) for n in range(20)]
generator = numbers(9)
next(generator)
sessions[0].odd = {"key": sessions}  # an attribute more than the others have
try:
    {}[NUMBER]
except KeyError as e:
    kept = e
del sessions[50:60], many[::3]
for _ in range(5):
    ring = [Session(-1)]
    ring[0].ring = ring
    ring[0].gone = Session(-2)
del ring, _

lock = _thread.allocate_lock()
lock.acquire()


def wait(held):
    local = {"held": held}
    lock.acquire()


def tell(show=sys._debugmallocstats, read=os.read, acquire=lock.acquire):
    # Nothing is allocated between the statistics and the end.
    read(ASKED, 1)
    show()
    acquire()


def take(pid):
    generations = [gc.get_objects(0), gc.get_objects(1), gc.get_objects(2)]
    # A started thread holds its method (struct bootstate,
    # Modules/_threadmodule.c).
    held_by_c = {id(o): 1 for kept in generations for o in kept
                 if type(o) is type(started[0].start) and
                 o.__func__ is threading.Thread._bootstrap}
    written, late, made = write_account("account-%d.jsonl" % NUMBER,
                                        generations, before, [], pid,
                                        held_by_c, False)
    print("interpreter %d: %d objects, made %d, late %s" % (
        NUMBER, written, made, late), flush=True)


started = [threading.Thread(target=wait, args=([NUMBER],)),
           threading.Thread(target=tell)]
if sys.version_info >= (3, 12):  # before, nothing can be run beside a thread
    for thread in started:
        thread.start()
    time.sleep(0.2)
# The type cache alone holds some names: the account would put others in their
# place, and a name that dies leaves the table of interned strings.
clear_caches()
"""

COLLECT = """
gc.set_debug(gc.DEBUG_COLLECTABLE)
gc.collect()
"""

made = []  # (id, number, whether it has arenas of its own, pipe to it)


def run(which, script):
    failure = interpreters.run_string(which, script)
    if failure is not None:  # 3.13; before, it is raised
        sys.exit("an interpreter: %s" % failure)


def create():
    """Ids of the two, and whether they have their own allocator."""
    if sys.version_info >= (3, 13):
        return [(interpreters.create("legacy"), False),
                (interpreters.create("isolated"), True)]
    if sys.version_info >= (3, 12):
        return [(interpreters.create(isolated=False), False),
                (interpreters.create(isolated=True), True)]
    # An isolated one may start no threads there.
    return [(interpreters.create(isolated=False), False) for _ in range(2)]


def in_c():
    """Threads of the main interpreter, in calls that gave its lock away."""
    reader, writer = os.pipe()
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    calls = [(os.read, (reader, 9)), (select.select, ([reader], [], [])),
             (poll.poll, ()), (time.sleep, (1e6,))]

    def call(function, arguments):
        local = [function]
        return function(*arguments), local

    threads = [threading.Thread(target=call, args=c, daemon=True)
               for c in calls]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    return threads, reader, writer, poll


def held_by_c():
    """As above."""
    return {id(o): 1 for o in gc.get_objects()
            if type(o) is types.MethodType and
            o.__func__ is threading.Thread._bootstrap}


def build(size):
    for number, (which, own) in enumerate(create(), 1):
        asked, ask = os.pipe()
        run(which, "NUMBER, PATH, ASKED = %d, %r, %d\n" % (
            number, os.path.dirname(HERE), asked) + SETUP)
        made.append((which, number, own, ask))
    return in_c()


def settle():
    """Each allocator that is not the main interpreter's says what it holds,
    from a thread that then waits for ever; called just before the fork."""
    saved = os.dup(2)
    for _, number, own, ask in made:
        if not own:
            continue
        path = "stats-%d.txt" % number
        stats = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(stats, 2)
        os.write(ask, b"x")
        size = -1
        while size != os.stat(path).st_size or not size:
            size = os.stat(path).st_size
            time.sleep(0.2)
        os.close(stats)
    os.dup2(saved, 2)
    os.close(saved)
    clear_caches()  # as the others did


def collect_others():
    for which, *_ in made:
        run(which, COLLECT)


def account_of_others(pid):
    for which, *_ in made:
        run(which, "take(%d)" % pid)
