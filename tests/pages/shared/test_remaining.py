"""Time left in words, by the clock of the norm."""

from datetime import datetime

import polars as pl
import pytest

from analytics.deadlines import Rules
from analytics.work_calendar import work_calendar
from loaders import register
from loaders.city import City
from pages.shared import remaining

CALENDAR = work_calendar()
DAY = "%d.%m.%Y %H:%M"

SAID = """
    20.11.2026 17:00 | 23.11.2026 15:00 | -             | осталось 6 рабочих часов
    20.11.2026 17:00 | 24.11.2026 23:59 | -             | осталось 2 рабочих дня
    20.11.2026 17:00 | 23.11.2026 10:00 | -             | остался 1 рабочий час
    20.11.2026 16:20 | 20.11.2026 16:41 | -             | осталась 21 рабочая минута
    20.11.2026 18:00 | 20.11.2026 23:59 | -             | истекает сегодня
    20.11.2026 18:00 | 22.11.2026 23:59 | -             | рабочего времени не осталось
    24.11.2026 12:00 | 20.11.2026 23:59 | -             | просрочено на 2 рабочих дня
    23.11.2026 11:00 | 20.11.2026 23:59 | working_days  | просрочено на 2 рабочих часа
    23.11.2026 09:01 | 20.11.2026 23:59 | -             | просрочено на 1 рабочую минуту
    22.11.2026 11:00 | 20.11.2026 23:59 | working_hours | просрочено вне рабочего времени
    21.11.2026 00:00 | 20.11.2026 23:59 | -             | просрочено со вчерашнего дня
    20.11.2026 00:00 | 19.11.2026 23:59 | calendar_days | просрочено со вчерашнего дня
    23.11.2026 00:00 | 20.11.2026 23:59 | working_days  | просрочено вне рабочего времени
    20.11.2026 17:00 | 20.12.2026 23:59 | calendar_days | осталось 30 календарных дней
    20.11.2026 17:00 | 22.11.2026 23:59 | calendar_days | осталось 2 календарных дня
    20.11.2026 16:00 | 21.11.2026 23:59 | calendar_days | остался 1 рабочий час
    24.11.2026 12:00 | 20.11.2026 23:59 | calendar_days | просрочено на 4 календарных дня
    20.11.2026 17:00 | 20.11.2125 10:00 | working_days  | осталось 36159 календарных дней
    20.11.2026 17:00 | 20.11.1925 10:00 | working_days  | просрочено на 36890 календарных дней
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_words(line: str) -> None:
    now, due, unit, said = (part.strip() for part in line.split("|"))
    moments = (datetime.strptime(text, DAY) for text in (now, due))  # noqa: DTZ007 — wall-clock moments have no zone
    found = remaining.words(CALENDAR, *moments, None if unit == "-" else unit)
    assert found.replace("\u00a0", "").replace(" ", "") == said.replace(" ", "")


def test_each_row_has_the_unit_of_the_norm_that_fits_it() -> None:
    rules = City.load("novoshakhtinsk").rules
    blank = dict.fromkeys(register.COLUMNS)
    base = blank | {"kind": "message", "status": "in_work", "received_at": datetime(2026, 11, 2)}
    rows = pl.DataFrame(
        [
            base | {"source_system": "incident"},
            base | {"source_system": "pos"},
            base | {"source_system": "pos", "kind": "appeal"},
            base | {"source_system": "pos", "received_at": datetime(1990, 1, 1)},
        ]
    ).with_columns(pl.col("received_at").cast(pl.Datetime("ms")), pl.col("kind").cast(pl.Enum(["appeal", "message"])))
    missing = [name for name in rows.columns if rows[name].dtype == pl.Null]
    found = remaining.with_units(rows.drop(missing), rules)
    assert found[remaining.UNIT].to_list() == ["working_hours", "calendar_days", "calendar_days", None]
    assert found.drop(remaining.UNIT).columns == rows.drop(missing).columns
    without = remaining.with_units(rows.drop(missing), Rules((), CALENDAR))
    assert without[remaining.UNIT].to_list() == [None] * 4
