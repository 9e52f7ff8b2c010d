# SPDX-License-Identifier: MIT
"""GLib by python3-gi: a main loop in a thread, objects with signals, properties
and closures, lists of them, variants, cycles through C."""
import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib, GObject

from applications import held_by_c, in_thread, until  # noqa: F401


class Source(GObject.Object):
    __gsignals__ = {
        "changed": (GObject.SignalFlags.RUN_FIRST, None, (object,)),
        "asked": (GObject.SignalFlags.RUN_LAST, bool, (str, int)),
    }
    name = GObject.Property(type=str, default="")
    count = GObject.Property(type=int, default=0)
    data = GObject.Property(type=object)

    def __init__(self, **properties):
        super().__init__(**properties)
        self.seen = []

    @GObject.Property(type=float)
    def ratio(self):
        return self.count / 7

    @ratio.setter
    def ratio(self, value):
        self.count = int(value * 7)

    def on(self, *args):
        self.seen.append(args)

    def do_asked(self, text, number):
        return number > 3


class Row(Source, Gio.ListModel):
    def do_get_n_items(self):
        return 3

    def do_get_item_type(self):
        return Source.__gtype__

    def do_get_item(self, position):
        return None


class Kind(GObject.GEnum):
    __gtype_name__ = "TruthKind"


def cycles():
    """Garbage: its own signal's closure holds a source."""
    for i in range(20):
        source = Source(name="lost %d" % i)
        source.connect("changed", source.on, {"n": i})


def sources(kept):
    for i in range(200):
        source = Source(name="s%d" % i, count=i, data={"n": [i]})
        source.connect("changed", source.on, {"user": i})
        source.connect("notify::count", lambda s, p, i=i: s.seen.append(i))
        source.connect_after("asked", Source.on)
        source.emit("changed", [i])
        source.set_property("count", i + 1)
        kept.append(source)
    first, second = kept[:2]
    kept.append(first.bind_property("count", second, "count",
                                    GObject.BindingFlags.DEFAULT,
                                    lambda b, v: v + 1))
    kept += [s.weak_ref(kept.append, "gone") for s in kept[10:20]]
    kept.append(second.ref_count if hasattr(second, "ref_count") else None)
    return kept


def gio(kept):
    store = Gio.ListStore.new(Source)
    for source in list(kept):
        if type(source) is Source:
            store.append(source)
    kept.append(store)
    kept += list(store)[:20]
    group = Gio.SimpleActionGroup()
    for i in range(30):
        action = Gio.SimpleAction.new_stateful(
            "a%d" % i, GLib.VariantType("s"), GLib.Variant("i", i))
        action.connect("activate", lambda a, v, data: None, [i])
        group.add_action(action)
    menu = Gio.Menu()
    menu.append("label", "app.a1")
    file = Gio.File.new_for_path("/nonexistent/file")
    try:
        file.load_contents(None)
    except GLib.Error as e:
        kept.append(e)
    task = Gio.Cancellable()
    GObject.Object.connect(task, "cancelled", lambda *a: None)
    kept += [group, menu, file, task, Gio.MemoryInputStream.new_from_bytes(
        GLib.Bytes.new(b"text")), Row(), Gio.Application(
            application_id="org.example.Truth",
            flags=Gio.ApplicationFlags.NON_UNIQUE)]
    return kept


def glib(kept):
    kept += [GLib.Variant("(sia{sv})", ("a", i, {"k": GLib.Variant("d", 1)}))
             for i in range(100)]
    kept += [v.unpack() for v in kept[-10:]]
    kept += [GLib.DateTime.new_utc(2020, 1, 1 + i % 28, 0, 0, 0)
             for i in range(50)]
    kept += [GLib.Regex.new("a+", 0, 0), GLib.KeyFile(), GLib.Checksum.new(
        GLib.ChecksumType.SHA256), GLib.MainContext.default(),
        GObject.Value(str, "value"), GObject.Value(Source, kept[0]),
        GObject.GType.from_name("GObject"), Source.props, kept[0].props,
        GObject.list_properties(Source), GLib.FileError.NOENT, Kind(0)
        if hasattr(Kind, "__enum_values__") else Kind,
        GObject.SignalFlags.RUN_FIRST | GObject.SignalFlags.DETAILED]


def build(size):
    kept = []
    sources(kept)
    gio(kept)
    glib(kept)
    cycles()
    loop = GLib.MainLoop()
    ticks = []

    class Ticker:
        def tick(self, *data):
            ticks.append(data)
            return GLib.SOURCE_CONTINUE

    ticker = Ticker()
    for i in range(30):
        kept.append(GLib.timeout_add_seconds(3600, ticker.tick, {"n": i}))
    GLib.timeout_add(1, lambda: ticks.append("once"))
    GLib.idle_add(ticks.append, "idle")
    source = GLib.Timeout(3600000)
    source.set_callback(ticker.tick, "own")
    source.attach()
    thread = in_thread(loop.run)
    until(lambda: len(ticks) >= 2)
    return [kept, loop, ticks, ticker, source, thread]
