"""The weekly digest: the three sentences, the pictures of the week, what flared up and what falls due."""

from typing import Final

from pages.deadlines import paper as deadlines
from pages.heat_map import paper as heat_map
from pages.paper.model import Paper
from pages.paper.source import Source, about
from pages.problems import paper as problems
from pages.reports import spans
from pages.shared import formats

_OF_DEADLINES: Final = frozenset({"strip", "cohorts", "ageing", "soon"})
_OF_PROBLEMS: Final = frozenset({"priorities"})
_OF_TODAY: Final = frozenset({"radar", "escalated"})
"""What speaks of the last day of the data and not of the period: it belongs to the digest of the last week alone."""

_FRESH: Final = 7
"""Days after its end in which a week is the last one."""


def paper(source: Source, base: str) -> Paper:
    """Make the digest of a period, usually a week."""
    asked = source.asked
    is_last = (asked.as_of - asked.period.end).days <= _FRESH
    wanted = _OF_PROBLEMS | _OF_TODAY if is_last else _OF_PROBLEMS
    parts = [
        *heat_map.parts(source),
        *(part for part in problems.parts(source) if part.key in wanted),
        *(part for part in deadlines.parts(source) if part.key in _OF_DEADLINES),
    ]
    shown = dict.fromkeys(
        (*heat_map.measures_of(source), *problems.measures_of(source), *deadlines.measures_of(source))
    )
    title = f"Обзор недели, {formats.span(asked.period.start, asked.period.end)}"
    left_out = () if is_last else ("Радар всплесков и срочные сообщения бывают только в обзоре последней недели.",)
    lead = (f"{asked.city.title}: где горит, становится ли хуже, кого спросить.", *left_out)
    return Paper(
        title, about(source, shown, link=spans.link("weekly", source, base)), tuple(parts), lead, "Обзор недели"
    )
