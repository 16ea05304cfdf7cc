"""Whose eyes: every page of rows that is shown stands in the journal, once, before it is drawn."""

from typing import Final

import streamlit as st

from loaders.access import journal
from pages.registry.query import USUAL, Asked
from pages.shared import readers
from pages.shared.run import Run

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
    look = (run.scope, run.place.key, run.version, run.filters, run.period, asked)
    if not rows or st.session_state.get(_LAST) == look:
        return
    journal.record(
        readers.store(),
        run.viewer.actor,
        journal.ROWS_VIEWED,
        municipality=run.scope.municipality,
        detail=_detail(run, asked),
        rows=rows,
    )
    st.session_state[_LAST] = look


def _detail(run: Run, asked: Asked) -> dict[str, str | int | bool]:
    """Name the filters without what they ask for: a number that is searched may be known to be somebody's."""
    named = [words for name, words in _SHARED.items() if getattr(run.filters, name)]
    named += [words for name, words in _OWN.items() if getattr(asked, name)]
    named += ["показатель"] if asked.measure != USUAL else []
    detail: dict[str, str | int | bool] = {
        "start_day": run.period.start.isoformat(),
        "end_day": run.period.end.isoformat(),
    }
    if named:
        detail["filters"] = ", ".join(named)
    if asked.source_id:
        detail["is_searched"] = True
    if run.place.key:
        detail["place"] = run.place.title
    return detail
