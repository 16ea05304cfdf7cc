"""Speed with open cases counted in: curves by hand, a known median found again, weights, and who stops closing."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import schema, survival
from tests.analytics.cells import cells, november

AS_OF = november(30)


def closed(days: int, appeals: int = 1, **rest: object) -> dict[str, object]:
    return {
        "received_on": november(1),
        "answered_on": november(1) + timedelta(days),
        "status": "answered",
        "appeals": appeals,
        **rest,
    }


def standing(days: int, appeals: int = 1, **rest: object) -> dict[str, object]:
    return {"received_on": AS_OF - timedelta(days), "appeals": appeals, **rest}


SMALL = cells([closed(1), closed(3), standing(3), closed(4), standing(6)])


def test_a_small_curve_by_hand():
    found = survival.curve(SMALL, [], AS_OF)
    assert found.select("day", "at_risk", "finished", "censored").rows() == [
        (1, 5, 1, 0),
        (3, 4, 1, 1),
        (4, 2, 1, 0),
        (6, 1, 0, 1),
    ]
    assert found["open_share"].to_list() == pytest.approx([0.8, 0.6, 0.3, 0.3])
    assert found["variance"].to_list() == pytest.approx([1 / 20, 2 / 15, 19 / 30, 19 / 30])


def test_limits_are_those_of_the_log_log_scale():
    # Worked out from S = 0.8, Greenwood's sum 1/20: 0.8 ** exp(±1.96 × √0.05 / |ln 0.8|).
    first = survival.curve(SMALL, [], AS_OF).row(0, named=True)
    error = 1.959963984540054 * 0.05**0.5 / abs(np.log(0.8))
    assert (first["lower"], first["upper"]) == pytest.approx((0.8 ** np.exp(error), 0.8 ** np.exp(-error)))
    assert first["lower"] == pytest.approx(0.2038, abs=1e-4)
    assert first["upper"] == pytest.approx(0.9692, abs=1e-4)


def test_the_median_is_the_first_day_with_half_or_less_open():
    assert survival.medians(survival.curve(SMALL, [], AS_OF), []).row(0)[:2] == (5, 4)
    half = survival.curve(cells([closed(2), closed(9)]), [], AS_OF)
    assert survival.medians(half, [])["median"].item() == 2
    most_open = survival.curve(cells([closed(2), standing(9, 5)]), [], AS_OF)
    assert survival.medians(most_open, []).row(0) == (6, None, 2, None)


def test_when_all_have_ended_nothing_is_open_for_good():
    ended = survival.curve(cells([closed(2), closed(5)]), [], AS_OF)
    assert ended.select("open_share", "lower", "upper").row(-1) == (0.0, None, None)
    assert survival.open_after(ended, [], [1, 2, 4, 5, 90])["open_share"].to_list() == [1.0, 0.5, 0.5, 0.0, 0.0]


def test_beyond_what_was_followed_nothing_is_said():
    found = survival.curve(SMALL, [], AS_OF)
    read = survival.open_after(found, [], [0, 3, 5, 6, 7])
    assert read["open_share"].to_list() == pytest.approx([1.0, 0.6, 0.3, 0.3, None])


def test_the_first_day_at_a_share_is_that_of_equality():
    found = survival.curve(SMALL, [], AS_OF)
    shares = {0.8: 1, 0.79: 3, 0.6: 3, 0.3: 4, 0.29: None}
    assert {share: survival.first_day_at(found, [], share + 1e-9)["day"].item() for share in shares} == shares


def test_groups_have_curves_of_their_own():
    told = cells([closed(2), closed(4, department="Отдел"), closed(6, department=None)])
    curves = survival.curve(told, ["department"], AS_OF)
    assert survival.medians(curves, ["department"]).select("department", "median").rows() == [
        ("Отдел", 4),
        ("Управление", 2),
        (None, 6),
    ]
    read = survival.open_after(curves, ["department"], [3])
    assert read.select("department", "open_share").rows() == [("Отдел", 1.0), ("Управление", 0.0), (None, 1.0)]


def test_what_has_no_honest_length_is_left_out():
    odd = [
        closed(-3),
        closed(2, answered_on=None),
        closed(3),
        standing(-2),
    ]
    assert survival.curve(cells(odd), [], AS_OF).select("day", "at_risk").rows() == [(3, 1)]


def test_what_ended_after_the_day_seen_from_was_open_then():
    found = survival.curve(cells([closed(20)]), [], november(11))
    assert found.select("day", "finished", "censored").rows() == [(10, 0, 1)]


def test_only_the_cohort_asked_for_is_followed():
    told = cells([closed(2), standing(9)])
    found = survival.curve(told, [], AS_OF, start=november(20), end=AS_OF)
    assert found.select("day", "censored").rows() == [(9, 1)]
    assert survival.curve(told, [], AS_OF, end=november(1)).select("day").rows() == [(2,)]


def test_nothing_in_gives_nothing_out():
    empty = survival.curve(cells([]), ["department"], AS_OF)
    assert empty.is_empty()
    assert survival.medians(empty, ["department"]).is_empty()
    assert survival.open_after(empty, ["department"], [3]).is_empty()
    assert survival.first_day_at(empty, ["department"], 0.1).is_empty()


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.booleans(), st.integers(1, 4), st.sampled_from(["А", "Б"])),
        min_size=1,
        max_size=15,
    )
)
def test_a_cell_of_weight_n_is_n_rows(told):
    weighted = [(closed if ended else standing)(days, n, department=who) for days, ended, n, who in told]
    repeated = [{**row, "appeals": 1} for row in weighted for _ in range(row["appeals"])]
    one, other = (survival.curve(cells(rows), ["department"], AS_OF) for rows in (weighted, repeated))
    assert one.equals(other)
    assert one["open_share"].is_between(0, 1).all()


def test_cases_counted_twice_have_the_limits_of_the_cases_that_they_are():
    rows = [(closed, 1, 6), (closed, 3, 4), (standing, 3, 2), (closed, 4, 5), (standing, 6, 8)]
    once, twice = (cells([make(days, times * n) for make, days, n in rows]) for times in (1, 2))
    limits = ("day", "open_share", "lower", "upper")
    found = survival.curve(twice, [], AS_OF, weight=2).select(limits)
    for one, other in zip(found.rows(), survival.curve(once, [], AS_OF).select(limits).rows(), strict=True):
        assert one == pytest.approx(other)
    assert survival.curve(twice, [], AS_OF)["lower"][0] > found["lower"][0]


def drawn(median: float, rows: int, seed: int) -> pl.LazyFrame:
    """Draw cases of exponential length with a known median, received so lately that about four in ten are open."""
    rng = np.random.default_rng(seed)
    last = date(2026, 11, 30)
    days = np.floor(rng.exponential(median / np.log(2), rows)).astype(int)
    ages = rng.integers(0, int(median * 3.2), rows)
    ended = days <= ages
    return pl.LazyFrame(
        {
            "received_on": [last - timedelta(int(age)) for age in ages],
            "answered_on": [
                last - timedelta(int(age - day)) if done else None
                for age, day, done in zip(ages, days, ended, strict=True)
            ],
            "status": np.where(ended, "answered", "in_work"),
            "appeals": 1,
        },
        schema={name: schema.CELL[name] for name in ("received_on", "answered_on", "status", "appeals")},
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_known_median_is_found_again_with_four_in_ten_open(seed):
    told = drawn(40, 4000, seed)
    share_open = told.select((pl.col("status") == "in_work").mean()).collect().item()
    assert share_open == pytest.approx(0.4, abs=0.03)
    found = survival.medians(survival.curve(told, [], AS_OF), []).row(0, named=True)
    assert found["median"] == pytest.approx(40, rel=0.05)
    assert found["lower"] <= 40 <= found["upper"]
    closed_only = told.filter(status="answered").select((pl.col("answered_on") - pl.col("received_on")).dt.total_days())
    assert closed_only.collect().to_series().median() < 40 * 0.75  # what a median of closed cases alone would say


def test_who_stops_closing_hard_cases_looks_worse():
    honest = [closed(day, 10, department="Честное") for day in (5, 10, 15, 20, 25)]
    easy = [closed(day, 10, department="Лёгкое") for day in (5, 10)]
    hard = [standing(29, 30, department="Лёгкое")]
    curves = survival.curve(cells([*honest, *easy, *hard]), ["department"], AS_OF)
    share = dict(survival.open_after(curves, ["department"], [20]).select("department", "open_share").rows())
    assert share == pytest.approx({"Честное": 0.2, "Лёгкое": 0.6})
    slower = dict(survival.medians(curves, ["department"]).select("department", "median").rows())
    assert slower == {"Честное": 15, "Лёгкое": None}
