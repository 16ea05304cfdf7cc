"""A socket lives no longer than its session, and opens only on a page of ours."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from pages.gate import messages, sockets
from pages.gate.messages import Verdict
from pages.gate.settings import Settings
from pages.gate.socket_peer import SocketPeer
from pages.gate.sockets import Watched
from tests.pages.gate.conftest import HOST, run

CLICK = BackMsg(rerun_script=ClientState(page_name="registry")).SerializeToString()
BEAT = BackMsg(app_heartbeat=True).SerializeToString()


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
    asked, clicks = [], [CLICK]

    async def receive():
        if not clicks:
            await asyncio.sleep(3_600)
        return {"type": "websocket.receive", "bytes": clicks.pop()}

    async def send(_message):
        pass

    def still(is_active):
        asked.append(is_active)
        return len(asked) < 2

    in_a_loop(asyncio.wait_for(Watched(still, every=0.01).run(echo, {}, receive, send), 30))
    assert asked == [True, False]


def _spoken(*given):
    """Run a socket to which some frames come, then the end; give what reached the application and what was sent."""
    frames, reached, sent = list(given), [], []

    async def receive():
        return frames.pop(0) if frames else {"type": "websocket.disconnect"}

    async def send(message):
        sent.append(message)

    async def inner(_scope, receive, _send):
        while (message := await receive())["type"] != "websocket.disconnect":
            reached.append(message["bytes"])

    in_a_loop(asyncio.wait_for(Watched(lambda _: True).run(inner, {}, receive, send), 30))
    return reached, sent


def _frame(data):
    return {"type": "websocket.receive", "bytes": data}


@pytest.mark.parametrize(
    "kind",
    ["clear_cache", "set_run_on_save", "load_git_info", "debug_disconnect_websocket", "debug_shutdown_runtime", None],
)
def test_messages_that_no_screen_sends_are_dropped(kind):
    message = BackMsg(**{kind: True}) if kind else BackMsg()
    assert _spoken(_frame(message.SerializeToString()), _frame(CLICK), _frame(BEAT)) == ([CLICK, BEAT], [])


@pytest.mark.parametrize("frame", [_frame(b"\xff\xff"), {"type": "websocket.receive", "text": "{}"}])
def test_what_is_no_message_ends_the_socket(frame):
    assert _spoken(frame, _frame(CLICK)) == ([], [{"type": "websocket.close", "code": 1002}])


def test_what_a_page_says_by_itself_is_no_activity():
    by_itself = BackMsg(rerun_script=ClientState(is_auto_rerun=True)).SerializeToString()
    verdicts = [messages.judge(_frame(data)) for data in (CLICK, BEAT, by_itself)]
    assert verdicts == [Verdict.SPOKEN, Verdict.TAKEN, Verdict.TAKEN]


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

        return run(SocketPeer(guarded), scope).status

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
