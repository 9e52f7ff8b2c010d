#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tour of HACKING.md: one line a file, in the order of the flow, made of
what each file says of itself in the first sentence of its first comment.

    tour.py [--update | --check]

Prints it; puts it into HACKING.md; or says where HACKING.md has another (status
1).  A file that says nothing of itself, or does so at length, fails too.
"""
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
BEGIN, END = "<!-- tests/tour.py begins -->\n", "<!-- tests/tour.py ends -->\n"
LONGEST = 170

# What a room is for.  Its place is that in tests/cli/layers.sh.
ROOMS = [
    ("lib/coil", "the public headers, by topic; each comment is a contract"),
    ("lib/base", "what every room uses"),
    ("lib/image", "the target's address space: bytes, modules, symbols"),
    ("formats/read", "formats of snapshots: each makes an image"),
    ("lib/layout", "where things are in one build of CPython"),
    ("lib/values", "CPython's basic structs, read by a layout"),
    ("lib/allocator", "whose blocks there are, which are used, and what they cost"),
    ("lib/runtime", "the interpreter: where, which release, bound to a layout"),
    ("lib/types", "type objects, each read once"),
    ("lib/traverse", "a machine that steps a type's own tp_traverse"),
    ("lib/objects", "one object decoded: references, buffers, size, value"),
    ("lib/objects/kinds", "one file a kind, or a family of kinds"),
    ("lib/objects/repr", "what repr() shows of an object"),
    ("lib/walk", "what is an object, and all of them written as a graph"),
    ("lib/graph", "the graph, asked; the collector's verdict"),
    ("lib/analysis", "answers that need the graph alone"),
    ("lib/snapshot", "all of it opened for questions, and the cache"),
    ("lib/words", "what is on the heap in the words of a Python programmer"),
    ("lib/audit", "answers that need both the graph and memory"),
    ("tools/common", "what tools share"),
    ("tools", "one file a tool"),
]


def sentence(path):
    """The first sentence of the first comment behind the licence."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^/\* SPDX.*?\*/\n", "", file.read())
    comment = re.search(r"/\*+(.*?)\*/", text, re.S)
    if not comment:
        return ""
    text = " ".join(re.sub(r"\n\s*\*", "\n", comment[1]).split())
    text = re.split(r"(?<=[\w)'\"])\. |Source:", text)[0].rstrip(". ")
    text = re.sub(r"[;:,]? see [\w/]+\.h$", "", text)
    if len(text) > LONGEST and ": " in text:
        text = text[:text.index(": ")]
    return text


def files(folder):
    """Each file once: a header that goes with a .c file goes without saying."""
    names = sorted(os.listdir(os.path.join(TOP, folder)))
    return [n for n in names if n.endswith(".c") or n.endswith(".h") and
            n[:-2] + ".c" not in names]


def tour():
    lines = []
    for folder, purpose in ROOMS:
        lines.append(f"\n`{folder}/`: {purpose}\n")
        if folder == "lib/coil":
            names = " ".join(f"`{n}`" for n in files(folder))
            lines.append(f"* {names}")
            continue
        for name in files(folder):
            text = sentence(os.path.join(TOP, folder, name))
            if not text or len(text) > LONGEST:
                sys.exit(f"{folder}/{name}: its first comment says "
                         f"{'too much' if text else 'nothing'}: {text}")
            lines.append(f"* `{name}`: {text}")
    return "\n".join(lines) + "\n\n"


def main():
    path = os.path.join(TOP, "HACKING.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    made = tour()
    if sys.argv[1:] == ["--update"]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:start] + made + text[end:])
    elif sys.argv[1:] == ["--check"]:
        have, want = text[start:end].split("\n"), made.split("\n")
        for line in [x for x in have + want if (x in have) != (x in want)]:
            print(("has " if line in have else "lacks ") + line)
        if have != want:
            sys.exit("HACKING.md: the tour is another: tests/tour.py --update")
    else:
        sys.stdout.write(made)


main()
