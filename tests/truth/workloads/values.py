# SPDX-License-Identifier: MIT
"""Objects whose repr() is known to everybody, alone and in containers: VALUE
is compared with it as far as it is shown.

record.py asks reprs() after the process was forked: what repr() changes, as
pathlib's caches, is changed in the account's process only.
"""
import array
import collections
import contextvars
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import gc
import http
import itertools
import os
import pathlib
import queue
import re
import signal
import socket
import sys
import threading
import time
import types
import typing
import uuid
import weakref
import xml.etree.ElementTree

objects = []  # what is asked, in this order
waiting = threading.Event()


class Plain:
    """repr() is that of object."""

    def __init__(self, value=None):
        self.value = value

    def method(self):
        pass

    @classmethod
    def of_class(cls):
        pass

    @staticmethod
    def static():
        pass

    @property
    def prop(self):
        return self.value


class Slotted:
    __slots__ = ("a", "b")


class Own:
    """Nobody outside can know it."""

    def __repr__(self):
        return "<mine %x>" % id(self)


class OwnList(list):
    def __repr__(self):
        return "a list of my own"


class Inherits(Own):
    pass


class Borrowed(dict):
    """A repr that another class has."""
    __repr__ = object.__repr__


class MyList(list):
    pass


class MyTuple(tuple):
    pass


class MyDict(dict):
    pass


class MyStr(str):
    pass


class MyBytes(bytes):
    pass


class MyArray(bytearray):
    pass


class MyInt(int):
    pass


class MyFloat(float):
    pass


class MySet(set):
    pass


class MyFrozen(frozenset):
    pass


class MyDeque(collections.deque):
    pass


class MyOrdered(collections.OrderedDict):
    pass


class MyDefault(collections.defaultdict):
    pass


class MyCounter(collections.Counter):
    pass


class MyNamespace(types.SimpleNamespace):
    pass


class MyDate(datetime.date):
    pass


class MyTime(datetime.datetime):
    pass


class MyDecimal(decimal.Decimal):
    pass


class MyFraction(fractions.Fraction):
    pass


class MyThread(threading.Thread):
    pass


class AppError(Exception):
    def __init__(self, code, text):
        super().__init__(code, text)
        self.code = code


class Loud(uuid.UUID):
    """What str() says is in the repr."""

    def __str__(self):
        return "loud"


class LoudPath(pathlib.PurePosixPath):
    def __str__(self):
        return "loud"


class Outer:
    class Inner:
        pass

    class Mistake(ValueError):
        pass


class Colour(enum.Enum):
    RED = 1
    GREEN = "g"


class Number(enum.IntEnum):
    ONE = 1


class Perm(enum.Flag):
    R = 4
    W = 2


Point = collections.namedtuple("Point", "x y")
One = collections.namedtuple("One", "only")
Nothing = collections.namedtuple("Nothing", "")


class Named(Point):
    """The fields are the base's, the name its own."""


class Typed(typing.NamedTuple):
    a: int
    b: str = "b"


@dataclasses.dataclass
class Data:
    a: int
    b: str = "text"
    hidden: int = dataclasses.field(default=3, repr=False)
    c: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class More(Data):
    d: object = None


@dataclasses.dataclass(repr=False)
class Quiet:
    a: int = 1


class Late:
    """Attributes in another order than the first instance had them."""


# Twisted has a class without a name, Celery modules without one.
Nameless = type("", (), {})
NoModule = type("NoModule", (), {"__module__": ""})
NoModuleDict = type("NoModuleDict", (dict,), {"__module__": ""})
Neither = type("", (), {"__module__": "", "__qualname__": ""})


class Meta(type):
    pass


class WithMeta(metaclass=Meta):
    pass


class MetaOwn(type):
    def __repr__(cls):
        return "my class"


class WithOwnMeta(metaclass=MetaOwn):
    pass


def function(a, b=1):
    return a


def generator():
    yield 1


async def coroutine():
    pass


async def async_generator():
    yield 1


def closure(x):
    def inner():
        return x
    return inner


def raised(what):
    try:
        raise what
    except BaseException as e:  # pylint: disable=broad-except
        return e.with_traceback(None)


def failing(call, *args):
    try:
        call(*args)
    except BaseException as e:  # pylint: disable=broad-except
        return e.with_traceback(None)
    raise AssertionError


def numbers():
    yield from (0, 1, -1, 2**30, -2**62, 10**50, True, False, None, ...,
                NotImplemented, 0.0, -0.0, 1.5, 1e300, 1e-7, 123456789.125,
                float("inf"), float("-inf"), float("nan"), 1 + 2j, -2j,
                complex(-0.0, 1), complex(float("nan"), float("inf")),
                MyInt(7), MyFloat(2.5))
    for text in ("12.50", "0", "-0", "0.00", "1E+3", "1E-10", "NaN", "-sNaN12",
                 "Infinity", "-Infinity", "0E-7", "0E+2", "123456789012345678901"
                 "234567890.12345", "0.000001", "0.0000001", "-1.1E+30",
                 "10000000000000000000", "1" + "0" * 40, "3.14"):
        yield decimal.Decimal(text)
    yield MyDecimal("1.5")
    yield from (fractions.Fraction(1, 3), fractions.Fraction(-7),
                MyFraction(2, 4), uuid.UUID(int=5),
                uuid.UUID("12345678-9abc-def0-1234-56789abcdef0"))


def texts():
    yield from ("", "text", "it's", 'say "it\'s"', "tab\tnew\nline\\", "\xe9",
                "\u20ac", "\U0001f600", "\x00\x7f\x85", MyStr("mine"), b"",
                b"bytes", b"it's", b"\x00\xff\n", MyBytes(b"m"),
                bytearray(b""), bytearray(b"array"), MyArray(b"x"),
                memoryview(b"seen"), memoryview(bytearray(3))[1:])
    released = memoryview(b"gone")
    released.release()
    yield released
    for code, items in (("b", [1, -2]), ("B", [255]), ("h", [-3]), ("H", [3]),
                        ("i", [-4, 5]), ("I", [4]), ("l", [-5]), ("L", [5]),
                        ("q", [-6]), ("Q", [2**64 - 1]), ("f", [0.1, 1.5]),
                        ("d", [0.1]), ("i", [])):
        yield array.array(code, items)


def containers():
    yield from ([], [1], [[["deep", [["deeper"]]]]], (), (1,), (1, 2),
                ("a", ("b", ("c", ("d",)))), {}, {"k": {"k2": ["v"]}},
                {1: 2, "a": None}, set(), {1}, {("x",)}, frozenset(),
                frozenset([("x9",)]), MyList([1]), MyTuple((1,)),
                MyDict(a=1), MySet(), MySet([1]), MyFrozen(), MyFrozen([2]),
                list(range(1000)), ["x" * 300], {"key %d" % i: i
                                                 for i in range(200)},
                [MyStr("in"), MyList()], range(3), range(1, 10, 2), range(0),
                slice(1), slice(1, "y7", None))
    yield from (collections.deque(), collections.deque(["x7", ("x8",)]),
                collections.deque(range(200)), collections.deque([1], 3),
                MyDeque([1], 0), collections.OrderedDict(),
                collections.OrderedDict(a=["x1"], b=2), MyOrdered(z=1),
                collections.defaultdict(list, k=["x2"]),
                collections.defaultdict(None, {1: 1}), MyDefault(int),
                collections.Counter("aabccc"), collections.Counter(),
                MyCounter("xyy"), types.SimpleNamespace(),
                types.SimpleNamespace(b="x3", a=[1]), MyNamespace(q=1),
                types.MappingProxyType({"k": "x4"}),
                Point("x10", ["x11"]), One(1), Nothing(), Named(1, 2),
                Typed(3), time.gmtime(0), os.stat("/"), sys.version_info,
                sys.float_info, os.times(),
                collections.ChainMap({"a": 1}, {"b": 2}),
                collections.UserDict(a=1), collections.UserList([1]))
    moved = collections.OrderedDict((("a", 1), ("b", 2), ("c", 3)))
    moved.move_to_end("a")
    yield moved
    holes = {i: i for i in range(100)}
    for i in range(99):
        del holes[i]
    yield holes
    first, second = Late(), Late()
    first.x, first.y, first.z = 1, 2, 3
    second.z, second.x, second.y = 4, 5, 6
    objects.extend((first, second))
    yield from (first.__dict__, second.__dict__, vars(Late()))
    for d in ({"x12": 1}, collections.OrderedDict(y=[2])):
        yield from (d.keys(), d.values(), d.items())
        objects.append(d)  # they hold it anyway


def rings():
    ring = ["ring"]
    ring.append(ring)
    yield ring
    table = {}
    table["self"] = table
    yield table
    pair = ([],)
    pair[0].append(pair)
    yield pair
    dots = collections.deque()
    dots.append(dots)
    yield dots
    space = types.SimpleNamespace()
    space.me = space
    yield space
    default = collections.defaultdict(None)
    default["me"] = default
    yield default
    ordered = collections.OrderedDict()
    ordered["me"] = ordered
    yield ordered
    view = {}
    view["view"] = view.values()
    yield view
    data = Data(1)
    data.c.append(data)
    yield data
    part = functools.partial(print)
    part.keywords["me"] = part
    yield part


def frozen():
    if sys.version_info >= (3, 15):
        yield from (frozendict(), frozendict(a=1), frozendict({1: [2]}))


def empty_names():
    """What is empty is not missing."""
    bare = types.FunctionType(function.__code__, {}, "")
    bare.__qualname__ = ""
    error = type("", (Exception,), {})
    attributed = Plain()
    setattr(attributed, "", 1)
    yield from (Nameless, NoModule, NoModuleDict, Neither, Nameless(),
                NoModule(), NoModuleDict(a=1), Neither(), bare, bare.__code__,
                compile("0", "", "eval"), error("x"), types.ModuleType(""),
                {"": 1, b"": 2}, attributed.__dict__,
                collections.namedtuple("N", "x")(""),
                types.SimpleNamespace(**{"": 1}), contextvars.ContextVar(""),
                threading.Thread(name=""), weakref.ref(Nameless),
                functools.partial(print, **{"": 2}), re.compile(""))


def zones():
    if sys.version_info >= (3, 9):
        import zoneinfo
        zone = zoneinfo.ZoneInfo.no_cache("Europe/Berlin")
        yield zone
        yield datetime.datetime(2024, 5, 6, tzinfo=zone)


def calendar():
    yield from (datetime.date(2024, 5, 6), MyDate(1, 1, 1),
                datetime.time(0, 0), datetime.time(7, 8, 9),
                datetime.time(7, 8, 0, 5), datetime.time(1, 2, fold=1),
                datetime.datetime(2024, 5, 6), datetime.datetime(
                    2024, 5, 6, 7, 8, 9), datetime.datetime(
                        2024, 5, 6, 7, 8, 9, 10), MyTime(2024, 5, 6, fold=1),
                datetime.timedelta(), datetime.timedelta(days=3),
                datetime.timedelta(-1, 5, 6), datetime.timedelta(seconds=1),
                datetime.timezone.utc,
                datetime.timezone(datetime.timedelta(hours=1)),
                datetime.timezone(datetime.timedelta(hours=-1), "west"),
                datetime.datetime(2024, 5, 6, tzinfo=datetime.timezone.utc),
                datetime.datetime(2024, 5, 6, fold=1, tzinfo=datetime.timezone(
                    datetime.timedelta(hours=1))),
                datetime.time(1, 2, tzinfo=datetime.timezone.utc))


def paths():
    shown = pathlib.Path("/shown")
    str(shown)  # has its text from now on
    yield from (pathlib.Path("/etc/passwd"), pathlib.Path(""),
                pathlib.Path("/"), pathlib.Path("//a/b"), pathlib.Path("a"),
                pathlib.Path("a//b/./c"), pathlib.Path("/x", "y", "z"),
                pathlib.Path("a", "/b"), pathlib.PurePosixPath("..", "it's"),
                pathlib.Path("/etc") / "hosts", shown,
                pathlib.Path("/a/b/c").parent, pathlib.Path("/a/b").joinpath(
                    "c.txt").with_suffix(".md"))


def synchronisation():
    yield from (threading.Lock(), threading.RLock(), threading.Thread(
        target=print, name="worker-thread-9"), threading.Thread(
            target=print, name="d", daemon=True), MyThread(name="mine"),
                threading.main_thread(), queue.Queue(), queue.SimpleQueue())
    held, again, running = threading.Lock(), threading.RLock(), \
        threading.Thread(target=waiting.wait, name="running", daemon=True)
    held.acquire()
    again.acquire()
    again.acquire()
    running.start()
    ended = threading.Thread(target=print, args=("",), kwargs={"end": ""},
                             name="ended")
    ended.start()
    ended.join()
    yield from (held, again, running, ended, [held, {"t": ended}])
    happened = threading.Event()
    happened.set()
    yield from (threading.Event(), happened, threading.Condition(),
                threading.Condition(threading.Lock()), threading.Semaphore(3),
                threading.BoundedSemaphore(2), threading.Timer(1, print),
                Loud(int=1), LoudPath("a"))


def code():
    inner = closure(["captured"])
    empty = types.CellType()
    yield from (function, Plain.method, Plain().method, Plain.of_class,
                Plain.__dict__["of_class"], Plain.__dict__["static"],
                Plain.prop, inner, inner.__closure__[0], empty,
                function.__code__, inner.__code__, generator(),
                async_generator(), lambda: None, len, print, [].append, {}.get,
                collections.deque().append, str.join, dict.fromkeys, int.__add__,
                (1).__add__, "".__len__, Slotted.a, Plain.__dict__["__dict__"],
                dict.__dict__["fromkeys"], type.__dict__["__mro__"], os, sys,
                types, threading, sys.modules["builtins"],
                sys.modules["zipimport"], types.ModuleType("made"),
                functools.partial(print, "x5", sep="x6"),
                functools.partial(function), functools.lru_cache()(function),
                sys._getframe(), super(Slotted, Slotted()),
                itertools.count(), itertools.count(2, 3), itertools.repeat(1),
                itertools.repeat("a", 3), iter([1]), iter({}), zip([1]),
                map(str, []), enumerate([]), reversed([1]), object())


def kinds():
    yield from (int, type, object, Plain, Outer.Inner, collections.deque,
                collections.OrderedDict, datetime.datetime, WithMeta, Meta,
                Colour, Number, Perm, Colour.RED, Colour.GREEN, Number.ONE,
                Perm.R, Perm.R | Perm.W, Perm(0), signal.SIGINT,
                http.HTTPStatus.OK, socket.AF_INET, socket.SOCK_STREAM,
                type("local", (), {}))
    yield from (re.compile("a+b"), re.compile(b"x", re.I), re.compile(
        "it's", re.M | re.S | re.X), re.compile("(?i)z", re.A), re.compile(
            "y" * 300), re.compile(b"", re.L))
    yield from (re.match("a+", "aab"), re.search(b"x(y)", b"..xy."),
                re.search("", "z"))
    yield from (typing.TypeVar("T"), typing.TypeVar("C", covariant=True),
                typing.TypeVar("D", contravariant=True))
    yield from (xml.etree.ElementTree.Element("tag"), datetime.datetime_CAPI)
    variable = contextvars.ContextVar("cvname")
    default = contextvars.ContextVar("with", default=[1])
    token = variable.set(1)
    yield from (variable, default, token, contextvars.copy_context())
    if sys.version_info >= (3, 9):
        yield from (list[int], dict[str, list[int]], tuple[()], tuple[int, ...])
    if sys.version_info >= (3, 10):
        yield from (int | None, int | str | list[int])


def exceptions():
    yield from (ValueError("the broker closed connection 4711"), ValueError(),
                KeyError("missing-key"), KeyError(("a", 1)), Exception(1, 2),
                AppError(7, "payment refused"), Outer.Mistake("nested"),
                failing(open, "/does/not/exist"), failing({}.__getitem__, "k"),
                failing(os.rename, "/does/not/exist", "/neither"),
                failing(b"\xff".decode), failing("\xff".encode, "ascii"),
                failing(compile, "a b", "file.py", "exec"),
                failing(getattr, 1, "missing"), failing(__import__, "no.such"),
                StopIteration(5), SystemExit(3), KeyboardInterrupt(),
                raised(ConnectionResetError(104, "reset")), OSError(2, "text"),
                [ValueError("the broker closed connection 4711")],
                {"error": AppError(7, "payment refused")}, Exception(["x"]))
    if sys.version_info >= (3, 11):
        yield ExceptionGroup("eg", [TypeError("inner")])
        yield BaseExceptionGroup("beg", [KeyboardInterrupt()])


def thrower(depth):
    if depth:
        thrower(depth - 1)
    for _ in range(2):
        try:
            raise KeyError("inner")
        except KeyError as e:
            raise ValueError(
                "outer") from e


def tracebacks():
    """Each where it points."""
    def local():
        yield from map(thrower, [2])

    for call, args in ((thrower, (1,)), (list, (local(),)),
                       (eval, ("1/0",)), (Plain.method, (1, 2))):
        try:
            call(*args)
        except Exception as e:  # pylint: disable=broad-except
            while e is not None:
                yield [e]
                trace = e.__traceback__
                while trace is not None:
                    yield from (trace, trace.tb_frame)
                    trace = trace.tb_next
                e = e.__cause__


def weak():
    for target in (Plain(), Plain, function, os, collections.deque()):
        objects.append(target)
        yield weakref.ref(target)
    dead = Plain()
    yield weakref.ref(dead)
    proxied = Plain()
    objects.append(proxied)
    yield weakref.proxy(proxied)
    yield weakref.proxy(Plain())
    yield weakref.WeakValueDictionary()
    yield weakref.WeakSet([proxied])


def plain():
    inner = Outer.Inner()
    slotted = Slotted()
    slotted.a = 1
    yield from (Plain(), inner, slotted, Own(), Inherits(), OwnList([1]),
                Borrowed(a=1), [Plain()], Data(1), More(2, "b", 3, [4], {5: 6}),
                Quiet(), WithMeta(), WithOwnMeta, WithOwnMeta(), [Quiet()],
                [Colour.RED, datetime.date(2020, 1, 2), pathlib.Path("/p")])


def build(_size):
    for make in (numbers, texts, containers, frozen, rings, calendar, paths,
                 synchronisation, code, kinds, exceptions, tracebacks,
                 weak, plain, zones, empty_names):
        objects.extend(make())
    return objects


def held_by_c():
    """A started thread holds its method _bootstrap: see mixed.py."""
    return {id(o): 1 for o in gc.get_objects()
            if type(o) is types.MethodType and
            o.__func__ is threading.Thread._bootstrap}


# Those have a __repr__ of their own: "-".
UNKNOWN = (Own, OwnList, MetaOwn, Loud, LoudPath)


def unknown(thing):
    """Whether nobody outside can know the repr of @thing."""
    kind = type(thing)
    return issubclass(kind, UNKNOWN)


def said(thing):
    """What is to be told of @thing: a traceback says where it points."""
    if unknown(thing):
        return None
    if type(thing) is types.TracebackType:
        code_of = thing.tb_frame.f_code
        return "%s (%s:%d)" % (
            getattr(code_of, "co_qualname", code_of.co_name),
            code_of.co_filename, thing.tb_lineno)
    return repr(thing)


def reprs():
    """Address, type and repr() of each, in the process that was forked."""
    for thing in objects:
        yield id(thing), type(thing), said(thing)
