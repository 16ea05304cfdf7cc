"""Screen «Проблемные сферы»: what the problem is, what flared up, the four counts, why they changed, whom to ask."""

import streamlit as st

from pages.problems import polls, radar, spheres, why
from pages.problems.view import View
from pages.problems.ways import Ways
from pages.shared import address, frame, notices
from pages.shared.asked import Asked
from pages.shared.run import Run


def _view(asked: Asked) -> View:
    """Read the reader's choices; whoever sees one block alone is shown its topics."""
    own = (address.param(name) for name in ("units", "weights", "measure", "along"))
    return View.parse(*own, is_narrow=asked.is_of_one_block)


def _draw(run: Run) -> None:
    asked, ways = Asked.by(run), Ways.of(run)
    view = _view(asked)
    with notices.told():
        st.html(spheres.lead(asked, view, run))
    panels = {
        "radar": lambda: radar.surges(asked, ways),
        "reports": lambda: radar.reports(asked, ways),
        "spheres": lambda: spheres.table(asked, run, view),
        "priorities": lambda: spheres.first(asked, run, view),
        "why": lambda: why.panel(asked, run, view),
        "polls": lambda: polls.panel(asked, ways),
    }
    with st.container(key="problems", horizontal=True):
        for name, panel in panels.items():
            with st.container(key=f"problems-{name}"), notices.told():
                panel()


frame.header("Проблемные сферы", "Что сейчас главная проблема и становится ли хуже.", span=frame.current().period_words)
with notices.told():
    _draw(frame.current())
