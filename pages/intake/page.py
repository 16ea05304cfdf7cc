"""Загрузка: drop a file, see what it is and how it will be read, load it, see the account of every row, undo."""

import polars as pl
import streamlit as st

from loaders import imports
from loaders.access.viewer import Viewer
from loaders.errors import InputRefused
from loaders.profile import available
from pages.intake import door, outcome, tables
from pages.shared import frame, notices, readers, viewer
from pages.shared.run import Run


def draw(run: Run) -> None:
    """Draw the door for files, then the list of imports."""
    frame.header(
        "Загрузка", "Текст обращений, имена, телефоны, адреса почты и дома отбрасываются до записи в хранилище."
    )
    with (
        frame.panel(
            "Новая выгрузка",
            "один или несколько файлов одной системы; до кнопки «Загрузить» ничего не записывается",
            key="intake",
        ),
        notices.told(),
    ):
        running = st.session_state.get(door.RUNNING)
        if running is None:
            door.draw(run)
        elif running.is_running:  # asked once: it may end at any moment
            outcome.progress()
        elif running.result is None:
            door.draw(run, running.failure)
        else:
            outcome.draw(running.result)
    with frame.panel("Загрузки города", run.city.title, key="batches"), notices.told():
        _batches(run)


def _batches(run: Run) -> None:
    rows = imports.batches(readers.store(), run.scope)
    if rows.is_empty():
        notices.empty("В этот город ещё ничего не загружено", "Перетащите файл выгрузки в поле выше.")
        return
    titles = {profile.key: profile.title for profile in available()}
    st.html(tables.batches(rows, titles, run.city.time_zone))
    loaded = rows.filter(pl.col("state") == "loaded")
    if loaded.is_empty():
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="undo"):
        names = {
            row["batch_id"]: tables.batch_title(row, titles, run.city.time_zone) for row in loaded.iter_rows(named=True)
        }
        batch = st.selectbox(
            "Отменить загрузку",
            list(names),
            format_func=names.__getitem__,
            key=f"undo-batch-{rows['batch_id'].max()}",  # after a load or an undo the choice begins anew
            filter_mode=None,
            width=420,
        )
        if st.button("Отменить…", key="undo-ask"):
            _confirm(run.scope.municipality, batch, names[batch])


@st.dialog("Отменить загрузку?")
@viewer.anew
def _confirm(person: Viewer, municipality: str, batch: int, name: str) -> None:
    """Ask once more: an undo removes what the import brought and puts earlier versions back."""
    st.write(name)
    st.write("Новые строки этой загрузки исчезнут, исправленные вернутся к прежним версиям.")
    with st.container(horizontal=True):
        is_sure = st.button("Да, отменить", type="primary", key="undo-yes")
        if st.button("Не отменять", key="undo-no"):
            st.rerun()
    if is_sure:
        try:
            imports.undo(readers.store(), municipality, batch, by=person, place=viewer.place(person).key)
        except InputRefused as error:
            notices.refused(error)
        else:
            st.rerun()


draw(frame.current())
