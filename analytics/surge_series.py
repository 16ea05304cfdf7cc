"""Daily series that the surge radar watches: blocks, topics, and both within territories.

A combination that brings less than one row a week is no series of its own: its rows are watched in what stands above
it, the topic in the whole city, then the block. A topic that has only just appeared is watched all the same.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics import facts
from analytics.work_calendar import DayKind, WorkCalendar

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

KEYS: Final = ("topic_block", "topic", "territory")
"""What names a series. A null territory is the whole city, a null topic the whole block; a topic may lack a block."""

LEVELS: Final = (("topic_block",), ("topic_block", "topic"), ("topic_block", "territory"), KEYS)

YEAR: Final = 364
"""Days in fifty-two weeks: a step back that keeps the weekday."""

WEEK: Final = 7
LEAST_SEEN: Final = 5
"""Rows that a topic without a past must bring before it is watched, and any window before it can raise an alarm."""

MOST: Final = 2_500
"""Series watched at most, those with most rows first; bounds time and memory in the largest cities."""

HOLIDAY, AFTER_REST, WORKING_WEEKEND = range(WEEK, WEEK + 3)
DAY_TYPES: Final = WEEK + 3
"""Weekdays from Monday, then a weekday off, the first working day after three off, and a weekend that is worked."""

_LONG_REST: Final = 3
_MONDAYS_OF_1970: Final = 3


@dataclass(frozen=True, eq=False)
class Watched:
    """Hold the series: `keys` has one row per line of `counts` (series × days from `first` on, all days filled).

    `above` gives for each line the line of the same topic or block in the whole city: itself where it is that.
    `day_types` gives the type of each day.
    """

    keys: pl.DataFrame
    counts: Floats
    above: Ints
    first: date
    day_types: Ints

    @property
    def days(self) -> int:
        """Count the days."""
        return int(self.counts.shape[1])


def watch(cells: pl.LazyFrame, as_of: date, calendar: WorkCalendar, *, recent: int) -> Watched:
    """Build the series of all days up to `as_of` from cells with received_on, `KEYS` and appeals.

    A series brings at least one row a week over its last year, or `LEAST_SEEN` rows of a topic in the last `recent`
    days. Series stand in the order of their keys, whatever the order of the cells.
    """
    rows = (
        cells.filter(pl.col("received_on") <= as_of)
        .group_by("received_on", *KEYS)
        .agg(facts.APPEALS.sum())
        .with_columns(pl.col(*KEYS).cast(pl.String))
        .collect()
    )
    first = as_of if rows.is_empty() else rows.select(pl.col("received_on").min()).item()
    days = (as_of - first).days + 1
    keys = _keys(rows.lazy(), as_of, days, recent)
    return Watched(keys, _counts(rows, keys, first, days), _above(keys), first, day_types(first, days, calendar))


def _keys(rows: pl.LazyFrame, as_of: date, days: int, recent: int) -> pl.DataFrame:
    """List the series with enough rows."""
    within = {"year": YEAR, "lately": recent}
    counted = rows.with_columns(
        pl.when(pl.col("received_on") > as_of - timedelta(days=back)).then(facts.APPEALS).otherwise(0).alias(name)
        for name, back in within.items()
    )
    is_new_topic = (pl.col("lately") >= LEAST_SEEN) & pl.col("topic").is_not_null() & pl.col("territory").is_null()
    return (
        pl.concat(_of_level(counted, level).group_by(KEYS).agg(pl.col(*within).sum()) for level in LEVELS)
        .filter((pl.col("year") >= max(1, min(YEAR, days) // WEEK)) | is_new_topic)
        .sort("year", *KEYS, descending=[True, False, False, False])
        .head(MOST)
        .sort(KEYS)
        .select(KEYS)
        .collect()
    )


def _of_level(rows: pl.LazyFrame, level: tuple[str, ...]) -> pl.LazyFrame:
    """Give the rows that belong to a level, their other keys emptied; a topic may lack a block, nothing else may."""
    named = [pl.col(name).is_not_null() for name in level if name != "topic_block" or "topic" not in level]
    return rows.filter(named).with_columns(pl.lit(None, pl.String).alias(name) for name in KEYS if name not in level)


def _counts(rows: pl.DataFrame, keys: pl.DataFrame, first: date, days: int) -> Floats:
    """Count the rows of every series on every day: series × days."""
    lines = keys.with_row_index("line").lazy()
    day = (pl.col("received_on") - pl.lit(first)).dt.total_days()
    place = pl.col("line").cast(pl.Int64) * days + day
    placed = [
        _of_level(rows.lazy(), level).join(lines, on=KEYS, nulls_equal=True).select(place.alias("place"), facts.APPEALS)
        for level in LEVELS
    ]
    found = pl.concat(placed).collect()
    flat = np.bincount(found["place"].to_numpy(), found["appeals"].to_numpy(), keys.height * days)
    return flat.astype(np.float64).reshape(keys.height, days)


def _above(keys: pl.DataFrame) -> Ints:
    lines = keys.with_row_index("line").filter(pl.col("territory").is_null()).drop("territory")
    found = keys.join(lines, on=KEYS[:2], how="left", nulls_equal=True, maintain_order="left")["line"]
    own = np.arange(keys.height)
    return np.where(found.is_null(), own, found.fill_null(0).to_numpy()).astype(np.int64)


def day_types(first: date, days: int, calendar: WorkCalendar) -> Ints:
    """Say of which type each day is; a day outside the calendar is an ordinary one of its weekday."""
    number = np.arange(days) + (first - date(1970, 1, 1)).days
    weekday = (number + _MONDAYS_OF_1970) % WEEK
    place = np.arange(-_LONG_REST, days) + (first - calendar.first).days
    kinds = np.frombuffer(calendar.kinds, np.uint8)
    is_known = (place >= 0) & (place < len(kinds))
    usual = (np.arange(-_LONG_REST, days) + number[:1] + _MONDAYS_OF_1970) % WEEK >= WEEK - 2
    is_off = np.where(is_known, kinds[place.clip(0, len(kinds) - 1)] == DayKind.OFF, usual)
    today = is_off[_LONG_REST:]
    rested = np.all([is_off[_LONG_REST - back : len(is_off) - back] for back in range(1, _LONG_REST + 1)], axis=0)
    is_weekend = weekday >= WEEK - 2
    special = [today & ~is_weekend, ~today & is_weekend, ~today & rested]
    types: Ints = np.select(special, [HOLIDAY, WORKING_WEEKEND, AFTER_REST], weekday).astype(np.int64)
    return types
