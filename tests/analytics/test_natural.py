"""Names stand where people look for them, in lists and in frames alike."""

from itertools import permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import natural


@pytest.mark.parametrize(
    "ordered",
    [
        ["1", "2", "10"],
        ["Школа 2", "Школа 10", "Школа 10а"],
        ["Елань", "Ёлки", "Жилье"],
        ["Берёзовая", "Березовка", "Бирюзовая"],
        ["дом 1 кв. 9", "дом 1 кв. 11", "дом 2 кв. 1"],
        ["ЖКХ", "жкх 2", "Яма", None],
    ],
)
def test_names_stand_in_natural_order_however_they_came(ordered):
    for mixed in permutations(ordered):
        assert sorted(mixed, key=natural.key) == ordered
        frame = pl.DataFrame({"name": mixed}, schema={"name": pl.String})
        assert frame.sort(natural.order("name"), nulls_last=True)["name"].to_list() == ordered


@given(st.lists(st.none() | st.text("абёЁеЕ 019№-", max_size=26), max_size=12))
def test_a_frame_is_sorted_as_a_list_is(names):
    frame = pl.DataFrame({"name": names}, schema={"name": pl.String})
    assert frame.sort(natural.order("name"), nulls_last=True)["name"].to_list() == sorted(names, key=natural.key)


def test_words_of_a_closed_list_are_sorted_by_their_names():
    frame = pl.DataFrame({"name": ["Школа 10", "Школа 2"]}, schema={"name": pl.Enum(["Школа 10", "Школа 2"])})
    assert frame.sort(natural.order("name"))["name"].to_list() == ["Школа 2", "Школа 10"]
