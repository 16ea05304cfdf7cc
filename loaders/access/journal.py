"""The journal: who did what, when and from where; entries are added, never changed, and each seals the one before.

An entry holds the SHA-256 of the hash before it and of its own content, so a changed, removed or moved entry breaks
the chain from there on. Entries that follow each other without a gap are given out one at a time in both stores.
Nothing of a citizen enters: details are numbers, words of our own and names of accounts, under keys named here.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from loaders.access.viewer import Actor
from loaders.store.access_tables import grants, journal
from loaders.store.engine import Store

SIGN_IN: Final = "sign_in"
SIGN_IN_FAILED: Final = "sign_in_failed"
SIGN_OUT: Final = "sign_out"
SESSION_ENDED: Final = "session_ended"
REFUSED: Final = "refused"
ROWS_VIEWED: Final = "rows_viewed"
IMPORTED: Final = "imported"
UNDONE: Final = "undone"
EXPORTED: Final = "exported"
ACCOUNT_ADDED: Final = "account_added"
ACCOUNT_CHANGED: Final = "account_changed"
GRANT_CHANGED: Final = "grant_changed"
PASSWORD_CHANGED: Final = "password_changed"  # noqa: S105 - the name of an event
SUBSTITUTION_ADDED: Final = "substitution_added"
SUBSTITUTION_ENDED: Final = "substitution_ended"
SETTINGS_CHANGED: Final = "settings_changed"

ACTIONS: Final[Mapping[str, str]] = {
    SIGN_IN: "Вход",
    SIGN_IN_FAILED: "Неудачный вход",
    SIGN_OUT: "Выход",
    SESSION_ENDED: "Сеанс прекращён",
    REFUSED: "Отказ в доступе",
    ROWS_VIEWED: "Просмотр строк",
    IMPORTED: "Загрузка",
    UNDONE: "Отмена загрузки",
    EXPORTED: "Выгрузка файла",
    ACCOUNT_ADDED: "Заведена учётная запись",
    ACCOUNT_CHANGED: "Изменена учётная запись",
    GRANT_CHANGED: "Изменены права",
    PASSWORD_CHANGED: "Смена пароля",
    SUBSTITUTION_ADDED: "Назначено замещение",
    SUBSTITUTION_ENDED: "Замещение прекращено",
    SETTINGS_CHANGED: "Изменены настройки",
}
"""Every event the journal knows, for people."""

DETAILS: Final[Mapping[str, str]] = {
    "account": "учётная запись",
    "title": "должность",
    "role": "роль",
    "rights": "права",
    "blocks": "блоки",
    "departments": "подразделения",
    "channels": "каналы",
    "valid_until": "действует до",
    "is_active": "включена",
    "change": "изменение",
    "reason": "причина",
    "subject": "пользователь службы входа",
    "way": "способ входа",
    "session": "сеанс",
    "sessions": "сеансов",
    "absent": "кого замещает",
    "substitute": "кто замещает",
    "start": "с",
    "end": "по",
    "batch": "загрузка",
    "source": "система",
    "files": "файлов",
    "new": "новых",
    "corrected": "исправлено",
    "duplicate": "повторов",
    "rejected": "отклонено",
    "removed": "убрано",
    "restored": "возвращено",
    "place": "место",
    "page": "экран",
    "right": "право",
    "name": "файл",
    "format": "формат",
    "file": "номер файла",
    "numbers": "сумма чисел",
    "definitions": "сумма определений",
    "events": "загрузок и отмен",
    "recipe": "из чего сделан",
    "filters": "отборы",
    "is_searched": "поиск по номеру",
    "start_day": "с дня",
    "end_day": "по день",
    "setting": "настройка",
    "value": "значение",
    "method": "метод",
    "path": "адрес",
    "status": "ответ",
}
"""Every key that a detail may have, for people; an unknown key is a mistake of ours and is refused."""

Detail = Mapping[str, str | int | bool]

BEGINNING: Final = "0" * 64
"""What the first entry follows."""

_APPENDS: Final = 0x6D6375_6A  # an advisory lock that nobody else takes
_LONGEST: Final = 200
LONGEST_RECIPE: Final = 6_000
"""Signs of what a file was made from, so that it can be made again; a longer one is cut and cannot be read."""

_ROWS: Final = journal.c
_SEALED: Final = ("entry_no", "at_utc", "login", "account_id", "municipality", "action", "detail", "rows", "address")


def record(
    store: Store,
    actor: Actor,
    action: str,
    *,
    municipality: str | None = None,
    detail: Detail | None = None,
    rows: int | None = None,
) -> int:
    """Add one entry in a transaction of its own and return its number."""
    with store.writing() as connection:
        return write(connection, actor, action, municipality=municipality, detail=detail, rows=rows)


def write(
    connection: Connection,
    actor: Actor,
    action: str,
    *,
    municipality: str | None = None,
    detail: Detail | None = None,
    rows: int | None = None,
) -> int:
    """Add one entry in the transaction of what it tells of, and return its number.

    Write it last: until the transaction ends nobody else can add an entry.
    """
    told = dict(detail or {})
    if action not in ACTIONS or not told.keys() <= DETAILS.keys():
        raise AssertionError(f"the journal has no words for {action} or one of {sorted(told)}")
    number, previous = _last(connection)
    entry: dict[str, Any] = {
        "entry_no": number + 1,
        "at_utc": time.time_ns() // 1_000_000,
        "login": plain(actor.login, 128),
        "account_id": actor.account_id,
        "municipality": municipality,
        "action": action,
        "detail": json.dumps({key: _value(key, told[key]) for key in sorted(told)}, ensure_ascii=False),
        "rows": rows,
        "address": plain(actor.address, 64),
        "previous_hash": previous,
    }
    connection.execute(sa.insert(journal).values(**entry, hash=seal(entry)))
    return number + 1


def _last(connection: Connection) -> tuple[int, str]:
    """Take the turn and give the number and the hash of the last entry."""
    if connection.dialect.name == "postgresql":  # a writer of SQLite is alone anyway
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPENDS)))
    last = connection.execute(sa.select(_ROWS.entry_no, _ROWS.hash).order_by(_ROWS.entry_no.desc()).limit(1)).first()
    return (0, BEGINNING) if last is None else (last.entry_no, last.hash)


def plain(text: str, longest: int = _LONGEST) -> str:
    """Keep one printable line: what cannot be seen, or turns text around, becomes a mark."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:longest])


def _value(key: str, value: str | int | bool) -> str | int | bool:  # noqa: FBT001 - a value of a detail, no switch
    return plain(value, LONGEST_RECIPE if key == "recipe" else _LONGEST) if isinstance(value, str) else value


def seal(entry: Mapping[str, Any] | RowMapping) -> str:
    """Give the hash of an entry: of the hash before it and of every column that tells something."""
    content = json.dumps([entry["previous_hash"], *(entry[name] for name in _SEALED)], ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()


def verify(store: Store, known: tuple[int, str] | None = None) -> int | None:
    """Walk the chain and give the number of the first entry that is not as it was written, or None.

    A missing entry gives its own number. Entries cut off the end leave a whole chain behind; `known`, the number and
    hash of an entry noted elsewhere (`head`), tells of that too.
    """
    in_order = sa.select(journal).order_by(_ROWS.entry_no)
    with store.reading(None) as connection, connection.execution_options(yield_per=10_000).execute(in_order) as entries:
        return first_broken(entries.mappings(), known)


def first_broken(entries: Iterable[Mapping[str, Any] | RowMapping], known: tuple[int, str] | None = None) -> int | None:
    """Walk entries in the order of their numbers, as `verify` does."""
    previous, number = BEGINNING, 0
    noted = dict([known] if known else [])
    for entry in entries:
        number += 1
        follows = entry["entry_no"] == number and entry["previous_hash"] == previous
        if not follows or entry["hash"] != seal(entry) or entry["hash"] != noted.get(number, entry["hash"]):
            return number
        previous = entry["hash"]
    return number + 1 if known is not None and known[0] > number else None


def head(store: Store) -> tuple[int, str]:
    """Give the number and the hash of the last entry: to be noted elsewhere and given to `verify` later."""
    with store.reading(None) as connection:
        last = connection.execute(
            sa.select(_ROWS.entry_no, _ROWS.hash).order_by(_ROWS.entry_no.desc()).limit(1)
        ).first()
    return (0, BEGINNING) if last is None else (last.entry_no, last.hash)


PAGE: Final = pl.Schema(
    {
        "entry_no": pl.Int64(),
        "at_utc": pl.Datetime("ms"),
        "login": pl.String(),
        "account_id": pl.Int64(),
        "municipality": pl.String(),
        "action": pl.String(),
        "detail": pl.String(),
        "rows": pl.Int64(),
        "address": pl.String(),
    }
)
"""Columns of a page of the journal."""


def page(
    store: Store,
    *,
    municipality: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    login: str = "",
    action: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[pl.DataFrame, int]:
    """List entries, newest first, with the number of all that match: one row per entry, columns of `PAGE`.

    A municipality gives its own entries, and those without one (sign-ins, changes of accounts) of people who are given
    something there or of nobody known. `since` and `until` are aware, the second excluded. `login` is a part of it.
    """
    conditions = [
        *([] if municipality is None else [_about(municipality)]),
        *([] if since is None else [_ROWS.at_utc >= int(since.timestamp() * 1000)]),
        *([] if until is None else [_ROWS.at_utc < int(until.timestamp() * 1000)]),
        *([_ROWS.login.contains(plain(login).casefold(), autoescape=True)] if login else []),
        *([] if action is None else [_ROWS.action == action]),
    ]
    chosen = sa.select(*(_ROWS[name] for name in PAGE)).where(*conditions)
    with store.reading(None) as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(journal).where(*conditions)) or 0
        found = connection.execute(chosen.order_by(_ROWS.entry_no.desc()).offset(offset).limit(limit)).all()
    read = pl.Schema({**PAGE, "at_utc": pl.Int64()})
    return (
        pl.DataFrame([tuple(row) for row in found], schema=read, orient="row").with_columns(
            pl.from_epoch("at_utc", time_unit="ms").dt.cast_time_unit("ms")
        ),
        total,
    )


def exported(store: Store, municipality: str, file: str) -> dict[str, Any] | None:
    """Find the entry of a file that left a municipality by its number: its detail, with `at_utc`; None without one."""
    conditions = (
        _ROWS.action == EXPORTED,
        _ROWS.municipality == municipality,
        _ROWS.detail.contains(json.dumps(file, ensure_ascii=False), autoescape=True),
    )
    chosen = sa.select(_ROWS.detail, _ROWS.at_utc).where(*conditions).order_by(_ROWS.entry_no.desc())
    with store.reading(None) as connection:
        for detail, at_utc in connection.execute(chosen):
            told: dict[str, Any] = json.loads(detail)
            if told.get("file") == file:
                return told | {"at_utc": at_utc}
    return None


def _about(municipality: str) -> sa.ColumnElement[bool]:
    given = sa.select(grants.c.account_id).where(grants.c.municipality == municipality)
    of_them = sa.or_(_ROWS.account_id.is_(None), _ROWS.account_id.in_(given))
    without = sa.and_(_ROWS.municipality.is_(None), of_them)
    return sa.or_(_ROWS.municipality == municipality, without)


def told(detail: str) -> str:
    """Put the detail of an entry into words, in the order of `DETAILS`: «загрузка: 3, новых: 120»."""
    found = json.loads(detail)
    return ", ".join(f"{title}: {_word(key, found[key])}" for key, title in DETAILS.items() if key in found)


_MOMENTS: Final = frozenset({"valid_until", "start", "end"})


def _word(key: str, value: str | int | bool) -> str:  # noqa: FBT001 - a value of a detail, no switch
    if isinstance(value, bool):
        return "да" if value else "нет"
    return f"{datetime.fromisoformat(str(value)):%d.%m.%Y %H:%M} UTC" if key in _MOMENTS else str(value)
