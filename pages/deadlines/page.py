"""Screen «Сроки»: cohorts of due dates, what is overdue and for how long, speed, what falls due and who will miss."""

import streamlit as st

from pages.deadlines import panels, tables
from pages.deadlines.nearest import nearest
from pages.deadlines.stages import stages
from pages.shared import frame, notices
from pages.shared.asked import Asked
from pages.shared.run import Run

_PANELS = (
    *(panels.cohorts, panels.ageing, tables.soon, panels.due_days),
    *(panels.open_by_day, nearest, stages, tables.put_off, tables.bodies, tables.norms),
)


def _draw(run: Run) -> None:
    asked = Asked.by(run)
    st.html(panels.strip(asked))
    st.html(panels.facts(asked, run.filters))
    with st.container(key="deadlines", horizontal=True):
        for panel in _PANELS:
            with st.container(key=f"deadlines-{panel.__name__.replace('_', '-')}"), notices.told():
                panel(asked, run)


frame.header("Сроки", "Держатся ли сроки и что нарушится следующим.", span=frame.current().period_words)
with notices.told():
    _draw(frame.current())
