"""The matrix written out, kept by what it shows: a rerun that only opens another cell builds nothing again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import compress
from operator import add
from typing import Final

import polars as pl

from analytics import colour as colours
from analytics import measures, surprise
from analytics.buckets import GRAINS
from analytics.colour import STEPS, Scale
from analytics.control import Kind, kind_of
from analytics.declarations import Measure
from analytics.heat_map import HeatMap
from analytics.keys import written
from pages.heat_map import surprise_words
from pages.heat_map.figures import Grid
from pages.heat_map.figures import colours as colours_of
from pages.heat_map.grid import Beside, Paint, build
from pages.heat_map.reading import BESIDE, beside, judged, matrix, matrix_year_ago, surprised
from pages.heat_map.trend import year_words
from pages.heat_map.view import View, bucket_period
from pages.shared import formats
from pages.shared.asked import Asked
from pages.shared.gaps import Gaps
from pages.shared.kept import kept
from pages.shared.layers import Verdict, standing
from pages.shared.palette import Palette

_NOTHING: Final = (0, None, 0)
"""Edge columns of a row in which nothing was counted."""


@dataclass(frozen=True)
class LaidOut:
    """Hold a matrix as it is drawn, without a chosen cell; `signals` judges its rows by their written keys.

    Beside the measure shown a row is judged by what is overdue in it: no good news may hide that. `gaps` says which
    columns of time the data do not cover whole.
    """

    measure: Measure
    scale: Scale
    grid: Grid
    signals: Mapping[str, tuple[Verdict, ...]]
    gaps: Gaps


@kept(max_entries=64)
def laid_out(asked: Asked, view: View) -> LaidOut:
    """Write the matrix of a view out; the view comes without its cell, so that every cell finds the same matrix."""
    found = matrix(asked, view.name, view.measure, view.order)
    scale, paint = _painted(asked, view, found)
    lines = _with_last_year(asked, view, found, paint.lines)
    paint = replace(paint, lines=lines if view.is_surprise else _with_unusual(asked, view, found, lines))
    grouped = view.matrix.rows in {"topic_block", "department"} and view.order == "given"
    gaps = gaps_of(asked, found)
    grid = build(found, view.matrix, paint, asked.city, _beside(asked, found), gaps, grouped=grouped)
    told = [measures.find(key) for key in dict.fromkeys((view.measure, BESIDE[0]))]
    by_row = [(each, judged(asked, view.matrix.rows, found.row_keys, each.key)) for each in told]
    signals = {key: tuple(Verdict(each, rows[key]) for each, rows in by_row) for key in found.row_keys}
    by_key = {written(key): each for key, each in signals.items()}
    return LaidOut(found.measure, scale, grid, by_key, gaps)


def gaps_of(asked: Asked, found: HeatMap) -> Gaps:
    """Find the weeks or months that the data do not cover whole: the one still going, and the first."""
    if found.columns not in GRAINS:
        return Gaps()
    days = (key for key in found.column_keys if isinstance(key, date))
    spans = {key: bucket_period(key, found.columns, date.max) for key in days}
    return Gaps.of(spans, asked.first, min(asked.as_of, asked.period.end))


def ramp_of(palette: Palette, view: View, laid: LaidOut) -> tuple[str, ...]:
    """Choose the colours of the steps."""
    if view.is_surprise:
        return palette.diverging
    return colours_of(palette, laid.scale, laid.measure.good)


def period_note(clock: str | None, start: date, end: date) -> str:
    """Say which days a matrix covers, and by which clock its cases fall into them."""
    by = {"received_on": "по дню поступления", "answered_on": "по дню завершения", "due_on": "по дню срока"}
    return f"{formats.span(start, end)}, {by[clock]}" if clock else f"состояние на {formats.day(end)}"


def _painted(asked: Asked, view: View, found: HeatMap) -> tuple[Scale, Paint]:
    """Colour the matrix by its numbers, or by how far each is from its own past."""
    if view.is_surprise:
        told = surprised(asked, view.name, view.measure, view.order)
        return surprise.STEPS, surprise_words.paint(told, found.measure.unit)
    scale = scale_of(found.cells["value"], found.measure.unit, view.limits)
    return scale, Paint.by_value(found, scale)


def _with_last_year(asked: Asked, view: View, found: HeatMap, lines: Sequence[str]) -> tuple[str, ...]:
    """Add last year's value to the tooltips of weeks and months, and the change where that is what is compared."""
    known, unit = matrix_year_ago(asked, view.name, view.measure, found.row_keys), found.measure.unit
    told = []
    for (row, column, value), line in zip(found.cells.select("row", "column", "value").iter_rows(), lines, strict=True):
        before = known.get((row, column))
        is_compared = asked.filters.comparison == "year" and None not in {value, before}
        change = f", изменение {formats.change(value - before, unit)}" if is_compared else ""
        told.append(f"{line}{year_words(before, unit)}{change}")
    return tuple(told)


def _with_unusual(asked: Asked, view: View, found: HeatMap, lines: Sequence[str]) -> tuple[str, ...]:
    """Add whether a cell is beyond its usual, whatever the colour tells: of a state the newest column is judged."""
    if kind_of(found.measure) in {Kind.COUNT, Kind.SHARE}:
        told = surprise_words.unusual(surprised(asked, view.name, view.measure, view.order), found.measure.unit)
        return tuple(map(add, lines, told))
    if found.columns not in GRAINS or not found.column_keys:
        return tuple(lines)
    verdicts = judged(asked, found.rows, found.row_keys, found.measure.key)
    newest, keys = found.column_keys[-1], found.cells.select("row", "column").iter_rows()
    return tuple(
        f"{line}<br>{standing(verdicts[row])}" if column == newest and verdicts[row].is_change else line
        for (row, column), line in zip(keys, lines, strict=True)
    )


def scale_of(values: pl.Series, unit: str, limits: Sequence[float] = ()) -> Scale:
    """Cut a scale that one outlier does not wash out: roots of counts, equal numbers of cells of anything else."""
    is_count = unit == "count"
    return colours.scale(values, limits=limits, whole=is_count, method="root" if is_count else "quantile")


def _heat(values: Sequence[float | None], unit: str, *, low_is_hot: bool = False) -> list[int | None]:
    """Place values on the warm scale: 0 is cold, the last step is the worst."""
    series = pl.Series(values, dtype=pl.Float64)
    scale = scale_of(series, unit)
    worst = STEPS - 1
    placed = [None if step is None else round(step * worst / max(scale.steps - 1, 1)) for step in scale.step_of(series)]
    return [None if step is None else worst - step if low_is_hot else step for step in placed]


def _beside(asked: Asked, found: HeatMap) -> Beside:
    """Write the edge columns out and heat them, leaving out the one that the matrix shows anyway."""
    by_row, whole = beside(asked, found.rows)
    least = asked.min_n
    shown = [key != found.measure.key for key in BESIDE]
    numbers = [by_row.get(key, _NOTHING) for key in found.row_keys]
    texts = {key: _edge(each, least) for key, each in zip(found.row_keys, numbers, strict=True)}
    overdue = _heat([late or None for late, _, _ in numbers], "count")
    kept_ = [share if (n or 0) >= least else None for _, share, n in numbers]
    heats = list(zip(overdue, _heat(kept_, "share", low_is_hot=True), strict=True))
    # A total that the matrix shows in the place of an edge column is heated as that column would be.
    totals = [next(compress(each, (not one for one in shown)), None) for each in heats]
    return Beside(
        heat={
            key: (total, *compress(each, shown)) for key, total, each in zip(found.row_keys, totals, heats, strict=True)
        },
        heads=tuple(compress(("просроч.", "в срок"), shown)),
        texts={key: tuple(compress(edge, shown)) for key, edge in texts.items()},
        whole=tuple(compress(_edge(whole, least), shown)),
    )


def _edge(values: tuple[float | None, ...], least: int) -> tuple[str, ...]:
    overdue, share, n = values
    return (formats.number(overdue) if overdue else formats.DASH, formats.share(share, int(n or 0), least))
