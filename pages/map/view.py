"""What the reader chose on the map, read from the address: what is shown, of which week, and which place is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from analytics import hexagons, measures
from analytics.periods import Period, bucket_start
from pages.heat_map.view import COLOURS
from pages.shared.gaps import Gaps
from pages.shared.limits import read

LAYERS: Final = {"cells": "Ячейки", "areas": "Территории"}
"""What the ground is divided into."""

SHOWS: Final = {
    "measure": "Показатель",
    "more": "Где пишут чаще",
    "worse": "Где хуже",
    "surges": "Всплески",
}
"""What the colour tells: a number, or where it is more than noise."""

WORSE: Final = ("on_time_share", "overdue_share", "repeat_share", "reworked_share", "satisfied_share")
"""Measures by which a place can be worse than the city; the first is shown at the start."""

WEEKS: Final = 26
"""Weeks back that the time player shows: half a year."""

PARAMETERS: Final = ("layer", "show", "colour", "limits", "week", "place")


@dataclass(frozen=True, slots=True)
class View:
    """Hold the reader's choices; every field is valid.

    `week` is the Monday of the week shown instead of the period. `place` is the index of a cell or the title of a
    territory, whose story stands beside the map; it may be one without data.
    """

    layer: str = "cells"
    show: str = "measure"
    colour: str = COLOURS[0]
    limits: tuple[float, ...] = ()
    week: date | None = None
    place: str = ""

    @classmethod
    def parse(cls, layer: str, show: str, colour: str, limits: str, week: str, place: str) -> Self:
        """Read the choices from parameters of the address; what makes no sense counts as absent."""
        chosen = cls(
            layer=layer if layer in LAYERS else "cells",
            show=show if show in SHOWS else "measure",
            colour=colour if colour in {*COLOURS, *WORSE} else COLOURS[0],
            week=_monday(week),
            place=place,
        )
        return replace(chosen, limits=read(limits).get(chosen.scale, ()))

    @property
    def measure(self) -> str:
        """Name the measure that is shown, and that the story of a place tells of."""
        if self.show == "worse":
            return self.colour if self.colour in WORSE else WORSE[0]
        return self.colour if self.show == "measure" and self.colour in COLOURS else COLOURS[0]

    @property
    def scale(self) -> str:
        """Name the scale whose limits the reader sets: cases are told per area or per resident, as no matrix does."""
        per = "resident" if self.by_areas else "area"
        return f"{self.measure}.{per}" if measures.find(self.measure).unit == "count" else self.measure

    @property
    def is_cell(self) -> bool:
        """Say whether the open place is a cell of the map and not a territory."""
        return hexagons.is_cell(self.place)

    @property
    def by_areas(self) -> bool:
        """Say whether the ground is divided into territories."""
        return self.layer == "areas"

    def own(self, **changes: str) -> dict[str, str]:
        """Write the choices for a link, leaving out what is at its default."""
        written = {
            "layer": self.layer if self.layer != "cells" else "",
            "show": self.show if self.show != "measure" else "",
            "colour": self.colour if self.colour != COLOURS[0] else "",
            "week": self.week.isoformat() if self.week else "",
            "place": self.place,
        }
        return written | changes

    def without_place(self) -> Self:
        """Give the same choices with no place open."""
        return replace(self, place="")


def weeks(as_of: date, first: date) -> tuple[date, ...]:
    """List the Mondays of the time player, oldest first: half a year, or since the first day with data."""
    last = bucket_start(as_of, "week")
    mondays = (last - timedelta(weeks=back) for back in reversed(range(WEEKS)))
    return tuple(day for day in mondays if day + timedelta(days=6) >= first)


def week_gaps(mondays: Sequence[date], as_of: date, first: date) -> Gaps:
    """Find the weeks of the player that the data do not cover whole."""
    return Gaps.of({monday: Period(monday, monday + timedelta(days=6)) for monday in mondays}, first, as_of)


def week_period(monday: date, as_of: date) -> Period:
    """Give the days of a week; the one that is still going ends on `as_of`."""
    return Period(monday, max(min(monday + timedelta(days=6), as_of), monday))


def _monday(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return bucket_start(day, "week") if day and day.year < 2101 and day.year > 1989 else None  # noqa: PLR2004 — years
