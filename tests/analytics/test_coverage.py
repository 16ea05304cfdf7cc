"""Which days are whole: an unfinished day, a first week, a source that begins late, is silent or drags old cases."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import polars as pl
import pytest

from analytics import measures
from analytics.coverage import FULL_TERM, Coverage, Heard, SourceCoverage, coverage, history, is_settled
from analytics.periods import Period

TODAY = date(2026, 12, 1)  # a Tuesday
NOW = datetime.combine(TODAY, time(8, 34))
Run = Mapping[date, int]


def daily(first: date, last: date, rows: int = 40, *, weekdays: int = 7) -> dict[date, int]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day: rows for day in days if day.weekday() < weekdays}


def found(
    runs: Mapping[str, Run],
    newest: Mapping[str, datetime],
    *,
    loaded: datetime = NOW,
    hours: tuple[int, ...] = (10, 22),
) -> Coverage:
    """Find the coverage of sources whose rows come in equal parts at the given hours."""
    days = [(source, day, rows) for source, run in runs.items() for day, rows in run.items()]
    by_hour = {
        (source, day.weekday(), hour): sum(
            n // len(hours) for each, n in run.items() if each.weekday() == day.weekday()
        )
        for source, run in runs.items()
        for day in run
        for hour in hours
    }
    return coverage(
        pl.DataFrame(days, schema={"source": pl.String, "day": pl.Date, "rows": pl.Int64}, orient="row"),
        pl.DataFrame(
            [(*key, n) for key, n in by_hour.items()],
            schema={"source": pl.String, "weekday": pl.Int64, "hour": pl.Int64, "rows": pl.Int64},
            orient="row",
        ),
        {source: Heard(moment, loaded) for source, moment in newest.items()},
        NOW,
    )


def span(each: SourceCoverage) -> tuple[date, date]:
    return each.first, each.last


def one(run: Run, newest: datetime, **more: object) -> tuple[date, date]:
    return span(found({"a": run}, {"a": newest}, **more).sources[0])  # type: ignore[arg-type]


def test_today_is_never_whole() -> None:
    run = daily(date(2026, 9, 1), TODAY)
    assert one(run, NOW) == (date(2026, 9, 1), date(2026, 11, 30))
    assert one(run, datetime.combine(TODAY, time(8, 34)), hours=(1,)) == (date(2026, 9, 1), date(2026, 11, 30))


@pytest.mark.parametrize(("hour", "last"), [(8, 26), (21, 26), (22, 27)])
def test_the_day_of_an_export_is_whole_after_its_usual_hours(hour: int, last: int) -> None:
    run = daily(date(2026, 9, 1), date(2026, 11, 27))
    assert one(run, datetime(2026, 11, 27, hour, 50))[1] == date(2026, 11, last)


def test_a_weekend_of_an_office_is_whole_without_a_row_and_its_monday_is_not() -> None:
    run = daily(date(2026, 9, 1), date(2026, 11, 27), weekdays=5)
    assert one(run, datetime(2026, 11, 27, 22, 50))[1] == date(2026, 11, 29)


def test_a_source_of_a_row_a_week_is_not_silent_after_a_week() -> None:
    run = {date(2026, 9, 3) + timedelta(weeks=week): 1 for week in range(12)}
    assert one(run, datetime(2026, 11, 19, 12)) == (date(2026, 9, 3), date(2026, 11, 30))


def test_days_without_hours_are_over_when_they_were_loaded_later() -> None:
    run = daily(date(2026, 9, 1), date(2026, 11, 27))
    midnight = datetime(2026, 11, 27)
    assert one(run, midnight, hours=(0,))[1] == date(2026, 11, 27)
    assert one(run, midnight, hours=(0,), loaded=datetime(2026, 11, 27, 18))[1] == date(2026, 11, 26)


def test_the_first_days_count_from_where_the_source_comes_as_usual() -> None:
    run = daily(date(2026, 11, 5), TODAY)
    assert one(run, NOW)[0] == date(2026, 11, 5)
    assert one({**run, date(2026, 11, 5): 15}, NOW)[0] == date(2026, 11, 6)


def test_old_cases_that_an_export_drags_along_are_no_coverage() -> None:
    dragged = {date(2015, 1, 1): 1, **daily(date(2025, 6, 1), date(2026, 2, 28), 1)}
    assert one({**dragged, **daily(date(2026, 3, 1), TODAY)}, NOW)[0] == date(2026, 3, 1)


def test_a_hole_of_months_begins_the_data_anew_and_holidays_do_not() -> None:
    early, late = daily(date(2025, 1, 1), date(2025, 12, 31)), daily(date(2026, 1, 12), TODAY)
    assert one({**early, **late}, NOW)[0] == date(2025, 1, 1)
    later = daily(date(2026, 4, 1), TODAY)
    assert one({**early, **later}, NOW)[0] == date(2026, 4, 1)


def test_the_city_waits_a_week_for_a_source_and_no_longer() -> None:
    run = daily(date(2026, 1, 1), TODAY)
    for end, last in ((date(2026, 11, 25), date(2026, 11, 25)), (date(2026, 11, 10), date(2026, 11, 30))):
        runs = {"a": run, "b": daily(date(2026, 1, 1), end, 20)}
        both = found(runs, {"a": NOW, "b": datetime.combine(end, time(22, 30))})
        assert both.as_of == last
        assert [each.source for each in both.behind] == (["b"] if end.day == 10 else [])


def test_a_handful_of_rows_of_another_source_moves_nothing() -> None:
    runs = {"a": daily(date(2025, 1, 1), TODAY), "b": {date(2026, 11, 20): 3}}
    both = found(runs, {"a": NOW, "b": datetime(2026, 11, 20, 22, 30)})
    assert (both.as_of, both.first, both.since(both.as_of)) == (date(2026, 11, 30), date(2025, 1, 1), date(2025, 1, 1))


def test_periods_are_compared_within_one_set_of_sources() -> None:
    runs = {"a": daily(date(2025, 1, 1), TODAY), "b": daily(date(2026, 11, 12), TODAY)}
    both = found(runs, {"a": NOW, "b": NOW})
    week, before, after = (Period(date(2026, 11, day), date(2026, 11, day + 5)) for day in (20, 14, 8))
    assert both.since(week.end) == date(2026, 11, 12)
    assert both.comparable(week, before)
    assert not both.comparable(week, after)
    assert both.comparable(after, Period(date(2025, 11, 8), date(2025, 11, 13))) is False  # the set began inside
    assert both.comparable(Period(date(2026, 11, 1), date(2026, 11, 7)), Period(date(2026, 10, 25), date(2026, 10, 31)))
    assert not both.holds(Period(date(2026, 11, 10), date(2026, 11, 14)))
    assert not both.holds(Period(date(2026, 11, 25), TODAY))


def test_without_a_whole_day_the_newest_is_told_and_nothing_is_held() -> None:
    first = found({"a": {TODAY: 40}}, {"a": NOW})
    assert first.as_of == TODAY
    assert not first.holds(Period(TODAY, TODAY))


def test_nothing_loaded_has_no_source() -> None:
    nothing = found({}, {})
    assert (nothing.sources, nothing.as_of, nothing.first) == ((), TODAY, TODAY)


def test_a_reader_is_told_of_the_own_sources_and_of_the_same_day() -> None:
    runs = {"a": daily(date(2025, 1, 1), TODAY), "b": daily(date(2025, 1, 1), date(2026, 11, 25))}
    both = found(runs, {"a": NOW, "b": datetime(2026, 11, 25, 22, 30)})
    mine = both.only(("a",))
    assert ([each.source for each in mine.sources], mine.as_of) == (["a"], date(2026, 11, 25))


@pytest.mark.parametrize(
    ("measure", "days"), [("appeals", 0), ("repeat_share", 0), ("open", 24), ("considered", 30), ("on_time_share", 30)]
)
def test_a_measure_is_settled_a_full_term_after_the_data_began_unless_it_counts_what_came(
    measure: str, days: int
) -> None:
    first, chosen = date(2026, 1, 5), measures.find(measure)
    start = first + timedelta(days=days)
    week = Period(start, start + timedelta(days=6))
    assert is_settled(chosen, week, first)
    assert not is_settled(chosen, Period(start - timedelta(days=1), week.end - timedelta(days=1)), first)
    past = history(chosen, Period(date(2026, 6, 1), date(2026, 6, 7)), 100, first)
    assert past[0].start < first + FULL_TERM + timedelta(days=7)
