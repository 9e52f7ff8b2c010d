# SPDX-License-Identifier: MIT
"""A process whose every name and value does something to a terminal."""
import gc
import os
import sys
import threading
import types

BAD = "\x1b]0;t\x07\x9b31m\r\n\t\\\"\u202e\u2066\u200f\u061c\u2028\u2029\x7f"

gc.disable()
module = types.ModuleType("m" + BAD)
sys.modules["m" + BAD] = module


class Meta(type):
    pass


Kind = Meta("K" + BAD, (), {"__module__": "m" + BAD, "__qualname__": "Q" + BAD})
module.__dict__["v" + BAD] = things = [Kind() for _ in range(30)]
for thing in things:
    thing.__dict__["a" + BAD] = {"k" + BAD: thing, BAD.encode(): "x" + BAD}
    thing.__dict__["s"] = "\ud800" + BAD
lost = Kind()
lost.__dict__["l" + BAD] = lost
del lost, thing
CODE = "def wait():\n\tready.set()\n\tgo.wait()\n"
ready, go = threading.Event(), threading.Event()
names = {"ready": ready, "go": go}
exec(compile(CODE, "f" + BAD, "exec"), names)
wait = names["wait"]
wait.__code__ = wait.__code__.replace(co_name="c" + BAD, co_qualname="d" + BAD)
threading.Thread(target=wait, name="t" + BAD, daemon=True).start()
ready.wait()
print("ready", os.getpid(), flush=True)
sys.stdin.readline()
