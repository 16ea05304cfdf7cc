"""Everything the screen «Рейтинг» computes, kept per data version, scope, filters and rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import places, process, status
from analytics.control import kind_of
from analytics.criteria import INDICATORS, needed
from analytics.funnel import Funnel, funnel
from analytics.measures import find
from analytics.periods import Period, bucket_start, previous, same_period_last_year
from analytics.process import Point
from analytics.rating import Rating, rate_many
from analytics.series import PERIOD_NO, series
from analytics.status import Status
from analytics.tally import UNIT
from pages.rating.view import Chosen
from pages.shared.asked import Asked
from pages.shared.kept import kept

MONTHS: Final = 12
"""Whole months whose places are followed."""

CHART_MONTHS: Final = 24
"""Whole months by which it is judged whether a unit is changing: enough for every rule of the chart."""

DIMENSIONS: Final = (
    *("received_on", "due_on", "answered_on", "topic_block", "department", "territory", "channel", "kind"),
    *("status", "is_repeat", "is_late", "satisfaction"),
)
"""Columns of the cells that indicators and shared filters read, beside those that `criteria.needed` names."""

_MOST: Final = 64


def whole_months(asked: Asked, count: int) -> list[Period]:
    """List the whole months that ended in the period shown or before, oldest first; none before the data begin."""
    end = min(asked.period.end, asked.as_of) + timedelta(days=1)
    last = bucket_start(end, "month") - timedelta(days=1)
    found: list[Period] = []
    while len(found) < count:
        month = Period(bucket_start(last, "month"), last)
        if month.start < asked.first:
            break
        found.append(month)
        last = month.start - timedelta(days=1)
    return found[::-1]


def _cells(asked: Asked, chosen: Chosen) -> pl.LazyFrame:
    months = whole_months(asked, CHART_MONTHS)
    starts = [asked.period.start, previous(asked.period).start, same_period_last_year(asked.period).start]
    start = min([*starts, *(month.start for month in months)])
    # Weights differ from reader to reader; the cells read do not, so that they are read once.
    columns = (*DIMENSIONS, *needed(Chosen(chosen.who, _EVERY).rules(asked.city)))
    return asked.cells(max(start, asked.first), dimensions=columns)


_EVERY: Final = tuple((key, 1.0) for key in INDICATORS)


@kept(max_entries=_MOST)
def ratings(asked: Asked, chosen: Chosen) -> tuple[Rating, ...]:
    """Rate the period shown, and after it in the tuple each of the last whole months, oldest first."""
    wanted = [asked.period, *whole_months(asked, MONTHS)]
    found = rate_many(
        _cells(asked, chosen),
        chosen.kind.column,
        wanted,
        asked.as_of,
        asked.first,
        rules=chosen.rules(asked.city),
        merged=chosen.merged(asked.city),
    )
    return tuple(found)


def rating(asked: Asked, chosen: Chosen) -> Rating:
    """Rate the period shown."""
    return ratings(asked, chosen)[0]


@dataclass(frozen=True, eq=False)
class Moved:
    """Hold places over months: `history` of `places.history`, and `places.moves` over a month and over all months.

    `months` are the days of the months; with fewer than two the moves are None.
    """

    months: tuple[Period, ...]
    history: pl.DataFrame | None
    lately: pl.DataFrame | None
    over_all: pl.DataFrame | None


@kept(max_entries=_MOST)
def moved(asked: Asked, chosen: Chosen) -> Moved:
    """Follow the places over the last whole months in which anybody was rated."""
    months = [each for each in ratings(asked, chosen)[1:] if each.table.height]
    if len(months) < 2:  # noqa: PLR2004 — a move has two ends
        return Moved(tuple(each.period for each in months), None, None, None)
    return Moved(
        tuple(each.period for each in months),
        places.history(months),
        places.moves(months[-2], months[-1]),
        places.moves(months[0], months[-1]),
    )


@kept(max_entries=_MOST)
def in_funnel(asked: Asked, chosen: Chosen, indicator: str) -> Funnel | None:
    """Draw the funnel of an indicator over the rated units; None where nothing is told."""
    parts = rating(asked, chosen).parts
    return funnel(parts.filter(pl.col("indicator") == indicator))


@dataclass(frozen=True, eq=False)
class Standings:
    """Hold by unit and indicator the two-layer status at the end of the last whole month, and its last value."""

    month: date | None
    statuses: dict[tuple[str, str], tuple[Status, float | None]]


@kept(max_entries=_MOST)
def standings(asked: Asked, chosen: Chosen) -> Standings:
    """Judge every indicator of every unit by its own last months: is the target reached, is it really changing."""
    months = whole_months(asked, CHART_MONTHS)
    if not months:
        return Standings(None, {})
    keys = list(dict.fromkeys(each.measure_key for each in rating(asked, chosen).told))
    by = chosen.kind.column
    found = series(_cells(asked, chosen), keys, months, asked.as_of, by=[by]).collect() if keys else pl.DataFrame()
    merged = chosen.merged(asked.city) or {}
    judged: dict[tuple[str, str], tuple[Status, float | None]] = {}
    for key in keys:
        for unit, values, bases in _summed(found, key, by, merged):
            points = _points(key, values, bases, asked.min_n)
            judged[unit, key] = (_status(key, points, asked), points[-1].value if points else None)
    return Standings(months[-1].end, judged)


def _summed(
    found: pl.DataFrame, key: str, by: str, merged: dict[str, str]
) -> list[tuple[str, list[float | None], list[int]]]:
    """Put the months of the values that belong to one unit together: shares by their cases, counts by their sum."""
    is_share = find(key).unit == "share"
    n = pl.col(f"{key}_n").fill_null(0) if is_share else pl.col(key).fill_null(0)
    k = (pl.col(key) * n).fill_null(0) if is_share else n
    per_unit = (
        found.select(pl.col(by).cast(pl.String).replace(merged).alias(UNIT), PERIOD_NO, k.alias("k"), n.alias("n"))
        .filter(pl.col(UNIT).is_not_null())
        .group_by(UNIT, PERIOD_NO)
        .agg(pl.col("k", "n").sum())
        .sort(UNIT, PERIOD_NO)
        .with_columns(
            (pl.when(pl.col("n") > 0).then(pl.col("k") / pl.col("n")) if is_share else pl.col("k")).alias("v")
        )
        .group_by(UNIT, maintain_order=True)
        .agg("v", "n")
    )
    return [(unit, values, bases) for unit, values, bases in per_unit.iter_rows()]


def _points(key: str, values: list[float | None], bases: list[int], min_n: int) -> list[Point]:
    """Chart a measure from the first month in which there was anything."""
    start = next((place for place, n in enumerate(bases) if n), len(bases))
    measure = find(key)
    kind = kind_of(measure)
    if measure.unit != "share":
        return process.chart(values[start:], kind)
    return process.chart(values[start:], kind, bases=bases[start:], min_n=min_n)


def _status(key: str, points: list[Point], asked: Asked) -> Status:
    target = asked.city.thresholds.on_time_target if key == "on_time_share" else None
    return status.status(points, find(key).good, target)
