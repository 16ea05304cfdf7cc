"""Keep the points of the demo city inside its territories, where its map draws them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from loaders import geography
from loaders.city import City
from loaders.demo.dice import Floats, Ints

_STEPS: Final = 4
"""How often a point outside is brought half the way back before it is set on its anchor."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Hold the shapes of the territories in the city's order; None where the map draws none."""

    shapes: tuple[shapely.Geometry | None, ...]

    @classmethod
    def of(cls, city: City) -> "Ground":
        """Take the shapes from the city's map."""
        drawn = geography.read(city)
        areas = (drawn.area(territory.title) for territory in city.territories)
        return cls(tuple(None if area is None else area.shape for area in areas))

    def within(self, points: Floats, territory: Ints, anchors: Floats) -> Floats:
        """Bring points (latitude, longitude) outside their territory towards their anchors, which lie inside."""
        found = points.copy()
        for number, shape in enumerate(self.shapes):
            if shape is None:
                continue
            rows = np.flatnonzero(territory == number)
            for _ in range(_STEPS):
                rows = rows[~shapely.contains_xy(shape, found[rows, 1], found[rows, 0])]
                found[rows] = (found[rows] + anchors[rows]) / 2
            rows = rows[~shapely.contains_xy(shape, found[rows, 1], found[rows, 0])]
            found[rows] = anchors[rows]
        return found
