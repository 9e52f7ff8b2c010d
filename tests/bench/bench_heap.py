# SPDX-License-Identifier: MIT
"""What the tools cost on real heaps: processor time and memory an object.

	bench_heap.py BIN [OBJECTS...]

BIN is the folder of the tools.  For each number of objects (1000000 and
10000000 unless told) a python3.11 process builds the heap of an ordinary
service (tests/truth/workloads/large.py), gdb's gcore dumps it, twice, some
requests apart, and the tools are run with the cores in the page cache.  Not a
test: it prints figures, one a line, and judges none.

cpu        user and system time of the process, by an object
beyond     its largest resident memory less the size of the core it maps, by
           an object
once       what a tool costs that leaves something else in the cache, by the
           time of the first tool, which leaves the graph there
second     what each command line costs once all is in the cache, the same way

All times are the least of three runs, and the first tool is coil-types with an
empty cache.
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.environ.get("BENCH_PYTHON", "/usr/bin/python3.11")
ROUNDS = 3
SERVICE = """
import sys
sys.path.insert(0, %r)
import large
records, index, chain = held = large.build(%d)
print("ready", flush=True)
sys.stdin.readline()
count = len(records)
for n in range(0, count // 2, 20):  # some go, more come
    records[n] = None
    del index["user:%%d" %% n]
for n in range(count, count + count // 20):
    records.append(large.record(n, ["name"]))
    index["user:%%d" %% n] = records[-1]
print("ready", flush=True)
sys.stdin.readline()
"""
# What is asked once the graph is in the cache; A and B are the cores, X is an
# object.
ONCE = {
    "coil-types -r A": "dominators",
    "coil-paths A X": "paths",
}
SECOND = """
coil-threads A
coil-refs A X
coil-paths A X
coil-objects -t large.Slotted -n 10 A
coil-weakrefs A
coil-types A
coil-info A
coil-cycles A
coil-arenas A
coil-types -r A
coil-retained --by-type A
coil-retained -n 10 A
coil-retained --tree A
coil-show A X
coil-singletons A
coil-diff A B
coil-check A
coil-holders A
coil-objects -c address A
coil-diff --objects A B
coil-duplicates A
coil-objects A
"""


def dump(objects, folder):
    """Two cores of one process."""
    workloads = os.path.join(HERE, "..", "truth", "workloads")
    service = subprocess.Popen(
        [PYTHON, "-B", "-c", SERVICE % (workloads, objects)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    cores = []
    try:
        for name in ("before", "after"):
            service.stdout.readline()
            prefix = os.path.join(folder, name)
            subprocess.run(["gcore", "-o", prefix, str(service.pid)],
                           check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            cores.append("%s.%d" % (prefix, service.pid))
            service.stdin.write(b"\n")
            service.stdin.flush()
        return cores
    finally:
        service.kill()
        service.wait()


def run(command, environment):
    """Processor seconds, largest resident bytes, what it printed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:  # a process of its own: its children's figures are apart
        os.close(reader)
        out = subprocess.run(command, env=environment,
                             stdout=subprocess.PIPE).stdout
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        with os.fdopen(writer, "wb") as f:
            f.write(b"%f %d\n" % (usage.ru_utime + usage.ru_stime,
                                  usage.ru_maxrss * 1024))
            f.write(out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as f:
        seconds, resident = f.readline().split()
        out = f.read()
    os.waitpid(child, 0)
    return float(seconds), int(resident), out


def drop(cache, suffix=""):
    """Forget what the cache holds, or one part of it."""
    for folder, _, files in os.walk(cache):
        for name in files:
            if name.endswith(suffix):
                os.unlink(os.path.join(folder, name))


def bench(binaries, objects, folder):
    before, after = dump(objects, folder)
    size = os.path.getsize(before)
    cache = os.path.join(folder, "cache")
    environment = dict(os.environ, XDG_CACHE_HOME=cache,
                       COIL_CACHE_SIZE="64G")
    # What libtool built runs by a script, whose time is not the tool's.
    if os.path.exists(os.path.join(binaries, ".libs", "coil-types")):
        binaries = os.path.join(binaries, ".libs")
        environment["LD_LIBRARY_PATH"] = binaries
    words = {"A": before, "B": after}

    def tool(line):
        name, *rest = line.split()
        return [os.path.join(binaries, name),
                *(words.get(word, word) for word in rest)]

    def least(line, *forget):
        """Of some runs, before each of which the cache forgets that."""
        figures = []
        for _ in range(ROUNDS):
            for suffix in forget:
                drop(cache, suffix)
            figures.append(run(tool(line), environment)[:2])
        return min(figures)

    out = run(tool("coil-info --no-cache A"), environment)[2].decode()
    count = int(dict(line.split("\t")[:2] for line in out.splitlines()
                     )["objects"])
    print("%d objects, core of %d bytes" % (count, size))
    for line in ("coil-retained --no-cache -n 10 A", "coil-types --no-cache A",
                 "coil-cycles --no-cache A"):
        best = least(line)
        print("%s\tcpu\t%.3f us an object\tbeyond\t%.1f bytes an object" % (
            line, best[0] / count * 1e6, max(0, best[1] - size) / count),
            flush=True)
    first = least("coil-types A", "")[0]
    print("coil-types A\tfirst\t%.2f s" % first, flush=True)
    example = run(tool("coil-retained -n 1 A"), environment)[2].split()
    words["X"] = example[0].decode()
    run(tool("coil-types B"), environment)
    for line, suffix in ONCE.items():
        best = least(line, "." + suffix)[0]
        print("%s\tonce\t%.1f %%" % (line, 100 * best / first), flush=True)
    for line in SECOND.split("\n")[1:-1]:
        best = least(line)[0]
        print("%s\tsecond\t%.1f %%" % (line, 100 * best / first), flush=True)


def main(argv):
    if len(argv) < 2 or not shutil.which("gcore"):
        print(__doc__.strip() if len(argv) < 2 else "gcore is not installed",
              file=sys.stderr)
        return 2
    for objects in [int(a) for a in argv[2:]] or (1000000, 10000000):
        folder = tempfile.mkdtemp()
        try:
            bench(argv[1], objects, folder)
        finally:
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
