# SPDX-License-Identifier: MIT
"""Celery with its broker in memory: a worker in a thread, tasks that end, fail,
are tried again and wait; chains, groups, chords."""
import logging
import os

import celery
import celery.contrib.testing.tasks
from celery import chain, chord, group, states
from celery.contrib.testing.worker import start_worker
from celery.schedules import crontab
from kombu import Exchange, Queue

from applications import held_by_c, until  # noqa: F401

logging.disable(logging.CRITICAL)

app = celery.Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.update(
    task_queues=[Queue("celery"), Queue("later", Exchange("later"),
                                        routing_key="later.#")],
    worker_hijack_root_logger=False, worker_redirect_stdouts=False,
    result_extended=True, task_store_eager_result=True,
    beat_schedule={"nightly": {"task": "shop.add", "args": (1, 2),
                               "schedule": crontab(hour=3)},
                   "often": {"task": "shop.fail", "schedule": 30.0}})


@app.task(name="shop.add")
def add(a, b):
    return a + b


@app.task(name="shop.total")
def total(numbers):
    return sum(numbers)


@app.task(name="shop.fail", bind=True)
def fail(self, key="nothing"):
    local = {"task": self.name}
    return local[key]


@app.task(name="shop.again", bind=True, max_retries=3)
def again(self, what):
    raise self.retry(countdown=3600, exc=ValueError(what))


class Base(celery.Task):
    _connection = None

    @property
    def connection(self):
        if self._connection is None:
            self._connection = {"open": True}
        return self._connection

    def on_success(self, result, task_id, args, kwargs):
        done.append((task_id, result))


@app.task(name="shop.order", base=Base, bind=True, ignore_result=True)
def order(self, items, **options):
    return [self.connection, items, options]


done = []


@celery.signals.task_postrun.connect
def after(task_id=None, task=None, state=None, **more):
    done.append((task_id, task.name, state))


@app.task(name="shop.ping")
def ping():
    return "pong"


def build(size):
    os.environ["C_FORCE_ROOT"] = "yes"
    worker = start_worker(app, pool="solo", perform_ping_check=False,
                          loglevel="CRITICAL", queues=["celery"])
    controller = worker.__enter__()
    results = [add.delay(i, i) for i in range(60)]
    results += [fail.delay("missing %d" % i) for i in range(5)]
    results += [chain(add.s(i, 1), add.s(2), add.s(3)).delay()
                for i in range(10)]
    results += [group(add.s(i, j) for j in range(5)).delay()
                for i in range(6)]
    results += [chord([add.s(i, j) for j in range(4)], total.s()).delay()
                for i in range(5)]
    last = add.delay(1, 1)
    for result in results[:5] + results[65:] + [last]:
        result.get(timeout=60)
    values = []
    for result in results[60:65]:
        until(result.ready)
        values.append(result.get(propagate=False))
        values.append(result.traceback)
    waiting = [again.delay("order %d" % i) for i in range(5)]
    for i in range(80):
        order.delay(["item %d" % i], price=i)
        order.apply_async(([i],), queue="later", expires=7200)
    until(lambda: sum(1 for d in done if len(d) == 3 and
                      d[1] == "shop.order") == 80)
    until(lambda: len([d for d in done if d[-1] == states.RETRY]) == 5)
    eager = [add.apply((i, i)) for i in range(30)]
    eager += [fail.apply(("x",)), again.apply(("y",), throw=False)]
    signatures = [add.s(1) | total.s(), group(add.si(1, 2), ping.s()),
                  order.signature(([1],), {"k": 2}, countdown=5)]
    return [worker, controller, results, values, waiting, eager, signatures,
            app.amqp.queues, app.connection(), app.events.State(),
            app.control.inspect()]
