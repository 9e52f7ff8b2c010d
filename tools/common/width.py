#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write width.def: ranges of characters that do not take one column.

Facts: the Unicode Character Database as Python's unicodedata has it, general
category (UnicodeData.txt) and East_Asian_Width (EastAsianWidth.txt).
"""
import sys
import unicodedata


def width(code):
    char = chr(code)
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") or code & 0xFFFE == 0xFFFE:
        return -1
    if category in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


ranges = []
for code in range(0x110000):
    w = width(code)
    if ranges and ranges[-1][2] == w and ranges[-1][1] == code - 1:
        ranges[-1][1] = code
    else:
        ranges.append([code, code, w])
rows = ["{ 0x%x, 0x%x, %d }," % tuple(r) for r in ranges if r[2] != 1]
print("/* SPDX-License-Identifier: MIT */")
print("/* Written by width.py from Unicode %s: first, last, columns;"
      % unicodedata.unidata_version)
print(" * -1: does not print.  What is not listed takes one. */")
line = ""
for row in rows:
    if line and len(line) + 1 + len(row) > 79:
        print(line)
        line = ""
    line += (" " if line else "") + row
sys.stdout.write(line + "\n")
