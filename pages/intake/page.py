"""Загрузка: drop a file, see what it is and how it will be read, load it, see the account of every row, undo."""

import tempfile
from pathlib import Path

import polars as pl
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from loaders import imports, intake
from loaders import city as cities
from loaders.city import DEMO_SUFFIX
from loaders.errors import InputRefused
from loaders.profile import Profile, available
from pages.intake import importing, tables
from pages.intake.importing import Import
from pages.shared import formats, frame, notices, readers, viewer
from pages.shared.run import Run

_RUNNING = "intake-import"
_LOOKED = "intake-looked"
_TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "json", "ndjson", "jsonl", "xml"]
_PREVIEW_ROWS = 12

_Looked = tuple[list[str], str]


def draw(run: Run) -> None:
    """Draw the door for files, then the list of imports."""
    frame.header("Загрузка", "Текст обращений, имена, телефоны, адреса почты и дома отбрасываются до записи в хранилище.")
    with frame.panel("Новая выгрузка", "CSV, XLSX, XLS, JSON, NDJSON, XML", key="intake"), notices.told():
        running: Import | None = st.session_state.get(_RUNNING)
        if running is None:
            _door(run)
        elif running.is_running:
            _progress()
        else:
            _result(running)
    with frame.panel("Загрузки города", run.city.title, key="batches"), notices.told():
        _batches(run)


def _door(run: Run) -> None:
    """Take files and show what they are."""
    uploaded = st.file_uploader(
        "Файлы выгрузки", type=_TYPES, accept_multiple_files=True, label_visibility="collapsed", key="intake-files"
    )
    if not uploaded:
        return
    first, fitting = uploaded[0], _recognised(uploaded[0])
    profile = _profile(fitting)
    city = _city(run, profile)
    st.html(tables.note(profile.note)) if profile.note else None
    rows = _preview(first, profile)
    st.html(tables.preview(rows))
    files = formats.counted(len(uploaded), "файл", "файла", "файлов")
    size = formats.size(sum(file.size for file in uploaded))
    if st.button(f"Загрузить {files}, {size}", type="primary", key="intake-load"):
        contents = {f"{number}/{file.name}": file.getvalue() for number, file in enumerate(uploaded, start=1)}
        st.session_state[_RUNNING] = Import.begin(contents, profile.key, city)
        st.rerun()


def _recognised(file: UploadedFile) -> list[str]:
    """Find the profiles that fit a file, once per file."""
    kept: _Looked | None = st.session_state.get(_LOOKED)
    if kept is None or kept[1] != file.file_id:
        with _on_disk(file) as path, st.spinner("Смотрим, из какой системы файл"):
            kept = ([profile.key for profile in intake.recognise(path)], file.file_id)
        st.session_state[_LOOKED] = kept
    return kept[0]


class _on_disk:  # noqa: N801 — reads as a verb in a with-statement
    """Keep an uploaded file on the disk as long as it is looked at, and no longer."""

    def __init__(self, file: UploadedFile) -> None:
        self._file = file
        self._folder = tempfile.TemporaryDirectory(prefix="mcu-look-")

    def __enter__(self) -> Path:
        return importing.saved({self._file.name: self._file.getvalue()}, Path(self._folder.name))[0]

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _profile(fitting: list[str]) -> Profile:
    """Let the reader agree with the recognised system or name another."""
    profiles = {profile.key: profile for profile in available()}
    keys = [*fitting, *(key for key in profiles if key not in fitting)]
    if fitting:
        others = ", ".join(profiles[key].title for key in fitting[1:])
        st.markdown(f"Распознано: **{profiles[fitting[0]].title}**" + (f"; подходит и {others}" if others else ""))
    else:
        st.warning("Система не распознана: заголовки не подходят ни одному профилю. Выберите систему сами.", icon="⚠️")
    chosen = st.selectbox("Система", keys, format_func=lambda key: profiles[key].title, key="intake-profile", filter_mode=None)
    return profiles[chosen]


def _city(run: Run, profile: Profile) -> str:
    """Choose the city the rows belong to; made-up and real rows never share one."""
    present = run.city.key.removesuffix(DEMO_SUFFIX)
    titles = {city.key: city.title for city in cities.available()} | {present: readers.city(present).title}
    default = profile.city or present
    keys = [default, *(key for key in titles if key != default)]
    return st.selectbox("Город", keys, format_func=lambda key: titles.get(key, key), key=f"intake-city-{default}", filter_mode=None)


def _preview(file: UploadedFile, profile: Profile) -> pl.DataFrame:
    kept = st.session_state.get("intake-preview")
    asked = (file.file_id, profile.key)
    if kept is None or kept[0] != asked:
        with _on_disk(file) as path, st.spinner("Читаем первые строки"):
            kept = (asked, intake.preview(path, profile, _PREVIEW_ROWS))
        st.session_state["intake-preview"] = kept
    rows: pl.DataFrame = kept[1]
    return rows


@st.fragment(run_every="0.5s")
def _progress() -> None:
    """Show how far the import is, with a way to stop it."""
    running: Import = st.session_state[_RUNNING]
    if not running.is_running:
        st.rerun()
    st.progress(running.progress.share, text=f"{running.progress.step} · {formats.percent(running.progress.share, 0)}")
    if st.button("Отменить загрузку", key="intake-cancel"):
        running.cancel()


def _result(ended: Import) -> None:
    if ended.result is None:
        st.error(ended.failure, icon="⚠️")
    else:
        _told_result(ended)
    if st.button("Загрузить ещё", key="intake-again"):
        for key in (_RUNNING, _LOOKED, "intake-preview", "intake-files"):
            st.session_state.pop(key, None)
        st.rerun()


def _told_result(ended: Import) -> None:
    result = ended.result or {}
    took = formats.seconds(float(result["seconds"]))
    st.success(f"Загрузка № {result['batch']} завершена за {took}", icon="✅")
    st.html(tables.account(result))
    scope = viewer.scope(str(result["municipality"]))
    if result["rejected"]:
        st.html(tables.rejected(imports.rejected(readers.store(), scope, int(result["batch"]))))
    doubts = imports.findings(readers.store(), scope, int(result["batch"]))
    if not doubts.is_empty():
        st.html(tables.findings(doubts))


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
        names = {row["batch_id"]: tables.batch_title(row, titles, run.city.time_zone) for row in loaded.iter_rows(named=True)}
        batch = st.selectbox("Отменить загрузку", list(names), format_func=names.__getitem__, key="undo-batch", filter_mode=None)
        if st.button("Отменить…", key="undo-ask"):
            _confirm(run.scope.municipality, batch, names[batch])


@st.dialog("Отменить загрузку?")
def _confirm(municipality: str, batch: int, name: str) -> None:
    """Ask once more: an undo removes what the import brought and puts earlier versions back."""
    st.write(name)
    st.write("Новые строки этой загрузки исчезнут, исправленные вернутся к прежним версиям.")
    if st.button("Да, отменить", type="primary", key="undo-yes"):
        try:
            imports.undo(readers.store(), municipality, batch)
        except InputRefused as error:
            notices.refused(error)
        else:
            st.rerun()


draw(frame.current())
