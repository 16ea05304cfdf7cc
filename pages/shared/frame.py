"""The frame around every screen: its title with the freshness of the data, and panels of one look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import streamlit as st

from loaders.freshness import Freshness
from pages.shared import formats
from pages.shared.run import Run, current
from pages.shared.text import html_text

__all__ = ["current", "header", "panel"]


def header(title: str, explanation: str = "") -> None:
    """Draw the title of a screen and, at its right, how fresh the data are."""
    run = current()
    more = f'<p class="mcu-explanation">{html_text(explanation)}</p>' if explanation else ""
    st.html(
        f'<header class="mcu-header"><h1>{html_text(title)}</h1>{_freshness(run)}</header>{more}',
    )
    if run.dropped:
        words = formats.counted(run.dropped, "значение", "значения", "значений")
        st.caption(f"В ссылке есть фильтры, которых здесь нет или которые вам не видны: не учтено {words}.")


@contextmanager
def panel(title: str = "", note: str = "", *, key: str | None = None) -> Iterator[None]:
    """Open a panel with a title that says what it shows; `note` carries units, period and base."""
    with st.container(border=True, key=f"panel-{key}" if key else None):
        if title:
            small = f"<span>{html_text(note)}</span>" if note else ""
            st.html(f'<div class="mcu-panel-title"><h2>{html_text(title)}</h2>{small}</div>')
        yield


def _freshness(run: Run) -> str:
    state, words = freshness_words(run.freshness, run.city.thresholds.stale_hours, datetime.now())
    mark = "●" if state == "ok" else "▲"
    return f'<p class="mcu-fresh mcu-fresh-{state}" role="status"><span aria-hidden="true">{mark}</span> {html_text(words)}</p>'


def freshness_words(freshness: Freshness, stale_hours: int, now: datetime) -> tuple[str, str]:
    """Say how fresh the data are: «fresh», «stale» or «absent», and the sentence of the strip."""
    raise NotImplementedError
