"""Tell a watchdog whether the process answers; it says nothing about data or people."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


def routes() -> list[BaseRoute]:
    """Give the route of the health check."""
    return [Route("/api/health", _health)]
