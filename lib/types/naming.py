#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the tables of naming.c from what interpreters say of themselves.

    INTERPRETER naming.py ask [WORKLOAD] >FILE     one for each interpreter
    python3 naming.py types FILE... >naming_types.def
    python3 naming.py keys FILE... >naming_keys.def

A WORKLOAD (tests/truth/workloads/mixed.py) is run first, so that the types
that are made ready when they are first used are there too.
"""
import gc
import json
import os
import sys

# Flags that do not depend on what the program did: see COIL_TP_*.
FLAGS = 1 << 14 | 0xff << 24
HEAPTYPE = 1 << 9
SINGLETONS = ("None", "Ellipsis", "NotImplemented")
MASK = (1 << 64) - 1
# Besides modules of C, these hold types under keys of their own.
PYTHON = ("types", "_collections_abc")


def fnv(data, value=0xcbf29ce484222325):
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 & MASK
    return value


def get(name, t):
    return type.__dict__[name].__get__(t)


def fingerprint(t):
    keys = list(get("__dict__", t))
    words = [sum(fnv(k.encode()) for k in keys) & MASK, len(keys)]
    for name in ("__basicsize__", "__itemsize__", "__flags__",
                 "__dictoffset__", "__weakrefoffset__"):
        value = type.__dict__[name].__get__(t)
        words.append((value & FLAGS if name == "__flags__" else value) & MASK)
    return fnv(b"".join(w.to_bytes(8, "little") for w in words))


def full_name(t):
    module = get("__module__", t)
    name = get("__qualname__", t)
    return name if module == "builtins" else "%s.%s" % (module, name)


def is_static(t):
    return isinstance(t, type) and not get("__flags__", t) & HEAPTYPE


def mapped_files():
    """[(start, end, path)]"""
    rows = []
    with open("/proc/self/maps") as f:
        for line in f:
            fields = line.split(None, 5)
            start, end = (int(x, 16) for x in fields[0].split("-"))
            path = fields[5].strip() if len(fields) > 5 else ""
            if not path and rows and rows[-1][1] == start:
                path = rows[-1][2]  # its .bss
            rows.append((start, end, path))
    return rows


def extension(t, files):
    """The name of the extension module's file, "" for the interpreter's."""
    for start, end, path in files:
        if start <= id(t) < end and path.endswith(".so"):
            return os.path.basename(path).split(".")[0]
    return ""


def import_all():
    names = list(sys.builtin_module_names) + list(PYTHON)
    for folder in sys.path:
        if folder.endswith("lib-dynload"):
            names += [n.split(".")[0] for n in os.listdir(folder)]
    for name in names:
        if "test" in name or name in ("_tkinter", "nis", "readline"):
            continue
        try:
            __import__(name)
        except Exception:
            pass


def ask(workload):
    import_all()
    kept = {"__name__": "workload", "__file__": workload}
    if workload:
        sys.path.insert(0, os.path.dirname(workload))
        module = __import__(os.path.basename(workload)[:-3])
        kept = getattr(module, "build", lambda *a: None)(0)
    files = mapped_files()
    # Types that are not made ready before an attribute is asked for are no
    # subclasses of object till then: two that look alike must both be seen.
    for t in {type(o) for o in gc.get_objects()}:
        getattr(t, "__name__", None)
    seen, todo = set(), [object]
    while todo:
        t = todo.pop()
        if t in seen:
            continue
        seen.add(t)
        todo += type.__subclasses__(t)
        if is_static(t):
            print(json.dumps({
                "minor": sys.version_info[1], "name": full_name(t),
                "hash": fingerprint(t), "file": extension(t, files)}))
    for name, module in sorted(sys.modules.items()):
        source = getattr(module, "__file__", None) or ""
        if source.endswith(".py") and name not in PYTHON:
            continue
        if (getattr(module, "__name__", None) != name and
                name not in PYTHON):
            continue
        for key, value in sorted(vars(module).items()):
            of = []
            if is_static(value):
                of.append(("VALUE", value))
            if name == "builtins" and key in SINGLETONS or (
                    is_static(value) and type(value) is not type and
                    is_static(type(value))):
                of.append(("TYPE", type(value)))
            for word, t in of:
                print(json.dumps({
                    "minor": sys.version_info[1], "name": full_name(t),
                    "module": name, "key": key, "of": word}))
    return kept


def records(paths):
    for path in paths:
        with open(path) as f:
            for line in f:
                yield json.loads(line)


def print_types(paths):
    files, names, rows = {}, {}, {}
    for r in records(paths):
        if "hash" not in r:
            continue
        rows.setdefault((r["hash"], r["name"]), set()).add(r["minor"])
        names.setdefault((r["hash"], r["minor"]), set()).add(r["name"])
        if r["file"]:
            files[r["name"]] = r["file"]
    for (number, name), minors in sorted(rows.items()):
        # Two of a module's own types that look alike cannot be told apart;
        # two of different modules only where both are the interpreter's.
        alone = shared = 0
        for minor in minors:
            others = names[number, minor] - {name}
            if not others:
                alone |= 1 << minor
            elif files.get(name) and files[name] not in [
                    files.get(o) for o in others]:
                shared |= 1 << minor
        if alone or shared:
            print('NAMED(0x%016x, 0x%04x, 0x%04x, "%s", "%s")' % (
                number, alone, alone | shared, files.get(name, ""), name))


def print_keys(paths):
    rows, asked = {}, set()
    for r in records(paths):
        asked.add(r["minor"])
        if "key" in r:
            rows.setdefault((r["module"], r["key"], r["of"], r["name"]),
                            set()).add(r["minor"])
    print("RELEASES(0x%04x)" % sum(1 << m for m in asked))
    for (module, key, of, name), minors in sorted(rows.items()):
        print('KEY(%s, 0x%04x, "%s", "%s", "%s")' % (
            of, sum(1 << m for m in minors), module, key, name))


if __name__ == "__main__":
    {"ask": lambda paths: ask(paths[0] if paths else None),
     "types": print_types,
     "keys": print_keys}[sys.argv[1]](sys.argv[2:])
