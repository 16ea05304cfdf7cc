"""The page of the journal as a table, and the state of its chain. Frames in, HTML out, without Streamlit."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from loaders.access import journal
from pages.journal.sentences import Names, sentence
from pages.shared import formats
from pages.shared.table import Cell, Heading, Toned, Verbatim, table

_ALARMING: Final = frozenset({journal.REFUSED, journal.SIGN_IN_FAILED})
"""Events that stand out: somebody was not let in."""


def chain(broken: int | None) -> str:
    """Say whether every entry is as it was written."""
    if broken is None:
        return (
            '<p class="mcu-chain"><span class="mcu-good" aria-hidden="true">●</span> '
            "Цепочка записей цела: ни одна запись не изменена и не удалена.</p>"
        )
    return (
        '<p class="mcu-chain mcu-bad" role="alert"><span aria-hidden="true">▲</span> Цепочка нарушена с записи № '
        f"{formats.number(broken)}: начиная с неё журналу верить нельзя. Сохраните копию хранилища и выясните "
        "причину.</p>"
    )


def entries(rows: pl.DataFrame, names: Names) -> str:
    """List entries, newest first, by the city's clock."""
    headings = [
        Heading("№", is_number=True),
        Heading("Когда"),
        Heading("Кто", is_wide=True),
        Heading("Что", is_wide=True),
        Heading("Откуда"),
    ]
    listed = (
        (
            str(row["entry_no"]),
            to_the_second(row["at_utc"], names.zone),
            Verbatim(row["login"]),
            _what(row["action"], sentence(row["action"], row["detail"], row["rows"], names)),
            row["address"] or formats.DASH,
        )
        for row in rows.iter_rows(named=True)
    )
    return table(headings, listed, "Записи журнала")


def to_the_second(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment of UTC by the city's clock."""
    return f"{moment.replace(tzinfo=UTC).astimezone(zone):%d.%m.%Y %H:%M:%S}"


def _what(action: str, words: str) -> Cell:
    return Toned(words, "warn") if action in _ALARMING else words
