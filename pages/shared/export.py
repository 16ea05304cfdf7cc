"""A file to take away: a button, a dialog that says what it will hold, a link of one use to the gate's own route."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from loaders.access.roles import Right
from loaders.access.viewer import Viewer
from pages.gate import downloads
from pages.shared import formats, notices, viewer
from pages.shared.refusals import too_many
from pages.shared.run import Run
from pages.shared.text import href_to, html_text

MOST_ROWS: Final = 50_000
"""Rows of one file at most: what a spreadsheet opens at once and a store reads in seconds."""

MEDIA_TYPE: Final = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Offered:
    """Describe a file before it is made: what it lists, its name, how many rows, what makes it, of what kind it is."""

    title: str
    name: str
    rows: int
    make: downloads.Make
    kind: str = "файл CSV для таблиц"
    media_type: str = MEDIA_TYPE


def button(run: Run, *offered: Offered) -> None:
    """Draw the button for whoever holds the right to export; a file itself is made when it is fetched.

    Several files of one thing, each of another kind, stand in one dialog.
    """
    if not viewer.may(run.viewer, Right.EXPORT, run.scope.municipality):
        return
    if st.button("Скачать файл…", key=f"export-{offered[0].title}", disabled=not offered[0].rows):
        _ask(run.scope.municipality, offered)


@st.dialog("Скачать файл")
@viewer.anew
def _ask(person: Viewer, municipality: str, offered: tuple[Offered, ...]) -> None:
    """Say what the file will hold and that it is journaled; then give the link."""
    with notices.told():
        bounds = viewer.scope(person, municipality)
        for each in offered:
            rows = formats.counted(each.rows, "строка", "строки", "строк")
            st.html(f"<p><b>{html_text(each.title)}</b>: {rows}, {each.kind}.</p>")
            if each.rows > MOST_ROWS:
                raise too_many(each.rows, MOST_ROWS)
            href = downloads.offer(person, bounds, viewer.place(person).key, each.name, each.media_type, each.make)
            st.html(f'<a class="mcu-button"{href_to(href)} download>Скачать</a>')
        st.html('<p class="mcu-explanation">Скачивание попадает в журнал. Ссылка действует пять минут и один раз.</p>')
