# SPDX-License-Identifier: MIT
"""Damages the files of the graph cache: whatever is in them, each tool answers
as without a cache, and the file is right again after that.

	cache.py BIN CORE FLIPS

Every byte of the header and of the table behind it is changed, FLIPS bytes
anywhere, the file is cut and lengthened, and put there from another key, empty,
as a link and as a pipe.  The last line is "N passed, N failed".
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

HEAD = 64  # bytes of the header
ENTRY = 16  # bytes of the table for each section
# The tool that reads a file, by the end of its name; the first is read by all.
READERS = {
    ".objects": ("coil-types",),
    ".dominators": ("coil-retained", "-n", "30"),
    ".paths": ("coil-paths", "-t", "app.cache.*"),
}


class Cache:
    def __init__(self, binaries, core):
        self.binaries, self.core = binaries, core
        self.home = tempfile.mkdtemp(prefix="coil-cache")
        self.folder = os.path.join(self.home, "coil")
        self.passed = self.failed = 0

    def ask(self, tool, *options):
        p = subprocess.run(
            [os.path.join(self.binaries, tool[0]), *tool[1:], *options,
             self.core],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60,
            env={**os.environ, "XDG_CACHE_HOME": self.home})
        return p.returncode, p.stdout, p.stderr

    def path(self, suffix):
        names = [n for n in os.listdir(self.folder) if n.endswith(suffix)]
        assert len(names) == 1, names
        return os.path.join(self.folder, names[0])

    def verdict(self, what, suffix, got, wanted):
        if got == wanted:
            self.passed += 1
            return
        self.failed += 1
        print("FAIL: %s: %s: status %d, %s" % (
            suffix, what, got[0], got[2][:2000] or "other output"), flush=True)

    def put(self, suffix, good, wanted, what, write):
        """Let @write make the file; ask; see that it was made anew."""
        path = self.path(suffix)
        inode = None
        try:
            os.unlink(path)
            write(path)
            inode = os.lstat(path).st_ino
        except FileNotFoundError:
            pass
        self.verdict(what, suffix, self.ask(READERS[suffix]), wanted)
        with open(self.path(suffix), "rb") as f:
            again = f.read()
        # Equal to the good one but for what padding and time may bring.
        if len(again) != len(good) or os.lstat(path).st_ino == inode:
            self.failed += 1
            print("FAIL: %s: %s: not made anew" % (suffix, what))


def written(data):
    def write(path):
        with open(path, "wb") as f:
            os.fchmod(f.fileno(), 0o600)
            f.write(data)
    return write


def changed(good, at, mask):
    data = bytearray(good)
    data[at] ^= mask
    return written(bytes(data))


def damages(good, other, rng, flips):
    """(what, how to write it)"""
    sections = good[32] if len(good) > 32 else 0
    for at in range(HEAD + ENTRY * min(sections, 3)):
        # What is reserved may be anything.
        if not 48 <= at < HEAD:
            yield "byte %d" % at, changed(good, at, 1 << rng.randrange(8))
    for _ in range(flips):
        at = rng.randrange(HEAD, len(good))
        yield "byte %d" % at, changed(good, at, rng.randrange(1, 256))
    for size in (0, 1, HEAD - 1, HEAD, HEAD + 5, len(good) // 2,
                 len(good) - 1):
        yield "cut to %d" % size, written(good[:size])
    yield "longer", written(good + b"\0")
    yield "twice", written(good + good)
    yield "another's", written(other)
    yield "a link", lambda path: os.symlink("/etc/passwd", path)
    yield "a pipe", os.mkfifo


def main(argv):
    binaries, core, flips = argv[1], argv[2], int(argv[3])
    rng = random.Random(1)
    cache = Cache(binaries, core)
    try:
        for tool in READERS.values():
            cache.ask(tool)
        files = {}
        for suffix in READERS:
            with open(cache.path(suffix), "rb") as f:
                files[suffix] = f.read()
        for suffix, tool in READERS.items():
            wanted = cache.ask(tool, "--no-cache")
            cache.verdict("as it is", suffix, cache.ask(tool), wanted)
            other = files[".paths" if suffix == ".objects" else ".objects"]
            for what, write in damages(files[suffix], other, rng, flips):
                cache.put(suffix, files[suffix], wanted, what, write)
    finally:
        shutil.rmtree(cache.home)
    print("%d passed, %d failed" % (cache.passed, cache.failed))
    return cache.failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
