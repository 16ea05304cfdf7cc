from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.measures import MEASURES, aggregate
from analytics.periods import Period
from analytics.series import series
from tests.analytics.cells import cells, november
from tests.analytics.test_measures import ROWS, any_rows

WEEKS = [Period(november(day), november(day + 6)) for day in (2, 9, 16)]


def test_one_row_per_period_in_the_order_given() -> None:
    keys = ["appeals", "open", "on_time_share", "median_answer_days"]
    found = series(cells(ROWS), keys, [WEEKS[2], WEEKS[0]], november(22)).collect()
    assert found.rows() == [
        (0, november(16), november(22), 0, 6, 0.0, 3, 14.0, 1),
        (1, november(2), november(8), 13, 10, 1.0, 1, 30.0, 1),
    ]


def test_periods_where_nothing_happened_have_a_row() -> None:
    found = series(cells([]), ["appeals", "on_time_share"], WEEKS[:1], november(22)).collect()
    assert found.rows() == [(0, november(2), november(8), 0, None, 0)]


def test_no_period_is_an_error() -> None:
    with pytest.raises(ValueError, match="period"):
        series(cells(ROWS), ["appeals"], [], november(22))


days = st.dates(date(2026, 9, 15), date(2026, 12, 15))
periods = st.tuples(days, days).map(lambda pair: Period(*sorted(pair)))


@given(any_rows, st.lists(periods, min_size=1, max_size=3), days)
def test_a_series_is_what_each_period_gives_alone(
    rows: list[dict[str, object]], asked: list[Period], as_of: date
) -> None:
    # A state before the first period of a series is of no day that the series follows.
    asked = [period for period in asked if period.start <= as_of] or [Period(as_of, as_of)]
    found = series(cells(rows), list(MEASURES), asked, as_of).collect().drop("period_no", "start", "end")
    alone = [aggregate(cells(rows), [], list(MEASURES), period.window(as_of)).collect().row(0) for period in asked]
    assert found.rows() == alone


def test_rows_of_a_dimension_have_whole_runs_in_one_pass() -> None:
    found = series(cells(ROWS), ["appeals", "open"], WEEKS[:2], november(22), by=["topic_block"]).collect()
    assert found.select("topic_block", "period_no", "appeals", "open").rows() == [
        ("heat", 0, 4, 4),
        ("heat", 1, 0, 4),
        ("roads", 0, 9, 6),
        ("roads", 1, 0, 3),
        (None, 0, 0, 0),
        (None, 1, 5, 0),
    ]


@given(any_rows, st.lists(periods, min_size=1, max_size=3))
def test_each_row_of_a_dimension_is_what_it_gives_alone(rows: list[dict[str, object]], asked: list[Period]) -> None:
    as_of = date(2026, 12, 31)
    together = series(cells(rows), list(MEASURES), asked, as_of, by=["topic_block"]).collect()
    for key in together["topic_block"].unique():
        mine = pl.col("topic_block").eq_missing(pl.lit(key))
        alone = series(cells(rows).filter(mine), list(MEASURES), asked, as_of).collect()
        assert together.filter(mine).drop("topic_block").rows() == alone.rows()
