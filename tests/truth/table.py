#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of what is exact, by version and build, from figures that a test
run measured.

    table.py FIGURES    take them for figures.tsv beside this file (FIGURES is
                        what pythons.sh wrote), write the tables
    table.py --check    whether README.md and man/coil.7 have the tables of
                        figures.tsv, and each layout file the releases on which
                        it was proved; 1 if not

"exact" is each figure of its column right for each object, in each release
named; else the worst is told.  A build that has a layout and no figures when
they are taken is said to be untested.  "without": the build has no such thing, or
it could not be compared; the run's log says why.
"""
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FIGURES = os.path.join(HERE, "figures.tsv")

# Column: the figures of compare.py and retained.py in it.
COLUMNS = {
    "objects": ["objects found", "types", "sizes", "tracked", "generations",
                "interned", "values", "duplicates", "counts read",
                "listed once", "none freed", "beyond"],
    "references": ["referents", "weak references"],
    "garbage": ["garbage"],
    "counts": ["reference counts", "holders"],
    "retained": ["retained sizes"],
    "blocks": ["allocator", "blocks", "pools", "arenas"],
    "stacks": ["frames", "locals"],
}
# Of the workload and of how coil reads it, not of a version: no column.
LEFT_OUT = ["enough", "means", "not scanned", "kinds met",
            "not captured"]
COLUMN_OF = {figure: c for c, names in COLUMNS.items() for figure in names}
BUILDS = ["release", "debug", "free-threaded", "free-threaded-debug"]


def read_figures(path):
    """{(minor, build): {release: {figure: (right, of)}}}"""
    found = {}
    with open(path) as f:
        for line in f:
            if line.startswith("#"):
                continue
            minor, build, release, _, figure, right, of, state = \
                line.rstrip("\n").split("\t")
            releases = found.setdefault((minor, build), {})
            if state == "untested":
                continue
            if figure in LEFT_OUT:
                continue
            if figure not in COLUMN_OF:
                sys.exit("table.py: no column has %s" % figure)
            figures = releases.setdefault(release, {})
            figures[figure] = None if state.startswith("skipped") \
                else (int(right), int(of))
    return found


def layouts():
    """(minor, build, layout file) of each."""
    for path in sorted(glob.glob(os.path.join(TOP, "formats/layouts/*.json"))):
        with open(path) as f:
            layout = json.load(f)
        minor = "3.%d" % (int(layout["first"], 16) >> 16 & 0xff)
        build = ["release", "debug"][layout["debug"]]
        if layout["free_threaded"]:
            build = ["free-threaded",
                     "free-threaded-debug"][layout["debug"]]
        yield minor, build, layout


def hexversion(release):
    """PY_VERSION_HEX of "3.11.2" or "3.15.0rc1"."""
    major, minor, micro, level, serial = re.fullmatch(
        r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?", release).groups()
    return int(major) << 24 | int(minor) << 16 | int(micro) << 8 \
        | {"a": 0xa0, "b": 0xb0, "rc": 0xc0, None: 0xf0}[level] \
        | int(serial or 0)


def check_proved(found):
    """What is wrong with the releases that layout files say they were proved
    on: each must have been measured with no figure wrong, by one layout whose
    range it is in, and each that was measured so must be in one."""
    right = {(minor, build, hexversion(release)): 0
             for (minor, build), releases in found.items()
             for release, figures in releases.items()
             if all(f is None or f[0] == f[1] for f in figures.values())}
    for minor, build, layout in layouts():
        for release in layout.get("proved", []):
            key = minor, build, int(release, 16)
            if key not in right:
                yield "%s: proved on %s, but figures.tsv has it not, or " \
                    "wrong" % (layout["name"], release)
                continue
            right[key] += 1
            if not int(layout["first"], 16) <= key[2] \
                    <= int(layout["last"], 16):
                yield "%s: proved on %s, which is not in its range" % (
                    layout["name"], release)
    for (minor, build, release), count in sorted(right.items()):
        if count != 1:
            yield "%s, %s: 0x%08x is right in figures.tsv, and in the " \
                "\"proved\" of %d layouts" % (minor, build, release, count)


def cell(releases, column):
    worst, name, without = 100.0, None, set()
    for figures in releases.values():
        for figure in COLUMNS[column]:
            if figure not in figures:
                return "not measured"
            if not figures[figure]:
                without.add(figure)
                continue
            right, of = figures[figure]
            percent = 100 * right / of if of else 0.0
            if right != of and percent <= worst:
                worst, name = percent, figure
    if len(without) == len(COLUMNS[column]):
        return "not measured"
    if name is None:
        return "exact, without %s" % ", ".join(sorted(without)) \
            if without else "exact"
    # Never rounded up.
    text = "%.2f" % (int(worst * 100) / 100)
    return "%s %%" % text if len(COLUMNS[column]) == 1 else \
        "%s %% (%s)" % (text, name)


def rows(found):
    """Version, build, releases measured, a cell a column."""
    keys = sorted(found, key=lambda key: (
        int(key[0].split(".")[1]), BUILDS.index(key[1])))
    for key in keys:
        releases = found[key]
        if not releases:
            yield key + ("untested",) + ("",) * len(COLUMNS)
            continue
        yield key + (", ".join(sorted(releases, key=lambda r: [
            int(n) for n in re.findall(r"\d+", r)])),) + tuple(
                cell(releases, column) for column in COLUMNS)


HEAD = ("CPython", "build", "measured on") + tuple(COLUMNS)


def markdown(found):
    lines = ["| " + " | ".join(HEAD) + " |", "|" + " --- |" * len(HEAD)]
    lines += ["| " + " | ".join(row) + " |" for row in rows(found)]
    return [re.sub(r" +\|", " |", line) for line in lines]


def mdoc(found):
    """A list: a page is too narrow for the columns.  What is exact is not
    named one by one."""
    lines = [".Bl -tag -width Ds -compact"]
    for row in rows(found):
        version, build, measured, cells = row[0], row[1], row[2], row[3:]
        lines.append(".It CPython %s, %s" % (version, build))
        if not any(cells):
            lines.append(measured)
            continue
        wrong = ["%s %s" % (name, text)
                 for name, text in zip(COLUMNS, cells)
                 if not text.startswith("exact")]
        parts = ["exact but for " + "; ".join(wrong) if wrong else "exact"]
        parts += [name + text[len("exact,"):]
                  for name, text in zip(COLUMNS, cells)
                  if text.startswith("exact,")]
        lines.append("%s: %s" % (measured, "; ".join(parts)))
    return lines + [".El"]


# File: the lines between which the table stands, and what makes it.
PLACES = [
    ("README.md", "<!-- by tests/truth/table.py -->", "<!-- end -->",
     markdown),
    ("man/coil.7", '.\\" by tests/truth/table.py', '.\\" end', mdoc),
]


def with_table(name, begin, end, table):
    """The file as it is, and as it should be."""
    with open(os.path.join(TOP, name)) as f:
        text = f.read()
    before, _, rest = text.partition(begin + "\n")
    _, found, after = rest.partition(end + "\n")
    if not found:
        sys.exit("table.py: %s lacks the line %r or %r" % (name, begin, end))
    return text, "".join([before, begin, "\n", "\n".join(table), "\n", end,
                          "\n", after])


def main(argv):
    if len(argv) != 1:
        sys.exit(__doc__.split("\n\n")[1])
    check = argv[0] == "--check"
    if not check:
        with open(argv[0]) as f:
            taken = [line for line in f if not line.endswith("\tuntested\n")]
        untested = {row[:2] for row in layouts()} - {
            tuple(line.split("\t")[:2]) for line in taken}
        taken += ["%s\t%s\t-\t-\t-\t0\t0\tuntested\n" % key
                  for key in untested]
        with open(FIGURES, "w") as f:
            f.writelines(sorted(taken))
    found = read_figures(FIGURES)
    status = 0
    for name, begin, end, make in PLACES:
        text, right = with_table(name, begin, end, make(found))
        if text == right:
            continue
        if check:
            print("%s: its table is not that of figures.tsv: table.py writes "
                  "it" % name)
            status = 1
        else:
            with open(os.path.join(TOP, name), "w") as f:
                f.write(right)
    for wrong in check_proved(found):
        print(wrong)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
