"""What is told where nothing changed, and what is found where something did: demo city, Boston, dense made-up city.

Prints one table: the claim, what the cities show, the bound, and where it does not hold. `--looks 0.1` makes a tenth of
the looks.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tests import nulls
from tests.nulls import BOSTON, Made

Look = Callable[[Made, Any, int], float]


@dataclass(frozen=True)
class Line:
    """Describe a line: what is counted, how, by how many looks, and the bound; `is_power` is told without a bound."""

    claim: str
    look: Look
    looks: int
    bound: float = 0.05
    is_power: bool = False
    needs: str = "topic"


def _times(look: Callable[[Made, Any, int, float], float], times: float) -> Look:
    return lambda city, rng, looks: look(city, rng, looks, times)


NULLS = (
    Line("tile: a week is called changed, weeks dealt out anew", nulls.tiles, 120),
    Line("full rules of the chart, weeks dealt out anew", nulls.charts, 60),
    Line("sentence of what left or came back, weeks dealt out anew", nulls.sentences_of_nothing, 200),
    Line("problem spheres: any change named, odd against even days of four weeks", nulls.problems_of_nothing, 200),
    Line("polls: any topic rises, odd against even days of eight weeks", nulls.rising_of_nothing, 100),
    Line("rating: halves of one body are told apart (weeks, days, random)", nulls.halves_of_bodies, 3),
    Line("rating: anybody is named, departments dealt out anew", nulls.bodies_dealt_out, 8),
    Line("map: worse anywhere, territories dealt out within topics", nulls.worse_somewhere, 60),
    Line("map: any cluster on a day, places dealt out within topics", nulls.days_with_clusters, 40, needs="geo_cell"),
)
FACTS = (
    Line(
        "full rules of the chart, weeks as they are", partial(nulls.charts, as_they_are=True), 60, is_power=True
    ),
    *(
        Line(f"{name}: one of the six largest topics × {times:g} for a week", _times(look, times), 60, is_power=True)
        for name, look in (("problem spheres", nulls.found_in_problems), ("sentences", nulls.found_in_sentences))
        for times in (1.5, 2.0, 4.0)
    ),
    Line(
        "sentences: × 4 two to fourteen weeks after the disaster",
        _times(nulls.found_after_the_disaster, 4.0),
        60,
        is_power=True,
        needs="geo_cell",
    ),
)  # fmt: skip


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=float, default=1.0, help="how many times the usual number of looks")
    part = parser.parse_args().looks
    cities = [nulls.demo_city(), *([nulls.boston()] if BOSTON else []), nulls.dense()]
    names = [city.name for city in cities]
    _row("what is told where nothing changed", *names, "bound", "holds")
    _row("---", *("---" for _ in names), "---", "---")
    for line in (*NULLS, *FACTS):
        found = [_found(line, city, max(round(line.looks * part), 4)) for city in cities]
        holds = all(each is None or each <= line.bound for each in found)
        shown = ("—" if each is None else f"{each:.1%}" for each in found)
        _row(
            line.claim, *shown, *(("", "") if line.is_power else (f"≤ {line.bound:.0%}", "yes" if holds else "**no**"))
        )


def _found(line: Line, city: Made, looks: int) -> float | None:
    if line.needs not in city.cells.columns:
        return None
    return line.look(city, np.random.default_rng(15), looks)


def _row(*parts: str) -> None:
    sys.stdout.write(f"| {' | '.join(parts)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
