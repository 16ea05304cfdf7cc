"""Deadlines in groups of a working week: ordinary days, Fridays, days off, transferred days, long holidays."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.agenda import groups
from analytics.work_calendar import DayKind, work_calendar

RUSSIA = work_calendar()


def ends(now: datetime) -> str:
    """Write the last day of each bounded group."""
    found = [each for each in groups(RUSSIA, now) if each.last_day is not None]
    return ", ".join(f"{each.key} {each.last_day:%d.%m}" for each in found)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Thursday: the day, then Friday, then the weekend, then Monday to Sunday.
        ("2026-12-03 08:34", "today 03.12, week 04.12, days_off 06.12, next_week 13.12"),
        # Friday: nothing is left of the week but the days off, for which there is only today.
        ("2026-12-04 08:34", "today 04.12, days_off 06.12, next_week 13.12"),
        ("2026-12-05 12:00", "today 05.12, days_off 06.12, next_week 13.12"),
        ("2026-12-06 12:00", "today 06.12, next_week 13.12"),
        # A working Saturday on 1 November 2025, then three days off: the week ends on Saturday, the next on Wednesday.
        ("2025-10-30 09:00", "today 30.10, week 01.11, days_off 04.11, next_week 09.11"),
        ("2025-10-31 09:00", "today 31.10, week 01.11, days_off 04.11, next_week 09.11"),
        ("2025-11-01 09:00", "today 01.11, days_off 04.11, next_week 09.11"),
        # A Friday that is off (12 June 2026): Thursday is the last day of the week.
        ("2026-06-10 09:00", "today 10.06, week 11.06, days_off 14.06, next_week 21.06"),
        ("2026-06-11 09:00", "today 11.06, days_off 14.06, next_week 21.06"),
        # A holiday inside the week does not end it (Tuesday, 12 June 2029 is between working days).
        ("2029-06-11 09:00", "today 11.06, week 15.06, days_off 17.06, next_week 24.06"),
        # The day before the New Year holidays: they are one run of days off, the next week is the next one worked.
        ("2025-12-30 09:00", "today 30.12, days_off 11.01, next_week 18.01"),
    ],
)
def test_the_groups_of_a_day(now: str, expected: str) -> None:
    assert ends(datetime.fromisoformat(now)) == expected


def test_what_is_past_by_a_second_is_overdue_and_what_is_due_this_second_is_not() -> None:
    now = datetime(2026, 12, 3, 8, 34)
    overdue, today, *_ = groups(RUSSIA, now)
    assert (overdue.start, overdue.end) == (None, now)
    assert (today.start, today.end) == (now, datetime(2026, 12, 4))


def test_the_days_of_the_city_itself_count() -> None:
    own = work_calendar(overrides={date(2026, 12, 4): DayKind.OFF})
    found = {each.key: each for each in groups(own, datetime(2026, 12, 3, 9))}
    assert "week" not in found
    assert found["days_off"].start == datetime(2026, 12, 4)


@given(st.datetimes(datetime(2011, 1, 1), datetime(2034, 12, 1)))
def test_the_groups_leave_no_gap_and_do_not_overlap(now: datetime) -> None:
    found = groups(RUSSIA, now)
    assert (found[0].start, found[-1].end) == (None, None)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(each.start < each.end for each in found[1:-1])  # type: ignore[operator]
    assert all(now + timedelta(days=40) > each.end for each in found[:-1] if each.end)
