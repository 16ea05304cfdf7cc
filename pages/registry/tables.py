"""The page of the register as a table whose headings sort. A frame in, HTML out, without Streamlit."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any, Final

import polars as pl

from analytics import keys, schema
from analytics.work_calendar import WorkCalendar
from loaders.city import City
from pages.registry.query import Asked
from pages.shared import formats, remaining
from pages.shared.options import absent
from pages.shared.table import Cell, Heading, Toned, table
from pages.shared.text import html_text

LEFT: Final = "left"
"""Column that the page works out: how much working time is left to the deadline of an open case."""

COLUMNS: Final[dict[str, str]] = {
    "source_id": "Номер",
    "received_at": "Поступило",
    "topic_block": "Блок",
    "topic": "Тема",
    "department": "Подразделение",
    "territory": "Территория",
    "channel": "Канал",
    "kind": "Вид",
    "status": "Статус",
    "stage": "Этап",
    "deadline_at": "Срок",
    LEFT: "Осталось",
    "due_basis": "Основание срока",
    "answered_at": "Ответ",
    "is_repeat": "Повторное",
    "reworks": "Возвраты",
    "satisfaction": "Оценка",
    "source_system": "Система",
    "batch_id": "Загрузка",
}
"""Columns a reader may choose, in the order they stand."""

DEFAULT: Final = (
    *("source_id", "received_at", "topic_block", "topic", "department", "territory"),
    *("status", "deadline_at", LEFT, "answered_at"),
)

_END_OF_DAY: Final = time(23, 59, 59)
"""A deadline that is a whole day lasts to here; any other is told with its hour."""

_WIDE: Final = frozenset({"topic_block", "topic", "department", "channel", LEFT})
_NUMBERS: Final = frozenset({"reworks", "satisfaction", "batch_id"})


def rows(
    frame: pl.DataFrame,
    columns: tuple[str, ...],
    asked: Asked,
    href: Callable[[str], str],
    words: Mapping[str, Mapping[str, str]],
    calendar: WorkCalendar,
    now: datetime,
) -> str:
    """Write the page; `href` makes the address that sorts by a column, `words` the titles of coded values.

    `frame` is a page of the register with `remaining.UNIT`; time left is told at `now` by the city's `calendar`.
    """
    state = "descending" if asked.descending else "ascending"
    headings = [
        Heading(
            COLUMNS[name],
            name in _NUMBERS,
            "" if name == LEFT else href(asked.sorted_by(name)),
            state if name == asked.sort else "",
            name in _WIDE,
        )
        for name in columns
    ]
    listed = (
        [left(row, calendar, now) if name == LEFT else cell(name, row, words, now) for name in columns]
        for row in frame.iter_rows(named=True)
    )
    return table(headings, listed, "Обращения и сообщения")


def cell(name: str, row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], now: datetime) -> Cell:
    """Write one value of a row."""
    value = row[name]
    if name == "deadline_at":
        return _due(row, now)
    if name == "source_id":
        return f"{value} / {row['question_no']}" if row["question_no"] != 1 else str(value)
    if name == "is_repeat":
        return "да" if value else ""
    if value is None:
        return Toned("не сопоставлено", "warn") if name == "topic_block" else formats.DASH
    if isinstance(value, datetime):
        return formats.moment(value)
    return words.get(name, {}).get(str(value), str(value))


def _due(row: Mapping[str, Any], now: datetime) -> Cell:
    """Show when a case is due; a missed deadline stands out while the case is open and after it ended late."""
    due = row["deadline_at"]
    if due is None:
        return formats.DASH
    is_open = row["status"] not in schema.FINISHED_STATUSES
    ended = now if is_open else row["answered_at"]
    said = formats.day(due.date()) if due.time() == _END_OF_DAY else formats.moment(due)
    return Toned(said, "bad") if ended is not None and ended > due else said


def left(row: Mapping[str, Any], calendar: WorkCalendar, now: datetime) -> Cell:
    """Say how much time an open case has left; a finished one, and one without a deadline, has none to tell."""
    due = row["deadline_at"]
    if due is None or row["status"] in schema.FINISHED_STATUSES:
        return formats.DASH
    said = remaining.words(calendar, now, due, row[remaining.UNIT])
    return Toned(said, "bad") if now > due else said


def words(city: City, systems: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Give the titles of coded values, by column."""
    return {
        "topic_block": {block.key: block.short_title for block in city.blocks},
        "kind": schema.TITLES,
        "status": schema.TITLES,
        "stage": {stage.value: schema.TITLES[stage.value].capitalize() for stage in schema.Stage},
        "due_basis": schema.TITLES,
        "source_system": dict(systems),
    }


def topics(chosen: tuple[str, ...]) -> str:
    """Name the topics of a link."""
    titles = (absent("topic", keys.read(topic)) for topic in chosen)
    return ", ".join(f"<b>{html_text(title)}</b>" for title in titles)
