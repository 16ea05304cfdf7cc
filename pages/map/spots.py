"""Where the city stands out beyond noise: what is compared with what, kept per data version, scope and filters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import facts, hexagons, hotspots, measures, periods, scan, story
from analytics.due_states import band
from analytics.hexagons import PLACE
from analytics.hotspots import Excess
from analytics.periods import Period
from analytics.scan import Cluster
from analytics.surges import Alarm
from analytics.worst import NORMS
from pages.map import reading
from pages.problems import reading as problems
from pages.shared.asked import Asked
from pages.shared.kept import kept

_MOST: Final = 64
_TOPICS: Final = 2
_FOUR_WEEKS: Final = 28


def resolution(asked: Asked) -> int:
    """Give the cells that are compared: a step coarser than the city's, so that chance does not drown everything."""
    return asked.city.geo_resolution - 1


def reference(asked: Asked, *, by_areas: bool) -> str:
    """Name what makes the expected: residents, other blocks of the same places, or the places' own past."""
    if by_areas:
        return "residents"
    return "others" if asked.filters.blocks and asked.scope.blocks is None else "past"


@kept(max_entries=_MOST)
def more(asked: Asked, by_areas: bool) -> Excess:  # noqa: FBT001 — part of the key
    """Find where people write more often than expected."""
    kind = reference(asked, by_areas=by_areas)
    seen = _received(asked, [asked.period], by_areas=by_areas).rename({"appeals": "seen"})
    if kind == "residents":
        people = {each.title: each.population for each in asked.city.territories if each.population}
        known = pl.DataFrame({PLACE: list(people), "reference": list(people.values())}, schema=_REFERENCE)
        counted = known.join(seen, on=PLACE, how="left").sort(PLACE)
        return hotspots.more(counted, _over_time(asked, by_areas=by_areas), rings=0)
    past = [each for each in periods.recent(asked.period, story.HISTORY) if each.start >= asked.history_from]
    other = replace(asked, filters=asked.filters.replace(blocks=())) if kind == "others" else asked
    before = _received(other, [asked.period] if kind == "others" else past, by_areas=by_areas)
    joined = before.rename({"appeals": "reference"}).join(seen, on=PLACE, how="full", coalesce=True).fill_null(0)
    if kind == "others":
        joined = joined.with_columns(reference=pl.col("reference") - pl.col("seen"))
    return hotspots.more(joined.sort(PLACE), _over_time(asked, by_areas=by_areas))


_REFERENCE: Final = pl.Schema({PLACE: pl.String(), "reference": pl.Int64()})


@kept(max_entries=_MOST)
def worse(asked: Asked, measured: str, by_areas: bool) -> Excess:  # noqa: FBT001 — part of the key
    """Find where a share is worse than the city's of the same topics, and norms where deadlines are told.

    It counts what is bad, whatever the measure counts.
    """
    cells = _places(asked, asked.measured(_start(asked, [asked.period]), dimensions=reading.MAP), by_areas=by_areas)
    known = cells.filter(pl.col(PLACE).is_not_null()).with_columns(_NORM)
    strata = ["topic", *(["kind", "norm"] if measured in _DUE else [])]
    found = _bad(known, [PLACE, *strata], measured, asked)
    stratum = pl.concat_str(pl.col(strata).cast(pl.String).fill_null(""), separator="|").alias("stratum")
    slot = _slot(asked)
    is_state = measures.find(measured).clock is None
    over_time = None if is_state else _bad(known, [PLACE, slot], measured, asked).rename({slot: "slot"})
    return hotspots.worse(found.with_columns(stratum), over_time, rings=0 if by_areas else hotspots.RINGS)


_DUE: Final = frozenset({"on_time_share", "overdue_share"})
"""Shares that depend on how many days were given."""

_NORM: Final = band(facts.days_between(pl.col("received_on"), pl.col("due_on")), NORMS).alias("norm")


def _bad(cells: pl.LazyFrame, by: list[str], measured: str, asked: Asked) -> pl.DataFrame:
    """Count what is bad by a share, whichever side the share counts: `by`, `seen` and `base`."""
    base, hits = pl.col(f"{measured}_n"), (pl.col(measured) * pl.col(f"{measured}_n")).round()
    bad = base - hits if measures.find(measured).good == "up" else hits
    found = measures.aggregate(cells, by, [measured], asked.period.window(asked.as_of))
    return found.select(
        pl.col(PLACE).cast(pl.String), *by[1:], bad.fill_null(0).cast(pl.Int64).alias("seen"), base.alias("base")
    ).collect()


def _slot(asked: Asked) -> str:
    """Choose the moments of time by which clumps show: weeks, or days of a short period."""
    return "week" if asked.period.days >= _FOUR_WEEKS else "day"


def _over_time(asked: Asked, *, by_areas: bool) -> pl.DataFrame:
    """Count what came to every place and to the whole city at each moment of the period: how cases clump."""
    slot = _slot(asked)
    cells = _places(asked, asked.cells(_start(asked, [asked.period]), dimensions=reading.MAP), by_areas=by_areas)
    counted = measures.aggregate(cells, [PLACE, slot], ["appeals"], asked.period.window(asked.as_of))
    seen = counted.filter(pl.col(PLACE).is_not_null()).select(
        pl.col(PLACE).cast(pl.String), pl.col(slot).alias("slot"), pl.col("appeals").alias("seen")
    )
    whole = seen.group_by("slot").agg(pl.col("seen").sum().alias("base"))
    every = seen.select(PLACE).unique().join(whole, how="cross")
    return every.join(seen, on=[PLACE, "slot"], how="left").fill_null(0).collect()


@dataclass(frozen=True, eq=False)
class Told:
    """Tell of a cluster: `territory` that most of it is in, the topics that grew most there, and the radar's alarms."""

    cluster: Cluster
    territory: str | None
    topics: tuple[str, ...]
    alarms: tuple[Alarm, ...]


@kept(max_entries=_MOST)
def clusters(asked: Asked) -> list[Told]:
    """Find clusters of the last days, of cases that are no repeats, and what the surge radar says of them.

    Chance deals out cases, each once, however many times the reader's numbers count them.
    """
    start = asked.as_of - timedelta(days=scan.MOST_PAST - 1)
    cells = hexagons.at(asked.cells(max(start, asked.begun), dimensions=reading.MAP), resolution(asked)).filter(
        pl.col(PLACE).is_not_null(), pl.col("received_on") >= start, pl.col("is_repeat").fill_null(value=False).not_()
    )
    keys = pl.col("topic_block").cast(pl.String).alias("stratum"), pl.col(PLACE).cast(pl.String), pl.col("received_on")
    weight = asked.scope.weight
    counted = cells.group_by(keys).agg(pl.col("appeals").sum() // weight).collect()
    alarms = problems.alarms(asked)
    found = scan.clusters(counted, asked.as_of)
    shown = [replace(each, seen=each.seen * weight, expected=each.expected * weight) for each in found]
    return [_told(each, cells, alarms, asked) for each in shown]


def _told(cluster: Cluster, cells: pl.LazyFrame, alarms: Sequence[Alarm], asked: Asked) -> Told:
    """Say what a cluster is made of: topics that grew against the same days before, and where most of it is."""
    of_block = pl.col("topic_block").cast(pl.String).eq_missing(pl.lit(cluster.stratum, pl.String))
    own = cells.filter(of_block, pl.col(PLACE).cast(pl.String).is_in(list(cluster.places)))
    now = Period(cluster.since, cluster.until)
    then = periods.previous(now)
    windows = now.window(asked.as_of), then.window(asked.as_of)
    grown = story.split(own, "topic", "appeals", *windows).filter(pl.col("change") > 0, pl.col("key").is_not_null())
    where = story.split(own, "territory", "appeals", windows[0], None, by_change=False)["key"].drop_nulls()
    topics = tuple(grown["key"].head(_TOPICS))
    territory = where[0] if len(where) else None
    return Told(cluster, territory, topics, tuple(scan.linked(cluster, topics, territory, alarms)))


def _received(asked: Asked, spans: Sequence[Period], *, by_areas: bool) -> pl.DataFrame:
    """Count what was received in some periods by place: `place` and `appeals`."""
    cells = _places(asked, asked.cells(_start(asked, spans), dimensions=reading.MAP), by_areas=by_areas)
    within = pl.any_horizontal(pl.col("received_on").is_between(span.start, span.end) for span in spans)
    known = cells.filter(within, pl.col(PLACE).is_not_null()) if spans else cells.clear()
    return known.group_by(pl.col(PLACE).cast(pl.String)).agg(pl.col("appeals").sum().cast(pl.Int64)).collect()


def _start(asked: Asked, spans: Sequence[Period]) -> date:
    return max(min((span.start for span in spans), default=asked.period.start), asked.begun)


def _places(asked: Asked, cells: pl.LazyFrame, *, by_areas: bool) -> pl.LazyFrame:
    return cells.with_columns(pl.col("territory").alias(PLACE)) if by_areas else hexagons.at(cells, resolution(asked))
