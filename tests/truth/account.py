# SPDX-License-Identifier: MIT
"""What the interpreter says of each of its objects, written down.

Runs inside the process that is described (see record.py), so it must change
nothing that existed before: no import, no codec, no attribute of an
instance, no getter that stores what it makes, no method of a class that Python
code wrote: types are compared by identity, for a metaclass may say what is
equal.

Facts: which fields of code objects and types are stored and which are made
on access is from CPython's Objects/codeobject.c and Objects/typeobject.c.
"""
import gc
import os
import sys
import types
import weakref
from _thread import get_ident

MEMORY = "/proc/%d/mem"
# The build without the interpreter lock: two counts, and no lists.
FREE_THREADED = "free-threading" in sys.version
DEFERRED = 64  # _PyGC_BITS_DEFERRED
HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE
STATIC = 500000000  # 3.11's static objects start at 999,999,999 references
HAVE_GC = 1 << 14  # Py_TPFLAGS_HAVE_GC
# Py_TPFLAGS_PREHEADER: two words before the object, from 3.11 on.
PREHEADER = 1 << 3 | 1 << 4 if sys.version_info >= (3, 12) else \
    1 << 4 if sys.version_info >= (3, 11) else 0
OPTIMIZED = 1  # CO_OPTIMIZED: no class body, no module
LONGEST_VALUE = 60  # strings and bytes up to this length are recorded

try:
    import ctypes
    new_str = ctypes.pythonapi.PyUnicode_New
    new_str.argtypes = (ctypes.c_ssize_t, ctypes.c_uint)
    new_str.restype = ctypes.py_object
    write_char = ctypes.pythonapi.PyUnicode_WriteChar
    # By address: the string must have no reference but the caller's.
    write_char.argtypes = (ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_uint)
except ImportError:  # an isolated interpreter
    new_str = write_char = None

# The getters of type itself: a metaclass cannot stand in between.
type_name = type.__dict__["__qualname__"].__get__
type_short_name = type.__dict__["__name__"].__get__
type_module = type.__dict__["__module__"].__get__
type_mro = type.__dict__["__mro__"].__get__
type_bases = type.__dict__["__bases__"].__get__
type_base = type.__dict__["__base__"].__get__
type_dict = type.__dict__["__dict__"].__get__
type_flags = type.__dict__["__flags__"].__get__
type_subclasses = type.__dict__["__subclasses__"]
ref_callback = weakref.ref.__dict__["__callback__"].__get__
PROXIES = frozenset([id(weakref.ProxyType), id(weakref.CallableProxyType)])

REPRS = frozenset(map(id, (float, complex, bool, type(None))))
TEXTS = frozenset(map(id, (str, bytes)))

CODE_FIELDS = ["co_consts", "co_names", "co_filename", "co_name"]
CODE_NAMES = []  # made on access: their elements are stored, not they
if sys.version_info >= (3, 11):
    CODE_FIELDS += ["co_qualname", "co_linetable", "co_exceptiontable"]
    # From 3.12 on, asking stores the tuple in the code object.
    if sys.version_info < (3, 12):
        CODE_NAMES = ["co_varnames", "co_cellvars", "co_freevars"]
else:
    CODE_FIELDS += ["co_code", "co_varnames", "co_cellvars", "co_freevars"]
    CODE_FIELDS += ["co_linetable" if sys.version_info >= (3, 10)
                    else "co_lnotab"]


def has_base(cls, base):
    for other in type_mro(cls) or ():  # None: a static type not made ready
        if other is base:
            return True
    return False


def of_code(code):
    found = [getattr(code, name) for name in CODE_FIELDS]
    for name in CODE_NAMES:
        found.extend(getattr(code, name))
    return found


def of_type(cls):
    if type_mro(cls) is None:
        return []
    found = [type_mro(cls), type_base(cls), type_bases(cls)]
    found.extend(gc.get_referents(type_dict(cls)))
    found.extend(type_subclasses(cls) if not has_base(cls, type)
                 else type.__subclasses__(cls))
    if type_flags(cls) & HEAP_TYPE:
        found += [type_name(cls), type_short_name(cls)]
    return [o for o in found if o is not None]


def of_range(r):
    return [r.start, r.stop, r.step]


def of_descriptor(descriptor):
    return [descriptor.__name__, descriptor.__objclass__]


def of_weakref(ref):
    referent = weakref.ref.__call__(ref)
    return [] if referent is None else [referent]


# What a type stores and its tp_traverse (if any) does not visit.
STORED = [
    (types.CodeType, of_code),
    (dict, dict.__iter__),
    (range, of_range),
    (type(str.join), of_descriptor),
    (type(str.__len__), of_descriptor),
    (types.GetSetDescriptorType, of_descriptor),
    (types.MemberDescriptorType, of_descriptor),
    (weakref.ref, of_weakref),
    (type, of_type),
]


def stored_by(cls):
    """The function that lists what instances of @cls store besides what
    the collector sees, or None."""
    for base, function in STORED:
        if has_base(cls, base):
            return function
    return None


def warm():
    """Call what a closure calls once a type often enough for the cache that
    code gets up to 3.10 (OPCACHE_MIN_RUNS, Python/ceval.c: 1,024 calls);
    sys.getsizeof counts it."""
    for function, argument in [
            (stored_by, type), (of_type, type), (of_range, range(0)),
            (of_code, warm.__code__), (of_descriptor, str.join),
            (of_weakref, weakref.ref(warm)), (size_as_told, warm),
            (sizer, type)]:
        for _ in range(1100):
            function(argument)


def closure(lists, leave_out, look=None):
    """Every object of @lists and what can be reached from it, without
    following the objects whose addresses are in @leave_out.  @look is called
    with each before there is a new reference to what it alone refers to."""
    order = []
    seen = set(leave_out)
    handlers = {}
    for start in lists:
        for o in start:
            if id(o) not in seen:
                seen.add(id(o))
                order.append(o)
    for o in order:  # grows meanwhile
        cls = type(o)
        if look is not None:
            look(o)
        if id(cls) not in handlers:
            handlers[id(cls)] = stored_by(cls)
        found = gc.get_referents(o)
        found.append(cls)
        handler = handlers[id(cls)]
        if handler is not None:
            found.extend(handler(o))
        for other in found:
            if id(other) not in seen:
                seen.add(id(other))
                order.append(other)
    return order


def size_as_told(o):
    return sys.getsizeof(o, -1)


def sizer(cls):
    """What sys.getsizeof adds up for instances of @cls, as a function of one:
    by the nearest __sizeof__ that is C's.  One that Python code wrote is no
    part of how the object stands in memory, and may make and keep objects
    (pandas' frames fill their caches)."""
    first = True
    mro = type_mro(cls)
    if mro is None:  # a static type: sys.getsizeof would make it ready
        method, first = object.__sizeof__, False
    for base in mro or ():
        method = type_dict(base).get("__sizeof__")
        if type(method) is types.MethodDescriptorType:
            break
        first = first and method is None
    if first:
        return size_as_told
    # What sys.getsizeof adds.
    flags = type_flags(cls)
    before = (16 if flags & HAVE_GC and not FREE_THREADED else 0) + \
        (16 if flags & PREHEADER else 0)
    return lambda o: method(o) + before


def measurer(sizes):
    """A function that appends an object's size to @sizes."""
    known = {}

    def measure(o):
        cls = type(o)
        if id(cls) not in known:
            known[id(cls)] = sizer(cls)
        sizes.append(known[id(cls)](o))

    return measure


def full_name(cls):
    """module.qualname, built-ins bare, as type's own repr has it."""
    name = type_name(cls)
    try:
        module = type_module(cls)
    except AttributeError:
        return name
    if not has_base(type(module), str):
        return name
    module = str.__str__(module)  # celery's proxies have a subclass
    return name if module == "builtins" else module + "." + name


def quote(text):
    """As a JSON string."""
    if text.isascii() and text.isprintable() and \
            '"' not in text and "\\" not in text:
        return '"%s"' % text
    out = []
    for c in text:
        n = ord(c)
        if c in '"\\':
            out.append("\\" + c)
        elif 32 <= n < 127:
            out.append(c)
        elif n < 0x10000:
            out.append("\\u%04x" % n)
        else:
            n -= 0x10000
            out.append("\\u%04x\\u%04x" % (0xd800 + (n >> 10),
                                           0xdc00 + (n & 0x3ff)))
    return '"%s"' % "".join(out)


def is_interned(s, alone):
    """True, False, or None where nothing can tell: 3.12 can ask its own table
    only, and interpreters beside each other have each other's strings."""
    if hasattr(sys, "_is_interned"):
        return sys._is_interned(s)
    if not s:
        return None  # there is but one
    if len(s) == 1:  # slicing would give the cached one
        if new_str is None:
            return None
        copy = new_str(1, ord(s))
        write_char(id(copy), 0, ord(s))
    else:
        copy = (s + s[0])[:-1]
    found = sys.intern(copy) is s
    return found if found or alone or sys.version_info < (3, 12) else None


def value_of(o, cls):
    if cls is int:
        return repr(o) if o.bit_length() <= 4 * LONGEST_VALUE else None
    if id(cls) in REPRS:
        return repr(o)
    if id(cls) in TEXTS and len(o) <= LONGEST_VALUE:
        return repr(o)
    return None


def biased(head):
    """Py_REFCNT() of Include/refcount.h, less what is added while only the
    collector may free the object, which is no reference; and the type."""
    count = int.from_bytes(head[12:16], "little")
    if count != 0xffffffff:
        count += int.from_bytes(head[16:24], "little", signed=True) >> 2
        if head[11] & DEFERRED:
            count -= 1 if sys.version_info < (3, 14) else sys.maxsize // 8
    return count, int.from_bytes(head[24:], "little")


class Child:
    """The memory of the process in the core, as a net: was it there?"""

    def __init__(self, pid):
        self.fd = os.open(MEMORY % pid, os.O_RDONLY)

    def words(self, address):
        """The reference count (low 32 bits from 3.12 on) and the type; 0 and
        0 where there was no memory."""
        try:
            raw = os.pread(self.fd, 32 if FREE_THREADED else 16, address)
        except OSError:
            return 0, 0
        if FREE_THREADED:
            return biased(raw)
        count = int.from_bytes(raw[:8], "little", signed=True)
        if count >> 32 & 0xffff:  # an address: the block was free
            count = 0
        if sys.version_info >= (3, 12):
            count &= 0xffffffff
        return count, int.from_bytes(raw[8:], "little")


class Output:
    """A file that is written without codecs, which may import modules and
    so change what is being described."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        self.parts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.flush()
        os.close(self.fd)

    def write(self, text):
        self.parts.append(text)
        if len(self.parts) >= 5000:
            self.flush()

    def flush(self):
        data = memoryview("".join(self.parts).encode("ascii"))
        self.parts.clear()
        while data:
            data = data[os.write(self.fd, data):]


HEX = "0x%016x"


def write_account(path, generations, before, own, pid, held_by_c, alone):
    """Write the account.  Order matters: what may change by looking comes
    before what changes it.  io.BytesIO's size counts its bytes while nothing
    else refers to them; interning comes last.  @alone: there is no other
    interpreter."""
    sizes = []
    order = closure(generations, own, measurer(sizes))
    generation = {}
    if not FREE_THREADED:  # there is but one
        for number, members in enumerate(generations):
            for o in members:
                generation[id(o)] = number
    child = Child(pid)
    old = set(before)
    names, is_ref = {}, {}
    late, made = {}, 0
    for o in order:
        count, type_word = child.words(id(o))
        if count <= 0 or type_word != id(type(o)):
            late[id(o)] = '"0x%016x %s"' % (id(o), full_name(type(o)))
    with Output(path) as out:
        for size, o in zip(sizes, order):
            address, cls = id(o), type(o)
            count, _ = child.words(address)
            if address in late:
                continue
            if id(cls) not in names:
                names[id(cls)] = quote(full_name(cls))
                is_ref[id(cls)] = has_base(cls, weakref.ref)
            refs = gc.get_referents(o)
            line = ['{"address":"%s","type":%s,"type_address":"%s",'
                    '"size":%d,"refcount":%d,"tracked":%s,"generation":%s' % (
                        HEX % address, names[id(cls)], HEX % id(cls), size,
                        count, "true" if gc.is_tracked(o) else "false",
                        generation.get(address, "null"))]
            line.append(',"referents":[%s]' % ",".join(
                ['"0x%016x"' % id(r) for r in refs if id(r) not in late]))
            if address not in old and count < STATIC:
                line.append(',"made":true')
                made += 1
            if address in held_by_c:
                line.append(',"held_by_c":%d' % held_by_c[address])
            weak = weakref.getweakrefs(o)
            if weak:
                line.append(',"weakrefs":[%s]' % ",".join(
                    ['"0x%016x"' % id(r) for r in weak]))
                for r in weak:
                    if id(type(r)) in PROXIES:  # only the referent can tell
                        called = gc.get_referents(r)
                        out.write('{"proxy":"%s","referent":"%s",'
                                  '"callback":%s}\n' % (
                                      HEX % id(r), HEX % address,
                                      '"%s"' % (HEX % id(called[0]))
                                      if called else "null"))
            if is_ref[id(cls)]:
                referent = weakref.ref.__call__(o)
                callback = ref_callback(o)
                line.append(',"weak":{"referent":%s,"callback":%s}' % (
                    "null" if referent is None
                    else '"%s"' % (HEX % id(referent)),
                    "null" if callback is None
                    else '"%s"' % (HEX % id(callback))))
            if cls is str:
                interned = is_interned(o, alone)
                if interned is not None:
                    line.append(',"interned":%s' %
                                ("true" if interned else "false"))
            value = value_of(o, cls)
            if value is not None:
                line.append(',"value":%s' % quote(value))
            line.append("}\n")
            out.write("".join(line))
    return len(order) - len(late), list(late.values()), made


def cells_of_body(frame):
    """The variables of a class body that are cells and, from 3.13 on, no part
    of f_locals: those of functions around it, and its own namespace."""
    found = []
    names = set(frame.f_locals)
    for name in frame.f_code.co_freevars:
        outer = frame.f_back
        while name not in outer.f_code.co_cellvars + outer.f_code.co_freevars:
            outer = outer.f_back
        if name in outer.f_locals:
            found.append((name, outer.f_locals[name]))
    if "__classdict__" in frame.f_code.co_cellvars and \
            "__classdict__" not in names:
        found.append(("__classdict__", frame.f_locals))
    return found


def write_stacks(path):
    """Write the frames of the other threads, innermost first.  Asking makes
    frame objects and dicts of variables, so it comes last."""
    frames = sys._current_frames()
    del frames[get_ident()]
    with Output(path) as out:
        for thread, frame in frames.items():
            depth = 0
            while frame is not None:
                code = frame.f_code
                own = frame.f_locals is not frame.f_globals
                variables = list(frame.f_locals.items()) if own else []
                if not code.co_flags & OPTIMIZED:
                    variables += cells_of_body(frame)
                out.write('{"thread":%d,"depth":%d,"function":%s,"file":%s,'
                          '"line":%d,"locals":[%s]}\n' % (
                              thread, depth,
                              quote(getattr(code, "co_qualname",
                                            code.co_name)),
                              quote(code.co_filename), frame.f_lineno,
                              ",".join(['[%s,"0x%016x"]' % (quote(n), id(v))
                                        for n, v in variables])))
                frame = frame.f_back
                depth += 1
