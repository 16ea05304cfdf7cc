"""A made-up city as real ones are: dense, seasonal, uneven from week to week, and once struck by a disaster.

What is written of every day depends on a level, a season and weekday of the topic, on the week and the day (both
shared by the whole topic), and on clumps: many cases of one event in one place within three days. Whether deadlines
are kept depends on the department and on its week. Weekly counts of dense topics vary 8 to 18 times as much as
independent cases would. Nothing changes but the season and the disaster, and the disaster can be left out.
"""

from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import h3
import numpy as np
import polars as pl

from analytics import schema
from analytics.work_calendar import work_calendar
from loaders.demo import seasons

FIRST: Final = date(2024, 1, 1)
LAST: Final = date(2026, 6, 28)
"""A Sunday: 130 whole weeks, and no case is younger than a day."""

STRUCK: Final = date(2025, 11, 12)
"""The first day of the disaster: a Wednesday, in the second autumn."""

STORM_DAYS: Final = 12
STORM: Final = 9.0
"""Times the usual that its topics bring on its first day; half as much every three days."""

A_WEEK: Final = 1_100
TERRITORIES: Final = 9
DEPARTMENTS: Final = 8
BLOCKS: Final = ("heat", "roads", "housing", "waste", "trees", "transport")
TOPICS_OF_BLOCK: Final = 4
_SEASONS: Final = ("heating", "potholes", "flat", "summer", "storms", "dark")
_TERMS: Final = (1, 3, 8, 10, 30)
_WEEK_SPREAD: Final = 0.3
_DAY_SPREAD: Final = 0.3
_CLUMPED: Final = 0.3
"""Part of the cases that come in clumps of `_CLUMP` on average."""

_CLUMP: Final = 10.0
_SHOCK: Final = 0.6
"""Standard deviation, in logits, of what a week does to a department's lateness."""

CENTRE: Final = h3.latlng_to_cell(47.76, 39.93, 7)
PLACES: Final = tuple(
    tuple(sorted(h3.cell_to_children(area, 9))) for area in sorted(h3.grid_disk(CENTRE, 1) + h3.grid_ring(CENTRE, 2))
)[:TERRITORIES]
"""Cells of the map in each territory."""

Array = Any


@cache
def cells(seed: int = 15, *, a_week: int = A_WEEK, struck: bool = True) -> pl.DataFrame:
    """Make the city: one row per case with `CELL` columns, `allotted_days`, `source_system`, `geo_cell` and `reworks`.

    `a_week` is the usual week; `struck` says whether the disaster happens. The same seed gives the same rows.
    """
    rng = np.random.default_rng(seed)
    days = np.arange((LAST - FIRST).days + 1)
    usual = _usual(rng, days) * (a_week / 7)
    storm = _storm(days) if struck else np.zeros(usual.shape)
    single = rng.poisson(usual * (1 - _CLUMPED) * _gamma(rng, days, usual.shape) + storm * usual)
    topic, day = np.repeat(np.argwhere(single).T, single[single > 0], axis=1)
    place = _drawn_places(rng, topic, is_storm=rng.random(len(topic)) < _part(storm * usual, single)[topic, day])
    clumps = _clumps(rng, usual)
    topic, day, place = (np.concatenate([own, of]) for own, of in zip((topic, day, place), clumps, strict=True))
    order = np.lexsort((place, topic, day))
    return _framed(rng, topic[order], day[order], place[order])


def _usual(rng: Array, days: Array) -> Array:
    """Give what is usual of every topic and day; one on the average of a day, over all topics."""
    topics = len(BLOCKS) * TOPICS_OF_BLOCK
    numbers = days + (FIRST - seasons.EPOCH).days
    size = rng.permutation(np.geomspace(1, 60, topics))
    yearly = np.stack([seasons.season(name, numbers) for name in _SEASONS])[np.arange(topics) // TOPICS_OF_BLOCK]
    flow = yearly * seasons.rhythm(numbers, seasons.working(numbers)) * (size / size.sum())[:, None]
    return flow / flow.sum(axis=0).mean()


def _gamma(rng: Array, days: Array, shape: tuple[int, ...]) -> Array:
    """Draw what weeks and days do to a topic, one on average."""
    weeks = rng.gamma(_WEEK_SPREAD**-2, _WEEK_SPREAD**2, (shape[0], days[-1] // 7 + 1))[:, days // 7]
    return weeks * rng.gamma(_DAY_SPREAD**-2, _DAY_SPREAD**2, shape)


def _storm(days: Array) -> Array:
    """Give how many times the usual the disaster adds: topics of trees, heat and roads."""
    since = days - (STRUCK - FIRST).days
    curve = np.where((since >= 0) & (since < STORM_DAYS), STORM * 0.5 ** (since / 3), 0.0)
    is_hit = np.isin(np.arange(len(BLOCKS) * TOPICS_OF_BLOCK) // TOPICS_OF_BLOCK, [0, 1, 4])
    return np.outer(is_hit, curve)


def _part(storm: Array, single: Array) -> Array:
    return np.divide(storm, np.maximum(single, 1)).clip(0, 1)


def _drawn_places(rng: Array, topic: Array, *, is_storm: Array) -> Array:
    """Draw a place of each case: the territory by its size and the topic's habit; a disaster strikes three of them."""
    weights = rng.dirichlet(np.full(TERRITORIES, 4.0), topic.max() + 1)
    territory = (rng.random(len(topic))[:, None] > weights.cumsum(axis=1)[topic, :-1]).sum(axis=1)
    territory = np.where(is_storm, rng.integers(0, 3, len(topic)), territory)
    return territory * len(PLACES[0]) + rng.integers(0, len(PLACES[0]), len(topic))


def _clumps(rng: Array, usual: Array) -> tuple[Array, Array, Array]:
    """Draw events, each of many cases in one place within three days: topic, day and place of every case."""
    events = rng.poisson(usual * _CLUMPED / _CLUMP)
    topic, day = np.repeat(np.argwhere(events).T, events[events > 0], axis=1)
    sizes = rng.geometric(1 / _CLUMP, len(topic))
    place = rng.integers(0, TERRITORIES * len(PLACES[0]), len(topic))
    topic, day, place = (np.repeat(each, sizes) for each in (topic, day, place))
    return topic, np.minimum(day + rng.integers(0, 3, len(day)), usual.shape[1] - 1), place


def _framed(rng: Array, topic: Array, day: Array, place: Array) -> pl.DataFrame:
    department = _departments(rng, topic)
    allotted = np.array(_TERMS)[topic % len(_TERMS)]
    is_late = rng.random(len(topic)) < _lateness(rng, department, day)
    taken = np.where(is_late, allotted + rng.geometric(0.15, len(topic)), rng.integers(0, allotted + 1))
    answered = np.where(rng.random(len(topic)) < 0.02, (LAST - FIRST).days + 1, day + taken)
    is_open = answered > (LAST - FIRST).days
    every = np.array([cell for area in PLACES for cell in area])
    frame = pl.DataFrame(
        {
            "received_on": day,
            "due_on": day + allotted,
            "answered_on": answered,
            "topic_block": np.array(BLOCKS)[topic // TOPICS_OF_BLOCK],
            "topic": [f"Тема {each:02}" for each in topic],
            "department": [f"Отдел {each}" for each in department],
            "territory": [f"Район {each}" for each in place // len(PLACES[0])],
            "is_repeat": rng.random(len(topic)) < 0.08,
            "satisfaction": np.where(rng.random(len(topic)) < 0.2, rng.integers(2, 6, len(topic)), 0),
            "geo_cell": every[place],
            "allotted_days": allotted,
        }
    )
    return _typed(frame.with_columns(is_open=pl.Series(is_open)))


def _departments(rng: Array, topic: Array) -> Array:
    """Give most of a topic to one department and the rest to the next, as cities do."""
    own = (topic * 5 + 3) % DEPARTMENTS
    return np.where(rng.random(len(topic)) < 0.75, own, (own + 1) % DEPARTMENTS)


def _lateness(rng: Array, department: Array, day: Array) -> Array:
    weeks = rng.normal(0, _SHOCK, (DEPARTMENTS, (LAST - FIRST).days // 7 + 1))
    logit = np.linspace(-2.4, -0.9, DEPARTMENTS)[department] + weeks[department, day // 7]
    return 1 / (1 + np.exp(-logit))


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn day numbers into days, and say what is known on the last day."""
    days = [(pl.lit(FIRST) + pl.duration(days=name)).alias(name) for name in ("received_on", "due_on", "answered_on")]
    is_open = pl.col("is_open")
    late = pl.col("answered_on") > pl.col("due_on")
    named = frame.with_columns(days).with_columns(
        is_late=pl.when(~is_open).then(late),
        answered_on=pl.when(~is_open).then(pl.col("answered_on")),
        status=pl.when(is_open).then(pl.lit("in_work")).otherwise(pl.lit("answered")),
        satisfaction=pl.when(~is_open & (pl.col("satisfaction") > 0)).then(pl.col("satisfaction")),
        kind=pl.lit("message"),
        channel=pl.lit("Портал"),
        source_system=pl.lit("dense"),
        is_postponed=pl.lit(value=False),
        is_extended=pl.lit(value=False),
        reworks=pl.lit(0, pl.Int32),
        appeals=pl.lit(1, pl.Int64),
    )
    more = ("allotted_days", "source_system", "geo_cell", "reworks")
    return named.select(*(pl.col(name).cast(dtype) for name, dtype in schema.CELL.items()), *more)


def weeks(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Count whole weeks: one row per `by` and `week` (from 0), zeros where nothing came."""
    numbered = frame.with_columns(week=(pl.col("received_on") - FIRST).dt.total_days() // 7)
    counted = numbered.group_by(by, "week").agg(pl.col("appeals").sum())
    spine = frame.select(by).unique().join(pl.DataFrame({"week": range((LAST - FIRST).days // 7 + 1)}), how="cross")
    return (
        spine.with_columns(pl.col("week").cast(pl.Int64))
        .join(counted, on=[by, "week"], how="left")
        .with_columns(pl.col("appeals").fill_null(0))
        .sort(by, "week")
    )


CALENDAR: Final = work_calendar()
AFTER_STORM: Final = STRUCK + timedelta(days=STORM_DAYS)
