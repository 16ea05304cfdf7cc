"""Accounts: who may sign in. They are switched off, never deleted, because the journal names them.

Every change says who makes it (`by`), asks whether that one may, and stands in the journal by the same transaction.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from loaders.access import common, journal, passwords, permits
from loaders.access.viewer import Actor
from loaders.errors import InputRefused
from loaders.store.access_tables import accounts, grants, sessions
from loaders.store.engine import Store

_ROWS: Final = accounts.c
_LOGIN: Final = re.compile(r"[\w.@+-]{2,128}")
_SUBJECT: Final = re.compile(r"https?://[^|\s]+\|\S(?:.*\S)?")
_LONGEST_SUBJECT: Final = 1_000
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Account:
    """Describe one account; its password never leaves the store."""

    account_id: int
    login: str
    title: str
    has_password: bool
    subject: str | None
    is_active: bool
    must_change_password: bool
    created_at: datetime
    changed_at: datetime


def normal(login: str) -> str:
    """Give the login as it is kept: one form, small letters, no blanks around; an impossible one gives ''.

    Only what a person types is brought into this form, where it is typed; names that a machine gives, and everything
    behind, are compared sign for sign.
    """
    kept = unicodedata.normalize("NFKC", login[:256]).strip().casefold()
    return kept if _LOGIN.fullmatch(kept) else ""


def add(store: Store, *, login: str, title: str, password: str | None, by: Actor, must_change: bool = True) -> int:
    """Make an account and return its number; without a password it signs in through the provider only.

    Raises `InputRefused` when the login is impossible or taken, the title is empty, or the password is weak.
    """
    row = prepared(login, title, password, must_change=must_change)
    with common.changing(store) as connection:
        permits.demand_any(connection, by)
        return insert(connection, row, by)


def prepared(login: str, title: str, password: str | None, *, must_change: bool) -> dict[str, Any]:
    """Check and put together what a new account is, its password hashed, before any lock is taken."""
    kept = normal(login)
    if not kept:
        what = f"Логин «{journal.plain(login, 64)}» не подходит"
        raise InputRefused("login", what, advice="Нужны буквы, цифры и знаки . _ - @ +, не короче двух.")
    now = common.seconds()
    return {
        "login": kept,
        "title": _title(title),
        "password_hash": _hashed(password, kept),
        "is_active": True,
        "must_change_password": must_change and password is not None,
        "created_at_utc": now,
        "changed_at_utc": now,
    }


def insert(connection: Connection, row: dict[str, Any], by: Actor) -> int:
    """Write a prepared account in a transaction that goes on, and return its number."""
    if _one(connection, _ROWS.login == row["login"]) is not None:
        raise InputRefused("login_taken", f"Логин «{row['login']}» уже занят")
    number = (connection.scalar(sa.select(sa.func.max(_ROWS.account_id))) or 0) + 1
    connection.execute(sa.insert(accounts).values(account_id=number, **row))
    detail = {"account": row["login"], "title": row["title"]}
    journal.write(connection, by, journal.ACCOUNT_ADDED, detail=detail)
    return number


def _title(title: str) -> str:
    shown = " ".join(title.split())
    if not shown or len(shown) > _LONGEST_TITLE or not shown.isprintable():
        what = f"Должность пуста, длиннее {_LONGEST_TITLE} знаков или содержит невидимые знаки"
        raise InputRefused("title", what)
    return shown


def _hashed(password: str | None, login: str) -> str | None:
    if password is None:
        return None
    refusal = passwords.problems(password, login)
    if refusal is not None:
        what, _, advice = refusal.partition(". ")
        raise InputRefused("password", what, advice=advice)
    return passwords.hash_password(password)


def find(store: Store, login: str) -> Account | None:
    """Find the account of a login, sign for sign as it is kept."""
    return _found(store, named(login))


def get(store: Store, account_id: int) -> Account | None:
    """Find an account by number."""
    return _found(store, _ROWS.account_id == account_id)


def named(login: str) -> sa.ColumnElement[bool]:
    """Give the condition that picks the account of a login, sign for sign; an impossible one picks none."""
    return _ROWS.login == login if _LOGIN.fullmatch(login) else sa.false()


def find_subject(store: Store, subject: str) -> Account | None:
    """Find the account of a person at the provider ("issuer|sub"), sign for sign."""
    return _found(store, _ROWS.subject == subject) if is_subject(subject) else None


def is_subject(text: str) -> bool:
    """Say whether a text may name a person at the provider: "issuer|sub" in printable signs."""
    return len(text) <= _LONGEST_SUBJECT and text.isprintable() and bool(_SUBJECT.fullmatch(text))


def _found(store: Store, condition: sa.ColumnElement[bool]) -> Account | None:
    with store.reading(None) as connection:
        row = _one(connection, condition)
    return None if row is None else _account(row)


def _one(connection: Connection, condition: sa.ColumnElement[bool]) -> RowMapping | None:
    return connection.execute(sa.select(accounts).where(condition)).mappings().first()


def _account(row: RowMapping) -> Account:
    return Account(
        account_id=row["account_id"],
        login=row["login"],
        title=row["title"],
        has_password=row["password_hash"] is not None,
        subject=row["subject"],
        is_active=row["is_active"],
        must_change_password=row["must_change_password"],
        created_at=common.moment(row["created_at_utc"]),
        changed_at=common.moment(row["changed_at_utc"]),
    )


def rename(store: Store, account_id: int, title: str, *, by: Actor) -> None:
    """Change the post that an account shows."""
    shown = _title(title)
    with common.changing(store) as connection:
        account = permits.demand_over(connection, by, account_id)
        _change(connection, account_id, title=shown)
        detail = {"account": account["login"], "title": shown}
        journal.write(connection, by, journal.ACCOUNT_CHANGED, detail=detail)


def switch(store: Store, account_id: int, *, is_active: bool, by: Actor) -> None:
    """Switch an account on or off; switching off ends its sessions at once.

    Raises `InputRefused` for one's own account, and when a municipality would stay without who keeps its access.
    """
    with common.changing(store) as connection:
        account = permits.demand_over(connection, by, account_id)
        if by.account_id == account_id:
            raise InputRefused("own_account", "Свою учётную запись выключить нельзя")
        kept = permits.keepers(connection)
        _change(connection, account_id, is_active=is_active)
        permits.refuse_loss(kept, permits.keepers(connection))
        ended = 0 if is_active else end_sessions(connection, account_id)
        detail = {"account": account["login"], "is_active": is_active, "sessions": ended}
        journal.write(connection, by, journal.ACCOUNT_CHANGED, detail=detail)


def set_password(store: Store, account_id: int, password: str, *, by: Actor) -> None:
    """Set a password: one's own is final, one set by another has to be changed at the next sign-in.

    Every session of the account ends, but the one that `by` works in.
    Raises `InputRefused` when the password is weak or the one it replaces.
    """
    known = get(store, account_id)
    hashed = _hashed(password, known.login if known else "")
    with common.changing(store) as connection:
        is_own = by.account_id == account_id
        account = permits.own(connection, by) if is_own else permits.demand_over(connection, by, account_id)
        if passwords.verify(password, account["password_hash"]):
            raise InputRefused("same_password", "Новый пароль совпадает с прежним", advice="Придумайте другой.")
        _change(connection, account_id, password_hash=hashed, must_change_password=not is_own)
        ended = end_sessions(connection, account_id, but=by.session_id)
        detail = {"account": account["login"], "sessions": ended}
        journal.write(connection, by, journal.PASSWORD_CHANGED, detail=detail)


def check_password(store: Store, login: str, password: str) -> int | None:
    """Give the number of the account that a login and a password open, or None.

    The same work is done whether the account exists or not. A hash of old parameters is renewed on the way.
    """
    with store.reading(None) as connection:
        row = _one(connection, named(login))
    known = row["password_hash"] if row is not None and row["is_active"] else None
    if not passwords.verify(password, known) or row is None:
        return None
    if passwords.needs_rehash(row["password_hash"]):
        _renew(store, row["account_id"], row["password_hash"], password)
    return int(row["account_id"])


def _renew(store: Store, account_id: int, known: str, password: str) -> None:
    """Keep the same password under today's parameters, unless it was changed meanwhile."""
    hashed = passwords.hash_password(password)
    is_known = sa.and_(_ROWS.account_id == account_id, _ROWS.password_hash == known)
    with store.writing() as connection:
        connection.execute(sa.update(accounts).where(is_known).values(password_hash=hashed))


def claim(store: Store, account_id: int, subject: str, by: Actor) -> None:
    """Tie an account to the person who names it at the first journey to the provider; the same again changes nothing.

    Raises `InputRefused` when it is tied already or has a password: then somebody's it is, and the name proves nothing.
    """
    with common.changing(store) as connection:
        account = permits.existing(connection, account_id)
        if account["subject"] == subject:
            return
        if not account["is_active"] or account["subject"] is not None or account["password_hash"] is not None:
            raise InputRefused("bound", "Эту учётную запись связывает со службой входа администратор")
        _tie(connection, account, subject, by)


def bind(store: Store, account_id: int, subject: str | None, *, by: Actor) -> None:
    """Tie an account to a person at the provider ("issuer|sub") in place of another; None unties it.

    Its sessions end. Raises `InputRefused` when the person is tied to another account or is none.
    """
    with common.changing(store) as connection:
        account = permits.demand_over(connection, by, account_id)
        if account["subject"] != subject:
            _tie(connection, account, subject, by)
            end_sessions(connection, account_id, but=by.session_id)


def _tie(connection: Connection, account: RowMapping, subject: str | None, by: Actor) -> None:
    """Write a tie and its entry in the journal, in a transaction that goes on."""
    if subject is not None and not is_subject(subject):
        raise InputRefused("subject", "Это не пользователь службы входа", advice="Нужен вид https://служба|номер.")
    if subject is not None and _one(connection, _ROWS.subject == subject) is not None:
        raise InputRefused("bound", "Этот пользователь службы входа уже связан с другой учётной записью")
    _change(connection, account["account_id"], subject=subject)
    change = "связь со службой входа снята" if subject is None else "связана со службой входа"
    detail = {"account": account["login"], "change": change, **({} if subject is None else {"subject": subject})}
    journal.write(connection, by, journal.ACCOUNT_CHANGED, detail=detail)


def _change(connection: Connection, account_id: int, **values: Any) -> None:
    changed = sa.update(accounts).where(_ROWS.account_id == account_id)
    connection.execute(changed.values(changed_at_utc=common.seconds(), **values))


def end_sessions(connection: Connection, account_id: int, but: str = "") -> int:
    """End the sessions of an account that still run, in a transaction that goes on; return how many."""
    running = sa.and_(
        sessions.c.account_id == account_id, sessions.c.ended_at_utc.is_(None), sessions.c.session_id != but
    )
    return connection.execute(sa.update(sessions).where(running).values(ended_at_utc=common.seconds())).rowcount


ACCOUNTS: Final = pl.Schema(
    {
        "account_id": pl.Int64(),
        "login": pl.String(),
        "title": pl.String(),
        "is_active": pl.Boolean(),
        "must_change_password": pl.Boolean(),
        "has_password": pl.Boolean(),
        "subject": pl.String(),
        "municipality": pl.String(),
        "role": pl.String(),
        "rights": pl.List(pl.String),
        "blocks": pl.List(pl.String),
        "departments": pl.List(pl.String),
        "channels": pl.List(pl.String),
        "valid_until": pl.Datetime("ms"),
        "seen_at": pl.Datetime("ms"),
    }
)
"""Columns of the list of accounts; moments in UTC."""


def all_accounts(store: Store, municipality: str | None) -> pl.DataFrame:
    """List accounts by login: one row per account and municipality it is given something in, columns of `ACCOUNTS`.

    A municipality names those who are given something there; None names all, those with nothing given included.
    """
    seen = (
        sa.select(sa.func.max(sessions.c.seen_at_utc))
        .where(sessions.c.account_id == _ROWS.account_id)
        .scalar_subquery()
    )
    given = accounts.outerjoin(grants, grants.c.account_id == _ROWS.account_id)
    statement = sa.select(accounts, grants, seen.label("seen_at_utc")).select_from(given)
    if municipality is not None:
        statement = statement.where(grants.c.municipality == municipality)
    with store.reading(None) as connection:
        rows = connection.execute(statement.order_by(_ROWS.login, grants.c.municipality)).all()
    return pl.DataFrame([_listed(row._mapping) for row in rows], schema=ACCOUNTS)  # noqa: SLF001 - SQLAlchemy's own name for it


_OWN: Final = ("account_id", "login", "title", "is_active", "must_change_password", "subject")


def _listed(row: RowMapping) -> dict[str, Any]:
    words = {name: common.as_words(row[grants.c[name]]) for name in ("rights", "blocks", "departments", "channels")}
    moments = {"valid_until": row[grants.c.valid_until_utc], "seen_at": row["seen_at_utc"]}
    return {
        **{name: row[_ROWS[name]] for name in _OWN},
        "has_password": row[_ROWS.password_hash] is not None,
        "municipality": row[grants.c.municipality],
        "role": row[grants.c.role],
        **{name: None if found is None else sorted(found) for name, found in words.items()},
        **{name: None if at is None else common.moment(at).replace(tzinfo=None) for name, at in moments.items()},
    }
