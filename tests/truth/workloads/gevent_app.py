# SPDX-License-Identifier: MIT
"""gevent with its monkey's patches: pools, queues, greenlets that wait for each
other, a server and its clients, native threads of its own."""
from gevent import monkey

monkey.patch_all()

import socket
import threading
import time

import gevent
import gevent.backdoor
import gevent.baseserver
import gevent.event
import gevent.local
import gevent.lock
import gevent.pool
import gevent.pywsgi
import gevent.queue
import gevent.server
import gevent.subprocess
import gevent.threadpool
import gevent.timeout

from applications import held_by_c  # noqa: F401


class Worker(gevent.Greenlet):
    def __init__(self, queue, results):
        super().__init__()
        self.queue, self.results = queue, results

    def _run(self):
        while True:
            item = self.queue.get()
            if item % 50 == 49:
                raise ValueError(item)
            self.results.append((self, item))


def deep(depth, event, argument):
    local = [depth, argument]
    if depth:
        return deep(depth - 1, event, local)
    event.wait()
    return local


def generator(event):
    for i in range(3):
        yield i
        event.wait()


def echo(client, address):
    file = client.makefile("rwb")
    for line in file:
        file.write(line.upper())
        file.flush()


def page(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"first"
    NEVER.wait()


NEVER = gevent.event.Event()


def servers():
    kept = []
    server = gevent.server.StreamServer(("127.0.0.1", 0), echo, spawn=50)
    server.start()
    wsgi = gevent.pywsgi.WSGIServer(("127.0.0.1", 0), page, log=None)
    wsgi.start()
    kept += [server, wsgi]
    for i in range(20):
        client = socket.create_connection(("127.0.0.1", server.server_port))
        client.sendall(b"line %d\n" % i)
        kept += [client, client.recv(100)]
    for i in range(10):
        client = socket.create_connection(("127.0.0.1", wsgi.server_port))
        client.sendall(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % i)
        kept += [client, client.recv(1000)]
    reader = gevent.spawn(client.recv, 100)
    gevent.sleep(0)
    return kept, reader


def build(size):
    gevent.get_hub().NOT_ERROR += (ValueError,)  # told by get(), not printed
    queue, results = gevent.queue.JoinableQueue(), []
    workers = [Worker(queue, results) for _ in range(20)]
    for worker in workers:
        worker.start()
    for i in range(400):
        queue.put(i)
    gevent.sleep(0.05)
    event, ready = gevent.event.Event(), gevent.event.AsyncResult()
    pool = gevent.pool.Pool(30)
    waiting = [pool.spawn(deep, i % 9, event, {"i": i}) for i in range(30)]
    group = gevent.pool.Group()
    for i in range(100):
        group.spawn(ready.get)
    rest = [gevent.spawn(list, generator(event)) for _ in range(20)]
    rest += [gevent.spawn_later(3600, print, i) for i in range(20)]
    rest += [gevent.spawn(time.sleep, 3600) for _ in range(20)]
    for greenlet in rest[:5]:
        greenlet.link(lambda g: results.append(g))
        greenlet.rawlink(results.append)
    lock, semaphore = threading.RLock(), gevent.lock.BoundedSemaphore(2)
    lock.acquire()
    rest += [gevent.spawn(lock.acquire) for _ in range(10)]
    rest += [gevent.spawn(semaphore.acquire) for _ in range(10)]
    local = gevent.local.local()
    local.here = ["main"]

    def with_local(i):
        local.here = [i]
        with gevent.timeout.Timeout(3600):
            NEVER.wait()

    rest += [gevent.spawn(with_local, i) for i in range(30)]
    killed = [gevent.spawn(NEVER.wait) for _ in range(5)]
    threads = [threading.Thread(target=deep, args=(2, event, i), daemon=True)
               for i in range(10)]
    for thread in threads:
        thread.start()
    native = gevent.threadpool.ThreadPool(2)
    results += native.map(len, ["a", "bb", "ccc"])
    gevent.sleep(0.05)
    gevent.killall(killed)
    full = gevent.queue.Queue(1)
    full.put("one")
    rest += [gevent.spawn(full.put, i) for i in range(5)]
    priority = gevent.queue.PriorityQueue(items=[(3, "c"), (1, "a")])
    never_run = [gevent.Greenlet(len, []) for _ in range(5)]
    kept = servers()
    gevent.sleep(0.05)
    return [queue, results, workers, event, ready, pool, waiting, group, rest,
            lock, semaphore, local, killed, threads, native, full, priority,
            never_run, kept, gevent.get_hub()]
