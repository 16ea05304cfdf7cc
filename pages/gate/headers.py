"""Security headers of every response, and compression of Streamlit's own bundle."""

import asyncio
import gzip
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(map_hosts: Sequence[str] = ()) -> str:
    """Write the policy: nothing is fetched from, sent to or framed by another host, and no inline script runs.

    The hosts of the city's own map tiles are the one exception, and only where the operator names them.
    """
    maps = "".join(f" {host}" for host in map_hosts)
    return (
        "default-src 'self'; script-src 'self'; "
        # The component styles of Streamlit and Plotly are made in the browser; a style can draw, not run.
        "style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:{maps}; font-src 'self' data:; connect-src 'self'{maps}; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-src 'none'; frame-ancestors 'none'"
    )


HEADERS: Final[dict[bytes, bytes]] = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
}


HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000")
"""Keeps browsers to https for a year; sent only where https is how they came."""


class SecurityHeaders:
    """Set `HEADERS` and the policy on every response, whatever route made it, refused handshakes included."""

    def __init__(self, app: "ASGIApp", *, is_https: bool = False, map_hosts: Sequence[str] = ()) -> None:
        self.app = app
        policy = (b"content-security-policy", content_policy(map_hosts).encode())
        self._headers = [policy, *HEADERS.items(), *([HTTPS_ONLY] if is_https else [])]

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on and add the headers to the answer."""

        async def send_with_headers(message: "Message") -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                ours = {name for name, _ in self._headers}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message["headers"] = [*kept, *self._headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)


_BUNDLE: Final = "/static/"
_COMPRESSIBLE: Final = (b"javascript", b"css", b"json", b"svg", b"wasm")
_LEVEL: Final = 9
_WORTH: Final = 1_000


class CompressedBundle:
    """Serve Streamlit's bundle gzipped, each file compressed once and kept.

    Streamlit leaves the bundle uncompressed (12.8 MB before the first chart) because it would compress at every
    request. Its files carry a hash in their name and never change while the process lives, so once is enough; all
    files together take about 8 MB of memory.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app
        self._kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer from memory, or fetch from the inner application, compress and keep."""
        if not _wants_gzip(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            start, body = await _collect(self.app, scope, receive)
            if start["status"] != 200 or not _is_worth(start["headers"], body):  # noqa: PLR2004 — HTTP's own number
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            packed = await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)
            self._kept[path] = (_packed_headers(start["headers"], len(packed)), packed)
        headers, packed = self._kept[path]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": packed})


def _wants_gzip(scope: "Scope") -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(_BUNDLE):
        return False
    asked = dict(scope["headers"])
    return b"gzip" in asked.get(b"accept-encoding", b"") and b"range" not in asked and b"if-none-match" not in asked


def _is_worth(headers: list[tuple[bytes, bytes]], body: bytes) -> bool:
    kind = dict(headers).get(b"content-type", b"")
    return len(body) >= _WORTH and any(word in kind for word in _COMPRESSIBLE)


def _packed_headers(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    dropped = {b"content-length", b"content-encoding", b"accept-ranges", b"vary"}
    return [
        *((name, value) for name, value in headers if name.lower() not in dropped),
        (b"content-encoding", b"gzip"),
        (b"content-length", str(length).encode()),
        (b"vary", b"Accept-Encoding"),
    ]


async def _collect(app: "ASGIApp", scope: "Scope", receive: "Receive") -> tuple["Message", bytes]:
    """Run the inner application and hold its whole answer: the start message and the body."""
    start: Message = {}
    parts: list[bytes] = []

    async def hold(message: "Message") -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    # Without `http.response.pathsend` in the extensions the file arrives as body messages.
    inner = {**scope, "extensions": {}}
    await app(inner, receive, hold)
    return start, b"".join(parts)
