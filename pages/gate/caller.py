"""Who calls: the address behind the proxies, the host that was asked for, the page a request comes from."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pages.gate.settings import Settings, is_loopback

if TYPE_CHECKING:
    from starlette.types import Scope

FORWARDING: Final = re.compile(
    rb"forwarded|x-forwarded-.*|x-real-ip|x-client-ip|x-original-.*|true-client-ip|via|cf-.*"
)
"""Headers that only something between the reader and this machine sets."""

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?")


def values(scope: "Scope", name: bytes) -> list[str]:
    """List the values of a header, in order; names compare as programs behind proxies do: `_` is `-`."""
    return [value.decode("latin-1") for given, value in scope["headers"] if canonical(given) == name]


def canonical(name: bytes) -> bytes:
    """Write a header's name the one way it is compared."""
    return name.strip().lower().replace(b"_", b"-")


def is_forwarded(scope: "Scope") -> bool:
    """Say whether any header tells of something between the reader and this machine."""
    return any(FORWARDING.fullmatch(canonical(name)) for name, _ in scope["headers"])


def peer(scope: "Scope") -> str:
    """Give the address at the other end of the connection; empty when it cannot be told.

    The server takes X-Forwarded-For from this machine as the client and leaves port 0, or the port that stands in the
    header. Neither may pass for a proxy of ours.
    """
    host, port = scope.get("client") or ("", 0)
    chain = _chain(scope)
    if not chain:
        return str(host)
    if port == 0:
        return "127.0.0.1"
    return "" if any(entry.endswith(f":{port}") for entry in chain) else str(host)


def address(scope: "Scope", settings: Settings) -> str:
    """Give the reader's address: the newest one that is no proxy of ours, when a proxy of ours called."""
    caller = peer(scope)
    if not settings.is_proxy(caller):
        return caller or str((scope.get("client") or ("", 0))[0])
    return next((entry for entry in reversed(_chain(scope)) if not settings.is_proxy(entry)), caller)[:64]


def _chain(scope: "Scope") -> list[str]:
    entries = ",".join(values(scope, b"x-forwarded-for")).split(",")
    return [entry.strip() for entry in entries if entry.strip()]


def host(scope: "Scope") -> str:
    """Give the host that was asked for, lower case; empty when it is missing, doubled or malformed."""
    given = values(scope, b"host")
    name = given[0].lower() if len(given) == 1 else ""
    return name if _HOST.fullmatch(name) else ""


def is_local(scope: "Scope") -> bool:
    """Say whether the reader sits at this machine: loopback at both ends and nothing in between."""
    name = host(scope)
    return bool(
        name
        and is_loopback(urlsplit(f"//{name}").hostname or "")
        and is_loopback(str((scope.get("client") or ("", 0))[0]))
        and not is_forwarded(scope)
    )


def is_known_host(scope: "Scope", settings: Settings) -> bool:
    """Say whether the host is ours: the public one, else a name of this machine (no rebound foreign name)."""
    name = host(scope)
    if settings.public_url:
        return _usual(name, settings) == settings.public_host
    return bool(name) and is_loopback(urlsplit(f"//{name}").hostname or "")


def origin(scope: "Scope", settings: Settings) -> str:
    """Give the origin that our own pages have in the reader's browser."""
    return settings.public_url or f"http://{host(scope)}"


def is_own_page(scope: "Scope", settings: Settings) -> bool:
    """Say whether a request that changes something comes from a page of ours: one Origin, and it is our own."""
    return values(scope, b"origin") == [origin(scope, settings)]


def _usual(name: str, settings: Settings) -> str:
    usual = ":443" if settings.is_https else ":80"
    return name.removesuffix(usual)
