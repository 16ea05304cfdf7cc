"""Why a number changed: parts sum to the whole to the last unit, whatever the rows."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.change import Counted, Split, explain, split
from analytics.facts import Window
from tests.analytics.cells import cells, november

THEN = Window(november(2), november(8), november(15))
NOW = Window(november(9), november(15), november(15))


def row(key: str, before: int, base_before: int, now: int, base_now: int) -> Counted:
    return Counted(key, before, base_before, now, base_now)


def told(found: Split) -> dict[str | None, tuple[Fraction, Fraction, Fraction]]:
    return {part.key: (part.volume, part.mix, part.rate) for part in found.parts}


@st.composite
def some_rows(draw: st.DrawFn) -> list[Counted]:
    def side() -> tuple[int, int]:
        base = draw(st.integers(0, 400))
        return draw(st.integers(0, base)), base

    return [Counted(f"part {number}", *side(), *side()) for number in range(draw(st.integers(0, 6)))]


def test_twice_as_many_cases_at_the_same_rates_is_all_volume() -> None:
    found = split([row("a", 2, 10, 4, 20), row("b", 3, 30, 6, 60)], is_share=False)
    assert (found.change, found.volume, found.mix, found.rate) == (5, 5, 0, 0)


def test_another_division_of_the_same_cases_is_all_mix() -> None:
    found = split([row("slow", 5, 10, 15, 30), row("quick", 3, 30, 1, 10)], is_share=False)
    assert (found.change, found.volume, found.mix, found.rate) == (8, 0, 8, 0)


def test_other_rates_of_the_same_cases_are_all_rate() -> None:
    found = split([row("a", 2, 10, 5, 10), row("b", 9, 30, 3, 30)], is_share=False)
    assert told(found) == {"a": (0, 0, 3), "b": (0, 0, -6)}
    assert [part.key for part in found.parts] == ["b", "a"]


def test_a_change_worked_out_by_hand() -> None:
    """N 40 to 60, s 1/4 to 1/2, r 1/5 to 2/5: 20·(1/20+1/5)/2, 50·(1/4)·(3/10), 50·(3/8)·(1/5)."""
    found = split([row("a", 2, 10, 12, 30), row("b", 0, 30, 0, 30)], is_share=False)
    assert told(found)["a"] == (Fraction(5, 2), Fraction(15, 4), Fraction(15, 4))


def test_the_change_of_a_share_has_no_volume_and_its_mix_stands_against_the_whole() -> None:
    found = split([row("good", 9, 10, 27, 30), row("bad", 3, 10, 3, 10)], is_share=True)
    assert (found.before, found.now) == (Fraction(3, 5), Fraction(3, 4))
    # good: Δs = 1/4, its rate 9/10 against the mean 27/40 of the whole; bad: −1/4 · (3/10 − 27/40)
    assert told(found) == {"bad": (0, Fraction(3, 32), 0), "good": (0, Fraction(9, 160), 0)}


def test_new_and_vanished_parts_bring_mix_and_say_so() -> None:
    found = split([row("a", 4, 10, 4, 10), row("gone", 6, 10, 0, 0), row("came", 0, 0, 2, 10)], is_share=False)
    assert {part.key: part.presence for part in found.parts} == {"a": "both", "gone": "vanished", "came": "new"}
    assert told(found) == {"gone": (0, -6, 0), "came": (0, 2, 0), "a": (0, 0, 0)}


def test_a_period_without_any_base_is_all_volume_for_a_count_and_unknown_for_a_share() -> None:
    rows = [row("a", 0, 0, 3, 10)]
    assert told(split(rows, is_share=False)) == {"a": (3, 0, 0)}
    nothing = split(rows, is_share=True)
    assert (nothing.before, nothing.now, nothing.change, nothing.parts) == (None, Fraction(3, 10), None, ())


@given(some_rows())
def test_the_parts_of_a_count_sum_exactly(rows: list[Counted]) -> None:
    found = split(rows, is_share=False)
    assert found.volume + found.mix + found.rate == found.change == sum(r.now - r.before for r in rows)
    assert all(part.change == part.counted.now - part.counted.before for part in found.parts)


@given(some_rows())
def test_the_parts_of_a_share_sum_exactly(rows: list[Counted]) -> None:
    found = split(rows, is_share=True)
    if found.change is not None:
        assert found.mix + found.rate == found.change
        assert found.volume == 0


@given(some_rows(), st.booleans())
def test_the_way_back_is_the_way_there_with_the_other_sign(rows: list[Counted], is_share: bool) -> None:  # noqa: FBT001
    back = [Counted(r.key, r.now, r.base_now, r.before, r.base_before) for r in rows]
    there = told(split(rows, is_share=is_share))
    assert told(split(back, is_share=is_share)) == {key: tuple(-x for x in three) for key, three in there.items()}


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [row("a", 2, 10, 5, 12), row("b", 9, 30, 3, 28), row("c", 1, 5, 4, 9)]
    assert len({split(order, is_share=True) for order in permutations(rows)}) == 1


ROWS = [
    {"received_on": november(3), "topic": "Ямы", "appeals": 4},
    {"received_on": november(3), "topic": "Ямы", "is_repeat": True, "appeals": 1},
    {"received_on": november(4), "topic": None, "appeals": 5},
    {"received_on": november(10), "topic": "Ямы", "is_repeat": True, "appeals": 6},
    {"received_on": november(10), "topic": "Ямы", "appeals": 4},
]


def test_a_change_is_explained_from_cells() -> None:
    found = explain(cells(ROWS), "repeat", "topic", NOW, THEN)
    assert (found.before, found.now) == (1, 6)
    assert [(part.key, int(part.change), part.presence) for part in found.parts] == [
        ("Ямы", 5, "both"),
        (None, 0, "vanished"),
    ]
    assert found.frame().select("key", "before", "base_before", "now", "base_now").row(0) == ("Ямы", 1, 5, 6, 10)


def test_a_share_and_a_count_without_a_base_are_explained_from_cells() -> None:
    share = explain(cells(ROWS), "repeat_share", "topic", NOW, THEN)
    assert share.change == Fraction(6, 10) - Fraction(1, 10)
    flow = explain(cells(ROWS), "appeals", "topic", NOW, THEN)
    assert (flow.change, flow.volume, flow.mix, flow.rate) == (0, 0, 0, 0)
    assert {part.key: int(part.mix) for part in flow.parts} == {"Ямы": 5, None: -5}


def test_a_cell_of_weight_n_equals_n_rows() -> None:
    single = [{**each, "appeals": 1} for each in ROWS for _ in range(int(str(each["appeals"])))]
    assert explain(cells(single), "repeat", "topic", NOW, THEN) == explain(cells(ROWS), "repeat", "topic", NOW, THEN)


def test_a_median_is_not_made_of_parts() -> None:
    with pytest.raises(ValueError, match="percentile"):
        explain(cells(ROWS), "median_answer_days", "topic", NOW, THEN)
