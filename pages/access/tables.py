"""Tables of «Доступ»: accounts, sessions, substitutions. Frames in, HTML out, without Streamlit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from loaders.access.roles import ROLES, Right, Role
from pages.access.agents import plain
from pages.shared import formats
from pages.shared.table import Cell, Heading, Link, Toned, table
from pages.shared.text import html_text

_MARKS: Final[Mapping[Right, str]] = {
    Right.ROWS: "реестр",
    Right.EXPORT: "файлы",
    Right.IMPORT: "загрузка",
    Right.ACCESS: "доступ",
    Right.JOURNAL: "журнал",
}
"""The rights in one word each: a column of a table is narrow."""

_MOST_WORDS: Final = 4
"""Blocks, departments or channels that are named in a row; more are counted."""


def facts(accounts: pl.DataFrame, sessions: pl.DataFrame, substitutions: pl.DataFrame, now: datetime) -> str:
    """Show in numbers who may sign in and who is in; `now` is UTC without a zone."""
    active = accounts.filter("is_active")
    ending = active.filter(pl.col("valid_until").is_between(now, now + timedelta(days=30)))
    standing = substitutions.filter((pl.col("start") <= now) & (pl.col("end") > now))
    items = (
        ("Учётных записей", active.height, f"выключено {accounts.height - active.height}"),
        ("Сеансов сейчас", sessions.height, "открыты в этот момент"),
        ("Замещений сейчас", standing.height, "смотрят от имени другого"),
        ("Доступ истекает", ending.height, "в ближайшие 30 дней"),
    )
    cells = (
        f"<div><span>{name}</span><b>{formats.number(n)}</b><small>{small}</small></div>" for name, n, small in items
    )
    return f'<div class="mcu-facts">{"".join(cells)}</div>'


def accounts(
    rows: pl.DataFrame, blocks: Mapping[str, str], zone: ZoneInfo, href: Callable[[int], str], now: datetime
) -> str:
    """List accounts; a login leads to the account's card by `href`, `blocks` names the blocks."""
    headings = [
        Heading("Логин"), Heading("Должность", is_wide=True), Heading("Роль"), Heading("Что открыто", is_wide=True),
        Heading("Права", is_wide=True), Heading("До"), Heading("Был в системе"), Heading("Состояние"),
    ]  # fmt: skip
    listed = (
        (
            Link(row["login"], href(row["account_id"]), is_verbatim=True),
            row["title"],
            role_title(row["role"]),
            bounds(row, blocks),
            rights(row["rights"]),
            _until(row["valid_until"], zone, now),
            formats.moment(local(row["seen_at"], zone)),
            _state(row),
        )
        for row in rows.iter_rows(named=True)
    )
    return table(headings, listed, "Учётные записи")


def role_title(role: str | None) -> str:
    """Name a role."""
    return ROLES[Role(role)].title if role else "без роли"


def rights(held: Sequence[str] | None) -> str:
    """Name rights in one word each."""
    return ", ".join(word for right, word in _MARKS.items() if right.value in (held or ())) or "только показатели"


def bounds(row: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    """Say which blocks, departments and channels are open."""
    named = {
        "blocks": [title for key, title in blocks.items() if key in (row["blocks"] or ())],
        "departments": row["departments"],
        "channels": row["channels"],
    }
    parts = [
        _few(words or [], many)
        for (name, words), many in zip(named.items(), _MANY, strict=True)
        if row[name] is not None
    ]
    return "; ".join(parts) or "весь город"


_MANY: Final = (
    ("блок", "блока", "блоков"),
    ("подразделение", "подразделения", "подразделений"),
    ("канал", "канала", "каналов"),
)


def _few(words: Sequence[str], many: tuple[str, str, str]) -> str:
    return ", ".join(words) if len(words) <= _MOST_WORDS else formats.counted(len(words), *many)


def _until(moment: datetime | None, zone: ZoneInfo, now: datetime) -> Cell:
    """Write the last day of access: the end is the first moment that is not open any more."""
    if moment is None:
        return "без срока"
    day = formats.day(last_day(moment, zone))
    return Toned(day, "bad") if moment <= now else Toned(day, "warn") if moment < now + timedelta(days=7) else day


def last_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Give the city's last day before a moment of UTC."""
    return (moment - timedelta(seconds=1)).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _state(row: Mapping[str, Any]) -> Cell:
    if not row["is_active"]:
        return Toned("выключена", "muted")
    if row["must_change_password"]:
        return Toned("сменит пароль при входе", "warn")
    return "включена" if row["has_password"] else "вход через службу"


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Bring a moment of UTC to the city's clock."""
    return None if moment is None else moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def sessions(rows: pl.DataFrame, zone: ZoneInfo, own: str) -> str:
    """List open sessions with their numbers; `own` is the id of the reader's own."""
    headings = [
        Heading("№", is_number=True), Heading("Кто", is_wide=True), Heading("Откуда"), Heading("Через что"),
        Heading("Вошёл"), Heading("Последнее действие"), Heading("Завершится"),
    ]  # fmt: skip
    listed = (
        (
            str(number),
            _person(row, own),
            row["address"],
            plain(row["agent"]),
            *(formats.moment(local(row[name], zone)) for name in ("started_at", "seen_at", "ends_at")),
        )
        for number, row in enumerate(rows.iter_rows(named=True), start=1)
    )
    return table(headings, listed, "Открытые сеансы")


def _person(row: Mapping[str, Any], own: str) -> Cell:
    name = f"{row['title']} ({row['login']})"
    return Toned(f"{name} — это вы", "accent") if row["session_id"] == own else name


def session_title(number: int, row: Mapping[str, Any]) -> str:
    """Name one session in a list of choices."""
    return f"№ {number} · {row['login']} · {row['address']}"


def substitutions(rows: pl.DataFrame, zone: ZoneInfo, now: datetime) -> str:
    """List substitutions, newest first, with where each stands now."""
    headings = [
        Heading("№", is_number=True), Heading("Кого замещают", is_wide=True), Heading("Кто замещает", is_wide=True),
        Heading("С"), Heading("По"), Heading("Состояние"),
    ]  # fmt: skip
    listed = (
        (
            str(row["substitution_id"]),
            row["absent"],
            row["substitute"],
            formats.day(local(row["start"], zone)),
            formats.day(last_day(row["end"], zone)),
            _stands(row, now),
        )
        for row in rows.iter_rows(named=True)
    )
    return table(headings, listed, "Замещения")


def _stands(row: Mapping[str, Any], now: datetime) -> Cell:
    if row["end"] <= now:
        return Toned("окончено", "muted")
    return Toned("идёт", "accent") if row["start"] <= now else "назначено"


def card(row: Mapping[str, Any], blocks: Mapping[str, str], zone: ZoneInfo) -> str:
    """Describe one account in a line of facts."""
    until = row["valid_until"]
    told = {
        "Роль": role_title(row["role"]),
        "Открыто": bounds(row, blocks),
        "Права": rights(row["rights"]),
        "Действует": "без срока" if until is None else f"до {formats.day(last_day(until, zone))}",
        "Был в системе": formats.moment(local(row["seen_at"], zone)),
        **({"Служба входа": row["subject"]} if row["subject"] else {}),
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{html_text(words)}</dd></div>" for name, words in told.items())
    return f'<dl class="mcu-card">{listed}</dl>'
