# SPDX-License-Identifier: MIT
"""aiohttp: a server in a thread, a client beside it; open connections, web
sockets, streams that have not ended, tasks that wait."""
import asyncio
import io
import logging

import aiohttp
from aiohttp import web

from applications import held_by_c, in_thread, until  # noqa: F401

logging.disable(logging.CRITICAL)
SOCKETS = web.AppKey("sockets", list) if hasattr(web, "AppKey") else "sockets"


@web.middleware
async def timed(request, handler):
    request["started"] = asyncio.get_running_loop().time()
    return await handler(request)


async def index(request):
    return web.json_response({"path": request.path, "query": dict(
        request.query), "rows": [{"n": i} for i in range(20)]})


async def upload(request):
    post = await request.post()
    return web.json_response({key: len(value) if type(value) is str else
                              value.filename for key, value in post.items()})


async def stream(request):
    response = web.StreamResponse(headers={"X-Part": "1"})
    await response.prepare(request)
    await response.write(b"first\n" * 100)
    await request.app["never"].wait()
    return response


async def broken(request):
    raise web.HTTPConflict(text="taken", headers={"Retry-After": "5"})


async def failing(request):
    local = [request.path]
    return local[1]


async def socket(request):
    ws = web.WebSocketResponse(heartbeat=3600)
    await ws.prepare(request)
    request.app[SOCKETS].append(ws)
    async for message in ws:
        if message.type == aiohttp.WSMsgType.TEXT:
            await ws.send_json({"echo": message.data})
    return ws


async def worker(app, number):
    queue = app["queue"]
    try:
        while True:
            item = await queue.get()
            app["done"].append((number, item))
    finally:
        app["done"].append(number)


async def background(app):
    app["workers"] = [asyncio.ensure_future(worker(app, i)) for i in range(30)]
    for i in range(500):
        app["queue"].put_nowait({"job": i})
    yield
    for task in app["workers"]:
        task.cancel()


def serve(state):
    async def main():
        app = web.Application(middlewares=[timed], client_max_size=1 << 20)
        app[SOCKETS], app["done"] = [], []
        app["queue"], app["never"] = asyncio.Queue(), asyncio.Event()
        app.cleanup_ctx.append(background)
        app.add_routes([
            web.get("/", index), web.get("/item/{number:\\d+}", index),
            web.post("/upload", upload), web.get("/stream", stream),
            web.get("/broken", broken), web.get("/failing", failing),
            web.get("/socket", socket)])
        sub = web.Application()
        sub.router.add_get("/about", index, name="about")
        app.add_subapp("/sub/", sub)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        state["app"], state["runner"] = app, runner
        state["port"] = site._server.sockets[0].getsockname()[1]
        await app["never"].wait()

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *a: state["errors"].append(a))
    state["loop"] = loop
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main())


async def use(url):
    jar = aiohttp.CookieJar(unsafe=True)
    session = aiohttp.ClientSession(
        cookie_jar=jar, connector=aiohttp.TCPConnector(limit=100),
        timeout=aiohttp.ClientTimeout(total=3600), auth=aiohttp.BasicAuth(
            "user", "secret"))
    kept = [session]
    for i in range(40):
        async with session.get("%s/item/%d" % (url, i),
                               params={"q": str(i)}) as response:
            kept += [response, await response.json()]
    for i in range(10):
        form = aiohttp.FormData({"name": "n%d" % i})
        form.add_field("file", io.BytesIO(b"x" * 1000), filename="f%d" % i)
        async with session.post(url + "/upload", data=form) as response:
            kept += [form, response, await response.text()]
    for path in ("/broken", "/failing", "/nothing", "/sub/about"):
        async with session.get(url + path) as response:
            kept += [response, await response.text()]
        try:
            response.raise_for_status()
        except aiohttp.ClientResponseError as e:
            kept.append(e)
    for i in range(20):
        ws = await session.ws_connect(url + "/socket")
        await ws.send_str("hello %d" % i)
        kept += [ws, await ws.receive_json()]
    for i in range(10):
        response = await session.get(url + "/stream")
        kept += [response, await response.content.readany()]

    async def listen(ws):
        async for message in ws:
            kept.append(message)

    async def read(response):
        return await response.content.read()

    kept += [asyncio.ensure_future(listen(ws)) for ws in kept
             if type(ws) is aiohttp.ClientWebSocketResponse]
    kept += [asyncio.ensure_future(read(r)) for r in kept[-40:]
             if type(r) is aiohttp.ClientResponse]
    try:
        await asyncio.wait_for(session.get(url + "/stream"), 0.2)
        await asyncio.wait_for(asyncio.shield(kept[-1]), 0.05)
    except asyncio.TimeoutError as e:
        kept.append(e)
    gathered = asyncio.gather(*[asyncio.sleep(3600, i) for i in range(50)])
    await asyncio.sleep(0.1)
    return kept, gathered


def build(size):
    state = {"errors": []}
    thread = in_thread(serve, state)
    until(lambda: "port" in state)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    kept = loop.run_until_complete(use("http://127.0.0.1:%d" % state["port"]))
    until(lambda: len(state["app"]["done"]) == 500)
    return thread, state, loop, kept
