"""Follow a whole series point by point: which points are a change, by which rule, before and after a known change.

The rules are those of NHS England's programme "Making Data Count" as its package NHSRplotthedots 0.2 has them, first
found first told: a point outside the limits; seven points that rise or fall without a break; two of three close to
the same limit while all three lie on its side of the centre; seven on one side of the centre. The direction of a trend
is that of its moves, even where it crosses the centre.

Three things differ. A fifth rule, the moving average of the last four points (S. W. Roberts, Technometrics 1, 1959),
finds a lasting shift of a third within four weeks, which the published four mostly miss. A rule fires at the point that
completes it and is not painted back over the points before it: a verdict once given is never changed by later data.
And the limits that runs are judged by come from points before the run, so a change cannot hide itself by moving its
own centre. How limits are found is told in `control`. States wander, so only their limits and trends are signals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean
from typing import Final

from analytics.control import DEVIATIONS, MIN_POINTS, STATE_TREND_MOVES, TREND_MOVES, Corridor, Kind, expected

RUN: Final = 7
"""Points on one side of the centre that are a change."""

CLOSE: Final = 2 / 3
"""How far from the centre to a limit a point is close to the limit: the outer third, beyond two deviations of three."""

WINDOW: Final = 3
CLOSE_POINTS: Final = 2

FOUR: Final = 4
MEAN_DEVIATIONS: Final = 2.6
"""Deviations of the mean of four points that are a change: chosen so that all rules together call an unchanged count of
40 a week changed in less than 5 % of weeks, and find a shift of one third within four weeks in more than 80 %."""

_STATES: Final = (Kind.STATE, Kind.STATE_SHARE)


class Rule(StrEnum):
    """Name the rules by which a point is a change, the strongest first."""

    OUTSIDE = "outside"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    ONE_SIDE = "one_side"
    MEAN_OF_FOUR = "mean_of_four"


@dataclass(frozen=True, slots=True)
class Point:
    """Hold one point of a series: its corridor, None with little history, and the rule that calls it a change.

    `is_up` says which way the change goes, None without a change. `segment` counts the known changes before it.
    """

    value: float | None
    corridor: Corridor | None
    rule: Rule | None
    is_up: bool | None
    segment: int


def chart(
    values: Sequence[float | None],
    kind: Kind,
    *,
    bases: Sequence[int] | None = None,
    min_n: int = 1,
    rebased: Sequence[int] = (),
) -> list[Point]:
    """Judge every point of a series, oldest first, each by points before it.

    `bases` and `min_n` mean what they mean to `control.judge`. `rebased` are the places of points at which a known
    change began: from there on limits are found anew, and nothing is said until there are `control.MIN_POINTS`.

    >>> [point.rule for point in chart([40, 42, 38, 41, 39, 43, 37, 40, 42, 38, 41, 39, 86], Kind.COUNT)][-1]
    <Rule.OUTSIDE: 'outside'>
    """
    sizes = [min_n] * len(values) if bases is None else list(bases)
    known: list[tuple[float, int]] = []
    found, segment = [], 0
    for place, (value, n) in enumerate(zip(values, sizes, strict=True)):
        if place in rebased:
            known, segment = [], segment + 1
        if value is None or n < min_n:
            found.append(Point(value, None, None, None, segment))
            continue
        known.append((value, n))
        found.append(_point(known, kind, segment))
    return found


def _point(known: Sequence[tuple[float, int]], kind: Kind, segment: int) -> Point:
    """Judge the last of the known points of a segment."""
    value, n = known[-1]
    history = known[: -RUN if kind not in _STATES and len(known) >= MIN_POINTS + RUN else -1]
    if len(history) < MIN_POINTS:
        return Point(value, None, None, None, segment)
    corridor = expected(history, n, kind)
    sides = [side for side in (1, -1) if _reach(value, corridor, kind, side) > 1]
    if sides:
        return Point(value, corridor, Rule.OUTSIDE, sides[0] > 0, segment)
    trend = _trend([each for each, _ in known], STATE_TREND_MOVES if kind is Kind.STATE else TREND_MOVES)
    if trend:
        return Point(value, corridor, Rule.TREND, trend > 0, segment)
    if kind in _STATES or len(known) < MIN_POINTS + RUN:
        return Point(value, corridor, None, None, segment)
    rule, side = _run_rule(known[-RUN:], history, kind)
    return Point(value, corridor, rule, side > 0 if rule else None, segment)


def _trend(values: Sequence[float], moves: int) -> int:
    """Give the direction of the last moves when all of them go one way, else 0."""
    steps = [after - before for before, after in pairwise(values[-moves - 1 :])]
    if len(steps) < moves:
        return 0
    return 1 if min(steps) > 0 else -1 if max(steps) < 0 else 0


def _run_rule(
    run: Sequence[tuple[float, int]], history: Sequence[tuple[float, int]], kind: Kind
) -> tuple[Rule | None, int]:
    """Find the rule about runs that the last points fulfil, and its side of the centre."""
    corridors = {n: expected(history, n, kind) for _, n in run}
    for side in (1, -1):
        reaches = [_reach(value, corridors[n], kind, side) for value, n in run]
        last = reaches[-WINDOW:]
        if min(last) > 0 and last[-1] > CLOSE and sum(reach > CLOSE for reach in last) >= CLOSE_POINTS:
            return Rule.TWO_OF_THREE, side
    for side in (1, -1):
        if min(_reach(value, corridors[n], kind, side) for value, n in run) > 0:
            return Rule.ONE_SIDE, side
    # The centre is itself a mean of what came before, so its own chance widens the bound.
    bound = MEAN_DEVIATIONS / DEVIATIONS * sqrt(1 / FOUR + 1 / len(history))
    for side in (1, -1):
        if fmean(_reach(value, corridors[n], kind, side) for value, n in run[-FOUR:]) > bound:
            return Rule.MEAN_OF_FOUR, side
    return None, 0


def _reach(value: float, corridor: Corridor, kind: Kind, side: int) -> float:
    """Say how far a value has gone from the centre to the limit of a side: 1 is the limit, below 0 the other side.

    Where the limit is cut off by what is possible at all, as that of a share of 97 % is by 100 %, the way to it says
    nothing of chance, and the wider one of both ways is taken.
    """
    upper, lower = corridor.upper - corridor.centre, corridor.centre - corridor.lower
    is_cut = corridor.upper >= 1 and kind is Kind.SHARE if side > 0 else corridor.lower <= 0
    width = max(upper, lower) if is_cut else upper if side > 0 else lower
    return (value - corridor.centre) * side / width if width else 0.0
