"""Everything the map computes, kept per data version, scope and filters: a rerun computes nothing twice."""

from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from analytics import colour, disclosure, hexagons, keys, measures, periods, quality, story
from analytics.colour import Scale
from analytics.hexagons import PLACE
from analytics.periods import Period
from loaders import geography
from loaders.cells import DEFAULT
from loaders.geography import Geography
from pages.map.view import View, week_period
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.kept import kept

MAP: Final = (*DEFAULT, "geo_cell")
"""The dimensions of the map: those of every screen, and the place."""

AREAS: Final = 0
"""Stands for territories where a resolution of cells is asked for."""

COARSER: Final = 3
"""Steps between the finest cells and the coarsest that the map shows."""

AT_ZOOM: Final = 2
"""Zoom less this is the resolution at which a cell is some twenty to forty pixels wide."""

RESIDENTS: Final = 1_000
"""Residents that a number of cases is given for."""

_MOST: Final = 64


@kept(max_entries=16)
def ground(municipality: str) -> Geography:
    """Read the ground of a city once; raises `InputRefused` with what is wrong in its files."""
    return geography.read(readers.city(municipality))


def of_week(asked: Asked, view: View) -> Asked:
    """Put the week of the time player in the place of the period, compared with the week before."""
    if view.week is None:
        return asked
    period = week_period(view.week, asked.as_of)
    comparison = periods.previous(period) if asked.comparison else None
    return replace(asked, period=period, comparison=comparison)


def finest(asked: Asked) -> int:
    """Give the finest cells a reader gets: one step coarser than the city's for whoever sees no rows, and in files."""
    return asked.city.geo_resolution - (not asked.shows_small)


def resolution(asked: Asked, zoom: int) -> int:
    """Choose the cells of a zoom of the map: neither dust nor slabs."""
    best = finest(asked)
    return min(max(zoom - AT_ZOOM, best - COARSER), best)


@kept(max_entries=_MOST)
def counted(asked: Asked, measured: str, resolution: int) -> pl.DataFrame:
    """Count a measure by place: cells of one resolution, or territories (`AREAS`).

    One row per place where anything was counted: `place`, `value`, its base `n`, `before` in the comparison (null where
    nothing is compared or too few to say), `shown`, what the colour stands for, `is_masked`, `square_km` and, of
    territories, `population`. Cases without a place are in no row; those without a territory are under `keys.ABSENT`.
    """
    name = _ruled(asked, measured)
    cells = _by_place(
        asked.measured(_start(asked), dimensions=(*MAP, *measures.needs(measures.find(name)))), resolution
    )
    now = _measured(cells, name, asked.period, asked)
    before = _measured(cells, name, asked.compared(name), asked).select(PLACE, pl.col("value").alias("before"))
    joined = now.join(before, on=PLACE, how="left").collect()
    # The order decides which of equal places are hidden beside a small one: it has to be the same every time.
    sized = joined.join(_sizes(asked, joined[PLACE], resolution), on=PLACE, how="left").sort(PLACE)
    is_count = measures.find(name).additive
    return _masked(sized, asked, is_count=is_count).with_columns(_shown(measured, resolution).alias("shown"))


def _start(asked: Asked) -> date:
    return max(min(asked.period.start, (asked.comparison or asked.period).start), asked.begun)


def _by_place(cells: pl.LazyFrame, resolution: int) -> pl.LazyFrame:
    if resolution != AREAS:
        return hexagons.at(cells, resolution).filter(pl.col(PLACE).is_not_null())
    return cells.with_columns(pl.col("territory").alias(PLACE))


def _measured(cells: pl.LazyFrame, name: str, period: Period | None, asked: Asked) -> pl.LazyFrame:
    """Compute one measure by place in one period: `place`, `value` and `n`; no row without a period."""
    window = (period or asked.period).window(asked.as_of)
    base = name if measures.find(name).additive else f"{name}_n"
    found = measures.aggregate(cells, [PLACE], [name], window).select(
        keys.column(pl.col(PLACE)),
        pl.col(name).cast(pl.Float64).alias("value"),
        pl.col(base).cast(pl.Int64).alias("n"),
    )
    few = pl.col("n") < (1 if measures.find(name).additive else asked.min_n)
    found = found.with_columns(pl.when(few).then(None).otherwise(pl.col("value")).alias("value"))
    return found if period else found.clear()


def _sizes(asked: Asked, places: pl.Series, resolution: int) -> pl.DataFrame:
    """Measure the places: cells by their grid, territories by their outlines and residents."""
    if resolution != AREAS:
        return hexagons.ground(places)
    people = {each.title: each.population for each in asked.city.territories}
    sizes = {each.title: geography.square_km(each.shape) for each in ground(asked.scope.municipality).areas}
    titles = [*dict.fromkeys((*people, *sizes))]
    return pl.DataFrame(
        {
            PLACE: [keys.written(title) for title in titles],
            hexagons.SQUARE_KM: [sizes.get(title) for title in titles],
            "population": [people.get(title) for title in titles],
        },
        schema={PLACE: pl.String(), hexagons.SQUARE_KM: pl.Float64(), "population": pl.Int64()},
    )


def _masked(frame: pl.DataFrame, asked: Asked, *, is_count: bool) -> pl.DataFrame:
    """Mask small places for whoever sees no rows and in files, and so many others that nobody can compute one back.

    Small counts of the comparison are masked as well; they have no total beside them.
    """
    if asked.shows_small:
        return frame.with_columns(pl.lit(value=False).alias("is_masked"))
    hidden = frame.with_columns(
        pl.Series("is_masked", disclosure.line(frame["n"].to_numpy(), asked.city.thresholds.min_published))
    )
    masked = hidden.with_columns(
        pl.when("is_masked").then(None).otherwise(pl.col(name)).alias(name) for name in ("value", "n", "before")
    )
    before = pl.col("before").is_between(0, asked.city.thresholds.min_published, closed="none")
    return masked.with_columns(pl.when(~before).then("before").alias("before")) if is_count else masked


def _shown(measured: str, resolution: int) -> pl.Expr:
    """Say what the colour of a place stands for: a number of cases is told per area or per resident."""
    value = pl.col("value")
    if measures.find(measured).unit != "count":
        return value
    if resolution == AREAS:
        return pl.when(pl.col("population") > 0).then(value / pl.col("population") * RESIDENTS)
    return value / pl.col(hexagons.SQUARE_KM)


@kept(max_entries=_MOST)
def scale(asked: Asked, measured: str, limits: tuple[float, ...], by_areas: bool) -> Scale:  # noqa: FBT001 — a key
    """Choose the limits of the colours for every zoom: as many places on every step, or the reader's own limits.

    Cases per area grow with the fineness of the cells, so all sizes that a city shows have their say.
    """
    best = finest(asked)
    sizes = (best, best - 1, best - 2) if measures.find(measured).unit == "count" else (best,)
    shown = [counted(asked, measured, size)["shown"] for size in ((AREAS,) if by_areas else sizes)]
    return colour.scale(pl.concat(shown), limits=limits, method="quantile")


@kept(max_entries=_MOST)
def names(asked: Asked, resolution: int) -> dict[str, str]:
    """Name every cell by the territory that most of its cases come from."""
    cells = _by_place(asked.cells(_start(asked), dimensions=MAP), resolution)
    most = (
        cells.filter(pl.col("territory").is_not_null())
        .group_by(pl.col(PLACE).cast(pl.String), pl.col("territory").cast(pl.String))
        .agg(pl.col("appeals").sum())
        .sort("appeals", "territory", descending=[True, False])
        .group_by(PLACE, maintain_order=True)
        .agg(pl.col("territory").first())
    )
    return dict(most.collect().iter_rows())


@kept(max_entries=_MOST)
def located(asked: Asked) -> dict[str, int]:
    """Count what came in the period: `appeals`, those on the map, with a territory only, and without either."""
    cells = asked.cells(asked.period.start, dimensions=("received_on", *DEFAULT_FILTERED, "geo_cell"))
    received = cells.filter(pl.col("received_on").is_between(asked.period.start, asked.period.end))
    return quality.located(received).collect().row(0, named=True)


DEFAULT_FILTERED: Final = ("topic_block", "department", "channel", "kind", "territory")
"""What the shared filters look at."""


@kept(max_entries=_MOST)
def told(asked: Asked, measured: str, place: str) -> story.Story:
    """Tell what the number of one place is made of."""
    past = periods.recent(asked.period, story.HISTORY)
    name = _ruled(asked, measured)
    start = max(min(past[0].start, _start(asked)), asked.begun)
    cells = asked.measured(start, dimensions=(*MAP, *measures.needs(measures.find(name))))
    if hexagons.is_cell(place):
        own = hexagons.inside(cells, place)
    else:
        key = keys.read(place)
        own = cells.filter(pl.col("territory").cast(pl.String).eq_missing(pl.lit(key, pl.String)))
    return story.story(
        own,
        name,
        asked.period,
        asked.comparison,
        asked.as_of,
        asked.history_from,
        dimensions=("topic",),
        min_n=asked.min_n,
    )


def _ruled(asked: Asked, measure: str) -> str:
    """Name the measure that follows the city's rule for cases put off."""
    return measures.by_rule(measure, asked.city.rest_rule.base, asked.city.rest_rule.percent)
