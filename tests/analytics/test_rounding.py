"""Numbers side by side add up as they are written, each within one step of the exact one."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rounding import nearest, rounded, shares

COUNTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=60)
FRACTIONS = st.lists(st.fractions(-50, 50, max_denominator=997), min_size=1, max_size=12)


@given(COUNTS, st.integers(0, 2))
def test_a_share_is_written_within_one_step_and_nothing_as_nothing(counts, digits):
    step, whole = Fraction(1, 100 * 10**digits), sum(counts)
    for count, share in zip(counts, shares(counts, digits=digits), strict=True):
        assert abs(Fraction(repr(share)) - Fraction(count, whole or 1)) < step
        assert count or not share


@given(COUNTS)
def test_the_larger_part_is_never_written_smaller(counts):
    found = sorted(zip(counts, shares(counts), strict=True))
    written = {}
    for count, share in found:
        written.setdefault(count, []).append(share)
    groups = [written[count] for count in sorted(written)]
    assert all(max(low) <= min(high) for low, high in pairwise(groups))


@given(FRACTIONS)
def test_rounded_numbers_sum_to_the_rounded_sum(values):
    found = rounded(values, Fraction(1, 10))
    assert sum(found) == nearest(sum(values), Fraction(1, 10))
    assert all(abs(mine - value) < Fraction(1, 10) for mine, value in zip(found, values, strict=True))


@pytest.mark.parametrize(
    ("parts", "digits", "expected"),
    [
        ([1, 1, 1], 0, [0.34, 0.33, 0.33]),
        ([1, 1, 1], 1, [0.334, 0.333, 0.333]),
        ([0.29, 0.71], 0, [0.29, 0.71]),
        ([1, 1, 1, 1, 1, 1], 0, [0.17, 0.17, 0.17, 0.17, 0.16, 0.16]),
        ([0, 0], 1, [0.0, 0.0]),
        ([], 1, []),
    ],
)
def test_shares_by_hand(parts, digits, expected):
    assert shares(parts, digits=digits) == expected


def test_parts_of_a_larger_whole_sum_to_their_share_of_it():
    assert shares([1, 1, 1], whole=9, digits=0) == [0.11, 0.11, 0.11]
