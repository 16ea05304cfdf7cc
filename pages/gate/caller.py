"""Who calls: the address behind the proxies, the host that was asked for, the page a request comes from."""

import re
from typing import TYPE_CHECKING, Final

from loaders.access import addresses
from pages.gate import socket_peer
from pages.gate.settings import Settings, is_loopback

if TYPE_CHECKING:
    from starlette.types import Scope

FORWARDING: Final = re.compile(
    rb"forwarded|x-forwarded-.*|x-real-ip|x-client-ip|x-original-.*|true-client-ip|via|cf-.*"
)
"""Headers that only something between the reader and this machine sets."""

_HOST: Final = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::[0-9]{1,5})?")


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
    """Give the address at the other end of the connection; empty when it cannot be told."""
    return str(scope.get(socket_peer.KEY, ""))


def address(scope: "Scope", settings: Settings) -> str:
    """Give the reader's address: the one that a proxy of ours tells of, else the other end of the connection."""
    return _behind_proxy(scope, settings) or peer(scope)


def named_by_proxy(scope: "Scope", settings: Settings) -> str:
    """Give the login that a proxy of ours names; empty without one, from anybody else, or when anything is unclear.

    Unclear is a name that stands twice or in another spelling of the header, and a malformed `X-Forwarded-For`.
    """
    if not settings.user_header or not _behind_proxy(scope, settings):
        return ""
    given = _written(scope, settings.user_header.encode())
    return given[0] if given is not None and len(given) == 1 else ""


def _behind_proxy(scope: "Scope", settings: Settings) -> str:
    """Give the newest address that is no proxy of ours; empty when no proxy of ours called or it is malformed.

    What stands before that address was written by the reader, and nobody looks at it.
    """
    caller = peer(scope)
    entries = _written(scope, b"x-forwarded-for")
    if entries is None or not settings.is_proxy(caller):
        return ""
    for entry in reversed(",".join(entries).split(",") if entries else []):
        found = addresses.parse_entry(entry.strip(" \t"))
        if found is None:
            return ""
        if not settings.is_proxy(str(found)):
            return str(found)
    return caller


def _written(scope: "Scope", name: bytes) -> list[str] | None:
    """List the values of a header that is trusted; None when it also stands in a spelling that a proxy may pass by."""
    spellings = {given.lower() for given, _ in scope["headers"] if canonical(given) == name}
    return None if spellings - {name} else values(scope, name)


def host(scope: "Scope") -> str:
    """Give the host that was asked for, lower case; empty when it is missing, doubled or malformed."""
    given = values(scope, b"host")
    name = given[0].lower() if len(given) == 1 else ""
    return name if _host_name(name) else ""


def _host_name(host: str) -> str:
    """Take the name or the address out of a host, without brackets and port; empty when it is malformed."""
    found = _HOST.fullmatch(host)
    if found is None or (found["six"] and (":" not in found["six"] or addresses.parse(found["six"]) is None)):
        return ""
    return str(found["six"] or found["name"])


def is_local(scope: "Scope") -> bool:
    """Say whether the reader sits at this machine: loopback at both ends and nothing in between."""
    return _is_here(host(scope)) and is_loopback(peer(scope)) and not is_forwarded(scope)


def _is_here(host: str) -> bool:
    return is_loopback(_host_name(host))


def is_known_host(scope: "Scope", settings: Settings) -> bool:
    """Say whether the host is ours: the public one, else a name of this machine (no rebound foreign name)."""
    name = host(scope)
    return _usual(name, settings) == settings.public_host if settings.public_url else _is_here(name)


def origin(scope: "Scope", settings: Settings) -> str:
    """Give the origin that our own pages have in the reader's browser."""
    return settings.public_url or f"http://{host(scope)}"


def is_own_page(scope: "Scope", settings: Settings) -> bool:
    """Say whether a request that changes something comes from a page of ours: one Origin, and it is our own."""
    return values(scope, b"origin") == [origin(scope, settings)]


def _usual(name: str, settings: Settings) -> str:
    usual = ":443" if settings.is_https else ":80"
    return name.removesuffix(usual)
