"""Everything the screen «Рейтинг» computes, kept per data version, scope, filters and rules."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import places, process, season, status
from analytics.control import kind_of
from analytics.criteria import FEWER, INDICATORS, Indicator, needed
from analytics.funnel import Funnel, funnel
from analytics.periods import Period, bucket_start, previous, same_period_last_year
from analytics.process import Point
from analytics.rating import Rating, of_counts
from analytics.series import PERIOD_NO
from analytics.status import Status
from analytics.tally import UNIT, Base, Compared, compared, tally, weeks_until, with_clumps
from pages.rating.view import Chosen
from pages.shared.asked import Asked
from pages.shared.kept import kept

MONTHS: Final = 12
"""Whole months whose places are followed."""

CHART_MONTHS: Final = 36
"""Whole months by which it is judged whether a unit is changing: a year that tells the season, and enough after it."""

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
    return asked.measured(max(start, asked.begun), dimensions=columns)


_EVERY: Final = tuple((key, 1.0) for key in INDICATORS)


def _facing(asked: Asked) -> list[Compared]:
    """List the periods that are counted: the one shown, then whole months; only those rated look a year back."""
    months = whole_months(asked, CHART_MONTHS)
    older = [Compared(each, Base.NONE, None) for each in months[:-MONTHS]]
    rated = [compared(each, asked.first) for each in (asked.period, *months[-MONTHS:])]
    return [*rated, *older]


@kept(max_entries=_MOST)
def counted(asked: Asked, chosen: Chosen, keys: tuple[str, ...]) -> pl.DataFrame:
    """Count the indicators `keys` in every period of `_facing` and how they clump, in one pass: see `tally`.

    The weights of `chosen` have no say here, so it comes without them and a change of weights counts nothing anew.
    """
    indicators = [INDICATORS[key] for key in keys]
    merged, facing = chosen.merged(asked.city), _facing(asked)
    weeks = weeks_until(min(asked.period.end, asked.as_of), asked.first)
    found = tally(_cells(asked, chosen), chosen.kind.column, [*facing, *weeks], asked.as_of, indicators, merged)
    return with_clumps(found, len(facing), indicators, chosen.rules(asked.city).group_of)


def _counted(asked: Asked, chosen: Chosen) -> pl.DataFrame:
    keys = tuple(each.key for each in chosen.rules(asked.city).weighted())
    return counted(asked, Chosen(chosen.who), keys)


@kept(max_entries=_MOST)
def ratings(asked: Asked, chosen: Chosen) -> tuple[Rating, ...]:
    """Rate the period shown, and after it in the tuple each of the last whole months, oldest first."""
    rules, found = chosen.rules(asked.city), _counted(asked, chosen)
    rated = _facing(asked)[: 1 + len(whole_months(asked, MONTHS))]
    return tuple(of_counts(found.filter(pl.col(PERIOD_NO) == number), each, rules) for number, each in enumerate(rated))


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
    order = {number: each.period.start for number, each in enumerate(_facing(asked)) if number}
    by_month = (
        _counted(asked, chosen)
        .filter(pl.col(UNIT).is_not_null(), pl.col(PERIOD_NO) > 0)
        .with_columns(pl.col(PERIOD_NO).replace_strict(order, return_dtype=pl.Date).alias("month"))
        .sort("month")
    )
    judged: dict[tuple[str, str], tuple[Status, float | None]] = {}
    for (unit,), rows in by_month.partition_by(UNIT, as_dict=True, maintain_order=True).items():
        for each in rating(asked, chosen).told:
            points = _points(rows, each, [month.start for month in months], asked)
            judged[str(unit), each.measure_key] = (_status(each, points, asked), points[-1].value if points else None)
    return Standings(months[-1].end, judged)


def _points(rows: pl.DataFrame, indicator: Indicator, months: Sequence[date], asked: Asked) -> list[Point]:
    """Chart the measure of an indicator, its own way round, from the first month in which there was anything.

    Limits begin anew with the first whole month after a change that the city has named.
    """
    own = dict(zip(rows["month"], zip(*_own(rows, indicator), strict=True), strict=True))
    started = [own.get(month, (0, 0)) for month in months]
    first = next((place for place, (_, n) in enumerate(started) if n), len(started))
    kind = kind_of(indicator.measure)
    rebased = rebased_at(months[first:], [each.day for each in asked.city.changes])
    if indicator.key == FEWER:
        counts = [float(n) for _, n in started[first:]]
        return process.chart(counts, kind, rebased=rebased, seasons=season.factors(counts, MONTHS))
    shares = [k / n if n else None for k, n in started[first:]]
    bases = [n for _, n in started[first:]]
    seasons = season.factors(shares, MONTHS)
    return process.chart(shares, kind, bases=bases, min_n=asked.min_n, rebased=rebased, seasons=seasons)


def rebased_at(starts: Sequence[date], changes: Sequence[date]) -> list[int]:
    """Give the places of the first periods that begin on the day of a change or later; none for one before them all.

    >>> rebased_at([date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)], [date(2026, 1, 15), date(2020, 1, 1)])
    [1]
    """
    after = (bisect_left(starts, change) for change in changes)
    return sorted({place for place in after if 0 < place < len(starts)})


def _own(rows: pl.DataFrame, indicator: Indicator) -> tuple[list[int], list[int]]:
    """Give the cases and the base of the measure itself: indicators are turned, measures are not."""
    if indicator.key == FEWER:
        return rows["n"].to_list(), rows["n"].to_list()
    k, n = rows[f"{indicator.key}_k"], rows[f"{indicator.key}_n"]
    return (n - k if indicator.is_turned else k).to_list(), n.to_list()


def _status(indicator: Indicator, points: Sequence[Point], asked: Asked) -> Status:
    target = asked.city.thresholds.on_time_target if indicator.key == "on_time" else None
    return status.status(points, indicator.measure.good, target)
