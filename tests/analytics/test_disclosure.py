"""Disclosure control: what is hidden cannot be computed back, the rest adds up, the same table has the same answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analytics import disclosure

TABLES = arrays.arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 30))


def test_a_single_small_number_takes_a_rectangle_with_it() -> None:
    """Alone it is its row's total less the rest; a second in its row is told by the columns; so four are hidden."""
    counts = np.array([[2, 40, 30], [50, 60, 70], [20, 25, 80]])
    found = disclosure.table(counts)
    assert np.argwhere(found.hidden).tolist() == [[0, 0], [0, 2], [2, 0], [2, 2]]
    assert not found.hidden[-1].any()
    assert not found.hidden[:, -1].any()


def test_what_is_large_is_shown_as_it_is() -> None:
    counts = np.array([[10, 20], [30, 40]])
    found = disclosure.table(counts)
    assert not found.hidden.any()
    assert found.shown.tolist() == [[10, 20, 30], [30, 40, 70], [40, 60, 100]]


def test_a_small_total_is_hidden_too() -> None:
    found = disclosure.table(np.array([[1, 2], [50, 60]]))
    assert found.hidden[0, 2]


def test_nothing_left_to_hide_behind_hides_everything() -> None:
    found = disclosure.table(np.array([[3]]))
    assert found.hidden.all()


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_no_hidden_number_is_told_within_the_limit(counts: np.ndarray) -> None:
    found = disclosure.table(counts)
    whole = disclosure.with_totals(counts)
    small = (whole > 0) & (whole < disclosure.LIMIT)
    assert (found.hidden | ~small).all()
    shown = np.where(found.hidden, np.nan, whole)
    assert np.array_equal(shown, found.shown, equal_nan=True)
    if found.hidden.any() and not found.hidden[whole > 0].all():
        bounds = disclosure.bounds(found.shown)
        assert (np.diff(bounds, axis=1) >= disclosure.LIMIT - 1e-6).all()
        truth = whole[found.hidden]
        assert ((bounds[:, 0] <= truth + 1e-6) & (truth <= bounds[:, 1] + 1e-6)).all()


@settings(deadline=None, max_examples=30)
@given(TABLES)
def test_the_same_table_has_the_same_answer(counts: np.ndarray) -> None:
    first, second = disclosure.table(counts), disclosure.table(counts.copy())
    assert np.array_equal(first.hidden, second.hidden)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([2, 9, 30, 0], [True, True, False, False]),
        ([1, 1, 1, 9, 40], [True, True, True, True, False]),  # three sum to 3: a fourth must stand before them
        ([4, 4, 40], [True, True, False]),  # two sum to 8: each may be anything from 0 to 8
        ([3], [True]),
        ([0, 0, 7], [False, False, False]),
        ([], []),
    ],
)
def test_a_line_with_a_known_sum(counts: list[int], hidden: list[bool]) -> None:
    assert disclosure.line(np.array(counts, dtype=int)).tolist() == hidden


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(2, 10))
def test_the_hidden_of_a_line_could_be_anything_up_to_the_limit(counts: list[int], limit: int) -> None:
    sizes = np.array(counts, dtype=int)
    hidden = disclosure.line(sizes, limit)
    assert not (hidden & (sizes == 0)).any()
    assert hidden[(sizes > 0) & (sizes < limit)].all()
    if hidden.any() and not hidden[sizes > 0].all():
        assert hidden.sum() >= 2
        assert sizes[hidden].sum() >= limit
