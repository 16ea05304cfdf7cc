"""The words of surprise: how far a number is from the past of its own cell. No Streamlit here."""

from typing import Final

import polars as pl

from analytics import surprise
from analytics.surprise import Told
from pages.heat_map.grid import Paint
from pages.shared import formats

TITLE: Final = "Неожиданность"

STEPS: Final = (
    "намного меньше обычного",
    "заметно меньше обычного",
    "чуть меньше обычного",
    "как обычно",
    "чуть больше обычного",
    "заметно больше обычного",
    "намного больше обычного",
)
"""Words of the steps of `analytics.surprise.STEPS`, in their order."""

ENDS: Final = ("меньше", "больше обычного")
"""Words beside the ends of the legend: short enough to stand in one line with the title."""

LIMITS: Final = "У неожиданности границы свои: один, два и три обычных разброса ячейки в обе стороны."

NOTE: Final = (
    "Цвет сравнивает число с двенадцатью прошлыми равными периодами той же ячейки: границы шагов — один, два и три её "
    "обычных разброса. Из 250 ячеек за три разброса случайно выходит примерно одна. "
    "Без цвета — мало случаев или мало истории."
)

_UNUSUAL: Final = frozenset({0, 1, len(STEPS) - 2, len(STEPS) - 1})
"""Steps that chance alone seldom reaches: beyond two usual spreads."""

_WHY: Final = {Told.SMALL: "мало случаев, чтобы судить", Told.SHORT_HISTORY: "мало истории, чтобы судить"}


def paint(told: pl.DataFrame, unit: str) -> Paint:
    """Colour cells by surprise, and say in each tooltip what was expected."""
    steps = tuple(surprise.STEPS.step_of(told["residual"]))
    numbers = zip(told["expected"], told["told"], steps, strict=True)
    return Paint(steps, tuple(_line(expected, why, step, unit) for expected, why, step in numbers))


def unusual(told: pl.DataFrame, unit: str) -> list[str]:
    """Say in a line of each tooltip which way a cell is beyond its usual; nothing of the others."""
    steps = surprise.STEPS.step_of(told["residual"])
    numbers = zip(told["expected"], told["told"], steps, strict=True)
    return [_line(expected, why, step, unit) if step in _UNUSUAL else "" for expected, why, step in numbers]


def _line(expected: float | None, why: str, step: int | None, unit: str) -> str:
    if step is None:
        return f"<br>{_WHY[Told(why)]}"
    return f"<br>{STEPS[step]}: ожидалось около {formats.measure(expected, unit)}"
