"""An import under way, and the account of every row when it has ended."""

import streamlit as st

from loaders import imports
from loaders.access.viewer import Viewer
from pages.intake import door, tables
from pages.intake.importing import Import
from pages.shared import formats, readers, viewer


def draw(running: Import) -> None:
    """Show the import that this session started."""
    if running.is_running:
        _progress()
    else:
        _result(running)


@st.fragment(run_every="0.5s")
@viewer.anew
def _progress(_: Viewer) -> None:
    """Show how far the import is, with a way to stop it."""
    running: Import = st.session_state[door.RUNNING]
    if not running.is_running:
        st.rerun()
    st.progress(running.progress.share, text=f"{running.progress.step} · {formats.percent(running.progress.share, 0)}")
    if st.button("Отменить загрузку", key="intake-cancel"):
        running.cancel()


def _result(ended: Import) -> None:
    if ended.result is None:
        st.error(ended.failure, icon=":material/warning:")
    else:
        _told_result(ended)
    if st.button("Загрузить ещё", key="intake-again"):
        door.forget()
        st.rerun()


def _told_result(ended: Import) -> None:
    result = ended.result or {}
    took = formats.seconds(float(result["seconds"]))
    st.success(f"Загрузка № {result['batch']} завершена за {took}", icon=":material/check:")
    st.html(tables.account(result))
    # What the reader looks at need not be the city that was loaded into: rights are asked for that one.
    scope = viewer.scope(viewer.viewer(), str(result["municipality"]))
    if result["rejected"]:
        st.html(tables.rejected(imports.rejected(readers.store(), scope, int(result["batch"]))))
    doubts = imports.findings(readers.store(), scope, int(result["batch"]))
    if not doubts.is_empty():
        st.html(tables.findings(doubts))
