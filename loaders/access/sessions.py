"""Sessions: one row per sign-in, and who looks through it, resolved anew whenever it is asked.

The cookie holds a token of 256 random bits; the store holds its SHA-256, which opens nothing. A session ends by itself
after two hours without a click or twelve hours in all, at once when it is ended or the account is switched off, and a
demo visitor's as soon as a real city is loaded.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from loaders.access import common, demo_rule, journal, permits, seen
from loaders.access.accounts import end_sessions
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Actor, Viewer
from loaders.errors import AccessDenied
from loaders.store.access_tables import accounts, grants, sessions
from loaders.store.engine import Store

IDLE: Final = timedelta(hours=2)
"""How long a session lives without a click."""

LONGEST: Final = timedelta(hours=12)
"""How long a session lives in all."""

_TOUCH: Final = 60  # seconds: a click is noted no more often

_ROWS: Final = sessions.c
DEMO_LOGIN: Final = "демо"
"""What the journal calls a visitor without an account."""


@dataclass(frozen=True, slots=True)
class Session:
    """Describe a session that is valid now; a demo visitor has a role in place of an account."""

    session_id: str
    account_id: int | None
    demo_role: Role | None
    login: str
    title: str
    must_change_password: bool
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime

    @property
    def actor(self) -> Actor:
        """Name who acts in this session, for the journal."""
        return Actor(self.login, self.account_id, self.session_id, self.address)


def begin(store: Store, account_id: int, *, address: str, agent: str, ends_at: datetime | None = None) -> str:
    """Begin a session of an account and return the token for its cookie; `ends_at` (aware) may only shorten it.

    Raises `AccessDenied` when the account is switched off.
    """
    token, now = secrets.token_urlsafe(32), common.seconds()
    longest = now + int(LONGEST.total_seconds())
    end = longest if ends_at is None else min(longest, common.seconds(ends_at))
    with store.writing() as connection:
        account = permits.existing(connection, account_id)
        if not account["is_active"]:
            raise AccessDenied("Учётная запись выключена")
        _insert(connection, token, address=address, agent=agent, now=now, end=end, account_id=account_id)
        actor = Actor(account["login"], account_id, session_id(token), address)
        journal.write(connection, actor, journal.SIGN_IN)
    return token


def begin_demo(store: Store, role: Role, *, address: str, agent: str) -> str:
    """Begin a visitor's session and return its token; raises `AccessDenied` unless the store is a demo store."""
    token, now = secrets.token_urlsafe(32), common.seconds()
    end = now + int(LONGEST.total_seconds())
    with store.writing() as connection:
        cities = demo_rule.cities(connection)
        if cities is None:
            raise AccessDenied
        _insert(connection, token, address=address, agent=agent, now=now, end=end, demo_role=role.value)
        actor = Actor(DEMO_LOGIN, None, session_id(token), address)
        detail = {"role": ROLES[role].title}
        journal.write(connection, actor, journal.SIGN_IN, municipality=cities[0], detail=detail)
    return token


def session_id(token: str) -> str:
    """Give the number of the session that a token opens."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _insert(
    connection: Connection,
    token: str,
    *,
    address: str,
    agent: str,
    now: int,
    end: int,
    account_id: int | None = None,
    demo_role: str | None = None,
) -> None:
    connection.execute(
        sa.insert(sessions).values(
            session_id=session_id(token),
            account_id=account_id,
            demo_role=demo_role,
            address=journal.plain(address, 64),
            agent=journal.plain(agent),
            started_at_utc=now,
            seen_at_utc=now,
            ends_at_utc=end,
        )
    )


def session_of(store: Store, token: str, *, active: bool = False) -> Session | None:
    """Give the session that a token opens now, or None; `active` notes a click, at most once a minute."""
    number = session_id(token)
    with store.reading(None) as connection:
        row = _valid(connection, number)
    if row is None:
        return None
    if active and common.seconds() >= row["seen_at_utc"] + _TOUCH:
        _touch(store, number)
    return _session(row)


def _touch(store: Store, number: str) -> None:
    """Note a click, unless an import keeps the only writer's place: nobody waits for that."""
    runs = sa.and_(_ROWS.session_id == number, _ROWS.ended_at_utc.is_(None))
    common.at_once(store, sa.update(sessions).where(runs).values(seen_at_utc=common.seconds()))


def _valid(connection: Connection, number: str) -> RowMapping | None:
    """Give the row of a session that runs now, with its account; every reason to end it is asked here."""
    row = connection.execute(_VALID, {"number": number, **_moments()}).mappings().first()
    if row is not None and row["account_id"] is None and demo_rule.cities(connection) is None:
        return None
    return row


_NOW: Final = sa.bindparam("now", type_=sa.BigInteger)
_IDLE: Final = sa.bindparam("idle", type_=sa.BigInteger)
_RUNS: Final = sa.and_(_ROWS.ended_at_utc.is_(None), _ROWS.ends_at_utc > _NOW, _ROWS.seen_at_utc > _IDLE)
_RUNNING: Final = (
    sa.select(sessions, accounts.c.login, accounts.c.title, accounts.c.must_change_password)
    .outerjoin(accounts, accounts.c.account_id == _ROWS.account_id)
    .where(_RUNS, sa.or_(accounts.c.is_active, _ROWS.account_id.is_(None)))
)
_VALID: Final = _RUNNING.where(_ROWS.session_id == sa.bindparam("number"))
"""Made once: it is asked on every run and for every request."""


def _moments() -> dict[str, int]:
    """Give the present moment, and the one that the last click must be after."""
    now = common.seconds()
    return {"now": now, "idle": now - int(IDLE.total_seconds())}


def _session(row: RowMapping) -> Session:
    role = None if row["demo_role"] is None else Role(row["demo_role"])
    return Session(
        session_id=row["session_id"],
        account_id=row["account_id"],
        demo_role=role,
        login=row["login"] or DEMO_LOGIN,
        title=row["title"] or (ROLES[role].title if role else ""),
        must_change_password=bool(row["must_change_password"]),
        address=row["address"],
        agent=row["agent"],
        started_at=common.moment(row["started_at_utc"]),
        seen_at=common.moment(row["seen_at_utc"]),
        ends_at=common.moment(row["ends_at_utc"]),
    )


def viewer(store: Store, session_id: str) -> Viewer | None:
    """Resolve who looks through a session now; None when it ended, was ended, or may not be any more."""
    with store.reading(None) as connection:
        row = _valid(connection, session_id)
        if row is None:
            return None
        session = _session(row)
        places = seen.places(connection, session.account_id, session.demo_role, session.title)
    return Viewer(
        actor=session.actor,
        title=session.title,
        is_demo=session.demo_role is not None,
        places=places,
        stamp=seen.stamp(session.actor, session.title, places),
    )


def end(store: Store, session_id: str, by: Actor) -> bool:
    """End a session at once; say whether it was running. One's own is a sign-out, another's needs the access.

    Raises `AccessDenied` when `by` may not end it.
    """
    with common.changing(store) as connection:
        statement = sa.select(sessions, accounts.c.login).outerjoin(accounts, accounts.c.account_id == _ROWS.account_id)
        row = connection.execute(statement.where(_ROWS.session_id == session_id)).mappings().first()
        is_own = by.session_id == session_id
        if row is not None and not is_own and row["account_id"] is not None and row["account_id"] != by.account_id:
            permits.demand_over(connection, by, row["account_id"])
        elif row is not None and not is_own and row["account_id"] is None:
            permits.demand_any(connection, by)
        if row is None or row["ended_at_utc"] is not None:
            return False
        named = sa.update(sessions).where(_ROWS.session_id == session_id)
        connection.execute(named.values(ended_at_utc=common.seconds()))
        detail = {} if is_own else {"account": row["login"] or DEMO_LOGIN, "sessions": 1}
        journal.write(connection, by, journal.SIGN_OUT if is_own else journal.SESSION_ENDED, detail=detail)
    return True


def end_all(store: Store, account_id: int, by: Actor) -> int:
    """End every session of an account at once and return how many ran; one's own go without asking.

    Raises `AccessDenied` when `by` may not end them.
    """
    with common.changing(store) as connection:
        is_own = by.account_id == account_id
        account = permits.own(connection, by) if is_own else permits.demand_over(connection, by, account_id)
        ended = end_sessions(connection, account_id)
        detail = {"account": account["login"], "sessions": ended}
        journal.write(connection, by, journal.SESSION_ENDED, detail=detail)
    return ended


SESSIONS: Final = pl.Schema(
    {
        "session_id": pl.String(),
        "account_id": pl.Int64(),
        "login": pl.String(),
        "title": pl.String(),
        "address": pl.String(),
        "agent": pl.String(),
        "started_at": pl.Datetime("ms"),
        "seen_at": pl.Datetime("ms"),
        "ends_at": pl.Datetime("ms"),
    }
)
"""Columns of the list of sessions; moments in UTC."""


def listed(store: Store, municipality: str | None) -> pl.DataFrame:
    """List the sessions that run now, newest click first: one row each, columns of `SESSIONS`.

    A municipality names those of accounts that are given something there, and of visitors of its demo; None all.
    """
    theirs = sa.select(grants.c.account_id).where(grants.c.municipality == municipality)
    statement = _RUNNING
    with store.reading(None) as connection:
        cities = demo_rule.cities(connection) or ()
        if municipality is not None:
            is_visitor = _ROWS.account_id.is_(None) if municipality in cities else sa.false()
            statement = statement.where(sa.or_(_ROWS.account_id.in_(theirs), is_visitor))
        elif not cities:
            statement = statement.where(_ROWS.account_id.is_not(None))
        in_order = statement.order_by(_ROWS.seen_at_utc.desc(), _ROWS.session_id)
        rows = connection.execute(in_order, _moments()).mappings().all()
    return pl.DataFrame([_listed(_session(row)) for row in rows], schema=SESSIONS)


def _listed(session: Session) -> dict[str, object]:
    found = {name: getattr(session, name) for name in SESSIONS}
    return {name: value.replace(tzinfo=None) if isinstance(value, datetime) else value for name, value in found.items()}
