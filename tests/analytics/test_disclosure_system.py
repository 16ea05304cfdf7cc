"""Forms whose numbers are tied by several sums: what is small cannot be computed back from all that is published."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import disclosure, disclosure_system
from analytics.disclosure_system import bounds, hidden, sum_of

QUARTERS = [sum_of(3, [0, 1, 2])]


def test_a_small_quarter_takes_another_with_it():
    assert hidden([2, 40, 60, 102], QUARTERS) == [True, True, False, False]


def test_large_numbers_and_zeros_are_shown():
    assert hidden([0, 40, 60, 100], QUARTERS) == [False] * 4


def test_a_number_that_is_told_by_a_balance_is_hidden_with_it():
    """Open at the end 3 = open before 10 + came 43 - done 50: with the other three known, 3 is known."""
    end, before, came, done = 0, 1, 2, 3
    mask = hidden([3, 10, 43, 50], [{end: 1, before: -1, came: -1, done: 1}])
    assert mask == [True, True, False, False]


def test_a_part_of_the_year_that_nobody_prints_is_guarded_too():
    """Month 40 of a year of 42: the rest of 2 is told by the two unless one of them is hidden."""
    month, year, rest = 0, 1, 2
    mask = hidden([40, 42, 2], [sum_of(year, [month, rest])])
    assert mask[rest]
    assert mask[month] or mask[year]


def test_numbers_that_do_not_sum_are_refused():
    with pytest.raises(ValueError, match="sum to zero"):
        hidden([1, 2, 4], [sum_of(2, [0, 1])])


def test_the_same_numbers_have_the_same_answer():
    values = [2, 9, 4, 7, 22]
    assert hidden(values, [sum_of(4, [0, 1, 2, 3])]) == hidden(values, [sum_of(4, [0, 1, 2, 3])])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_hidden_number_can_be_told_within_the_limit(rows):
    """Lines by quarters, their sums over the year and over the lines: as an attacker sees them."""
    table = disclosure.with_totals(np.array(rows)).astype(int)
    height, width = table.shape
    at = {(row, column): row * width + column for row in range(height) for column in range(width)}
    equations = [sum_of(at[row, width - 1], [at[row, column] for column in range(width - 1)]) for row in range(height)]
    equations += [
        sum_of(at[height - 1, column], [at[row, column] for row in range(height - 1)]) for column in range(width)
    ]
    values = table.ravel().tolist()
    mask = hidden(values, equations)
    assert all(mask[place] for place, value in enumerate(values) if 0 < value < disclosure.LIMIT)
    assert not any(mask[place] for place, value in enumerate(values) if value == 0)
    if all(mask[place] for place, value in enumerate(values) if value):
        return  # nothing is published at all
    for place, (low, high) in bounds(values, mask, equations).items():
        assert low <= values[place] + 1e-6 <= high + 2e-6
        assert high - low >= disclosure.LIMIT - 1e-6


def test_numbers_without_any_equation_are_unknown():
    assert disclosure_system.bounds([3], [True], []) == {0: (0.0, np.inf)}
