#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which interpreters that are here the layout files are made from.

    interpreters.py

prints a line for each, its words separated by tabs: the layout; "source" where
the file says that its numbers are the DWARF of this release, "same" where it
says that they are the same in this one; the program or its libpython; the folder of its debug files, or
"-" for the system's; its extension modules, each a word.  Interpreters are those that
tests/truth/pythons.sh finds.
"""
import glob
import json
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHONS = os.path.join(HERE, "../../tests/truth/pythons.sh")
ASK = """
import json, sys, sysconfig
print(json.dumps([sys.executable] + sysconfig.get_config_vars(
    "EXT_SUFFIX", "DESTSHARED", "LIBDIR", "INSTSONAME")))
"""


class Interpreter:
    def __init__(self, build, release, path):
        self.build, self.release = build, release
        run = subprocess.run([path, "-I", "-S", "-c", ASK], check=True,
                             stdout=subprocess.PIPE)
        executable, suffix, modules, folder, library = json.loads(run.stdout)
        # Debian's is one file, in a folder of its own where it was fetched to.
        root, found, name = executable.rpartition("/usr/bin/")
        self.is_debian = bool(found)
        library = os.path.join(folder, library)
        if self.is_debian or not library.endswith(".so.1.0"):
            self.program = executable
        else:
            self.program = library
        self.debug = root + "/usr/lib/debug" if root else "-"
        self.modules = sorted(glob.glob(root + modules + "/*" + suffix))


def role(layout, interpreter):
    """What an interpreter is to a layout: "source", "same" or None."""
    build = ["release", "debug"][layout["debug"]]
    if layout["free_threaded"]:
        build = {"release": "free-threaded",
                 "debug": "free-threaded-debug"}[build]
    if interpreter.build != build:
        return None
    source = re.match(r"DWARF of CPython (3\.\w+\.\w+)", layout["source"])
    if source and source[1] == interpreter.release:
        same = ("Debian" in layout["source"]) == interpreter.is_debian
        return "source" if same else None
    same = re.findall(r"the same in (3\.\w+\.\w+)", layout["source"])
    return "same" if interpreter.release in same else None


def main():
    listed = subprocess.run(["bash", PYTHONS, "--list"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    found = [Interpreter(build, release, path)
             for _, build, release, _, path in map(str.split,
                                                   listed.splitlines())]
    for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
        with open(path) as f:
            layout = json.load(f)
        for i in found:
            is_ = role(layout, i)
            if is_:
                print(layout["name"], is_, i.program, i.debug, *i.modules,
                      sep="\t")


main()
