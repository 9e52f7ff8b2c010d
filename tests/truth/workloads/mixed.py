# SPDX-License-Identifier: MIT
"""One of everything, and of everything in all its states: built-ins, types
of the standard library's C modules, instances of every storage, iterators,
generators, exceptions, weak references, threads, freed objects, garbage.

build() returns a list of what its parts return.  Each part is on its own,
so that a release that lacks something loses one part only."""
import abc
import array
import ast
import asyncio
import bz2
import codecs
import collections
import contextlib
import contextvars
import csv
import ctypes
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import gc
import hashlib
import io
import itertools
import json
import lzma
import mmap
import operator
import os
import pathlib
import pickle
import queue
import random
import re
import select
import selectors
import socket
import sqlite3
import ssl
import string
import struct
import sys
import tempfile
import threading
import time
import types
import typing
import unicodedata
import weakref
import xml.etree.ElementTree
import zlib
from xml.parsers import expat

NEW = sys.version_info
if NEW >= (3, 9):
    import zoneinfo

# What C code makes when first asked and keeps in static variables is not the
# workload's: the empty context, decimal's context variable, ctypes' arrays;
# up to 3.10 the empty frozenset (emptyfrozenset, Objects/setobject.c), the
# name of modules' code (module, Python/compile.c), the text of list's
# IndexError (indexerr, Objects/listobject.c), the mark between positional and
# named arguments of an lru_cache (kwd_mark, Modules/_functoolsmodule.c).
WARM = [contextvars.Context(), decimal.getcontext(), ctypes.c_int * 2,
        frozenset(), compile("", "", "exec"), functools.lru_cache()(max)]
WARM[-1](0, 1, key=None)
try:
    print([][0])
except IndexError as e:
    WARM.append(e.args)


def numbers():
    return [
        [-6, -5, 0, 1, 255, 256, 257, 1024, 1025, 2 ** 30 - 1, 2 ** 30],
        [2 ** 60, -(2 ** 60), 2 ** 61, 10 ** 100, -(7 ** 3000), 1 << 100000],
        [float("nan"), float("inf"), -0.0, 0.0, 1.5, 1e300, 5e-324, 1 / 3],
        [complex(1, -2), complex("nan"), 3j, True, False, None, ...],
        [NotImplemented, decimal.Decimal("1.10"), decimal.Decimal(10) ** 50],
        [decimal.Decimal("NaN"), fractions.Fraction(7, 3)],
        decimal.Context(prec=5), decimal.localcontext(),
        # Equal to small ints and made another way.
        [int("300") for _ in range(3)], int.from_bytes(b"\1" * 40, "big"),
    ]


def strings():
    n = len(sys.argv)
    cached = "grün %d" % n
    # Opening a file by such a name caches the UTF-8 form in the object.
    names = [cached, "日本 %d" % n, "\U0001f600 %d" % n]
    for name in names:
        getattr(types, name, None)
        setattr(types.SimpleNamespace(), name, 1)
        codecs.lookup_error("strict")
        try:
            getattr(1, name)
        except AttributeError:
            pass
        try:
            codecs.lookup(name)
        except (LookupError, UnicodeError):
            pass
        ctypes.pythonapi.PyUnicode_AsUTF8(ctypes.py_object(name))

    class Str(str):
        pass

    class SlotStr(str):
        __slots__ = ()

    shared = sys.intern("interned %d" % n)
    return [
        names, shared, "".join(["not ", "interned ", str(n)]),
        ["a%d" % n, "\xe9%d" % n, "\u20ac%d" % n, "\U00010000%d" % n],
        ["", "a", "\xe9", "\u20ac", "\U0001f600", "\0", "\ud800x", "tab\t\n"],
        ["x" * k for k in (100, 463, 464, 465, 1000, 100000)],
        ["\u0416" * k for k in (1, 7, 200, 300)],
        [Str("ascii sub"), Str("\xe9 sub"), Str("\u20ac"), Str("\U0001f600")],
        [Str(""), SlotStr("slots"), SlotStr("\xff")],
        "%s-%d" % ("formatted", n), "joined " * (n + 1),
        [b"", b"a", b"\xff", b"bytes %d" % n, bytes(600), bytes(70000)],
    ]


def buffers():
    grown = bytearray(b"x" * 10)
    for _ in range(100):
        grown += b"yy"
    shrunk = bytearray(5000)
    del shrunk[100:]
    front = bytearray(b"0123456789" * 10)
    del front[:7]  # moves the start, keeps the block
    exported = bytearray(64)
    view = memoryview(exported)
    released = memoryview(b"gone")
    released.release()
    numbers_ = array.array("d", range(50))
    numbers_.extend([1.0, 2.0])
    mapped = mmap.mmap(-1, 8192)
    return [
        bytearray(), grown, shrunk, front, exported, view, view[3:40:2],
        view.cast("I"), released, memoryview(numbers_), memoryview(b"of bytes"),
        memoryview(bytearray(24)).cast("B", (4, 6)), memoryview(mapped),
        numbers_, array.array("u" if NEW < (3, 13) else "w", "text"),
        array.array("B"), array.array("q", [1]), mapped,
        struct.Struct("<IHd"), struct.iter_unpack("<H", b"123456"),
        io.BytesIO(b"held"), io.BytesIO(b"x").getbuffer(), io.StringIO("text"),
        pickle.PickleBuffer(b"pb"),
    ]


def sequences():
    grown = []
    for k in range(70):
        grown.append([k])
    popped = list(range(100))
    del popped[3:]
    cleared = [object()]
    cleared.clear()
    selfish = []
    selfish.append(selfish)
    small = (1, "two", 3.0)
    gc.collect()  # leaves tuples of atoms untracked
    return [
        [], [None], grown, popped, cleared, selfish, [[]] * 5,
        (), small, (object(),), ([],), tuple(range(600)), ((1, 2), (3, (4,))),
        range(0), range(10), range(10 ** 20, 10 ** 21, 10 ** 19),
        slice(None), slice(1, [2], "x"), list(range(1000)), tuple("abc"),
    ]


def sets():
    emptied = {object() for _ in range(50)}
    while len(emptied) > 2:
        emptied.pop()
    cleared = set("abc")
    cleared.clear()
    cleared.add(("again",))
    return [
        set(), {1}, {"a", "b", (1, 2)}, set(range(5)), set(range(100)),
        frozenset(), frozenset("abc"), frozenset([frozenset([1])]), emptied,
        cleared, {None, True, 2.5, b"x"}, {"s%d" % k for k in range(300)},
    ]


def dicts():
    class Keyed:
        def __init__(self, k):
            self.k = k

    deleted = {k: [k] for k in range(40)}
    for k in range(0, 40, 3):
        del deleted[k]
    text_deleted = {"k%d" % k: k for k in range(40)}
    for k in range(0, 40, 2):
        del text_deleted["k%d" % k]
    emptied = {"a": [1], "b": [2]}
    del emptied["a"], emptied["b"]
    cleared = {"a": []}
    cleared.clear()
    general = {"text": 1}
    general[1] = "no longer text keys only"
    popped = {k: k for k in "abcdef"}
    popped.popitem()
    nested = {"a": {"b": {"c": {}}}, ("t", 1): [{}]}
    copied = dict(deleted)
    instance = Keyed(1)
    split = instance.__dict__
    split_copy = split.copy()
    combined = Keyed(2)
    combined.__dict__["x"] = 1
    combined.__dict__[5] = "general"
    split_deleted = Keyed(3)
    split_deleted.a = 1
    del split_deleted.k
    ordered = collections.OrderedDict((k, [k]) for k in range(30))
    for k in range(0, 30, 2):
        del ordered[k]
    ordered.move_to_end(1)
    ordered_attr = collections.OrderedDict(a=1)
    ordered_attr.attribute = "kept"
    chain = collections.ChainMap({"a": 1}, {"b": 2})
    counted = collections.Counter("mississippi")
    nested_default = collections.defaultdict(
        lambda: collections.defaultdict(list))
    nested_default["a"]["b"].append(1)
    selfish = {}
    selfish["self"] = selfish
    return [
        {}, {1: 2}, {"a": 1}, {"a": []}, {1: []}, {None: None}, deleted,
        text_deleted, emptied, cleared, general, popped, nested, copied,
        instance, split, split_copy, combined, split_deleted, ordered,
        ordered_attr, collections.OrderedDict(), chain, counted,
        nested_default, collections.defaultdict(None, {"x": 1}), selfish,
        {"k%d" % k: k for k in range(300)}, {k: None for k in range(70000)},
        {object(): object() for _ in range(20)}, dict.fromkeys("abc"),
        {"a": 1}.keys(), {"a": 1}.values(), {"a": 1}.items(),
        types.MappingProxyType({"a": []}), collections.UserDict(a=1),
        collections.UserList([1]), collections.UserString("u"),
    ]


def instances():
    class Plain:
        pass

    class Two:
        def __init__(self):
            self.a, self.b = [1], "b"

    class Slots:
        __slots__ = ("a", "b", "unset")

        def __init__(self):
            self.a, self.b = [1], 2

    class Both(Slots):
        def __init__(self):
            super().__init__()
            self.c = {}

    class Weak:
        __slots__ = ("a", "__weakref__")

    class DictSlot:
        __slots__ = ("a", "__dict__")

    class Meta(type):
        def __new__(mcs, name, bases, namespace, **kw):
            cls = super().__new__(mcs, name, bases, namespace)
            cls.registry = [name]
            return cls

    class Made(metaclass=Meta):
        """With a docstring."""
        shared = ["class attribute"]

    class Abstract(abc.ABC):
        @abc.abstractmethod
        def f(self):
            pass

    class Concrete(Abstract):
        def f(self):
            return self

    class Finalized:
        def __del__(self):
            pass

    class Getattr:
        __class__ = property(lambda self: int)

        def __getattr__(self, name):
            raise AttributeError(name)

        def __eq__(self, other):
            raise TypeError

        __hash__ = None

    class Size:  # what it says is no part of how it stands in memory
        def __sizeof__(self):
            raise AssertionError("the recorder ran Python code")

    class MetaEq(type):
        def __eq__(cls, other):
            raise AssertionError("the recorder compared types")

        __hash__ = type.__hash__

    class SizedList(Size, list, metaclass=MetaEq):
        pass

    class SizedDict(Size, dict):
        __slots__ = ()

    class SizedInt(Size, int):
        pass

    many = [Plain() for _ in range(5)]
    for k in range(40):  # more than shared keys hold
        setattr(many[0], "attribute_%d" % k, [k])
    many[1].x = 1
    many[1].__dict__  # made, still split
    many[2].x = 1
    del many[2].x
    many[3].__dict__ = {"given": []}
    setattr(many[4], "non-identifier \u20ac", 1)
    different = [Two() for _ in range(4)]
    different[1].c = 3
    different[2].d = 4
    different[3].c = different[3].d = 5
    del different[3].a
    weak = Weak()
    weak.a = weakref.ref(weak)
    dictslot = DictSlot()
    dictslot.a, dictslot.other = 1, [2]
    Abstract.register(int)
    isinstance(3, Abstract)
    generic = types.new_class("Generic", (Plain,), {}, None)
    changed = Plain()
    changed.__class__ = generic
    return [many, different, Slots(), Both(), Slots.__new__(Slots), weak,
            dictslot, Made(), Made, Meta, Abstract, Concrete(), Finalized(),
            Getattr(), Size(), SizedList([1, 2, 3]), SizedDict(a=[1]),
            SizedInt(10 ** 40), generic, changed, object(), type("Empty", (), {}),
            type("Wide", (), {"__slots__": ["s%d" % k for k in range(30)]})()]


def subclasses():
    made = []
    samples = [
        (list, ([1, []],)), (dict, ({"a": []},)), (int, (10 ** 20,)),
        (str, ("text",)), (tuple, ((1, []),)), (set, ({1},)),
        (frozenset, ({1},)), (bytes, (b"b",)), (bytearray, (b"b",)),
        (float, (1.5,)), (complex, (1j,)), (Exception, ("x", [])),
        (OSError, (2, "no", "file")), (StopIteration, ([1],)),
        (KeyError, ("k",)), (UnicodeDecodeError, ("u8", b"x", 0, 1, "r")),
        (SyntaxError, ("m", ("f", 1, 2, "t"))), (ImportError, ("m",)),
        (SystemExit, (3,)), (collections.deque, ([1, []],)),
        (collections.defaultdict, (list,)), (property, (len,)),
        (collections.OrderedDict, ({"a": []},)), (type, ("T", (), {})),
        (datetime.datetime, (2020, 1, 2)), (array.array, ("i", [1])),
        (types.ModuleType, ("m",)), (functools.partial, (len, [])),
        (weakref.ref, (sys,)), (random.Random, (1,)), (io.BytesIO, (b"x",)),
        (io.StringIO, ("x",)), (decimal.Decimal, ("1.5",)),
        (threading.local, ()), (classmethod, (len,)), (staticmethod, (len,)),
        (super, (list, [])), (enumerate, ([1],)), (zip, ([1], [2])),
        (map, (len, [])), (filter, (None, [])), (reversed, ([1],)),
        (types.SimpleNamespace, ()), (contextlib.ExitStack, ()),
        (itertools.count, (5,)), (itertools.chain, ([1], [2])),
        (itertools.islice, ([1, 2, 3], 2)), (itertools.cycle, ([1],)),
        (collections.Counter, ("abc",)), (BaseException, ()),
        (struct.Struct, ("<I",)), (ctypes.c_int, (5,)),
    ]
    for base, args in samples:
        with_dict = type("D" + base.__name__, (base,), {})
        keywords = {"a": []} if base is types.SimpleNamespace else {}
        one, other = with_dict(*args, **keywords), with_dict(*args, **keywords)
        try:
            one.extra = ["attribute"]
            one.more = "x"
        except AttributeError:
            pass
        made += [one, other]
        try:
            slotless = type("S" + base.__name__, (base,), {"__slots__": ()})
            made.append(slotless(*args, **keywords))
            slotted = type("A" + base.__name__, (base,),
                           {"__slots__": ("slot",)})
            made.append(slotted(*args, **keywords))
            made[-1].slot = ["in a slot"]
        except (AttributeError, TypeError):
            pass
    return made


def enums():
    class Colour(enum.Enum):
        RED = 1
        GREEN = ("tuple", [])

    class Bits(enum.IntFlag):
        A = 1
        B = 2

    class Code(enum.IntEnum):
        OK = 200

    @dataclasses.dataclass
    class Point:
        x: int
        y: list = dataclasses.field(default_factory=list)

    @dataclasses.dataclass(frozen=True, order=True)
    class Frozen:
        a: str = "a"

    pair = collections.namedtuple("Pair", "left right", defaults=[None])

    class Typed(typing.NamedTuple):
        a: int
        b: list = []

    class Options(typing.TypedDict):
        a: int

    class Box(typing.Generic[typing.TypeVar("T")]):
        def __init__(self, inside):
            self.inside = inside

    return [Colour, Colour.RED, Colour.GREEN, Bits.A | Bits.B, Bits(0), Code.OK,
            Point(1), Point(2, [3]), Frozen(), pair(1, []), pair(1), Typed(1),
            Typed, Options(a=1), Box[int](5), Box, Box[int]]


def typing_things():
    found = [list[int], dict[str, list[int]], typing.List[int],
             typing.Optional[int], typing.Union[int, str],
             typing.Callable[[int], str], typing.TypeVar("T", bound=int),
             typing.Any, typing.NewType("UserId", int),
             typing.Literal["a", 1]] if NEW >= (3, 9) else []
    if NEW >= (3, 10):
        found += [int | str, list[int] | None, typing.ParamSpec("P"),
                  typing.ParamSpec("P").args]
    if NEW >= (3, 11):
        found += [typing.TypeVarTuple("Ts"), list[
            (typing.TypeVarTuple("Ts"),)], iter(list[int])]
    if NEW >= (3, 12):
        namespace = {}
        exec("type Alias[T] = list[T]\ndef f[T: int, *Ts, **P](x: T): pass\n"
             "class C[T]: pass\nAlias.__value__", namespace)
        found.append(namespace)
    return found


def iterators():
    class Sequence:
        def __getitem__(self, k):
            if k > 5:
                raise IndexError
            return k

        def __len__(self):
            return 5

    data = [[k] for k in range(10)]
    table = {"a": [], "b": []}
    pool = {(1,), (2,)}
    tees = itertools.tee(iter(data), 3)
    for _ in range(4):
        next(tees[0])
    grouped = itertools.groupby("aabb")
    key, group = next(grouped)
    rest = [
        iter(data), iter(tuple(data)), iter(table), iter(table.values()),
        iter(table.items()), iter(pool), iter("text"), iter("\u20ac"),
        iter(b"by"), iter(bytearray(b"by")), iter(range(5)),
        iter(range(10 ** 30)), iter(Sequence()), iter(lambda: 1, 2),
        iter(collections.deque(data)), iter(collections.OrderedDict(table)),
        iter(collections.OrderedDict(table).items()),
        iter(array.array("i", [1])), iter(memoryview(b"m")), reversed(data),
        reversed((1, 2)), reversed(range(5)), reversed(table),
        reversed(table.items()), reversed(table.values()),
        reversed(collections.deque(data)), reversed(Sequence()),
        reversed(collections.OrderedDict(table)), enumerate(data),
        enumerate(data, 10 ** 30), zip(data, "abc"), zip(), map(len, data),
        map(max, data, data), filter(None, data), filter(len, data),
        itertools.count(), itertools.count(1.5, 2), itertools.count(10 ** 30),
        itertools.cycle(data), itertools.repeat([1]), itertools.repeat([1], 3),
        itertools.chain(data, [[1]]), itertools.chain.from_iterable([data]),
        itertools.islice(data, 3), itertools.starmap(pow, [(1, 2)]),
        itertools.takewhile(len, data), itertools.dropwhile(len, data),
        itertools.filterfalse(len, data), itertools.compress(data, [1, 0]),
        itertools.accumulate(data), itertools.accumulate([1, 2], initial=[]),
        itertools.product(data, "ab"), itertools.product("ab", repeat=2),
        itertools.permutations(data, 2), itertools.combinations(data, 3),
        itertools.combinations_with_replacement(data, 2),
        itertools.zip_longest(data, "a", fillvalue=[None]),
        re.finditer("a", "aaa"), os.scandir("/"), csv.reader(["a,b"]),
        string.Formatter().parse("{a}"), struct.iter_unpack("B", b"123"),
        iter(types.MappingProxyType(table)), iter(io.StringIO("a\nb")),
    ]
    if NEW >= (3, 10):
        rest.append(itertools.pairwise(data))
    if NEW >= (3, 12):
        rest.append(itertools.batched(data, 3))
    used = []
    for it in rest:
        try:
            used.append(next(it))
        except (StopIteration, TypeError):
            pass
    fresh = [iter(data), zip(data, data), itertools.chain(data),
             itertools.product(data, data), itertools.permutations(data)]
    spent = [iter([]), iter({}), iter(()), iter(set()), iter("")]
    for it in spent:
        next(it, None)
    return [rest, used, fresh, spent, tees, grouped, key, group]


def functions():
    def outer(a, b=[1], *args, c={}, **kw):
        """Doc."""
        total = [a]

        def inner(x: int = 5, *, y: list = None) -> str:
            nonlocal total
            total += [x]
            return inner, outer

        return inner

    def empty_cell():
        if sys.argv is None:
            unset = 1
        return lambda: unset

    def attributed():
        pass

    attributed.calls, attributed.log = 0, []
    annotated = outer(5)
    annotated.__annotations__
    recursive = outer(7)
    recursive()

    class Methods:
        def plain(self):
            return __class__

        @classmethod
        def cls(cls):
            pass

        @staticmethod
        def static():
            pass

        @property
        def prop(self):
            return self

        @prop.setter
        def prop(self, value):
            "setter"

        @functools.cached_property
        def cached(self):
            return [self]

        @functools.lru_cache(None)
        def memo(self, k):
            return k

        def with_super(self):
            return super()

        static_len = staticmethod(len)

    m = Methods()
    m.cached
    m.memo([].__len__())
    bounded = functools.lru_cache(maxsize=3)(lambda *a, **k: [a])
    for k in range(6):
        bounded(k, "x", kw=k)
    unbounded = functools.lru_cache(None)(lambda k: [k])
    for k in range(50):
        unbounded(k)
        unbounded(str(k))
    nothing = functools.lru_cache(0)(len)
    nothing([])
    return [
        outer, annotated, recursive, empty_cell(), attributed, Methods, m,
        m.plain, m.cls, Methods.static, m.with_super(), super(Methods, m),
        len, [].append, {}.get, "".join, str.join, list.append, dict.fromkeys,
        int.from_bytes, object().__str__, [].__len__, str.__len__, (1).__add__,
        type.__dict__["__mro__"], types.FunctionType.__dict__["__code__"],
        types.FunctionType.__dict__["__closure__"], object.__init__,
        functools.partial(outer, 1, c=2), functools.partial(len),
        functools.partialmethod(len), functools.singledispatch(outer),
        functools.cmp_to_key(lambda a, b: 0),
        functools.cmp_to_key(lambda a, b: 0)([]), bounded, unbounded, nothing,
        operator.itemgetter(1), operator.itemgetter("a", 2, []),
        operator.attrgetter("a"), operator.attrgetter("a.b", "c"),
        operator.methodcaller("m", 1, k=[]), types.MethodType(len, []),
        outer.__code__, compile("x = [1, 'two', (3, 4.5)]", "made", "exec"),
        eval("lambda: (yield)"), types.CellType(), types.CellType([1]),
        property(), classmethod(len), staticmethod(outer),
        lambda: {1, 2, 3}, types.DynamicClassAttribute(len),
    ]


def generators():
    def counting(n):
        held = ["held"]
        while True:
            got = yield n
            held.append(got)

    def delegating():
        yield from counting(1)

    def raising():
        try:
            raise ValueError("inside", [])
        except ValueError as e:
            yield e
            yield sys.exc_info()

    def finishing():
        yield 1

    started, fresh, delegated = counting(5), counting(6), delegating()
    next(started)
    started.send([2])
    next(delegated)
    handling = raising()
    next(handling)
    done, closed = finishing(), counting(7)
    list(done)
    next(closed)
    closed.close()
    with_frame, frame_of_fresh = counting(8), counting(9)
    next(with_frame)
    frames = [with_frame.gi_frame, frame_of_fresh.gi_frame]
    with_frame.gi_frame.f_locals
    expression = ([k] for k in range(10))
    next(expression)
    unstarted = ({k} for k in iter([]))

    @types.coroutine
    def bare():
        yield ["awaited"]

    async def coroutine(n):
        local = [n]
        await bare()
        return local

    async def nested():
        return await coroutine(3)

    async def agen():
        held = {}
        yield held
        await bare()
        yield held

    running = nested()
    running.send(None)
    unawaited = coroutine(1)
    asynchronous, started_agen = agen(), agen()
    step = started_agen.__anext__()
    try:
        step.send(None)
    except StopIteration:
        pass
    half = started_agen.__anext__()
    half.send(None)
    wrapped = coroutine(2).__await__()
    return [started, fresh, delegated, handling, done, closed, with_frame,
            frame_of_fresh, frames, expression, unstarted, running, unawaited,
            asynchronous, started_agen, step, half, wrapped,
            asynchronous.asend([1]), asynchronous.athrow(ValueError),
            asynchronous.aclose(), bare(), contextlib.suppress(OSError),
            contextlib.contextmanager(counting)(1), bare().gi_frame]


def tasks():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    async def sleeper(n):
        local = {"n": n}
        try:
            await asyncio.sleep(3600)
        finally:
            local.clear()

    async def quick():
        return ["result"]

    async def failing():
        raise KeyError("failed")

    async def main():
        kept = [asyncio.ensure_future(sleeper(k)) for k in range(5)]
        kept.append(asyncio.ensure_future(quick()))
        kept.append(asyncio.ensure_future(failing()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        kept.append(asyncio.ensure_future(sleeper("new")))
        kept[0].cancel()
        future = loop.create_future()
        future.add_done_callback(len)
        future.add_done_callback(print)
        # Its iterator goes to a free list, which 3.12's _asyncio visits.
        waited = loop.create_future()
        loop.call_soon(waited.set_result, None)
        await waited
        done = loop.create_future()
        done.set_result([1])
        waiting = asyncio.Queue(2)
        await waiting.put([1])
        return (kept, future, done, waiting, asyncio.Lock(), asyncio.Event(),
                asyncio.gather(future, done), asyncio.Semaphore(2))

    loop.set_exception_handler(lambda loop, context: None)
    result = loop.run_until_complete(main())
    return [loop, result, asyncio.Future(loop=loop)]


def exceptions():
    def fails(n):
        local = ["local", n]
        if n:
            return fails(n - 1)
        raise ValueError("deep", local)

    def chained():
        try:
            fails(3)
        except ValueError as e:
            raise KeyError("chained") from e

    def implicit():
        try:
            fails(1)
        except ValueError:
            {}["missing"]

    caught = []
    for function in (lambda: fails(5), chained, implicit, lambda: 1 / 0,
                     lambda: [].no, lambda: int("x"), lambda: open("/no/file"),
                     lambda: b"\xff".decode(), lambda: "\xff".encode("ascii"),
                     lambda: compile("a b", "f", "exec"), lambda: undefined,
                     lambda: __import__("no_such_module"), lambda: sys.exit(2),
                     lambda: next(iter([])), lambda: [][5]):
        try:
            function()
        except BaseException as e:
            caught.append(e)
    caught += [Exception(), ValueError("plain"), OSError(2, "two", "a", None),
               StopIteration([1]), SystemExit([]), BlockingIOError(1, "x", 5),
               UnicodeTranslateError("text", 0, 1, "why"),
               ImportError("i", name="n", path="p"), StopAsyncIteration()]
    if NEW >= (3, 11):
        group = ExceptionGroup("group", [ValueError(1), TypeError([])])
        caught += [group, BaseExceptionGroup("base", [KeyboardInterrupt()])]
        caught[0].add_note("a note")
        try:
            raise group
        except ExceptionGroup as e:
            caught.append(e.split(ValueError))
    info = caught[0].__traceback__.tb_next.tb_frame
    info.f_locals
    caught[1].with_traceback(None)
    return [caught, info, info.f_back, sys._getframe(), caught[0].__traceback__]


def contexts():
    variables = [contextvars.ContextVar("v%d" % k, default=[k])
                 for k in range(40)]
    tokens = [v.set({"value": k}) for k, v in enumerate(variables[:35])]
    variables[0].reset(tokens[0])
    copy = contextvars.copy_context()
    copy.run(variables[38].set, ["in the copy"])
    return [variables, tokens, copy, contextvars.Context(),
            contextvars.Token.MISSING, iter(copy), copy.items()]


def weaknesses():
    class Referent:
        pass

    class Callback:
        def __call__(self, ref):
            pass

        def method(self, ref):
            pass

    class Ref(weakref.ref):
        pass

    objects = [Referent() for _ in range(12)]
    callback = Callback()
    gone = [Referent() for _ in range(6)]
    refs = [weakref.ref(o) for o in objects]
    refs += [weakref.ref(objects[0], callback), weakref.ref(objects[0], len),
             weakref.ref(objects[0]), Ref(objects[1]),
             Ref(objects[1], callback)]
    refs[-1].attribute = ["on a reference"]
    proxies = [weakref.proxy(objects[2]), weakref.proxy(objects[2], callback),
               weakref.proxy(callback), weakref.proxy(callback, callback)]
    dead = [weakref.ref(gone[0]), weakref.ref(gone[1], callback),
            weakref.proxy(gone[2]), Ref(gone[3], callback)]
    values = weakref.WeakValueDictionary(enumerate(objects))
    values["gone"] = gone[4]
    keys = weakref.WeakKeyDictionary((o, [k]) for k, o in enumerate(objects))
    keys[gone[5]] = "value of the dead"
    members = weakref.WeakSet(objects[:5])
    gone.clear()
    finalizer = weakref.finalize(objects[3], print, "x", end="")
    finalizer.atexit = False
    method = weakref.WeakMethod(callback.method)
    others = [weakref.ref(set), weakref.ref(weaknesses), weakref.ref(re),
              weakref.ref({1}.__class__), weakref.ref(refs[-1])]
    others += [weakref.ref(o) for o in (frozenset([1]), array.array("i"))]
    to_kept = [frozenset([2]), collections.deque(), re.compile("weak"),
               weaknesses.__code__, {3}, len, (k for k in "a")]
    others += [weakref.ref(o) for o in to_kept]
    return [objects, refs, proxies, dead, values, keys, members, finalizer,
            method, others, to_kept, callback]


def collections_c():
    long = collections.deque(range(1000))
    rotated = collections.deque([[k] for k in range(200)])
    rotated.rotate(77)
    for _ in range(70):
        rotated.popleft()
        rotated.append([])
    bounded = collections.deque([[k] for k in range(500)], maxlen=100)
    left = collections.deque()
    for k in range(130):
        left.appendleft([k])
    emptied = collections.deque(range(300))
    emptied.clear()
    exactly = collections.deque([[k] for k in range(64)])
    wrapped = queue.SimpleQueue()  # its ring, where it has one
    for k in range(12):
        wrapped.put([k])
    for _ in range(7):
        wrapped.get()
        wrapped.put([])
    return [long, rotated, bounded, left, emptied, exactly,
            collections.deque(), collections.deque([[1]], 0),
            types.SimpleNamespace(), types.SimpleNamespace(a=[1], b=2),
            queue.SimpleQueue(), wrapped, queue.Queue(),
            queue.PriorityQueue()]


def structs():
    return [
        sys.version_info, sys.flags, sys.float_info, sys.hash_info,
        os.stat("/"), os.times(), os.uname(), os.terminal_size((80, 25)),
        time.localtime(0), time.gmtime(0), sys.implementation,
        os.statvfs("/"), sys.int_info, sys.thread_info, time.get_clock_info(
            "time"), os.sched_param(0), select.epoll(), sys.getdefaultencoding(),
    ]


def dates():
    zone = datetime.timezone(datetime.timedelta(hours=2), "Zone")
    return [datetime.date(2020, 1, 1), datetime.time(1, 2, 3, 4, zone),
            datetime.datetime(2020, 1, 2, tzinfo=zone), datetime.time(5),
            datetime.datetime(2020, 1, 2), datetime.timedelta(1, 2, 3), zone,
            datetime.timezone.utc, datetime.datetime.min,
            datetime.timezone(datetime.timedelta(hours=3))]


def zones():
    """Of the system's database, of the Python package and made by hand: with
    transitions, a rule for summer time, and neither."""
    made = b"TZif2" + bytes(15)
    summer = made + struct.pack(">6I", 0, 0, 0, 0, 1, 4) + bytes(6) + b"XST\0"
    summer += made + struct.pack(">6I", 0, 0, 0, 2, 2, 8)
    summer += struct.pack(">qq", 10 ** 8, 2 * 10 ** 8) + b"\0\1"
    summer += struct.pack(">iBB", 3600, 0, 0) + struct.pack(">iBB", 7200, 1, 4)
    summer += b"XST\0XDT\0\nXST-1XDT,M3.5.0,M10.5.0/3\n"
    plain = summer.replace(b"XST-1XDT,M3.5.0,M10.5.0/3", b"XST-1")
    if NEW < (3, 9):
        return []
    found = [zoneinfo.ZoneInfo.from_file(io.BytesIO(data), key=key)
             for data, key in [(summer, "Made/Summer"), (plain, "Made/Plain"),
                               (plain, None)]]

    class Zone(zoneinfo.ZoneInfo):
        pass

    found.append(Zone.from_file(io.BytesIO(summer), key="Made/Class"))
    return found + [datetime.datetime(2030, 7, 1, tzinfo=zone)
                    for zone in found]


def rare():
    """Kinds that no other part makes."""
    async def generator():
        yield 1

    ordered = collections.OrderedDict(a=[1], b=2)
    context = contextvars.copy_context()
    context.run(contextvars.ContextVar("rare").set, ["in a context"])
    new_instancemethod = ctypes.pythonapi.PyInstanceMethod_New
    new_instancemethod.restype = ctypes.py_object
    new_instancemethod.argtypes = [ctypes.py_object]
    made = [BaseException("x", []), OSError("of no number"), ordered.keys(),
            ordered.values(), ordered.items(), context.values(),
            new_instancemethod(rare), codecs.getreader("shift_jis")(
                io.BytesIO(b"x")), codecs.getwriter("shift_jis")(io.BytesIO()),
            codecs.getincrementaldecoder("shift_jis")()]
    if NEW >= (3, 10):
        made += [anext(generator(), ["default"]), rare.__code__.co_lines(),
                 typing.ParamSpec("P").kwargs]
    if NEW >= (3, 11):
        made.append(rare.__code__.co_positions())
    for o in made:
        type(o).__doc__  # some types are made ready when first asked
    return made


def unvisited():
    """Types that have no tp_traverse, or one that leaves out much, in the
    states that library() lacks."""
    class Context(decimal.Context):
        pass

    class Decoder(io.IncrementalNewlineDecoder):
        pass

    class Date(datetime.datetime):
        pass

    context = Context(prec=7)
    context.kept = ["of the class"]
    newlines = Decoder(codecs.getincrementaldecoder("utf-8")(), True, "ignore")
    newlines.decode(b"a\r")
    date = Date(2020, 1, 2, tzinfo=datetime.timezone(
        datetime.timedelta(hours=4), "of a class"))
    date.kept = ["of the date"]
    dictionary = b"dictionary %d" % len(sys.argv)
    compressor = zlib.compressobj(zdict=dictionary)
    decompressor = zlib.decompressobj(zdict=dictionary)
    data = compressor.compress(b"data" * 1000) + compressor.flush()
    decompressor.decompress(data, 5)  # the rest is unconsumed
    unbz2, unlzma = bz2.BZ2Decompressor(), lzma.LZMADecompressor()
    unbz2.decompress(bz2.compress(b"data") + b"more than one")
    unlzma.decompress(lzma.compress(b"data") + b"more than one")
    part, partly = bz2.BZ2Decompressor(), lzma.LZMADecompressor()
    part.decompress(bz2.compress(bytes(5000)), 5)
    partly.decompress(lzma.compress(bytes(5000)), 5)
    database = sqlite3.connect(":memory:", isolation_level="IMMEDIATE")
    database.row_factory, database.text_factory = sqlite3.Row, bytes
    database.set_trace_callback(lambda text: None)
    database.set_progress_handler(lambda: None, 100)
    database.set_authorizer(lambda *arguments: sqlite3.SQLITE_OK)
    cursor = database.cursor()
    cursor.execute("create table t (a, b)")
    cursor.execute("insert into t values (1, 'x'), (2, 'y')")
    cursor.execute("select a, b from t")
    row = cursor.fetchone()
    scanners = [re.compile(b"a").scanner(bytearray(b"aba")),
                re.compile("a").scanner("b" * 5)]
    entries = list(os.scandir("/"))[:3]
    for entry in entries:
        entry.is_dir(), entry.stat(), entry.stat(follow_symlinks=False)
    scandirs = [os.scandir(os.open("/", os.O_RDONLY)), os.scandir(b"/")]
    polls = [select.poll(), select.poll()]
    polls[0].register(0)
    polls[0].poll(0)
    fields = [__import__("_string").formatter_field_name_split("a.b[%d]" % k)
              for k in range(3)]
    made = [context, newlines, date, compressor, decompressor, unbz2, unlzma,
            part, partly, database, cursor, row, scanners, entries, scandirs,
            polls, fields, context.copy(), hashlib.new("sha1"),
            hashlib.blake2s()]
    if hasattr(zlib, "_ZlibDecompressor"):
        made.append(zlib._ZlibDecompressor(zdict=dictionary))
    symbols = __import__("_symtable").symtable(
        "def f(a, *b):\n  global g\n  class C:\n    def m(self): return a\n"
        "  return [x for x in b]", "made.py", "exec")
    made.append(symbols)
    try:
        tokenizer = __import__("_tokenize").TokenizerIter
        source = "a = (1, 'two')\n" * 3
        tokens = [tokenizer(source) if NEW < (3, 12) else tokenizer(
            iter(source.splitlines(True)).__next__, extra_tokens=True)]
        next(tokens[0])
        made.append(tokens)
    except (ImportError, TypeError):
        pass
    return made


def library():
    class Structure(ctypes.Structure):
        _fields_ = [("a", ctypes.c_int), ("p", ctypes.c_void_p),
                    ("o", ctypes.py_object)]

    class Handler(ctypes.Structure):
        _fields_ = [("s", Structure), ("n", ctypes.c_char_p)]

    held = Structure(1, None, ["in a structure"])
    function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda a: a)
    matched = re.match("(?P<a>.)(b)?", "ac")
    database = sqlite3.connect(":memory:")
    cursor = database.execute("select 1 as a, 'two'")
    cursor.row_factory = sqlite3.Row
    row = cursor.fetchone()
    element = xml.etree.ElementTree.fromstring(
        "<a x='1'><b>text</b>tail<c/></a>")
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda *a: None
    reader, writer = os.pipe()
    left, right = socket.socketpair()
    buffered = open(reader, "rb")
    text = open(writer, "w")
    text.write("pending")
    temporary = tempfile.TemporaryFile()
    temporary.write(b"x" * 100)
    poll = select.poll()
    poll.register(left)
    selector = selectors.DefaultSelector()
    selector.register(left, selectors.EVENT_READ, ["data"])
    pickler = pickle.Pickler(io.BytesIO())
    pickler.dump([1, "two", [3]])
    unpickler = pickle.Unpickler(io.BytesIO(pickle.dumps(["x", {"y": []}])))
    unpickler.load()
    output = io.StringIO()
    csv_writer = csv.writer(output)
    csv_writer.writerow([1, 2])
    compressor = zlib.compressobj()
    compressor.compress(b"data")
    decompressor = zlib.decompressobj()
    decompressor.decompress(zlib.compress(b"data") + b"unused")
    scanner = re.compile("a(b)").scanner("abab")
    scanner.match()
    tree = ast.parse("x = [1, f(2)]\nclass C: pass")
    return [
        Structure, held, Handler(held, b"name"), function, ctypes.c_int(5),
        ctypes.c_char_p(b"chars"), ctypes.py_object([1]),
        (ctypes.c_int * 5)(1, 2), ctypes.pointer(ctypes.c_int(7)),
        ctypes.byref(ctypes.c_int(8)), ctypes.create_string_buffer(100),
        ctypes.CDLL(None).getpid, matched, matched.re, scanner, database,
        cursor, row, element, parser, left, right, buffered, text, temporary,
        poll, selector, pickler, unpickler, csv_writer,
        csv.get_dialect("excel"), compressor, decompressor,
        bz2.BZ2Compressor(), lzma.LZMACompressor(),
        hashlib.sha256(b"x"), hashlib.md5(), hashlib.blake2b(b"x"),
        hashlib.sha3_256(), random.Random(5), random.SystemRandom(),
        ssl.create_default_context(), ssl.MemoryBIO(), unicodedata.ucd_3_2_0,
        codecs.getincrementaldecoder("utf-8")(), codecs.lookup("latin-1"),
        codecs.getincrementalencoder("shift_jis")(), json.JSONDecoder(),
        json.JSONEncoder(), json.loads('{"a": [1, 2.5, "x", null]}'),
        tree, pathlib.PurePosixPath("/a/b"), io.TextIOWrapper(io.BytesIO()),
        io.BufferedRandom(io.BytesIO(b"abc")), io.BufferedReader(
            io.BytesIO(b"abc")), io.IncrementalNewlineDecoder(None, True),
        io.FileIO(os.dup(1)), string.Template("$a"),
        str.maketrans("ab", "cd"), io.BufferedRWPair(
            io.BytesIO(), io.BytesIO()), hash("x"),
    ]


def modules():
    made = types.ModuleType("made", "doc")
    made.value, made.myself = [1], made
    bare = types.ModuleType("bare")
    filled = types.ModuleType("filled")
    exec("import sys\ndef f(): return g\ng = [f]\nclass C:\n  a = 1",
         filled.__dict__)
    sys.modules["made_by_hand"] = made
    spec = __import__("importlib.machinery").machinery.ModuleSpec("x", None)
    return [made, bare, filled, spec]


def threads():
    lock, event = threading.Lock(), threading.Event()
    lock.acquire()
    rlock = threading.RLock()
    rlock.acquire()
    ready = threading.Semaphore(0)

    def wait_lock(held, name):
        local = {"name": name}
        held.append(local)
        ready.release()
        lock.acquire()

    def wait_event(held):
        generator = (k for k in held)
        next(generator)
        ready.release()
        event.wait()

    def sleep(held):
        copied = list(held)
        ready.release()
        time.sleep(1e6)
        return copied

    def deep(n):
        local = [n]
        return deep(n - 1) if n else sleep(local)

    local_data = threading.local()
    local_data.main = ["main"]

    def with_local(held):
        local_data.value = [held]
        sleep(held)

    def in_class(held):
        class Body:
            number = held

            def method(self):
                return __class__, held
            sleep(held)

    def in_exec(held):
        exec("word = 'in exec'\nsleep(held)", {"sleep": sleep, "held": held},
             {"other": 1})

    def in_generator(held):
        def numbers(start):
            for k in range(start, 9):
                sleep([k])
                yield k
        return sum(numbers(len(held)))

    def in_coroutine(held):
        async def inner(x):
            sleep(x)

        async def outer(x):
            return await inner([x])
        outer(held).send(None)

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, found):
            sleep([found])

    class Pickler(pickle.Pickler):
        def persistent_id(self, o):
            return ["in persistent_load"] if type(o) is tuple else None

    pickled = io.BytesIO()
    Pickler(pickled).dump([["before"], {"k": [1]}, ("wait",), "after"])

    def in_unpickler(held):
        return Unpickler(io.BytesIO(pickled.getvalue())).load(), held

    def with_copy(held):
        early = "early"
        bound = [copied for copied in sys._getframe().f_locals]
        late = [early, bound]
        del early
        if held is None:
            never = 1
            held.append(lambda: never)
        sorted(held, key=lambda k: sleep([k, late]))

    started = [threading.Thread(target=target, args=args, daemon=True)
               for target, args in [
                   (wait_lock, ([1], "one")), (wait_lock, ([2], "two")),
                   (wait_event, ([3],)), (sleep, ([4],)), (deep, (20,)),
                   (with_local, ([5],)), (in_class, ([6],)),
                   (in_exec, ([7],)), (in_generator, ([8],)),
                   (in_coroutine, ([9],)), (with_copy, ([10],)),
                   (in_unpickler, ([11],))]]
    for thread in started:
        thread.start()
    for _ in started:
        ready.acquire()
    ended = threading.Thread(target=len, args=([],))
    ended.start()
    ended.join()
    time.sleep(0.3)  # until all are at rest
    return [lock, event, rlock, started, ended, local_data,
            threading.Condition(), threading.Barrier(2), ready]


def freed():
    """Free lists filled, holes left in pools and arenas."""
    kept = []
    for make in (lambda k: [k], lambda k: (k, k), lambda k: {k: k}, float,
                 lambda k: {"a": k}, lambda k: slice(k), lambda k: {k},
                 lambda k: (lambda: k), lambda k: str(k) * 9, object,
                 lambda k: bytearray(k % 600), lambda k: [k].append):
        many = [make(k) if make is not object else object()
                for k in range(3000)]
        kept.append(many[::37])
        del many
    big = [bytes(480) for _ in range(6000)]  # more than one arena
    kept.append(big[::500])
    del big
    return kept


def garbage():
    """Only what is made last is garbage: nothing collects after this."""
    class Node:
        def __init__(self, *children):
            self.children = list(children)

    class Resurrecting:
        def __init__(self):
            self.me, self.hanging = self, [["tracked, hangs from the ring"]]

        def __del__(self):
            resurrected.append(self)

    class Slotted:
        __slots__ = ("other", "__weakref__")

    resurrected, watchers = [], []
    gc.collect()
    for size in (1, 2, 3, 10):
        for _ in range(5):
            nodes = [Node() for _ in range(size)]
            for k, node in enumerate(nodes):
                node.children.append(nodes[(k + 1) % size])
                node.text, node.alone = "held %d" % k, {"d": [k]}
    Resurrecting()
    one = Slotted()
    one.other = {"back": [one]}
    watchers.append(weakref.ref(one, watchers.append))
    one = (lambda: one)
    exec("def f(): return f", {})

    class Unused:
        def method(self):
            return __class__

    def generator():
        me = suspended
        yield me

    suspended = generator()
    next(suspended)
    try:
        raise ValueError
    except ValueError as e:
        ring = e
        ring.me = [ring]
    cyclic_tuple = ([],)
    cyclic_tuple[0].append(cyclic_tuple)
    deque = collections.deque()
    deque.append(functools.partial(len, deque))
    # Hangs from what is alive: not garbage.
    alive = Node()
    alive.children.append(alive)
    return [resurrected, watchers, alive]


PARTS = [numbers, strings, buffers, sequences, sets, dicts, instances,
         subclasses, enums, typing_things, iterators, functions, generators,
         tasks, exceptions, contexts, weaknesses, collections_c, structs, dates,
         zones, rare, unvisited, library, modules, threads, freed, garbage]


# The names in the namespaces of threads()' call of exec().
IN_EXEC = [{"sleep", "held", "__builtins__"}, {"other", "word"}]


def held_by_c():
    """Address: references that no object or frame holds, only variables of
    C functions that have not returned and memory that only they know.

    A started thread: its method _bootstrap (struct bootstate,
    Modules/_threadmodule.c).  atexit: weakref.finalize's (a list of the
    interpreter's).  threads(), in calls that sleep: sum()'s iterator,
    sorted()'s new list and that list's method sort (Python/bltinmodule.c);
    exec()'s compiled code, the function made for it (Python/ceval.c) and the
    list that keeps what the parser made (Python/pyarena.c), and from 3.14 on
    both its namespaces; the namespace of a class body
    (builtin___build_class__); what persistent_load() was called with
    (load_binpersid(), Modules/_pickle.c); up to 3.9 what makes multibyte
    codecs, once a module of them (cofunc, Modules/cjkcodecs/cjkcodecs.h)."""
    found = {}
    for o in gc.get_objects():
        kind = type(o)
        if kind is types.MethodType:
            held = o.__func__ in (threading.Thread._bootstrap,
                                  weakref.finalize._exitfunc.__func__)
        elif kind is types.GeneratorType:
            held = o.__name__ == "numbers" and o.gi_running
        elif kind is types.BuiltinMethodType:
            held = o.__name__ == "sort" and o.__self__ == [] and \
                type(o.__self__) is list
            if held:
                found[id(o.__self__)] = 1
            held |= NEW < (3, 10) and o.__name__ == "__create_codec"
        elif kind is types.FunctionType:
            held = o.__name__ == "<module>" and \
                o.__code__.co_filename == "<string>"
            if held:
                found[id(o.__code__)] = 1
        elif kind is dict:
            held = "__dict__" not in o and str(
                o.get("__qualname__")).endswith("in_class.<locals>.Body")
            if NEW >= (3, 14):
                held = held or set(o) in IN_EXEC
        elif kind is list:
            # 3.8's parser keeps the words alone.
            head = [type(x) for x in o[:2]], o[:2]
            held = head in (([bytes, str], [b"word", "word"]),
                            ([str, str], ["word", "in exec"])) or \
                len(o) == 1 and type(o[0]) is str and \
                o[0] == "in persistent_load"
        else:
            held = False
        if held:
            found[id(o)] = 1
    return found


def build(size):
    kept, failed = [], []
    for part in PARTS:
        if part is freed:
            gc.collect()
        try:
            kept.append(part())
        except Exception as e:
            failed.append("%s: %s: %s" % (part.__name__, type(e).__name__, e))
            if os.environ.get("TRUTH_STRICT"):
                raise
    for line in failed:
        print("mixed.py: left out:", line, file=sys.stderr)
    return kept
