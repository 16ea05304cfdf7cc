"""The rating: exact small cities, laws that always hold, and simulations of equal and unequal departments."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics import places, rating
from analytics.criteria import INDICATORS, PeerGroup, RatingRules, needed
from analytics.peers import Peers, tiers
from analytics.periods import Period, previous, same_period_last_year
from analytics.rating import Excluded, Rating, Standing
from analytics.scores import scores
from analytics.shrinkage import shrink
from analytics.tally import Base, Compared
from tests.analytics.cells import cells, november

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
AS_OF = date(2026, 11, 30)
FIRST = date(2024, 1, 1)
ON_TIME = RatingRules(weights={"on_time": 1}, minimum_n=1)
PERIOD: Final = Compared(NOVEMBER, Base.NONE, None)


def department(name: str, good: int, bad: int, **also: object) -> list[Mapping[str, object]]:
    """Make cases due on 10 November, answered in time or late."""
    case = {"department": name, "due_on": november(10), "status": "answered", **also}
    return [
        {**case, "answered_on": november(9), "is_late": False, "appeals": good},
        {**case, "answered_on": november(12), "is_late": True, "appeals": bad},
    ]


def rated(rows: Sequence[Mapping[str, object]], rules: RatingRules = ON_TIME, **also: object) -> Rating:
    return rating.rate(cells(rows), "department", NOVEMBER, AS_OF, FIRST, rules=rules, **also)  # type: ignore[arg-type]


def department_of_weeks(name: str, good: int, bad: int) -> list[Mapping[str, object]]:
    """Make cases of a department due in four weeks, as even as they can be, so that it is known how they clump."""
    rows = []
    for week in range(4):
        due = november(3 + 7 * week)
        parts = [(each + week) // 4 for each in (good, bad)]
        for row, appeals in zip(department(name, *parts), parts, strict=True):
            days = -1 if row["is_late"] is False else 2
            rows.append({**row, "due_on": due, "answered_on": due + timedelta(days=days), "appeals": appeals})
    return rows


THREE = [
    row for name, good, bad in (("А", 290, 10), ("Б", 200, 100), ("В", 4, 3))
    for row in department_of_weeks(name, good, bad)
]  # fmt: skip


def test_counts_of_a_worked_example() -> None:
    found = rated(THREE)
    assert found.parts.select("unit", "k", "n").rows() == [("А", 290, 300), ("Б", 200, 300), ("В", 4, 7)]
    assert found.parts["share"].to_list() == pytest.approx([290 / 300, 200 / 300, 4 / 7])
    assert [each.key for each in found.told] == ["on_time"]
    assert found.groups.select("peers", "units").rows() == [("", 3)]


def test_the_large_ones_keep_their_share_and_the_small_one_is_drawn_in() -> None:
    found = rated(THREE).parts
    drawn = dict(zip(found["unit"], (found["level"] - found["share"]).abs(), strict=True))
    assert drawn["А"] < 0.01
    assert drawn["Б"] < 0.01
    assert drawn["В"] > 0.05
    assert all(abs(row["level"] - row["centre"]) <= abs(row["share"] - row["centre"]) for row in found.rows(named=True))


def test_who_is_told_apart_and_who_is_not() -> None:
    found = rated(THREE).table
    by_unit = {row["unit"]: row for row in found.rows(named=True)}
    assert (by_unit["А"]["place"], by_unit["А"]["tier"], by_unit["А"]["better_than"]) == (1, 1, 1)
    assert (by_unit["Б"]["place"], by_unit["Б"]["tier"], by_unit["Б"]["worse_than"]) == (3, 2, 1)
    assert by_unit["В"]["standing"] == Standing.INDISTINCT
    assert (by_unit["В"]["place_low"], by_unit["В"]["place_high"]) == (1, 3)


def test_cases_of_one_week_tell_nothing_apart() -> None:
    """A single week may be one clump: nobody knows how much its number is worth."""
    found = rated([*department("А", 290, 10), *department("Б", 200, 100)])
    assert found.table["standing"].unique().to_list() == [Standing.INDISTINCT]
    assert not found.pairs["is_better"].any()
    assert found.table.select("place_low", "place_high").unique().rows() == [(1, 2)]


def test_departments_that_swing_from_week_to_week_are_told_apart_by_more_cases_only() -> None:
    """The same 75 and 60 of 100 a month: even weeks tell them apart, swings of fifty points do not."""

    def weeks(name: str, shares: Sequence[int]) -> list[Mapping[str, object]]:
        return [
            {**row, "due_on": (due := november(3 + 7 * week)), "answered_on": due}
            for week, good in enumerate(shares)
            for row in department(name, good, 100 - good)
        ]

    even = rated([*weeks("А", [76, 74, 75, 75]), *weeks("Б", [61, 59, 60, 60])])
    wild = rated([*weeks("А", [99, 51, 98, 52]), *weeks("Б", [84, 36, 85, 35])])
    assert even.table.select("unit", "n", "place_low", "place_high").rows() == [("А", 400, 1, 1), ("Б", 400, 2, 2)]
    assert wild.table.select("unit", "n", "place_low", "place_high").rows() == [("А", 400, 1, 2), ("Б", 400, 1, 2)]
    assert wild.table["chance"].min() > 5 * even.table["chance"].max()


def test_a_score_is_the_sum_of_its_parts_to_the_last_bit() -> None:
    rows = [
        *department("А", 290, 10, is_repeat=True, satisfaction=5),
        *department("А", 20, 10, satisfaction=2),
        *department("Б", 100, 60, satisfaction=4),
    ]
    found = rated(rows, RatingRules())
    assert [each.key for each in found.told] == ["on_time", "not_repeat", "satisfied"]
    assert [each.key for each in found.absent] == ["fewer", "not_reworked"]
    for row in found.table.rows(named=True):
        own = found.parts.filter(pl.col("unit") == row["unit"])
        total = 0.0
        for points in own["points"]:
            total += points
        assert total == row["score"]
        assert row["number"] + row["speed"] + row["quality"] == pytest.approx(row["score"])
        centre = found.groups["centre"][0]
        assert own["gain"].sum() == pytest.approx(row["score"] - centre)


def test_the_weight_of_what_is_not_told_goes_to_the_rest_of_its_criterion() -> None:
    rows = [*department("А", 290, 10, is_repeat=True), *department("Б", 100, 60)]
    weights = dict(rated(rows, RatingRules()).parts.filter(pl.col("unit") == "А").select("indicator", "weight").rows())
    # Quality has 40 of 100, all of it on repeats; number is not told, so 80 are left to share.
    assert weights == pytest.approx({"on_time": 0.5, "not_repeat": 0.5})


def test_weights_keep_their_proportion_within_a_criterion() -> None:
    rows = [*department("А", 290, 10, is_repeat=True), *department("Б", 100, 60, satisfaction=4)]
    weights = dict(rated(rows, RatingRules()).parts.filter(pl.col("unit") == "А").select("indicator", "weight").rows())
    assert weights == pytest.approx({"on_time": 0.5, "not_repeat": 0.5 * 20 / 35, "satisfied": 0.5 * 15 / 35})


def test_marks_that_no_source_gives_are_absent_and_not_perfect() -> None:
    absent = {each.key for each in rated(THREE, RatingRules()).absent}
    assert "not_repeat" in absent


@pytest.mark.parametrize(("year", "base"), [(2025, Base.YEAR_AGO), (2026, Base.BEFORE)])
def test_the_number_is_compared_with_a_year_ago_else_with_the_month_before(year: int, base: Base) -> None:
    before = date(2025, 11, 5) if year == 2025 else date(2026, 10, 5)
    rows = [*department("А", 30, 0), {"department": "А", "received_on": before, "appeals": 60}]
    rules = RatingRules(weights={"fewer": 1}, minimum_n=1)
    found = rating.rate(cells(rows), "department", NOVEMBER, AS_OF, date(year, 1, 1), rules=rules)
    assert found.compared.base is base
    assert found.compared.before == (same_period_last_year if year == 2025 else previous)(NOVEMBER)
    assert found.parts.select("k", "n", "share").rows() == [(60, 90, pytest.approx(2 / 3))]


def test_a_unit_without_a_past_is_not_called_grown() -> None:
    rows = [*department("А", 30, 0), *department("Новое", 30, 0)]
    rows.append({"department": "А", "received_on": date(2025, 11, 5), "appeals": 60})
    found = rated(rows, RatingRules(weights={"fewer": 1, "on_time": 1}, minimum_n=1))
    new = found.parts.filter(pl.col("unit") == "Новое", pl.col("indicator") == "fewer").row(0, named=True)
    assert (new["n"], new["share"], new["level"]) == (0, None, pytest.approx(new["centre"]))


def test_every_exclusion_names_its_rule() -> None:
    rows = [*THREE, *department("Музей", 40, 0), {"department": None, "appeals": 9}, {"department": "Без сроков"}]
    rules = RatingRules(weights={"on_time": 1}, minimum_n=7, exempt={"Музей": "создан в октябре"})
    assert rated(rows, rules).excluded.rows() == [
        ("Без сроков", 1, Excluded.FEW),
        ("Музей", 40, Excluded.EXEMPT),
        (None, 9, Excluded.NAMELESS),
    ]
    told = rated([*THREE, {"department": "Без сроков", "appeals": 8}], rules)
    assert told.excluded.rows() == [("Без сроков", 8, Excluded.NOTHING_TOLD)]


def test_a_handful_of_cases_says_nothing() -> None:
    rows = [*department("А", 290, 10), *department("Б", 200, 100), *department("В", 0, 4), *department("Г", 0, 5)]
    assert rated(rows).excluded.rows() == [("В", 4, Excluded.NOTHING_TOLD)]
    marked = rated(
        [*rows, *department("Б", 40, 0, satisfaction=5)], RatingRules(weights={"satisfied": 1, "on_time": 1})
    )
    own = marked.parts.filter(pl.col("unit") == "А", pl.col("indicator") == "satisfied").row(0, named=True)
    assert (own["n"], own["level"]) == (0, own["centre"])


def test_groups_of_peers_are_strangers_to_each_other() -> None:
    alone = rated([*department_of_weeks("А", 290, 10), *department_of_weeks("Б", 200, 100)])
    rules = RatingRules(
        weights={"on_time": 1}, minimum_n=1, groups=(PeerGroup("small", "Малые", frozenset({"В", "Г"})),)
    )
    both = rated([*THREE, *department("Г", 9, 1)], rules)
    assert_frame_equal(both.table.filter(pl.col("peers") == ""), alone.table)
    assert both.table.filter(pl.col("peers") == "small")["of"].to_list() == [2, 2]
    assert both.pairs.filter(pl.col("unit") == "В")["other"].to_list() == ["Г"]


def test_an_only_unit_is_first_and_nothing_is_said_of_it() -> None:
    row = rated(department("А", 30, 10)).table.row(0, named=True)
    assert (row["place"], row["of"], row["tier"], row["standing"]) == (1, 1, 1, Standing.INDISTINCT)


def test_blocks_are_rated_as_the_posts_that_answer_for_them() -> None:
    rows = [{**row, "topic_block": row["department"]} for row in THREE]
    merged = {"А": "Первый заместитель", "В": "Первый заместитель"}
    found = rating.rate(cells(rows), "topic_block", NOVEMBER, AS_OF, FIRST, rules=ON_TIME, merged=merged)
    assert found.parts.select("unit", "k", "n").rows() == [("Б", 200, 300), ("Первый заместитель", 294, 307)]


def test_nothing_to_rate_keeps_every_column() -> None:
    empty = rated([])
    full = rated(THREE)
    for name in ("table", "parts", "pairs", "groups", "excluded"):
        assert getattr(empty, name).is_empty()
        assert getattr(empty, name).schema == getattr(full, name).schema


def test_reworks_are_told_where_the_cells_carry_them() -> None:
    assert needed(RatingRules()) == ("reworks",)
    assert needed(ON_TIME) == ()
    counted = cells(THREE).with_columns(pl.when(pl.col("is_late")).then(1).otherwise(0).alias("reworks"))
    found = rating.rate(counted, "department", NOVEMBER, AS_OF, FIRST, rules=RatingRules())
    own = found.parts.filter(pl.col("unit") == "Б", pl.col("indicator") == "not_reworked")
    assert own.select("k", "n").rows() == [(200, 300)]


counts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6)


@settings(max_examples=20)
@given(counts, st.randoms())
def test_the_order_of_rows_changes_nothing(made: list[tuple[int, int]], rng: object) -> None:
    rows = [row for number, (good, bad) in enumerate(made) for row in department(f"П{number}", good, bad)]
    shuffled = list(rows)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = rated(rows), rated(shuffled)
    for name in ("table", "parts", "pairs", "groups", "excluded"):
        assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)


@settings(max_examples=20)
@given(counts)
def test_a_cell_of_weight_n_is_n_rows(made: list[tuple[int, int]]) -> None:
    rows = [row for number, (good, bad) in enumerate(made) for row in department(f"П{number}", good, bad)]
    apart = [{**row, "appeals": 1} for row in rows for _ in range(int(str(row["appeals"])))]
    assert_frame_equal(rated(rows).table, rated(apart).table, check_exact=True)


@settings(max_examples=20)
@given(counts)
def test_places_lie_in_their_intervals_of_the_group(made: list[tuple[int, int]]) -> None:
    rows = [row for number, (good, bad) in enumerate(made) for row in department(f"П{number}", good, bad)]
    for row in rated(rows).table.rows(named=True):
        assert 1 <= row["place_low"] <= row["place_high"] <= row["of"]
        assert 1 <= row["place"] <= row["of"]
        assert 0 <= row["score"] <= 100
        assert row["low"] <= row["score"] <= row["high"]


def test_tiers_begin_where_the_first_of_a_group_is_told_apart() -> None:
    apart = np.zeros((4, 4), dtype=bool)
    apart[0, 2] = apart[0, 3] = apart[1, 3] = True
    assert tiers(np.array([1, 2, 3, 4]), apart).tolist() == [1, 1, 2, 2]
    assert tiers(np.array([4, 3, 2, 1]), apart).tolist() == [1, 1, 1, 1]


def test_levels_of_a_worked_example() -> None:
    # Two values of variance 1 that lie 10 apart: their own variance 50 less 1 of chance is 49 between the levels.
    found = shrink(np.array([0.0, 10.0]), np.array([1.0, 1.0]))
    assert found.between == pytest.approx(49, rel=1e-4)
    assert found.levels == pytest.approx([5 - 5 * 49 / 50, 5 + 5 * 49 / 50], rel=1e-4)
    assert found.variances == pytest.approx([49 / 50, 49 / 50], rel=1e-4)
    assert found.of_centre == pytest.approx(25, rel=1e-4)


def test_values_that_chance_explains_have_one_level() -> None:
    found = shrink(np.array([0.0, 1.0, np.nan]), np.array([4.0, 4.0, np.nan]))
    assert found.levels == pytest.approx([0.5, 0.5, 0.5], abs=1e-5)
    assert not Peers([found], [1.0], np.ones(3, dtype=bool)).apart().any()
    with pytest.raises(ValueError, match="at least one value"):
        shrink(np.array([np.nan]), np.array([np.nan]))


# --- Simulations: seeded, so they always give the same figures --------------------------------------------------

INDICATOR = [INDICATORS["on_time"]]
SHARE: Final = 0.8
MONTHS: Final = 400


def month(rng: np.random.Generator, sizes: np.ndarray, shares: object) -> Peers:
    return scores(rng.binomial(sizes, shares)[:, None], sizes[:, None], INDICATOR, ON_TIME).peers


def test_equal_departments_are_indistinct_and_the_ends_do_not_fall_to_the_small() -> None:
    rng = np.random.default_rng(11)
    ends = raw_ends = apart = standing = 0
    for _ in range(MONTHS):
        sizes = np.sort(rng.integers(60, 401, 20))
        good = rng.binomial(sizes, SHARE)
        peers = scores(good[:, None], sizes[:, None], INDICATOR, ON_TIME).peers
        order = np.argsort(peers.standardised(), kind="stable")
        raw = np.argsort(good / sizes, kind="stable")
        ends += bool({order[0], order[-1]} & set(range(5)))
        raw_ends += bool({raw[0], raw[-1]} & set(range(5)))
        apart += bool(peers.apart().any())
        standing += bool(peers.sides().any())
    assert apart / MONTHS <= 0.06
    assert abs(ends / MONTHS - 0.44) <= 0.05
    assert raw_ends / MONTHS > 0.7
    assert standing / MONTHS <= 0.06


@pytest.mark.parametrize(
    "others", [[], [0.70, 0.85] * 9, [0.8] * 18, [0.85] * 18], ids=["alone", "half and half", "usual", "one bad"]
)
def test_unequal_departments_are_told_apart(others: list[float]) -> None:
    rng = np.random.default_rng(12)
    shares = np.array([0.70, 0.85, *others])
    sizes = np.full(len(shares), 300)
    told = [month(rng, sizes, shares).apart_of_each()[1, 0] > 0 for _ in range(200)]
    assert np.mean(told) >= 0.9


def simulated(rng: np.random.Generator, sizes: np.ndarray, shares: object) -> Rating:
    names = [f"П{number:02}" for number in range(len(sizes))]
    good = rng.binomial(sizes, shares)
    known = {"on_time_factor": np.ones(len(sizes)), "on_time_freedom": np.full(len(sizes), np.inf)}
    counted = pl.DataFrame({"unit": names, "n": sizes, "on_time_k": good, "on_time_n": sizes, **known})
    return rating.of_counts(counted, PERIOD, ON_TIME)


def test_intervals_of_places_hold_the_true_places() -> None:
    rng = np.random.default_rng(13)
    sizes, shares = rng.integers(60, 401, 20), np.linspace(0.95, 0.65, 20)
    held = []
    for _ in range(60):
        found = simulated(rng, sizes, shares).table.sort("unit")
        held += [
            low <= place <= high for place, (low, high) in enumerate(found.select("place_low", "place_high").rows(), 1)
        ]
    assert np.mean(held) >= 0.9


def test_equal_departments_change_places_and_have_not_moved() -> None:
    rng = np.random.default_rng(14)
    sizes = rng.integers(60, 401, 20)
    ratings = [simulated(rng, sizes, SHARE) for _ in range(40)]
    found = pl.concat(places.moves(before, now) for before, now in pairwise(ratings))
    assert (found["place"] - found["place_before"]).abs().mean() > 5
    assert found["is_moved"].mean() <= 0.02


def test_a_department_that_falls_by_a_third_has_moved() -> None:
    rng = np.random.default_rng(15)
    sizes = np.full(20, 200)
    before = simulated(rng, sizes, SHARE)
    now = simulated(rng, sizes, np.array([0.55, *[SHARE] * 19]))
    found = places.moves(before, now)
    fallen = found.filter("is_moved").sort("gain").row(0, named=True)
    assert (fallen["unit"], fallen["place"]) == ("П00", 20)
    assert fallen["gain"] < -10


def test_a_newcomer_moves_nobody() -> None:
    rng = np.random.default_rng(16)
    sizes, shares = np.full(8, 300), np.array([*[SHARE] * 7, 0.2])
    found = pl.concat(places.moves(simulated(rng, sizes[:7], SHARE), simulated(rng, sizes, shares)) for _ in range(60))
    assert found.height == 7 * 60
    assert found["is_moved"].mean() <= 0.05


def test_periods_told_of_different_things_are_not_compared() -> None:
    rules = RatingRules(weights={"on_time": 1, "satisfied": 1}, minimum_n=1)
    marked = rated([*THREE, *department("А", 3, 2, satisfaction=4)], rules)
    assert places.moves(rated(THREE, rules), marked).is_empty()
    assert places.moves(marked, marked).height == 3


def test_history_lays_periods_under_each_other() -> None:
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    ratings = rating.rate_many(cells(THREE), "department", [october, NOVEMBER], AS_OF, FIRST, rules=ON_TIME)
    found = places.history(ratings)
    assert found["start"].unique().to_list() == [NOVEMBER.start]
    assert_frame_equal(found.select(ratings[1].table.columns), ratings[1].table)
    assert_frame_equal(ratings[1].table, rated(THREE).table)
