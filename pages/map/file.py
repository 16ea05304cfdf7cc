"""The map as GeoJSON and as a drawing for paper. Small places are masked in both."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from analytics import hexagons, measures
from analytics.hexagons import LATITUDE, LONGITUDE, PLACE, SQUARE_KM
from analytics.keys import written
from loaders.scope import Scope
from pages.gate.downloads import Made
from pages.map import features, painting, picture, places, reading
from pages.map.view import View
from pages.paper.source import filters_words
from pages.shared import formats, half, readers
from pages.shared.asked import Asked
from pages.shared.export import Offered
from pages.shared.palette import LIGHT
from pages.shared.run import Run

Line = dict[str, Any]


def offered(run: Run, asked: Asked, view: View) -> Offered:
    """Describe the places as GeoJSON for other maps; made anew, of what the fetching reader's scope opens."""
    rows = places.ordered(public(asked, asked.scope), view).height
    title = f"{measures.find(view.measure).short_title} на карте"
    name = f"карта {run.period.start:%d.%m.%Y}-{run.period.end:%d.%m.%Y}.geojson"

    def make(scope: Scope) -> Made:
        shown = public(replace(asked, version=readers.version(scope)), scope)
        return Made(_geojson(shown, view, about(shown, view)), places.ordered(shown, view).height)

    return Offered(title, name, rows, make, "GeoJSON для карт", "application/geo+json")


def public(asked: Asked, scope: Scope) -> Asked:
    """Ask for what may leave the building: no small place."""
    return replace(asked, scope=scope, is_public=True)


def about(asked: Asked, view: View) -> dict[str, str]:
    """Say what the file holds: measure, days, filters, time of the data, whose ground."""
    measure = measures.find(view.measure)
    newest = readers.freshness(asked.scope, asked.version).newest_event_at
    return {
        "показатель": f"{measure.title}. {measure.definition}",
        "период": formats.span(asked.period.start, asked.period.end),
        "сравнение": formats.span(asked.comparison.start, asked.comparison.end) if asked.comparison else "нет",
        "отборы": filters_words(asked),
        "посчитано по": formats.day(asked.as_of),
        "данные на": formats.moment(newest),
        "скрыто": f"места, где случаев меньше {asked.city.thresholds.min_published}",
        **({half.TITLE.lower(): told} if (told := half.words(asked.scope)) else {}),
        "карта": asked.city.map.attribution or "границ города нет",
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


def drawn(asked: Asked, view: View, about: Mapping[str, str]) -> bytes:
    """Draw the map with its legend and what it is, in the colours of paper."""
    resolution = places.resolution_of(asked, view)
    ground = reading.ground(asked.scope.municipality)
    paint = painting.by_measure(asked, view, LIGHT, resolution)
    scale = painting.scale_of(asked, view)
    fills, _ = paint.of_places()
    shapes = {written(area.title): area.shape for area in ground.areas} if view.by_areas else {}
    rings = {place: hexagons.ring(place) for place in fills} if not view.by_areas else {}
    points = [(row[LONGITUDE], row[LATITUDE]) for row in paint.frame.to_dicts()] if not view.by_areas else []
    steps = picture.Steps(
        painting.ramp_of(view, LIGHT, scale), *painting.ends(asked, view), painting.without_number(LIGHT)
    )
    return picture.draw(ground, fills, rings or shapes, steps, about, asked.city.box, points)
