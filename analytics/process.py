"""Follow a whole series point by point: which points are a change, by which rule, before and after a known change.

The rules are those of NHS England's programme "Making Data Count" as its package NHSRplotthedots 0.2 has them, first
found first told: a point outside the limits; seven points that rise or fall without a break; two of three close to
the same limit while all three lie on its side of the centre; seven on one side of the centre. The direction of a trend
is that of its moves, even where it crosses the centre.

The rules about runs take points for independent of each other. Those of a seasonal series are not, so these rules look
at what is left after the season (`analytics.season`), as the limits do then. They are silent until a year of it is
known, and where neighbouring points are alike even so.

Four more things differ. Counts are skewed: a point of a run counts for no more than its limit, sides are those of the
median, and seven points on one side must lie beyond that point of the history behind which chance alone brings seven in
one case of two hundred, whatever the law (an exact count of orders). A fifth rule, the moving average of the last four
points (S. W. Roberts, Technometrics 1, 1959), finds a lasting shift of a third within four weeks, which the published
four mostly miss. A rule fires at the point that completes it and is not painted back over the points before it: a
verdict once given is never changed by later data. And the limits that runs are judged by come from points before the
run, so a change cannot hide itself by moving its own centre. How limits are found is told in `control`. States wander,
so only their limits and trends are signals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import comb, sqrt
from statistics import fmean, median
from typing import Final

from analytics.control import DEVIATIONS, MIN_POINTS, STATE_TREND_MOVES, TREND_MOVES, Corridor, Kind, expected

RUN: Final = 7
"""Points on one side of the centre that are a change."""

CLOSE: Final = 2 / 3
"""How far from the centre to a limit a point is close to the limit: the outer third, beyond two deviations of three."""

WINDOW: Final = 3
CLOSE_POINTS: Final = 2

FOUR: Final = 4
MEAN_DEVIATIONS: Final = 2.8
"""Deviations of the mean of four points that are a change: chosen so that all rules together call an unchanged count
changed in less than 5 % of weeks, in a dense city too, and find a shift of one third within four weeks in three cases
of four where cases are independent."""

RARE_SIDE: Final = 0.005
"""Chance of a run on one side, either one, above which it is no change."""

ALIKE: Final = 1.65
"""Deviations of the autocorrelation of neighbours from which runs say nothing: one case of twenty by chance."""

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
    `has_runs` says whether the rules about runs could speak: the season is known, and what is left is no echo of it.
    """

    value: float | None
    corridor: Corridor | None
    rule: Rule | None
    is_up: bool | None
    segment: int
    has_runs: bool = False


def chart(
    values: Sequence[float | None],
    kind: Kind,
    *,
    bases: Sequence[int] | None = None,
    min_n: int = 1,
    rebased: Sequence[int] = (),
    seasons: Sequence[float | None] | None = None,
) -> list[Point]:
    """Judge every point of a series, oldest first, each by points before it.

    `bases` and `min_n` mean what they mean to `control.judge`. `rebased` are the places of points at which a known
    change began: from there on limits are found anew, and nothing is said until there are `control.MIN_POINTS`.
    `seasons` are those of `season.factors`, None where nobody knows; without them rules about runs are silent.

    >>> [point.rule for point in chart([40, 42, 38, 41, 39, 43, 37, 40, 42, 38, 41, 39, 86], Kind.COUNT)][-1]
    <Rule.OUTSIDE: 'outside'>
    """
    sizes = [min_n] * len(values) if bases is None else list(bases)
    times = [None] * len(values) if seasons is None else list(seasons)
    known: list[_Known] = []
    found, segment = [], 0
    for place, (value, n, each) in enumerate(zip(values, sizes, times, strict=True)):
        if place in rebased:
            known, segment = [], segment + 1
        if value is None or n < min_n:
            found.append(Point(value, None, None, None, segment))
            continue
        known.append(_Known(value, n, None if kind in _STATES else each))
        found.append(_point(known, kind, segment))
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """Hold a point that can be judged: its value, its base and its season, None where nobody knows."""

    value: float
    n: int
    season: float | None

    def left(self, kind: Kind) -> tuple[float, int]:
        """Give what is left after the season, and the base; a share is never more than the whole."""
        left = self.value / (self.season or 1.0)
        return min(left, 1.0) if kind is Kind.SHARE else left, self.n


def _point(known: Sequence[_Known], kind: Kind, segment: int) -> Point:
    """Judge the last of the known points of a segment: by what is left after the season, once enough of it is known."""
    seasoned = [each for each in known if each.season is not None]
    has_season = len(seasoned) >= MIN_POINTS + RUN
    series = [each.left(kind) for each in seasoned] if has_season else [(each.value, each.n) for each in known]
    value, n = series[-1]
    history = series[: -RUN if kind not in _STATES and len(series) >= MIN_POINTS + RUN else -1]
    shown = known[-1].value
    if len(history) < MIN_POINTS:
        return Point(shown, None, None, None, segment)
    corridor = expected(history, n, kind)
    shift = shown - value
    drawn = Corridor(corridor.centre + shift, max(corridor.lower + shift, 0.0), corridor.upper + shift)
    sides = [side for side in (1, -1) if _reach(value, corridor, kind, side) > 1]
    if sides:
        return Point(shown, drawn, Rule.OUTSIDE, sides[0] > 0, segment, has_season)
    has_runs = has_season and not _are_alike([each for each, _ in history])
    rule, side = _of_runs(series, history, kind, has_runs=has_runs)
    return Point(shown, drawn, rule, side > 0 if rule else None, segment, has_runs)


def _of_runs(
    series: Sequence[tuple[float, int]],
    history: Sequence[tuple[float, int]],
    kind: Kind,
    *,
    has_runs: bool,
) -> tuple[Rule | None, int]:
    """Find the first rule about runs that the last points fulfil, and its side; of a state only its trend counts."""
    if not has_runs and kind not in _STATES:
        return None, 0
    trend = _trend([each for each, _ in series], STATE_TREND_MOVES if kind is Kind.STATE else TREND_MOVES)
    if trend:
        return Rule.TREND, trend
    return (None, 0) if kind in _STATES else _run_rule(series[-RUN:], history, kind)


def _are_alike(values: Sequence[float]) -> bool:
    """Say whether neighbouring points are more alike than chance makes them (R. L. Anderson, 1942)."""
    middle = fmean(values)
    square = sum((each - middle) ** 2 for each in values)
    together = sum((before - middle) * (after - middle) for before, after in pairwise(values))
    return square > 0 and (together / square + 1 / len(values)) * sqrt(len(values)) > ALIKE


def _trend(values: Sequence[float], moves: int) -> int:
    """Give the direction of the last moves when all of them go one way, else 0."""
    steps = [after - before for before, after in pairwise(values[-moves - 1 :])]
    if len(steps) < moves:
        return 0
    return 1 if min(steps) > 0 else -1 if max(steps) < 0 else 0


def _run_rule(
    run: Sequence[tuple[float, int]], history: Sequence[tuple[float, int]], kind: Kind
) -> tuple[Rule | None, int]:
    """Find the rule about runs that the last points fulfil, and its side of the middle."""
    past = sorted(value for value, _ in history)
    limits = {n: expected(history, n, kind) for _, n in run}
    corridors = {n: Corridor(median(past), each.lower, each.upper) for n, each in limits.items()}
    for side in (1, -1):
        reaches = [min(_reach(value, corridors[n], kind, side), 1.0) for value, n in run]
        last = reaches[-WINDOW:]
        if min(last) > 0 and last[-1] > CLOSE and sum(reach > CLOSE for reach in last) >= CLOSE_POINTS:
            return Rule.TWO_OF_THREE, side
    edge = _edge(len(past))
    if min(value for value, _ in run) > past[edge - 1]:
        return Rule.ONE_SIDE, 1
    if max(value for value, _ in run) < past[-edge]:
        return Rule.ONE_SIDE, -1
    # The centre is itself a mean of what came before, so its own chance widens the bound.
    bound = MEAN_DEVIATIONS / DEVIATIONS * sqrt(1 / FOUR + 1 / len(history))
    for side in (1, -1):
        if fmean(min(_reach(value, corridors[n], kind, side), 1.0) for value, n in run[-FOUR:]) > bound:
            return Rule.MEAN_OF_FOUR, side
    return None, 0


def _edge(points: int) -> int:
    """Give the place in the sorted history beyond which seven new points all lie with a chance of `RARE_SIDE` at most.

    >>> _edge(12), _edge(24), _edge(1_000)
    (9, 15, 534)
    """
    whole = comb(points + RUN, RUN)
    return next(place for place in range(1, points + 1) if comb(points + RUN - place, RUN) <= RARE_SIDE * whole)


def _reach(value: float, corridor: Corridor, kind: Kind, side: int) -> float:
    """Say how far a value has gone from the centre to the limit of a side: 1 is the limit, below 0 the other side.

    Where the limit is cut off by what is possible at all, as that of a share of 97 % is by 100 %, the way to it says
    nothing of chance, and the wider one of both ways is taken.
    """
    upper, lower = corridor.upper - corridor.centre, corridor.centre - corridor.lower
    is_cut = corridor.upper >= 1 and kind is Kind.SHARE if side > 0 else corridor.lower <= 0
    width = max(upper, lower) if is_cut else upper if side > 0 else lower
    return (value - corridor.centre) * side / width if width else 0.0
