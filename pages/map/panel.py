"""The panel with the map: choices, legend, the map itself, what it stands on, and the same numbers as a table."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from analytics import hexagons, keys, measures
from loaders.geography import Geography
from pages.gate import settings
from pages.map import basemap, controls, deck, features, file, painting, reading, sheet, standing
from pages.map.deck import Addresses
from pages.map.features import rgb
from pages.map.painting import Paint
from pages.map.tiles import GROUND, SQUARES, sheets
from pages.map.view import View
from pages.shared import address, export, formats, frame, passport
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.text import href_to, html_text

HEIGHT: Final = 600
_KEY: Final = "map"


def draw(run: Run, asked: Asked, view: View) -> None:
    """Draw the panel."""
    ground = reading.ground(run.scope.municipality)
    with frame.panel(key="map"):
        st.html(
            f'<div class="mcu-panel-title"><h2>{html_text(_title(view))}</h2>'
            f"<span>{formats.span(asked.period.start, asked.period.end)}</span>{_legend(run, asked, view)}</div>"
        )
        controls.draw(view, run)
        _map(run, asked, view, ground)
        st.html(_under(asked, run))
        st.html(f'<p class="mcu-note">{passport.note(measures.find(view.measure), asked.min_n)}</p>')
        if view.show == "measure":
            export.button(run, file.offered(run, asked, view))


def _title(view: View) -> str:
    if view.show != "measure":
        return standing.title(view)
    return f"{measures.find(view.measure).short_title} на карте"


def _legend(run: Run, asked: Asked, view: View) -> str:
    if view.show != "measure":
        return standing.legend_html(view, run.palette)
    return painting.legend_html(asked, view, run.palette)


def _map(run: Run, asked: Asked, view: View, ground: Geography) -> None:
    box = deck.bounds(ground, run.city.box)
    drawn = deck.deck(ground, box, _addresses(run, asked, view, ground), run.palette, _chosen(view, ground))
    st.pydeck_chart(
        drawn, key=_KEY, height=HEIGHT, on_select=_click,
        alt="Карта города; те же числа — в таблице под картой",
    )  # fmt: skip


def _addresses(run: Run, asked: Asked, view: View, ground: Geography) -> Addresses:
    """Put up what the browser is to fetch; the same view keeps its address, so nothing is fetched twice."""
    about = repr((asked, view.without_place(), run.palette.name))

    def paint(resolution: int) -> Paint:
        if view.show != "measure":
            return standing.paint(asked, view, run.palette)
        return painting.by_measure(asked, view, run.palette, resolution)

    single = rgb(run.palette.text)
    own = SQUARES + sheets.put(run.viewer, about, sheet.layers(asked, paint, view.measure, single))
    layers, files = sheet.of_ground(ground), run.city.map
    has_style = basemap.style(files, settings.read().map_hosts) is not None
    still = sheets.put(run.viewer, f"ground {run.scope.municipality}", layers, files)
    squares = "/{z}/{x}/{y}"
    return Addresses(
        cells="" if view.by_areas else f"{own}/cells{squares}",
        areas=f"{own}/areas/0/0/0" if view.by_areas else "",
        points=f"{own}/points{squares}" if asked.scope.sees_rows else "",
        style=f"{GROUND}{still}/{basemap.STYLE}" if has_style else "",
        **{name: f"{SQUARES}{still}/{name}/0/0/0" for name in layers},
    )


def _chosen(view: View, ground: Geography) -> list[Any]:
    """Give the outline of the open place."""
    if view.is_cell:
        return [{"type": "Polygon", "coordinates": [hexagons.ring(view.place)]}]
    area = ground.area(keys.read(view.place) or "")
    return [] if area is None else [features.geometry(area.shape)]


def _click() -> None:
    """Put the clicked place into the address; a click on nothing changes nothing."""
    place = clicked_place(st.session_state.get(_KEY))
    if place:
        address.set_param("place", place)


def clicked_place(state: Any) -> str:
    """Give the place that a click on the map carries; the browser sends it, so nothing about its shape is certain.

    >>> clicked_place({"selection": {"objects": {"cells": [{"properties": {"place": "892d45d89b3ffff"}}]}}})
    '892d45d89b3ffff'
    >>> clicked_place({"selection": {"objects": {"cells": [None]}}}), clicked_place(None)
    ('', '')
    """
    chosen = state.get("selection") if isinstance(state, Mapping) else None
    objects = chosen.get("objects") if isinstance(chosen, Mapping) else None
    layers = objects.values() if isinstance(objects, Mapping) else ()
    first = next((each[0] for each in layers if isinstance(each, list) and each), None)
    properties = first.get("properties") if isinstance(first, Mapping) else None
    place = properties.get("place") if isinstance(properties, Mapping) else None
    return place if isinstance(place, str) else ""


def _under(asked: Asked, run: Run) -> str:
    """Say how much of the period is on the map, and whose ground it is."""
    found = reading.located(asked)
    total, least = found["appeals"], asked.min_n
    share = formats.share(found["on_map"] / total if total else None, total, least)
    on_map = f"На карте {formats.number(found['on_map'])} из {formats.number(total)} ({share})"
    rest = [
        f"только территория — {formats.number(found['territory_only'])}",
        f"без места — {formats.number(found['nowhere'])}",
    ]
    href = address.url("quality", run.filters)
    more = f' · <a class="mcu-link"{href_to(href)}>почему</a>' if href else ""
    notes = html_text(run.city.map.attribution) or "Границы города не даны: нет файла карты"
    return f'<p class="mcu-ground"><span>{on_map}: {", ".join(rest)}{more}</span><span>{notes}</span></p>'
