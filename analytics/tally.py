"""Count the indicators of a rating: for every unit and period, how many of how many, and how these clump over weeks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from analytics import dispersion
from analytics.criteria import FEWER, Indicator
from analytics.deadline_measures import needs
from analytics.dispersion import Dispersion
from analytics.periods import Period, previous, same_period_last_year
from analytics.series import PERIOD_NO, series
from analytics.shrinkage import Floats

UNIT: Final = "unit"
"""Column that names who is rated; null where the source named nobody."""


WEEKS: Final = 52
"""Most weeks that tell how cases clump: a year."""


MONTH: Final = 4
"""Weeks that show what single weeks do not; as many with cases show that nothing clumps where nothing varies."""


class Base(StrEnum):
    """Name the period that the number of a rated period is compared with."""

    YEAR_AGO = "year_ago"
    BEFORE = "before"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Compared:
    """Hold a period with the one its number is compared with, None where the data do not reach back."""

    period: Period
    base: Base
    before: Period | None


def compared(period: Period, first: date) -> Compared:
    """Choose what the number of a period is compared with: a year ago, else just before, wholly covered by data."""
    for base, before in ((Base.YEAR_AGO, same_period_last_year(period)), (Base.BEFORE, previous(period))):
        if before.start >= first:
            return Compared(period, base, before)
    return Compared(period, Base.NONE, None)


def tally(
    cells: pl.LazyFrame,
    by: str,
    chosen: Sequence[Compared],
    as_of: date,
    indicators: Sequence[Indicator],
    merged: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Count every indicator for every unit in every period, in one pass over the cells.

    One row per `period_no` (its place in `chosen`) and `unit` in which anything was counted: `n`, received in the
    period, and for each indicator `<key>_k` of `<key>_n`. `by` is a text column of the cells; `merged` leads from its
    values to the unit they belong to, those it lacks stay themselves. Indicators whose columns the cells lack count
    0 of 0.
    """
    periods = list(dict.fromkeys(p for each in chosen for p in (each.period, each.before) if p is not None))
    columns = set(cells.collect_schema().names())
    read = [each for each in indicators if each.key != FEWER and columns.issuperset(needs(each.measure))]
    measures = list(dict.fromkeys(["appeals", *(each.measure_key for each in read)]))
    counted = (
        series(cells, measures, periods, as_of, by=[by])
        .with_columns(_unit(by, merged))
        .select(UNIT, PERIOD_NO, pl.col("appeals").alias("n"), *_counts(read))
        .group_by(UNIT, PERIOD_NO)
        .agg(pl.all().sum())
        .collect()
    )
    return pl.concat([_of_period(counted, number, each, periods, indicators) for number, each in enumerate(chosen)])


def _unit(by: str, merged: Mapping[str, str] | None) -> pl.Expr:
    name = pl.col(by).cast(pl.String)
    return (name.replace(dict(merged)) if merged else name).alias(UNIT)


def _counts(read: Sequence[Indicator]) -> list[pl.Expr]:
    """Turn shares back into the whole numbers they were made of, so that units can be merged."""
    found = []
    for each in read:
        n = pl.col(f"{each.measure_key}_n").fill_null(0)
        k = (pl.col(each.measure_key) * n).round().cast(pl.Int64).fill_null(0)
        found += [(n - k if each.is_turned else k).alias(f"{each.key}_k"), n.alias(f"{each.key}_n")]
    return found


def _of_period(
    counted: pl.DataFrame, number: int, each: Compared, periods: Sequence[Period], indicators: Sequence[Indicator]
) -> pl.DataFrame:
    own = counted.filter(pl.col(PERIOD_NO) == periods.index(each.period))
    then = pl.lit(0, pl.Int64).alias("then")
    if each.before is None:
        own = own.with_columns(then)
    else:
        past = counted.filter(pl.col(PERIOD_NO) == periods.index(each.before)).select(UNIT, pl.col("n").alias("then"))
        own = own.join(past, on=UNIT, how="left", nulls_equal=True).with_columns(pl.col("then").fill_null(0))
    # A unit that had nothing then is not compared with it: it is new, or the data are.
    both = pl.when(pl.col("then") > 0).then(pl.col("n") + pl.col("then")).otherwise(0)
    known = own.with_columns(pl.col("then").alias(f"{FEWER}_k"), both.alias(f"{FEWER}_n"))
    names = [f"{indicator.key}_{side}" for indicator in indicators for side in "kn"]
    absent = [pl.lit(0, pl.Int64).alias(name) for name in names if name not in known.columns]
    return (
        known.with_columns(*absent, pl.lit(number, pl.Int32).alias(PERIOD_NO))
        .filter(pl.any_horizontal(pl.col("n", *names) > 0))
        .select(PERIOD_NO, UNIT, "n", *names)
        .sort(UNIT)
    )


def weeks_until(end: date, first: date) -> list[Compared]:
    """List the spans of seven days up to `end` that tell how cases clump, oldest first; none before the data begin."""
    ends = [end - timedelta(weeks=back) for back in range(WEEKS)]
    spans = [Period(last - timedelta(days=6), last) for last in reversed(ends)]
    return [Compared(span, Base.NONE, None) for span in spans if span.start >= first]


def with_clumps(
    counted: pl.DataFrame, periods: int, indicators: Sequence[Indicator], group_of: Callable[[str], str]
) -> pl.DataFrame:
    """Add to what `tally` counted how its cases clump: `<key>_factor` and `<key>_freedom` of `dispersion.Dispersion`.

    The first `periods` of it are kept, the others are weeks. The units of one group are each other's peers. What no
    week tells has a freedom of 0.
    """
    names = counted[UNIT].drop_nulls().unique().sort().to_list()
    groups = [[name for name in names if group_of(name) == key] for key in dict.fromkeys(map(group_of, names))]
    weeks = counted.filter(pl.col(PERIOD_NO) >= periods).with_columns(pl.col(PERIOD_NO) - periods)
    found = [_clumps_of(group, weeks, indicators) for group in groups]
    schema = {f"{each.key}_{name}": pl.Float64 for each in indicators for name in ("factor", "freedom")}
    own = pl.concat([pl.DataFrame(schema={UNIT: pl.String, **schema}), *found])
    kept = counted.filter(pl.col(PERIOD_NO) < periods)
    return kept.join(own, on=UNIT, how="left", maintain_order="left")


def _clumps_of(units: Sequence[str], weeks: pl.DataFrame, indicators: Sequence[Indicator]) -> pl.DataFrame:
    """Estimate how the cases of a group of peers clump: a row per unit."""
    rows = pl.DataFrame({UNIT: units}).with_row_index("row").join(weeks, on=UNIT)
    at = rows["row"].to_numpy(), rows[PERIOD_NO].to_numpy()
    width = int(weeks[PERIOD_NO].max() or -1) + 1  # type: ignore[arg-type]  # a number or nothing

    def table(name: str) -> Floats:
        found = np.zeros((len(units), width))
        found[at] = rows[name].to_numpy()
        return found

    columns: dict[str, Floats] = {}
    for each in indicators:
        # The number of a period has no base within a week: it clumps as what is received does.
        is_count = each.key == FEWER
        sides = [table("n")] if is_count else [table(f"{each.key}_k"), table(f"{each.key}_n")]
        told = _dispersion(sides)
        # Weeks without a single miss have nothing that could clump.
        is_even = (told.freedom == 0) & ((sides[-1] > 0).sum(axis=1) >= MONTH)
        columns[f"{each.key}_factor"] = told.factor
        columns[f"{each.key}_freedom"] = np.where(is_even, np.inf, told.freedom)
    return pl.DataFrame({UNIT: units, **columns})


def _dispersion(sides: Sequence[Floats]) -> Dispersion:
    """Estimate factors from weeks and from spans of four weeks, and take the larger.

    What strikes the cases of one week shows in the weeks when they fall due, spread over several of them: between
    neighbours it would seem small.
    """
    found = [_of(sides)]
    if sides[0].shape[1] >= 2 * MONTH:
        found.append(_of([_months(each) for each in sides]))
    larger = np.argmax([np.where(each.freedom > 0, each.factor, 0.0) for each in found], axis=0)
    rows = np.arange(len(larger))
    return Dispersion(*(np.stack(of)[larger, rows] for of in zip(*((f.factor, f.freedom) for f in found), strict=True)))


def _of(sides: Sequence[Floats]) -> Dispersion:
    """Estimate the factors of counts, or of shares: of these spans without cases are passed over."""
    if len(sides) == 1:
        return dispersion.of_counts(sides[0])
    order = np.argsort(sides[1] == 0, axis=1, kind="stable")
    return dispersion.of_shares(*(np.take_along_axis(each, order, axis=1) for each in sides))


def _months(weeks: Floats) -> Floats:
    """Sum spans of four weeks, the newest last; what is left of the oldest is dropped."""
    kept = weeks[:, weeks.shape[1] % MONTH :]
    return np.asarray(kept.reshape(len(kept), -1, MONTH).sum(axis=2))
