"""What the reader chose on «Проблемные сферы», read from the address: units, weights, and what is to be explained."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from analytics.problems import COUNTS, checked

UNITS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "blocks": ("По блокам", ("topic_block",)),
    "topics": ("По темам", ("topic_block", "topic")),
}
"""What may be a sphere: its word for the switch, and the columns that name it."""

MEASURES: Final = (
    *("overdue_open", "postponed", "missed", "new", "repeat", "appeals"),
    *("on_time_share", "repeat_share", "satisfied_share"),
)
"""Measures whose change is explained; the first is shown at the start."""

DIMENSIONS: Final = {
    "topic_block": "по блокам",
    "topic": "по темам",
    "department": "по подразделениям",
    "territory": "по территориям",
}
"""Dimensions that a change is split by."""

MOST_WEIGHT: Final = 100.0
"""Only the proportions of weights matter; a larger one is a slip."""


@dataclass(frozen=True, slots=True)
class View:
    """Hold the reader's choices; every field is valid. `own` is None where the weights are the city's."""

    units: str
    own: tuple[float, ...] | None
    measure: str
    dimension: str

    @classmethod
    def parse(cls, units: str, weights: str, measure: str, dimension: str, *, is_narrow: bool) -> Self:
        """Read the choices from parameters of the address; what makes no sense counts as absent.

        A reader of few blocks (`is_narrow`) is shown topics unless blocks are asked for.
        """
        usual = ("topics", "topic") if is_narrow else ("blocks", "topic_block")
        return cls(
            units=units if units in UNITS else usual[0],
            own=parse_weights(weights),
            measure=measure if measure in MEASURES else MEASURES[0],
            dimension=dimension if dimension in DIMENSIONS else usual[1],
        )

    @property
    def by(self) -> tuple[str, ...]:
        """Name the columns that a sphere is named by."""
        return UNITS[self.units][1]

    def weights(self, usual: Mapping[str, float]) -> tuple[float, ...]:
        """Give the weights in the order of the counts: the reader's own, else the city's."""
        return self.own or tuple(usual[name] for name in COUNTS)


def parse_weights(text: str) -> tuple[float, ...] | None:
    """Read weights «1; 2; 1; 0,5» in the order of the counts; None when they cannot be weights.

    >>> parse_weights("1; 2; 1; 0,5"), parse_weights("0;0;0;0"), parse_weights("1;2")
    ((1.0, 2.0, 1.0, 0.5), None, None)
    """
    try:
        weights = tuple(float(piece.strip().replace(",", ".")) for piece in text[:80].split(";"))
        checked(dict(zip(COUNTS, weights, strict=True)))
    except ValueError:
        return None
    return weights if all(math.isfinite(each) and each <= MOST_WEIGHT for each in weights) else None


def write_weights(weights: Sequence[float]) -> str:
    """Write weights for the address."""
    return ";".join(f"{weight:g}".replace(".", ",") for weight in weights)
