# SPDX-License-Identifier: MIT
"""Change words of the memory in a core.

    patch.py CORE ADDRESS=VALUE...

Addresses are 0x and hexadecimal digits, values 64-bit numbers, or with a
trailing w 32-bit ones.  Facts: elf(5).
"""
import struct
import sys

with open(sys.argv[1], "r+b") as f:
    header = f.read(64)
    offset, count = struct.unpack_from("<Q", header, 32)[0], \
        struct.unpack_from("<H", header, 56)[0]
    f.seek(offset)
    table = f.read(count * 56)
    for change in sys.argv[2:]:
        address, value = change.split("=")
        address, narrow = int(address, 16), value.endswith("w")
        data = struct.pack("<I" if narrow else "<Q",
                           int(value.rstrip("w"), 0))
        for i in range(count):
            kind, _, at, start, _, size = struct.unpack_from("<IIQQQQ", table,
                                                             i * 56)
            if kind == 1 and start <= address < start + size:
                f.seek(at + address - start)
                f.write(data)
                break
        else:
            sys.exit("%s is not in the core" % change)
