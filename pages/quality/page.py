"""Качество данных: is the data in, and is it good? What is missing, rejected or doubtful, and who fell silent."""

from datetime import timedelta
from typing import Final

import polars as pl
import streamlit as st

from analytics import quality
from loaders import imports
from loaders import quality as stored_quality
from loaders.profile import available
from pages.quality import tables
from pages.shared import address, formats, frame, notices, readers
from pages.shared.filters import UNMAPPED
from pages.shared.run import Run

_WINDOW: Final = timedelta(weeks=12)
_KNOWN: Final = {
    "topic_block": "Тема сопоставлена с блоком",
    "department": "Подразделение названо",
    "territory": "Территория названа",
    "geo_cell": "Место на карте известно",
    "due_on": "Срок известен",
}
_LOCATED: Final = {"on_map": "На карте", "territory_only": "Только территория", "nowhere": "Без места"}
_NO_PLACE: Final = {
    "zero_coordinates": "координаты (0, 0)",
    "outside_box": "точки вне границ города",
    "bad_coordinates": "координаты, которые не читаются",
}


def draw(run: Run) -> None:
    """Draw the panels; each fails alone."""
    words = "Сомнительное не исправляется молча: оно посчитано здесь, с причиной."
    frame.header("Качество данных", words, span=f"поступило {run.period_words}")
    with notices.told():
        _known(run)
    with frame.panel("Место на карте", f"поступило {run.period_words}", key="located"), notices.told():
        _located(run)
    left, right = st.columns(2, gap="small")
    with left, frame.panel("Темы без блока", f"поступило {run.period_words}", key="unmapped"), notices.told():
        _unmapped(run)
    with (
        right,
        frame.panel("Системы молчали", f"12 недель по {formats.day(run.as_of)}", key="silences"),
        notices.told(),
    ):
        _silences(run)
    with frame.panel("Даты, которые спорят друг с другом", "во всех загруженных строках", key="dates"), notices.told():
        _dates(run)
    with frame.panel("Дела без срока", "в расчёт сроков не входят", key="without-deadline"), notices.told():
        _without_deadline(run)
    with frame.panel("Отклонённые строки", "по всем действующим загрузкам", key="rejections"), notices.told():
        _rejections(run)
    with (
        frame.panel("Замечания к загруженным строкам", "по всем действующим загрузкам", key="findings"),
        notices.told(),
    ):
        _findings(run)


def _received(run: Run, *dimensions: str) -> pl.LazyFrame:
    found = run.cells(
        run.period.start,
        dimensions=("received_on", "topic_block", "department", "channel", "kind", "territory", *dimensions),
    )
    return found.filter(pl.col("received_on").is_between(run.period.start, run.period.end))


def _known(run: Run) -> None:
    counted = quality.coverage(_received(run, "geo_cell", "due_on"), list(_KNOWN)).collect().row(0, named=True)
    st.html(tables.facts(counted, _KNOWN, run.city.thresholds.min_share_base))


def _located(run: Run) -> None:
    """Say how much of the period is on the map, and what kept the rest off it in the loads."""
    counted = quality.located(_received(run, "geo_cell")).collect().row(0, named=True)
    st.html(tables.facts(counted, _LOCATED, run.city.thresholds.min_share_base))
    lost = imports.findings(readers.store(), run.scope).filter(pl.col("code").is_in(_NO_PLACE))
    sums = dict(lost.group_by("code").agg(pl.col("rows").sum()).iter_rows())
    told = "; ".join(f"{words} — {formats.number(sums.get(code, 0))}" for code, words in _NO_PLACE.items())
    st.html(f'<p class="mcu-note">Во всех действующих загрузках не стали местом: {told}.</p>')


def _unmapped(run: Run) -> None:
    cells = _received(run, "topic")
    rows, total = pl.collect_all([quality.unmapped_topics(cells), cells.select(pl.col("appeals").sum())])
    if rows.is_empty():
        notices.empty("Все темы периода сопоставлены с блоками")
        return
    filters = run.filters.replace(blocks=(UNMAPPED,))
    hrefs = {
        topic: address.url("registry", filters, topic=topic) for topic in rows["topic"].head(tables.MOST_ROWS) if topic
    }
    st.html(tables.unmapped(rows, total.item(), hrefs))
    st.html('<p class="mcu-note">Сопоставление задаётся в файле города: раздел тем рубрикатора.</p>')


def _silences(run: Run) -> None:
    start = run.as_of - _WINDOW
    cells = run.cells(start, dimensions=("received_on", "source_system"), filtered=False)
    rows = quality.silences(cells, start, run.as_of).collect()
    if rows.is_empty():
        notices.empty("Необычного молчания не было", "Каждая система присылала строки так часто, как обычно.")
        return
    st.html(tables.silences(rows, _systems()))


def _dates(run: Run) -> None:
    rows = stored_quality.doubtful_dates(readers.store(), run.scope)
    if rows.is_empty():
        notices.empty("Таких дат нет")
        return
    st.html(tables.dates(rows, _systems()))


def _without_deadline(run: Run) -> None:
    rows = stored_quality.without_deadline(readers.store(), run.scope)
    if rows.is_empty():
        notices.empty("Срок есть у каждого дела", "Его назвал источник или задала норма города.")
        return
    st.html(tables.without_deadline(rows, _systems()))


def _systems() -> dict[str, str]:
    return {profile.key: profile.title for profile in available()}


def _rejections(run: Run) -> None:
    store = readers.store()
    batches = imports.batches(store, run.scope).filter((pl.col("state") == "loaded") & (pl.col("rejected") > 0))
    if batches.is_empty():
        notices.empty("Отклонённых строк нет")
        return
    st.html(tables.rejections(pl.concat(imports.rejected(store, run.scope, batch) for batch in batches["batch_id"])))


def _findings(run: Run) -> None:
    rows = imports.findings(readers.store(), run.scope)
    if rows.filter(pl.col("code") != "unmapped_topic").is_empty():
        notices.empty("Замечаний нет")
        return
    st.html(tables.findings(rows))


draw(frame.current())
