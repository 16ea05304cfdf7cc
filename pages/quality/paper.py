"""The screen «Качество данных» as parts of a file; examples of rejected values stay on the screen."""

from collections.abc import Mapping

import polars as pl

from analytics import schema
from loaders import imports
from loaders import quality as stored_quality
from pages.paper.model import Column, Part, Table
from pages.paper.source import Source
from pages.quality import reading
from pages.shared import formats, readers, reasons
from pages.shared.asked import Asked

_ROWS = Column("rows", "Строк", "count")


def measures_of(source: Source) -> list[str]:  # noqa: ARG001 — every screen gives the same two functions
    """Name no measure: the parts count rows."""
    return []


def parts(source: Source) -> list[Part]:
    """Lay the screen out."""
    asked, titles = source.asked, readers.source_titles()
    drawn = (_unmapped(asked), _silences(asked, titles), _dates(asked, titles), _without_deadline(asked, titles),
             _unknown_past(asked, titles))  # fmt: skip
    return [_known(asked), _located(asked), *drawn, _rejections(asked), _findings(asked)]


def _shares(counted: Mapping[str, int], titles: Mapping[str, str], least: int) -> Table:
    columns = [Column("what", "Что известно", is_wide=True), Column("rows", "Дел", "count"),
               Column("share", "Доля", "share", base="of"), Column("of", "Из скольких", "count")]  # fmt: skip
    total, shares = counted["appeals"], reading.shares_of(counted, titles)
    rows = [
        [title, counted[key], shares[key] if total >= max(least, 1) else None, total] for key, title in titles.items()
    ]
    return Table.of(columns, rows)


def _span(asked: Asked) -> str:
    return f"поступило {formats.span(asked.period.start, asked.period.end)}"


def _known(asked: Asked) -> Part:
    return Part("known", "Что известно", _span(asked), _shares(reading.known(asked), reading.KNOWN, asked.min_n))


def _located(asked: Asked) -> Part:
    lost = reading.lost_places(asked)
    told = "; ".join(f"{words} — {formats.number(lost[code])}" for code, words in reading.NO_PLACE.items())
    table = _shares(reading.located(asked), reading.LOCATED, asked.min_n)
    after = f"Во всех действующих загрузках не стали местом: {told}."
    return Part("located", "Место на карте", _span(asked), table, after=(after,))


def _unmapped(asked: Asked) -> Part:
    rows, total = reading.unmapped(asked)
    columns = [
        Column("topic", "Тема источника", is_wide=True),
        Column("appeals", "Обращений", "count"),
        Column("share", "Доля всех", "share"),
    ]
    listed = [[topic or "тема не указана", n, n / total if total else None] for topic, n in rows.iter_rows()]
    return Part("unmapped", "Темы без блока", _span(asked), Table.of(columns, listed))


def _silences(asked: Asked, titles: Mapping[str, str]) -> Part:
    columns = [Column("system", "Система"), Column("start", "С", "day"), Column("end", "По", "day"),
               Column("days", "Дней", "count"), Column("expected", "Ожидалось строк", "number")]  # fmt: skip
    rows = [[titles.get(source, source), *rest] for source, *rest in reading.silences(asked).iter_rows()]
    return Part("silences", "Системы молчали", f"12 недель по {formats.day(asked.as_of)}", Table.of(columns, rows))


def _dates(asked: Asked, titles: Mapping[str, str]) -> Part:
    columns = [Column("system", "Система"), Column("what", "Что не так", is_wide=True), _ROWS]
    found = stored_quality.doubtful_dates(readers.store(), asked.scope)
    rows = [[titles.get(system, system), reasons.finding(code), n] for system, code, n in found.iter_rows()]
    return Part("dates", "Даты, которые спорят друг с другом", "во всех загруженных строках", Table.of(columns, rows))


def _without_deadline(asked: Asked, titles: Mapping[str, str]) -> Part:
    columns = [
        Column("system", "Система"),
        Column("kind", "Вид"),
        Column("channel", "Канал", is_wide=True),
        Column("rows", "Дел", "count"),
    ]
    found = stored_quality.without_deadline(readers.store(), asked.scope)
    rows = [
        [titles.get(system, system), schema.TITLES.get(kind, kind), channel or "не указан", n]
        for system, kind, channel, n in found.iter_rows()
    ]
    return Part("without-deadline", "Дела без срока", "в расчёт сроков не входят", Table.of(columns, rows))


def _unknown_past(asked: Asked, titles: Mapping[str, str]) -> Part:
    columns = [Column("system", "Система", is_wide=True), Column("rows", "Дел", "count"),
               Column("known_from", "Прошлое известно с", "day")]  # fmt: skip
    found = stored_quality.unknown_past(readers.store(), asked.scope)
    rows = [[titles.get(system, system), n, day] for system, n, day in found.iter_rows()]
    return Part(
        "unknown-past", "Прошлое, которого не видно", "пришли с уже перенесённым сроком", Table.of(columns, rows)
    )


def _rejections(asked: Asked) -> Part:
    """Count rejected rows by reason; the values themselves, as they came, do not leave with a file."""
    columns = [Column("why", "Причина"), Column("column", "Столбец", is_wide=True), _ROWS]
    found = reading.rejected(asked)
    rows = []
    if found is not None:
        counted = found.group_by("code", "column").len().sort("len", "code", "column", descending=[True, False, False])
        rows = [[reasons.rejection(code), column, n] for code, column, n in counted.iter_rows()]
    return Part("rejections", "Отклонённые строки", "по всем действующим загрузкам", Table.of(columns, rows))


def _findings(asked: Asked) -> Part:
    columns = [Column("what", "Замечание"), Column("detail", "Подробность", is_wide=True), _ROWS]
    counted = (
        imports.findings(readers.store(), asked.scope)
        .filter(pl.col("code") != "unmapped_topic")
        .group_by("code", "detail")
        .agg(pl.col("rows").sum())
        .sort("rows", "code", "detail", descending=[True, False, False])
    )
    rows = [[reasons.finding(code), detail, n] for code, detail, n in counted.iter_rows()]
    return Part("findings", "Замечания к загруженным строкам", "по всем действующим загрузкам", Table.of(columns, rows))
