# SPDX-License-Identifier: MIT
"""The process that the tests of the tools look into.

A module app.cache with sessions that a dict keeps alive, reference cycles
that only the collector would find, a tree with back references, and a
function in which the process waits, and app.weak with weak containers.  It
leaks thirty sessions for each of the two lines that it reads.
"""
import gc
import os
import sys
import weakref
from types import ModuleType

SOURCE = '''
class Session:
    __slots__ = ("user", "data", "__weakref__")

    def __init__(self, user, data):
        self.user = user
        self.data = data


class Node:
    def __init__(self, name):
        self.name = name
        self.parent = None
        self.children = []

    def add(self, child):
        child.parent = self
        self.children.append(child)
        return child


CACHE = {}
TREE = Node("root")


def fill():
    for i in range(20):
        CACHE["user:%d" % i] = [i, b"token", None, Session(
            "user%d" % i, "a\\tb\\n%d \\u20ac" % i)]
    for i in range(10):
        TREE.add(Node("leaf%d" % i)).add(Node("twig%d" % i))
    for i in range(7):
        root = Node("lost%d" % i)
        root.add(Node("lost child %d" % i))
    return root


def wait(waiting):
    pause()
'''


WEAK = '''
class Thing:
    __slots__ = ("name", "__weakref__")

    def __init__(self, name):
        self.name = name


BY_NAME = WeakValueDictionary()
SEEN = WeakSet()
NOTES = WeakKeyDictionary()


def gone(ref):
    pass


def fill():
    things = [Thing("thing%d" % i) for i in range(6)]
    for thing in things[:3]:
        BY_NAME[thing.name] = thing
        SEEN.add(thing)
    NOTES[things[3]] = "a note"
    return things, [ref(things[4], gone), ref(Thing("short")),
                    proxy(things[5])]
'''


def pause():
    print("ready", os.getpid(), flush=True)
    sys.stdin.readline()


gc.disable()
package = ModuleType("app")
cache = ModuleType("app.cache")
sys.modules["app"] = package
sys.modules["app.cache"] = cache
package.cache = cache
cache.pause = pause
exec(SOURCE, cache.__dict__)
lost = cache.fill()
weak = ModuleType("app.weak")
sys.modules["app.weak"] = package.weak = weak
for name in "WeakValueDictionary WeakSet WeakKeyDictionary ref proxy".split():
    setattr(weak, name, getattr(weakref, name))
exec(WEAK, weak.__dict__)
weak.THINGS, weak.LOOSE = weak.fill()
weak.LOST = weakref.ref(lost)
del lost
TWICE = [("twice %d" % (i % 3), float(i // 3), b"b" * 40 + b"%d" % i, 1 << 40 | i)
         for i in range(30)]
LEAK = []
cache.wait(["held by a local"])
for number in range(2):
    LEAK.extend(cache.Session("leak", "%d" % number) for _ in range(30))
    pause()
