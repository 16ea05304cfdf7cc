"""The panel of the nearest deadlines on «Сроки»: how many run out on the next working days, and which come first."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from analytics import clock
from analytics.due_states import SOON_EDGES
from analytics.work_calendar import WorkCalendar
from pages.deadlines import bars, reading
from pages.deadlines.bars import Names
from pages.shared import formats, frame, listing, remaining
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.run import Run
from pages.shared.table import Heading, Link, table

_HEADS: Final = ("Номер", "Осталось", "Тема", "Подразделение")


def nearest(asked: Asked, run: Run) -> None:
    """Draw the working days ahead and list the cases that run out first."""
    day, found = reading.moment(asked), reading.due_soon(asked)
    note = f"не просроченные в работе на {formats.day(day)}, по рабочим дням до срока"
    with frame.panel("Скоро срок: сколько осталось", note, key="nearest"):
        if found.is_empty():
            st.html('<p class="mcu-note">Сроков впереди нет.</p>')
            return
        st.html(bars.ahead(_bands(found, day, run.city.rules.calendar, run.filters)))
        if not run.scope.sees_rows:
            return
        headings = [Heading(title, is_wide=title == "Тема") for title in _HEADS]
        now = _now(run, day)
        rows = [_row(row, now, run) for row in reading.nearest(asked).iter_rows(named=True)]
        st.html(table(headings, rows, "Ближайшие сроки"))


def _bands(found: pl.DataFrame, day: date, calendar: WorkCalendar, filters: Filters) -> list[tuple[str, int, str]]:
    """Name each band, count it, and link it to the cases due on its days."""
    counts = dict(found.select("from_day", "appeals").iter_rows())
    titles = ("сегодня", "за 1 раб. день", *(f"за {low}–{high - 1}" for low, high in pairwise(SOON_EDGES[2:])))
    starts = [day if low == 0 else clock.shift_day(calendar, day, low) for low in SOON_EDGES]
    ends = [f"{start - timedelta(days=1)}" for start in starts[1:]]
    numbers = [counts.get(low, 0) for low in SOON_EDGES]
    numbers[-1] += counts.get(None, 0)  # beyond the calendar
    return [
        (title, number, listing.href(number, filters, "open", due=f"{start}..{end}"))
        for title, number, start, end in zip((*titles, "позже"), numbers, starts, [*ends, ""], strict=True)
    ]


def _now(run: Run, day: date) -> datetime:
    """Give the moment that time left is measured from: now, or the end of an earlier day shown."""
    now = datetime.now(UTC).astimezone(ZoneInfo(run.city.time_zone)).replace(tzinfo=None)
    return min(now, datetime.combine(day + timedelta(days=1), datetime.min.time()))


def _row(row: dict[str, Any], now: datetime, run: Run) -> list[str | Link]:
    number = str(row["source_id"])
    return [
        Link(number, listing.href(None, run.filters, "open", number=number)),
        remaining.words(run.city.rules.calendar, now, row["deadline_at"], row[remaining.UNIT]),
        row["topic"] or row["topic_group"] or formats.DASH,
        Names.of(run.city).title(row["department"]),
    ]
