"""The door for files: what they are, how they will be read, and the start of their import."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from loaders import intake
from loaders.access.roles import Right
from loaders.profile import Profile, available
from pages.intake import importing, tables
from pages.intake.importing import Import
from pages.shared import formats, readers, viewer
from pages.shared.run import Run
from pages.shared.text import markdown

RUNNING: Final = "intake-import"
"""Key of the import that this session watches."""

_FILES: Final = "intake-files"
_KEPT: Final = "intake-kept-files"
_RECOGNISED: Final = "intake-recognised"
_PREVIEW: Final = "intake-preview"
_TYPES: Final = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "json", "ndjson", "jsonl", "xml"]
_PREVIEW_ROWS: Final = 12


def draw(run: Run, failure: str = "") -> None:
    """Take files and show what they are; `failure` is why the last import did nothing, told while its files stand."""
    uploaded = _chosen()
    if failure and uploaded == st.session_state.get(_KEPT):
        st.error(markdown(failure, longest=1_000), icon=":material/warning:")
    if not uploaded:
        return
    first, fitting = uploaded[0], _recognised(uploaded[0])
    _recognition(fitting)
    with st.container(horizontal=True, key="intake-choices"):
        profile = _profile(fitting)
        city = _city(run, profile)
    if profile.note:
        st.html(tables.note(profile.note))
    rows = _preview(first, profile)
    blocks = {block.key: block.short_title for block in readers.city(city).blocks}
    st.html(tables.preview(rows, blocks))
    files = formats.counted(len(uploaded), "файл", "файла", "файлов")
    size = formats.size(sum(file.size for file in uploaded))
    if st.button(f"Загрузить {files}, {size}", type="primary", key="intake-load"):
        contents = {f"{number}/{file.name}": file.getvalue() for number, file in enumerate(uploaded, start=1)}
        session, place = run.viewer.actor.session_id, run.place.key
        st.session_state[RUNNING] = Import.begin(contents, profile.key, city, session, place)
        st.session_state[_KEPT] = uploaded
        st.rerun()


def _chosen() -> list[UploadedFile]:
    """Give the chosen files; those whose import was refused stay chosen until there are others."""
    uploaded = st.file_uploader(
        "Файлы выгрузки",
        type=_TYPES,
        accept_multiple_files=True,
        label_visibility="collapsed",
        key=_FILES,
    )
    kept: list[UploadedFile] = uploaded or st.session_state.get(_KEPT, [])
    if kept and not uploaded:
        with st.container(horizontal=True, vertical_alignment="center", key="intake-kept"):
            st.html(tables.note("Выбраны прежние файлы: " + ", ".join(file.name for file in kept)))
            st.button("Убрать", key="intake-forget", on_click=forget)
    return kept


def _recognised(file: UploadedFile) -> list[str]:
    """Find the profiles that fit a file, once per file."""
    kept: tuple[str, list[str]] | None = st.session_state.get(_RECOGNISED)
    if kept is None or kept[0] != file.file_id:
        with _on_disk(file) as path, st.spinner("Смотрим, из какой системы файл"):
            kept = (file.file_id, [profile.key for profile in intake.recognise(path)])
        st.session_state[_RECOGNISED] = kept
    return kept[1]


@contextmanager
def _on_disk(file: UploadedFile) -> Iterator[Path]:
    """Keep an uploaded file on the disk as long as it is looked at, and no longer."""
    with tempfile.TemporaryDirectory(prefix="mcu-look-") as folder:
        yield importing.saved({file.name: file.getvalue()}, Path(folder))[0]


def _recognition(fitting: list[str]) -> None:
    """Say which systems the file may come from."""
    titles = {profile.key: profile.title for profile in available()}
    if not fitting:
        st.warning(
            "Система не распознана: заголовки не подходят ни одному профилю. Выберите систему сами.",
            icon=":material/warning:",
        )
        return
    others = ", ".join(titles[key] for key in fitting[1:])
    st.markdown(f"Распознано: **{titles[fitting[0]]}**" + (f"; подходит и {others}" if others else ""))


def _profile(fitting: list[str]) -> Profile:
    """Let the reader agree with the recognised system or name another."""
    profiles = {profile.key: profile for profile in available()}
    keys = [*fitting, *(key for key in profiles if key not in fitting)]
    chosen = st.selectbox(
        "Система", keys, format_func=lambda key: profiles[key].title, key="intake-profile", filter_mode=None
    )
    return profiles[chosen]


def _city(run: Run, profile: Profile) -> str:
    """Choose the city the rows belong to among those that the reader may load into, the profile's own first."""
    known = run.viewer.municipalities(run.place.key)
    titles = {key: readers.city(key).title for key in known if viewer.may(run.viewer, Right.IMPORT, key)}
    default = next(key for key in (profile.city, run.city.key) if key in titles)
    keys = [default, *(key for key in titles if key != default)]
    return st.selectbox("Город", keys, format_func=titles.__getitem__, key=f"intake-city-{default}", filter_mode=None)


def _preview(file: UploadedFile, profile: Profile) -> pl.DataFrame:
    kept = st.session_state.get(_PREVIEW)
    asked = (file.file_id, profile.key)
    if kept is None or kept[0] != asked:
        with _on_disk(file) as path, st.spinner("Читаем первые строки"):
            kept = (asked, intake.preview(path, profile, _PREVIEW_ROWS))
        st.session_state[_PREVIEW] = kept
    rows: pl.DataFrame = kept[1]
    return rows


def forget() -> None:
    """Begin anew: no files, no import."""
    for key in (RUNNING, _RECOGNISED, _PREVIEW, _FILES, _KEPT):
        st.session_state.pop(key, None)
