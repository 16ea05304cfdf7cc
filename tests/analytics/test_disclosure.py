"""A line with a known sum: what is hidden stays in doubt, whoever reads it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import disclosure


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([2, 9, 30, 0], [True, True, False, False]),
        ([1, 1, 1, 9, 40], [True, True, True, True, False]),
        ([1, 1, 1, 1, 1, 100], [True] * 6),  # five that are at least 1 and sum to 5 are five ones
        ([3, 4, 40], [True, True, False]),  # two sum to 7: each may be anything from 1 to 6
        ([4, 4, 40], [True, True, True]),  # two below five that sum to 8 are both 4
        ([3], [True]),
        ([0, 0, 7], [False, False, False]),
        ([], []),
    ],
)
def test_a_line_with_a_known_sum(counts: list[int], hidden: list[bool]) -> None:
    assert disclosure.line(np.array(counts, dtype=int)).tolist() == hidden


@given(st.lists(st.integers(0, 9), max_size=5), st.integers(3, 5))
def test_every_hidden_number_of_a_line_is_in_doubt(counts: list[int], limit: int) -> None:
    """Try every whole number that a reader may think of, with and without the guess of what is small."""
    sizes = np.array(counts, dtype=int)
    hidden = disclosure.line(sizes, limit)
    assert hidden[(sizes > 0) & (sizes < limit)].all()
    assert not hidden[sizes == 0].any()
    own = sizes[hidden]
    if not len(own) or len(own) == (sizes > 0).sum():
        return  # nothing is hidden, or nothing is published at all
    possible = [each for each in product(range(1, own.sum()), repeat=len(own)) if sum(each) == own.sum()]
    guessed = [each for each in possible if all(n < limit for n, true in zip(each, own, strict=True) if true < limit)]
    for place in range(len(own)):
        values = {each[place] for each in possible}
        assert max(values) - min(values) >= limit
        assert len({each[place] for each in guessed}) > 1
