from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics import schema
from analytics.measures import ALIASES, EVERY, MEASURES, Window, aggregate, find, names
from tests.analytics.cells import cells, november

# Twelve rows, nineteen appeals. As of Sunday 22.11.2026.
ROWS = [
    # answered in time, 8 days, two appeals, marked 5
    {
        "due_on": november(12),
        "answered_on": november(10),
        "status": "answered",
        "is_late": False,
        "appeals": 2,
        "satisfaction": 5,
    },
    # answered late, 14 days, repeated, marked 2
    {
        "due_on": november(12),
        "answered_on": november(16),
        "status": "answered_explained",
        "is_late": True,
        "is_repeat": True,
        "satisfaction": 2,
    },
    # answered on the due day but an hour late: to the second it is late, 10 days
    {"due_on": november(12), "answered_on": november(12), "status": "answered_supported", "is_late": True},
    # passed on to another body in time: considered, not answered
    {"due_on": november(12), "answered_on": november(3), "status": "transferred", "is_late": False, "appeals": 3},
    # open and past its date
    {"due_on": november(20), "appeals": 2},
    # open, due on the day itself: not overdue yet
    {"due_on": november(22), "topic_block": "heat", "is_repeat": True},
    # postponed to a day to come: not overdue
    {"due_on": november(30), "status": "postponed", "is_postponed": True, "topic_block": "heat"},
    # postponed, and the new date has passed
    {"due_on": november(15), "status": "in_work", "is_postponed": True, "topic_block": "heat"},
    # extended, no date known
    {"status": "extended", "is_extended": True, "topic_block": "heat"},
    # answered, the source gave no date
    {"due_on": november(12), "status": "answered", "received_on": november(9), "appeals": 4, "topic_block": None},
    # answered before it was received: a mistake of the source
    {"answered_on": november(2), "received_on": november(9), "status": "answered", "topic_block": None},
    # received in October, answered in November in 30 days
    {
        "received_on": date(2026, 10, 5),
        "due_on": november(4),
        "answered_on": november(4),
        "status": "answered",
        "is_late": False,
        "topic_block": None,
    },
]
NOVEMBER = Window(november(1), november(30), as_of=november(22))


def one(key: str, window: Window = NOVEMBER) -> tuple[object, ...]:
    return aggregate(cells(ROWS), [], [key], window).collect().row(0)


EXPECTED = [
    ("appeals", (18,)),
    ("new", (16,)),
    ("repeat", (2,)),
    ("repeat_share", (2 / 18, 18)),
    ("still_open", (6,)),
    ("open_share", (6 / 18, 18)),
    ("considered", (13,)),  # 2 + 1 + 1 + 3 + 4 without a date + 1 before receipt + 1 of October
    ("answered", (10,)),
    ("open", (6,)),
    ("overdue_open", (3,)),
    ("overdue_share", (0.5, 6)),
    ("postponed", (2,)),
    ("postponed_share", (2 / 6, 6)),
    ("extended", (1,)),
    ("past_unknown", (0,)),
    ("due", (11,)),  # 2 + 1 + 1 + 3 + 1 finished, 2 + 1 open past due
    ("on_time", (6,)),
    ("on_time_share", (6 / 11, 11)),
    ("missed", (5,)),
    ("moved_late", (0,)),
    ("overdue_closed", (2,)),
    ("median_answer_days", (10.0, 5)),  # 8 8 10 14 30
    ("p90_answer_days", (30.0, 5)),
    ("satisfaction", (4.0, 3)),  # 5 5 2
    ("satisfaction_n", (3,)),
    ("satisfied_share", (2 / 3, 3)),
    ("rated_share", (3 / 13, 13)),
]


@pytest.mark.parametrize(("key", "expected"), EXPECTED)
def test_every_measure_of_november(key: str, expected: tuple[object, ...]) -> None:
    assert one(key) == expected


def test_the_table_above_names_every_measure() -> None:
    assert [key for key, _ in EXPECTED] == list(MEASURES)


@pytest.mark.parametrize("key", MEASURES)
def test_every_measure_explains_itself_in_russian(key: str) -> None:
    measure = MEASURES[key]
    assert measure.key == key
    for text in (measure.title, measure.short_title, measure.definition, measure.source):
        assert any("а" <= letter <= "я" for letter in text.lower())
    assert measure.definition.endswith(".")
    assert bool(measure.base) != measure.additive
    assert measure.base_key is None or MEASURES[measure.base_key].additive


def test_flows_and_states_name_their_clock() -> None:
    clocks = {
        key: MEASURES[key].clock for key in ("appeals", "answered", "on_time_share", "overdue_open", "overdue_share")
    }
    assert clocks == {
        "appeals": "received_on",
        "answered": "answered_on",
        "on_time_share": "due_on",
        "overdue_open": None,
        "overdue_share": None,
    }


def test_aliases_lead_to_measures_and_keep_the_name_asked_by() -> None:
    assert {find(alias).key for alias in ALIASES} <= set(MEASURES)
    assert aggregate(cells(ROWS), [], ["overdue"], NOVEMBER).collect().to_dict(as_series=False) == {"overdue": [3]}
    assert set(names()) == {*EVERY, *ALIASES}
    assert len(EVERY) > len(MEASURES)


def test_an_unknown_measure_is_an_error() -> None:
    with pytest.raises(KeyError):
        aggregate(cells(ROWS), [], ["average"], NOVEMBER)


def test_an_unfiltered_window_counts_everything() -> None:
    everything = Window(None, None, as_of=november(22))
    assert one("appeals", everything) == (19,)
    assert one("considered", everything) == (13,)


def test_half_open_windows_bound_one_side() -> None:
    assert one("appeals", Window(november(3), None, november(22))) == (5,)
    assert one("appeals", Window(None, november(1), november(22))) == (1,)


def test_groups_are_sorted_and_the_empty_key_is_last() -> None:
    found = aggregate(cells(ROWS), ["topic_block"], ["appeals", "on_time_share"], NOVEMBER).collect()
    assert found.to_dict(as_series=False) == {
        "topic_block": ["heat", "roads", None],
        "appeals": [4, 9, 5],
        "on_time_share": [0.0, 5 / 9, 1.0],
        "on_time_share_n": [1, 9, 1],
    }


def test_groups_without_anything_counted_are_absent() -> None:
    found = aggregate(cells(ROWS), ["topic_block"], ["extended"], NOVEMBER).collect()
    assert found.rows() == [("heat", 1)]


def test_a_share_of_nothing_is_null_with_its_n() -> None:
    found = aggregate(
        cells(ROWS), ["topic_block"], ["appeals", "satisfaction", "median_answer_days"], NOVEMBER
    ).collect()
    assert found.row(0, named=True) == {
        "topic_block": "heat",
        "appeals": 4,
        "satisfaction": None,
        "satisfaction_n": 0,
        "median_answer_days": None,
        "median_answer_days_n": 0,
    }


def test_weeks_follow_the_clock_of_each_measure_and_states_stand_at_their_ends() -> None:
    found = aggregate(cells(ROWS), ["week"], ["appeals", "considered", "open", "overdue_open"], NOVEMBER).collect()
    assert found.rows() == [
        (date(2026, 10, 26), 0, 0, 1, 0),
        (november(2), 13, 4, 10, 0),
        (november(9), 5, 8, 7, 1),
        (november(16), 0, 1, 6, 3),
    ]


def test_overdue_begins_the_day_after_the_due_day() -> None:
    assert one("overdue_open", Window(None, november(20), november(22))) == (1,)
    assert one("overdue_open", Window(None, november(21), november(22))) == (3,)


def test_a_period_that_is_still_going_shows_the_state_of_today() -> None:
    assert one("overdue_open", Window(november(16), november(29), november(22))) == (3,)


def test_months_and_a_dimension_stand_together() -> None:
    everything = Window(None, None, november(22))
    found = aggregate(cells(ROWS), ["topic_block", "month"], ["appeals"], everything).collect()
    assert found.rows() == [
        ("heat", november(1), 4),
        ("roads", november(1), 9),
        (None, date(2026, 10, 1), 1),
        (None, november(1), 5),
    ]


def test_two_time_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="time column"):
        aggregate(cells(ROWS), ["week", "month"], ["appeals"], NOVEMBER)


@pytest.mark.parametrize("by", [["topic_block"], ["topic_block", "week"], ["month"]])
def test_an_empty_frame_keeps_its_columns(by: list[str]) -> None:
    full = aggregate(cells(ROWS), by, list(MEASURES), NOVEMBER).collect()
    empty = aggregate(cells([]), by, list(MEASURES), NOVEMBER).collect()
    assert (empty.height, empty.schema) == (0, full.schema)


def test_an_empty_frame_has_one_row_of_nothing_without_groups() -> None:
    found = aggregate(cells([]), [], ["appeals", "open", "median_answer_days"], NOVEMBER).collect()
    assert found.rows() == [(0, 0, None, 0)]


def test_enumerated_dimensions_keep_their_own_order() -> None:
    blocks = pl.Enum(["roads", "heat"])
    found = aggregate(
        cells(ROWS).with_columns(pl.col("topic_block").cast(blocks)), ["topic_block"], ["appeals"], NOVEMBER
    )
    assert found.collect()["topic_block"].to_list() == ["roads", "heat", None]


DAYS = st.dates(date(2026, 9, 1), date(2026, 12, 31))


@st.composite
def any_row(draw: st.DrawFn) -> dict[str, object]:
    """Draw a cell as a store would give it: any status, dates possible and impossible."""
    status = draw(st.sampled_from([status.value for status in schema.Status]))
    is_finished = status in [each.value for each in schema.FINISHED_STATUSES]
    answered = draw(st.none() | DAYS) if is_finished else None
    due = draw(st.none() | DAYS)
    same_day = draw(st.booleans())
    known = answered is not None and due is not None
    return {
        "received_on": draw(DAYS),
        "due_on": due,
        "answered_on": answered,
        "status": status,
        "is_late": (answered > due or (answered == due and same_day)) if known else None,
        "is_repeat": draw(st.booleans()),
        "is_postponed": draw(st.booleans()),
        "topic_block": draw(st.sampled_from(["roads", "heat", None])),
        "satisfaction": draw(st.none() | st.integers(1, 5)) if is_finished else None,
        "appeals": draw(st.integers(1, 4)),
    }


any_rows = st.lists(any_row(), max_size=12)
ALL = list(MEASURES)
LATEST = date(2027, 1, 1)


def value(rows: list[dict[str, object]], key: str, window: Window) -> int:
    return aggregate(cells(rows), [], [key], window).collect().item()


@given(any_rows, DAYS, DAYS)
def test_work_in_hand_is_what_came_less_what_went(rows: list[dict[str, object]], one_day: date, other: date) -> None:
    start, end = sorted([one_day, other])
    before = Window(None, date.fromordinal(start.toordinal() - 1), LATEST)
    within = Window(start, end, LATEST)
    counted = {key: value(rows, key, within) for key in ("open", "appeals", "considered")}
    assert counted["open"] == value(rows, "open", before) + counted["appeals"] - counted["considered"]


@given(any_rows, DAYS, DAYS, st.sampled_from(["day", "week", "month"]))
def test_any_range_is_the_sum_of_its_days(
    rows: list[dict[str, object]], one_day: date, other: date, grain: str
) -> None:
    window = Window(*sorted([one_day, other]), LATEST)
    flows = [key for key, measure in MEASURES.items() if measure.additive and measure.clock]
    whole = aggregate(cells(rows), [], flows, window).collect().row(0)
    parts = aggregate(cells(rows), [grain], flows, window).collect()
    assert tuple(parts[key].sum() for key in flows) == whole


@given(any_rows, DAYS, DAYS, st.sampled_from(["day", "week", "month"]))
def test_a_state_in_time_is_the_state_at_each_end(
    rows: list[dict[str, object]], one_day: date, other: date, grain: str
) -> None:
    start, end = sorted([one_day, other])
    states = ["open", "overdue_open", "postponed"]
    for row in aggregate(cells(rows), [grain], states, Window(start, end, LATEST)).collect().iter_rows():
        after = pl.select(pl.lit(row[0]).dt.offset_by({"day": "1d", "week": "1w", "month": "1mo"}[grain])).item()
        last = min(end, date.fromordinal(after.toordinal() - 1))
        assert aggregate(cells(rows), [], states, Window(None, last, LATEST)).collect().row(0) == row[1:]


@given(any_rows, st.sampled_from([[], ["topic_block"], ["week"], ["topic_block", "month"]]))
def test_a_weight_of_n_is_n_rows(rows: list[dict[str, object]], by: list[str]) -> None:
    window = Window(date(2026, 10, 1), date(2026, 11, 30), date(2026, 11, 20))
    repeated = [{**row, "appeals": 1} for row in rows for _ in range(row["appeals"])]
    assert_frame_equal(
        aggregate(cells(rows), by, ALL, window).collect(), aggregate(cells(repeated), by, ALL, window).collect()
    )


@given(any_rows.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_does_not_matter(pair: tuple[list[dict[str, object]], list[dict[str, object]]]) -> None:
    found = [aggregate(cells(list(rows)), ["topic_block"], ALL, NOVEMBER).collect() for rows in pair]
    assert_frame_equal(*found)


@given(any_row(), DAYS, DAYS)
def test_a_later_day_never_clears_an_open_overdue_case(row: dict[str, object], one_day: date, other: date) -> None:
    earlier, later = sorted([one_day, other])
    case = [{**row, "status": "in_work", "answered_on": None, "is_late": None, "appeals": 1}]
    assert value(case, "overdue_open", Window(None, None, later)) >= value(
        case, "overdue_open", Window(None, None, earlier)
    )


@given(any_rows, DAYS)
def test_every_due_case_is_on_time_or_missed(rows: list[dict[str, object]], as_of: date) -> None:
    due, on_time, missed = (
        aggregate(cells(rows), [], ["due", "on_time", "missed"], Window(None, None, as_of)).collect().row(0)
    )
    assert due == on_time + missed
