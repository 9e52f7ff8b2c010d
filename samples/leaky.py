# SPDX-License-Identifier: MIT
"""A small report service that leaks in three ways, for samples/demo.sh.

    python3 leaky.py

It answers a line with a number by handling that many requests, and ends
with its input.  What it does wrong:

1. RENDERED keeps every report under a key that includes the request's own
   number, so that nothing is ever found in it again, and nothing evicted.
2. The collector is off "for latency", and every document that is parsed
   hangs in a cycle: a section knows its document.
3. Each session subscribes a callback to the bus of events and is never
   unsubscribed; the callback's closure holds the session.
"""
import gc
import os
import sys

USERS = ("ada", "grace", "edsger", "barbara")


class Section:
    def __init__(self, document, title, words):
        self.document = document
        self.title = title
        self.words = words


class Document:
    def __init__(self, number):
        self.number = number
        self.sections = [Section(self, "section %d" % n, [number, n])
                         for n in range(3)]

    def render(self):
        return "\n".join("%d.%d %s" % (self.number, n, section.title)
                         for n, section in enumerate(self.sections))


class Session:
    def __init__(self, user, number):
        self.user = user
        self.token = "%s-%08x" % (user, number)
        self.history = []


class Bus:
    """Who wants to hear of what."""

    def __init__(self):
        self.callbacks = {}

    def subscribe(self, topic, callback):
        self.callbacks.setdefault(topic, []).append(callback)


class Service:
    def __init__(self):
        self.bus = Bus()
        self.handled = 0

    def open_session(self, user):
        session = Session(user, self.handled)

        def note(report):
            session.history.append(report)

        self.bus.subscribe("report", note)
        return session

    def handle(self, user):
        self.handled += 1
        if self.handled % 10 == 1:
            self.open_session(user)
        key = "/report?user=%s&request=%d" % (user, self.handled)
        if key not in RENDERED:
            RENDERED[key] = Document(self.handled).render()
        return RENDERED[key]


RENDERED = {}
SERVICE = Service()


def main():
    gc.disable()
    print("serving", os.getpid(), flush=True)
    for line in sys.stdin:
        for n in range(int(line)):
            SERVICE.handle(USERS[n % len(USERS)])
        print("handled", SERVICE.handled, flush=True)


if __name__ == "__main__":
    main()
