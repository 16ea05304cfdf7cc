"""What has to be reported at once: messages of public significance, and rising activity.

Act 002, п. 11: «Информация о сообщениях, … носящих общественно значимый характер, а также о повышенной социальной
активности по вопросам, требующим оперативного решения, подлежит незамедлительному докладу». The act names no time and
no measure of activity. Significant is what the source marked; activity has risen where the radar tells of a surge; the
days allowed are the city's setting. Whether something was reported is not known here: the list says what is due.
It does not wait for whole days: what came this morning is news, though no measure counts it yet.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import counts, facts
from analytics.coverage import Coverage
from analytics.facts import Window
from analytics.periods import Period
from analytics.surge_series import KEYS
from analytics.surges import Alarm

DIMENSIONS: Final = ("received_on", "first_loaded_on", *KEYS, "is_significant")
"""What cells must be read by, beside appeals."""

SHOWN_DAYS: Final = 3
"""Days that something is listed for, from the day by which it had to be reported: longer it would only nag."""

_KNOWN: Final = pl.Schema(
    {
        "reason": pl.String(),
        **{name: pl.String() for name in KEYS},
        "appeals": pl.Int64(),
        "known_on": pl.Date(),
    }
)
SCHEMA: Final = pl.Schema({**_KNOWN, "report_by": pl.Date(), "days_left": pl.Int32()})
"""Columns of the list."""


def newest(cells: pl.LazyFrame, coverage: Coverage) -> date:
    """Find the day on which the newest row became known, be it whole or not; cells have the days of `DIMENSIONS`.

    The load of a history says nothing of that: what it brings was known long before.
    """
    found = cells.filter(counts.IS_NEWS.expr()).select(facts.KNOWN_ON.expr().max()).collect().item()
    return min(max(found or coverage.as_of, coverage.as_of), max(coverage.today, coverage.as_of))


def known(newest: date, report_days: int = 0) -> Period:
    """Give the days on which that became known which is listed when the newest row is of the day `newest`.

    >>> known(date(2026, 11, 22), report_days=1)
    Period(start=datetime.date(2026, 11, 19), end=datetime.date(2026, 11, 22))
    """
    return Period(newest - timedelta(days=report_days + SHOWN_DAYS - 1), newest)


def escalations(cells: pl.LazyFrame, alarms: Sequence[Alarm], newest: date, *, report_days: int = 0) -> pl.DataFrame:
    """List what is to be reported, the newest first, and of one day the most rows first.

    One row per `reason` ("significant" or "rising"), block, topic, territory and day: `appeals` that it is about,
    `known_on` the day of the load that brought them (without it, the day received) or on which the surge was last
    told, `report_by` so many days later, and `days_left` until then on the day of the `newest` row, negative when the
    day is past, which does not say that nobody reported. Listed is what became known in the days `known` names;
    surges are those given. `cells` have `DIMENSIONS` and appeals.
    """
    days = known(newest, report_days)
    told = [("rising", each.topic_block, each.topic, each.territory, each.seen, each.told) for each in alarms]
    significant = (
        cells.filter(counts.SIGNIFICANT.population(Window(days.start, days.end, newest)).expr(newest))
        .group_by(facts.KNOWN_ON.expr().alias("known_on"), *KEYS)
        .agg(facts.APPEALS.sum())
        .select(pl.lit("significant").alias("reason"), *(pl.col(name).cast(SCHEMA[name]) for name in list(_KNOWN)[1:]))
    )
    return (
        pl.concat([significant, pl.LazyFrame(told, _KNOWN, orient="row")])
        .filter(pl.col("known_on").is_between(days.start, days.end))
        .with_columns(report_by=pl.col("known_on") + pl.duration(days=report_days))
        .with_columns(days_left=(pl.col("report_by") - pl.lit(newest)).dt.total_days().cast(pl.Int32))
        .sort("report_by", "appeals", "reason", *KEYS, descending=[True, True, False, False, False, False])
        .collect()
    )
