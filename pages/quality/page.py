"""Качество данных: is the data in, and is it good? What is missing, rejected or doubtful, and who fell silent."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from analytics import keys
from loaders import imports
from loaders import quality as stored_quality
from pages.quality import reading, tables
from pages.shared import formats, frame, listing, notices, readers
from pages.shared.asked import Asked
from pages.shared.run import Run


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
    with (
        frame.panel("Прошлое, которого не видно", "во всех загруженных строках", key="unknown-past"),
        notices.told(),
    ):
        _unknown_past(run)
    with frame.panel("Отклонённые строки", "по всем действующим загрузкам", key="rejections"), notices.told():
        _rejections(run)
    with (
        frame.panel("Замечания к загруженным строкам", "по всем действующим загрузкам", key="findings"),
        notices.told(),
    ):
        _findings(run)


def _known(run: Run) -> None:
    _facts(reading.known(Asked.by(run)), reading.KNOWN, run)


def _facts(counted: Mapping[str, int], titles: Mapping[str, str], run: Run) -> None:
    shares = reading.shares_of(counted, titles)
    st.html(tables.facts(counted, shares, titles, Asked.by(run).min_n))


def _located(run: Run) -> None:
    """Say how much of the period is on the map, and what kept the rest off it in the loads."""
    asked = Asked.by(run)
    _facts(reading.located(asked), reading.LOCATED, run)
    lost = reading.lost_places(asked)
    told = "; ".join(f"{words} — {formats.number(lost[code])}" for code, words in reading.NO_PLACE.items())
    st.html(f'<p class="mcu-note">Во всех действующих загрузках не стали местом: {told}.</p>')


def _unmapped(run: Run) -> None:
    rows, total = reading.unmapped(Asked.by(run))
    if rows.is_empty():
        notices.empty("Все темы периода сопоставлены с блоками")
        return
    filters = run.filters.replace(blocks=(keys.ABSENT,))
    hrefs = {
        topic: listing.href(number, filters, topic=keys.written(topic))
        for topic, number in rows.head(tables.MOST_ROWS).iter_rows()
    }
    st.html(tables.unmapped(rows, total, hrefs))
    st.html('<p class="mcu-note">Сопоставление задаётся в файле города: раздел тем рубрикатора.</p>')


def _silences(run: Run) -> None:
    rows = reading.silences(Asked.by(run))
    if rows.is_empty():
        notices.empty("Необычного молчания не было", "Каждая система присылала строки так часто, как обычно.")
        return
    st.html(tables.silences(rows, readers.source_titles()))


def _dates(run: Run) -> None:
    rows = stored_quality.doubtful_dates(readers.store(), run.scope)
    if rows.is_empty():
        notices.empty("Таких дат нет")
        return
    st.html(tables.dates(rows, readers.source_titles()))


def _without_deadline(run: Run) -> None:
    rows = stored_quality.without_deadline(readers.store(), run.scope)
    if rows.is_empty():
        notices.empty("Срок есть у каждого дела", "Его назвал источник или задала норма города.")
        return
    st.html(tables.without_deadline(rows, readers.source_titles()))


def _unknown_past(run: Run) -> None:
    rows = stored_quality.unknown_past(readers.store(), run.scope)
    if rows.is_empty():
        notices.empty("Прошлое всех дел известно", "Ни одно не попало в программу с уже перенесённым сроком.")
        return
    st.html(tables.unknown_past(rows, readers.source_titles()))
    st.html(
        '<p class="mcu-note">Эти дела пришли с уже перенесённым сроком, и когда его перенесли, источник не сказал. '
        "До этого дня они считаются в работе, но не в просроченных, отложенных и продлённых.</p>"
    )


def _rejections(run: Run) -> None:
    rows = reading.rejected(Asked.by(run))
    if rows is None:
        notices.empty("Отклонённых строк нет")
        return
    st.html(tables.rejections(rows))


def _findings(run: Run) -> None:
    rows = imports.findings(readers.store(), run.scope)
    if rows.filter(pl.col("code") != "unmapped_topic").is_empty():
        notices.empty("Замечаний нет")
        return
    st.html(tables.findings(rows))


draw(frame.current())
