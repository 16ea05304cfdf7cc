"""The map as files: its numbers as CSV and GeoJSON, the map itself as a drawing. Small places are masked in all."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from analytics import hexagons, measures
from analytics.hexagons import LATITUDE, LONGITUDE, PLACE, SQUARE_KM
from loaders.scope import Scope
from pages.gate.downloads import Made
from pages.map import features, painting, picture, places, reading
from pages.map.view import View
from pages.shared import formats, readers
from pages.shared.asked import Asked
from pages.shared.export import Offered
from pages.shared.filters import DIMENSIONS
from pages.shared.inert_csv import inert_csv
from pages.shared.palette import LIGHT
from pages.shared.run import Run

Line = dict[str, Any]


def offered(run: Run, asked: Asked, view: View) -> tuple[Offered, ...]:
    """Describe the files of a map of a measure; each is made anew, of what the fetching reader's scope opens."""
    rows = places.ordered(_public(asked, asked.scope), view).height
    title = f"{measures.find(view.measure).short_title} на карте"
    name = f"карта {run.period.start:%d.%m.%Y}-{run.period.end:%d.%m.%Y}"
    about = _about(run, asked, view)

    def of(write: Callable[[Asked, View, Mapping[str, str]], bytes]) -> Callable[[Scope], Made]:
        def make(scope: Scope) -> Made:
            public = _public(replace(asked, version=readers.version(scope)), scope)
            return Made(write(public, view, about), places.ordered(public, view).height)

        return make

    return (
        Offered(title, f"{name}.csv", rows, of(_csv)),
        Offered(title, f"{name}.geojson", rows, of(_geojson), "GeoJSON для карт", "application/geo+json"),
        Offered(title, f"{name}.svg", rows, of(_svg), "рисунок SVG для печати", "image/svg+xml"),
    )


def _public(asked: Asked, scope: Scope) -> Asked:
    """Look as somebody who sees no rows: what leaves the building shows no small place."""
    return replace(asked, scope=replace(scope, sees_rows=False))


def _about(run: Run, asked: Asked, view: View) -> dict[str, str]:
    """Say what the file holds: measure, days, filters, time of the data, whose ground."""
    measure = measures.find(view.measure)
    chosen = [run.options.title(name, key) for name in DIMENSIONS for key in getattr(run.filters, name)]
    newest = run.freshness.newest_event_at
    return {
        "показатель": f"{measure.title}. {measure.definition}",
        "период": formats.span(asked.period.start, asked.period.end),
        "сравнение": formats.span(asked.comparison.start, asked.comparison.end) if asked.comparison else "нет",
        "отборы": ", ".join(chosen) or "нет",
        "данные на": formats.moment(newest),
        "скрыто": f"места, где случаев меньше {run.city.thresholds.min_published}",
        "карта": run.city.map.attribution or "границ города нет",
    }


_HEADS: Final = ("место", "название", "значение", "случаев в основании", "было", "площадь, км²", "жителей")


def _lines(asked: Asked, view: View) -> list[Line]:
    """Give the numbers of every place; a masked one has none."""
    named = places.names(asked, view)
    found = places.ordered(asked, view)
    return [
        dict(zip(_HEADS, _values(row, named), strict=True)) | {"показано цветом": row["shown"]}
        for row in found.iter_rows(named=True)
    ]


def _values(row: Mapping[str, Any], named: Mapping[str, str]) -> list[Any]:
    name = painting.name_of(row[PLACE], named)
    key = row[PLACE] if hexagons.is_cell(row[PLACE]) else name
    return [key, name, row["value"], row["n"], row["before"], row[SQUARE_KM], row.get("population")]


def _csv(asked: Asked, view: View, about: Mapping[str, str]) -> bytes:
    rows = [[*line.values(), *about.values()] for line in _lines(asked, view)]
    return inert_csv([*_HEADS, "показано цветом", *about], rows)


def _geojson(asked: Asked, view: View, about: Mapping[str, str]) -> bytes:
    drawn = {area.title: features.geometry(area.shape) for area in reading.ground(asked.scope.municipality).areas}
    written = [
        {"type": "Feature", "properties": line, "geometry": _shape(line["место"], drawn)}
        for line in _lines(asked, view)
    ]
    document = {"type": "FeatureCollection", "о файле": about, "features": written}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def _shape(place: str, drawn: Mapping[str, Any]) -> dict[str, Any] | None:
    if hexagons.is_cell(place):
        return {"type": "Polygon", "coordinates": [hexagons.ring(place)]}
    return drawn.get(place)


def _svg(asked: Asked, view: View, about: Mapping[str, str]) -> bytes:
    """Draw the map with its legend and what it is, in the colours of paper."""
    resolution = places.resolution_of(asked, view)
    ground = reading.ground(asked.scope.municipality)
    paint = painting.by_measure(asked, view, LIGHT, resolution)
    scale = painting.scale_of(asked, view)
    fills, _ = paint.of_places()
    shapes = {area.title: area.shape for area in ground.areas} if view.by_areas else {}
    rings = {place: hexagons.ring(place) for place in fills} if not view.by_areas else {}
    points = [(row[LONGITUDE], row[LATITUDE]) for row in paint.frame.to_dicts()] if not view.by_areas else []
    steps = picture.Steps(
        painting.ramp_of(view, LIGHT, scale), *painting.ends(asked, view), painting.without_number(LIGHT)
    )
    return picture.draw(ground, fills, rings or shapes, steps, about, asked.city.box, points)
