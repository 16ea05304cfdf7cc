"""Dates are read in declared forms only, and become the wall clock of the city."""

from datetime import datetime

import polars as pl
import pytest

from loaders.moments import Clock, parse
from loaders.profile import DATE_FORMATS, NAIVE

MOSCOW = Clock(DATE_FORMATS, NAIVE, "Europe/Moscow")

ZOO = [
    ("2026-01-31", datetime(2026, 1, 31)),
    ("31.01.2026", datetime(2026, 1, 31)),
    ("1.2.2026", datetime(2026, 2, 1)),
    ("31.01.2026 14:30", datetime(2026, 1, 31, 14, 30)),
    ("31.01.2026 14:30:15", datetime(2026, 1, 31, 14, 30, 15)),
    ("2026-01-31 14:30:15", datetime(2026, 1, 31, 14, 30, 15)),
    ("2026-01-31 14:30:15.987", datetime(2026, 1, 31, 14, 30, 15)),
    ("2026-01-31T14:30", datetime(2026, 1, 31, 14, 30)),
    ("2026-01-31T14:30:15Z", datetime(2026, 1, 31, 17, 30, 15)),
    ("2026-01-31T14:30:15+03:00", datetime(2026, 1, 31, 14, 30, 15)),
    ("2026-01-31T23:30:00-05:00", datetime(2026, 2, 1, 7, 30)),
    ("2026-01-31T14:30:15+14:00", datetime(2026, 1, 31, 3, 30, 15)),
    ("2024-02-29", datetime(2024, 2, 29)),
    ("2026-02-29", None),
    ("31.04.2026", None),
    ("01.01.26", None),
    ("01/02/2026", None),
    ("45292", None),
    ("1767225600", None),
    ("вчера", None),
    ("1899-12-31", None),
    ("2026-01-31 25:00:00", None),
]


@pytest.mark.parametrize(("text", "expected"), ZOO)
def test_each_form_has_its_one_reading(text: str, expected: datetime | None) -> None:
    assert parse(pl.Series([text]), MOSCOW).to_list() == [expected]


def test_forms_may_be_mixed_in_one_column() -> None:
    values = pl.Series([text for text, _ in ZOO] + [None])
    assert parse(values, MOSCOW).to_list() == [expected for _, expected in ZOO] + [None]


def test_term_named_as_a_day_lasts_to_its_end() -> None:
    values = pl.Series(["31.01.2026", "31.01.2026 12:00"])
    assert parse(values, MOSCOW, is_term=True).to_list() == [
        datetime(2026, 1, 31, 23, 59, 59),
        datetime(2026, 1, 31, 12),
    ]


WHOLE_DAYS = [
    "04.03.2026", "2026-03-04", "4.3.2026", "04.03.2026 0:00:00", "04.03.2026 0:00", "04.03.2026 00:00",
    "2026-03-04 00:00:00", "2026-03-04 0:00:00", "2026-03-04T00:00:00", "2026-03-04T00:00:00.000",
    "2026-03-04T00:00", "2026-03-04T00:00:00+03:00", "2026-03-04T00:00:00Z", "2026-03-04T00:00:00+10:00",
    "2026-03-04T00:00+03:00", "2026-03-04 00:00:00-05:00", "2026-03-03T21:00:00Z", "2026-03-03T21:00:00.000Z",
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE_DAYS)
def test_term_at_midnight_lasts_to_the_end_of_its_day_however_it_is_written(text: str) -> None:
    assert parse(pl.Series([text]), MOSCOW, is_term=True).to_list() == [datetime(2026, 3, 4, 23, 59, 59)]


@pytest.mark.parametrize("text", WHOLE_DAYS[3:])
def test_midnight_is_a_moment_where_moments_are_told_and_in_no_term(text: str) -> None:
    moments = Clock(DATE_FORMATS, NAIVE, "Europe/Moscow", has_moments=True)
    plain = parse(pl.Series([text]), MOSCOW).to_list()
    assert parse(pl.Series([text]), moments, is_term=True).to_list() == plain
    assert plain[0] is not None
    assert plain[0].second == 0


def test_a_midnight_of_another_clock_is_the_day_it_names() -> None:
    greenwich = Clock(("%Y-%m-%d %H:%M:%S",), "UTC", "Asia/Vladivostok")
    values = pl.Series(["2026-03-04 00:00:00", "2026-03-03 14:00:00", "2026-03-04 00:00:01"])
    assert parse(values, greenwich, is_term=True).to_list() == [
        datetime(2026, 3, 4, 23, 59, 59),
        datetime(2026, 3, 4, 23, 59, 59),
        datetime(2026, 3, 4, 10, 0, 1),
    ]
    epoch = Clock(("epoch_ms",), NAIVE, "Europe/Moscow")
    assert parse(pl.Series(["1772571600000"]), epoch, is_term=True).to_list() == [datetime(2026, 3, 4, 23, 59, 59)]


def test_values_of_another_zone_become_the_citys() -> None:
    clock = Clock(("%Y-%m-%d %H:%M:%S",), "Europe/Moscow", "Asia/Vladivostok")
    assert parse(pl.Series(["2026-01-31 20:00:00"]), clock).to_list() == [datetime(2026, 2, 1, 3)]


def test_ambiguous_and_epoch_forms_work_when_named() -> None:
    assert parse(pl.Series(["01/02/2026"]), Clock(("%m/%d/%Y",), NAIVE, "Europe/Moscow")).to_list() == [
        datetime(2026, 1, 2)
    ]
    epoch = Clock(("epoch_s",), NAIVE, "Europe/Moscow")
    assert parse(pl.Series(["1767225600"]), epoch).to_list() == [datetime(2026, 1, 1, 3)]


def test_empty_column_stays_empty() -> None:
    assert parse(pl.Series([], dtype=pl.String), MOSCOW).to_list() == []


ZONES = """
    2026-11-20T23:30:00+03:00 | Europe/Moscow    | 20.11.2026 23:30 | half past eleven in Moscow
    2026-11-20T23:30:00+03:00 | Asia/Yekaterinburg | 21.11.2026 01:30 | is the next day beyond the Urals
    2026-11-20T23:30:00+03:00 | Europe/Kaliningrad | 20.11.2026 22:30 | and an hour less in Kaliningrad
    2026-11-20T21:30:00Z      | Europe/Moscow    | 21.11.2026 00:30 | half past midnight, by Greenwich the day before
    2026-11-20T20:30:00Z      | Europe/Moscow    | 20.11.2026 23:30 | half past eleven, by Greenwich the same day
    2026-11-20T20:59:59Z      | Europe/Moscow    | 20.11.2026 23:59:59 | the last second of the day
    2026-11-20T21:00:00Z      | Europe/Moscow    | 21.11.2026 00:00 | the first of the next
    2026-06-30T21:30:00Z      | Europe/Moscow    | 01.07.2026 00:30 | over a month end
    2025-12-31T21:30:00Z      | Europe/Moscow    | 01.01.2026 00:30 | over New Year
    2024-02-28T21:30:00Z      | Europe/Moscow    | 29.02.2024 00:30 | to the leap day
    2024-02-29T20:30:00Z      | Europe/Moscow    | 29.02.2024 23:30 | still the leap day
    2014-10-25T20:30:00Z      | Europe/Moscow    | 26.10.2014 00:30 | summer time that was for ever
    2014-10-26T20:30:00Z      | Europe/Moscow    | 26.10.2014 23:30 | ended that night
    2026-11-20T15:30:00Z      | Asia/Vladivostok | 21.11.2026 01:30 | the far east is ten hours ahead
    2026-11-20T13:30:00Z      | Asia/Vladivostok | 20.11.2026 23:30 | half past eleven there
"""


@pytest.mark.parametrize(
    ("told", "zone", "wall", "why"),
    [tuple(cell.strip() for cell in line.split("|")) for line in ZONES.strip().splitlines()],
)
def test_a_moment_with_an_offset_becomes_the_citys_wall_clock(told: str, zone: str, wall: str, why: str) -> None:
    forms = Clock(("%Y-%m-%dT%H:%M:%S%#z",), "city", zone)
    found = parse(pl.Series([told]), forms, is_term=False)
    assert found.dt.strftime("%d.%m.%Y %H:%M:%S").to_list() == [wall if wall.count(":") > 1 else f"{wall}:00"], why
