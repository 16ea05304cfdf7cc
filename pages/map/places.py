"""The places of the map in an order, and the same numbers as a table: for keyboards, screen readers and files."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from analytics import keys, measures, natural
from analytics.hexagons import PLACE
from pages.map import painting, reading
from pages.map.view import View
from pages.shared import address, formats, frame, take
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.table import Heading, Link, table
from pages.shared.text import html_text

MOST_ROWS: Final = 25


def resolution_of(asked: Asked, view: View) -> int:
    """Choose what a list names: territories, or cells of a size that a person can find."""
    return reading.AREAS if view.by_areas else reading.finest(asked) - asked.shows_small


def ordered(asked: Asked, view: View) -> pl.DataFrame:
    """Give the places, the one that needs a decision first: the most, or the least where less is worse."""
    found = reading.counted(asked, view.measure, resolution_of(asked, view))
    is_low_first = measures.find(view.measure).good == "up"
    return found.sort(
        "shown", "n", *natural.order(PLACE), descending=[not is_low_first, True, False, False], nulls_last=True
    )


def names(asked: Asked, view: View) -> Mapping[str, str]:
    """Give the names of cells."""
    return {} if view.by_areas else reading.names(asked, resolution_of(asked, view))


def opens(run: Run, view: View) -> bool:
    """Say whether places have a story for this reader: those of cells tell of single cases."""
    return run.scope.sees_rows or view.by_areas


def extreme(view: View) -> str:
    """Head the list of the first places."""
    measure = measures.find(view.measure)
    if measure.unit == "count":
        return f"{html_text(measure.short_title)}: больше всего {painting.per_words(by_areas=view.by_areas)}"
    return f"{html_text(measure.short_title)}: {'ниже' if measure.good == 'up' else 'выше'} всего"


def as_table(run: Run, asked: Asked, view: View) -> None:
    """Write the numbers of the map as a table, each leading to its story."""
    found, named = ordered(asked, view), names(asked, view)
    measure = measures.find(view.measure)
    what = "Территории" if view.by_areas else "Ячейки"
    head = [Heading(what, is_wide=True), Heading(measure.short_title, is_number=True)]
    if measure.unit == "count":
        head.append(Heading(painting.per_words(by_areas=view.by_areas).capitalize(), is_number=True))
    else:
        head.append(Heading("Из скольких", is_number=True))
    head.append(Heading("Было", is_number=True))
    rows = [_row(row, run, view, named) for row in found.head(MOST_ROWS).iter_rows(named=True)]
    with frame.panel("Те же числа таблицей", key="map-table"):
        st.html(table(head, rows, f"{what}: {measure.short_title.lower()}") + take.rest(MOST_ROWS, found.height))


def _row(row: Mapping[str, Any], run: Run, view: View, named: Mapping[str, str]) -> list[Any]:
    unit, place = measures.find(view.measure).unit, row[PLACE]
    title = painting.name_of(place, named)
    href = address.url("map", run.filters, **view.own(place=place))
    is_known = row["value"] is not None
    value = formats.measure(row["value"], unit) if is_known else formats.FEW
    beside = formats.number(row["shown"], 1) if unit == "count" else formats.number(row["n"])
    before = formats.measure(row["before"], unit)
    return [Link(title, href) if place != keys.ABSENT and opens(run, view) else title, value, beside, before]
