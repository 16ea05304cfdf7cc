from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.periods import (
    PRESETS,
    Period,
    format_period,
    parse_period,
    preset,
    previous,
    recent,
    same_period_last_year,
)

AS_OF = date(2026, 11, 18)  # a Wednesday
FIRST = date(2024, 1, 10)


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("yesterday", period("2026-11-18", "2026-11-18")),
        ("seven_days", period("2026-11-12", "2026-11-18")),
        ("this_week", period("2026-11-16", "2026-11-18")),
        ("last_week", period("2026-11-09", "2026-11-15")),
        ("four_weeks", period("2026-10-26", "2026-11-18")),
        ("twelve_weeks", period("2026-08-31", "2026-11-18")),
        ("month", period("2026-11-01", "2026-11-18")),
        ("last_month", period("2026-10-01", "2026-10-31")),
        ("quarter", period("2026-10-01", "2026-11-18")),
        ("last_quarter", period("2026-07-01", "2026-09-30")),
        ("year", period("2026-01-01", "2026-11-18")),
        ("all", period("2024-01-10", "2026-11-18")),
    ],
)
def test_presets_end_where_the_data_end(key: str, expected: Period) -> None:
    assert preset(key, AS_OF, FIRST) == expected


@pytest.mark.parametrize(
    ("key", "as_of", "expected"),
    [
        ("last_week", "2026-11-21", period("2026-11-09", "2026-11-15")),
        ("last_week", "2026-11-22", period("2026-11-16", "2026-11-22")),
        ("last_month", "2026-11-29", period("2026-10-01", "2026-10-31")),
        ("last_month", "2026-11-30", period("2026-11-01", "2026-11-30")),
        ("last_quarter", "2026-12-30", period("2026-07-01", "2026-09-30")),
        ("last_quarter", "2026-12-31", period("2026-10-01", "2026-12-31")),
    ],
)
def test_what_is_over_on_the_morning_after_the_last_whole_day_is_the_last_one(
    key: str, as_of: str, expected: Period
) -> None:
    assert preset(key, date.fromisoformat(as_of), FIRST) == expected


def test_every_preset_is_made() -> None:
    assert [preset(key, AS_OF, FIRST).end <= AS_OF for key in PRESETS] == [True] * len(PRESETS)


@pytest.mark.parametrize(
    ("given_period", "expected"),
    [
        (period("2026-11-16", "2026-11-22"), period("2026-11-09", "2026-11-15")),
        (period("2026-11-16", "2026-11-18"), period("2026-11-09", "2026-11-11")),
        (period("2026-11-18", "2026-11-18"), period("2026-11-11", "2026-11-11")),
        (period("2026-10-26", "2026-11-18"), period("2026-09-28", "2026-10-21")),
        (period("2026-03-01", "2026-03-31"), period("2026-02-01", "2026-02-28")),
        (period("2026-01-01", "2026-03-31"), period("2025-10-01", "2025-12-31")),
        (period("2026-01-01", "2026-12-31"), period("2025-01-01", "2025-12-31")),
        (period("2026-11-01", "2026-11-22"), period("2026-10-01", "2026-10-22")),
        (period("2026-03-01", "2026-03-30"), period("2026-02-01", "2026-02-28")),
        (period("2026-10-01", "2026-11-18"), period("2026-07-01", "2026-08-18")),
        (period("2026-01-01", "2026-11-18"), period("2025-01-01", "2025-11-18")),
        (period("2026-06-01", "2026-06-07"), period("2026-05-25", "2026-05-31")),
        (period("2026-11-03", "2026-11-12"), period("2026-10-24", "2026-11-02")),
    ],
)
def test_previous_compares_like_with_like(given_period: Period, expected: Period) -> None:
    assert previous(given_period) == expected


@pytest.mark.parametrize(
    ("given_period", "expected"),
    [
        (period("2026-11-16", "2026-11-22"), period("2025-11-17", "2025-11-23")),
        (period("2026-11-03", "2026-11-12"), period("2025-11-04", "2025-11-13")),
        (period("2024-02-01", "2024-02-29"), period("2023-02-01", "2023-02-28")),
        (period("2025-02-01", "2025-02-28"), period("2024-02-01", "2024-02-29")),
        (period("2026-11-01", "2026-11-22"), period("2025-11-01", "2025-11-22")),
        (period("2024-01-01", "2024-02-29"), period("2023-01-01", "2023-02-28")),
    ],
)
def test_last_year_aligns_weeks_by_weekday_and_months_by_calendar(given_period: Period, expected: Period) -> None:
    assert same_period_last_year(given_period) == expected


def test_recent_periods_run_up_to_the_period() -> None:
    week = period("2026-11-16", "2026-11-22")
    assert [each.start.isoformat() for each in recent(week, 3)] == ["2026-10-26", "2026-11-02", "2026-11-09"]


@pytest.mark.parametrize(
    "text", ["", "вчера", "2026-11-22..", "2026-13-01..2026-13-02", "2026-11-22..2026-11-16", "x" * 500]
)
def test_a_wrong_link_is_refused_in_russian(text: str) -> None:
    with pytest.raises(ValueError, match="ериод"):
        parse_period(text, AS_OF, FIRST)


def test_a_link_may_name_a_preset_or_one_day() -> None:
    assert parse_period("last_week", AS_OF, FIRST) == preset("last_week", AS_OF, FIRST)
    assert parse_period("2026-11-18", AS_OF, FIRST) == period("2026-11-18", "2026-11-18")


periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 800),
)


@given(periods)
def test_a_link_gives_back_the_period(any_period: Period) -> None:
    assert parse_period(format_period(any_period), AS_OF, FIRST) == any_period


@given(periods, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_parts_cover_the_period_without_gap_or_overlap(any_period: Period, grain: str) -> None:
    parts = any_period.split(grain)
    assert sum(part.days for part in parts) == any_period.days
    assert parts[0].start == any_period.start
    assert parts[-1].end == any_period.end
    assert all(after.start - before.end == timedelta(days=1) for before, after in pairwise(parts))


@given(periods)
def test_the_period_before_ends_before_this_one_begins(any_period: Period) -> None:
    assert previous(any_period).end < any_period.start
    assert previous(any_period).days <= any_period.days + 3  # calendar months differ by three days at most
