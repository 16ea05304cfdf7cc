"""Both layers of a status in words and shapes: what is changing, and whether a target is reached.

Here is the one home of verdicts. A verdict is of one measure and names it, so that «поступает меньше» hides no growing
backlog; of several the worst comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from analytics.breach import LEAST_DECIDED
from analytics.control import Judgement, State
from analytics.declarations import Measure
from analytics.status import ASSURANCE_SHAPES, ASSURANCE_WORDS, CHANGE_WORDS, Assurance, Change
from pages.shared import formats
from pages.shared.palette import MARKS, Tone

_SHORT: Final = {
    Assurance.REACHED: "всегда",
    Assurance.MISSED: "пока не достигается",
    Assurance.VARIES: "то да, то нет",
}
_TONES: Final[dict[Assurance, Tone]] = {Assurance.REACHED: "good", Assurance.MISSED: "bad"}


def assured(assurance: Assurance) -> str:
    """Write it shortly, the whole words as a tooltip; empty without a target, or where nothing can be told."""
    short = _SHORT.get(assurance)
    words = ASSURANCE_WORDS[assurance]
    return f'<span class="mcu-{_tone(assurance)}" title="{words}">{_shape(assurance)} {short}</span>' if short else ""


def mark(assurance: Assurance) -> str:
    """Write the shape alone, with the words for screen readers; empty where `assured` is."""
    if assurance not in _SHORT:
        return ""
    words, tone = ASSURANCE_WORDS[assurance], _tone(assurance)
    return f'<span class="mcu-{tone}" role="img" aria-label="{words}" title="{words}">{_shape(assurance)}</span> '


def aim_mark(is_reached: bool) -> str:  # noqa: FBT001 — the one thing it is about
    """Give the sign of a target that the last number reaches, or not."""
    return ASSURANCE_SHAPES[Assurance.REACHED if is_reached else Assurance.MISSED]


def _tone(assurance: Assurance) -> Tone:
    return _TONES.get(assurance, "muted")


def _shape(assurance: Assurance) -> str:
    return ASSURANCE_SHAPES[assurance]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say of one measure whether it is really changing, which way, and whether that is bad."""

    measure: Measure
    judgement: Judgement

    @property
    def tone(self) -> Tone:
        """Choose the tone: a colour only for a change.

        More of what has no good side, as of appeals, needs a decision; less of it is neither good nor bad.
        """
        good = self.measure.good
        if not self.judgement.is_change or (good is None and not self.judgement.is_up):
            return "muted"
        return "good" if self.judgement.is_up == (good == "up") else "bad"

    @property
    def sign(self) -> str:
        """Give the shape of a change: its direction, not whether that is welcome."""
        if not self.judgement.is_change:
            return MARKS["muted"]
        return "▲" if self.judgement.is_up else "▼"

    @property
    def words(self) -> str:
        """Name the measure, and say where it stands."""
        return f"{self.measure.short_title.lower()}: {standing(self.judgement)}"


_URGENT: Final[tuple[Tone, ...]] = ("bad", "warn", "accent", "muted", "good")


def worst_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Keep what is really changing, the worst news first."""
    return sorted((each for each in verdicts if each.judgement.is_change), key=lambda each: _URGENT.index(each.tone))


_BY_CHANCE: Final = 0.05
"""Chance of a difference from which on it is told as one that may be chance."""


def backlog(now: int, before: int | None, chance: float) -> tuple[Tone, str]:
    """Say that more is overdue than was, which no good news about another measure may hide; else nothing.

    `chance` is that of such a difference where the backlog moves as it has been moving (`analytics.dispersion`).

    >>> backlog(11, 4, 0.01)
    ('bad', 'Просрочено стало больше: 11 против 4')
    >>> backlog(11, 4, 0.2)[0], backlog(4, 11, 0.01), backlog(4, None, 1.0)
    ('muted', ('muted', ''), ('muted', ''))
    """
    if before is None or now <= before:
        return "muted", ""
    if chance > _BY_CHANCE:
        words = f"Просрочено {formats.number(now)}, было {formats.number(before)}: разница в пределах случайного"
        return "muted", words
    return "bad", f"Просрочено стало больше: {formats.number(now)} против {formats.number(before)}"


def changed(change: Change, measure: Measure) -> str:
    """Name the measure of a change: «в срок: стало лучше»."""
    return f"{measure.short_title.lower()}: {CHANGE_WORDS[change]}"


def too_early(decided: int) -> str:
    """Say that nothing can be foretold of deadlines yet, and from when it can."""
    known = f"сроков с известным исходом пока {formats.number(decided)}, нужно {formats.number(LEAST_DECIDED)}"
    return f"сколько опоздают, сказать рано: {known}"


def between(lower: int | None, upper: int | None) -> str:
    """Write the bounds of a forecast, or that the past does not tell them yet.

    >>> between(2, 8), between(0, 3)
    ('от 2 до 8', 'не больше 3')
    """
    if lower is None or upper is None:
        return "точность проверить ещё не на чем"
    if not lower:
        return f"не больше {formats.number(upper)}"
    return f"от {formats.number(lower)} до {formats.number(upper)}"


def standing(judgement: Judgement) -> str:
    """Say in words where a number stands against its own past."""
    if judgement.left_corridor:
        return "выше обычного" if judgement.is_up else "ниже обычного"
    if judgement.is_trend:
        verb, moves = ("растёт", judgement.rises) if judgement.is_up else ("снижается", judgement.falls)
        return f"{verb} {formats.counted(moves, 'раз', 'раза', 'раз')} подряд"
    return {
        State.INSIDE: "обычно",
        State.SHORT_HISTORY: "мало истории",
        State.SMALL_BASE: "мало случаев",
    }[judgement.state]
