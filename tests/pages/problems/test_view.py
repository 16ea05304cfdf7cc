"""What an address may choose on «Проблемные сферы»."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import measures
from analytics.change import BASES
from analytics.problems import COUNTS
from pages.problems.view import MEASURES, MOST_WEIGHT, View, parse_weights, write_weights

USUAL = dict.fromkeys(COUNTS, 1.0)


def test_nothing_asked_is_blocks_with_the_weights_of_the_city():
    view = View.parse("", "", "", "", is_narrow=False)
    assert (view.units, view.by, view.measure, view.dimension) == (
        "blocks",
        ("topic_block",),
        "overdue_open",
        "topic_block",
    )
    assert view.own is None
    assert view.weights(USUAL) == (1.0, 1.0, 1.0, 1.0)


def test_a_reader_of_one_block_begins_at_its_topics_and_may_ask_for_the_block():
    view = View.parse("", "", "", "", is_narrow=True)
    assert (view.by, view.dimension) == (("topic_block", "topic"), "topic")
    assert View.parse("blocks", "", "", "topic_block", is_narrow=True).by == ("topic_block",)


def test_what_makes_no_sense_counts_as_absent():
    view = View.parse("cities", "1;1;1", "median_answer_days", "applicant_kind", is_narrow=False)
    assert view == View.parse("", "", "", "", is_narrow=False)


@pytest.mark.parametrize(
    "text", ["", "1;1;1", "1;1;1;1;1", "-1;1;1;1", "0;0;0;0", "x;1;1;1", "inf;1;1;1", "nan;1;1;1", "101;1;1;1"]
)
def test_no_weights_are_read_from(text):
    assert parse_weights(text) is None


@given(st.lists(st.integers(0, int(MOST_WEIGHT) * 2), min_size=4, max_size=4).filter(any))
def test_weights_survive_the_address(halves):
    weights = tuple(half / 2 for half in halves)
    assert parse_weights(write_weights(weights)) == weights


def test_every_measure_can_be_split():
    for key in MEASURES:
        measure = measures.find(key)
        assert measure.unit in {"count", "share"}
        assert measure.unit == "share" or key in BASES or measure.additive
