# SPDX-License-Identifier: MIT
"""Twisted: its reactor in a thread, protocols on the loopback, deferreds that
wait, coroutines of them, failures, a web server."""
import threading

from twisted.application import internet, service
from twisted.internet import defer, error, protocol, reactor, task, threads
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.logger import Logger
from twisted.protocols import amp, basic
from twisted.python import failure
from twisted.web import client, resource, server, static
from zope.interface import Interface, implementer

from applications import held_by_c, in_thread, until  # noqa: F401


class IStore(Interface):
    def put(key, value):
        """Keep it."""


@implementer(IStore)
class Store:
    log = Logger()

    def __init__(self):
        self.values = {}

    def put(self, key, value):
        self.values[key] = value


class Chat(basic.LineReceiver):
    def connectionMade(self):
        self.factory.peers.append(self)
        self.loop = task.LoopingCall(self.sendLine, b"tick")
        self.loop.start(3600, now=False)

    def lineReceived(self, line):
        self.factory.store.put(line, [self])
        for peer in self.factory.peers:
            peer.sendLine(line)


class ChatFactory(protocol.ServerFactory):
    protocol = Chat

    def __init__(self):
        self.peers, self.store = [], Store()


class Talker(basic.LineReceiver):
    def __init__(self, name):
        self.name, self.lines, self.waiting = name, [], []

    def lineReceived(self, line):
        self.lines.append(line)
        waiting, self.waiting = self.waiting, []
        for d in waiting:
            d.callback(line)

    def next(self):
        d = defer.Deferred()
        self.waiting.append(d)
        return d


class Sum(amp.Command):
    arguments = [(b"a", amp.Integer()), (b"b", amp.Integer())]
    response = [(b"total", amp.Integer())]


class Page(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        if b"wait" in request.uri:
            HELD.append(request)
            return server.NOT_DONE_YET
        return b"<p>" + request.uri


HELD = []


@defer.inlineCallbacks
def talk(port, number, kept):
    end = TCP4ClientEndpoint(reactor, "127.0.0.1", port)
    talker = yield connectProtocol(end, Talker("t%d" % number))
    kept.append(talker)
    talker.sendLine(b"hello %d" % number)
    line = yield talker.next()
    kept.append((talker, line))
    yield defer.Deferred()  # for ever


async def native(kept):
    try:
        await task.deferLater(reactor, 0.01, lambda: 1 // 0)
    except ZeroDivisionError as e:
        kept.append(e)
    await threads.deferToThread(sum, [1, 2])
    local = ["waiting"]
    await defer.Deferred()
    return local


def failures(kept):
    d = defer.fail(ValueError("one"))
    d.addErrback(kept.append)
    kept.append(d)
    for i in range(50):
        d = defer.Deferred()
        d.addCallback(lambda r, i=i: r / i)
        d.addCallbacks(kept.append, lambda f: kept.append(f), (), {})
        if i % 2:
            d.callback(i) if i % 3 else d.errback(KeyError(i))
        kept.append(d)
    try:
        {}["key"]
    except KeyError:
        kept.append(failure.Failure(captureVars=True))
    cancelled = defer.Deferred()
    cancelled.addErrback(lambda f: f.trap(defer.CancelledError))
    cancelled.cancel()
    kept += [cancelled, defer.gatherResults([defer.Deferred(), defer.succeed(
        1)]), defer.DeferredList([defer.Deferred()]), defer.DeferredLock(),
        defer.DeferredSemaphore(2), defer.DeferredQueue(),
        error.ConnectionDone()]


def start(kept):
    factory = ChatFactory()
    port = reactor.listenTCP(0, factory, interface="127.0.0.1")
    root = resource.Resource()
    root.putChild(b"page", Page())
    root.putChild(b"data", static.Data(b"data", "text/plain"))
    web = reactor.listenTCP(0, server.Site(root), interface="127.0.0.1")
    kept += [factory, port, web]
    for i in range(30):
        kept.append(talk(port.getHost().port, i, kept))
        kept.append(defer.ensureDeferred(native(kept)))
    agent = client.Agent(reactor, pool=client.HTTPConnectionPool(reactor))
    for path in [b"page/%d" % i for i in range(10)] + [b"data", b"none"]:
        d = agent.request(b"GET", b"http://127.0.0.1:%d/%s" % (
            web.getHost().port, path))
        d.addCallback(client.readBody)
        d.addBoth(kept.append)
    for i in range(5):
        kept.append(agent.request(b"GET", b"http://127.0.0.1:%d/page/wait" %
                                  web.getHost().port))
    failures(kept)
    for i in range(50):
        kept.append(reactor.callLater(3600 + i, kept.append, [i]))
    kept.append(agent)


def build(size):
    kept = []
    reactor.callWhenRunning(start, kept)
    application = service.Application("shop")
    timer = internet.TimerService(3600, len, [])
    timer.setServiceParent(application)
    thread = in_thread(reactor.run, False)
    until(lambda: sum(type(k) is tuple for k in kept) == 30)
    until(lambda: len(HELD) == 5)
    until(lambda: sum(type(k) is ZeroDivisionError for k in kept) == 30)
    until(lambda: sum(type(k) is bytes for k in kept) == 12)
    reactor.callFromThread(kept.append, threading.current_thread())
    return kept, application, timer, thread, amp.AMP(), Sum
