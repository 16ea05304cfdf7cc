"""Tables of «Загрузка»: preview, result, rejected rows, list of batches. Frames in, HTML out, without Streamlit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from analytics import schema
from loaders.files.sheets import UNREAD
from pages.shared import formats, reasons
from pages.shared.table import Heading, Toned, some_of, table
from pages.shared.text import html_text

SHOWN: Final = 200
"""Rows of a long list shown at first, and added at each wish for more."""

_MORE: Final = "остальные — кнопкой «Показать ещё»"

_COUNTS: Final = ("Строк", "Новые", "Исправленные", "Повторы", "Отклонённые", "Поздние")

_NUMBERS: Final = frozenset({"question_no", "reworks", "satisfaction", "source_row"})


def preview(rows: pl.DataFrame, blocks: Mapping[str, str]) -> str:
    """Show the first rows of a file as canonical columns; `blocks` gives the titles of the city's blocks."""
    if "topic_block" in rows.columns:
        rows = rows.with_columns(pl.col("topic_block").replace(blocks))
    headings = [Heading(schema.COLUMNS[name].title, name in _NUMBERS) for name in rows.columns]
    return table(headings, ([_value(value) for value in row] for row in rows.iter_rows()), "Первые строки файла")


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime):
        return formats.moment(value)
    return schema.TITLES.get(value, value) if isinstance(value, str) else formats.number(float(str(value)))


def account(result: Mapping[str, Any]) -> str:
    """Account for every row of an import: read = new + corrected + duplicate + rejected."""
    shown = {
        "Прочитано": ("rows_in", "строк файла"),
        "Новые": ("new", "добавлены"),
        "Исправленные": ("corrected", "прежние версии — в истории"),
        "Повторы": ("duplicate", "уже были, не изменены"),
        "Отклонённые": ("rejected", "причины — ниже"),
    }
    cells = "".join(
        f"<div><span>{title}</span><b>{formats.number(result[key])}</b><small>{note}</small></div>"
        for title, (key, note) in shown.items()
    )
    return f'<div class="mcu-facts">{cells}</div>'


def rejected(rows: pl.DataFrame, most: int = SHOWN) -> str:
    """List rejected rows with the place in the file, the reason and what was expected."""
    headings = [
        Heading("Файл"), Heading("Строка", is_number=True), Heading("Столбец"), Heading("Причина"),
        Heading("Значение", is_wide=True), Heading("Ожидалось", is_wide=True),
    ]  # fmt: skip
    listed = (
        (
            row["file"],
            formats.number(row["source_row"]),
            row["column"],
            reasons.rejection(row["code"]),
            row["value"],
            row["expected"],
        )
        for row in rows.head(most).iter_rows(named=True)
    )
    return table(headings, listed, "Отклонённые строки") + some_of(most, rows.height, _MORE)


def unread(rows: pl.DataFrame) -> str:
    """Name the sheets that were not read, with their rows; empty where all were."""
    left = rows.filter(pl.col("code").is_in(UNREAD)).select("detail", "rows")
    return "; ".join(f"{detail}, {formats.counted(n, 'строка', 'строки', 'строк')}" for detail, n in left.iter_rows())


def findings(rows: pl.DataFrame, most: int = SHOWN) -> str:
    """List doubts about loaded rows, most frequent first."""
    headings = [Heading("Замечание"), Heading("Подробность", is_wide=True), Heading("Строк", is_number=True)]
    ordered = rows.sort("rows", descending=True).head(most).iter_rows(named=True)
    listed = ((reasons.finding(row["code"]), row["detail"], formats.number(row["rows"])) for row in ordered)
    return table(headings, listed, "Замечания к загруженным строкам") + some_of(most, rows.height, _MORE)


def batches(rows: pl.DataFrame, titles: Mapping[str, str], time_zone: str) -> str:
    """List imports, newest first."""
    headings = [
        Heading("№", is_number=True), Heading("Загружено"), Heading("Система"),
        Heading("Файлы", is_wide=True), *(Heading(name, is_number=True) for name in _COUNTS), Heading("Состояние"),
    ]  # fmt: skip
    return table(headings, (_batch(row, titles, time_zone) for row in rows.iter_rows(named=True)), "Загрузки")


def _batch(row: dict[str, Any], titles: Mapping[str, str], time_zone: str) -> list[str | Toned]:
    counts = [formats.number(row[name]) for name in ("rows_in", "new", "corrected", "duplicate")]
    rejected_words = formats.number(row["rejected"])
    state = Toned("отменена", "muted") if row["state"] == "undone" else "загружена"
    return [
        str(row["batch_id"]),
        formats.moment(local(row["loaded_at_utc"], time_zone)),
        titles.get(row["source_system"], row["source_system"]),
        ", ".join(row["files"]),
        *counts,
        Toned(rejected_words, "warn") if row["rejected"] else rejected_words,
        formats.number(row["late"]),
        state,
    ]


def local(moment: datetime, time_zone: str) -> datetime:
    """Bring a moment of UTC to the city's clock."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def batch_title(row: Mapping[str, Any], titles: Mapping[str, str], time_zone: str) -> str:
    """Name one import in a list of choices."""
    source = titles.get(row["source_system"], row["source_system"])
    return f"№ {row['batch_id']} · {source} · {formats.moment(local(row['loaded_at_utc'], time_zone))}"


def note(words: str) -> str:
    """Show a remark in the small print of a panel."""
    return f'<p class="mcu-explanation">{html_text(words, 1_000)}</p>'
