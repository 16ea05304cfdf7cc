"""The foot of the side panel: who is signed in, in which role, and the ways out.

Passwords and the end of a session are forms of the gate's own pages: no script has a hand in them.
"""

from typing import Final

import streamlit as st

from loaders.access.roles import ROLES
from pages.shared import formats, viewer
from pages.shared.options import title_map
from pages.shared.run import Run
from pages.shared.text import html_text

_MOST_BLOCKS: Final = 2
"""Blocks that are named; more are counted."""


def draw(run: Run) -> None:
    """Draw who is signed in, with the buttons to leave and to change the password."""
    st.html(f'<footer class="mcu-account">{_who(run)}{_ways(run)}</footer>')


def _who(run: Run) -> str:
    held = viewer.grant(run.viewer, run.scope.municipality)
    role = " · ".join(part for part in (ROLES[held.role].title, _blocks(run)) if part)
    name = "Демонстрационный вход" if run.viewer.is_demo else run.viewer.title
    return f"<b>{html_text(name)}</b><span>{html_text(role)}</span>"


def _blocks(run: Run) -> str:
    """Name the blocks that are open, in the order of the city."""
    opened = run.scope.blocks
    if opened is None:
        return ""
    titles = [title for key, title in title_map(run.city, "topic_block").items() if key in opened]
    if len(titles) > _MOST_BLOCKS:
        return formats.counted(len(titles), "блок", "блока", "блоков")
    return ", ".join(titles) or "блоки не назначены"


def _ways(run: Run) -> str:
    """Lead to the pages of the gate; the choice of a demo role stands where one is signed out."""
    leave = '<form method="post" action="/sign-out"><button>{}</button></form>'
    if run.viewer.is_demo:
        return f'<div class="ways">{leave.format("Сменить роль или выйти")}</div>'
    return f'<div class="ways"><a href="/password">Сменить пароль</a>{leave.format("Выйти")}</div>'
