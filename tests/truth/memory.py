# SPDX-License-Identifier: MIT
"""Where in the memory of a core the address of an object stands, read without
coil: what shows that references beyond those found are really held by the
variables of C code, or by nothing at all.

Facts: elf(5), core(5); NT_FILE from the kernel's fs/binfmt_elf.c.  The first
reference to a static object is that of its initializer (PyObject_HEAD_INIT).
"""
import array
import bisect
import mmap
import os
import struct
from collections import Counter

PT_LOAD, PT_NOTE, PF_W, NT_FILE, SHT_DYNSYM = 1, 4, 2, 0x46494c45, 11
STEP = 1 << 22  # bytes looked at at once
HEADER = 32  # bytes before an object, at most

# Workload: {type, or "*": who holds objects of it in C memory}: what that is
# nobody can count, but there must be as many words of it.
SQLITE = "in SQLite, which calls it (callback_context of _sqlite)"
CYTHON = "in the table of code objects that Cython keeps " \
    "(__Pyx_insert_code_object)"
IN_C = {
    "celery_app": {name: "on the C stack of the worker's thread"
                   for name in ("tuple", "kombu.transport.memory.Transport")},
    "django_app": {"function": SQLITE, "module": SQLITE, "type": SQLITE},
    "gevent_app": {"*": "on the saved C stack of a suspended greenlet"},
    "gi_app": {"*": "in a closure or another of GLib's structs"},
    "lxml_app": {"code": CYTHON},
    "pandas_app": {"code": CYTHON,
                   "_io.StringIO": "in a parser's source (new_rd_source())"},
    "sqlalchemy_app": {"function": SQLITE, "module": SQLITE},
}


def program_headers(data):
    """(type, flags, offset, address, bytes in the file, in memory)"""
    first, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for i in range(count):
        kind, flags, offset, address, _, in_file, in_memory, _ = \
            struct.unpack_from("<IIQQQQQQ", data, first + i * size)
        yield kind, flags, offset, address, in_file, in_memory


def mapped_files(data, offset, size):
    """NT_FILE: the file of each mapping and where it starts."""
    end = offset + size
    while offset + 12 <= end:
        name, length, kind = struct.unpack_from("<III", data, offset)
        at = offset + 12 + (name + 3) // 4 * 4
        if kind == NT_FILE:
            count, = struct.unpack_from("<Q", data, at)
            names = data[at + 16 + 24 * count:at + length].split(b"\0")
            for i in range(count):
                start, = struct.unpack_from("<Q", data, at + 16 + 24 * i)
                yield os.fsdecode(names[i]), start
        offset = at + (length + 3) // 4 * 4


def dynamic_symbol(data, name):
    """Address in the file's terms and size, or (0, 0)."""
    at, = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, at + i * size)
                for i in range(count)]
    for section in sections:
        if section[1] != SHT_DYNSYM:
            continue
        names = sections[section[6]][4]
        for at in range(section[4], section[4] + section[5], 24):
            text, _, _, _, value, size = struct.unpack_from("<IBBHQQ", data,
                                                            at)
            end = names + text + len(name)
            if value and data[names + text:end + 1] == name + b"\0":
                return value, size
    return 0, 0

# Workload: types of which C code takes references that it never gives back:
# more than there are words.
LEAKED = {
    # pygobject: the class of each variant and of each object it wraps.
    "gi_app": {"gi.types.GObjectMeta", "gi.types.StructMeta"},
}


class Core:
    """Captured memory, and the modules' writable segments."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
        self.loads, self.starts = [], {}
        for kind, _, offset, address, in_file, _ in program_headers(self.data):
            if kind == PT_LOAD and in_file:
                self.loads.append((address, address + in_file, offset))
            elif kind == PT_NOTE:
                for name, start in mapped_files(self.data, offset, in_file):
                    self.starts[name] = min(start,
                                            self.starts.get(name, start))
        self.variables = []  # start, end, module
        self.runtime = (0, 0)  # the interpreter's state, which coil knows
        for name, start in self.starts.items():
            try:
                with open(name, "rb") as f:
                    data = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError):
                continue
            if data[:4] == b"\x7fELF" and data[4] == 2:
                self.variables += self.segments(name, start, data)
        self.variables.sort()

    def segments(self, name, start, data):
        loads = [h for h in program_headers(data) if h[0] == PT_LOAD]
        bias = start - min(h[3] for h in loads) // 4096 * 4096
        where, size = dynamic_symbol(data, b"_PyRuntime")
        if size:
            self.runtime = bias + where, bias + where + size
        return [(bias + address, bias + address + in_memory,
                 os.path.basename(name))
                for _, flags, _, address, _, in_memory in loads
                if flags & PF_W]

    def find(self, wanted):
        """(where, address) of each word that is one of @wanted."""
        for start, end, offset in self.loads:
            for at in range(0, end - start, STEP):
                size = min(STEP, end - start - at) // 8 * 8
                words = array.array("Q")
                words.frombytes(self.data[offset + at:offset + at + size])
                if wanted.isdisjoint(words):
                    continue
                for i, word in enumerate(words):
                    if word in wanted:
                        yield start + at + i * 8, word

    def module_at(self, address):
        """The module one of whose variables stands at @address."""
        i = bisect.bisect(self.variables, (address, 1 << 64, ""))
        if i and self.variables[i - 1][1] > address and \
                not self.runtime[0] <= address < self.runtime[1]:
            return self.variables[i - 1][2]
        return None


class Words:
    """The words that are the address of one object."""

    def __init__(self):
        self.variables = []  # (module, where)
        self.in_c = 0        # in memory that is no object's; of the others
        self.instances = 0   # where it is the type of an object
        self.others = 0      # in objects, in other memory

    def __str__(self):
        return "%d in variables, %d of instances, %d others" % (
            len(self.variables), self.instances, self.others)


def words_of(core, wanted, objects):
    """Words by address of the object.  @objects: address: coil's node.  A
    word of a static object is no variable."""
    inside = set()
    for address, node in objects.items():
        if node.static and core.module_at(address):
            # Nobody's variables are shorter than what the object says.
            inside.update(range(address, address + min(node.size, 408), 8))
    starts = sorted(objects)
    found = {address: Words() for address in wanted}
    for at, address in core.find(frozenset(wanted)):
        module = core.module_at(at)
        if at - 8 in objects and objects[at - 8].type_address == address:
            found[address].instances += 1
        elif module and at not in inside:
            found[address].variables.append((module, at))
        else:
            found[address].others += 1
            found[address].in_c += not in_object(starts, objects, at)
    return found


def in_object(starts, objects, at):
    """Whether a word is of an object, its header included."""
    i = bisect.bisect(starts, at + HEADER)
    if not i:
        return False
    return at < starts[i - 1] + (objects[starts[i - 1]].allocated or 0)


class Judge:
    """Explains references that a count has beyond those that objects hold, by
    what stands in memory."""

    def __init__(self, path, wanted, objects, edges, workload):
        self.objects, self.edges = objects, edges
        self.in_c = IN_C.get(workload, {})
        self.leaked = LEAKED.get(workload, ())
        self.core = Core(path) if wanted else None
        self.words = words_of(self.core, wanted, objects) if wanted else {}
        self.rules = Counter()
        self.modules = Counter()
        self.leaks = []

    def in_c_memory(self, address, words, known, left, rules):
        """Whether @left references may be in C memory: known ones whose words
        are no object's have theirs there too (the array of a long list)."""
        name = self.objects[address].type
        why = self.in_c.get(name, self.in_c.get("*"))
        room = words.in_c - max(known - (words.others - words.in_c), 0)
        if why is None or room < left and name not in self.leaked:
            return False
        rules[why] += min(left, room)
        if room < left:
            self.leaks.append((address, left - room))
        return True

    def explain(self, address, excess, most):
        """Whether the @excess over @most is held by variables of modules, is
        the first reference of a static object, is in C memory of which IN_C
        tells, or was leaked: there are no more words in memory than references
        known."""
        words, rules = self.words[address], Counter()
        if self.core.module_at(address):
            excess -= 1
            rules["the first reference of a static object"] += 1
        left = max(excess - most, 0)
        if left and words.variables:
            rules["variables of modules"] += min(left, len(words.variables))
            self.modules.update({m for m, _ in words.variables})
            left = max(left - len(words.variables), 0)
        if left:
            known = self.edges.counted_in.get(address, 0) - \
                self.edges.instances_in[address]
            if words.others <= known:
                rules["leaked by C code, no word in memory is left"] += left
                self.leaks.append((address, left))
            elif not self.in_c_memory(address, words, known, left, rules):
                return False
        if excess < 0:
            return False
        self.rules += rules
        return True
