"""Tell the gate who is at the other end of the connection, as the socket says it and nothing a client writes.

The server takes `X-Forwarded-For` from this machine for the other end, by a parser of its own, and Streamlit leaves no
way to tell it not to. It wraps an application after loading it, so while ours is loaded the wrapper is exchanged for
one that notes the peer and changes nothing. A request that did not pass through it has no known peer.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from uvicorn import config

from loaders.access import addresses

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

KEY: Final = "mcu.peer"
"""Holds the peer's address inside the ASGI scope; empty when the socket has none."""


class SocketPeer:
    """Note the peer of every connection, in place of the server's `ProxyHeadersMiddleware`."""

    def __init__(self, app: "ASGIApp", trusted_hosts: str | Sequence[str] = ()) -> None:
        del trusted_hosts  # whom to trust is asked by the gate
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass on what came, with the peer beside it."""
        if scope["type"] != "lifespan":
            scope[KEY] = _peer(scope.get("client"))
        await self.app(scope, receive, send)


def _peer(client: Sequence[object] | None) -> str:
    """Write the address of a socket the one way; the zone, a name of our own interface, is no part of it."""
    found = addresses.parse(str(client[0]).partition("%")[0]) if client else None
    return "" if found is None else str(found)


def apply() -> None:
    """Put the wrapper into the server that is loading the application."""
    config.ProxyHeadersMiddleware = SocketPeer
