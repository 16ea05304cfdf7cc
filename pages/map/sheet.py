"""What the browser fetches of the map of one reader: squares of cells, territories, single points, the ground."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from analytics.keys import written
from loaders import register
from loaders.geography import Geography
from pages.map import features, reading
from pages.map.features import Colour, Features, Tile
from pages.map.painting import Paint
from pages.map.tiles import Draw
from pages.registry import query
from pages.shared import formats, readers
from pages.shared.asked import Asked

_AROUND: Final = "место округлено до сотни метров"

_SMOOTH: Final = 5e-5
"""Degrees within which borders of territories are smoothed for the screen, shared ones alike: five metres."""


def layers(asked: Asked, paint: Callable[[int], Paint], measured: str, single: Colour) -> dict[str, Draw]:
    """Make the layers of a view: `paint` colours the places of a resolution, `single` the points of single cases.

    Points are there for those who may see rows, and for nobody else.
    """

    @lru_cache(maxsize=8)
    def cells(resolution: int) -> Features:
        found = paint(resolution)
        return features.cells(found.frame, found.fills, found.tips)

    @lru_cache(maxsize=1)
    def singles() -> Features:
        return _singles(asked, measured, single)

    def square(tile: Tile) -> bytes:
        return features.collection(cells(reading.resolution(asked, tile.z)).within(tile.box))

    drawn: dict[str, Draw] = {"cells": square, "areas": lambda _: _areas(asked, paint(reading.AREAS))}
    if asked.scope.sees_rows:
        drawn["points"] = lambda tile: features.collection(singles().within(tile.box))
    return drawn


def of_ground(ground: Geography) -> dict[str, Draw]:
    """Make the layers of the ground: streets and houses."""
    parts = {"streets": ground.streets, "buildings": ground.buildings}
    return {name: _still([each.shape for each in shapes]) for name, shapes in parts.items() if shapes}


def _still(shapes: list[BaseGeometry]) -> Draw:
    """Write shapes that never change, once."""
    written = lru_cache(maxsize=1)(lambda: features.collection(map(features.bare, shapes)))
    return lambda _: written()


def _areas(asked: Asked, paint: Paint) -> bytes:
    """Write the territories that were counted; one without an outline is in the table only."""
    drawn = reading.ground(asked.scope.municipality).areas
    fills, tips = paint.of_places()
    known = {place: area.shape for area in drawn if (place := written(area.title)) in fills}
    smooth = shapely.coverage_simplify(list(known.values()), _SMOOTH)
    return features.collection(features.areas(dict(zip(known, smooth, strict=True)), fills, tips))


def _singles(asked: Asked, measured: str, colour: Colour) -> Features:
    """Read the places of single cases: those that the register shows behind the measure."""
    wanted = query.register_filter(
        asked.filters, query.Asked.parse({"measure": [measured]}), asked.period, asked.as_of, asked.city.rest_rule
    )
    found = register.points(readers.store(), asked.scope, wanted)
    return features.points(found, colour, [(formats.appeals(appeals), _AROUND) for appeals in found["appeals"]])
