"""An import under way, and the account of every row when it has ended."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import streamlit as st

from loaders import imports
from loaders.access.viewer import Viewer
from pages.intake import door, tables
from pages.shared import formats, readers, viewer
from pages.shared.text import markdown


def draw(result: Mapping[str, Any]) -> None:
    """Show what an import did, row by row."""
    _told_result(result)
    if st.button("Загрузить ещё", key="intake-again"):
        door.forget()
        st.rerun()


@st.fragment(run_every="0.5s")
@viewer.anew
def progress(_: Viewer) -> None:
    """Show how far the import is, with a way to stop it."""
    running = st.session_state[door.RUNNING]
    if not running.is_running:
        st.rerun()
    st.progress(running.progress.share, text=f"{running.progress.step} · {formats.percent(running.progress.share, 0)}")
    if st.button("Отменить загрузку", key="intake-cancel"):
        running.cancel()


def _told_result(result: Mapping[str, Any]) -> None:
    # What the reader looks at need not be the city that was loaded into: rights are asked for that one.
    scope = viewer.scope(viewer.viewer(), str(result["municipality"]))
    doubts = imports.findings(readers.store(), scope, int(result["batch"]))
    done = f"Загрузка № {result['batch']} завершена за {formats.seconds(float(result['seconds']))}"
    if unread := tables.unread(doubts):
        st.warning(markdown(f"{done}, но прочитана не вся книга: {unread}.", longest=1_000), icon=":material/warning:")
    else:
        st.success(done, icon=":material/check:")
    st.html(tables.account(result))
    if result["rejected"]:
        _listed("rejected", tables.rejected, imports.rejected(readers.store(), scope, int(result["batch"])))
    if not doubts.is_empty():
        _listed("findings", tables.findings, doubts)


def _listed(name: str, draw: Callable[[pl.DataFrame, int], str], rows: pl.DataFrame) -> None:
    """Draw the beginning of a list, and a button that draws more of it while there is more."""
    key = f"intake-{name}-shown"
    shown = int(st.session_state.setdefault(key, tables.SHOWN))
    st.html(draw(rows, shown))
    if rows.height > shown:
        st.button("Показать ещё", key=f"intake-{name}-more", on_click=_lengthen, args=(key,))


def _lengthen(key: str) -> None:
    st.session_state[key] += tables.SHOWN
