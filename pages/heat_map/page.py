"""Home screen «Тепловая карта»: the strip, the tiles, the matrix and the story of one cell."""

import streamlit as st

from pages.heat_map import matrix_panel, sentence, story_panel, tiles
from pages.heat_map.grid import Words
from pages.heat_map.reading import Asked, blocks, headlines, told
from pages.heat_map.view import HOME, Cell, View
from pages.shared import address, formats, frame, notices
from pages.shared.run import Run


def _draw(run: Run) -> None:
    asked = Asked.by(run)
    view = View.parse(*(address.param(name) for name in ("view", "colour", "order", "limits", "cell")))
    news = blocks(asked)
    st.html(sentence.strip(news, Words(run.city), formats.span(run.period.start, run.period.end)))
    tiles.draw(headlines(asked), run.filters, run.palette)
    with st.container(key="home", horizontal=True, gap="small"):
        with st.container(key="home-matrix"):
            matrix_panel.draw(run, asked, view)
        with st.container(key="home-story", border=True), notices.told():
            _story(run, asked, view, news.loudest)


def _story(run: Run, asked: Asked, view: View, loudest: str | None) -> None:
    """Tell the story of the chosen cell; without one, of the block that stands out most."""
    shown = view if view.cell else HOME.with_cell(Cell(loudest, None, is_row=True))
    if shown.cell is not None:
        story_panel.draw(told(asked, shown), shown.matrix, shown.cell, run)


frame.header("Где горит")
with notices.told():
    _draw(frame.current())
