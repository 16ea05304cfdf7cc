"""«Скачать…»: from every screen exactly what is on it, whole or one part, in the format the reader uses."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from loaders.access.roles import Right
from loaders.errors import InputRefused, StoreUnavailable
from pages.shared import address, run, viewer
from pages.shared.options import has_cases
from pages.shared.run import Run
from pages.shared.table import some_of

TAKEN: Final = frozenset(
    {"heat-map", "my-cases", "deadlines", "rating", "problems", "map", "registry", "quality", "measures"}
)
"""Screens that are laid out as files; a test holds this against `pages.paper.screens`, which takes long to import."""


def button(run: Run, is_empty: Callable[[], bool]) -> None:
    """Draw the button for whoever holds the right to export, on a screen that can be taken away and shows something."""
    if run.screen not in TAKEN or not viewer.may(run.viewer, Right.EXPORT, run.scope.municipality):
        return
    if not _has_cases(run) or _is(is_empty):
        return
    if st.button("Скачать…", key="take-open", icon=":material/download:"):
        from pages.shared import take_dialog  # the writers take a second to import, and few runs need them

        take_dialog.begin()
        take_dialog.show(run.scope.municipality, run.screen, address.query())


def rest(shown: int, total: int, how: str = "") -> str:
    """Say how many of a list of this screen stand on it, and how this reader sees the rest; its file holds all."""
    if total <= shown:
        return ""
    takes = viewer.may(run.current().viewer, Right.EXPORT, run.current().scope.municipality)
    in_file = "остальные — в файле («Скачать…»)" if takes else "остальные видны, если сузить отборы"
    return some_of(shown, total, how or in_file)


def _has_cases(run: Run) -> bool:
    """Say whether any case is in view: of a period outside the data, or of nothing, there is no file."""
    is_outside = run.period.start > run.as_of or run.period.end < run.first
    return not is_outside and has_cases(run.scope, run.version, run.filters)


def _is(is_empty: Callable[[], bool]) -> bool:
    """Ask the screen; what it cannot read it tells itself, and there is nothing to take."""
    try:
        return is_empty()
    except (InputRefused, StoreUnavailable):
        return True
