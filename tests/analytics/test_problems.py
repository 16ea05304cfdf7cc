"""Problem spheres: four counts, an index that sums to 100, and changes that are named only when they are ones."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from analytics.periods import Period
from analytics.problems import COUNTS, EQUAL, Problems, problems, written
from tests.analytics.cells import calm_weeks, cells, november
from tests.analytics.test_measures import any_rows

BEFORE = Period(november(2), november(8))
NOW = Period(november(9), november(15))
FIRST = date(2026, 3, 1)
ROWS: list[Mapping[str, object]] = [
    *calm_weeks(november(2), topic_block="roads"),
    *calm_weeks(november(2), topic_block="heat", is_repeat=True),
    {"topic_block": "roads", "received_on": november(3), "appeals": 20, "status": "withdrawn"},
    {"topic_block": "roads", "received_on": november(10), "appeals": 60},
    {"topic_block": "heat", "received_on": november(3), "appeals": 5, "is_repeat": True, "due_on": november(12)},
    {"topic_block": "heat", "received_on": november(11), "appeals": 15, "is_repeat": True},
    {"topic_block": "heat", "received_on": november(11), "appeals": 20},
    {"topic_block": None, "received_on": november(12), "appeals": 20},
]  # fmt: skip


def found(rows: list[Mapping[str, object]] = ROWS, **asked: object) -> Problems:
    return problems(cells(rows), ["topic_block"], NOW, BEFORE, november(15), FIRST, **asked)  # type: ignore[arg-type]


def units(told: Problems, *columns: str) -> dict[str | None, tuple[object, ...]]:
    return {row[0]: row[1:] for row in told.units.select("topic_block", *columns).iter_rows()}


def test_the_four_counts_stand_beside_those_before() -> None:
    assert units(found(), "new", "new_before", "repeat", "repeat_before", "overdue_open", "overdue_open_before") == {
        "heat": (20, 0, 15, 5, 5, 0),
        "roads": (60, 20, 0, 0, 0, 0),
        None: (20, 0, 0, 0, 0, 0),
    }
    assert found().total.select(COUNTS).row(0) == (100, 15, 5, 0)


def test_the_index_adds_up_weighted_shares_and_absent_counts_give_their_weight_away() -> None:
    told = found()
    assert told.absent == ("postponed",)
    assert told.weights == {"new": 1 / 3, "repeat": 1 / 3, "overdue_open": 1 / 3}
    indices = {key: round(index, 3) for key, (index,) in units(told, "index").items()}
    assert indices == {"heat": 73.333, "roads": 20.0, None: 6.667}
    assert [round(each, 3) for each in told.units["cumulative"]] == [73.333, 93.333, 100]


def test_the_index_is_written_so_that_spheres_and_parts_add_up() -> None:
    told = written(found())
    parts = units(told, "index", "cumulative", *(f"{name}_points" for name in COUNTS))
    assert parts == {
        "heat": (73.3, 73.3, 6.7, 33.3, 33.3, 0.0),
        "roads": (20.0, 93.3, 20.0, 0.0, 0.0, 0.0),
        None: (6.7, 100.0, 6.7, 0.0, 0.0, 0.0),
    }


@settings(max_examples=40)
@given(any_rows)
def test_a_written_index_sums_to_a_hundred_and_its_parts_to_it(rows: list[dict[str, object]]) -> None:
    exact = problems(
        cells(rows), ["topic_block", "department"], Period(date(2026, 10, 1), november(30)), None, november(30), FIRST
    )
    told, points = written(exact).units, [f"{name}_points" for name in COUNTS]
    assert round(told["index"].sum(), 6) == round(exact.units["index"].sum(), 6)
    assert told.select((pl.sum_horizontal(points) - pl.col("index")).abs().max() < 1e-9).item() in {True, None}
    assert told["index"].is_sorted(descending=True)
    assert told["cumulative"].to_list()[-1:] == [round(told["index"].sum(), 6)][: told.height]


def test_weights_are_the_curators() -> None:
    told = found(weights={"new": 1, "repeat": 0, "overdue_open": 0, "postponed": 0})
    assert units(told, "index") == {"roads": (60.0,), "heat": (20.0,), None: (20.0,)}
    only_absent = found(weights={"new": 0, "repeat": 0, "overdue_open": 0, "postponed": 1})
    assert only_absent.units["index"].to_list() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "weights", [{}, {"new": 1}, {**EQUAL, "new": -1}, dict.fromkeys(COUNTS, 0), {**EQUAL, "other": 1}]
)
def test_weights_that_make_no_sense_are_refused(weights: Mapping[str, float]) -> None:
    with pytest.raises(ValueError, match="Веса"):
        found(weights=weights)


def test_a_change_is_named_only_when_chance_does_not_explain_it() -> None:
    turns = units(found(), "new_turn", "repeat_turn", "overdue_open_turn")
    assert turns == {"heat": ("up", "same", "same"), "roads": ("up", "same", "same"), None: ("up", "same", "same")}


def test_a_city_that_is_uneven_by_itself_needs_a_larger_change() -> None:
    """Weeks of 2 and 30 by turns: their variance is a dozen times their mean, so that 20 and 60 are one rate."""
    uneven = [{**row, "appeals": 2 if row["appeals"] == 9 else 30} for row in calm_weeks(november(2))]
    told = found([*uneven, *(row for row in ROWS[-6:] if row["topic_block"] == "roads")])
    assert told.units.select("new", "new_before", "new_turn").row(0) == (60, 20, "same")
    assert told.weeks == 26


def test_without_weeks_before_it_no_change_is_named() -> None:
    told = problems(cells(ROWS), ["topic_block"], NOW, BEFORE, november(15), november(1))
    assert told.units["new_turn"].to_list() == ["same"] * 3
    assert told.weeks == 1


def test_states_are_compared_as_far_apart_as_the_periods_are() -> None:
    """Open and overdue swing by a hundred within eight weeks, and hardly within one."""
    waves = [{"received_on": november(8) - timedelta(weeks=back), "due_on": november(8) - timedelta(weeks=back),
              "answered_on": november(8) - timedelta(weeks=back - 4), "status": "answered", "is_late": True,
              "appeals": 25 if back // 4 % 2 else 2} for back in range(4, 28)]  # fmt: skip
    now = {"received_on": november(9), "due_on": november(9), "appeals": 60}
    week, weeks = (
        problems(cells([*waves, now]), ["topic_block"], Period(november(15) - timedelta(days), november(15)),
                 Period(november(8) - timedelta(2 * days - 6), november(8) - timedelta(days - 6)), november(15), FIRST)
        for days in (6, 27)
    )  # fmt: skip
    assert week.units["overdue_open"].to_list() == weeks.units["overdue_open"].to_list()
    assert week.units["overdue_open_p"][0] < weeks.units["overdue_open_p"][0]


def test_rates_are_compared_not_plain_numbers() -> None:
    rows = [
        *calm_weeks(november(1)),
        {"received_on": november(1), "appeals": 40},
        {"received_on": november(9), "appeals": 80},
    ]
    day = Period(november(1), november(1))
    longer = [
        problems(cells(rows), ["topic_block"], Period(november(9), november(end)), day, november(15), FIRST)
        for end in (10, 15)
    ]
    assert [each.units["new_turn"].to_list() for each in longer] == [["same"], ["down"]]


def test_without_a_comparison_nothing_is_said_of_a_change() -> None:
    told = problems(cells(ROWS), ["topic_block"], NOW, None, november(15), FIRST)
    assert told.units["index"].sum() == pytest.approx(100)
    for column in ("index_before", *(f"{name}_{what}" for name in COUNTS for what in ("before", "p", "turn"))):
        assert told.units[column].null_count() == told.units.height == 3


def test_need_is_told_for_a_thousand_residents_where_their_number_is_known() -> None:
    assert units(found(residents=20_000), "per_1000")["heat"] == (1.0,)
    assert units(found(residents={"heat": 1_000}), "per_1000") == {"heat": (20.0,), "roads": (None,), None: (None,)}
    assert units(found(), "per_1000")["heat"] == (None,)


def test_a_city_without_anything_has_no_problems_and_every_column() -> None:
    empty = problems(cells([]), ["topic_block", "topic"], NOW, BEFORE, november(15), FIRST)
    assert empty.units.height == 0
    assert (
        empty.units.columns
        == problems(cells(ROWS), ["topic_block", "topic"], NOW, None, november(15), FIRST).units.columns
    )
    assert (empty.weights, empty.absent) == ({}, COUNTS)


def test_the_order_of_rows_changes_nothing() -> None:
    first = found().units
    for start in range(len(ROWS)):
        assert_frame_equal(found([*ROWS[start:], *ROWS[:start]][::-1]).units, first)


@settings(max_examples=40)
@given(any_rows)
def test_the_index_sums_to_100_and_a_cell_of_n_equals_n_rows(rows: list[dict[str, object]]) -> None:
    frame = cells(rows)
    days = Period(date(2026, 10, 1), date(2026, 11, 30))
    told = problems(frame, ["topic_block", "department"], days, BEFORE, november(30), FIRST)
    if told.weights:
        assert told.units["index"].sum() == pytest.approx(100)
        assert sum(told.weights.values()) == pytest.approx(1)
    single = frame.select(pl.all().repeat_by("appeals")).explode(pl.all()).with_columns(appeals=pl.lit(1, pl.Int64))
    again = problems(single, ["topic_block", "department"], days, BEFORE, november(30), FIRST)
    assert_frame_equal(again.units, told.units)
