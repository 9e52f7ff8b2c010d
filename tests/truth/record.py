# SPDX-License-Identifier: MIT
"""The interpreter's own account of its heap, next to a core of the same heap.

    INTERPRETER record.py [--size N] [--dump gcore|kernel|none] WORKLOAD DIR

Runs under the interpreter that is to be examined (3.8 or later).  WORKLOAD is
a Python file with a function build(size); what it returns stays alive.  DIR
receives

    account.jsonl  one object a line, as gc, sys and weakref describe it
    stacks.jsonl   the frames of all threads but the recorder's own
    reprs.jsonl    repr() of what the workload's reprs() tells, if it has it:
                   asked last, for it may change what it is asked of
    garbage.txt    what the collector prints under gc.DEBUG_COLLECTABLE
    stats.txt      sys._debugmallocstats() of the very process in the core
    blocks.txt     sys.getallocatedblocks() of a process like it, where the
                   allocator is mimalloc, of which the above tells one heap
    meta.json      the interpreter, the recorder's own frames, counts
    core           the core, unless --dump none

How it stays true.  The process forks with libc's own fork, called through
ctypes.PyDLL, which keeps the interpreter lock and runs none of the
interpreter's after-fork hooks.  The child is the recorder: whatever threads
the program has, none of them runs there, and nothing that they did or do
reaches it.  It forks again.  Its first child prints its allocator's
statistics, which allocates nothing, and calls libc's pause for ever: that is
the process in the core.  A second one, forked at once after it, lets the
collector say what is garbage.  The recorder has the same objects at the same
addresses.  The
first thing it does after the forks is to ask for the collector's lists, and
nothing that existed before is changed from then on, so the account is of
what stands in the core: an object made later is neither on those lists nor
referred to from them.  As a net below that, every object's first two words are
looked up in the child's memory; an object that was not there, or is dead on
a free list that some tp_traverse visits (_asyncio's in 3.12), is left out and
named in meta.json ("late").

Facts: the Python documentation of gc, sys and weakref; fork(2), core(5).
"""
import array
import ctypes
import gc
import os
import signal
import sys
import time

from account import (FREE_THREADED, closure, measurer, quote, warm,
                     write_account, write_stacks)

libc = ctypes.PyDLL(None)
# Bound once: the interpreter hands out a new function object each time a
# name is looked up on the library for the first time.
FORK, PAUSE, DUP2, SETSID, EXIT = (
    libc.fork, libc.pause, libc.dup2, libc.setsid, libc._exit)
# Bound before a workload may put others in their place (gevent's monkey).
sleep, wait, waitpid, spawn = time.sleep, os.wait, os.waitpid, os.posix_spawnp
CLEAR_CACHE = getattr(sys, "_clear_internal_caches", None) or \
    sys._clear_type_cache
SETTLING = 0.2  # seconds until threads have come to rest
FOR_EVER = 1e6  # seconds


def own_frames():
    """Addresses of the frames that are running.  From 3.11 on a frame
    object is made when asked for, so none is in the core."""
    if sys.version_info >= (3, 11):
        return []
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(id(frame))
        frame = frame.f_back
    return found


def allocator():
    """Which one the interpreter was told to use, and its hooks, in the words
    of coil-info.  Source: the documentation of PYTHONMALLOC."""
    word = os.environ.get("PYTHONMALLOC", "")
    debug = hasattr(sys, "gettotalrefcount")  # a Py_DEBUG build
    name = "mimalloc" if FREE_THREADED else "pymalloc"
    if word.startswith(("malloc", "mimalloc")):
        name = word.split("_")[0]
    hooks = word.endswith("debug") or debug and word in ("", "default")
    return name, "debug" if hooks else "none"


def wait_until_paused(pid, stats):
    """Until the child has written its statistics and sleeps in pause."""
    quiet = 0
    for _ in range(3000):
        fd = os.open("/proc/%d/stat" % pid, os.O_RDONLY)
        state = os.read(fd, 1000).rpartition(b")")[2].split()[0]
        os.close(fd)
        if state == b"Z":
            break
        quiet = quiet + 1 if state == b"S" and os.stat(stats).st_size else 0
        if quiet == 3:
            return
        sleep(0.02)
    sys.exit("record.py: the child did not come to rest")


def dump(pid, how, directory):
    """Have the process @pid dumped; it is dead afterwards."""
    core = os.path.join(directory, "core")
    if how == "gcore":
        null = os.open(os.devnull, os.O_RDWR)
        # gdb's own Python may know less allocators.
        env = {k: v for k, v in os.environ.items() if k != "PYTHONMALLOC"}
        gdb = spawn(
            "gcore", ["gcore", "-o", core, str(pid)], env,
            file_actions=[(os.POSIX_SPAWN_DUP2, null, 1),
                          (os.POSIX_SPAWN_DUP2, null, 2)])
        waitpid(gdb, 0)
        if os.path.exists("%s.%d" % (core, pid)):
            os.rename("%s.%d" % (core, pid), core)
    elif how == "kernel":
        os.kill(pid, signal.SIGABRT)
        _, status = waitpid(pid, 0)
        for name in os.listdir(directory):
            if name.startswith("core") and os.WCOREDUMP(status):
                os.rename(os.path.join(directory, name), core)
        return os.path.exists(core)
    os.kill(pid, signal.SIGKILL)
    waitpid(pid, 0)
    return how == "none" or os.path.exists(core)


def prepare_kernel():
    """A core of everything, in the working directory."""
    import resource
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    with open("/proc/self/coredump_filter", "w") as f:
        f.write(os.environ.get("FILTER") or "0x3f")


def nothing(*_):
    pass


def be_alone():
    """Go on in a child, where no other thread runs.  None may be asking for
    the interpreter lock when it is forked: the child would wait for it."""
    sys.setswitchinterval(FOR_EVER)
    sleep(SETTLING)
    pid = FORK()
    if pid:
        EXIT(1 if waitpid(pid, 0)[1] else 0)


def count_blocks(fd):
    """In a process of its own, for mimalloc tidies its lists while it counts:
    those in the core are as they came.  Between the fork and the count nothing
    is allocated that is not given back; the number is written twice, and is
    the same if that is true."""
    blocks, write = sys.getallocatedblocks, os.write
    if FORK() == 0:
        write(fd, b"%d\n" % blocks())
        write(fd, b"%d\n" % blocks())
        EXIT(0)


def fork_both(null, stats, garbage, collect_others):
    """Fork the process that is dumped and the one that collects; return
    their ids in the parent only.  No allocation stands between the
    statistics and the pause."""
    show, collect, debug = sys._debugmallocstats, gc.collect, gc.set_debug
    pid = FORK()
    if pid == 0:
        SETSID()
        DUP2(null, 0)
        DUP2(null, 1)
        DUP2(stats, 2)
        show()
        while True:
            PAUSE()
    collector = FORK()
    if collector == 0:
        DUP2(null, 1)
        DUP2(garbage, 2)
        debug(gc.DEBUG_COLLECTABLE)
        collect()
        collect_others()
        EXIT(0)
    return pid, collector


def write_reprs(path, reprs):
    """A line an object; null where its class has a repr of its own."""
    with open(path, "w") as f:
        for address, kind, text in reprs:
            f.write('{"address":"0x%016x","type":%s,"repr":%s}\n' % (
                address, quote(kind.__name__),
                "null" if text is None else quote(text)))


def main(argv):
    options = {"--size": "0", "--dump": "gcore"}
    while argv and argv[0] in options:
        options[argv[0]] = argv[1]
        argv = argv[2:]
    if len(argv) != 2:
        sys.exit(__doc__.split("\n\n")[1].strip())
    workload, directory = os.path.abspath(argv[0]), os.path.abspath(argv[1])
    os.makedirs(directory, exist_ok=True)
    os.chdir(directory)  # where the kernel puts the core
    if options["--dump"] == "kernel":
        prepare_kernel()
    sys.path.insert(0, os.path.dirname(workload))
    module = __import__(os.path.basename(workload)[:-len(".py")])

    gc.collect()
    gc.disable()
    before = array.array("Q", [id(o) for o in closure(
        [gc.get_objects()], own_frames())])
    kept = module.build(int(options["--size"]))
    # Addresses only: no reference that the workload did not make.
    held_by_c = {}
    if hasattr(module, "held_by_c"):
        held_by_c = module.held_by_c()

    # What asking changes is changed before: up to 3.10 sys.getsizeof makes
    # static types ready that nobody has used, and code gets its cache.  Not
    # later: 3.12's _asyncio shows the dead objects of its free list, and a
    # reference to one, taken and dropped, frees it again.
    if sys.version_info < (3, 11):
        warm()
        closure([gc.get_objects()], own_frames(), measurer([]))

    opened = os.O_RDWR | os.O_CREAT | os.O_TRUNC
    null = os.open(os.devnull, os.O_RDWR)
    stats = os.open("stats.txt", opened, 0o600)
    garbage = os.open("garbage.txt", opened, 0o600)
    blocks = None
    if FREE_THREADED:
        blocks = os.open("blocks.txt", opened, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    # A workload with interpreters of its own: see subinterpreters.py.
    others = getattr(module, "account_of_others", nothing)
    collect_others = getattr(module, "collect_others", nothing)
    getattr(module, "settle", nothing)()
    # The type cache alone holds some names (enum's "_Bits__in_progress"): the
    # account would put others in their place, and a name that dies leaves the
    # table of interned strings, in which it stands in the core.
    CLEAR_CACHE()
    be_alone()
    if blocks is not None:
        count_blocks(blocks)
    pid, collector = fork_both(null, stats, garbage, collect_others)
    generations = [gc.get_objects(0), gc.get_objects(1), gc.get_objects(2)]
    own = own_frames()

    waitpid(collector, 0)
    if blocks is not None:
        wait()  # for the one that counts; the other one sleeps
    wait_until_paused(pid, "stats.txt")
    try:
        written, late, made = write_account("account.jsonl", generations,
                                            before, own, pid, held_by_c,
                                            others is nothing)
        others(pid)
        write_stacks("stacks.jsonl")
        if hasattr(module, "reprs"):
            write_reprs("reprs.jsonl", module.reprs())
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise
    with open("meta.json", "w") as f:
        f.write('{"workload":%s,"version":%s,"hexversion":%d,"executable":%s,"pid":%d,'
                '"allocator":"%s","allocator_hooks":"%s",'
                '"free_threaded":%s,'
                '"own":[%s],"objects":%d,"late":[%s],"made":%d}\n' % (
                    quote(module.__name__),
                    quote(sys.version.split()[0]), sys.hexversion,
                    quote(sys.executable), pid, *allocator(),
                    "true" if FREE_THREADED else "false",
                    ",".join(['"0x%016x"' % a for a in own]),
                    written, ",".join(late), made))
    done = dump(pid, options["--dump"], directory)
    print("%d objects, %d late, %d made" % (written, len(late), made))
    if not done:
        print("no core was written", file=sys.stderr)
    sys.stdout.flush()
    del kept
    EXIT(0 if done else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
