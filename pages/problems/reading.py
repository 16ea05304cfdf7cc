"""Everything the screen «Проблемные сферы» computes, kept per data version, scope and filters."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import change, counts, escalation, facts, natural, past_weeks, periods, settling, surges
from analytics import polls as poll_topics
from analytics import problems as spheres_of
from analytics.change import Split
from analytics.coverage import Coverage
from analytics.periods import Period
from analytics.problems import COUNTS, Problems
from analytics.surge_sight import Seen
from analytics.surges import Alarm, Radar
from loaders.cells import DataVersion
from loaders.scope import Scope
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.kept import kept

POLL_DAYS: Final = 28
"""Days that a question to the citizens is asked of at least: a week is too short to say what moves them."""

LOOKED_BACK: Final = 14
"""Days that hold the window of every alarm."""

_MOST: Final = 64


def poll_period(asked: Asked) -> Period:
    """Give the days that candidates for a poll are looked for in: the period, or the four weeks that end with it."""
    if asked.period.days >= POLL_DAYS:
        return asked.period
    return Period(asked.period.end - timedelta(days=POLL_DAYS - 1), asked.period.end)


def _start(asked: Asked) -> date:
    polled = poll_period(asked)
    before = asked.filters.compared(polled, asked.coverage)
    starts = [past_weeks.start(*pair) for pair in ((asked.period, asked.comparison), (polled, before))]
    return max(min(starts), asked.begun)


def _cells(asked: Asked) -> pl.LazyFrame:
    return asked.measured(_start(asked))


@kept(max_entries=_MOST)
def spheres(asked: Asked, by: tuple[str, ...], weights: tuple[float, ...]) -> Problems:
    """Count, weigh and compare the spheres; need per resident is told of the whole city alone."""
    narrowed = asked.filters.territories or not asked.scope.is_whole_city
    found = spheres_of.problems(
        _cells(asked),
        by,
        asked.period,
        asked.comparison,
        asked.as_of,
        asked.history_from,
        weights=dict(zip(COUNTS, weights, strict=True)),
        residents=None if narrowed else asked.city.population,
    )
    return spheres_of.written(found)


@kept(max_entries=_MOST)
def whole(asked: Asked) -> Problems:
    """Count and compare everything in view as one unit."""
    everything = _cells(asked).with_columns(whole=pl.lit("whole"))
    return spheres_of.problems(everything, ["whole"], asked.period, asked.comparison, asked.as_of, asked.history_from)


@kept(max_entries=16)
def radar(scope: Scope, version: DataVersion, as_of: date) -> Radar:
    """Look for surges in all that the scope opens: neither the filters nor the period narrow what is watched."""
    city = readers.city(scope.municipality)
    cells = readers.cells(scope, version, dimensions=surges.DIMENSIONS)
    late = readers.cells(
        scope,
        version,
        start=as_of - timedelta(days=settling.HISTORY_DAYS),
        dimensions=("received_on", "first_loaded_on"),
    )
    arrived = settling.arrival(late, as_of, settling.seen_on(late, as_of))
    budget = city.surges.alarms_a_week
    return surges.find(cells, as_of, city.rules.calendar, alarms_a_week=budget, arrived=arrived)


def alarms(asked: Asked) -> tuple[Alarm, ...]:
    """Give the alarms of the chosen blocks and territories; the other filters do not reach the radar."""
    found = radar(asked.scope, asked.version, asked.as_of).alarms
    blocks, places = asked.filters.blocks, asked.filters.territories
    return tuple(
        each
        for each in found
        if (not blocks or each.topic_block in blocks) and (not places or each.territory in (None, *places))
    )


def sights(asked: Asked) -> tuple[Seen, ...]:
    """Tell of the topics of the chosen blocks whether their doubling would be noticed."""
    found, blocks = radar(asked.scope, asked.version, asked.as_of).sights, asked.filters.blocks
    return tuple(each for each in found if not blocks or each.topic_block in blocks)


@kept(max_entries=_MOST)
def bodies(asked: Asked) -> tuple[str | None, ...]:
    """Name for each alarm the department that holds most of its rows; None where no row names one."""
    start = max(asked.as_of - timedelta(days=LOOKED_BACK), asked.begun)
    rows = readers.cells(asked.scope, asked.version, start=_start(asked)).filter(pl.col("received_on") >= start)
    narrow = (
        rows.group_by("received_on", "topic_block", "topic", "territory", "department")
        .agg(facts.APPEALS.sum())
        .with_columns(pl.col("topic_block", "topic", "territory", "department").cast(pl.String))
        .collect()
    )
    return tuple(_holder(narrow, each) for each in alarms(asked))


def _holder(rows: pl.DataFrame, alarm: Alarm) -> str | None:
    first = alarm.day - timedelta(days=alarm.days - 1)
    about = {"topic_block": alarm.topic_block, "topic": alarm.topic, "territory": alarm.territory}
    same = [pl.col(name) == value for name, value in about.items() if value is not None]
    held = (
        rows.filter(pl.col("received_on").is_between(first, alarm.day), pl.col("department").is_not_null(), *same)
        .group_by("department")
        .agg(facts.APPEALS.sum())
        .sort("appeals", "department", descending=[True, False])
    )
    return None if held.is_empty() else str(held["department"][0])


@kept(max_entries=_MOST)
def _newest(scope: Scope, version: DataVersion, coverage: Coverage) -> date:
    """Find the day of the newest row that a reader may see."""
    start = coverage.as_of - timedelta(days=counts.NEWS_DAYS)
    cells = readers.cells(scope, version, start=start, dimensions=("received_on", "first_loaded_on"))
    return escalation.newest(cells, coverage)


def newest(asked: Asked) -> date:
    """Give the day of the newest row, which need not be whole: what is urgent does not wait for the end of its day."""
    return _newest(asked.scope, asked.version, asked.coverage)


def news_days(asked: Asked) -> Period:
    """Give the days on which that became known which is to be reported."""
    return escalation.known(newest(asked), asked.city.surges.report_days)


@kept(max_entries=_MOST)
def escalated(asked: Asked) -> pl.DataFrame:
    """List what has to be reported at once by topic, what is known last first.

    `topic_block`, `topic`, `significant` and `rising` (rows), `places` (territories with their rows, most first),
    `known_on`, `report_by` and `days_left` of the newest.
    """
    cells = asked.cells(
        max(news_days(asked).start - timedelta(days=counts.NEWS_DAYS), asked.begun),
        dimensions=(*escalation.DIMENSIONS, "department", "channel", "kind"),
    )
    listed = escalation.escalations(cells, alarms(asked), newest(asked), report_days=asked.city.surges.report_days)
    return (
        listed.sort("appeals", *natural.order("territory"), descending=[True, False, False])
        .group_by("topic_block", "topic", maintain_order=True)
        .agg(
            pl.col("appeals").filter(pl.col("reason") == "significant").sum().alias("significant"),
            pl.col("appeals").filter(pl.col("reason") == "rising").sum().alias("rising"),
            pl.col("territory").drop_nulls().unique(maintain_order=True).alias("places"),
            pl.col("known_on", "report_by", "days_left").max(),
        )
        .sort(
            "days_left",
            "rising",
            "significant",
            *natural.order("topic"),
            descending=[True, True, True, False, False],
            nulls_last=True,
        )
    )


@kept(max_entries=_MOST)
def why(asked: Asked, measure: str, dimension: str) -> Split | None:
    """Split the change of a measure by a dimension; None where nothing is compared."""
    if asked.comparison is None:
        return None
    now, then = asked.period.window(asked.as_of), asked.comparison.window(asked.as_of)
    return change.explain(_cells(asked), measure, dimension, now, then)


@kept(max_entries=_MOST)
def polls(asked: Asked) -> pl.DataFrame:
    """List the topics that a poll or a vote may be about, the strongest candidates first."""
    period = poll_period(asked)
    compared = asked.filters.compared(period, asked.coverage)
    found = poll_topics.candidates(facts.newest(_cells(asked)), period, compared, asked.as_of, asked.history_from)
    return found.filter(pl.col("is_candidate"))


def link_period(first: date, last: date) -> str:
    """Write days for a link."""
    return periods.format_period(Period(first, last))
