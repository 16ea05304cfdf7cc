"""The second layer of a status in words and shape: whether a target is reached always, never, or now and then."""

from typing import Final

from analytics.status import ASSURANCE_SHAPES, ASSURANCE_WORDS, Assurance
from pages.shared.palette import Tone

_SHORT: Final = {
    Assurance.REACHED: "всегда",
    Assurance.MISSED: "недостижима",
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
