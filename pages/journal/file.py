"""The journal as a file: the entries the filters leave, each as the sentence of the screen."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from loaders.access import journal
from loaders.scope import Scope
from pages.gate.downloads import Made
from pages.journal.query import Asked
from pages.journal.sentences import Names, sentence
from pages.journal.tables import to_the_second
from pages.shared import readers
from pages.shared.export import MOST_ROWS, Offered
from pages.shared.inert_csv import inert_csv
from pages.shared.refusals import too_many

_TITLES: Final = ("№", "Когда", "Время UTC", "Кто", "Событие", "Что", "Откуда")


def read(municipality: str, asked: Asked, zone: ZoneInfo, offset: int, limit: int) -> tuple[pl.DataFrame, int]:
    """Read the entries of a municipality that the filters leave, newest first, and count them all."""
    since, until = asked.bounds(zone)
    return journal.page(
        readers.store(),
        municipality=municipality,
        since=since,
        until=until,
        login=asked.who,
        action=asked.what,
        offset=offset,
        limit=limit,
    )


def offered(municipality: str, asked: Asked, names: Names) -> Offered:
    """Describe the file of the entries that the filters leave."""

    def make(scope: Scope) -> Made:
        rows, total = read(scope.municipality, asked, names.zone, 0, MOST_ROWS)
        if total > MOST_ROWS:
            raise too_many(total, MOST_ROWS)
        return Made(inert_csv(_TITLES, (_line(row, names) for row in rows.iter_rows(named=True))), rows.height)

    _, total = read(municipality, asked, names.zone, 0, 1)
    name = f"журнал {asked.start:%d.%m.%Y}-{asked.end:%d.%m.%Y}.csv"
    return Offered("Записи журнала", name, total, make)


def _line(row: Mapping[str, Any], names: Names) -> tuple[object, ...]:
    moment: datetime = row["at_utc"]
    action, detail = row["action"], row["detail"]
    told = sentence(action, detail, row["rows"], names)
    written = moment.replace(tzinfo=UTC).isoformat(timespec="seconds")
    return (
        row["entry_no"],
        to_the_second(moment, names.zone),
        written,
        row["login"],
        journal.ACTIONS[action],
        told,
        row["address"],
    )
