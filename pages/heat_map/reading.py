"""Everything the home screen computes, kept per data version, scope and filters: a rerun computes nothing twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from analytics import headlines as headline_numbers
from analytics import heat_map as matrices
from analytics import measures, periods, schema, sentences, signals, story, surprise
from analytics.buckets import GRAINS
from analytics.control import Judgement, State
from analytics.heat_map import HeatMap, Key, Layout
from analytics.year_ago import Values, year_ago
from loaders.cells import DEFAULT
from pages.heat_map.grid import column_order
from pages.heat_map.view import MATRICES, View, bucket_period, fitted, matrix_period
from pages.shared.asked import Asked
from pages.shared.foretold import foretold
from pages.shared.kept import kept

BESIDE: Final = ("overdue_open", "on_time_share")
"""Measures at the right edge of every matrix: who waits past the date, and are dates kept."""

_MOST: Final = 128


def _cells(asked: Asked, measure: str = "appeals", also: Sequence[date] = ()) -> pl.LazyFrame:
    """Give the cells that reach back as far as any number of the screen looks, with what the measure needs.

    `also` are further days that are looked at.
    """
    starts = [each.start for each in (*periods.recent(asked.period, story.HISTORY), asked.period)]
    starts += [asked.comparison.start] if asked.comparison else []
    starts += [matrix_period(MATRICES[fitted(asked.period)[0]], asked.period).start]
    return _measured(asked, max(min([*starts, *also]), asked.begun), _ruled(asked, measure))


def _measured(asked: Asked, start: date, measure: str) -> pl.LazyFrame:
    return asked.measured(start, dimensions=(*DEFAULT, *measures.needs(measures.find(measure))))


def _followed(asked: Asked, period: periods.Period) -> list[periods.Period]:
    """List the periods that a line of the past shows, this one last."""
    return [*(each for each in periods.recent(period, story.HISTORY) if each.start >= asked.history_from), period]


def _cells_year_ago(asked: Asked, measure: str, shown: Sequence[periods.Period]) -> pl.LazyFrame | None:
    """Give cells that reach back to last year's days of the periods; None where the data know none of them."""
    starts = [periods.same_period_last_year(each).start for each in shown]
    known = [start for start in starts if start >= asked.history_from]
    return _cells(asked, measure, known) if known else None


@kept(max_entries=_MOST)
def headlines_year_ago(asked: Asked) -> Mapping[str, Sequence[float | None]]:
    """Give last year's values of the headlines under their past, None where they are not known."""
    shown = _followed(asked, asked.period)
    keys = list(headline_numbers.HEADLINES)
    cells = _cells_year_ago(asked, "appeals", shown)
    if cells is None:
        return dict.fromkeys(keys, ())
    found = year_ago(cells, keys, shown, asked.as_of, asked.history_from, min_n=asked.min_n)
    return {key: [values.get((None, each.start)) for each in shown] for key, values in found.items()}


@kept(max_entries=_MOST)
def matrix_year_ago(asked: Asked, name: str, measured: str, rows: tuple[Key, ...]) -> Values:
    """Give last year's values of a matrix of weeks or months by row and column; of any other matrix there are none."""
    chosen = MATRICES[name]
    if chosen.columns not in GRAINS:
        return {}
    shown = matrix_period(chosen, asked.period).split(chosen.columns)
    measure = _ruled(asked, measured)
    cells = _cells_year_ago(asked, measured, shown)
    if cells is None:
        return {}
    return year_ago(
        cells, [measure], shown, asked.as_of, asked.history_from, dimension=chosen.rows, rows=rows, min_n=asked.min_n
    )[measure]


@kept(max_entries=_MOST)
def headlines(asked: Asked) -> list[headline_numbers.Headline]:
    """Compute the headline numbers."""
    return headline_numbers.headlines(
        _cells(asked),
        asked.period,
        asked.comparison,
        asked.as_of,
        asked.history_from,
        targets=asked.targets,
        min_n=asked.min_n,
    )


@kept(max_entries=_MOST)
def matrix(asked: Asked, name: str, measured: str, order: str) -> HeatMap:
    """Lay the chosen measure out."""
    chosen = MATRICES[name]
    comparison = asked.compared(measured)
    compared = comparison.window(asked.as_of) if comparison else None
    layout = Layout(
        row_order=asked.order(chosen.rows),
        column_order=_columns(asked, chosen.columns),
        sort_rows=order,  # type: ignore[arg-type]  # View admits only the orders that Layout knows
        comparison=compared,
        min_n=asked.min_n,
    )
    window = matrix_period(chosen, asked.period).window(asked.as_of)
    measure = _ruled(asked, measured)
    return matrices.heat_map(_cells(asked, measured), chosen.rows, chosen.columns, measure, window, layout)


@kept(max_entries=_MOST)
def surprised(asked: Asked, name: str, measured: str, order: str) -> pl.DataFrame:
    """Say how surprising each cell of the matrix is."""
    chosen, found = MATRICES[name], matrix(asked, name, measured, order)
    period = matrix_period(chosen, asked.period)
    oldest = period.split(chosen.columns)[0] if chosen.columns in GRAINS else period
    start = min(each.start for each in periods.recent(oldest, story.HISTORY))
    cells = _measured(asked, max(start, asked.begun), found.measure.key)
    return surprise.surprise(cells, found, period, asked.as_of, asked.history_from, min_n=asked.min_n)


def _ruled(asked: Asked, measure: str) -> str:
    """Name the measure that follows the city's rule for cases put off."""
    return measures.by_rule(measure, asked.city.rest_rule.base, asked.city.rest_rule.percent)


def _columns(asked: Asked, dimension: str) -> tuple[str, ...]:
    """Give the order of the columns: statuses along the work where they occur, the rest as in the city's file."""
    if dimension != "status":
        return column_order(asked.city, dimension)
    seen = set(_cells(asked).select(pl.col("status").cast(pl.String).unique()).collect().to_series())
    return tuple(status.value for status in schema.Status if status.value in seen)


@kept(max_entries=_MOST)
def beside(asked: Asked, dimension: str) -> tuple[dict[Key, tuple[float | None, ...]], tuple[float | None, ...]]:
    """Compute the edge columns in the chosen period: per row `BESIDE` and the base of the share, and the whole."""
    cells, window = _cells(asked), asked.period.window(asked.as_of)
    by_row = measures.aggregate(cells, [dimension], BESIDE, window).with_columns(pl.col(dimension).cast(pl.String))
    whole = measures.aggregate(cells, [], BESIDE, window)
    rows, total = pl.collect_all([by_row, whole])
    return {row[0]: row[1:] for row in rows.iter_rows()}, total.row(0)


@kept(max_entries=_MOST)
def judged(asked: Asked, dimension: str, keys: tuple[Key, ...], measure: str) -> Mapping[Key, Judgement]:
    """Say of every row whether the chosen period left the corridor of the periods before it."""
    return signals.by_key(
        _cells(asked, measure),
        dimension,
        keys,
        measure,
        asked.period,
        asked.as_of,
        asked.history_from,
        min_n=asked.min_n,
    )


@dataclass(frozen=True, slots=True)
class News:
    """Hold what the strip says: per block the number received in the period and its judgement."""

    judged: Mapping[Key, Judgement]
    values: Mapping[Key, int]

    @property
    def loudest(self) -> Key:
        """Name the block furthest above its usual range, else the one with most appeals."""
        above = [key for key, each in self.judged.items() if each.state is State.ABOVE]
        return max(above or self.judged, key=lambda key: self.excess(key) if above else self.values.get(key, 0))

    def excess(self, key: Key) -> float:
        """Measure how far a block is from the centre of its usual range."""
        corridor = self.judged[key].corridor
        return abs(self.values.get(key, 0) - corridor.centre) if corridor else 0.0


@kept(max_entries=_MOST)
def blocks(asked: Asked) -> News:
    """Judge every block by what came in."""
    window = asked.period.window(asked.as_of)
    key = pl.col("topic_block").cast(pl.String)
    counted = measures.aggregate(_cells(asked), ["topic_block"], ["appeals"], window).with_columns(key).collect()
    values: dict[Key, int] = dict(counted.iter_rows())
    known = asked.order("topic_block")
    keys = tuple(dict.fromkeys([*known, *values]))
    return News(judged(asked, "topic_block", keys, "appeals"), values)


@kept(max_entries=_MOST)
def facts(asked: Asked) -> sentences.Facts:
    """Find what the three sentences say."""
    start = max(periods.recent(asked.period, sentences.PAST)[0].start, asked.begun)
    told = foretold(asked)
    return sentences.facts(
        asked.measured(start), asked.period, asked.as_of, asked.history_from, told, min_n=asked.min_n
    )


@kept(max_entries=_MOST)
def last_received(asked: Asked) -> date | None:
    """Find the last day before the period's end on which anything came through these filters."""
    seen = asked.cells().filter(pl.col("received_on") <= asked.period.end)
    found: date | None = seen.select(pl.col("received_on").max()).collect().item()
    return found


@kept(max_entries=_MOST)
def told(asked: Asked, view: View) -> story.Story:
    """Tell what the cell or row of a view is made of."""
    period = _days(asked, view)
    comparison = asked.comparison if period == asked.period else asked.filters.compared(period, asked.coverage)
    also = [comparison.start] if comparison else []
    return story.story(
        _cells(asked, view.measure, also).filter(_within(view)),
        view.measure,
        period,
        comparison,
        asked.as_of,
        asked.history_from,
        dimensions=("topic",),
        min_n=asked.min_n,
    )


@kept(max_entries=_MOST)
def told_year_ago(asked: Asked, view: View) -> Mapping[date, float]:
    """Give last year's values of the periods of a story by their first days."""
    shown = _followed(asked, _days(asked, view))
    cells = _cells_year_ago(asked, view.measure, shown)
    if cells is None:
        return {}
    within = cells.filter(_within(view))
    found = year_ago(within, [view.measure], shown, asked.as_of, asked.history_from, min_n=asked.min_n)
    return {start: value for (_, start), value in found[view.measure].items()}


def _days(asked: Asked, view: View) -> periods.Period:
    """Give the days that a story is about: those of its column of time, else the chosen ones."""
    column = view.cell.column if view.cell else None
    return bucket_period(column, view.matrix.columns, asked.as_of) if isinstance(column, date) else asked.period


def _within(view: View) -> pl.Expr:
    """Keep the cells of the row, or of the row and the column, that a story is about."""
    cell, chosen = view.cell, view.matrix
    if cell is None:
        message = "a story needs a cell"
        raise ValueError(message)
    row = _is(chosen.rows, cell.row)
    is_row = cell.is_row or isinstance(cell.column, date)
    return row if is_row else row & _is(chosen.columns, cell.column)


def _is(dimension: str, key: Key) -> pl.Expr:
    return pl.col(dimension).is_null() if key is None else pl.col(dimension).cast(pl.String) == str(key)
