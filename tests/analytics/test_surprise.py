"""Surprise: a cell against its own past, on a scale on which chance alone is about one."""

from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist, fmean

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.heat_map import OTHERS, HeatMap, Layout, heat_map
from analytics.periods import Period
from analytics.surprise import STEPS, Told, count_residual, share_residual, surprise
from tests.analytics.cells import cells

FIRST = date(2026, 1, 5)
WEEKS = [FIRST + timedelta(weeks=number) for number in range(15)]
END = WEEKS[-1] + timedelta(days=6)
SHOWN = Period(WEEKS[12], END)


def rows(counts: list[int], **values: object) -> list[dict[str, object]]:
    days = zip(WEEKS, counts, strict=True)
    return [{"received_on": day, "appeals": count, **values} for day, count in days if count]


STEADY = [40] * 13 + [80, 40]


def laid(listed: list[dict[str, object]], columns: str, measure: str = "appeals", shown: Period = SHOWN) -> HeatMap:
    layout = Layout(column_limit=2)
    return heat_map(cells(listed), "topic_block", columns, measure, shown.window(shown.end), layout)


def told(
    listed: list[dict[str, object]], columns: str = "week", shown: Period = SHOWN, **asked: object
) -> pl.DataFrame:
    measure = str(asked.pop("measure", "appeals"))
    found = laid(listed, columns, measure, shown)
    return surprise(cells(listed), found, shown, shown.end, FIRST, **asked)  # type: ignore[arg-type]


def test_every_week_is_compared_with_the_weeks_before_it() -> None:
    found = told(rows(STEADY))
    assert found.select("column", "told").rows() == [(day, "yes") for day in WEEKS[12:]]
    assert found["expected"].to_list() == [40.0, 40.0, pytest.approx((11 * 40 + 80) / 12)]
    assert [round(each, 2) for each in found["residual"]] == [0.0, 5.02, -0.42]
    assert found["residual"][1] == pytest.approx(2 * (sqrt(80.375) - sqrt(40.375)) / sqrt(13 / 12))


def test_a_week_that_is_still_going_is_compared_with_equal_parts() -> None:
    daily = [{"received_on": FIRST + timedelta(days=day), "appeals": 10} for day in range(7 * 14 + 3)]
    shown = Period(WEEKS[13], WEEKS[14] + timedelta(days=2))
    found = told(daily, shown=shown)
    assert found["expected"].to_list() == [70.0, 30.0]
    assert found["residual"].to_list() == [0.0, 0.0]


def test_other_columns_are_compared_over_the_whole_window_and_merged_ones_together() -> None:
    week = Period(WEEKS[-1], END)
    listed = [
        *rows([30] * 15, department="A"),
        *rows([20] * 15, department="B"),
        *rows([20] * 14 + [60], department="C"),
    ]
    found = told(listed, "department", shown=week)
    assert found.select("column", "expected").rows() == [("C", 20.0), (OTHERS, 50.0)]
    assert found["residual"].to_list() == [pytest.approx(2 * (sqrt(60.375) - sqrt(20.375)) / sqrt(13 / 12)), 0.0]


def test_small_cells_and_short_histories_have_no_residual() -> None:
    assert told(rows([2] * 15), min_n=10)["told"].to_list() == [Told.SMALL] * 3
    assert told(rows([2] * 14 + [30]), min_n=10)["told"].to_list() == [Told.SMALL, Told.SMALL, Told.YES]
    listed = rows(STEADY)
    short = surprise(cells(listed), laid(listed, "week"), SHOWN, END, WEEKS[2])
    assert short["told"].to_list() == [Told.SHORT_HISTORY, Told.SHORT_HISTORY, Told.YES]
    assert short.filter(pl.col("told") != Told.YES).select("expected", "residual").null_count().row(0) == (2, 2)


def test_a_share_is_compared_on_its_own_scale() -> None:
    listed = [
        *rows([30] * 15),
        *rows([10] * 14 + [40], is_repeat=True),
    ]
    found = told(listed, shown=Period(WEEKS[-1], END), measure="repeat_share")
    assert found["expected"].to_list() == [0.25]
    assert found["residual"][0] == pytest.approx(share_residual([(10, 40)] * 12, (40, 70)).residual)
    assert found["residual"][0] > 3


def test_a_past_that_varies_widens_the_usual() -> None:
    wild = [20, 60] * 6
    spread = 2 * (sqrt(60.375) - sqrt(20.375)) / 1.128
    centre = fmean(2 * sqrt(count + 0.375) for count in wild)
    assert count_residual(wild, 80).residual == pytest.approx((2 * sqrt(80.375) - centre) / spread / sqrt(13 / 12))


@pytest.mark.parametrize("measure", ["open", "median_answer_days", "satisfaction"])
def test_states_and_percentiles_have_no_surprise(measure: str) -> None:
    with pytest.raises(ValueError, match=measure):
        told(rows(STEADY), measure=measure)


@given(st.lists(st.integers(0, 200), min_size=12, max_size=12), st.integers(0, 200), st.integers(1, 50))
def test_more_seen_is_never_less_surprising(history: list[int], now: int, more: int) -> None:
    assert count_residual(history, now + more).residual > count_residual(history, now).residual


def test_chance_alone_goes_beyond_three_as_seldom_as_the_normal_law_says() -> None:
    draws = np.random.default_rng(5).poisson(40, (20_000, 13))
    found = np.array([count_residual(row[:12].tolist(), int(row[12])).residual for row in draws])
    assert np.mean(np.abs(found) > 3) < 2 * NormalDist().cdf(-3) * 2
    assert np.mean(np.abs(found) > 2) == pytest.approx(2 * NormalDist().cdf(-2), abs=0.02)


def test_there_are_seven_steps_around_the_usual() -> None:
    residuals = pl.Series([-9.0, -3.0, -2.5, -1.0, 0.0, 1.0, 2.0, 3.0, 9.0, None])
    assert STEPS.step_of(residuals).to_list() == [0, 1, 1, 3, 3, 4, 5, 6, 6, None]


def test_order_and_weights_change_nothing() -> None:
    listed = [*rows(STEADY, department="A"), *rows([3] * 15, department="B")]
    single = [{**row, "appeals": 1} for row in reversed(listed) for _ in range(int(str(row["appeals"])))]
    assert told(single, "department").equals(told(listed, "department"))
