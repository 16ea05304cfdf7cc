"""«Скачать…»: from every screen exactly what is on it, whole or one part, in the format the reader uses."""

from typing import Final

import streamlit as st

from loaders.access.roles import Right
from pages.shared import address, viewer
from pages.shared.run import Run

TAKEN: Final = frozenset(
    {"heat-map", "my-cases", "deadlines", "rating", "problems", "map", "registry", "quality", "measures"}
)
"""Screens that are laid out as files; a test holds this against `pages.paper.screens`, which takes long to import."""


def button(run: Run) -> None:
    """Draw the button for whoever holds the right to export, on a screen that can be taken away."""
    if run.screen not in TAKEN or not viewer.may(run.viewer, Right.EXPORT, run.scope.municipality):
        return
    with st.container(key="take", width="content"):
        if st.button("Скачать…", key="take-open", icon=":material/download:"):
            from pages.shared import take_dialog  # the writers take a second to import, and few runs need them

            take_dialog.begin()
            take_dialog.show(run.scope.municipality, run.screen, address.query())
