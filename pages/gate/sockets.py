"""Sockets: opened only for a known person on a page of ours, and closed when the session ends."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from loaders.errors import StoreUnavailable
from pages.gate import caller, cookies, knowing, messages, visitors
from pages.gate.messages import Verdict
from pages.gate.paths import Door, door
from pages.gate.settings import Settings
from pages.gate.visitors import Visitor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CHECK_SECONDS: Final = 8.0
"""How often an open socket asks whether its session still stands."""

_ENDED: Final = 4401
"""Code of the close frame, for programs that look."""

_REFUSED: Final[dict[int, str]] = {401: "Нужно войти.", 403: "Соединение не открыто.", 503: "Хранилище недоступно."}


async def guarded(app: "ASGIApp", settings: Settings, scope: "Scope", receive: "Receive", send: "Send") -> None:
    """Run a socket of the inner application under the eye of the gate, or refuse the handshake."""
    status, visitor = await _judged(scope, settings)
    if visitor is None:
        await _refuse(scope, send, status)
        return
    inner = dict(scope)
    headers = [(name, value) for name, value in scope["headers"] if caller.canonical(name) != knowing.HEADER]
    inner["headers"] = [*cookies.without_ours(headers), (knowing.HEADER, visitor.session_id.encode())]
    await Watched(lambda is_active: _still(scope, settings, visitor, is_active=is_active)).run(
        app, inner, receive, send
    )


async def _judged(scope: "Scope", settings: Settings) -> tuple[int, Visitor | None]:
    """Give the visitor, or the status of the refusal; origin and host first: they need no store."""
    asked = door("SOCKET", scope["path"], scope.get("raw_path") or scope["path"].encode())
    if not caller.is_known_host(scope, settings) or not caller.is_own_page(scope, settings):
        return 403, None
    try:
        visitor = await run_in_threadpool(visitors.find, scope, settings, is_active=True)
    except StoreUnavailable:
        return 503, None
    if visitor is None:
        return 401, None
    return (403, None) if visitor.must_change_password or asked is not Door.SOCKET else (200, visitor)


def _still(scope: "Scope", settings: Settings, visitor: Visitor, *, is_active: bool) -> bool:
    """Say whether the session still stands; a store that does not answer ends nothing: it tells nothing either."""
    try:
        found = visitors.find(scope, settings, is_active=is_active)
    except StoreUnavailable:
        return True
    return found is not None and found.session_id == visitor.session_id


class Watched:
    """Run one socket: messages of the reader count as activity, and the end of the session closes it."""

    def __init__(self, still: Callable[[bool], bool], every: float = CHECK_SECONDS) -> None:
        self._still = still
        self._every = every
        self._ended = asyncio.Event()
        self._spoke_at = 0.0

    async def run(self, app: "ASGIApp", scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Run the inner application until it ends, the reader leaves, or the session is over."""
        watch = asyncio.create_task(self._watch(send))
        try:
            await app(scope, lambda: self._taken(receive, send), lambda message: self._send(send, message))
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    async def _taken(self, receive: "Receive", send: "Send") -> "Message":
        """Give the next message that a page of ours may send; after one that is none at all the socket is over."""
        while True:
            message = await self._receive(receive)
            verdict = messages.judge(message)
            if verdict is Verdict.SPOKEN:
                self._spoke_at = time.monotonic()
            if verdict in {Verdict.SPOKEN, Verdict.TAKEN}:
                return message
            if verdict is Verdict.BROKEN:
                self._ended.set()
                with suppress(Exception):  # the reader may have gone already
                    await send({"type": "websocket.close", "code": messages.BROKEN})
                return {"type": "websocket.disconnect", "code": messages.BROKEN}

    async def _receive(self, receive: "Receive") -> "Message":
        """Give the next message of the reader, or the end of the socket when the session is over first."""
        if self._ended.is_set():
            return {"type": "websocket.disconnect", "code": _ENDED}
        message = asyncio.ensure_future(receive())
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({message, ended}, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.is_set():
                return {"type": "websocket.disconnect", "code": _ENDED}
            return message.result()
        finally:
            message.cancel()
            ended.cancel()

    async def _send(self, send: "Send", message: "Message") -> None:
        """Pass a message on; nothing leaves after the session has ended."""
        if not self._ended.is_set():
            await send(message)

    async def _watch(self, send: "Send") -> None:
        checked_at = time.monotonic()
        while True:
            await asyncio.sleep(self._every)
            is_active, checked_at = self._spoke_at > checked_at, time.monotonic()
            if not await run_in_threadpool(self._still, is_active):
                self._ended.set()
                with suppress(Exception):  # the reader may have gone already
                    await send({"type": "websocket.close", "code": _ENDED})
                return


async def _refuse(scope: "Scope", send: "Send", status: int) -> None:
    """Refuse the handshake with a status of HTTP; without that extension the server itself answers 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    body = _REFUSED[status].encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
