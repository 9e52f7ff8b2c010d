# SPDX-License-Identifier: MIT
"""Objects of the C types of Debian's extension packages, for survey.py.

$SURVEY names the parts below that build() makes, a package each; what cannot be
made is named on the standard error.  Beside what a part makes by hand, every
type that its C modules show is tried with a few arguments, but for those that
end the process when they are given nonsense (BY_HAND)."""
import glob
import importlib
import os
import sys
import types

ARGUMENTS = [(), (1,), ("a",), (b"ab",), ([3, 1, 2],), (len,), ("a", "b"),
             ([], 2), ({"k": [1]},), (object(),), ("a", 1), (1, 2), (1, 2, 3)]

# Types of these are made by hand alone.
BY_HAND = {"cv2", "dbus", "evdev", "fontforge", "gdal", "gi", "grpc", "h5py",
           "libvirt", "lmdb", "pygame", "PyQt5", "pyside2", "rpm", "sip",
           "smbc", "snappy", "tables", "torch", "uvloop", "vtk", "wx", "xapian",
           "numba", "llvmlite", "netCDF4", "gevent", "pycurl", "igraph",
           "zmq", "mpi4py", "apt_pkg", "ldap", "pyodbc", "selinux", "systemd",
           "kerberos", "gssapi", "cups", "cryptography", "confluent_kafka",
           "psutil", "scipy", "sklearn", "skimage", "matplotlib", "astropy",
           "pandas", "rasterio", "fiona", "pyproj", "statsmodels", "libxml2",
           "asyncpg"}


def c_modules(name):
    """Of the package that is called so: the C modules in it, imported."""
    top = importlib.import_module(name)
    found = []
    if getattr(top, "__file__", "").endswith(".so"):
        found.append(top)
    for folder in getattr(top, "__path__", ()):
        for path in sorted(glob.glob(folder + "/**/*.so", recursive=True)):
            inside = os.path.relpath(path, folder).split(".")[0]
            full = name + "." + inside.replace("/", ".")
            if "test" in full or full.endswith("__init__"):
                continue
            try:
                found.append(importlib.import_module(full))
            except Exception as e:
                print("survey.py: %s: %s" % (full, e), file=sys.stderr)
    return found


def instances(modules):
    made, seen = [], set()
    for module in modules:
        for name in sorted(vars(module)):
            kind = vars(module)[name]
            if not isinstance(kind, type) or kind in seen or issubclass(
                    kind, (type, types.ModuleType, BaseException)):
                continue
            seen.add(kind)
            for arguments in ARGUMENTS:
                try:
                    made.append(kind(*arguments))
                except Exception:  # whatever the type thinks of it
                    continue
                break
    return made


def aiohttp():
    from aiohttp import _http_parser, web, ClientTimeout
    import asyncio
    loop = asyncio.new_event_loop()
    return [loop, web.Application(), ClientTimeout(5),
            _http_parser.HttpRequestParser(None, loop, 2 ** 16)]


def apsw():
    import apsw
    db = apsw.Connection(":memory:")
    cursor = db.cursor()
    cursor.execute("create table t(a, b)")
    cursor.executemany("insert into t values(?, ?)", [(1, "x")] * 50)
    db.createscalarfunction("f", lambda *a: a)
    return [db, cursor, db.cursor().execute("select * from t")]


def apt_pkg():
    import apt_pkg
    return [apt_pkg.HashString("MD5Sum:d41d8cd98f00b204e9800998ecf8427e"),
            apt_pkg.TagSection("Package: x\nVersion: 1\n"),
            apt_pkg.Configuration()]


def asyncpg():
    import asyncpg
    from asyncpg.protocol import protocol
    return [asyncpg.Range(1, 2), protocol, asyncpg.Point(1, 2)]


def astropy():
    from astropy import units, time, wcs, table
    return [units.m, units.Quantity([1, 2], "m"), time.Time("2020-01-01"),
            wcs.WCS(naxis=2), table.Table({"a": [1, 2]})]


def bitarray():
    import bitarray
    from bitarray import util
    b = bitarray.bitarray("0110" * 50)
    return [b, iter(b), b.itersearch(bitarray.bitarray("01")),
            bitarray.decodetree({"a": bitarray.bitarray("0")}),
            util.zeros(5), bitarray.frozenbitarray("01")]


def bson():
    import bson
    from bson import ObjectId, SON, Code, Regex
    return [bson.BSON.encode({"a": [1, {"b": "c"}]}), ObjectId(),
            SON([("a", 1)]), Code("f", {"a": 1}), Regex("x"),
            bson.decode_all(bson.BSON.encode({"a": 1}))]


def BTrees():
    from BTrees import OOBTree, IOBTree, LOBTree, OIBTree, IIBTree
    kept = []
    for module in (OOBTree, IOBTree, LOBTree, OIBTree, IIBTree):
        prefix = module.__name__.split(".")[-1][:2]
        tree = getattr(module, prefix + "BTree")()
        for i in range(500):
            tree["k%d" % i if prefix[0] == "O" else i] = \
                [i] if prefix[1] == "O" else i
        keys = getattr(module, prefix + "TreeSet")(tree.keys())
        kept += [tree, tree.keys(), tree.items(), iter(tree.items()), keys,
                 getattr(module, prefix + "Set")(keys),
                 getattr(module, prefix + "Bucket")(tree.items())]
    return kept


def cairo():
    import cairo
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 64, 64)
    context = cairo.Context(surface)
    context.move_to(1, 1)
    context.line_to(5, 5)
    return [surface, context, context.copy_path(), iter(context.copy_path()),
            cairo.Matrix(), cairo.LinearGradient(0, 0, 1, 1),
            cairo.SolidPattern(1, 0, 0), cairo.Region(), cairo.FontOptions(),
            cairo.ToyFontFace("sans"), cairo.SurfacePattern(surface),
            cairo.RectangleInt(0, 0, 1, 1), context.get_target(),
            cairo.MeshPattern()]


def cffi():
    import cffi
    ffi = cffi.FFI()
    ffi.cdef("struct s { int a; struct s *next; }; typedef int (*f)(int);")
    library = ffi.dlopen(None)
    owner = ffi.new("struct s *")
    return [ffi, library, owner, owner[0], ffi.new_handle([1]),
            ffi.gc(owner, id), ffi.from_buffer(bytearray(8)),
            ffi.buffer(owner), ffi.callback("f", lambda i: i),
            iter(ffi.new("int[3]"))]


def confluent_kafka():
    import confluent_kafka as kafka
    return [kafka.TopicPartition("t", 1, 2), kafka.KafkaError(1)]


def contourpy():
    import contourpy
    z = [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    return [contourpy.contour_generator(z=z, name=n)
            for n in ("serial", "threaded", "mpl2005", "mpl2014")] + [
            contourpy.contour_generator(z=z).lines(1.5)]


def cryptography():
    from cryptography import fernet, x509
    from cryptography.hazmat.primitives import hashes, serialization, padding
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.x509.oid import NameOID
    import datetime
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "coil")])
    now = datetime.datetime(2020, 1, 1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(5)
    builder = builder.not_valid_before(now).not_valid_after(now)
    builder = builder.add_extension(x509.SubjectAlternativeName(
        [x509.DNSName("a")]), False)
    cert = builder.sign(key, hashes.SHA256())
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(
        key, hashes.SHA256())
    crl = x509.CertificateRevocationListBuilder().issuer_name(
        name).last_update(now).next_update(
        now + datetime.timedelta(1)).add_revoked_certificate(
        x509.RevokedCertificateBuilder().serial_number(3).revocation_date(
            now).build()).sign(key, hashes.SHA256())
    aes = Cipher(algorithms.AES(b"k" * 16), modes.CBC(b"i" * 16))
    digest = hashes.Hash(hashes.SHA256())
    return [key, cert, cert.extensions, cert.subject, csr, csr.extensions, crl,
            list(crl), crl[0], cert.public_key(), aes, aes.encryptor(), digest,
            ed25519.Ed25519PrivateKey.generate(),
            padding.PKCS7(128).padder(), padding.PKCS7(128).unpadder(),
            fernet.Fernet(fernet.Fernet.generate_key())]


def cv2():
    import cv2
    import numpy
    image = numpy.zeros((32, 32, 3), numpy.uint8)
    kept = [cv2.KeyPoint(1, 2, 3), cv2.UMat(image), cv2.ORB_create(),
            cv2.BFMatcher(), cv2.CascadeClassifier(), cv2.FileStorage(),
            cv2.createCLAHE(), cv2.TickMeter(), cv2.DMatch(),
            cv2.SimpleBlobDetector_create(), cv2.cvtColor(image, 6)]
    return kept


def cytoolz():
    import cytoolz
    from cytoolz import itertoolz, functoolz
    return [cytoolz.curry(len), cytoolz.compose(str, len),
            cytoolz.juxt(len, str), cytoolz.complement(bool),
            cytoolz.interleave([[1, 2], [3]]), cytoolz.partition(2, range(9)),
            cytoolz.partition_all(2, range(9)), cytoolz.accumulate(max, [1]),
            cytoolz.sliding_window(2, range(5)), cytoolz.unique([1, 2]),
            cytoolz.concatv([1], [2]), cytoolz.interpose(1, [2]),
            cytoolz.join(len, ["a"], len, ["b"]), cytoolz.memoize(len),
            functoolz.excepts(ValueError, int), cytoolz.remove(bool, [1]),
            itertoolz.random_sample(.5, [1]), cytoolz.mapcat(list, [[1]])]


def dbus():
    import dbus
    return [dbus.Array([1, 2]), dbus.Dictionary({"a": 1}), dbus.Int32(5),
            dbus.Struct((1, "a")), dbus.String("s"), dbus.ByteArray(b"b"),
            dbus.ObjectPath("/a"), dbus.lowlevel.SignalMessage(
                "/a", "a.b", "C"), dbus.lowlevel.MethodCallMessage(
                "a.b", "/a", "a.b", "C")]


def ephem():
    import ephem
    return [ephem.Observer(), ephem.Sun(), ephem.Date("2020"),
            ephem.city("Paris"), ephem.Mars(), ephem.degrees(1)]


def falcon():
    import falcon
    return [falcon.App()]


def fiona():
    import fiona
    from fiona import _env, ogrext
    return [_env, ogrext, fiona.Env()]


def gdal():
    from osgeo import gdal, ogr, osr
    driver = gdal.GetDriverByName("MEM")
    data = driver.Create("", 8, 8)
    return [driver, data, data.GetRasterBand(1), osr.SpatialReference(),
            ogr.Geometry(ogr.wkbPoint), ogr.FeatureDefn()]


def gevent():
    import gevent
    from gevent import event, lock, queue, pool, local
    from gevent.hub import get_hub
    hub = get_hub()
    own = local.local()
    own.x = [1]
    return [hub, hub.loop, hub.loop.timer(5), hub.loop.async_(),
            hub.loop.io(0, 1), event.Event(), event.AsyncResult(),
            lock.BoundedSemaphore(2), lock.RLock(), queue.Queue(),
            queue.PriorityQueue(), pool.Pool(3), own,
            [gevent.Greenlet(len, [i]) for i in range(50)],
            [gevent.spawn_later(100, len, [i]) for i in range(50)],
            queue.Channel(), queue.SimpleQueue()]


def gi():
    from gi.repository import GObject, GLib, Gio

    class Source(GObject.Object):
        __gsignals__ = {"sig": (GObject.SignalFlags.RUN_FIRST, None,
                                (object,))}
        value = GObject.Property(type=int)

        def on(self, *args):
            pass

    kept = []
    for i in range(200):
        source = Source()
        source.connect("sig", source.on, {"u": i})
        source.own = [i]
        kept.append(source)
    for i in range(20):
        dead = Source()
        dead.connect("sig", dead.on, {"dead": i})
    del dead
    source.connect("notify::value", len)
    store = Gio.ListStore.new(GObject.Object)
    store.append(source)
    return kept + [store, GLib.MainLoop(), GLib.Variant("as", ["a", "b"]),
                   Gio.File.new_for_path("/"), GLib.VariantType("s"),
                   Gio.SimpleAction.new("a", None), GLib.Bytes(b"ab"),
                   source.bind_property("value", kept[0], "value"),
                   GLib.DateTime.new_now_utc(), GObject.Value(int, 5),
                   GLib.timeout_source_new(5), source.weak_ref(len),
                   Gio.Cancellable(), Gio.SimpleActionGroup()]


def gmpy2():
    import gmpy2
    return [gmpy2.mpz(5), gmpy2.mpq(1, 3), gmpy2.mpfr("1.5"), gmpy2.xmpz(7),
            gmpy2.mpc(1, 2), gmpy2.context(), gmpy2.random_state(1),
            gmpy2.xmpz(77).iter_set()]


def greenlet():
    import greenlet
    main = greenlet.getcurrent()

    def body(argument):
        own = [argument]
        main.switch(1)
        return own

    kept = []
    for i in range(20):
        g = greenlet.greenlet(body)
        if i % 2:
            g.switch(i)
        kept.append(g)
    return [kept, main]


def grpc():
    import grpc
    from grpc._cython import cygrpc
    channel = grpc.insecure_channel("localhost:1")
    return [channel, cygrpc.CompletionQueue(), cygrpc.Server((), False),
            cygrpc.CallDetails(), cygrpc.Operation(),
            cygrpc.SSLSessionCacheLRU(5),
            grpc.ssl_channel_credentials(), grpc.composite_call_credentials(
                grpc.access_token_call_credentials("a"),
                grpc.access_token_call_credentials("b"))]


def gssapi():
    import gssapi
    return [gssapi.Name("a@b", gssapi.NameType.user), gssapi.OID.from_int_seq(
        "1.2.3")]


def h5py():
    import h5py
    f = h5py.File("x", "w", driver="core", backing_store=False)
    d = f.create_dataset("d", data=[[1, 2], [3, 4]])
    f["g/h"] = [1]
    d.attrs["a"] = "b"
    return [f, d, f["g"], d.attrs, d.id, d.id.get_space(), d.id.get_type(),
            d.ref, d.regionref[:1], d.dims, d.dtype, h5py.h5p.create(
                h5py.h5p.FILE_ACCESS), h5py.h5t.IEEE_F64LE, f.id,
            d.id.get_create_plist(), h5py.h5s.create_simple((2, 3)),
            h5py.special_dtype(vlen=str), h5py.h5o.get_info(f.id),
            h5py.h5g.open(f.id, b"g"), h5py.h5g.open(f.id, b"g").links]


def hiredis():
    import hiredis
    reader = hiredis.Reader(protocolError=lambda *a: a,
                            replyError=lambda *a: a)
    reader.feed(b"*2\r\n$1\r\na\r\n")
    return [reader, hiredis.Reader(encoding="utf-8")]


def httptools():
    import httptools

    class Protocol:
        def on_url(self, url):
            self.url = url

    parser = httptools.HttpRequestParser(Protocol())
    parser.feed_data(b"GET /a HTTP/1.1\r\nHost: ")
    return [parser, httptools.HttpResponseParser(Protocol()),
            httptools.parse_url(b"http://a/b?c")]


def igraph():
    import igraph
    g = igraph.Graph.Ring(10)
    g.vs["name"] = [[i] for i in range(10)]
    return [g, g.vs, g.es, g.vs[1], g.es[2], g.bfsiter(0), g.dfsiter(0)]


def kiwisolver():
    import kiwisolver
    a, b = kiwisolver.Variable("a"), kiwisolver.Variable("b", [1])
    solver = kiwisolver.Solver()
    constraint = (a + 2 * b <= 5) | "strong"
    solver.addConstraint(constraint)
    return [a, b, solver, constraint, 2 * a, a + b, constraint.expression()]


def lazy_object_proxy():
    import lazy_object_proxy
    done = lazy_object_proxy.Proxy(lambda: [1])
    len(done)
    return [[done], [lazy_object_proxy.Proxy(list)]]


def llvmlite():
    from llvmlite import ir, binding
    return [ir.Module("m"), ir.IntType(32), binding.get_process_triple()]


def lmdb():
    import lmdb
    import tempfile
    env = lmdb.open(tempfile.mkdtemp(), max_dbs=2)
    txn = env.begin(write=True)
    txn.put(b"a", b"b")
    cursor = txn.cursor()
    cursor.first()
    return [env, txn, cursor, iter(cursor), cursor.iternext()]


def lxml():
    from lxml import etree, objectify
    root = etree.fromstring("<a>" + "<b k='1'>t<!--c--></b>" * 50 + "</a>")
    return [root, list(root.iter()), root.getroottree(), etree.XPath("//b"),
            etree.XPathEvaluator(root), etree.HTMLParser(),
            etree.iterwalk(root), root.iterchildren(), root.itertext(),
            root.xpath("//b/@k"), objectify.fromstring("<o><i>1</i></o>").i,
            [n.attrib for n in root], etree.XMLPullParser(),
            etree.TreeBuilder(), etree.RelaxNG(etree.XML(
                "<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'>"
                "<empty/></element>"))]


def lz4():
    import lz4.frame
    return [lz4.frame.LZ4FrameCompressor(), lz4.frame.create_compression_context(),
            lz4.frame.LZ4FrameDecompressor()]


def matplotlib():
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import ft2font, pyplot, path, _path
    import matplotlib.backends.backend_agg as agg
    figure = pyplot.figure()
    axes = figure.add_subplot(111)
    axes.plot([1, 2, 3])
    figure.canvas.draw()
    return [figure, axes, ft2font.FT2Font(matplotlib.get_data_path() +
                                          "/fonts/ttf/DejaVuSans.ttf"),
            agg.RendererAgg(10, 10, 72), path.Path([(0, 0), (1, 1)]), _path]


def markupsafe():
    import markupsafe
    return [markupsafe.Markup("<b>")]


def msgpack():
    import msgpack
    unpacker = msgpack.Unpacker(ext_hook=lambda *a: a, object_hook=len)
    unpacker.feed(msgpack.packb([[1], {"a": 2}]))
    return [unpacker, msgpack.Packer(default=str), msgpack.Timestamp(1)]


def multidict():
    import multidict
    import frozenlist
    import yarl
    d = multidict.CIMultiDict([("K%d" % i, [i]) for i in range(50)])
    return [d, multidict.MultiDictProxy(multidict.MultiDict(d)), d.keys(),
            iter(d.items()), multidict.istr("k"),
            multidict.CIMultiDictProxy(d), frozenlist.FrozenList([[1]]),
            yarl.URL("http://a/b")]


def mysqldb():
    from MySQLdb import _mysql
    import MySQLdb
    return [_mysql, MySQLdb.Error(5), MySQLdb.Date(2020, 1, 1)]


def nacl():
    from nacl import signing, public, secret
    return [signing.SigningKey.generate(), public.PrivateKey.generate(),
            secret.SecretBox(b"k" * 32)]


def netCDF4():
    import netCDF4
    d = netCDF4.Dataset("x", "w", diskless=True)
    d.createDimension("n", 5)
    v = d.createVariable("v", "f4", ("n",))
    v.units = "m"
    group = d.createGroup("g")
    return [d, v, group, d.dimensions["n"], d.createCompoundType(
        __import__("numpy").dtype([("a", "i4")]), "c")]


def numba():
    import numba

    @numba.njit
    def f(x):
        return x + 1

    f(3)
    return [f, numba.typed.List([1, 2]), numba.int64]


def numexpr():
    import numexpr
    import numpy
    a = numpy.arange(10)
    return [numexpr.evaluate("a * 2 + 1"), numexpr.NumExpr("a + 1")]


def numpy():
    import numpy as np
    records = np.zeros(50, dtype=[("i", "i4"), ("o", object)])
    records["o"] = [[i] for i in range(50)]
    base = np.arange(1000)
    return [records, base[::2], np.nditer([base, base]), base.flat,
            np.broadcast(base, base), np.float64(1.5), np.add,
            np.random.default_rng(1), np.random.RandomState(1),
            np.frompyfunc(len, 1, 1), np.vectorize(len), records[3],
            np.ma.masked_array([1], [True]), np.dtype("O"),
            np.array([[1], "a", None], dtype=object), np.busdaycalendar()]


def openssl():
    from OpenSSL import crypto, SSL
    key = crypto.PKey()
    key.generate_key(crypto.TYPE_RSA, 1024)
    return [key, SSL.Context(SSL.TLS_METHOD), crypto.X509()]


def ujson():
    import ujson
    import rapidjson
    return [ujson.loads("[1]"), rapidjson.Decoder(), rapidjson.Encoder(),
            rapidjson.RawJSON("1"), rapidjson.Validator('{"a": 1}')]


def pandas():
    import pandas as pd
    frame = pd.DataFrame({"a": range(100), "b": [[i] for i in range(100)],
                          "t": pd.date_range("2020", periods=100, tz="UTC"),
                          "k": pd.Categorical(["x", "y"] * 50)})
    frame.a.is_unique
    return [frame, frame.groupby("k").a.sum(), frame.set_index("a").index,
            frame.a.rolling(3), [pd.Timestamp(2020, 1, 1 + i % 28)
                                 for i in range(50)],
            pd.Timedelta(1, "s"), pd.Period("2020-01"), pd.Interval(1, 2),
            pd.offsets.Hour(5), pd.offsets.CustomBusinessDay(),
            pd.IntervalIndex.from_breaks(range(100)).get_loc(5)]


def persistent():
    import persistent.mapping
    from persistent.cPickleCache import PickleCache

    class Jar:
        def setstate(self, o):
            pass

        def register(self, o):
            pass

    class Own(persistent.Persistent):
        pass

    jar = Jar()
    jar.cache = PickleCache(jar, 10)
    kept = []
    for i in range(50):
        o = Own()
        o.x = [i]
        o._p_jar = jar
        o._p_oid = b"%08d" % i
        jar.cache[o._p_oid] = o
        kept.append(o)
    return [jar, kept, persistent.TimeStamp.TimeStamp(b"12345678"),
            persistent.mapping.PersistentMapping(a=1)]


def pil():
    from PIL import Image, ImageDraw, ImageFilter, ImageFont
    image = Image.new("RGB", (64, 64))
    return [image, image.load(), image.convert("P"), ImageDraw.Draw(image),
            image.filter(ImageFilter.BLUR), ImageFont.load_default(),
            image.getchannel(0), image.split()]


def protobuf():
    from google.protobuf import (descriptor_pb2, struct_pb2, timestamp_pb2,
                                 any_pb2, descriptor_pool, message_factory)
    s = struct_pb2.Struct()
    s.update({"a": [1, {"b": "c"}], "d": None})
    f = descriptor_pb2.FileDescriptorProto()
    f.name = "x.proto"
    m = f.message_type.add(name="M")
    m.field.add(name="f", number=1, type=5, label=3)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(f)
    d = pool.FindMessageTypeByName("M")
    own = message_factory.MessageFactory(pool).GetPrototype(d)(f=[1, 2])
    return [s, s.fields, s.fields["a"], s.fields["a"].list_value.values, f, m,
            m.field, pool, d, d.fields_by_name, d.fields[0], own, own.f, d.file,
            timestamp_pb2.Timestamp(seconds=5), any_pb2.Any(),
            iter(d.fields_by_name), s.ListFields(), own.DESCRIPTOR.oneofs]


def psutil():
    import psutil
    return [psutil.Process(), psutil.virtual_memory()]


def psycopg2():
    import psycopg2
    import psycopg2.extensions as e
    import psycopg2.extras
    import psycopg2.sql
    kept = [e.adapt(x) for x in ("t", 5, 1.5, [1, [2]], b"b", True)]
    kept += [e.new_type((1,), "N", lambda v, c: v), e.Xid.from_string("x"),
             psycopg2.extras.Json({"a": 1}), psycopg2.Error("e"),
             psycopg2.sql.SQL("x {}").format(psycopg2.sql.Literal([1]))]
    try:
        psycopg2.connect("host=/nonexistent dbname=none")
    except psycopg2.OperationalError as error:
        kept.append(error)
    return kept


def pycurl():
    import pycurl
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEFUNCTION, lambda data: None)
    curl.setopt(pycurl.URL, "http://a/")
    curl.setopt(pycurl.HTTPHEADER, ["A: b"])
    multi, share = pycurl.CurlMulti(), pycurl.CurlShare()
    multi.add_handle(curl)
    multi.setopt(pycurl.M_SOCKETFUNCTION, len)
    share.setopt(pycurl.SH_SHARE, pycurl.LOCK_DATA_COOKIE)
    other = pycurl.Curl()
    other.setopt(pycurl.SHARE, share)
    return [curl, multi, share, other]


def pygame():
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    import pygame
    surface = pygame.Surface((8, 8))
    return [surface, surface.subsurface((0, 0, 4, 4)), pygame.Rect(1, 2, 3, 4),
            pygame.math.Vector2(1, 2), pygame.Color(5), pygame.mask.Mask((4, 4)),
            pygame.time.Clock(), pygame.PixelArray(surface),
            pygame.event.Event(5, {"a": [1]}), pygame.sprite.Sprite(),
            surface.get_view(), pygame.math.Vector3()]


def pygit2():
    import pygit2
    import tempfile
    repo = pygit2.init_repository(tempfile.mkdtemp())
    author = pygit2.Signature("a", "a@b")
    blob = repo.create_blob(b"text")
    builder = repo.TreeBuilder()
    builder.insert("f", blob, pygit2.GIT_FILEMODE_BLOB)
    tree = builder.write()
    commit = repo.create_commit("HEAD", author, author, "m", tree, [])
    return [repo, author, repo[blob], repo[tree], repo[commit], builder,
            repo.walk(commit), repo.head, repo.config, repo.index, commit,
            repo[tree].diff_to_tree(), iter(repo[tree]), repo[tree]["f"],
            repo.head.log(), list(repo[tree].diff_to_tree())]


def pyodbc():
    import pyodbc
    return [pyodbc.Error("a"), pyodbc]


def pyproj():
    import pyproj
    crs = pyproj.CRS.from_epsg(4326)
    return [crs, pyproj.Transformer.from_crs(4326, 3857), pyproj.Geod(
        ellps="WGS84"), pyproj.Proj("EPSG:3857"), crs.ellipsoid, crs.datum,
        crs.coordinate_system, crs.coordinate_system.axis_list,
        crs.prime_meridian, crs.area_of_use]


def PyQt5():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PyQt5 import QtCore

    class Own(QtCore.QObject):
        done = QtCore.pyqtSignal(object)

        def on(self, x):
            pass

    kept = []
    for i in range(50):
        own = Own()
        own.done.connect(own.on)
        own.x = [i]
        own.setProperty("p", {"a": i})
        child = Own(own)
        child.y = [own]
        kept.append(own)
    return kept + [QtCore.QTimer(), QtCore.QVariant([1]), QtCore.QPoint(1, 2),
                   QtCore.QByteArray(b"a"), QtCore.QUrl("http://a"), own.done,
                   QtCore.QDateTime.currentDateTime(), QtCore.QMutex(),
                   QtCore.QThread(), QtCore.QModelIndex(), Own.done,
                   QtCore.QStringListModel(["a"]), QtCore.QRegExp("a"),
                   QtCore.QSettings("a", "b"), QtCore.Qt.AlignLeft,
                   QtCore.QJsonValue(5), QtCore.QEvent(QtCore.QEvent.User)]


def pyrsistent():
    import pyrsistent
    vector = pyrsistent.pvector([[i] for i in range(1500)])
    evolver = vector.evolver()
    evolver[7] = ["changed"]
    return [vector, vector.set(5, "x"), vector.append([1]), evolver,
            iter(vector), pyrsistent.pmap({1: [1]}), pyrsistent.pset([1])]


def pyside2():
    from PySide2 import QtCore

    class Own(QtCore.QObject):
        done = QtCore.Signal(object)

        def on(self, x):
            pass

    own = Own()
    own.done.connect(own.on)
    return [own, Own(own), QtCore.QTimer(), QtCore.QPoint(1, 2), own.done,
            QtCore.QByteArray(b"a"), QtCore.QUrl("a"), QtCore.Qt.AlignLeft]


def pywt():
    import pywt
    return [pywt.Wavelet("db2"), pywt.ContinuousWavelet("morl"),
            pywt.dwt([1, 2, 3, 4], "db1")]


def rasterio():
    import rasterio
    from rasterio.io import MemoryFile
    memory = MemoryFile()
    data = memory.open(driver="GTiff", width=4, height=4, count=1,
                       dtype="uint8")
    return [memory, data, rasterio.crs.CRS.from_epsg(4326), rasterio.Env()]


def regex():
    import regex
    pattern = regex.compile(r"(?P<w>\w+)\s\L<n>", n=["a", "b"])
    text = "word a other b " * 30
    return [pattern, list(pattern.finditer(text)), pattern.scanner(text),
            pattern.splititer(text)]


def rtree():
    from rtree import index
    tree = index.Index()
    tree.insert(1, (0, 0, 1, 1), obj=[1])
    return [tree]


def scipy():
    import numpy as np
    from scipy import interpolate, sparse, spatial, optimize
    from scipy.cluster import _hierarchy
    from scipy.spatial import transform
    points = np.random.RandomState(1).rand(30, 2)
    return [spatial.cKDTree(points), spatial.Delaunay(points),
            spatial.ConvexHull(points), spatial.Voronoi(points), _hierarchy,
            spatial.cKDTree(points).tree, interpolate.BSpline(
                np.arange(7), np.ones(4), 2), sparse.csr_matrix(np.eye(3)),
            transform.Rotation.from_quat([0, 0, 0, 1]),
            interpolate.LinearNDInterpolator(points, points[:, 0]),
            interpolate.RegularGridInterpolator((range(3), range(3)),
                                                np.ones((3, 3))),
            optimize.LinearConstraint(np.eye(2), 0, 1)]


def shapely():
    from shapely import geometry, strtree, prepared, wkt
    import shapely.speedups
    shapely.speedups.enable()
    p = geometry.Point(1, 2)
    return [p, geometry.Polygon([(0, 0), (1, 0), (1, 1)]),
            geometry.LineString([(0, 0), (1, 1)]), strtree.STRtree([p]),
            prepared.prep(p.buffer(1)), wkt.loads("POINT (1 1)")]


def simplejson():
    import simplejson
    return [simplejson.JSONDecoder(object_hook=len), simplejson.JSONEncoder(),
            simplejson.decoder.JSONDecoder().scan_once,
            simplejson.encoder.c_make_encoder]


def skimage():
    from skimage import measure, graph, morphology
    import numpy as np
    return [graph.MCP(np.ones((4, 4))), graph.MCP_Geometric(np.ones((4, 4))),
            measure.label(np.eye(4, dtype=int)),
            morphology.max_tree(np.ones((4, 4), np.uint8))]


def sklearn():
    import numpy as np
    from sklearn import ensemble, neighbors, svm, tree, linear_model, cluster
    from sklearn import _loss
    from sklearn.gaussian_process import GaussianProcessRegressor
    x = np.random.RandomState(1).rand(60, 3)
    y = (x[:, 0] > .5).astype(int)
    return [m.fit(x, y) for m in (
        ensemble.RandomForestClassifier(3), tree.DecisionTreeClassifier(),
        ensemble.GradientBoostingClassifier(n_estimators=3), svm.SVC(),
        ensemble.HistGradientBoostingClassifier(max_iter=3),
        neighbors.KNeighborsClassifier(algorithm="kd_tree"),
        neighbors.KNeighborsClassifier(algorithm="ball_tree"),
        linear_model.SGDClassifier(), cluster.KMeans(2, n_init=1),
        GaussianProcessRegressor())] + [
        neighbors.KDTree(x), neighbors.BallTree(x), _loss.HalfSquaredError(),
        cluster.Birch().fit(x)]


def snappy():
    import snappy
    return [snappy.StreamCompressor(), snappy.compress(b"abc")]


def sqlalchemy():
    import sqlalchemy as sa
    engine = sa.create_engine("sqlite://")
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer),
                     sa.Column("b", sa.String))
    connection = engine.connect()
    table.create(connection)
    connection.execute(table.insert(), [{"a": i, "b": "x"} for i in range(20)])
    rows = connection.execute(table.select())
    return [engine, connection, rows, rows.fetchmany(5), rows.keys(),
            sa.select(table.c.a)]


def tables():
    import tables
    f = tables.open_file("x", "w", driver="H5FD_CORE",
                         driver_core_backing_store=0)
    array = f.create_array("/", "a", [1, 2, 3])
    table = f.create_table("/", "t", {"c": tables.Int32Col()})
    row = table.row
    row["c"] = 5
    row.append()
    table.flush()
    return [f, array, table, row, table.where("c > 1"), table.cols,
            f.create_vlarray("/", "v", tables.ObjectAtom()),
            f.create_earray("/", "e", tables.Float64Atom(), (0,)), f.root._v_attrs,
            f.create_group("/", "g")]


def torch():
    import torch
    x = torch.ones(3, 3, requires_grad=True)
    y = (x * 2 + x.t()).sum().exp()
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())

    class Own(torch.autograd.Function):
        @staticmethod
        def forward(context, a):
            context.save_for_backward(a)
            context.own = [1]
            return a * 2

        @staticmethod
        def backward(context, g):
            return g

    z = Own.apply(x)
    x.register_hook(lambda g: g)
    script = torch.jit.script(torch.nn.Linear(2, 2))
    kept = [x, y, y.grad_fn, y.grad_fn.next_functions, model, z, z.grad_fn,
            model(x), torch.Generator(), x.detach().storage(), x.dtype,
            torch.device("cpu"), torch.Size([1, 2]), x.layout, script,
            torch.finfo(torch.float32), torch.optim.SGD(model.parameters(), 1),
            torch.sparse_coo_tensor([[0], [1]], [1.0]), script.graph,
            torch.nn.utils.rnn.pack_sequence([x.detach()]),
            list(model.parameters())]
    for i in range(30):
        own = torch.ones(2)
        own.attribute = [own]
        kept.append(own)
    return kept


def tornado():
    from tornado import speedups, websocket
    return [speedups.websocket_mask, websocket]


def twisted():
    from twisted.internet import defer, reactor, task
    import twisted.python._sendmsg
    d = defer.Deferred()
    d.addCallback(len)
    return [d, reactor, task.LoopingCall(len), twisted.python._sendmsg]


def uvloop():
    import uvloop
    import asyncio
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    kept = [loop, loop.call_later(100, len, [1]), loop.call_soon(len, [2]),
            loop.create_future(), asyncio.Lock()]

    async def serve():
        return await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)

    kept.append(loop.run_until_complete(serve()))
    a, b = __import__("socket").socketpair()
    kept += [loop.run_until_complete(asyncio.open_connection(sock=a)), b]
    return kept


def vtk():
    import vtkmodules.vtkCommonCore as core
    import vtkmodules.vtkCommonDataModel as model
    array = core.vtkIntArray()
    array.AddObserver("ModifiedEvent", lambda *a: None)
    points = core.vtkPoints()
    points.own = [1]
    return [array, points, model.vtkPolyData(), model.vtkImageData(),
            core.vtkVariant(5), core.vtkLookupTable(), model.vtkVector3d(1, 2, 3)]


def wrapt():
    import wrapt

    @wrapt.decorator
    def around(wrapped, instance, args, kwargs):
        return wrapped(*args, **kwargs)

    class C:
        @around
        def method(self):
            pass

    c = C()
    def function():
        pass

    return [around(function), wrapt.ObjectProxy([1]), c, c.method, function,
            wrapt.PartialCallableObjectProxy(max, [1]),
            wrapt.WeakFunctionProxy(function)]


def wx():
    import wx
    return [wx.Point(1, 2), wx.Size(3, 4), wx.Rect(1, 2, 3, 4),
            wx.DateTime.Now(), wx.Colour(1, 2, 3), wx.TimeSpan()]


def xapian():
    import xapian
    db = xapian.inmemory_open()
    document = xapian.Document()
    document.set_data("x")
    document.add_term("a")
    db.add_document(document)
    enquire = xapian.Enquire(db)
    enquire.set_query(xapian.Query("a"))
    matches = enquire.get_mset(0, 5)
    return [db, document, enquire, matches, list(matches), iter(matches),
            xapian.Stem("en"), xapian.QueryParser(), document.termlist()]


def yaml():
    import yaml
    text = "\n".join("- {a: %d, b: [x, y]}" % i for i in range(50))
    return [yaml.CSafeLoader(text), list(yaml.parse(text)),
            list(yaml.scan(text, Loader=yaml.CSafeLoader)),
            yaml.compose(text, Loader=yaml.CSafeLoader), yaml.CSafeDumper(
                __import__("io").StringIO())]


def zmq():
    import zmq
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    return [context, socket, zmq.Frame(b"a"), zmq.Poller()]


def zope():
    import zope.interface
    from zope.interface import adapter

    class I(zope.interface.Interface):
        def f():
            """f"""

    @zope.interface.implementer(I)
    class C:
        pass

    registry = adapter.AdapterRegistry()
    registry.register([I], I, "", [1])
    registry.lookup([I], I)
    c = C()
    zope.interface.alsoProvides(c, I)
    return [I, C, c, registry, zope.interface.implementedBy(C),
            zope.interface.providedBy(c), registry._v_lookup, I["f"]]


def zope_proxy():
    import zope.proxy
    return [[zope.proxy.ProxyBase([i]) for i in range(20)]]


def zstandard():
    import zstandard
    c, d = zstandard.ZstdCompressor(), zstandard.ZstdDecompressor()
    data = c.compress(b"a" * 1000)
    import io
    return [c, d, c.compressobj(), d.decompressobj(), zstandard.BufferWithSegments
            (data, b"\0" * 8 + len(data).to_bytes(8, "little")),
            c.stream_reader(io.BytesIO(b"a")), c.stream_writer(io.BytesIO()),
            d.stream_reader(io.BytesIO(data)), c.chunker(),
            zstandard.ZstdCompressionDict(b"a"),
            zstandard.ZstdCompressionParameters(), c.read_to_iter(b"a")]


# Part: what to import, where it is called otherwise.
MODULES = {"dbus": "_dbus_bindings", "gdal": "osgeo", "libxml2": "libxml2mod",
           "mysqldb": "MySQLdb", "nacl": "nacl", "openssl": "OpenSSL",
           "pil": "PIL", "protobuf": "google.protobuf",
           "pyside2": "PySide2.QtCore", "vtk": "vtkmodules.vtkCommonCore",
           "zope": "zope.interface", "zope_proxy": "zope.proxy",
           "pyrsistent": "pvectorc", "cffi": "_cffi_backend"}

# Parts that are only what their C modules show.
SHOWN = ["Levenshtein", "bcrypt", "bottleneck", "cftime", "coverage", "erfa",
         "jellyfish", "netifaces", "setproctitle", "statsmodels", "xxhash"]

# Part: Debian's packages of it, where it is not python3- and its name.
PACKAGES = {
    "BTrees": "python3-btrees", "Levenshtein": "python3-levenshtein",
    "PyQt5": "python3-pyqt5", "apt_pkg": "python3-apt",
    "confluent_kafka": "python3-confluent-kafka", "cv2": "python3-opencv",
    "grpc": "python3-grpcio", "lazy_object_proxy":
        "python3-lazy-object-proxy",
    "multidict": "python3-multidict python3-frozenlist python3-yarl",
    "netCDF4": "python3-netcdf4", "pyside2": "python3-pyside2.qtcore",
    "ujson": "python3-ujson python3-rapidjson", "vtk": "python3-vtk9",
    "wx": "python3-wxgtk4.0", "zope": "python3-zope.interface",
    "zope_proxy": "python3-zope.proxy",
}

# Those that make check asks: small ones.
FEW = ["BTrees", "aiohttp", "contourpy", "cryptography", "cytoolz", "gi",
       "kiwisolver", "persistent", "zope", "zstandard"]

NAMES = os.environ.get("SURVEY", "").split()


def load(names):
    found = []
    for name in names:
        try:
            found.append((name, c_modules(MODULES.get(name, name))))
        except Exception as e:
            print("survey.py: %s: %s" % (name, e), file=sys.stderr)
            if os.environ.get("SURVEY_ALL"):
                sys.exit(77)
    return found


LOADED = load(NAMES)


def build(size):
    kept = []
    for name, modules in LOADED:
        if name not in BY_HAND:
            kept.append(instances(modules))
        part = globals().get(name)
        if type(part) is not types.FunctionType:
            continue
        try:
            kept.append(part())
        except Exception as e:
            print("survey.py: %s: %s: %s" % (name, type(e).__name__, e),
                  file=sys.stderr)
    return kept  # and garbage, for nothing collects
