"""What has to be reported at once: messages of public significance, and rising activity.

Act 002, п. 11: «Информация о сообщениях, … носящих общественно значимый характер, а также о повышенной социальной
активности по вопросам, требующим оперативного решения, подлежит незамедлительному докладу». The act names no time and
no measure of activity. Significant is what the source marked; activity has risen where the radar tells of a surge; the
days allowed are the city's setting. Whether something was reported is not known here: the list says what is due.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import facts
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


def known(as_of: date, report_days: int = 0) -> tuple[date, date]:
    """Give the first and the last day on which that became known which is listed on `as_of`, both included.

    >>> known(date(2026, 11, 22), report_days=1)
    (datetime.date(2026, 11, 19), datetime.date(2026, 11, 22))
    """
    return as_of - timedelta(days=report_days + SHOWN_DAYS - 1), as_of


def escalations(cells: pl.LazyFrame, alarms: Sequence[Alarm], as_of: date, *, report_days: int = 0) -> pl.DataFrame:
    """List what is to be reported, the newest first, and of one day the most rows first.

    One row per `reason` ("significant" or "rising"), block, topic, territory and day: `appeals` that it is about,
    `known_on` the day of the load that brought them (without it, the day received) or on which the surge was last
    told, `report_by` so many days later, and `days_left` until then at `as_of`, negative when the day is past, which
    does not say that nobody reported. Listed is what became known in the days `known` names; surges are those given.
    `cells` have `DIMENSIONS` and appeals.
    """
    told = [("rising", each.topic_block, each.topic, each.territory, each.seen, each.told) for each in alarms]
    significant = (
        cells.filter(facts.IS_SIGNIFICANT.expr())
        .group_by(facts.KNOWN_ON.expr().alias("known_on"), *KEYS)
        .agg(facts.APPEALS.sum())
        .select(pl.lit("significant").alias("reason"), *(pl.col(name).cast(SCHEMA[name]) for name in list(_KNOWN)[1:]))
    )
    return (
        pl.concat([significant, pl.LazyFrame(told, _KNOWN, orient="row")])
        .filter(pl.col("known_on").is_between(*known(as_of, report_days)))
        .with_columns(report_by=pl.col("known_on") + pl.duration(days=report_days))
        .with_columns(days_left=(pl.col("report_by") - pl.lit(as_of)).dt.total_days().cast(pl.Int32))
        .sort("report_by", "appeals", "reason", *KEYS, descending=[True, True, False, False, False, False])
        .collect()
    )
