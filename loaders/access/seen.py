"""What one account or visitor may look from right now: the own place and those of people stood in for."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.access import common, demo_rule
from loaders.access import grants as granting
from loaders.access.roles import Role
from loaders.access.viewer import OWN, Actor, Grant, Place
from loaders.store.access_tables import accounts, grants, substitutions


def places(connection: Connection, account_id: int | None, demo_role: Role | None, title: str) -> tuple[Place, ...]:
    """Give the own place, then one for each active account stood in for now, by title; what ended opens nothing."""
    if demo_role is not None:
        cities = demo_rule.cities(connection) or ()
        return (Place(OWN, title, tuple(demo_rule.grant(city, demo_role) for city in cities)),)
    found: dict[str, tuple[str, list[Grant]]] = {OWN: (title, [])}
    for row in connection.execute(_GIVEN, {"account": account_id, "now": common.seconds()}):
        is_own = row.account_id == account_id
        _, given = found.setdefault(OWN if is_own else str(row.account_id), (row.title, []))
        given.append(granting.of_row(row, None if is_own else row.until))
    return tuple(Place(key, shown, tuple(given)) for key, (shown, given) in found.items())


def _given() -> sa.Select[tuple[object, ...]]:
    """Select what an account is given now, and what the absent are given whom it stands in for, until when."""
    account, now = sa.bindparam("account", type_=sa.Integer), sa.bindparam("now", type_=sa.BigInteger)
    stands, ends = substitutions.c, grants.c.valid_until_utc
    absent = (
        sa.select(stands.municipality, stands.absent_id, sa.func.max(stands.end_utc).label("until"))
        .where(stands.substitute_id == account, stands.start_utc <= now, stands.end_utc > now)
        .group_by(stands.municipality, stands.absent_id)
        .subquery()
    )
    is_absent = sa.and_(absent.c.municipality == grants.c.municipality, absent.c.absent_id == grants.c.account_id)
    is_theirs = sa.or_(grants.c.account_id == account, absent.c.until.is_not(None))
    return (
        sa.select(grants, accounts.c.title, absent.c.until)
        .join(accounts, accounts.c.account_id == grants.c.account_id)
        .outerjoin(absent, is_absent)
        .where(is_theirs, accounts.c.is_active, sa.or_(ends.is_(None), ends > now))
        .order_by(accounts.c.title, grants.c.account_id, grants.c.municipality)
    )


_GIVEN: Final = _given()
"""Made once: it is asked on every run, and making it took longer than asking."""


def stamp(actor: Actor, title: str, found: tuple[Place, ...]) -> str:
    """Put everything that decides what is shown into one opaque word; sessions of one account share it."""
    told = [actor.account_id, actor.login, title, [asdict(place) for place in found]]
    return hashlib.sha256(json.dumps(told, default=_plain).encode()).hexdigest()[:32]


def _plain(value: datetime | frozenset[str]) -> str | list[str]:
    return value.isoformat() if isinstance(value, datetime) else sorted(value)
