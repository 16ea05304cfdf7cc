"""Find the city's problem spheres by the act's own four counts: new, repeat, overdue and postponed.

Act 004, прил. 3, п. 5.2 names the counts and weighs none of them, so the index weighs them equally until the curator
does otherwise (прил. 1, п. 4.2 (3)). Each count adds its weight times the unit's share of the whole; the indices of all
units sum to 100, so a Pareto chart of them is exact. Where the whole has none of a count, as where sources mark nothing
as postponed, its weight is spread over the others in proportion.

A change from the period before is named only where chance does not explain it: the conditional test of two counts (J.
Przyborowski, H. Wilenski, Biometrika 31, 1940), two-sided as twice the smaller tail (M. P. Fay, "Two sided exact tests
and matching confidence intervals for discrete data", The R Journal 2, 2010), with the dispersion that the weeks before
the period show (`analytics.dispersion`); states are compared as far apart as they are here. Many rows are tested at
once, so the rule of Benjamini and Hochberg (Journal of the Royal Statistical Society B 57, 1995) keeps the share of
false ones among the changes named at one in twenty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics import measures, past_weeks
from analytics.dispersion import Dispersion, of_counts, two_counts
from analytics.periods import WEEK_DAYS, Period
from analytics.rounding import rounded

COUNTS: Final = ("new", "repeat", "overdue_open", "postponed")
"""The four counts, in the order of the act."""

EQUAL: Final[Mapping[str, float]] = MappingProxyType(dict.fromkeys(COUNTS, 1.0))
"""Weights where nobody set any."""

_TENTH: Final = Fraction(1, 10)

FALSE_SHARE: Final = 0.05
"""Share of false changes among those that are named."""

PER: Final = 1_000
"""Residents that a need is told for."""

Turn = Literal["up", "down", "same"]
"""Whether a count really changed; "same" says that chance explains the difference."""


@dataclass(frozen=True)
class Problems:
    """Hold the problem spheres of one period.

    `units` has one row per combination of `by` (text; null: not named) in which anything was counted now or before, by
    `index`, largest first. For each count c of `COUNTS`: `c`, and with a comparison `c_before`, `c_p` (the p-value,
    corrected for the number of tests) and `c_turn` (see `Turn`); without it they are null. `c_points` is what c adds to
    the `index`, `cumulative` the index of this and all rows above, both in points of 100; `index_before` is the same of
    the comparison. `per_1000` is the need: problems received per
    1,000 residents, each counted once, because what the sources know to be a repeat belongs to the case that it
    repeats; null where the number of residents is not known.
    `total` is one row with the four counts of the whole, now and before. `weights` sum to 1 over the counts that exist;
    `absent` names those that the whole has none of. `weeks` says by how many weeks it is known how uneven counts are by
    themselves, and `in_sight` at how many units a doubling of what is new would be named; 0 without a comparison.
    """

    by: tuple[str, ...]
    weights: Mapping[str, float]
    absent: tuple[str, ...]
    units: pl.DataFrame
    total: pl.DataFrame
    weeks: int = 0
    in_sight: int = 0


def problems(
    cells: pl.LazyFrame,
    by: Sequence[str],
    period: Period,
    comparison: Period | None,
    as_of: date,
    first: date,
    *,
    weights: Mapping[str, float] = EQUAL,
    residents: int | Mapping[str, int] | None = None,
) -> Problems:
    """Count, weigh and compare every combination of `by`, columns of the cells such as "topic_block" and "topic".

    `weights` are by count, not negative and not all zero; ValueError otherwise. Where all the weight lies on counts
    that nobody has, every index is 0. `residents` is one number for all units or, by the first of `by`, one for each.
    `first` is the first day with data; the cells reach back to `past_weeks.start` of the periods, where there are any.
    """
    checked(weights)
    frame = _counted(cells, by, period, comparison, as_of)
    total = frame.select(pl.col(*COUNTS, *_before()).sum())
    used = _used(weights, total, COUNTS)
    before = _used(weights, total, _before()) if comparison else {}
    weeks = past_weeks.before(max(period, comparison).start, first) if comparison else []
    uneven = _uneven(cells, by, frame, weeks, as_of, _lag(period, comparison)) if comparison else None
    ordered = (
        _tested(frame, period, comparison, as_of, uneven)
        .with_columns(**{f"{name}_points": _points(name, used) for name in COUNTS})
        .with_columns(
            index=pl.sum_horizontal(f"{name}_points" for name in COUNTS),
            index_before=pl.sum_horizontal(_points(f"{name}_before", before) for name in COUNTS)
            if comparison
            else pl.lit(None, pl.Float64),
            per_1000=pl.col("new") * PER / _population(by[0], residents),
        )
        .sort("index", *by, descending=[True, *(False for _ in by)], nulls_last=True)
        .with_columns(cumulative=pl.col("index").cum_sum())
    )
    shown = ordered if comparison else ordered.with_columns(pl.lit(None, pl.Int64).alias(name) for name in _before())
    absent = tuple(name for name in COUNTS if not total[name][0])
    in_sight = _in_sight(frame, uneven["new"]) if uneven else 0
    return Problems(tuple(by), used, absent, shown, total, len(weeks), in_sight)


def written(found: Problems) -> Problems:
    """Round the index to tenths as it is written: spheres add up to 100, the parts of each to its index."""
    names = [f"{name}_points" for name in COUNTS]
    index = rounded(found.units["index"].to_list(), _TENTH)
    points = [rounded(row, _TENTH, own) for row, own in zip(found.units.select(names).iter_rows(), index, strict=True)]
    tenths = pl.DataFrame(
        {"index": map(float, index), **{name: [float(row[at]) for row in points] for at, name in enumerate(names)}},
        schema=dict.fromkeys(("index", *names), pl.Float64),
    )
    running = pl.Series("cumulative", [float(each) for each in accumulate(index)], pl.Float64)
    return replace(found, units=found.units.with_columns(*tenths, running))


def checked(weights: Mapping[str, float]) -> Mapping[str, float]:
    """Give the weights back; ValueError unless each of `COUNTS` has one, none is negative and one is positive."""
    numbers = [weights.get(name, -1.0) for name in COUNTS]
    if set(weights) != set(COUNTS) or not all(0 <= each < float("inf") for each in numbers) or not any(numbers):
        message = "Веса четырёх показателей не должны быть отрицательными, и хотя бы один должен быть больше нуля"
        raise ValueError(message)
    return weights


def _before() -> tuple[str, ...]:
    return tuple(f"{name}_before" for name in COUNTS)


def _counted(
    cells: pl.LazyFrame, by: Sequence[str], period: Period, comparison: Period | None, as_of: date
) -> pl.DataFrame:
    """Count both periods: one row per combination, sorted, zeros where one period has nothing."""
    keys = [pl.col(name).cast(pl.String) for name in by]
    now = measures.aggregate(cells, by, COUNTS, period.window(as_of)).select(*keys, *COUNTS)
    frames = [now]
    if comparison:
        then = measures.aggregate(cells, by, COUNTS, comparison.window(as_of)).select(*keys, *COUNTS)
        frames.append(then.rename(dict(zip(COUNTS, _before(), strict=True))))
    else:
        frames[0] = now.with_columns(pl.lit(0, pl.Int64).alias(name) for name in _before())
    merged = pl.concat(frames, how="diagonal").group_by(by).agg(pl.col(*COUNTS, *_before()).sum())
    counted = pl.any_horizontal(pl.col(*COUNTS, *_before()) > 0)
    return merged.filter(counted).sort(by, nulls_last=True).collect(engine="in-memory")


def _used(weights: Mapping[str, float], total: pl.DataFrame, columns: Sequence[str]) -> dict[str, float]:
    """Spread the weights over the counts that exist, and divide each by its whole: what one case is worth."""
    known = {name: weights[name] for name, column in zip(COUNTS, columns, strict=True) if total[column][0]}
    whole = sum(known.values())
    return {name: weight / whole for name, weight in known.items()} if whole else {}


def _points(column: str, used: Mapping[str, float]) -> pl.Expr:
    weight = used.get(column.removesuffix("_before"), 0.0)
    return pl.col(column) / pl.col(column).sum() * weight * 100 if weight else pl.lit(0.0)


def _population(first: str, residents: int | Mapping[str, int] | None) -> pl.Expr:
    if isinstance(residents, Mapping) and residents:
        return pl.col(first).replace_strict(dict(residents), default=None, return_dtype=pl.Int64)
    return pl.lit(residents or None, pl.Int64)


def _lag(period: Period, comparison: Period) -> int:
    """Say how many weeks apart the last days of the periods lie, at least one."""
    return max(round(abs((period.end - comparison.end).days) / WEEK_DAYS), 1)


def _uneven(
    cells: pl.LazyFrame, by: Sequence[str], frame: pl.DataFrame, weeks: Sequence[Period], as_of: date, lag: int
) -> Mapping[str, Dispersion]:
    """Estimate how uneven each count of every unit is by itself; what is counted by days is flows, the rest states."""
    counted = past_weeks.counted(cells, by, frame, COUNTS, weeks, as_of)
    return {name: of_counts(each, lag=1 if measures.find(name).clock else lag) for name, each in counted.items()}


def _in_sight(frame: pl.DataFrame, uneven: Dispersion) -> int:
    """Count the units at which twice as much would be named, were it the only change among them (C. E. Bonferroni)."""
    before = frame["new_before"].to_numpy()
    return int((two_counts(2 * before, before, 0.5, uneven) <= FALSE_SHARE / max(len(before), 1)).sum())


def _tested(
    frame: pl.DataFrame,
    period: Period,
    comparison: Period | None,
    as_of: date,
    uneven: Mapping[str, Dispersion] | None,
) -> pl.DataFrame:
    """Add the corrected p-values and the turns of all counts; null where nothing is compared."""
    if comparison is None or uneven is None:
        unknown = [pl.lit(None, pl.Float64).alias(f"{name}_p") for name in COUNTS]
        return frame.with_columns(*unknown, *(pl.lit(None, pl.String).alias(f"{name}_turn") for name in COUNTS))
    days = [(max(each.start, each.window(as_of).moment) - each.start).days + 1 for each in (period, comparison)]
    # A flow has the days of its period to happen in; a state is seen once in each.
    shares = {name: days[0] / sum(days) if measures.find(name).clock else 0.5 for name in COUNTS}
    pairs = {name: (frame[name].to_numpy(), frame[f"{name}_before"].to_numpy()) for name in COUNTS}
    chances = np.concatenate([two_counts(*pair, shares[name], uneven[name]) for name, pair in pairs.items()])
    has_any = np.concatenate([now + before > 0 for now, before in pairs.values()])
    p_values = corrected(chances, has_any).reshape(len(COUNTS), -1)
    tested = frame.with_columns(pl.Series(f"{name}_p", p) for name, p in zip(COUNTS, p_values, strict=True))
    return tested.with_columns(_turn(name, share) for name, share in shares.items())


def corrected(chances: NDArray[np.float64], has_any: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Correct p-values for their number (Benjamini and Hochberg); what counts nothing is no test and keeps 1."""
    from scipy.stats import false_discovery_control

    found = np.ones_like(chances)
    if has_any.any():
        found[has_any] = false_discovery_control(chances[has_any])
    return found


def _turn(name: str, share: float) -> pl.Expr:
    """Name the direction of a change that chance does not explain."""
    now, before = pl.col(name), pl.col(f"{name}_before")
    named = pl.when(now * (1 - share) > before * share).then(pl.lit("up")).otherwise(pl.lit("down"))
    return pl.when(pl.col(f"{name}_p") <= FALSE_SHARE).then(named).otherwise(pl.lit("same")).alias(f"{name}_turn")
