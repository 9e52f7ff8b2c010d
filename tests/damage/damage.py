# SPDX-License-Identifier: MIT
"""Damages a core at random and asks the tools: each must answer (0, 1), answer
with what is there (3) or refuse in one line (2), in bounded time and memory.

	damage.py BIN CORE COUNT [SEED [all]]

BIN is the folder of the tools.  Each core is asked by one tool, or by all.
What is hit: program headers and notes, collector links, counts and types of
objects, type objects, dict keys, pool headers and free chains, words anywhere.
The last line is "N passed, N failed".
"""
import collections
import json
import os
import random
import re
import signal
import struct
import subprocess
import sys
import threading

SECONDS = 10  # of CPU
HANGS = 120  # seconds until a tool is stopped
BYTES = 2 << 30
# The damaged core comes last, or where CORE stands; SOUND: the one that is not
# damaged, ADDRESS: that of an object of it, TYPE: of a type.  A tool without a
# row is asked as its usage says.
TOOLS = (
    ("coil-info",),
    ("coil-types", "-r"),
    ("coil-types", "-c", "type,allocated,means,reason"),
    ("coil-objects", "-c", "address,type,type_address,size,allocated,flags,gc,"
     "generation,reachable,weakrefs,value"),
    ("coil-objects", "-t", "__main__.*", "--attr=*"),
    ("coil-objects", "--garbage", "--unreachable", "--json"),
    ("coil-objects", "--interned", "--value=*a*"),
    ("coil-objects", "--generation=2", "--min-size=200"),
    ("coil-objects", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-refs", "--all"),
    ("coil-refs", "--in", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-refs", "-c", "from,to,kind,label,traversed,counted,exact,from_type,"
     "to_type", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-cycles",),
    ("coil-cycles", "--each"),
    ("coil-cycles", "--garbage", "--members"),
    ("coil-retained", "-n", "20"),
    ("coil-retained", "--tree", "--depth=0", "--min-share=0"),
    ("coil-retained", "--by-type"),
    ("coil-retained", "--set", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-singletons",),
    ("coil-singletons", "--summary"),
    ("coil-weakrefs",),
    ("coil-weakrefs", "--dead"),
    ("coil-threads",),
    ("coil-threads", "--locals"),
    ("coil-show", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-show", "--edges=0", "CORE", "TYPE"),
    ("coil-paths", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-paths", "-k", "3", "--weak", "CORE", "ADDRESS", "ADDRESS"),
    ("coil-paths", "--type=*", "-n", "50"),
    ("coil-paths", "--merge", "--type=*"),
    ("coil-diff", "SOUND"),
    ("coil-diff", "CORE", "SOUND"),
    ("coil-diff", "--objects", "SOUND", "CORE", "SOUND"),
    ("coil-diff", "--gone", "SOUND", "CORE"),
    ("coil-diff", "--paths", "SOUND", "CORE"),
    ("coil-holders",),
    ("coil-holders", "--kind=leak", "-c", "address,leaked,word,value"),
    ("coil-duplicates",),
    ("coil-duplicates", "--members"),
    ("coil-arenas",),
    ("coil-arenas", "--map"),
    ("coil-arenas", "--pinned", "--below=100"),
    ("coil-arenas", "--classes"),
    ("coil-check",),
)
EXTREMES = (0, 1, 2, 7, 8, 0xFF, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 32,
            1 << 40, 1 << 47, (1 << 63) - 1, 1 << 63, (1 << 64) - 1,
            (1 << 64) - 8)
POOL = 16384


def segments(data):
    """(address, file offset, size) of every PT_LOAD."""
    phoff = struct.unpack_from("<Q", data, 32)[0]
    phentsize, phnum = struct.unpack_from("<HH", data, 54)
    rows = []
    for i in range(phnum):
        kind, _, offset, vaddr, _, filesz = struct.unpack_from(
            "<IIQQQQ", data, phoff + i * phentsize)
        if kind == 1 and filesz:
            rows.append((vaddr, offset, filesz))
    return rows


class Core:
    def __init__(self, path, binaries):
        with open(path, "rb") as f:
            self.data = f.read()
        self.segments = segments(self.data)
        out = subprocess.run(
            [os.path.join(binaries, "coil-objects"), "--no-cache", "--json",
             path], stdout=subprocess.PIPE, check=True).stdout
        self.objects, self.types, self.dicts, self.large = [], [], [], []
        for line in out.splitlines():
            o = json.loads(line)
            address = int(o["address"], 16)
            self.objects.append(address)
            if o["type"] == "type":
                self.types.append(address)
            elif o["type"] == "dict":
                self.dicts.append(address)
            elif o["size"] > 400:
                self.large.append(address)

    def offset(self, address):
        for start, offset, size in self.segments:
            if start <= address < start + size - 8:
                return offset + address - start
        return None

    def word(self, address):
        at = self.offset(address)
        return struct.unpack_from("<Q", self.data, at)[0] if at else 0

    # Where to hit: each gives addresses in the target.
    def links(self, rng):
        return rng.choice(self.objects) - rng.choice((16, 8))

    def heads(self, rng):
        return rng.choice(self.objects) + rng.choice((0, 8, 16, 24, 32))

    def type_fields(self, rng):
        return rng.choice(self.types) + 8 * rng.randrange(52)

    def heap_type_fields(self, rng):
        return rng.choice(self.types) + 8 * rng.randrange(120)

    def keys(self, rng):
        return self.word(rng.choice(self.dicts) + 32) + 8 * rng.randrange(8)

    def pools(self, rng):
        return rng.choice(self.objects) // POOL * POOL + 8 * rng.randrange(6)

    def blocks(self, rng):
        pool = rng.choice(self.objects) // POOL * POOL
        return self.word(pool + 8) or pool

    def bodies(self, rng):
        return rng.choice(self.large or self.objects) + 8 * rng.randrange(64)

    def anywhere(self, rng):
        start, _, size = rng.choice(self.segments)
        return start + 8 * rng.randrange(size // 8)


PLACES = (Core.links, Core.heads, Core.type_fields, Core.heap_type_fields,
          Core.keys, Core.pools, Core.blocks, Core.bodies, Core.anywhere)


def value(core, rng, old):
    kind = rng.randrange(5)
    if kind == 0:
        return rng.choice(EXTREMES)
    if kind == 1:
        return old ^ (1 << rng.randrange(64))
    if kind == 2:
        return rng.choice(core.objects) + rng.choice((0, 0, 0, 8, 4, -16))
    if kind == 3:
        return rng.choice(core.types)
    return rng.getrandbits(64)


def damaged(core, rng):
    data = bytearray(core.data)
    if rng.randrange(10) == 0:  # headers and notes, also of the file itself
        for _ in range(rng.randrange(1, 8)):
            data[rng.randrange(4096)] ^= 1 << rng.randrange(8)
        return data
    if rng.randrange(12) == 0:
        return data[:rng.randrange(len(data))]
    place = rng.choice(PLACES)
    for _ in range(rng.choice((1, 1, 2, 5, 50, 500))):
        if rng.randrange(8) == 0:
            place = rng.choice(PLACES)
        at = core.offset(place(core, rng))
        if at is not None and at + 8 <= len(data):
            old = struct.unpack_from("<Q", data, at)[0]
            struct.pack_into("<Q", data, at, value(core, rng, old) % (1 << 64))
    return data


def ended(command):
    """Its exit status, what it said, its CPU seconds and its peak in bytes."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as p:
        watch = threading.Timer(HANGS, p.kill)
        watch.start()
        words = p.stderr.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(p.pid, 0)
        watch.cancel()
        p.returncode = os.waitstatus_to_exitcode(status)
    return (p.returncode, words, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024)


def run(binaries, tool, path):
    """The exit status, or words that say what went wrong."""
    binary = os.path.join(binaries, tool[0])
    tool = list(tool)
    if "CORE" not in tool:
        tool.append("CORE")
    arguments = [path if word == "CORE" else word for word in tool[1:]]
    status, words, seconds, peak = ended([binary, "--no-cache", *arguments])
    if seconds > SECONDS or status == -signal.SIGKILL:
        return "%.1f s of CPU, status %d" % (seconds, status)
    if peak > BYTES:
        return "%d MiB" % (peak >> 20)
    if status not in (0, 1, 2, 3):
        return "exit status %d: %s" % (status, words[:4000])
    if status == 2 and len(words.splitlines()) != 1:
        return "refused in %d lines: %s" % (len(words.splitlines()), words)
    return status


def fill(core, rng, sound, word):
    if word == "SOUND":
        return sound
    if word in ("ADDRESS", "TYPE"):
        return hex(rng.choice(core.types if word == "TYPE" else core.objects))
    return word


def by_usage(binaries, name):
    """The row of a tool, by the first line of its --help."""
    usage = subprocess.run(
        [os.path.join(binaries, name), "--help"], stdout=subprocess.PIPE,
        check=True, encoding="ascii").stdout.splitlines()[0]
    words = {"SNAPSHOT": "CORE", "BEFORE": "SOUND", "AFTER": "CORE",
             "ADDRESS...": "ADDRESS"}
    return (name, *(words[w] for w in usage.split()[2:] if w in words))


def main(argv):
    binaries, path, count = argv[1], argv[2], int(argv[3])
    seed = int(argv[4]) if len(argv) > 4 else 1
    every = argv[5:] == ["all"]
    core = Core(path, binaries)
    others = ({name for name in os.listdir(binaries)
               if re.fullmatch("coil-[a-z]+", name)}
              - {tool[0] for tool in TOOLS} - {"coil-layout"})
    tools = TOOLS + tuple(by_usage(binaries, name) for name in sorted(others))
    passed, failed, statuses = 0, 0, collections.Counter()
    scratch = path + ".damaged"
    for n in range(seed, seed + count):
        rng = random.Random(n)
        with open(scratch, "wb") as f:
            f.write(damaged(core, rng))
        for tool in tools if every else [rng.choice(tools)]:
            tool = [fill(core, rng, path, word) for word in tool]
            result = run(binaries, tool, scratch)
            statuses[result if isinstance(result, int) else "bad"] += 1
            if isinstance(result, int):
                passed += 1
            else:
                failed += 1
                print("seed %d: %s: %s" % (n, " ".join(tool), result),
                      flush=True)
    os.unlink(scratch)
    print("exit statuses: " + ", ".join(
        "%s: %d" % (k, statuses[k]) for k in sorted(statuses, key=str)))
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
