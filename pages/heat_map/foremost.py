"""Which row the story beside the matrix is about while the reader has chosen none: the worst for what is shown."""

from dataclasses import replace

import polars as pl

from analytics.buckets import GRAINS
from analytics.heat_map import HeatMap, Key
from pages.heat_map.reading import blocks, matrix, surprised
from pages.heat_map.view import COLOURS, Cell, View
from pages.shared import worst
from pages.shared.asked import Asked


def with_story(asked: Asked, view: View) -> View:
    """Give the same choices with a cell: the reader's, else the foremost row.

    Where the measure has no row at all, as nothing is overdue in any topic, the story is of what came in.
    """
    if view.cell:
        return view
    for each in dict.fromkeys((view, replace(view, colour=COLOURS[0]))):
        if matrix(asked, each.name, each.measure, each.order).row_keys:
            return each.with_cell(Cell(_foremost(asked, each), None, is_row=True))
    return view


def _foremost(asked: Asked, view: View) -> Key:
    """Choose the row: by surprise, by who is worst now, by the bad end of the measure, or by what stands out."""
    found = matrix(asked, view.name, view.measure, view.order)
    if view.is_surprise:
        return _most_surprising(asked, view, found)
    along = worst.found(asked).along(found.rows)
    if view.measure == "overdue_open" and along and along.named:
        return along.named.key
    if view.measure == "appeals" and found.rows == "topic_block":
        return blocks(asked).loudest
    return _extreme(found)


def _extreme(found: HeatMap) -> Key:
    """Take the row with the worst number, of a measure without a bad end the largest; named rows before others."""
    known = found.row_totals.filter(pl.col("value").is_not_null())
    is_low = found.measure.good == "up" and found.measure.unit != "count"
    ordered = known.sort(pl.col("row").is_null(), "value", descending=[False, not is_low], maintain_order=True)
    return found.row_keys[0] if ordered.is_empty() else ordered["row"][0]


def _most_surprising(asked: Asked, view: View, found: HeatMap) -> Key:
    """Take the row with the number furthest above what was expected, in the newest column of time or in any."""
    told = surprised(asked, view.name, view.measure, view.order)
    if found.columns in GRAINS and found.column_keys:
        told = told.filter(pl.col("column") == found.column_keys[-1])
    named = told.filter(pl.col("row").is_not_null(), pl.col("residual").is_not_null())
    ordered = named.sort("residual", descending=True, maintain_order=True)
    return _extreme(found) if ordered.is_empty() else ordered["row"][0]
