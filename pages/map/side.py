"""Beside the map: the story of the open place, or where the city stands out."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from analytics import hexagons, keys
from analytics.hexagons import PLACE
from analytics.periods import format_period
from analytics.story import Story
from pages.heat_map import story_panel
from pages.map import painting, places, reading, standing
from pages.map.view import View
from pages.shared import address, formats, listing, notices
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.table import some_of
from pages.shared.text import how_counted, href_to, html_text

_FOREMOST: Final = 8


def draw(run: Run, asked: Asked, view: View) -> None:
    """Draw the story of the open place; without one, the places that stand out."""
    if not view.place:
        (_foremost if view.show == "measure" else _standing_out)(run, asked, view)
        return
    if not run.scope.sees_rows and not _is_public(asked, view):
        notices.empty(
            "История этого места вам не открыта" if view.is_cell else "Случаев меньше, чем показывается",
            "Истории ячеек видят те, кому открыт реестр: в них отдельные случаи. Истории территорий открыты всем.",
            link="Закрыть",
            href=address.url("map", run.filters, **view.without_place().own()),
        )
        return
    told = reading.told(asked, view.measure, view.place)
    story_panel.show(told, _title(asked, view), _rows(told, run, asked, view), run)
    _ways(run, view)


def _is_public(asked: Asked, view: View) -> bool:
    """Say whether the story of a place may be told to whoever sees no rows: a territory whose number is shown.

    The story of a cell would tell of single cases by their topic, however many there are.
    """
    if view.is_cell:
        return False
    shown = reading.counted(asked, view.measure, reading.AREAS).filter(
        pl.col(PLACE) == view.place, ~pl.col("is_masked")
    )
    return not shown.is_empty()


def _foremost(run: Run, asked: Asked, view: View) -> None:
    """List the places with the most; which of them are more than noise is another question of the map."""
    found = places.ordered(asked, view).filter(pl.col("shown").is_not_null())
    if found.is_empty():
        notices.empty("На карте ничего нет", "За эти дни и с этими отборами ни у одного случая нет места на карте.")
        return
    lines = "".join(_line(row, run, asked, view) for row in found.head(_FOREMOST).iter_rows(named=True))
    st.html(
        f'<div class="mcu-story"><h2>{places.extreme(view)}</h2><div class="lines">{lines}</div>'
        f"{some_of(_FOREMOST, found.height, 'остальные — на карте и в таблице под ней')}"
        "<p>Нажмите на место на карте или в списке — здесь откроется его история. Больше — ещё не хуже: где числа выше "
        "случайных, показывают «Где пишут чаще», «Где хуже» и «Всплески».</p></div>"
    )


def _standing_out(run: Run, asked: Asked, view: View) -> None:
    """List the hot spots or clusters with what they are; say so where there are none."""
    found = standing.lines(asked, view, address.url("problems", run.filters))
    listed = "".join(_spot(number, each, run, view) for number, each in enumerate(found, start=1))
    body = (
        f'<ol class="mcu-spots">{listed}</ol>'
        if listed
        else f'<p class="mcu-quiet">{standing.silence(asked, view)}</p>'
    )
    st.html(
        f'<div class="mcu-story"><h2>{standing.title(view)}</h2>{body}'
        f'<p class="mcu-note">{html_text(standing.method(asked, view), 900)}</p>'
        f"{how_counted(standing.authors(view))}</div>"
    )


def _spot(number: int, line: standing.Line, run: Run, view: View) -> str:
    href = href_to(address.url("map", run.filters, **view.own(place=line.place)))
    return f'<li><h3>{number}. <a class="mcu-link"{href}>{html_text(line.title)}</a></h3><p>{line.words}</p></li>'


def _line(row: Mapping[str, Any], run: Run, asked: Asked, view: View) -> str:
    href = href_to(address.url("map", run.filters, **view.own(place=row[PLACE])))
    name = html_text(painting.name_of(row[PLACE], places.names(asked, view)))
    title = f'<a class="mcu-link"{href}>{name}</a>' if places.opens(run, view) else f"<span>{name}</span>"
    return f"<div>{title}<b>{painting.value_words(row, view)}</b></div>"


def _title(asked: Asked, view: View) -> str:
    days = formats.span(asked.period.start, asked.period.end)
    if not view.is_cell:
        return html_text(f"{painting.name_of(view.place, {})} · {days}")
    resolution = hexagons.resolution(view.place)
    name = painting.name_of(view.place, reading.names(asked, resolution))
    return html_text(f"{name} · {days}")


def _rows(told: Story, run: Run, asked: Asked, view: View) -> str:
    """Give the address of the rows of the open place."""
    filters = run.filters.replace(period=format_period(asked.period))
    if view.is_cell:
        return listing.href(told.n, filters, told.measure.key, place=view.place)
    return listing.href(told.n, filters.replace(territories=(view.place,)), told.measure.key)


def _ways(run: Run, view: View) -> None:
    """Lead on: the territory as a filter of every screen, or back to the whole city."""
    back = address.url("map", run.filters, **view.without_place().own())
    links = [f'<a class="mcu-link button"{href_to(back)}>Закрыть</a>']
    if not view.is_cell and view.place != keys.ABSENT and view.place not in run.filters.territories:
        only = address.url("map", run.filters.replace(territories=(view.place,)), **view.without_place().own())
        links.insert(0, f'<a class="mcu-link button"{href_to(only)}>Только эта территория, на всех экранах</a>')
    st.html(f'<div class="mcu-story">{" ".join(links)}</div>')
