"""Speed that open cases count in: the share still open by day N, its median, and what happens within so many days.

Methods
- Share still open: the product-limit estimator of E. L. Kaplan and P. Meier (Journal of the American Statistical
  Association 53, 1958) in whole days from receipt. A case open at `as_of` is known to have lasted that long and no
  more. Work that ended on a day comes before cases lost from sight on that day.
- Its 95 % interval: Greenwood's variance on the log(−log) scale, which stays between 0 and 1 (J. D. Kalbfleisch and
  R. L. Prentice, "The Statistical Analysis of Failure Time Data", Wiley, 1980).
- Median: the first day by whose end at most half are open; its interval by where the limits of the curve cross one
  half (R. Brookmeyer and J. Crowley, Biometrics 38, 1982).

A department that stops closing hard cases keeps them at risk day after day, so its curve rises above the others.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics import facts

NORMAL_95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

HALF: Final = 0.5

_DAY = pl.col("day")
_OPEN = pl.col("open_share")


def curve(
    cells: pl.LazyFrame,
    by: Sequence[str],
    as_of: date,
    *,
    start: date | None = None,
    end: date | None = None,
    weight: int = 1,
) -> pl.DataFrame:
    """Follow the cases received from `start` to `end` until work ended or `as_of`.

    One row per combination of `by` and day on which anything ended or was lost from sight, sorted: `day` since receipt,
    `at_risk` still open when the day began, `finished`, `censored`, `open_share` at the end of the day, `lower` and
    `upper`, null where every case had ended, and `variance`, Greenwood's sum. Cases that ended without a known day, or
    before they were received, are left out: nothing is made up for them. `weight` says how many times the cells count
    each case: limits are as wide as the cases are few.
    """
    counted = _histogram(cells, by, as_of, start, end)
    leaves = pl.col("finished") + pl.col("censored")
    at_risk = _per(by, leaves.cum_sum(reverse=True))
    share = 1 - pl.col("finished") / pl.col("at_risk")
    return (
        counted.sort(*by, "day", nulls_last=True)
        .with_columns(at_risk=at_risk)
        .with_columns(open_share=_per(by, share.cum_prod()), variance=_per(by, _step().cum_sum()) * weight)
        .with_columns(lower=_limit(NORMAL_95), upper=_limit(-NORMAL_95))
        .select(*by, "day", "at_risk", "finished", "censored", "open_share", "lower", "upper", "variance")
        .collect()
    )


def medians(curves: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Give the median of each curve: columns `by`, `cases`, `median`, `lower`, `upper` in days.

    Null where the curve, or its limit, does not come down to one half: the median is then longer than what was seen.
    """
    lower = pl.when(_OPEN > 0).then("lower").otherwise(0.0)
    reached = {"median": _OPEN <= HALF, "lower": lower <= HALF, "upper": pl.col("upper") <= HALF}
    days = [_DAY.filter(is_reached).min().alias(name) for name, is_reached in reached.items()]
    return _by(curves, by, pl.col("at_risk").max().alias("cases"), *days)


def first_day_at(curves: pl.DataFrame, by: Sequence[str], share: float) -> pl.DataFrame:
    """Give the first day by whose end at most `share` are open: `by` and `day`, null where the curve stays above it."""
    return _by(curves, by, _DAY.filter(share >= _OPEN).min())


def open_after(curves: pl.DataFrame, by: Sequence[str], days: Sequence[int]) -> pl.DataFrame:
    """Read the curves at the end of given days: one row per group and day, `by`, `day`, the share and its limits.

    Null beyond the last day that any case of the group was followed to, unless all had ended by then.
    """
    asked = pl.DataFrame({"day": sorted(set(days))}, schema={"day": pl.Int32})
    daily = _every_day(curves, by, max(days, default=0)).select(*by, "day", "open_share", "lower", "upper")
    wanted = curves.select(by).unique(maintain_order=True).join(asked, how="cross") if by else asked
    return wanted.join(daily, on=[*by, "day"], how="left", nulls_equal=True, maintain_order="left")


def _histogram(
    cells: pl.LazyFrame, by: Sequence[str], as_of: date, start: date | None, end: date | None
) -> pl.LazyFrame:
    """Count by days from receipt how many cases ended and how many were lost from sight."""
    ended = facts.finished_by(as_of).expr()
    received = pl.col("received_on")
    chosen = [received <= as_of, facts.HAS_HONEST_END.expr()]
    chosen += [received >= start] if start is not None else []
    chosen += [received <= end] if end is not None else []
    until = pl.when(ended).then("answered_on").otherwise(pl.lit(as_of))
    return (
        cells.filter(*chosen)
        .group_by(*by, facts.days_between(received, until).alias("day"), ended.alias("ended"))
        .agg(facts.APPEALS.sum())
        .group_by(*by, "day")
        .agg(
            finished=facts.APPEALS.filter("ended").sum().cast(pl.Int64),
            censored=facts.APPEALS.filter(~pl.col("ended")).sum().cast(pl.Int64),
        )
    )


def _limit(point: float) -> pl.Expr:
    """Give a limit of the share still open; 1 before anything ended, null after everything has."""
    error = pl.col("variance").sqrt() / _OPEN.log().abs()
    within = pl.when((_OPEN > 0) & (_OPEN < 1)).then(_OPEN.pow((error * point).exp()))
    return pl.when(_OPEN == 1).then(1.0).otherwise(within)


def _every_day(curves: pl.DataFrame, by: Sequence[str], until: int) -> pl.DataFrame:
    """Lay the steps of each curve out day by day from day 0: the share and its limits.

    A curve ends with its last day, or goes on to `until` where every case had ended.
    """
    last = pl.when(_OPEN.last() == 0).then(pl.max_horizontal(_DAY.last(), until)).otherwise(_DAY.last())
    spans = _by(curves, by, pl.int_ranges(0, last.cast(pl.Int32) + 1, dtype=pl.Int32).first().alias("day"))
    days = spans.explode("day", empty_as_null=False, keep_nulls=False)
    steps = curves.select(*by, "day", "open_share", "lower", "upper")
    return days.join(steps, on=[*by, "day"], how="left", nulls_equal=True, maintain_order="left").with_columns(
        _per(by, pl.col(name).forward_fill()).fill_null(1.0) for name in ("open_share", "lower", "upper")
    )


def _step() -> pl.Expr:
    """Give what a day adds to Greenwood's sum; nothing where the last cases at risk ended: the share is zero then."""
    left = pl.col("at_risk") - pl.col("finished")
    return pl.when(left > 0).then(pl.col("finished") / (pl.col("at_risk") * left)).otherwise(0.0)


def _per(by: Sequence[str], running: pl.Expr) -> pl.Expr:
    return running.over(by) if by else running


def _by(frame: pl.DataFrame, by: Sequence[str], *outcome: pl.Expr) -> pl.DataFrame:
    return frame.group_by(by, maintain_order=True).agg(outcome) if by else frame.select(outcome)
