# SPDX-License-Identifier: MIT
"""The traversals of extension packages: one row a package.

    survey.py [--interpreter PYTHON] [--bin DIR] [--few] [PART]...
    survey.py --packages

PART is one of workloads/survey.py; without any, all of them; --few takes the
small ones, all in one process; --packages prints what Debian's packages are.  Each process is recorded and dumped (record.py),
and the references of every object of a type that coil steps or scans are
compared with gc.get_referents().  Prints tab-separated

    package   the part
    types     C types that were met, of no native kind, and their subclasses
    stepped   those of them whose tp_traverse was stepped for every object, or
              whose layout was inferred from it
    scanned   types whose tp_traverse could not be stepped, for some object
    without   types that have none, which are scanned
    objects   of the types stepped
    exact     those whose references are right
    garbage   objects that the collector itself says are, which must be those
              that coil-cycles tells
    reasons   the types that were not stepped, or not exact, and why

and a last line "N passed, N failed": passed is a type that was stepped, with
all of its objects exact, and garbage that is right.  Status 77: no package, interpreter or gcore.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from importlib.machinery import SourceFileLoader

from compare import GARBAGE

HERE = os.path.dirname(os.path.abspath(__file__))
# It has this one's name.
workload = SourceFileLoader("workload", os.path.join(
    HERE, "workloads", "survey.py")).load_module()
NO_TRAVERSE = "no tp_traverse, no native kind"
ENOUGH = 90  # types, of --few where all of it is installed
FIELDS = ["package", "types", "stepped", "scanned", "without", "objects",
          "exact", "garbage", "reasons"]


def all_parts():
    return sorted([n for n, f in vars(workload).items()
                   if type(f) is type(all_parts) and n not in (
                       "c_modules", "instances", "load", "build")] +
                  workload.SHOWN, key=str.lower)


def record(interpreter, parts, directory, together):
    """Whether there is an account and a core, and what could not be made."""
    env = dict(os.environ, SURVEY=" ".join(parts), PYTHONHASHSEED="0")
    if not together:
        env["SURVEY_ALL"] = "1"
    done = subprocess.run(
        [interpreter, "-B", "-W", "ignore", os.path.join(HERE, "record.py"),
         os.path.join(HERE, "workloads", "survey.py"), directory],
        env=env, cwd=directory, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=300)
    said = done.stdout.decode("utf-8", "replace").strip().splitlines()
    unmade = [line for line in said if line.startswith("survey.py: ")]
    for line in unmade:
        print("# " + line, file=sys.stderr)
    if os.path.exists(os.path.join(directory, "core")):
        return True, unmade
    print("# %s: status %d: %s" % (" ".join(parts), done.returncode,
                                   said[-1] if said else ""), file=sys.stderr)
    return False, unmade


def tool(binary, name, arguments, core):
    """The lines of a tool's output; 3 is an answer that lacks memory."""
    run = subprocess.Popen([os.path.join(binary, name), *arguments, core],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    yield from run.stdout
    if run.wait() not in (0, 3):
        sys.exit("survey.py: %s: status %d" % (name, run.returncode))


def read_types(binary, core):
    """Address of each type that is not native: means, reason, name."""
    types = {}
    for line in tool(binary, "coil-types", ["-c", "type_address,means,reason,"
                                            "count,type"], core):
        address, means, reason, count, name = \
            line.decode("utf-8", "surrogateescape").rstrip("\n").split("\t", 4)
        if means in ("inferred", "interpreted", "scanned"):
            if name.split(".")[0] not in sys.stdlib_module_names:
                types[int(address, 16)] = (means, reason, name)
    return types


def read_truth(directory, types):
    """Object: type and referents, of those types only."""
    truth = {}
    with open(os.path.join(directory, "account.jsonl")) as f:
        for line in f:
            r = json.loads(line)
            if "proxy" in r:
                continue
            kind = int(r["type_address"], 16)
            if kind in types:
                truth[int(r["address"], 16)] = (
                    kind, sorted(int(a, 16) for a in r["referents"]))
    return truth


def read_found(binary, core, truth):
    found = defaultdict(list)
    for line in tool(binary, "coil-refs", ["--all", "--json"], core):
        r = json.loads(line)
        source = r["from"]
        source = int(source, 16) if isinstance(source, str) and \
            source.startswith("0x") else source
        if r["traversed"] and source in truth:
            to = r["to"]
            found[source].append(int(to, 16) if isinstance(to, str) else to)
    return found


def compare_garbage(directory, binary, core):
    """How many objects the collector says are garbage, and what is wrong."""
    with open(os.path.join(directory, "garbage.txt"), errors="replace") as f:
        right = {int(m.group(2), 16) for m in map(GARBAGE.match, f) if m}
    found = {int(line.split()[0], 16) for line in tool(
        binary, "coil-cycles", ["--garbage", "--members"], core)}
    if found == right:
        return len(right), []
    return len(right), ["garbage: %d too many, %d missing" % (
        len(found - right), len(right - found))]


def compare(directory, binary):
    """Counters by figure, and what is to be said of types."""
    core = os.path.join(directory, "core")
    types = read_types(binary, core)
    truth = read_truth(directory, types)
    found = read_found(binary, core, truth)
    met, wrong = Counter(), Counter()
    for address, (kind, right) in truth.items():
        met[kind] += 1
        if sorted(found.get(address, ())) != right:
            wrong[kind] += 1
    row = Counter()
    row["garbage"], said = compare_garbage(directory, binary, core)
    row["wrong garbage"] = len(said)
    for kind, count in met.items():
        means, reason, name = types[kind]
        row["types"] += 1
        if reason == NO_TRAVERSE:
            row["without"] += 1
            continue
        if means == "scanned" or " scanned: " in reason:
            row["scanned"] += 1
            said.append("%s: %s" % (name, reason))
            continue
        row["stepped"] += 1
        row["objects"] += count
        row["exact"] += count - wrong[kind]
        if wrong[kind]:
            row["wrong"] += 1
            said.append("%s: %d of %d objects differ" % (name, wrong[kind],
                                                         count))
    return row, sorted(said)


def survey(name, parts, interpreter, binary):
    """One row; None where the package is not there."""
    directory = tempfile.mkdtemp()
    os.environ["XDG_CACHE_HOME"] = os.path.join(directory, "cache")
    try:
        done, unmade = record(interpreter, parts, directory, len(parts) > 1)
        if not done:
            return None
        row, said = compare(directory, binary)
        row["unmade"] = len(unmade)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print("\t".join([name] + [str(row[f]) for f in FIELDS[1:-1]] +
                    ["; ".join(said) or "-"]), flush=True)
    return row


def main(argv):
    options = {"--interpreter": "/usr/bin/python3", "--bin": "."}
    if argv == ["--packages"]:
        print(*[workload.PACKAGES.get(p, "python3-" + p.replace("_", "-"))
                for p in all_parts()])
        return 0
    few = False
    while argv and argv[0].startswith("--"):
        if argv[0] == "--few":
            few, argv = True, argv[1:]
            continue
        options[argv[0]] = argv[1]
        argv = argv[2:]
    parts = argv or (workload.FEW if few else all_parts())
    print("\t".join(FIELDS))
    passed = failed = 0
    for name, group in [("few", parts)] if few else \
            [(p, [p]) for p in parts]:
        row = survey(name, group, options["--interpreter"], options["--bin"])
        if row is None:
            continue
        passed += row["stepped"] - row["wrong"] + (not row["wrong garbage"])
        failed += row["scanned"] + row["wrong"] + row["wrong garbage"]
        if few and not row["unmade"] and row["stepped"] < ENOUGH:
            print("%d types are too few" % row["stepped"])
            failed += 1
    print("%d passed, %d failed" % (passed, failed))
    if not passed and not failed:
        return 77
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
