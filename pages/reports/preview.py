"""A paper on the screen: the same parts, words and numbers as in its files."""

import streamlit as st

from pages.paper.model import NUMBERS, Paper, Part, Table
from pages.paper.typeset import picture_of
from pages.shared import formats
from pages.shared.table import Heading, table
from pages.shared.text import html_text

MOST_ROWS = 60
"""Rows of a table shown at once; the file has them all."""

_LONGEST = 600


def draw(paper: Paper) -> None:
    """Draw a paper as a light sheet, whatever the theme: it is what will be printed."""
    with st.container(key="sheet", border=True):
        lead = "".join(f"<p>{html_text(line, _LONGEST)}</p>" for line in paper.lead)
        st.html(f'<div class="mcu-sheet"><h2>{html_text(paper.title)}</h2>{lead}</div>')
        for number, part in enumerate(paper.parts):
            _part(part, number)
        about = "".join(_line(name, words) for name, words in paper.about.lines)
        st.html(f'<div class="mcu-sheet mcu-about"><h3>О файле</h3><dl>{about}</dl></div>')


def _line(name: str, words: str) -> str:
    """Write a line of the passport; an address is no text to translate."""
    address = ' translate="no"' if name.startswith("Ссылка") else ""
    return f"<dt>{html_text(name)}</dt><dd{address}>{html_text(words, _LONGEST)}</dd>"


def _part(part: Part, number: int) -> None:
    before = "".join(f"<p>{html_text(line, _LONGEST)}</p>" for line in part.before)
    note = f'<p class="note">{html_text(part.note)}</p>' if part.note else ""
    st.html(f'<div class="mcu-sheet"><h3>{html_text(part.title)}</h3>{note}{before}</div>')
    picture = picture_of(part)
    if picture is not None:
        figure = picture.draw().update_layout(height=picture.height)
        # A matrix has a number in every cell: where the window is too narrow for them it scrolls.
        with st.container(key=f"{'wide' if part.is_coloured else 'sheet'}-picture-{number}"):
            st.plotly_chart(
                figure, key=f"sheet-{number}", theme=None, config={"displayModeBar": False, "staticPlot": True},
                alt=f"{part.title}. {part.note}",
            )  # fmt: skip
    if part.table is not None and (picture is None or not part.is_coloured):
        st.html(f'<div class="mcu-sheet">{_table(part.table, part.title)}</div>')
    after = "".join(f'<p class="note">{html_text(line, _LONGEST)}</p>' for line in part.notes)
    if after:
        st.html(f'<div class="mcu-sheet">{after}</div>')


def _table(shown: Table, caption: str) -> str:
    headings = [Heading(column.title, column.unit in NUMBERS, is_wide=column.is_wide) for column in shown.columns]
    lines = shown.lines()
    if not lines:
        return '<p class="note">Строк нет.</p>'
    more = len(lines) - MOST_ROWS
    rest = f'<p class="note">и ещё {formats.counted(more, "строка", "строки", "строк")} в файле</p>' if more > 0 else ""
    return table(headings, lines[:MOST_ROWS], caption) + rest
