"""Bars of the screen «Проблемные сферы» as HTML: the stacked index and the waterfall of a change. No Streamlit here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from analytics.problems import COUNTS
from pages.shared import formats
from pages.shared.palette import Palette
from pages.shared.text import html_text

_HUES: Final = {"new": 0, "repeat": 4, "overdue_open": 3, "postponed": 2}
"""Place of each count's colour in the palette."""

_WIDEST: Final = 100.0


def colours(palette: Palette) -> dict[str, str]:
    """Give the colour of each count."""
    return {name: palette.categorical[place] for name, place in _HUES.items()}


def legend(titles: Mapping[str, str], palette: Palette) -> str:
    """Name the colours of the pieces."""
    shades = colours(palette)
    keys = "".join(
        f'<span><i style="background:{shades[name]}"></i>{html_text(titles[name])}</span>' for name in COUNTS
    )
    return f'<div class="mcu-keys">{keys}</div>'


def stacked(points: Mapping[str, float], most: float, titles: Mapping[str, str], palette: Palette) -> str:
    """Draw the index of one sphere as a bar of its four parts; `most` is the longest bar of all."""
    shades = colours(palette)
    said = ", ".join(f"{titles[name].lower()} {formats.number(points[name], 1)}" for name in COUNTS if points[name])
    pieces = "".join(
        f'<i style="width:{_WIDEST * points[name] / most:.2f}%;background:{shades[name]}"></i>'
        for name in COUNTS
        if points[name] and most
    )
    words = html_text(f"Индекс {formats.number(sum(points.values()), 1)}: {said}")
    return f'<div class="mcu-stack" role="img" aria-label="{words}" title="{words}">{pieces}</div>'


@dataclass(frozen=True, slots=True)
class Step:
    """Draw one step of a waterfall: its change, the words of the change, and what it means; None is a level."""

    title: str
    text: str
    change: Fraction | None
    hint: str = ""
    href: str = ""


def waterfall(start: Fraction, steps: Sequence[Step], *, less_is_good: bool | None) -> str:
    """Draw steps from `start` to its end, each bar beginning where the one before it ended.

    The axis spans what the steps pass through, so a small change of a large number can be seen; it does not begin at
    zero, and the levels are therefore ticks and not bars.
    """
    levels = [start]
    for step in steps:
        levels.append(levels[-1] + (step.change or 0))
    low, high = min(levels), max(levels)
    span = float(high - low) or 1.0
    rows, place = [], start
    for step in steps:
        end = place + (step.change or 0)
        left, width = float(min(place, end) - low) / span, abs(float(end - place)) / span
        rows.append(_row(step, left, width, less_is_good=less_is_good))
        place = end
    return f'<div class="mcu-falls">{"".join(rows)}</div>'


def _row(step: Step, left: float, width: float, *, less_is_good: bool | None) -> str:
    title = html_text(step.title)
    name = f'<a class="mcu-link" href="{step.href}">{title}</a>' if step.href else title
    hint = f"<small>{html_text(step.hint, 400)}</small>" if step.hint else ""
    look = "level" if step.change is None else _look(step.change, less_is_good=less_is_good)
    wide = "" if step.change is None else f";width:{_WIDEST * width:.2f}%"
    bar = f'<div aria-hidden="true"><i class="{look}" style="left:{_WIDEST * left:.2f}%{wide}"></i></div>'
    kind = ' class="level"' if step.change is None else ""
    return f'<div{kind}><span title="{title}">{name}{hint}</span><b>{step.text}</b>{bar}</div>'


def _look(change: Fraction, *, less_is_good: bool | None) -> str:
    """Choose the colour of a step; its direction stands in the sign beside it and in where it ends."""
    if not change or less_is_good is None:
        return "plain"
    return "worse" if (change > 0) == less_is_good else "better"
