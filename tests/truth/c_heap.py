# SPDX-License-Identifier: MIT
"""What the C heap really spends on large objects, as malloc_usable_size says.

    INTERPRETER c_heap.py >right    prints address, bytes, then dumps itself

Bytes are those of the block; a list's are its own block of pymalloc, which its
size gives, and that of its items.  A chunk of glibc's is a word more than it
says, and two where it was mapped on its own (malloc.c, "Chunk layout").
"""
import ctypes
import os
import random
import sys

libc = ctypes.CDLL(None)
usable = libc.malloc_usable_size
usable.argtypes = [ctypes.c_void_p]
usable.restype = ctypes.c_size_t
GLIBC = len(sys.argv) > 1 and sys.argv[1] == "glibc"
MAPPED = 2


def spent(address):
    if not GLIBC:
        return usable(address)
    flags = ctypes.c_uint64.from_address(address - 8).value
    return usable(address) + (16 if flags & MAPPED else 8)


def main():
    chance = random.Random(4711)
    sizes = [chance.randrange(600, 5000) for _ in range(300)] + \
        [chance.randrange(5000, 100000) for _ in range(100)] + \
        [chance.randrange(100000, 3000000) for _ in range(40)]
    kept = []
    for size in sizes:
        kept.append(bytes(size))
        kept.append("x" * size)
        items = []
        for _ in range(size // 8):
            items.append(None)
        kept.append(items)
        # A part is given back, and what is left grows again.
        if size % 3 == 0:
            kept.pop(chance.randrange(len(kept)))
    for thing in kept:
        if type(thing) is list:
            items = ctypes.c_uint64.from_address(id(thing) + 24).value
            bytes_ = 64 + spent(items)
        else:
            bytes_ = spent(id(thing))
        print("0x%016x\t%d" % (id(thing), bytes_))
    sys.stdout.flush()
    with open("/proc/self/coredump_filter", "w") as f:
        f.write("0x3f")
    os.abort()


main()
