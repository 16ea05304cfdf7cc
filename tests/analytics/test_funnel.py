"""The funnel: limits of worked examples, over-dispersion, and how often equal units leave it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.funnel import LEVELS, Zone, funnel, limit


def counts(rows: list[tuple[str, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["unit", "k", "n"], orient="row")


def test_a_limit_lies_between_two_whole_numbers() -> None:
    # Of 4 tosses of a coin: P(0) = 1/16, P(0 or 1) = 5/16. A quarter of the way down from 5/16 to 1/16 is 4/16.
    assert limit(4 / 16, np.array([4]), 0.5) == pytest.approx([(1 - 1 / 4) / 4])
    assert limit(5 / 16, np.array([4]), 0.5) == pytest.approx([1 / 4])
    assert limit(12 / 16, np.array([4]), 0.5) == pytest.approx([1 - (1 - 1 / 4) / 4])


def test_flawless_units_of_a_good_city_are_no_surprise() -> None:
    found = funnel(counts([("Все", 990, 1000), ("Все же", 990, 1000), ("Малый", 10, 10)]))
    assert found is not None
    assert set(found.points["zone"]) == {Zone.INSIDE}


def test_large_bases_have_the_limits_of_the_normal_curve() -> None:
    found = limit(0.975, np.array([10_000]), 0.5)
    assert found == pytest.approx([0.5 + 1.96 * 0.005], abs=1e-4)


def test_where_units_stand() -> None:
    usual = [(f"У{number}", 80, 100) for number in range(18)]
    found = funnel(counts([*usual, ("Дно", 65, 100), ("Ниже", 70, 100), ("Верх", 95, 100)]))
    assert found is not None
    assert found.centre == pytest.approx((18 * 80 + 65 + 70 + 95) / 2100)
    assert not found.is_widened
    zones = dict(found.points.select("unit", "zone").rows())
    assert (zones["Дно"], zones["Ниже"], zones["Верх"]) == (Zone.VERY_LOW, Zone.LOW, Zone.VERY_HIGH)
    assert {zones[f"У{number}"] for number in range(18)} == {Zone.INSIDE}


def test_units_that_all_differ_get_wider_limits() -> None:
    wild = counts([(f"П{number}", 50 + 4 * number, 100) for number in range(12)])
    found = funnel(wild)
    assert found is not None
    assert found.is_widened
    share = found.centre
    deviations = (wild["k"].to_numpy() / 100 - share) / np.sqrt(share * (1 - share) / 100)
    drawn_in = np.clip(deviations, *np.quantile(deviations, [0.1, 0.9]))
    assert found.dispersion == pytest.approx((drawn_in**2).mean())
    plain = limit(0.975, np.array([100]), share)[0]
    widened = found.points["upper_95"][0]
    assert widened == pytest.approx(share + np.sqrt(found.dispersion) * (plain - share))


def test_few_units_are_not_taken_for_a_spread() -> None:
    found = funnel(counts([("А", 99, 100), ("Б", 60, 100), ("В", 20, 100)]))
    assert found is not None
    assert not found.is_widened
    assert found.points["zone"].to_list() == [Zone.VERY_HIGH, Zone.INSIDE, Zone.VERY_LOW]


@pytest.mark.parametrize("k", [0, 10])
def test_nothing_but_misses_or_hits_is_no_alarm(k: int) -> None:
    found = funnel(counts([("А", k, 10), ("Б", 3 * k, 30)]))
    assert found is not None
    assert found.points["zone"].to_list() == [Zone.INSIDE, Zone.INSIDE]
    assert (found.dispersion, found.is_widened) == (1.0, False)


def test_units_without_cases_have_no_point() -> None:
    assert funnel(counts([("А", 0, 0)])) is None
    found = funnel(counts([("А", 0, 0), ("Б", 5, 10)]))
    assert found is not None
    assert found.points["unit"].to_list() == ["Б"]
    assert found.curve["n"].to_list() == [10]


made = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=12)


@settings(max_examples=30)
@given(made, st.randoms())
def test_limits_are_ordered_and_the_order_of_rows_changes_nothing(pairs: list[tuple[int, int]], rng: object) -> None:
    rows = [(f"П{number:02}", good, good + bad) for number, (good, bad) in enumerate(pairs)]
    shuffled = list(rows)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    found, again = funnel(counts(rows)), funnel(counts(shuffled))
    if found is None or again is None:
        assert sum(n for _, _, n in rows) == 0
        return
    assert_frame_equal(found.points, again.points)
    for frame in (found.points, found.curve):
        limits = frame.select(*LEVELS).to_numpy()
        assert (np.diff(limits, axis=1) >= 0).all()
        assert limits.min() >= 0
        assert limits.max() <= 1


def test_equal_units_leave_the_limits_as_often_as_they_should() -> None:
    rng = np.random.default_rng(21)
    zones = []
    for _ in range(150):
        sizes = rng.integers(60, 401, 20)
        found = funnel(pl.DataFrame({"unit": range(20), "k": rng.binomial(sizes, 0.8), "n": sizes}))
        assert found is not None
        zones += found.points["zone"].to_list()
    outside = np.mean([zone != Zone.INSIDE for zone in zones])
    alarms = np.mean([zone in {Zone.VERY_HIGH, Zone.VERY_LOW} for zone in zones])
    assert 0.03 <= outside <= 0.05
    assert alarms <= 0.005


def test_clumps_widen_the_limits_of_their_own_unit() -> None:
    """A factor of four is twice the width; the curve has the average of all cases."""
    rows = [("А", 80, 100), ("Б", 70, 100), ("В", 90, 100)]
    plain, clumped = funnel(counts(rows)), funnel(counts(rows).with_columns(factor=pl.Series([1.0, 4.0, 1.0])))
    assert plain is not None
    assert clumped is not None
    widths = [(each.points["upper_95"] - each.centre).to_list() for each in (plain, clumped)]
    assert [now / then for then, now in zip(*widths, strict=True)] == pytest.approx([1, 2, 1])
    assert (plain.clumping, clumped.clumping) == (1.0, 2.0)
    assert clumped.points.filter(pl.col("unit") == "Б")["zone"].to_list() == [Zone.INSIDE]
    assert plain.points.filter(pl.col("unit") == "Б")["zone"].to_list() == [Zone.LOW]
