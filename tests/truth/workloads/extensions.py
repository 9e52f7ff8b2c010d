# SPDX-License-Identifier: MIT
"""Objects of types that only their own C code knows: of every C module of the
standard library and of the extension packages that are installed.

build() makes about 250,000 objects when nothing is missing.  Each part is on
its own; a package that is not there is named on the standard error, or ends the
workload where $TRUTH_ALL is set.

The modules are imported before: what an import keeps in variables of its
module, or leaks, is none of the objects that build() makes."""
import ctypes
import gc
import glob
import importlib
import os
import sys
import sysconfig
import types

PACKAGES = [
    "numpy", "pandas", "lxml.etree", "lxml.objectify", "multidict", "wrapt",
    "cffi", "greenlet", "pyrsistent", "pvectorc", "regex", "yaml", "msgpack",
    "psycopg2", "psycopg2.extras", "psycopg2.tz", "PIL.Image",
    "PIL.ImageDraw", "PIL.ImageFilter", "markupsafe", "frozenlist", "yarl",
    "gi", "gi.repository", "cairo", "cryptography.x509", "contourpy",
]

# Needs a display; the others are there for CPython's own tests.
NOT_IMPORTED = {"_tkinter"}

CT_UNIQUE_KEY = 56  # of cffi's CTypeDescrObject, c/_cffi_backend.c
SWITCHED = object()  # in what a greenlet passes to main.switch()
STARTED = {}  # function: greenlets that run it


def standard_modules():
    """Every C module of the standard library."""
    names = set(sys.builtin_module_names)
    dynload = sysconfig.get_path("platstdlib") + "/lib-dynload"
    for path in glob.glob(dynload + "/*.so"):
        names.add(os.path.basename(path).split(".")[0])
    loaded = []
    for name in sorted(names - NOT_IMPORTED):
        if "test" in name or name.startswith("xx"):
            continue
        try:
            loaded.append(importlib.import_module(name))
        except ImportError as e:
            missing(e)
    return loaded


def import_all():
    for name in PACKAGES:
        try:
            importlib.import_module(name)
        except ImportError as e:
            missing(e)
    # Classes and closures that are made when they are asked for and held by C.
    for part in (gi_, rust_and_cpp):
        try:
            part()
        except ImportError:
            pass  # said above
    return standard_modules()


# What constructors are tried with, in this order.
ARGUMENTS = [
    (), (1,), ("a",), (b"ab",), ([3, 1, 2],), ({"k": [1]},), (len,),
    (len, [(1,), (2,)]), ("a", "b"), ([], 2), (iter([1, 2]),),
]

# These wait, end the process, take a descriptor, or free what they are given.
NOT_MADE = {
    "_posixsubprocess", "select", "_thread", "_tracemalloc", "faulthandler",
    "signal", "_signal", "atexit", "gc", "posix", "_ctypes", "mmap", "_socket",
    "_xxsubinterpreters", "_curses", "_multiprocessing", "_testcapi", "_ssl",
    "_gdbm", "_dbm", "_io", "io", "ossaudiodev", "nis",
}


def instances(modules):
    """One or more instances of every type that such a module has."""
    made, seen = [], set()
    for module in modules:
        if module.__name__ in NOT_MADE:
            continue
        for name in sorted(vars(module)):
            kind = vars(module)[name]
            if not isinstance(kind, type) or kind in seen:
                continue
            if issubclass(kind, (type, types.ModuleType)):
                continue
            seen.add(kind)
            for arguments in ARGUMENTS:
                try:
                    made.append(kind(*arguments))
                except Exception:  # whatever the type thinks of it
                    continue
                break
    return made


def library():
    """What the constructors above do not make."""
    import _ctypes
    import array
    import ast
    import asyncio
    import bz2
    import collections
    import contextvars
    import csv
    import ctypes
    import datetime
    import decimal
    import functools
    import hashlib
    import io
    import itertools
    import json
    import lzma
    import operator
    import pickle
    import re
    import sqlite3
    import ssl
    import struct
    import symtable
    import threading
    import unicodedata
    import xml.etree.ElementTree as tree
    import zlib
    import zoneinfo
    from xml.parsers import expat

    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("p", ctypes.c_char_p),
                    ("o", ctypes.py_object)]

    kept = []
    element = tree.fromstring(
        "<a>" + "".join("<b n='%d'><c>%d</c>t</b>" % (i, i)
                        for i in range(800)) + "</a>")
    kept += [element, list(element.iter()), element.iter(), tree.XMLParser(),
             tree.TreeBuilder()]
    for i in range(800):
        kept.append(operator.itemgetter(i, str(i)))
        kept.append(operator.attrgetter("a%d.b" % i, "c"))
        kept.append(operator.methodcaller("m%d" % i, i, k=[i]))
        kept.append(array.array("i", [i]))
        kept.append(struct.Struct("%dsI" % (i % 9)))
        kept.append(functools.partial(max, [i], key=str))
        kept.append(io.StringIO("x%d" % i))
        kept.append(io.BytesIO(b"y%d" % i))
        kept.append(threading.RLock())
        kept.append(Point(i, b"text %d" % i, [i]))
        kept.append((ctypes.c_int * 3)(i, 2, 3))
        kept.append(ctypes.pointer(ctypes.c_long(i)))
        kept.append(collections.OrderedDict(a=i, b=[i]))
    pattern = re.compile("(a+)(?P<n>b*)")
    kept += [pattern, [m for m in pattern.finditer("aab ab " * 500)],
             pattern.scanner("aab")]
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    connection.execute("create table t (a, b)")
    connection.executemany("insert into t values (?, ?)",
                           [(i, "r%d" % i) for i in range(500)])
    kept += [connection, connection.cursor(),
             connection.execute("select * from t").fetchall()]
    kept.append(ast.parse("\n".join("def f%d(a, *b, c=%d): return a + c"
                                    % (i, i) for i in range(500))))
    kept += [bz2.BZ2Compressor(), lzma.LZMADecompressor(),
             zlib.compressobj(), zlib.decompressobj(), hashlib.sha256(),
             hashlib.blake2b(), ssl.create_default_context(),
             decimal.Decimal("1.5"), decimal.Context(), json.JSONDecoder(),
             json.JSONEncoder().iterencode([1]), csv.reader(["a,b"]),
             csv.writer(io.StringIO()), pickle.Pickler(io.BytesIO()),
             pickle.Unpickler(io.BytesIO()), expat.ParserCreate(),
             unicodedata.ucd_3_2_0, symtable.symtable("a = 1", "f", "exec"),
             _ctypes.Union, itertools.tee([1]), contextvars.copy_context()]
    zone = zoneinfo.ZoneInfo("UTC") if glob.glob("/usr/share/zoneinfo/UTC") \
        else datetime.timezone(datetime.timedelta(hours=3), "T")
    kept += [datetime.datetime(2020, 1, i % 28 + 1, tzinfo=zone)
             for i in range(500)]

    loop = asyncio.new_event_loop()

    async def wait(future):
        await future

    future = loop.create_future()
    tasks = [loop.create_task(wait(future)) for _ in range(300)]
    loop.call_soon(loop.stop)
    loop.run_forever()
    kept += [loop, future, tasks]
    return kept


def numpy_():
    import numpy as np
    kept = [np.array([[i], {"k": i}], dtype=object) for i in range(300)]
    fields = np.dtype([("a", "i4"), ("o", object), ("s", "S8", (2,))])
    records = np.zeros(50, dtype=fields)
    records["o"] = [[i] for i in range(50)]
    base = np.arange(10000)
    kept += [fields, records, base, base[::2], base.reshape(100, 100),
             np.array(["2020-01-01"], dtype="M8[D]"), records[3],
             np.nditer([base, base]), base.flat, np.broadcast(base, base),
             np.float64(1.5), np.str_("text"), np.bytes_(b"b"),
             np.random.default_rng(1), np.random.RandomState(1),
             np.random.PCG64(2), np.add, np.frompyfunc(len, 1, 1),
             np.vectorize(len), np.ma.masked_array([1], [True]),
             np.matrix([[1]]), np.memmap, np.busdaycalendar(),
             np.void(b"xy"), np.datetime64("2020"), np.poly1d([1, 2]),
             np.lib.index_tricks.ndindex(2), base.__array_interface__]
    kept += [np.dtype(t) for t in "bhilqefdgFDG?SUVOmM"]
    kept.append([np.float32(i) for i in range(2000)])
    return kept


def pandas_():
    import numpy as np
    import pandas as pd
    frame = pd.DataFrame({
        "a": range(1500), "b": ["s%d" % i for i in range(1500)],
        "c": [[i] for i in range(1500)],
        "t": pd.date_range("2020-01-01", periods=1500, freq="H", tz="UTC"),
        "k": pd.Categorical(["x", "y", "z"] * 500),
    })
    frame.b.is_unique
    return [frame, frame.groupby("k").a, frame.set_index("b").index,
            frame.set_index(["k", "a"]), frame.a.rolling(3), frame.c,
            [pd.Timestamp(2020, 1, 1 + i % 28) for i in range(1000)],
            [pd.Timedelta(i, "s") for i in range(500)],
            [pd.Period("2020-%02d" % (i % 12 + 1)) for i in range(200)],
            [pd.Interval(i, i + 1) for i in range(300)], pd.NaT, pd.NA,
            [pd.offsets.Hour(i) for i in range(1, 200)],
            pd.offsets.CustomBusinessDay(), pd.offsets.BMonthEnd(),
            pd.array([1, None], dtype="Int64"), pd.arrays.SparseArray([0, 1]),
            pd.IntervalIndex.from_breaks(range(100)).get_loc(5),
            frame.to_dict("records"), pd.MultiIndex.from_product([[1], [2]]),
            np.asarray(frame.c), list(frame.head(50).itertuples())]


def lxml_():
    from lxml import etree, objectify
    text = "<a xmlns:n='urn:n'>" + "".join(
        "<b k='%d'>t%d<!--c--><?p i?><n:c/></b>" % (i, i)
        for i in range(800)) + "</a>"
    root = etree.fromstring(text)
    style = etree.XSLT(etree.XML(
        "<x:stylesheet version='1.0' "
        "xmlns:x='http://www.w3.org/1999/XSL/Transform'>"
        "<x:template match='/'><r/></x:template></x:stylesheet>"))
    schema = etree.XMLSchema(etree.XML(
        "<s:schema xmlns:s='http://www.w3.org/2001/XMLSchema'>"
        "<s:element name='a'/></s:schema>"))
    nodes = list(root.iter())
    return [root, nodes, [n.attrib for n in nodes[:300]],
            [n.items for n in nodes[:50]], root.getroottree(), style, schema,
            style(root), etree.XPath("//b"), etree.XPathEvaluator(root),
            etree.HTMLParser(), etree.XMLParser(), etree.iterwalk(root),
            root.iterchildren(), root.itertext(), etree.QName("a", "b"),
            root.xpath("//b/@k"), root.xpath("//b/text()"),
            objectify.fromstring("<o><i>1</i><f>1.5</f><s>t</s></o>").i,
            etree.ElementDefaultClassLookup(), etree.CDATA("x"),
            etree.Entity("amp"), etree.PI("t", "x"), etree.Comment("c"),
            etree.XMLPullParser(), etree.tostring, etree.Element("n")]


def collections_():
    """multidict, frozenlist, yarl, pyrsistent, markupsafe."""
    kept = []
    try:
        import frozenlist
        import multidict
        import yarl
        for i in range(800):
            d = multidict.CIMultiDict([("Key%d" % i, [i]), ("k", "v")])
            kept += [d, multidict.MultiDict(a=[i]), multidict.istr("K%d" % i),
                     multidict.MultiDictProxy(multidict.MultiDict(b=i)),
                     multidict.CIMultiDictProxy(d), d.keys(), d.values(),
                     d.items(), iter(d.items()), iter(d.keys()),
                     frozenlist.FrozenList([[i], i]),
                     yarl.URL("http://h%d/p?q=%d" % (i, i))]
    except ImportError as e:
        missing(e)
    try:
        import markupsafe
        import pyrsistent
        kept += [markupsafe.Markup("<b>%d</b>" % i) for i in range(100)]
        vector = pyrsistent.pvector([[i] for i in range(1500)])
        kept += [vector, vector.set(5, "x"), vector.append([1]),
                 vector.evolver(), iter(vector), vector[3:9],
                 pyrsistent.pmap({i: [i] for i in range(1000)}),
                 pyrsistent.m(a=1), pyrsistent.pset(range(100)),
                 pyrsistent.pdeque([1, [2]]), pyrsistent.plist([1, [2]])]
        evolver = pyrsistent.pvector(range(100)).evolver()
        evolver[7] = ["changed"]
        evolver.append(["more"])
        kept.append(evolver)
    except ImportError as e:
        missing(e)
    return kept


def wrapt_():
    import wrapt

    @wrapt.decorator
    def around(wrapped, instance, args, kwargs):
        return wrapped(*args, **kwargs)

    class C:
        @around
        def method(self):
            pass

        @around
        @classmethod
        def kind(cls):
            pass

    kept = []
    for i in range(400):
        def function(a, b=[i]):
            return a, b
        c = C()
        kept += [around(function), wrapt.ObjectProxy([i]), c, c.method,
                 C.kind, wrapt.CallableObjectProxy(len),
                 wrapt.PartialCallableObjectProxy(max, [i]),
                 wrapt.WeakFunctionProxy(function), function]
    return kept


def cffi_():
    import cffi
    ffi = cffi.FFI()
    ffi.cdef("struct s { int a; char *b; struct s *next; };"
             "typedef int (*f)(int); enum e { X, Y }; size_t strlen(char *);")
    library = ffi.dlopen(None)
    kept = [ffi, library, library.strlen, ffi.typeof("struct s *")]
    for i in range(400):
        owner = ffi.new("struct s *", {"a": i})
        kept += [owner, owner[0], ffi.new("char[]", b"text %d" % i),
                 ffi.new_handle([i]), ffi.gc(owner, id),
                 ffi.cast("int", i), ffi.from_buffer(bytearray(8)),
                 ffi.buffer(owner), ffi.addressof(owner, "a")]
    kept += [ffi.callback("f", lambda i: i) for _ in range(20)]
    kept += [ffi.typeof(t) for t in ("int", "f", "enum e", "int[5]", "void *")]
    kept.append(iter(ffi.new("int[3]")))
    return kept


def greenlet_():
    import greenlet
    kept, main = [], greenlet.getcurrent()

    def body(argument):
        local = [argument, SWITCHED]
        main.switch(local)
        return local

    def nested(argument):
        return body((argument, [argument]))

    class Own(greenlet.greenlet):
        pass

    for i in range(150):
        g = (Own if i % 3 else greenlet.greenlet)(nested if i % 2 else body)
        if i % 4:
            function = nested if i % 2 else body
            STARTED[function] = STARTED.get(function, 0) + 1
            g.switch(i)
        kept.append(g)
    ended = greenlet.greenlet(len)
    ended.switch([])
    kept.append(ended)
    return [kept, main]


def gi_():
    """PyGObject's descriptions, enums, boxed values; pycairo's enums."""
    import cairo
    from gi import _gi
    from gi.repository import Gio, GLib, GObject
    repository = _gi.Repository.get_default()
    infos = [i for name in ("GLib", "Gio", "GObject")
             for i in repository.get_infos(name)]
    kept = [_gi.GObject, repository, infos, GObject.TYPE_INT, GLib.IOStatus.EOF,
            GLib.IOFlags.APPEND, GLib.Variant("(si)", ("a", 1)),
            GLib.MainLoop(), GLib.Bytes.new(b"x"), GLib.KeyFile(),
            GObject.Value(int, 5), GLib.Error("e"), Gio.File.parse_name,
            GLib.Bytes.new(b"y").get_size, cairo.Status.NO_MEMORY]
    for part in ("get_methods", "get_fields", "get_values"):
        kept.append([x for i in infos if hasattr(i, part)
                     for x in getattr(i, part)()][:300])
    kept.append([x for i in kept[-3] for x in i.get_arguments()])
    return kept


def rust_and_cpp():
    """cryptography's types, made by pyo3, and contourpy's, by pybind11."""
    import contourpy
    import datetime
    import numpy as np
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    start, end = datetime.datetime(2020, 1, 1), datetime.datetime(2040, 1, 1)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "n")])
    sha = hashes.SHA256()
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), 5, start, end).add_extension(
        x509.BasicConstraints(True, None), True).sign(key, sha)
    gone = x509.RevokedCertificateBuilder(3, start).build()
    revoked = x509.CertificateRevocationListBuilder(
        name, start, end, revoked_certificates=[gone]).sign(key, sha)
    request = x509.CertificateSigningRequestBuilder(name).sign(key, sha)
    digest = hashes.Hash(sha)
    digest.update(b"x")
    plane = np.arange(12.).reshape(3, 4)
    return [key, name, digest, certificate, certificate.extensions, revoked,
            list(revoked), request, request.extensions,
            [contourpy.contour_generator(z=plane) for _ in range(3)],
            contourpy.FillType.OuterCode, contourpy.LineType.Separate]


def regex_():
    import regex
    pattern = regex.compile(r"(?P<w>\w+)\s\L<names>", names=["a", "b"])
    text = "word a other b " * 300
    return [pattern, list(pattern.finditer(text)), pattern.scanner(text),
            pattern.splititer(text), regex.compile("(?:x){e<=2}"),
            [m.capturesdict() for m in pattern.finditer(text[:200])]]


def formats():
    """yaml, msgpack, psycopg2, PIL."""
    kept = []
    try:
        import yaml
        text = "\n".join("- {a: %d, b: [x, y]}" % i for i in range(100))
        kept += [yaml.load(text, Loader=getattr(yaml, "CSafeLoader",
                                                yaml.SafeLoader)),
                 yaml.compose(text), list(yaml.parse(text)),
                 list(yaml.scan(text))]
        if hasattr(yaml, "CSafeLoader"):
            kept.append(yaml.CSafeLoader(text))
    except ImportError as e:
        missing(e)
    try:
        import msgpack
        unpacker = msgpack.Unpacker(ext_hook=lambda *a: a)
        unpacker.feed(msgpack.packb([[1], {"a": 2}]))
        kept += [unpacker, msgpack.Packer(default=str), next(unpacker),
                 [msgpack.Timestamp(i) for i in range(50)],
                 msgpack.ExtType(5, b"x")]
    except ImportError as e:
        missing(e)
    try:
        import psycopg2
        import psycopg2.extensions
        import psycopg2.extras
        import psycopg2.tz
        adapt = psycopg2.extensions.adapt
        kept += [adapt(x) for x in ("text", 5, 1.5, [1, [2]], b"bytes", True,
                                    None)]
        kept += [psycopg2.extensions.new_type((1,), "N", lambda v, c: v),
                 psycopg2.extensions.Xid.from_string("x"),
                 psycopg2.extensions.Column("c", 23, 1, 2, 3, 4, True),
                 psycopg2.extensions.Notify(5, "channel", "payload"),
                 psycopg2.extensions.AsIs([1]), psycopg2.Error("e").diag,
                 psycopg2.extras.Json({"a": 1}), psycopg2.Error("e"),
                 psycopg2.DateFromTicks(0), psycopg2.tz.FixedOffsetTimezone(
                     offset=60)]
        try:
            psycopg2.connect("host=/nonexistent dbname=none")
        except psycopg2.OperationalError as e:
            kept.append(e)
    except ImportError as e:
        missing(e)
    try:
        from PIL import Image, ImageDraw, ImageFilter
        image = Image.new("RGB", (64, 64))
        kept += [image, image.load(), image.convert("P"),
                 ImageDraw.Draw(image), image.filter(ImageFilter.BLUR),
                 [Image.new("L", (4, 4), i) for i in range(100)]]
    except ImportError as e:
        missing(e)
    return kept


def missing(error):
    text = "extensions.py: without %s" % error.name
    if os.environ.get("TRUTH_ALL"):
        sys.exit(text)
    print(text, file=sys.stderr)


PARTS = [library, numpy_, pandas_, lxml_, collections_, wrapt_, cffi_,
         greenlet_, regex_, gi_, rust_and_cpp, formats]


MODULES = import_all()


def build(size):
    kept = [instances(MODULES)]
    for part in PARTS:
        for _ in range(max(1, size)):
            try:
                kept.append(part())
            except ImportError as e:
                missing(e)
    packages = [m for n, m in sorted(sys.modules.items())
                if getattr(m, "__file__", None) and m.__file__.endswith(".so")]
    kept.append(instances([m for m in packages
                           if not m.__name__.startswith(("numpy", "pandas",
                                                         "lxml", "greenlet",
                                                         "psycopg2", "PIL",
                                                         "_cffi", "gi", "cairo",
                                                         "cryptography",
                                                         "contourpy"))]))
    gc.collect()
    return kept


def zones():
    try:
        import zoneinfo
        return [zoneinfo.ZoneInfo("UTC")]
    except KeyError:  # no data of time zones
        return []


def held_by_c():
    """Address: references that no object holds, or, below 0, that are in an
    object and do not count.

    cffi: a C type that has a key in the table of unique types is a value of
    that table which does not count (get_unique_type).  greenlet: a suspended
    one has put its part of the C stack aside, with what it runs
    (inner_bootstrap) and with the arguments of main.switch(local), a tuple; the
    main one is in the state of its thread twice (main_greenlet,
    current_greenlet).  zoneinfo: the last eight zones made are in a list of C
    structs (ZONEINFO_STRONG_CACHE).  _asyncio: a name that it looks up with is
    in the interpreter's table of identifiers (_PyUnicode_FromId)."""
    found = {id(function): count for function, count in STARTED.items()}
    found[id(sys.intern("__asyncio_running_event_loop__"))] = 1
    for o in gc.get_objects():
        name = type(o).__module__, type(o).__name__
        if name == ("_cffi_backend", "CType"):
            if ctypes.c_void_p.from_address(id(o) + CT_UNIQUE_KEY).value:
                found[id(o)] = -1
        elif type(o) is tuple and len(o) == 1 and type(o[0]) is list and \
                len(o[0]) == 2 and o[0][1] is SWITCHED:
            found[id(o)] = 1
        elif name == ("greenlet", "greenlet") and o.parent is None:
            found[id(o)] = 2
    for o in zones():
        found[id(o)] = 1
    return found
