"""What holds for every moment and every amount of work."""

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics import clock
from analytics.work_calendar import Hours, WorkCalendar, work_calendar

CALENDARS = [work_calendar(), work_calendar(hours=Hours(lunch_at=time(12, 30))), work_calendar("US")]

calendars = st.sampled_from(CALENDARS)
days = st.dates(date(2018, 12, 1), date(2027, 1, 31))
moments = st.datetimes(datetime(2018, 12, 1), datetime(2027, 1, 31)).map(lambda moment: moment.replace(microsecond=0))
counts = st.integers(0, 300)
hours = st.integers(0, 500)


def only(value: pl.Expr) -> object:
    return pl.select(value).item()


def later_day(calendar: WorkCalendar, day: date, count: int) -> date:
    return only(clock.add_working_days(calendar, pl.lit(day), count))


def later(calendar: WorkCalendar, moment: datetime, count: float) -> datetime:
    return only(clock.add_working_hours(calendar, pl.lit(moment), count))


def worked(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    return only(clock.working_seconds_between(calendar, pl.lit(start), pl.lit(end)))


@given(calendars, days, counts)
def test_days_added_are_days_measured(calendar, day, count):
    end = later_day(calendar, day, count)
    assert only(clock.working_days_between(calendar, pl.lit(day), pl.lit(end))) == count
    assert count == 0 or calendar.is_working(end)


@given(calendars, days, counts, counts)
def test_days_can_be_added_in_parts(calendar, day, one, other):
    assert later_day(calendar, later_day(calendar, day, one), other) == later_day(calendar, day, one + other)


@given(calendars, days, days, counts)
def test_a_later_day_never_comes_to_an_earlier_end(calendar, one, other, count):
    assume(count > 0)
    first, second = sorted([one, other])
    assert later_day(calendar, first, count) <= later_day(calendar, second, count)


@given(calendars, days, days)
def test_working_days_are_the_days_that_are_worked(calendar, one, other):
    first, second = sorted([one, other])
    between = range(1, (second - first).days + 1)
    expected = sum(calendar.is_working(first + timedelta(number)) for number in between)
    assert only(clock.working_days_between(calendar, pl.lit(first), pl.lit(second))) == expected


@given(calendars, moments, hours)
def test_hours_added_are_hours_measured(calendar, moment, count):
    assert worked(calendar, moment, later(calendar, moment, count)) == count * 3600


@given(calendars, moments, hours, hours)
def test_hours_can_be_added_in_parts(calendar, moment, one, other):
    assert later(calendar, later(calendar, moment, one), other) == later(calendar, moment, one + other)


@given(calendars, moments, moments, st.integers(1, 500))
def test_a_later_moment_never_comes_to_an_earlier_end(calendar, one, other, count):
    first, second = sorted([one, other])
    assert later(calendar, first, count) <= later(calendar, second, count)


@given(calendars, moments, st.integers(1, 500))
def test_the_end_is_the_first_moment_by_which_so_much_is_worked(calendar, moment, count):
    end = later(calendar, moment, count)
    assert worked(calendar, moment, end - timedelta(seconds=1)) == count * 3600 - 1


@given(calendars, moments, moments, moments)
def test_time_worked_adds_up(calendar, one, two, three):
    assert worked(calendar, one, two) + worked(calendar, two, three) == worked(calendar, one, three)


@given(calendars, days, st.sampled_from(["previous", "next"]))
def test_a_moved_day_is_worked_and_nothing_worked_lies_between(calendar, day, rule):
    moved = only(clock.move_from_day_off(calendar, pl.lit(day), rule))
    assert calendar.is_working(moved)
    step = 1 if rule == "next" else -1
    between = [day + timedelta(step * number) for number in range(abs((moved - day).days))]
    assert not any(calendar.is_working(each) for each in between)


@pytest.mark.parametrize("calendar", CALENDARS)
def test_a_column_gives_what_its_rows_give(calendar):
    starts = pl.datetime_range(datetime(2024, 4, 20), datetime(2024, 5, 20), "7h", eager=True)
    frame = pl.DataFrame({"start": starts, "hours": [number % 30 for number in range(len(starts))]})
    found = frame.select(clock.add_working_hours(calendar, pl.col("start"), pl.col("hours")))["start"]
    assert found.to_list() == [later(calendar, start, count) for start, count in frame.iter_rows()]
