"""Tell a watchdog whether the process answers; it says nothing about data or people, and nothing else is told."""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

CLOSED: Final = "/_stcore/metrics"
"""Streamlit's own counters of sessions and memory, which it gives to anyone who asks."""


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


def routes() -> list[BaseRoute]:
    """Give the route of the health check."""
    return [Route("/api/health", _health)]


class ClosedCounters:
    """Answer as if Streamlit's counters were not there."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass every other request on."""
        is_closed = scope["type"] == "http" and scope["path"].rstrip("/").endswith(CLOSED)
        await (Response(status_code=404) if is_closed else self.app)(scope, receive, send)
