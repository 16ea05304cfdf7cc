"""Say of a measure two things that are not the same: is the target reached, and is the process really changing.

The two layers are those of "Making Data Count": a target tells nothing about change, and a change nothing about the
target. Each has a word and a shape of its own, so that colour is never the only carrier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from analytics.control import Corridor
from analytics.declarations import Good
from analytics.process import Point, Rule


class Change(StrEnum):
    """Name how a process changes: for better or worse, or up or down where neither is welcome."""

    BETTER = "better"
    WORSE = "worse"
    UP = "up"
    DOWN = "down"
    USUAL = "usual"
    UNKNOWN = "unknown"


class Assurance(StrEnum):
    """Name whether the process, going on as it is, reaches its target: always, never, or now and then."""

    REACHED = "reached"
    MISSED = "missed"
    VARIES = "varies"
    NO_TARGET = "no_target"
    UNKNOWN = "unknown"


CHANGE_WORDS: Final[Mapping[Change, str]] = MappingProxyType(
    {
        Change.BETTER: "стало лучше",
        Change.WORSE: "стало хуже",
        Change.UP: "стало больше",
        Change.DOWN: "стало меньше",
        Change.USUAL: "без изменений",
        Change.UNKNOWN: "мало данных",
    }
)

ASSURANCE_WORDS: Final[Mapping[Assurance, str]] = MappingProxyType(
    {
        Assurance.REACHED: "цель достигается устойчиво",
        Assurance.MISSED: "цель пока не достигается",
        Assurance.VARIES: "цель то достигается, то нет",
        Assurance.NO_TARGET: "цель не задана",
        Assurance.UNKNOWN: "мало данных",
    }
)

ASSURANCE_SHAPES: Final[Mapping[Assurance, str]] = MappingProxyType(
    {
        Assurance.REACHED: "✓",
        Assurance.MISSED: "×",
        Assurance.VARIES: "≈",
        Assurance.NO_TARGET: "",
        Assurance.UNKNOWN: "○",
    }
)


@dataclass(frozen=True, slots=True)
class Status:
    """Hold both layers of one measure; `is_reached` is about the last value alone, None without value or target.

    `is_up` tells which way a change goes, None without one. `has_runs` says whether runs of points were judged too.
    """

    change: Change
    rule: Rule | None
    is_up: bool | None
    assurance: Assurance
    is_reached: bool | None
    has_runs: bool = False

    @property
    def shape(self) -> str:
        """Give the shape of the change: its direction, not whether that is welcome."""
        if self.is_up is None:
            return "○" if self.change is Change.UNKNOWN else "●"
        return "▲" if self.is_up else "▼"

    @property
    def words(self) -> str:
        """Say both layers in a sentence; a target that nobody set is not mentioned."""
        parts = [CHANGE_WORDS[self.change]]
        if self.assurance not in {Assurance.NO_TARGET, Assurance.UNKNOWN}:
            parts.append(ASSURANCE_WORDS[self.assurance])
        return "; ".join(parts)


def status(points: Sequence[Point], good: Good | None, target: float | None = None) -> Status:
    """Read the status of a measure off its chart (`process.chart`), for the last point of it.

    `good` is the direction that is welcome (`Measure.good`).
    """
    last = points[-1] if points else Point(None, None, None, None, 0)
    return Status(
        change=_change(last, good),
        rule=last.rule,
        is_up=last.is_up,
        assurance=assurance(last.corridor, good, target),
        is_reached=reached(last.value, good, target),
        has_runs=last.has_runs,
    )


def _change(last: Point, good: Good | None) -> Change:
    if last.corridor is None:
        return Change.UNKNOWN
    if last.is_up is None:
        return Change.USUAL
    if good is None:
        return Change.UP if last.is_up else Change.DOWN
    return Change.BETTER if last.is_up is (good == "up") else Change.WORSE


def assurance(corridor: Corridor | None, good: Good | None, target: float | None) -> Assurance:
    """Compare a target with the limits: beyond one of them it is always reached, or never; a limit itself varies.

    >>> assurance(Corridor(0.9, 0.85, 0.95), "up", 0.8)
    <Assurance.REACHED: 'reached'>
    """
    if target is None or good is None:
        return Assurance.NO_TARGET
    if corridor is None:
        return Assurance.UNKNOWN
    if corridor.lower <= target <= corridor.upper:
        return Assurance.VARIES
    return Assurance.REACHED if (target < corridor.lower) is (good == "up") else Assurance.MISSED


def reached(value: float | None, good: Good | None, target: float | None) -> bool | None:
    """Compare a value with the target in the welcome direction; equality reaches it."""
    if value is None or target is None or good is None:
        return None
    return value >= target if good == "up" else value <= target
