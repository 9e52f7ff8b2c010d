#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coil's reading of a core against the interpreter's account of the process.

    compare.py [--examples N] DIR

DIR holds what record.py wrote and what the tools printed (tools_output.py
says where).  One line a figure: name, right, of, percent, and ok or WRONG;
below a wrong one the first differences by name.  The exit status is 1 if a
goal is not met.  The figures are those of the project's definition of exact.
"""
import glob
import json
import os
import re
import sys
from collections import Counter, defaultdict

from explain import explain
from kinds_met import compare_kinds
from means import GUESSED, compare_kinds_scanned, compare_means
from memory import Judge
from tools_output import (Edges, lines, number, read_marked, read_info,
                          read_objects, read_used_blocks)

# Figure: what it compares, and the share that must be right, in percent.
GOALS = {
    "objects found": ("objects of the account that coil lists", 100),
    "types": ("type name and address", 100),
    "sizes": ("sys.getsizeof, but for guesses marked as such, of types that "
              "means.py names", 100),
    "tracked": ("gc.is_tracked", 100),
    "generations": ("gc.get_objects(generation)", 100),
    "referents": ("gc.get_referents, as a multiset", 100),
    "garbage": ("set of what gc.DEBUG_COLLECTABLE prints", 100),
    "interned": ("interned strings", 100),
    "values": ("repr of numbers and strings", 100),
    "reprs": ("repr of what the workload names, as far as it is shown; nothing "
              "where the class has its own", 100),
    "duplicates": ("which values are equal", 100),
    "weak references": ("referent, callback, liveness", 100),
    "frames": ("function, file and line of each frame of each thread", 100),
    "locals": ("names and objects of f_locals", 100),
    "counts read": ("the reference count as it stands in memory", 100),
    "listed once": ("objects that coil lists once only", 100),
    "not captured": ("objects of which parts are said to be missing are "
                     "marked so", 100),
    "none freed": ("objects beyond the account that can be alive", 100),
    "beyond": ("objects beyond the account that are explained", 100),
    "reference counts": ("count = counted references found, of what the "
                         "workload made; but for those that it says C code "
                         "alone holds", 100),
    "holders": ("excess as coil-holders tells it", 100),
    "means": ("types that are not scanned, but for those named as lacking a "
              "kind (means.py)", 100),
    "not scanned": ("types whose references are all known, but for those of "
                    "kinds_met.py", 100),
    "kinds met": ("kinds of kinds/kinds.def that 3.11 has, of which there "
                  "are objects", 100),
    "kinds scanned": ("types with a kind of kinds/kinds.def that are not "
                      "scanned", 100),
    "enough": ("types and objects that there must be ($MIN_TYPES, "
               "$MIN_OBJECTS)", 100),
    "allocator": ("which one, and its hooks, as the interpreter was told", 100),
    "blocks": ("used pymalloc blocks, by size class; mimalloc's altogether",
               100),
    "pools": ("pools, used and free blocks, by size class", 100),
    "arenas": ("how many, bytes in use, bytes free", 100),
}
VALUES = ("str", "bytes", "int", "float", "complex")
# Without the executable and the libraries (run.sh, FILES=no): a type may have
# no name, and the code that would tell references is not there.
NO_FILES = {"types": 95, "referents": 99.9, "holders": 99}
PROXIES = ("weakref.ProxyType", "weakref.CallableProxyType",
           "weakproxy", "weakcallableproxy")  # up to 3.9
GARBAGE = re.compile(r"gc: (?:un)?collectable <(.*) (0x[0-9a-f]+)>")


def hexadecimal(address):
    return "null" if address is None else "0x%016x" % address


class Report:
    """Figures, each with its differences by type and the first few of
    them in full."""

    def __init__(self, examples):
        self.examples = examples
        self.right = Counter()
        self.of = Counter()
        self.first = defaultdict(list)
        self.by_type = defaultdict(Counter)
        self.held_by_c = []
        self.guesses = Counter()  # sizes that are marked, by type

    def check(self, figure, right, type_name=None, text=None):
        """@text: a function that says what differs."""
        self.of[figure] += 1
        if right:
            self.right[figure] += 1
            return
        if type_name is not None:
            self.by_type[figure][type_name] += 1
        # One of each type before a second of any.
        if len(self.first[figure]) < self.examples or (
                self.by_type[figure][type_name] == 1
                and len(self.first[figure]) < 10 * self.examples):
            self.first[figure].append((type_name, text()))

    def met(self, figure):
        of = self.of[figure]
        return 100 * self.right[figure] >= GOALS[figure][1] * of

    def show(self, skip):
        failed = 0
        for figure in GOALS:
            right, of = self.right[figure], self.of[figure]
            if figure in skip:
                print("%s\t-\t-\t-\tskipped: %s" % (figure, skip[figure]))
                continue
            met = self.met(figure)
            failed += not met
            percent = 100 if right == of else min(100 * right / of, 99.9999)
            print("%s\t%d\t%d\t%.4f\t%s" % (figure, right, of, percent,
                                            "ok" if met else "WRONG"))
            for name, count in self.by_type[figure].most_common(40):
                print("    %7d  %s" % (count, name))
            for _, text in sorted(self.first[figure],
                                  key=lambda pair: str(pair[0]))[:50]:
                print("        %s" % text)
        return len(GOALS) - len(skip) - failed, failed


def same_value(truth, value):
    """@value is repr's, or its beginning, with a mark of omission or
    long."""
    if value is None:
        return False
    if value == truth or len(value) >= 60 and truth.startswith(value):
        return True
    for mark in ("\u2026", "..."):
        head = value.split(mark)[0]
        if mark in value and len(head) >= 8 and truth.startswith(head):
            return True
    return False


def compare_size(report, record, node, guessed, difference):
    name = record["type"]
    if number(record["address"]) in guessed and name in GUESSED:
        report.guesses[name] += 1
    else:
        report.check("sizes", node.size == record["size"], name, difference)


def compare_object(report, record, node, edges, guessed):
    address, name = number(record["address"]), record["type"]
    report.check("objects found", node is not None, name,
                 lambda: "%s %s size %d refcount %d" % (
                     hexadecimal(address), name, record["size"],
                     record["refcount"]))
    if node is None:
        return

    def difference(field, right, found):
        return lambda: "%s %s %s: %s, coil says %s" % (
            hexadecimal(address), name, field, right, found)

    report.check("types", node.type == name and
                 node.type_address == number(record["type_address"]), name,
                 difference("type", name + " " + record["type_address"],
                            "%s %s" % (node.type,
                                       hexadecimal(node.type_address))))
    if "no wrong names" in GOALS:
        unnamed = "<type 0x%x>" % number(record["type_address"])
        report.check("no wrong names", node.type in (name, unnamed), name,
                     difference("type", name, node.type))
    compare_size(report, record, node, guessed,
                 difference("size", record["size"], node.size))
    report.check("tracked", bool(node.gc) == record["tracked"], name,
                 difference("tracked", record["tracked"], node.gc))
    # Greenlets that are suspended are on a list and said not to be tracked.
    if record["generation"] is not None:
        report.check("generations", node.generation == record["generation"],
                     name, difference("generation", record["generation"],
                                      node.generation))
    report.check("counts read", node.refcount == record["refcount"] or
                 bool(node.immortal and record["refcount"] >= 1 << 30), name,
                 difference("refcount", record["refcount"], node.refcount))
    if "interned" in record:
        report.check("interned", bool(node.interned) == record["interned"],
                     name, difference("interned", record["interned"],
                                      node.interned))
    if "value" in record:
        report.check("values", same_value(record["value"], node.value), name,
                     difference("value", record["value"], node.value))
    right = sorted([int(r, 16) for r in record["referents"]])
    found = sorted(edges.traversed.get(address, ()))
    report.check("referents", right == found, name,
                 lambda: referents_differ(address, name, right, found))


def referents_differ(address, name, right, found):
    missing = list((Counter(right) - Counter(found)).elements())
    extra = list((Counter(found) - Counter(right)).elements())
    wrong_referents[address] = (missing, extra)
    return "%s %s: %d referents, %d right; missing %s; too many %s" % (
        hexadecimal(address), name, len(right), len(right) - len(missing),
        " ".join(map(hexadecimal, missing[:4])) or "none",
        " ".join(map(hexadecimal, extra[:4])) or "none")


# address: (missing, extra), of the examples printed.
wrong_referents = {}


def compare_garbage(report, directory, objects, truth_types):
    right = {}
    with open(os.path.join(directory, "garbage.txt"),
              errors="replace") as f:
        for line in f:
            match = GARBAGE.match(line)
            if match:
                right[int(match.group(2), 16)] = match.group(1)
    found = set()
    for record in lines(directory, "cycles.jsonl"):
        found.add(number(record["address"]))
    for address in sorted(found | set(right)):
        node = objects.get(address)
        name = truth_types.get(address) or (node.type if node else "?")
        report.check("garbage", (address in found) == (address in right), name,
                     lambda: "%s %s: %s" % (
                         hexadecimal(address), name,
                         "garbage that coil does not report"
                         if address in right else "reported and alive"))


def compare_duplicates(report, directory, values):
    """@values: address: (type, repr).  Two copies are one for coil if and only
    if they read the same; a nan may have other bits."""
    of = {number(r["address"]): number(r["of"])
          for r in lines(directory, "duplicates.jsonl")}
    groups, mine = defaultdict(list), defaultdict(set)
    for address, value in values.items():
        if "nan" not in value[1]:
            groups[value].append(address)
            mine[of.get(address, address)].add(value)
    for value, members in groups.items():
        found = {of.get(a, a) for a in members}
        report.check("duplicates", len(found) == 1 and all(
            mine[a] == {value} for a in found), value[0],
            lambda: "%s %s: %d copies, %d groups of coil's" % (
                *value, len(members), len(found)))


def compare_weakrefs(report, directory, weak, edges, types):
    """@weak: address of a reference: (referent or None, callback or None).
    From coil-weakrefs where there is its output, else from the edges."""
    found = {}
    have_tool = os.path.exists(os.path.join(directory, "weakrefs.jsonl"))
    for record in lines(directory, "weakrefs.jsonl"):
        live = record["state"] == "live"
        referent, callback = number(record["referent"]), record["callback"]
        found[number(record.get("ref", record.get("address")))] = (
            referent if live else None, number(callback) or None)
    for address, (referent, callback) in sorted(weak.items()):
        if have_tool:
            coil = found.get(address)
            right = coil == (referent, callback)
        else:
            coil = edges.weak.get(address, [])
            right = coil == ([] if referent is None else [referent])
        report.check("weak references", right, types.get(address, "proxy"),
                     lambda: "%s: referent %s callback %s; coil says %s" % (
                         hexadecimal(address), hexadecimal(referent),
                         hexadecimal(callback),
                         coil and " ".join(map(hexadecimal, coil))))
    for address in sorted(set(found) - set(weak)):
        report.check("weak references", False, "unknown",
                     lambda: "%s: no such weak reference" %
                     hexadecimal(address))


def same_repr(right, found):
    """Cut where there is no more room, not within a character."""
    if right is None or right == found:
        return not found if right is None else True
    return bool(found) and len(found.encode("utf-8", "replace")) > 190 and \
        right.startswith(found)


def compare_reprs(report, directory, objects):
    for record in lines(directory, "reprs.jsonl"):
        node = objects.get(int(record["address"], 16))
        found = node and node.value
        report.check("reprs", same_repr(record["repr"], found), record["type"],
                     lambda: "%s %s: %s, coil says %s" % (
                         record["address"], record["type"], record["repr"],
                         found))


def compare_frames(report, directory):
    """Frames by thread and depth.  The stack of intermediate results is no
    part of f_locals."""
    frames, variables = {}, defaultdict(list)
    threads = {}
    for record in lines(directory, "threads.jsonl"):
        threads[record["thread"]] = record["ident"]
        frames[record["ident"], record["depth"]] = (
            record["function"], record["file"], record["line"])
    for record in lines(directory, "locals.jsonl"):
        if record["kind"] not in ("stack", "stale"):
            variables[threads[record["thread"]], record["depth"]].append(
                [record["name"], record["address"], record["kind"]])
    for record in lines(directory, "stacks.jsonl"):
        key = record["thread"], record["depth"]
        right = record["function"], record["file"], record["line"]
        report.check("frames", frames.get(key) == right, record["function"],
                     lambda: "thread %d frame %d %s: coil says %s" % (
                         *key, right, frames.get(key)))
        found = [[name, address] for name, address, _ in variables[key]]
        report.check("locals", sorted(record["locals"]) == sorted(found),
                     record["function"],
                     lambda: "thread %d frame %d %s: coil says %s" % (
                         *key, record["locals"], variables[key]))


def compare_allocator(report, directory, meta):
    said = read_info(directory)
    for key in ("allocator", "allocator_hooks"):
        report.check("allocator", said.get(key) == meta[key], key,
                     lambda: "%s: %s, coil says %s" % (
                         key, meta[key], said.get(key)))


def compare_incomplete(report, directory):
    said = read_info(directory).get("missing_objects")
    marked = len(read_marked(directory, "incomplete"))
    report.check("not captured", said == str(marked), "objects",
                 lambda: "coil-info says %s, %d are marked" % (said, marked))


def no_arenas(directory, meta):
    """Figures that malloc has not, nor mimalloc where it is not the build's
    own (sys.getallocatedblocks() then counts one thread's heap): that coil lists
    no arena is still compared."""
    if meta["allocator"] == "pymalloc" or read_used_blocks(directory) or \
            any(True for _ in lines(directory, "classes.jsonl")):
        return {}
    why = meta["allocator"] + " has no %s of its own account"
    return {figure: why % figure for figure in ("blocks", "pools")}


def stats_lines(directory):
    """sys._debugmallocstats() of each allocator of the process in the
    core."""
    for path in sorted(glob.glob(os.path.join(directory, "stats*.txt"))):
        with open(path, errors="replace") as f:
            yield from f


def compare_mimalloc(report, directory):
    """All blocks, of whatever size: nothing tells them by size."""
    with open(os.path.join(directory, "blocks.txt")) as f:
        right = [int(line) for line in f]
    found = read_info(directory).get("used_blocks")
    report.check("blocks", len(right) == 2 and
                 right == [right[0]] * 2 == [int(found)] * 2, "mimalloc",
                 lambda: "%s used, coil says %s" % (right, found))


def compare_blocks(report, directory):
    right = Counter()
    for line in stats_lines(directory):
        fields = line.split()
        if len(fields) == 5 and all(x.isdigit() for x in fields):
            right[int(fields[1])] += int(fields[3])
    found = read_used_blocks(directory)
    for size in sorted(set(right) | set(found)):
        a, b = right.get(size, 0), found.get(size, 0)
        report.check("blocks", a == b, "%d bytes" % size,
                     lambda: "%d bytes: %d used, coil says %d" % (size, a, b))


def compare_pools(report, directory):
    """coil-arenas against sys._debugmallocstats() of the process in the
    core."""
    right, sums = {}, Counter()
    for line in stats_lines(directory):
        fields = line.replace(",", "").split()
        if len(fields) == 5 and all(x.isdigit() for x in fields):
            size, numbers = int(fields[1]), map(int, fields[2:])
            right[size] = tuple(map(sum, zip(right.get(size, (0, 0, 0)),
                                             numbers)))
        for figure, words in [("arenas", "# arenas allocated current"),
                              ("used", "# bytes in allocated blocks"),
                              ("free", "# bytes in available blocks")]:
            if line.startswith(words):
                sums[figure] += int(fields[-1])
        if " unused pools * " in line:
            sums["free"] += int(fields[-1])
    found = {r["block"]: (r["pools"], r["used"], r["free"])
             for r in lines(directory, "classes.jsonl")}
    for size in sorted(set(right) | set(found)):
        report.check("pools", right.get(size) == found.get(size),
                     "%d bytes" % size, lambda: "%d bytes: %s, coil says %s" %
                     (size, right.get(size), found.get(size)))
    mine = Counter()
    for record in lines(directory, "arenas.jsonl"):
        mine.update(arenas=1, used=record["used"], free=record["free"])
    for figure in ("arenas", "used", "free"):
        report.check("arenas", sums[figure] == mine[figure], figure,
                     lambda: "%s: %d, coil says %d" % (
                         figure, sums[figure], mine[figure]))


def compare_counts(report, directory, objects, edges, made, workload):
    """Count minus counted references found; the rest by type.  @made: address:
    how many references the workload knows to be in variables of C code (see
    its held_by_c()), or how many of those found it knows not to count (less
    than 0).  What coil-holders finds words for is no excuse, but what
    memory.py does is: the word may be of a reference that the graph lacks, a
    module's variable is none."""
    rest = Counter()
    held = {number(r["address"]): r
            for r in lines(directory, "holders.jsonl")}
    rest_objects = Counter()
    excess = {}
    for address, node in objects.items():
        if node.is_python and not node.immortal and node.refcount is not None:
            excess[address] = (node.refcount -
                               edges.counted_in.get(address, 0))

    def known(address):
        return min(made[address], 0) <= excess[address] <= \
            max(made[address], 0)

    judge = Judge(os.path.join(directory, "core"),
                  [a for a in excess if a in made and excess[a] > 0 and
                   not known(a)], objects, edges, workload)
    for address, more in excess.items():
        node = objects[address]
        found = edges.counted_in.get(address, 0)
        holder = held.get(address, {"excess": 0})
        if more > 0 and not node.static and not edges.inexact_in[address]:
            report.check("holders", holder["excess"] == more, node.type,
                         lambda: "%s %s: %d too many, coil-holders says %s" % (
                             hexadecimal(address), node.type, more, holder))
        if address in made:
            right = known(address) or more > 0 and \
                judge.explain(address, more, made[address])
            report.check(
                "reference counts", right, "%s (%s)" % (
                    node.type, "count too high" if more > 0
                    else "too many references"),
                lambda: "%s %s %s: count %d, counted references %d, words in "
                "memory %s" % (hexadecimal(address), node.type,
                               node.value or "", node.refcount, found,
                               judge.words.get(address)))
        elif more and not node.static:
            key = (node.type, "above" if more > 0 else "below")
            rest[key] += abs(more)
            rest_objects[key] += 1
    return rest, rest_objects, judge


def print_judgement(judge, objects):
    """What the memory explains, and leaks by name."""
    print("\ncounts that the memory explains (references):")
    for rule, count in judge.rules.most_common():
        print("    %7d  %s" % (count, rule))
    print("\nleaked (references, type, value):")
    for address, count in sorted(judge.leaks):
        print("    %7d  %s %s" % (count, objects[address].type,
                                  (objects[address].value or "")[:60]))


def print_extra_edges(directory, objects):
    """Kind and label of references that coil has too many, in the
    examples."""
    wanted = {a: Counter(e) for a, (_, e) in wrong_referents.items() if e}
    if not wanted:
        return
    print("\nreferences that coil has too many, in the examples:")
    left = 60
    for record in lines(directory, "refs.jsonl"):
        source, target = number(record["from"]), number(record["to"])
        if source in wanted and record["traversed"] and \
                wanted[source][target] > 0 and left:
            wanted[source][target] -= 1
            left -= 1
            to = objects.get(target)
            print("    %s %s -> %s %s: %s %s" % (
                hexadecimal(source), objects[source].type, hexadecimal(target),
                to.type if to else "?", record["kind"], record["label"]))


def account_lines(directory):
    """Of other interpreters (subinterpreters.py), then of the main one."""
    for path in sorted(glob.glob(os.path.join(directory, "account*.jsonl"))):
        with open(path) as f:
            yield from f


def read_account(directory, report, objects, edges):
    """Compare line by line; keep only what later figures need."""
    addresses, made, weak, types, values = set(), {}, {}, {}, {}
    names, guessed = {}, read_marked(directory, "size-guess")
    for line in account_lines(directory):
        record = json.loads(line)
        if "proxy" in record:
            weak[int(record["proxy"], 16)] = (
                number(record["referent"]), number(record["callback"]))
            continue
        address = int(record["address"], 16)
        addresses.add(address)
        types[address] = names.setdefault(record["type"], record["type"])
        if "made" in record:
            made[address] = record.get("held_by_c", 0)
        else:  # older, as the main interpreter knows, which comes last
            made.pop(address, None)
        if "value" in record and record["type"] in VALUES:
            values[address] = (types[address], record["value"])
        if record["type"] in PROXIES:  # unless its referent tells
            weak.setdefault(address, (None, None))
        if "weak" in record:
            weak[address] = (number(record["weak"]["referent"]),
                             number(record["weak"]["callback"]))
        compare_object(report, record, objects.get(address), edges, guessed)
    return addresses, made, weak, types, values


def compare_enough(report, types):
    for name, found in [("TYPES", len(types)),
                        ("OBJECTS", sum(types.values()))]:
        least = int(os.environ.get("MIN_" + name) or 0)
        report.check("enough", found >= least, name.lower(),
                     lambda: "%d %s, %d are too few" % (least, name.lower(),
                                                        found))


def missing_outputs(directory):
    """Figures that cannot be compared for want of a tool's output."""
    skip = {}
    for name, figures in [("cycles.jsonl", ["garbage"]),
                          ("holders.jsonl", ["holders"]),
                          ("reprs.jsonl", ["reprs"]),
                          ("duplicates.jsonl", ["duplicates"]),
                          ("arenas.jsonl", ["arenas"]),
                          ("classes.jsonl", ["pools"]),
                          ("types.tsv", ["means", "kinds scanned"]),
                          ("native.txt", ["kinds scanned"]),
                          ("kinds.txt", ["kinds met", "not scanned"]),
                          ("threads.jsonl", ["frames", "locals"]),
                          ("info.txt", ["allocator", "blocks", "not captured"])]:
        path = os.path.join(directory, name)
        if not os.path.exists(path):
            skip.update({figure: "no " + name for figure in figures})
    return skip


def main(argv):
    examples = 10
    if argv and argv[0] == "--examples":
        examples, argv = int(argv[1]), argv[2:]
    if len(argv) != 1:
        sys.exit(__doc__.split("\n\n")[1].strip())
    directory = argv[0]
    with open(os.path.join(directory, "meta.json")) as f:
        meta = json.load(f)
    for name in ("objects.jsonl", "refs.jsonl"):
        if not os.path.exists(os.path.join(directory, name)):
            print("there is no %s: the tool failed" % name)
            print("0 passed, 1 failed")
            return 1
    if os.environ.get("FILES") == "no":
        for figure, share in NO_FILES.items():
            GOALS[figure] = (GOALS[figure][0], share)
        GOALS["no wrong names"] = ("types that are not <type 0x...>", 100)
    report = Report(examples)
    objects, twice = read_objects(directory)
    edges = Edges(directory, objects)
    addresses, made, weak, types, values = read_account(directory, report,
                                                        objects, edges)
    for address in objects:
        report.check("listed once", True)
    for address in twice:
        report.check("listed once", False, objects[address].type,
                     lambda: hexadecimal(address))
    skip = missing_outputs(directory)
    if not os.environ.get("MIN_TYPES"):
        skip["means"] = "means.py is of extensions only"
    if "garbage" not in skip:
        compare_garbage(report, directory, objects, types)
    compare_weakrefs(report, directory, weak, edges, types)
    compare_frames(report, directory)
    if "reprs" not in skip:
        compare_reprs(report, directory, objects)
    of_type = Counter()
    for address in addresses:
        if address in objects:
            of_type[objects[address].type_address] += 1
    compare_enough(report, of_type)
    if "means" not in skip:
        compare_means(report, directory, of_type)
    if "kinds scanned" not in skip:
        compare_kinds_scanned(report, directory, of_type)
    if "duplicates" not in skip:
        compare_duplicates(report, directory, values)
    if "blocks" not in skip:
        compare_allocator(report, directory, meta)
        compare_incomplete(report, directory)
    if meta.get("free_threaded"):
        skip.update({figure: "free-threaded builds have none"
                     for figure in ("generations", "pools", "arenas")})
        compare_mimalloc(report, directory)
    else:
        if "blocks" not in skip:
            compare_blocks(report, directory)
            skip.update(no_arenas(directory, meta))
        compare_pools(report, directory)
    if "kinds met" not in skip:
        compare_kinds(report, directory, objects, edges)
    rest, rest_objects, judge = compare_counts(report, directory, objects,
                                               edges, made,
                                               meta.get("workload"))
    rules = explain(report, directory, objects, addresses, meta,
                    edges.counted_in)

    print("# Python %s, %d objects of %d types in the account, coil lists %d "
          "nodes and %d references" % (meta["version"], len(addresses),
                                       len(of_type), len(objects),
                                       edges.count))
    passed, failed = report.show(skip)
    print_extra_edges(directory, objects)
    print("\nbeyond the account, by rule:")
    for rule, count in rules.most_common():
        print("    %7d  %s" % (count, rule))
    print("\nheld by C only, to be judged:")
    for text in report.held_by_c:
        print("    %s" % text)
    print("\nsizes that are marked as guesses:")
    for name, count in sorted(report.guesses.items()):
        print("    %7d  %s" % (count, name))
    print("\ntypes whose references are from a scan:")
    for name, count in sorted(edges.inexact.items()):
        print("    %7d  %s" % (count, name))
    print_judgement(judge, objects)
    print("\ncounts of what the workload did not make (objects, references, "
          "type, count above or below the references found):")
    for key, count in rest.most_common(30):
        print("    %7d %7d  %s %s" % (rest_objects[key], count, *key))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
