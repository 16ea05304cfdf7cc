"""Slow down who guesses passwords, so that nobody can lock another person out.

Failures are counted by minute under three keys, kept as hashes: login with address, address, login. A minute counts
until it is a quarter of an hour past, so no quarter of an hour holds more failures than its limit. The third count bars
only devices that never signed in with the login: its owner, on the own device, is not stopped by strangers.
"""

import hashlib
import ipaddress
from collections.abc import Mapping
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.access import accounts, addresses, common, journal
from loaders.access.viewer import Actor
from loaders.store import access_tables
from loaders.store.access_tables import sign_in_failures
from loaders.store.engine import Store

WINDOW: Final = 15 * 60
"""Seconds that limits are counted over."""

Kind = Literal["pair", "address", "login"]

LIMITS: Final[Mapping[Kind, int]] = {"pair": 10, "address": 60, "login": 100}
"""Failures within the window after which the next attempt has to wait."""

UNKNOWN: Final = "неизвестная учётная запись"
"""What the journal calls a login that no account has: people type passwords into the wrong field."""

_MINUTE: Final = 60
_ROWS: Final = sign_in_failures.c


def attempt(store: Store, login: str, address: str, *, known_device: bool) -> int | None:
    """Count an attempt as failed before it is made, unless it is barred; give the seconds to wait, or None.

    Asking and counting are one step, so attempts made at the same moment cannot slip past a limit together. An
    attempt that succeeds is taken back by `succeeded`; one that fails is told to the journal by `told`.
    """
    with common.changing(store) as connection:
        wait = _wait(connection, _keys(login, address), known_device=known_device)
        if wait is None:
            _count(connection, login, address)
        return wait


def told(store: Store, login: str, address: str, reason: str = "", subject: str = "") -> None:
    """Write a failed sign-in into the journal; a login that no account has is not repeated there."""
    detail = {name: words for name, words in (("reason", reason), ("subject", subject)) if words}
    with store.writing() as connection:
        journal.write(connection, _who(connection, login, address), journal.SIGN_IN_FAILED, detail=detail)


def succeeded(store: Store, login: str, address: str) -> None:
    """Take back what `attempt` counted for a sign-in that succeeded, and forget the failures of the pair.

    Failures of others with that login, or from that address, count on.
    """
    keys = _keys(login, address)
    with common.changing(store) as connection:
        connection.execute(sa.delete(sign_in_failures).where(_ROWS.key == keys["pair"]))
        for kind in ("address", "login"):
            newest = sa.select(sa.func.max(_ROWS.at_utc)).where(_ROWS.key == keys[kind], _ROWS.count > 0)
            named = sa.and_(_ROWS.key == keys[kind], _ROWS.at_utc == newest.scalar_subquery())
            connection.execute(sa.update(sign_in_failures).where(named).values(count=_ROWS.count - 1))


def _who(connection: Connection, login: str, address: str) -> Actor:
    known = access_tables.accounts.c
    statement = sa.select(known.account_id, known.login).where(accounts.named(login))
    account = connection.execute(statement).first()
    return Actor(UNKNOWN, address=address) if account is None else Actor(account.login, account.account_id, "", address)


def _keys(login: str, address: str) -> dict[Kind, str]:
    """Name what is counted; an IPv6 address counts by its network, because one customer owns all of it."""
    who, where = journal.plain(login), _network(address)
    named: dict[Kind, str] = {"pair": f"pair\n{who}\n{where}", "address": f"address\n{where}", "login": f"login\n{who}"}
    return {kind: hashlib.sha256(text.encode()).hexdigest() for kind, text in named.items()}


def _network(address: str) -> str:
    found = addresses.parse(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(found), 64), strict=False))
    return journal.plain(address, 64) if found is None else str(found)


def _wait(connection: Connection, keys: Mapping[Kind, str], *, known_device: bool) -> int | None:
    now = common.seconds()
    asked = [kind for kind in LIMITS if kind != "login" or not known_device]
    waits = [_until(connection, keys[kind], LIMITS[kind], now) for kind in asked]
    longest = max(waits) - now
    return longest if longest > 0 else None


def _until(connection: Connection, key: str, limit: int, now: int) -> int:
    """Give the moment from which fewer failures than the limit count."""
    counted = sa.and_(_ROWS.key == key, _ROWS.at_utc > now - WINDOW - _MINUTE)
    minutes = connection.execute(sa.select(_ROWS.at_utc, _ROWS.count).where(counted).order_by(_ROWS.at_utc.desc()))
    total = 0
    for at, count in minutes:
        total += count
        if total >= limit:
            return int(at) + _MINUTE + WINDOW
    return now


def _count(connection: Connection, login: str, address: str) -> None:
    """Add one failure to each count, and forget what counts no more."""
    now = common.seconds()
    minute = now - now % _MINUTE
    connection.execute(sa.delete(sign_in_failures).where(_ROWS.at_utc <= now - WINDOW - _MINUTE))
    for key in _keys(login, address).values():
        named = sa.and_(_ROWS.key == key, _ROWS.at_utc == minute)
        if not connection.execute(sa.update(sign_in_failures).where(named).values(count=_ROWS.count + 1)).rowcount:
            connection.execute(sa.insert(sign_in_failures).values(key=key, at_utc=minute, count=1))
