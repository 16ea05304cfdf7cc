"""Say why a number changed: how much of the difference is volume, how much mix and how much rate.

A count K stands on a base N: of the N cases in work K are overdue. With the shares s of the base and the rates
r = k / n of its parts, K = N · Σ s r. The difference of two periods is split symmetrically, every factor at the mean of
both periods, so nothing depends on which period comes first and no rest is left over:

- volume: ΔN · mean(s r), there are more or fewer cases in all;
- mix: mean(N) · Δs · mean(r), the same cases are divided differently;
- rate: mean(N) · mean(s) · Δr, the same kind of case goes differently.

(E. M. Kitagawa, "Components of a Difference Between Two Rates", Journal of the American Statistical Association 50,
1955; R. Oaxaca, International Economic Review 14, 1973; the symmetric weights are those of Marshall and Edgeworth.)
A share or a mean has no volume: its change is mix and rate alone. The counts are whole numbers and everything is worked
out in fractions, so parts sum to the whole exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from analytics import aggregation, measures, natural
from analytics.declarations import Measure
from analytics.facts import Count, Flow, Ratio, Stock, Window

BASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "new": "appeals",
        "repeat": "appeals",
        "still_open": "appeals",
        "overdue_open": "open",
        "postponed": "open",
        "extended": "open",
        "on_time": "due",
        "missed": "due",
    }
)
"""The count that a count is a part of, which its rate is taken over; any other count is its own base, at the rate 1."""

Presence = Literal["both", "new", "vanished"]
"""Whether a part has a base in both periods, in the later one alone, or in the earlier one alone."""

_ZERO: Final = Fraction(0)
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Counted:
    """Hold the whole numbers of one part: the count and its base, before and now; `key` None is «not named»."""

    key: str | None
    before: int
    base_before: int
    now: int
    base_now: int


@dataclass(frozen=True, slots=True)
class Part:
    """Hold what one part adds to the change, split into what made it.

    A part that is new or has vanished has no rate to compare: all that it brings beyond the volume is mix.
    """

    counted: Counted
    presence: Presence
    volume: Fraction
    mix: Fraction
    rate: Fraction

    @property
    def key(self) -> str | None:
        """Name the part."""
        return self.counted.key

    @property
    def change(self) -> Fraction:
        """Add up what the part adds to the change of the whole."""
        return self.volume + self.mix + self.rate


@dataclass(frozen=True, slots=True)
class Split:
    """Hold a change and the parts that it is the exact sum of, the largest first.

    `before` and `now` are None where a share has an empty base; then nothing can be compared, `change` is None and
    there are no parts. For counts the change of a part is the plain difference of its own count.
    """

    is_share: bool
    before: Fraction | None
    now: Fraction | None
    parts: tuple[Part, ...]

    @property
    def change(self) -> Fraction | None:
        """Give the whole change."""
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def volume(self) -> Fraction:
        """Add up what more or fewer cases in all brought; zero for a share."""
        return sum((part.volume for part in self.parts), _ZERO)

    @property
    def mix(self) -> Fraction:
        """Add up what the other division of the cases brought."""
        return sum((part.mix for part in self.parts), _ZERO)

    @property
    def rate(self) -> Fraction:
        """Add up what the other rates of the parts brought."""
        return sum((part.rate for part in self.parts), _ZERO)

    def frame(self) -> pl.DataFrame:
        """Give the parts as a frame, in their order.

        `key`, `presence`, the whole numbers `before`, `base_before`, `now`, `base_now`, and `volume`, `mix`, `rate`,
        `change` in the unit of the measure, as floats.
        """
        rows = [_row(part) for part in self.parts]
        return pl.DataFrame(rows, schema=_FRAME, orient="row")


_FRAME: Final = pl.Schema(
    {
        "key": pl.String(),
        "presence": pl.String(),
        **dict.fromkeys(("before", "base_before", "now", "base_now"), pl.Int64()),
        **dict.fromkeys(("volume", "mix", "rate", "change"), pl.Float64()),
    }
)


def _row(part: Part) -> tuple[object, ...]:
    own = part.counted
    numbers = (part.volume, part.mix, part.rate, part.change)
    return (own.key, part.presence, own.before, own.base_before, own.now, own.base_now, *map(float, numbers))


def explain(cells: pl.LazyFrame, measure: str, dimension: str, now: Window, then: Window) -> Split:
    """Split the change of a measure from `then` to `now` by the values of one text dimension.

    The measure is a count, a share or a mean; a count is taken over its base of `BASES`. ValueError for a percentile,
    which is not made of parts; KeyError for an unknown measure.
    """
    chosen = measures.find(measure)
    count, base = _count_and_base(chosen)
    sides = [_sums(cells, dimension, count, base, window) for window in (then, now)]
    keys = sorted(set(sides[0]) | set(sides[1]), key=lambda key: (key is None, key or ""))
    counted = [Counted(key, *sides[0].get(key, (0, 0)), *sides[1].get(key, (0, 0))) for key in keys]
    return split(counted, is_share=isinstance(chosen.part, Ratio))


def _count_and_base(measure: Measure) -> tuple[Count, Count]:
    part = measure.part
    if isinstance(part, Ratio):
        return part.numerator, part.base
    if isinstance(part, Flow | Stock):
        base = measures.find(BASES.get(measure.key, measure.key)).part
        return part, base if isinstance(base, Flow | Stock) else part
    message = f"{measure.key} is a percentile: its change is not a sum of parts"
    raise ValueError(message)


def _sums(
    cells: pl.LazyFrame, dimension: str, count: Count, base: Count, window: Window
) -> dict[str | None, tuple[int, int]]:
    counts = list({each.name: each for each in (count, base)}.values())
    names = (pl.col(count.name).alias("count"), pl.col(base.name).alias("base"))
    gathered = aggregation.gather(cells, [dimension], counts, window).select(pl.col(dimension).cast(pl.String), *names)
    return {key: (int(number), int(size)) for key, number, size in gathered.collect(engine="in-memory").iter_rows()}


def split(counted: Iterable[Counted], *, is_share: bool) -> Split:
    """Split the change of a count, or of a share, into its parts, the largest first and equal ones by name."""
    rows = list(counted)
    totals = tuple(
        sum(side) for side in zip(*((r.before, r.base_before, r.now, r.base_now) for r in rows), strict=True)
    )
    before, base_before, now, base_now = totals or (0, 0, 0, 0)
    if is_share:
        sides = [Fraction(k, n) if n else None for k, n in ((before, base_before), (now, base_now))]
        parts = [] if None in sides else [_of_share(row, base_before, base_now, _mean(*sides)) for row in rows]
        return Split(is_share, sides[0], sides[1], _ordered(parts))
    parts = [_of_count(row, base_before, base_now) for row in rows]
    return Split(is_share, Fraction(before), Fraction(now), _ordered(parts))


def _of_count(row: Counted, base_before: int, base_now: int) -> Part:
    """Split Δk; where a period has no base at all there is nothing to divide, and everything is volume."""
    if not base_before or not base_now:
        return Part(row, _presence(row), Fraction(row.now - row.before), _ZERO, _ZERO)
    size = _mean(Fraction(base_before), Fraction(base_now))
    of_whole = _mean(Fraction(row.before, base_before), Fraction(row.now, base_now))
    volume = (base_now - base_before) * of_whole
    rate = size * _rate_change(row, base_before, base_now)
    return Part(row, _presence(row), volume, row.now - row.before - volume - rate, rate)


def _of_share(row: Counted, base_before: int, base_now: int, centre: Fraction) -> Part:
    """Split what a part adds to ΔR; its mix is told against the rate of the whole, which leaves their sum as it is.

    Without this a part that grew would seem to raise the share even where it is better than the whole.
    """
    shares = Fraction(row.base_before, base_before), Fraction(row.base_now, base_now)
    whole = Fraction(row.now, base_now) - Fraction(row.before, base_before)
    rate = _rate_change(row, base_before, base_now)
    return Part(row, _presence(row), _ZERO, whole - rate - (shares[1] - shares[0]) * centre, rate)


def _rate_change(row: Counted, base_before: int, base_now: int) -> Fraction:
    """Give mean(s) · Δr, zero where one period has no rate."""
    if not row.base_before or not row.base_now:
        return _ZERO
    share = _mean(Fraction(row.base_before, base_before), Fraction(row.base_now, base_now))
    return share * (Fraction(row.now, row.base_now) - Fraction(row.before, row.base_before))


def _presence(row: Counted) -> Presence:
    if row.base_before and row.base_now:
        return "both"
    return "new" if row.base_now else "vanished"


def _mean(first: Fraction | None, second: Fraction | None) -> Fraction:
    return ((first or _ZERO) + (second or _ZERO)) * _HALF


def _ordered(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (-abs(part.change), natural.key(part.key))))
