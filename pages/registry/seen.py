"""Whose eyes: every page of rows that is shown stands in the journal, once, before it is drawn."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from loaders.access import journal
from pages.registry.query import Asked
from pages.shared import readers
from pages.shared.run import Run

Detail = dict[str, str | int | bool]

_LAST: Final = "register-seen"
"""Key of what this session was shown last: drawing the same page anew is no other look at it."""

_SHARED: Final = {
    "blocks": "блоки",
    "departments": "подразделения",
    "channels": "каналы",
    "kinds": "вид",
    "territories": "территории",
}
_OWN: Final = {"statuses": "статусы", "stages": "этапы", "topics": "темы", "due": "срок"}


def note(run: Run, asked: Asked, rows: int) -> None:
    """Write a look at `rows` rows into the journal; raises `StoreUnavailable`, and then nothing is to be shown."""
    detail: Detail = {"start_day": run.period.start.isoformat(), "end_day": run.period.end.isoformat()}
    if asked.source_id:
        detail["is_searched"] = True
    write(run, (run.period, asked), rows, detail, [words for name, words in _OWN.items() if getattr(asked, name)])


def write(run: Run, chosen: object, rows: int, detail: Detail, named: Sequence[str]) -> None:
    """Journal a look of a screen at rows, once for what was `chosen`; `named` are the screen's own filters.

    Filters are named without what they ask for: a number that is searched may be known to be somebody's.
    """
    look = (run.screen, run.scope, run.place.key, run.version, run.filters, chosen)
    if not rows or st.session_state.get(_LAST) == look:
        return
    filters = [*(words for name, words in _SHARED.items() if getattr(run.filters, name)), *named]
    place = {"place": run.place.title} if run.place.key else {}
    journal.record(
        readers.store(),
        run.viewer.actor,
        journal.ROWS_VIEWED,
        municipality=run.scope.municipality,
        detail=detail | ({"filters": ", ".join(filters)} if filters else {}) | place,
        rows=rows,
    )
    st.session_state[_LAST] = look
