"""Tell a watchdog whether the process answers; it says nothing about data or people, and nothing else is told."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


def routes() -> list[BaseRoute]:
    """Give the route of the health check: the only one that answers without a session."""
    return [Route("/api/health", _health, methods=["GET"])]
