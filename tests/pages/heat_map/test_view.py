"""What an address may say about the home screen, and what of it is believed."""

from datetime import date

import pytest

from analytics.heat_map import OTHERS
from analytics.periods import Period
from pages.heat_map.view import (
    HOME,
    MATRICES,
    Cell,
    View,
    bucket_period,
    fitted,
    matrix_period,
)
from pages.shared.limits import parse_limits, read, write_limits, written

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
YEAR = Period(date(2026, 1, 1), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "name", "cell"),
    [
        ("energy|2026-11-16", "weeks", Cell("energy", date(2026, 11, 16))),
        ("energy|2026-11-18", "weeks", Cell("energy", date(2026, 11, 16))),
        ("energy", "weeks", Cell("energy", None, is_row=True)),
        ("~|2026-11-16", "weeks", Cell(None, date(2026, 11, 16))),
        ("roads|in_work", "statuses", Cell("roads", "in_work")),
        ("roads|~", "departments", Cell("roads", None)),
        ("energy|завтра", "weeks", None),
        ("|2026-11-16", "weeks", None),
        (f"roads|{OTHERS}", "departments", None),
    ],
)
def test_a_cell_of_the_address_is_read_or_refused(text: str, name: str, cell: Cell | None) -> None:
    assert Cell.parse(text, MATRICES[name]) == cell


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("weeks", Cell("energy", date(2026, 11, 16))),
        ("weeks", Cell(None, None, is_row=True)),
        ("statuses", Cell("roads", "in_work")),
        ("departments", Cell("roads", None)),
        ("departments", Cell("roads", "~")),
        ("departments", Cell("roads", "…")),
        ("territories", Cell("roads", "Центр|Север")),
        ("topic-departments", Cell("т" * 300, "п" * 300)),
    ],
)
def test_a_cell_survives_the_way_through_the_address(name: str, cell: Cell) -> None:
    assert Cell.parse(cell.text(), MATRICES[name]) == cell


def test_nonsense_in_the_address_gives_the_start() -> None:
    assert View.parse("<script>", "drop table", "random", "a;b", "", WEEK) == HOME


@pytest.mark.parametrize(
    ("asked", "usual", "name", "colour"),
    [
        ("", "overdue_open", "weeks", "overdue_open"),
        ("", "surprise", "weeks", "surprise"),
        ("", "surprise", "statuses", "overdue_open"),  # statuses have no surprise
        ("appeals", "surprise", "weeks", "appeals"),
        ("nonsense", "on_time_share", "weeks", "on_time_share"),
    ],
)
def test_the_matrix_opens_in_the_colour_of_the_city(asked: str, usual: str, name: str, colour: str) -> None:
    assert View.parse(name, asked, "", "", "", WEEK, usual=usual).colour == colour


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("10; 50; 100", (10.0, 50.0, 100.0)),
        ("0,5;0,9", (0.5, 0.9)),
        ("", ()),
        ("50; 10", None),
        ("10; 10", None),
        ("ten", None),
        ("1;2;3;4;5;6;7;8", None),
        ("1; inf", None),
        ("nan", None),
    ],
)
def test_colour_limits_grow_and_are_at_most_seven(text: str, limits: tuple[float, ...] | None) -> None:
    assert parse_limits(text) == limits


def test_colour_limits_survive_the_way_through_the_address() -> None:
    assert parse_limits(write_limits((0.5, 10.0, 1234567.0))) == (0.5, 10.0, 1234567.0)
    each = {"appeals": (10.0, 1234567.0), "on_time_share": (0.29, 0.925)}
    assert read(written(each)) == each


@pytest.mark.parametrize("text", ["", "appeals", "appeals:", "appeals:2,1", "<b>:1,2", "appeals:nan", "10; 50", ":1"])
def test_limits_of_a_link_that_make_no_sense_are_absent(text: str) -> None:
    assert read(text) == {}


def test_a_short_period_is_widened_to_twelve_weeks_in_the_matrix_of_weeks_only() -> None:
    assert matrix_period(MATRICES["weeks"], WEEK) == Period(date(2026, 8, 31), date(2026, 11, 22))
    assert matrix_period(MATRICES["statuses"], WEEK) == WEEK


def test_a_long_period_is_laid_out_by_whole_months() -> None:
    assert (fitted(WEEK)[0], fitted(YEAR)[0]) == ("weeks", "months")
    assert View.parse("weeks", "", "", "", "", YEAR).name == "months"
    assert matrix_period(MATRICES["months"], Period(date(2026, 1, 15), date(2026, 11, 22))) == YEAR


def test_the_only_block_in_view_is_laid_out_by_its_topics() -> None:
    of_blocks, of_one = fitted(WEEK), fitted(WEEK, of_one_block=True)
    assert {MATRICES[name].rows for name in of_blocks} == {"topic_block", "department"}
    assert {MATRICES[name].rows for name in of_one} == {"topic", "department"}
    assert [MATRICES[name].columns for name in of_one] == [MATRICES[name].columns for name in of_blocks]


def test_a_link_keeps_its_columns_for_whoever_sees_more_or_fewer_blocks() -> None:
    assert View.parse("territories", "", "", "", "", WEEK, of_one_block=True).name == "topic-territories"
    assert View.parse("topic-territories", "", "", "", "", WEEK).name == "territories"
    assert View.parse("work", "", "", "", "", WEEK, of_one_block=True).name == "work"


@pytest.mark.parametrize(
    ("start", "grain", "last"),
    [
        (date(2026, 11, 2), "week", date(2026, 11, 8)),
        (date(2026, 11, 16), "week", date(2026, 11, 20)),
        (date(2026, 2, 1), "month", date(2026, 2, 28)),
        (date(2026, 10, 1), "month", date(2026, 10, 31)),
        (date(2026, 11, 1), "month", date(2026, 11, 20)),
    ],
)
def test_a_column_ends_with_its_last_day_or_with_the_data(start: date, grain: str, last: date) -> None:
    assert bucket_period(start, grain, as_of=date(2026, 11, 20)) == Period(start, last)
