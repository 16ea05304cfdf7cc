"""Numbers side by side add up as people read them: shares to a hundred, parts to the total that stands beside."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics.rounding import rounded, shares
from pages.shared import formats


def _read(written: str) -> Decimal:
    return Decimal(written.removesuffix("\u00a0%").replace("\u00a0", "").replace(",", "."))


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.integers(0, 2))
def test_shares_of_a_whole_are_written_as_a_hundred(counts, digits):
    written = [formats.percent(each, digits) for each in shares(counts, digits=digits)]
    assert sum(map(_read, written)) == (100 if sum(counts) else 0)


@given(st.lists(st.decimals(0, 60, places=3).map(float), min_size=1, max_size=6))
def test_parts_are_written_as_the_total_beside_them(parts):
    total = float(sum(Decimal(repr(part)) for part in parts))
    written = [formats.number(float(each), 1) for each in rounded(parts, Fraction(1, 10), total)]
    assert sum(map(_read, written)) == _read(formats.number(total, 1))


def test_a_total_that_ends_in_a_half_is_met_as_it_is_written():
    assert formats.number(62.25, 1) == "62,3"
    assert sum(rounded([20.75, 20.75, 20.75], Fraction(1, 10), 62.25)) == Fraction("62.3")
