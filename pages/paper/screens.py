"""Every screen that can be taken away, and how it is laid out as parts of a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pages.deadlines import paper as deadlines
from pages.heat_map import paper as heat_map
from pages.map import paper as city_map
from pages.measures import paper as measures
from pages.my_cases import paper as my_cases
from pages.paper.model import Part
from pages.paper.source import Source
from pages.problems import paper as problems
from pages.quality import paper as quality
from pages.rating import paper as rating
from pages.registry import paper as registry


@dataclass(frozen=True, slots=True)
class Screen:
    """Hold how a screen is laid out: its parts, the measures whose definitions they need, and what it is made from.

    `seen` puts the days that the screen really shows in the place of the period.
    """

    parts: Callable[[Source], Sequence[Part]]
    measures: Callable[[Source], Sequence[str]]
    seen: Callable[[Source], Source] = lambda source: source


SCREENS: Final[dict[str, Screen]] = {
    "heat-map": Screen(heat_map.parts, heat_map.measures_of),
    "my-cases": Screen(my_cases.parts, my_cases.measures_of, my_cases.seen),
    "deadlines": Screen(deadlines.parts, deadlines.measures_of),
    "rating": Screen(rating.parts, rating.measures_of),
    "problems": Screen(problems.parts, problems.measures_of),
    "map": Screen(city_map.parts, city_map.measures_of, city_map.seen),
    "registry": Screen(registry.parts, registry.measures_of),
    "quality": Screen(quality.parts, quality.measures_of),
    "measures": Screen(measures.parts, measures.measures_of),
}
"""Screens by their addresses; the journal has a file of its own."""
