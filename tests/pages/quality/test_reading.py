"""Shares of «Качество данных»: parts of one whole add up as they are written; what is known stands each for itself."""

from pages.quality import reading


def test_where_cases_are_is_one_whole():
    counted = {"appeals": 3, "on_map": 1, "territory_only": 1, "nowhere": 1}
    assert list(reading.shares_of(counted, reading.LOCATED).values()) == [0.334, 0.333, 0.333]


def test_what_is_known_stands_each_for_itself():
    counted = {"appeals": 3, "topic_block": 3, "department": 3, "territory": 2, "geo_cell": 1, "due_on": 0}
    assert list(reading.shares_of(counted, reading.KNOWN).values()) == [1, 1, 2 / 3, 1 / 3, 0]


def test_nothing_has_no_shares():
    assert set(reading.shares_of({"appeals": 0}, reading.LOCATED).values()) == {None}
