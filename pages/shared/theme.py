"""Which palette the reader's browser shows now."""

import streamlit as st

from pages.shared.palette import DARK, LIGHT, Palette


def current() -> Palette:
    """Give the palette of the theme that the reader's browser reports; light until it has reported."""
    return DARK if st.context.theme.type == "dark" else LIGHT
