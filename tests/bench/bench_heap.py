# SPDX-License-Identifier: MIT
"""What the tools cost on real heaps: processor time and memory an object.

	bench_heap.py BIN [OBJECTS...]

BIN is the folder of the tools.  For each number of objects (1000000 and
10000000 unless told) a python3.11 process builds the heap of an ordinary
service (tests/truth/workloads/large.py), gdb's gcore dumps it, and the tools
are run with the core in the page cache.  Not a test: it prints figures, one a
line, and judges none.

cpu        user and system time of the process, by an object
beyond     its largest resident memory less the size of the core it maps, by
           an object
cached     the same question once more, with the graph from the cache
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.environ.get("BENCH_PYTHON", "/usr/bin/python3.11")
SERVICE = """
import sys, time
sys.path.insert(0, %r)
import large
held = large.build(%d)
print("ready", flush=True)
time.sleep(100000)
"""


def dump(objects, folder):
    workloads = os.path.join(HERE, "..", "truth", "workloads")
    service = subprocess.Popen(
        [PYTHON, "-B", "-c", SERVICE % (workloads, objects)],
        stdout=subprocess.PIPE)
    try:
        service.stdout.readline()
        prefix = os.path.join(folder, "heap")
        subprocess.run(["gcore", "-o", prefix, str(service.pid)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return "%s.%d" % (prefix, service.pid)
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


def bench(binaries, objects, folder):
    core = dump(objects, folder)
    size = os.path.getsize(core)
    environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder, "cache"))

    def tool(*words):
        return [os.path.join(binaries, words[0]), *words[1:], core]

    out = run(tool("coil-info", "--no-cache"), environment)[2].decode()
    count = int(dict(line.split("\t")[:2] for line in out.splitlines()
                     )["objects"])
    print("%d objects, core of %d bytes" % (count, size))
    for words in (("coil-retained", "-n", "10"), ("coil-types",),
                  ("coil-cycles",)):
        best = min(run(tool(words[0], "--no-cache", *words[1:]), environment)
                   for _ in range(3))
        print("%s\tcpu\t%.3f us an object\tbeyond\t%.1f bytes an object" % (
            " ".join(words), best[0] / count * 1e6,
            max(0, best[1] - size) / count), flush=True)
    first = run(tool("coil-cycles"), environment)
    example = run(tool("coil-retained", "-n", "1"), environment)[2].split()
    for words in (("coil-cycles",), ("coil-retained", "-n", "10"),
                  ("coil-types",)):
        again = run(tool(*words), environment)
        print("%s\tcached\t%.1f %% of the first tool's processor time" % (
            " ".join(words), 100 * again[0] / first[0]), flush=True)
    command = [os.path.join(binaries, "coil-retained"), core,
               example[0].decode()]
    again = run(command, environment)
    print("coil-retained ADDRESS\tcached\t%.1f %% of the first tool's "
          "processor time" % (100 * again[0] / first[0]))


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
