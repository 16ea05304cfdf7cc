"""Which of the last days are not complete yet, and what they will come to.

Rows of a day keep arriving for some days after it. How many of all that will ever come have come after so many days is
estimated from the delays of rows already here, seen backwards in time because the latest days show short delays only
(J. D. Kalbfleisch and J. F. Lawless, Journal of the American Statistical Association 84, 1989): of the rows that came
within `lag` days, on days that were seen so long, the share that came exactly `lag` days later.

It needs the day on which each row first entered the store, `first_loaded_on`. Days before the first load tell nothing
about delays, because a first load brings years at once: they are left out.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import facts

LAGS: Final = 45
"""Days after which a day is taken as complete."""

SETTLED: Final = 0.98
"""Share of its rows that makes a day settled enough to be compared with others."""

HISTORY_DAYS: Final = 180
"""Days that delays are learned from."""

NORMAL_95: Final = 1.959963984540054

_LAG = pl.col("lag")
_ROWS = pl.col("rows")


def seen_on(cells: pl.LazyFrame, as_of: date) -> date:
    """Give the day on which the cells are looked at: that of the newest load, and `as_of` at the earliest.

    A load of the next morning tells most of the last whole day: its rows had a day more to come than it is old.
    """
    newest = cells.select(pl.col("first_loaded_on").max()).collect().item()
    return as_of if newest is None else max(newest, as_of)


def arrival(cells: pl.LazyFrame, as_of: date, seen: date | None = None) -> pl.DataFrame:
    """Estimate what share of the rows of `as_of` and of the days before it is here when they are `seen`, then or later.

    One row per `lag`, days before `as_of`, as far as LAGS days before `seen`: `rows` that came as late as that, `seen`
    rows that could tell (came no later, on days seen at least so long), and `share` here by then. Without any row to
    tell, every share is 1. `cells` need received_on, first_loaded_on and appeals; rows loaded after `seen` are not
    known yet.
    """
    looked = seen or as_of
    later = (looked - as_of).days
    return _by_age(cells, looked).filter(_LAG >= later).with_columns(_LAG - later)


def _by_age(cells: pl.LazyFrame, as_of: date) -> pl.DataFrame:
    """Estimate the shares by days since a day, 0 to LAGS, from all that is known at the end of `as_of`."""
    lag = facts.days_between(pl.col("received_on"), pl.col("first_loaded_on"))
    first_load = pl.col("first_loaded_on").min()
    since = pl.max_horizontal(first_load, pl.lit(as_of - timedelta(days=HISTORY_DAYS)))
    age = facts.days_between(pl.col("received_on"), pl.lit(as_of))
    counted = (
        cells.filter(pl.col("received_on") >= since, pl.col("first_loaded_on") <= as_of)
        .group_by(lag.clip(0, LAGS).alias("lag"), age.clip(0, LAGS).alias("age"))
        .agg(facts.APPEALS.sum().alias("rows"))
    )
    could_tell = (pl.col("at") >= _LAG) & (pl.col("age") >= pl.col("at"))
    asked = pl.LazyFrame({"at": range(LAGS + 1)}, schema={"at": pl.Int32})
    exactly = pl.when(pl.col("seen") > 0).then(1 - pl.col("rows") / pl.col("seen")).otherwise(1.0)
    later = exactly.cum_prod(reverse=True).shift(-1, fill_value=1.0)
    return (
        asked.join(counted, how="cross")
        .filter(could_tell)
        .group_by("at")
        .agg(_ROWS.filter(pl.col("at") == _LAG).sum(), _ROWS.sum().alias("seen"))
        .pipe(lambda told: asked.join(told, on="at", how="left", maintain_order="left"))
        .select(pl.col("at").alias("lag"), _ROWS.fill_null(0), pl.col("seen").fill_null(0))
        .with_columns(share=later)
        .collect()
    )


def settling_from(arrived: pl.DataFrame, as_of: date, *, enough: float = SETTLED) -> date | None:
    """Give the first of the last days that are not settled by `as_of`; None where all are."""
    short = arrived.filter(pl.col("share") < enough)["lag"].max()
    return None if short is None else as_of - timedelta(days=int(str(short)))


def settled(counts: pl.DataFrame, arrived: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Estimate what the counts of days will come to when everything is here.

    `counts` has `day` and `value`, rows received on that day and here by `as_of`. The answer has both, the `share`
    here, the `estimate`, and `lower` and `upper`, between which the final count lies about 19 times in 20 when rows
    come independently of each other; a share of 0 tells nothing, and its estimate is null.
    """
    age = (pl.lit(as_of) - pl.col("day")).dt.total_days().clip(0, LAGS).cast(pl.Int32)
    value, share, estimate = pl.col("value"), pl.col("share"), pl.col("estimate")
    # What is still to come, given what came, is negative binomial: its variance is value × (1 − share) / share².
    spread = NORMAL_95 * (value * (1 - share)).sqrt() / share
    return (
        counts.with_columns(lag=age)
        .join(arrived.select("lag", "share"), on="lag", how="left", maintain_order="left")
        .with_columns(estimate=pl.when(share > 0).then(value / share))
        .with_columns(lower=pl.max_horizontal(estimate - spread, value.cast(pl.Float64)), upper=estimate + spread)
        .select("day", "value", "share", "estimate", "lower", "upper")
    )
