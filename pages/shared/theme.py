"""Which palette the reader's browser shows now."""

import streamlit as st

from pages.shared.palette import DARK, LIGHT, Palette, css_variables


def current() -> Palette:
    """Give the palette of the theme that the reader's browser reports; light until it has reported."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def apply(palette: Palette) -> None:
    """Give the style sheet the colours of a palette; it may differ from the system's scheme. Paper is always light."""
    paper = f"@media print{{:root{{{css_variables(LIGHT)}}}}}"
    st.html(f"<style>:root{{{css_variables(palette)}}}{paper}</style>")
