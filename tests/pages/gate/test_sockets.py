"""A socket lives no longer than its session, and opens only on a page of ours."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.gate import sockets
from pages.gate.settings import Settings
from pages.gate.sockets import Watched
from tests.pages.gate.conftest import HOST, run


def in_a_loop(work):
    """Run a coroutine in a loop of its own thread: a browser test of this process may hold ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work)).result()


async def echo(_scope, receive, send):
    """Answer every message until the socket ends; say so."""
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "bytes": message["bytes"]})
    await send({"type": "websocket.send", "bytes": b"after the end"})


def test_the_end_of_the_session_closes_the_socket():
    sent, asked = [], []

    async def receive():
        await asyncio.sleep(3_600)

    async def send(message):
        sent.append(message)

    def still(is_active):
        asked.append(is_active)
        return len(asked) < 3

    in_a_loop(asyncio.wait_for(Watched(still, every=0.01).run(echo, {}, receive, send), 30))
    assert sent == [{"type": "websocket.close", "code": 4401}]
    assert asked == [False, False, False]


def test_messages_of_the_reader_are_activity():
    asked, messages = [], [b"click"]

    async def receive():
        if not messages:
            await asyncio.sleep(3_600)
        return {"type": "websocket.receive", "bytes": messages.pop()}

    async def send(_message):
        pass

    def still(is_active):
        asked.append(is_active)
        return len(asked) < 2

    in_a_loop(asyncio.wait_for(Watched(still, every=0.01).run(echo, {}, receive, send), 30))
    assert asked == [True, False]


@pytest.fixture
def shake(door):
    """Give a function that asks for a socket and gives the status, 101 when the inner application was reached."""

    def asked(path="/_stcore/stream", **headers):
        found = {"host": HOST, "origin": f"http://{HOST}", **headers}
        cookie = "; ".join(f"{name}={value}" for name, value in door.cookies.items())
        pairs = [(name.replace("_", "-"), value) for name, value in found.items() if value is not None]
        scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "headers": [(n.encode(), v.encode()) for n, v in (*pairs, ("cookie", cookie))],
            "client": ("127.0.0.1", 50_000),
            "extensions": {"websocket.http.response": {}},
        }

        async def inner(scope, _receive, send):
            door.inside.append(scope)
            await send({"type": "websocket.http.response.start", "status": 101, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})

        async def guarded(scope, receive, send):
            await sockets.guarded(inner, Settings(), scope, receive, send)

        return run(guarded, scope).status

    return asked


def test_a_socket_needs_a_session_and_a_page_of_ours(door, employee, shake):
    assert shake() == 401
    number = door.begin(employee)
    assert shake(x_mcu_session="forged") == 101
    names = [(name, value) for name, value in door.inside[0]["headers"] if b"mcu" in name]
    assert names == [(b"x-mcu-session", number.encode())]
    assert door.cookies["mcu"] not in str(door.inside[0])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": None},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": f"https://{HOST}"},
        {"origin": "http://127.0.0.1:9999"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": None},
        {"path": "/_stcore/stream/"},
        {"path": "//_stcore/stream"},
        {"path": "/registry/_stcore/stream"},
    ],
)
def test_a_foreign_socket_is_refused(door, employee, shake, headers):
    door.begin(employee)
    assert shake(**headers) == 403
    assert door.inside == []
