"""The screen «Карта» as parts of a file: the map as a drawing, and its numbers. Small places are masked in both."""

from dataclasses import replace

from analytics import measures
from analytics.hexagons import PLACE, SQUARE_KM
from pages.map import file, painting, places, reading
from pages.map.view import PARAMETERS, View
from pages.paper.model import Column, Part, Table
from pages.paper.source import Source
from pages.shared import formats
from pages.shared.asked import Asked


def view_of(source: Source) -> View:
    """Read the reader's choices."""
    return View.parse(*(source.param(name) for name in PARAMETERS))


def seen(source: Source) -> Source:
    """Put the week of the player in the place of the period: the file is of what is shown."""
    return replace(source, asked=reading.of_week(source.asked, view_of(source)))


def measures_of(source: Source) -> list[str]:
    """Name the measure whose numbers the parts hold."""
    return [view_of(source).measure]


def parts(source: Source) -> list[Part]:
    """Lay the screen out without small places: it may leave the building."""
    view = view_of(source)
    asked = file.public(source.asked, source.asked.scope)
    measure = measures.find(view.measure)
    what = "по территориям" if view.by_areas else "по ячейкам"
    span = formats.span(asked.period.start, asked.period.end)
    hidden = f"Не показаны места, где случаев меньше {asked.city.thresholds.min_published}."
    ground = asked.city.map.attribution or "Границ города нет."
    title = f"{measure.short_title} на карте, {what}"
    return [Part("map", title, span, _table(asked, view), drawn=_drawn(asked, view), after=(hidden, ground))]


def _table(asked: Asked, view: View) -> Table:
    measure, named = measures.find(view.measure), places.names(asked, view)
    columns = [
        Column("place", "Место", is_wide=True), Column("cell", "Ячейка"),
        Column("value", measure.short_title, measure.unit), Column("n", "В основании", "count"),
        Column("before", "Было", measure.unit), Column("area", "Площадь, км²", "score"),
        Column("people", "Жителей", "count"),
    ]  # fmt: skip
    rows, few = [], []
    for number, row in enumerate(places.ordered(asked, view).iter_rows(named=True)):
        title = painting.name_of(row[PLACE], named)
        cell = None if view.by_areas else row[PLACE]
        few += [] if row["value"] is not None else [(number, "value")]
        rows.append([title, cell, row["value"], row["n"], row["before"], row[SQUARE_KM], row.get("population")])
    return Table.of(columns, rows, few=few)


def _drawn(asked: Asked, view: View) -> bytes:
    return b"" if view.show != "measure" else file.drawn(asked, view, file.about(asked, view))
