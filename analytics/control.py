"""Tell a change from the usual: a corridor of natural variation around a series, and where the last point stands.

Methods
- Counts and amounts: XmR chart (individuals and moving range), centre ± 2.66 × mean moving range, 2.66 = 3 / 1.128
  (D. J. Wheeler, "Understanding Variation", SPC Press, 1993; the chart of the programme "Making Data Count" of NHS
  England). For counts the corridor is never narrower than three standard deviations of pure chance, taken on the
  square-root scale on which a Poisson count has a standard deviation of one half (F. J. Anscombe, Biometrika 35, 1948):
  a dozen points may by luck lie close together, and rare events have no use for a corridor of width zero.
- Shares: p′ chart (D. B. Laney, "Improved Control Charts for Attributes", Quality Engineering 14, 2002): each share is
  judged against its own base, and the binomial width is stretched by the spread that the series really shows. As for
  counts, it is never narrower than chance: three standard deviations on the arcsine scale of the same paper.
- States (in work, overdue): neighbouring values of a stock depend on each other, which an XmR chart of the values would
  take for a change. The chart is drawn for the changes from point to point and laid around the point before, for
  counts with the same least width.

The corridor is set by the history only; the point that is judged has no say in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import asin, inf, pi, sin, sqrt
from statistics import fmean
from typing import Final

from analytics.declarations import Measure

MIN_POINTS: Final = 12
"""Fewest points of history for a corridor: with fewer, the estimate of the usual spread is itself mostly chance."""

NATURAL_LIMIT: Final = 2.66
"""Mean moving range to natural process limit: 3 / 1.128, 1.128 being the mean range of two draws in deviations."""

DEVIATIONS: Final = 3.0
TREND_MOVES: Final = 6
"""Moves in one direction, that is seven points, that chance alone makes in one case of five thousand (1 / 7!)."""

STATE_TREND_MOVES: Final = 8
"""The same for a state, whose moves are each as likely up as down whatever came before: one case in 256."""

ROOT_DEVIATION: Final = 0.5
"""Standard deviation of the square root of a Poisson count, and of the arcsine of the root of a share times √n."""


class Kind(StrEnum):
    """Name what a series is made of, which decides how its corridor is found."""

    COUNT = "count"
    AMOUNT = "amount"
    SHARE = "share"
    STATE = "state"
    STATE_SHARE = "state_share"


class State(StrEnum):
    """Name where the last point stands; whether that is good is the measure's `good`, not this."""

    SHORT_HISTORY = "short_history"
    SMALL_BASE = "small_base"
    INSIDE = "inside"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Corridor:
    """Hold the natural limits for one point and the centre they lie around, in the unit of the series."""

    centre: float
    lower: float
    upper: float

    def holds(self, value: float) -> bool:
        """Say whether a value lies inside; the limits belong to the inside."""
        return self.lower <= value <= self.upper


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold what can be said of the last point: its state, its corridor, and for how many points it has been moving.

    `rises` and `falls` count the moves in a row that end at the last point; a run of `trend_moves` is a signal of its
    own (the trend rule of "Making Data Count"), fewer are facts.
    """

    state: State
    corridor: Corridor | None
    rises: int
    falls: int
    trend_moves: int = TREND_MOVES

    @property
    def left_corridor(self) -> bool:
        """Say whether the last point left its corridor."""
        return self.state in {State.ABOVE, State.BELOW}

    @property
    def is_trend(self) -> bool:
        """Say whether the points have been moving one way for longer than chance allows."""
        return max(self.rises, self.falls) >= self.trend_moves

    @property
    def is_change(self) -> bool:
        """Say whether the series is really changing: outside its corridor, or on a trend."""
        return self.left_corridor or self.is_trend

    @property
    def is_up(self) -> bool:
        """Say which way a change goes: by the side of the corridor that was left, else by the trend."""
        return self.state is State.ABOVE if self.left_corridor else self.rises > self.falls


def kind_of(measure: Measure) -> Kind:
    """Choose the chart of a measure: by its unit, and whether it is a flow or a state."""
    if measure.clock is None:
        return Kind.STATE if measure.unit == "count" else Kind.STATE_SHARE
    return {"count": Kind.COUNT, "share": Kind.SHARE}.get(measure.unit, Kind.AMOUNT)


def judge(
    values: Sequence[float | None], kind: Kind, *, bases: Sequence[int] | None = None, min_n: int = 1
) -> Judgement:
    """Judge the last of `values` by all those before it, oldest first.

    `bases` are the sizes of the base of each point; points over a base smaller than `min_n`, and null points, are no
    history. Shares need `bases`. With fewer than `MIN_POINTS` points of history nothing is said.

    >>> judge([40, 42, 38, 41, 39, 43, 37, 40, 42, 38, 41, 39, 86], Kind.COUNT).state
    <State.ABOVE: 'above'>
    >>> judge([40, 42, 38], Kind.COUNT).state
    <State.SHORT_HISTORY: 'short_history'>
    """
    sizes = [min_n] * len(values) if bases is None else list(bases)
    known = [(value, n) for value, n in zip(values, sizes, strict=True) if value is not None and n >= min_n]
    rises, falls = _run([value for value, _ in known])
    last = values[-1] if values else None
    if last is None or sizes[-1] < min_n:
        return Judgement(State.SMALL_BASE, None, 0, 0)
    history = known[:-1]
    if len(history) < MIN_POINTS:
        return Judgement(State.SHORT_HISTORY, None, rises, falls)
    corridor = expected(history, sizes[-1], kind)
    moves = STATE_TREND_MOVES if kind is Kind.STATE else TREND_MOVES
    return Judgement(_side(corridor, last), corridor, rises, falls, moves)


def _side(corridor: Corridor, value: float) -> State:
    if corridor.holds(value):
        return State.INSIDE
    return State.ABOVE if value > corridor.upper else State.BELOW


def expected(history: Sequence[tuple[float, int]], n: int, kind: Kind) -> Corridor:
    """Find the corridor for the point after `history`, pairs of value and base; `n` is the base of that point."""
    values = [value for value, _ in history]
    if kind is Kind.SHARE:
        return share_corridor(values, [size for _, size in history], n)
    if kind is Kind.STATE_SHARE:
        return state_corridor(values, least=0.0, most=1.0)
    if kind is Kind.STATE:
        return state_corridor(values, least=_chance([abs(after - before) for before, after in pairwise(values)])[1])
    return count_corridor(values) if kind is Kind.COUNT else amount_corridor(values)


def amount_corridor(history: Sequence[float]) -> Corridor:
    """Set XmR limits around amounts that cannot be negative: days, marks."""
    centre, reach = fmean(history), NATURAL_LIMIT * _mean_range(history)
    return Corridor(centre, max(centre - reach, 0.0), centre + reach)


def count_corridor(history: Sequence[float]) -> Corridor:
    """Set XmR limits around counts, never narrower than chance alone makes them.

    >>> count_corridor([0] * 12).holds(1)
    True
    """
    usual, (lowest, highest) = amount_corridor(history), _chance(history)
    return Corridor(usual.centre, min(usual.lower, lowest), max(usual.upper, highest))


def _chance(history: Sequence[float]) -> tuple[float, float]:
    """Bound a count of this mean by chance alone.

    One more case in the whole history is never excluded: without it, an all-zero history would know its rate exactly.
    """
    rate = sqrt((sum(history) + 1) / len(history))
    reach = DEVIATIONS * ROOT_DEVIATION
    return max(rate - reach, 0.0) ** 2, (rate + reach) ** 2


def share_corridor(history: Sequence[float], bases: Sequence[int], n: int) -> Corridor:
    """Set p′ limits around a share whose point stands on a base of `n`; limits stay between 0 and 1."""
    total = sum(bases)
    centre = sum(share * size for share, size in zip(history, bases, strict=True)) / total
    # Half a case on either side keeps a history of nothing but hits, or misses, from claiming certainty.
    spread = (centre * total + 0.5) / (total + 1)
    deviation = sqrt(spread * (1 - spread))
    scores = [(share - centre) / (deviation / sqrt(size)) for share, size in zip(history, bases, strict=True)]
    reach = NATURAL_LIMIT * _mean_range(scores) * deviation / sqrt(n)
    angle, turn = asin(sqrt(spread)), DEVIATIONS * ROOT_DEVIATION / sqrt(n)
    lowest, highest = sin(max(angle - turn, 0.0)) ** 2, sin(min(angle + turn, pi / 2)) ** 2
    return Corridor(centre, min(max(centre - reach, 0.0), lowest), max(min(centre + reach, 1.0), highest))


def state_corridor(history: Sequence[float], *, least: float, most: float = inf) -> Corridor:
    """Set XmR limits for the change from the last point of a state, and lay them around that point.

    Neither side reaches less than `least` from the centre; the state itself stays between 0 and `most`.

    >>> state_corridor([20, 21] * 6, least=3).holds(24)
    True
    """
    changes = [after - before for before, after in pairwise(history)]
    reach = max(NATURAL_LIMIT * _mean_range(changes), least)
    limits = (history[-1] + fmean(changes) + side for side in (0.0, -reach, reach))
    return Corridor(*(min(max(limit, 0.0), most) for limit in limits))


def _mean_range(values: Sequence[float]) -> float:
    return fmean(abs(after - before) for before, after in pairwise(values))


def _run(values: Sequence[float]) -> tuple[int, int]:
    """Count the moves up, and the moves down, that end at the last value without a break."""
    moves = [after - before for before, after in pairwise(values)][::-1]
    rises = next((index for index, move in enumerate(moves) if move <= 0), len(moves))
    falls = next((index for index, move in enumerate(moves) if move >= 0), len(moves))
    return rises, falls
