"""Tell an open page of data that came after it was drawn: session.js asks, and shows what stands here hidden."""

import streamlit as st

from pages.shared.run import Run
from pages.shared.text import html_text


def draw(run: Run) -> None:
    """Name the state of the data that the screen was drawn from, beside the button that draws it anew in its place."""
    city, word = html_text(run.scope.municipality), run.version.word
    with st.container(key="news", horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.html(f'<p class="mcu-news" role="status" data-city="{city}" data-version="{word}">Пришли новые данные</p>')
        st.button("Обновить", key="news-yes", type="primary")
