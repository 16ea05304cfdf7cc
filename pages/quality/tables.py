"""Tables of «Качество данных». Frames in, HTML out, without Streamlit."""

from collections.abc import Mapping

import polars as pl

from analytics import schema
from pages.shared import formats, reasons
from pages.shared.table import Heading, Link, Toned, table
from pages.shared.take import rest
from pages.shared.text import html_text

MOST_ROWS = 30
"""Rows of a table shown at once; how many there are, and where, is said below."""


def facts(counted: Mapping[str, int], shares: Mapping[str, float | None], titles: Mapping[str, str], least: int) -> str:
    """Show which share of the cases has each thing known."""
    total = counted["appeals"]
    cells = "".join(
        f"<div><span>{html_text(title)}</span><b>{formats.share(shares[name], total, least, 1)}</b>"
        f"<small>{formats.number(counted[name])} из {formats.number(total)}</small></div>"
        for name, title in titles.items()
    )
    return f'<div class="mcu-facts">{cells}</div>'


def unmapped(rows: pl.DataFrame, total: int, hrefs: Mapping[str | None, str]) -> str:
    """List topics without a block; each leads to its rows."""
    headings = [
        Heading("Тема источника", is_wide=True),
        Heading("Обращений", is_number=True),
        Heading("Доля всех", is_number=True),
    ]
    listed = (
        (
            topic or "тема не указана",
            Link(formats.number(appeals), hrefs[topic]),
            formats.percent(appeals / total if total else None),
        )
        for topic, appeals in rows.head(MOST_ROWS).iter_rows()
    )
    return table(headings, listed, "Темы без блока") + rest(MOST_ROWS, rows.height)


def rejections(rows: pl.DataFrame) -> str:
    """Count rejected rows by reason and column, with one example each."""
    headings = [
        Heading("Причина"), Heading("Столбец"), Heading("Строк", is_number=True),
        Heading("Пример", is_wide=True), Heading("Ожидалось", is_wide=True),
    ]  # fmt: skip
    counted = (
        rows.group_by("code", "column")
        .agg(pl.len().alias("rows"), pl.col("value").first(), pl.col("expected").first())
        .sort("rows", "code", "column", descending=[True, False, False])
    )
    listed = (
        (reasons.rejection(row["code"]), row["column"], formats.number(row["rows"]), row["value"], row["expected"])
        for row in counted.head(MOST_ROWS).iter_rows(named=True)
    )
    return table(headings, listed, "Отклонённые строки по причинам") + rest(MOST_ROWS, counted.height)


def findings(rows: pl.DataFrame) -> str:
    """Count doubts about loaded rows by kind and detail; unmapped topics have a table of their own."""
    headings = [Heading("Замечание"), Heading("Подробность", is_wide=True), Heading("Строк", is_number=True)]
    counted = (
        rows.filter(pl.col("code") != "unmapped_topic")
        .group_by("code", "detail")
        .agg(pl.col("rows").sum())
        .sort("rows", "code", "detail", descending=[True, False, False])
    )
    listed = (
        (reasons.finding(code), detail, formats.number(n)) for code, detail, n in counted.head(MOST_ROWS).iter_rows()
    )
    return table(headings, listed, "Замечания к загруженным строкам") + rest(MOST_ROWS, counted.height)


def silences(rows: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """List runs of days on which a system was silent."""
    headings = [
        Heading("Система"),
        Heading("Дни молчания"),
        Heading("Дней", is_number=True),
        Heading("Ожидалось строк", is_number=True),
    ]
    listed = (
        (
            titles.get(source, source),
            Toned(formats.span(start, end), "warn"),
            formats.number(days),
            formats.number(expected),
        )
        for source, start, end, days, expected in rows.head(MOST_ROWS).iter_rows()
    )
    return table(headings, listed, "Дни, в которые система молчала") + rest(MOST_ROWS, rows.height)


def dates(rows: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """Count rows whose dates cannot both be right, by system."""
    headings = [Heading("Система"), Heading("Что не так", is_wide=True), Heading("Строк", is_number=True)]
    listed = (
        (titles.get(system, system), reasons.finding(code), formats.number(n)) for system, code, n in rows.iter_rows()
    )
    return table(headings, listed, "Даты, которые спорят друг с другом")


def without_deadline(rows: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """List what neither the source nor a norm of the city gives a deadline, by system, kind and channel."""
    headings = [Heading("Система"), Heading("Вид"), Heading("Канал", is_wide=True), Heading("Дел", is_number=True)]
    listed = (
        (titles.get(system, system), schema.TITLES.get(kind, kind), channel or "не указан", formats.number(n))
        for system, kind, channel, n in rows.head(MOST_ROWS).iter_rows()
    )
    return table(headings, listed, "Дела без срока") + rest(MOST_ROWS, rows.height)


def unknown_past(rows: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """List how many cases of each system came with their deadline moved, and since when their state is known."""
    headings = [Heading("Система", is_wide=True), Heading("Дел", is_number=True), Heading("Прошлое известно с")]
    listed = (
        (titles.get(system, system), formats.number(n), formats.day(known_from))
        for system, n, known_from in rows.iter_rows()
    )
    return table(headings, listed, "Прошлое, которого не видно")
