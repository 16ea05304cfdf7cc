from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.heat_map import OTHERS, Layout, heat_map
from analytics.measures import MEASURES, Window, aggregate
from tests.analytics.cells import cells, november
from tests.analytics.test_measures import any_rows

ROWS = [
    {
        "topic_block": "roads",
        "department": "A",
        "due_on": november(5),
        "answered_on": november(4),
        "status": "answered",
        "is_late": False,
        "appeals": 3,
    },
    {
        "topic_block": "roads",
        "department": "B",
        "due_on": november(5),
        "answered_on": november(9),
        "status": "answered",
        "is_late": True,
        "appeals": 1,
    },
    {"topic_block": "heat", "department": "A", "due_on": november(6), "received_on": november(3), "appeals": 2},
    {"topic_block": "heat", "department": "C", "received_on": november(10), "appeals": 5},
    {"topic_block": None, "department": "B", "received_on": november(17)},
]
WINDOW = Window(november(2), november(22), november(22))


def grid(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.select("row", "column", "value").rows()


def test_counts_fill_the_whole_grid_in_the_order_of_the_regulation() -> None:
    found = heat_map(cells(ROWS), "topic_block", "department", "appeals", WINDOW, Layout(row_order=("trade", "roads")))
    assert found.row_keys == ("trade", "roads", "heat", None)
    assert found.column_keys == ("A", "C", "B")  # by size: 5, 5, 2
    assert found.cells["value"].to_list() == [0, 0, 0, 3, 0, 1, 2, 5, 0, 0, 0, 1]
    assert found.row_totals.rows() == [
        ("trade", 0, 0, False),
        ("roads", 4, 4, False),
        ("heat", 7, 7, False),
        (None, 1, 1, False),
    ]
    assert found.column_totals["value"].to_list() == [5, 5, 2]
    assert found.total.rows() == [(12, 12, False)]


def test_total_shares_are_settled_from_the_cells() -> None:
    found = heat_map(cells(ROWS), "topic_block", "department", "on_time_share", WINDOW)
    assert {(row, column): value for row, column, value in grid(found.cells) if value is not None} == {
        ("roads", "A"): 1.0,
        ("roads", "B"): 0.0,
        ("heat", "A"): 0.0,
    }
    assert found.total.rows() == [(0.5, 6, False)]
    assert found.column_totals.rows() == [("A", 0.6, 5, False), ("B", 0.0, 1, False)]


def test_small_bases_are_masked_and_counts_are_not() -> None:
    layout = Layout(min_n=2)
    shares = heat_map(cells(ROWS), "topic_block", "department", "on_time_share", WINDOW, layout)
    assert shares.cells.filter(pl.col("masked")).select("row", "column", "value", "n").rows() == [
        ("roads", "B", None, 1)
    ]
    assert heat_map(cells(ROWS), "topic_block", "department", "appeals", WINDOW, layout).cells["masked"].any() is False


def test_weeks_have_no_gaps_and_states_do_not_add_up_over_them() -> None:
    found = heat_map(cells(ROWS), "topic_block", "week", "open", WINDOW, Layout(row_order=("heat", "roads")))
    assert found.column_keys == (november(2), november(9), november(16))
    assert grid(found.cells)[:6] == [
        ("heat", november(2), 2),
        ("heat", november(9), 7),
        ("heat", november(16), 7),
        ("roads", november(2), 1),
        ("roads", november(9), 0),
        ("roads", november(16), 0),
    ]
    assert found.row_totals.select("row", "value").rows() == [("heat", 7), ("roads", 0), (None, 1)]
    assert found.column_totals["value"].to_list() == [3, 7, 8]
    assert found.total["value"].item() == 8


def test_flows_add_up_over_weeks() -> None:
    found = heat_map(cells(ROWS), "topic_block", "week", "appeals", WINDOW)
    assert found.column_totals["value"].to_list() == [6, 5, 1]
    assert found.total["value"].item() == 12


def test_columns_beyond_the_limit_become_one_honest_rest() -> None:
    found = heat_map(cells(ROWS), "topic_block", "department", "on_time_share", WINDOW, Layout(column_limit=1))
    assert found.column_keys == (OTHERS,)
    assert found.others == ("A", "B")
    assert found.column_totals.rows() == [(OTHERS, 0.5, 6, False)]
    counts = heat_map(cells(ROWS), "topic_block", "department", "appeals", WINDOW, Layout(column_limit=2))
    assert (counts.column_keys, counts.others) == (("A", OTHERS), ("C", "B"))
    assert counts.column_totals["value"].to_list() == [5, 7]


def test_states_of_merged_columns_are_those_at_the_end_and_not_a_sum_of_weeks() -> None:
    found = heat_map(cells(ROWS), "week", "department", "open", WINDOW, Layout(column_limit=2))
    assert (found.column_keys, found.others) == (("C", OTHERS), ("A", "B"))
    assert [value for _, _, value in grid(found.cells)] == [
        0,
        3,
        5,
        2,
        5,
        3,
    ]  # the answer of the 9th stands open on the 8th
    assert found.column_totals["value"].to_list() == [5, 3]
    assert found.total["value"].item() == 8


def test_a_median_of_the_whole_is_not_a_mean_of_medians() -> None:
    found = heat_map(cells(ROWS), "topic_block", "department", "median_answer_days", WINDOW)
    assert grid(found.cells) == [("roads", "A", 2.0), ("roads", "B", 7.0)]
    assert found.total.rows() == [(2.0, 4, False)]


def test_rows_sort_by_total_or_by_urgency() -> None:
    order = ("roads", "heat")
    by_total = heat_map(cells(ROWS), "topic_block", "week", "appeals", WINDOW, Layout(order, sort_rows="total"))
    assert by_total.row_keys == ("heat", "roads", None)
    by_urgency = heat_map(cells(ROWS), "topic_block", "week", "on_time", WINDOW, Layout(order, sort_rows="urgency"))
    assert by_urgency.row_keys == ("heat", "roads")


def test_growth_decides_between_rows_that_are_equally_late() -> None:
    rows = [
        {"topic_block": "roads", "appeals": 9},
        {"topic_block": "roads", "received_on": november(9), "appeals": 9},
        {"topic_block": "heat", "received_on": november(9), "appeals": 4},
    ]
    this, last = Window(november(9), november(15), november(15)), Window(november(2), november(8), november(15))
    layout = Layout(sort_rows="urgency", comparison=last)
    assert heat_map(cells(rows), "topic_block", "department", "appeals", this, layout).row_keys == ("heat", "roads")


@pytest.mark.parametrize("measure", ["appeals", "open", "on_time_share", "median_answer_days"])
@pytest.mark.parametrize("columns", ["department", "week"])
@pytest.mark.parametrize("window", [WINDOW, Window(None, None, november(22)), Window(november(30), None, november(22))])
def test_no_data_gives_an_empty_map_of_the_same_shape(measure: str, columns: str, window: Window) -> None:
    empty = heat_map(cells([]), "topic_block", columns, measure, window, Layout(row_order=("roads",)))
    assert empty.row_keys == ("roads",)
    assert empty.cells.columns == ["row", "column", "value", "n", "masked"]
    assert empty.cells.height == len(empty.column_keys)
    assert empty.total["n"].to_list() == [0]


@given(any_rows, st.sampled_from(list(MEASURES)), st.sampled_from(["department", "week"]))
def test_a_map_and_an_aggregate_are_the_same_numbers(rows: list[dict[str, object]], key: str, columns: str) -> None:
    size = key if MEASURES[key].additive else f"{key}_n"
    found = heat_map(cells(rows), "topic_block", columns, key, WINDOW)
    alone = aggregate(cells(rows), ["topic_block", columns], [key], WINDOW).filter(pl.col(size) > 0).collect()
    counted = found.cells.filter(pl.col("n") > 0).select("row", "column", "value").rows()
    assert sorted(counted, key=str) == sorted(alone.select("topic_block", columns, key).rows(), key=str)
    whole = aggregate(cells(rows), [], [key], WINDOW).select(pl.col(key).alias("value"), pl.col(size).alias("n"))
    assert found.total.select("value", "n").rows() == whole.collect().rows()


sized_rows = st.lists(
    st.fixed_dictionaries(
        {
            "topic_block": st.sampled_from(["roads", "heat", "trade", None]),
            "department": st.sampled_from("ABCDE"),
            "received_on": st.dates(date(2026, 11, 1), date(2026, 11, 30)),
            "appeals": st.integers(1, 9),
        }
    ),
    max_size=15,
)


@given(sized_rows, st.integers(1, 6), st.sampled_from(["department", "week", "status"]))
def test_counts_add_up_to_their_totals_whatever_the_limit(
    rows: list[dict[str, object]], limit: int, columns: str
) -> None:
    found = heat_map(cells(rows), "topic_block", columns, "appeals", WINDOW, Layout(column_limit=limit))
    total = found.total["value"].item()
    assert found.cells["value"].sum() == total
    assert found.row_totals["value"].sum() == total
    assert found.column_totals["value"].sum() == total
    assert found.cells.height == len(found.row_keys) * len(found.column_keys)
