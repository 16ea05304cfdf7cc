"""Put problem spheres in the order in which they ask for a decision, each with its reasons as facts.

Act 004, прил. 1, п. 4.2 (4) asks for priorities in the work of the blocks and gives no rule; this one is the product's
own and stands on the screen: large and growing first, then growing, then large, then the rest, within each by index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Literal

from analytics.problems import COUNTS, Problems

TOGETHER: Final = 50.0
"""Percent of the index that the large ones make up together: the fewest units that hold half of all problems."""


class Level(IntEnum):
    """Name how soon a unit asks for a decision."""

    LARGE_AND_GROWING = 1
    GROWING = 2
    LARGE = 3
    REST = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Hold one fact behind a place: a count that really grew or fell, or the one that adds most to the index.

    `before` is None where nothing is compared; `points` is what the count adds to the index.
    """

    kind: Literal["grew", "fell", "most"]
    count: str
    now: int
    before: int | None
    points: float


@dataclass(frozen=True, slots=True)
class Priority:
    """Hold the place of one unit; `key` has a value for each column that the problems were counted by."""

    key: tuple[str | None, ...]
    level: Level
    index: float
    reasons: tuple[Reason, ...]


def priorities(found: Problems) -> tuple[Priority, ...]:
    """Order the units of problem spheres; those without a single case now are left out."""
    rows = [row for row in found.units.iter_rows(named=True) if any(row[name] for name in COUNTS)]
    return tuple(sorted((_priority(row, found.by) for row in rows), key=lambda each: (each.level, -each.index)))


def _priority(row: dict[str, Any], by: Sequence[str]) -> Priority:
    turned = [_reason(name, row, _TURNS[row[f"{name}_turn"]]) for name in COUNTS if row[f"{name}_turn"] in _TURNS]
    most = max(COUNTS, key=lambda name: row[f"{name}_points"])
    reasons = turned if any(each.count == most for each in turned) else [*turned, _reason(most, row, "most")]
    is_large = row["index"] > 0 and row["cumulative"] - row["index"] < TOGETHER
    is_growing = any(each.kind == "grew" for each in turned)
    return Priority(tuple(row[name] for name in by), _LEVELS[is_large, is_growing], row["index"], tuple(reasons))


def _reason(count: str, row: dict[str, Any], kind: Literal["grew", "fell", "most"]) -> Reason:
    return Reason(kind, count, row[count], row[f"{count}_before"], row[f"{count}_points"])


_TURNS: Final[dict[str | None, Literal["grew", "fell"]]] = {"up": "grew", "down": "fell"}

_LEVELS: Final = {
    (True, True): Level.LARGE_AND_GROWING,
    (False, True): Level.GROWING,
    (True, False): Level.LARGE,
    (False, False): Level.REST,
}
