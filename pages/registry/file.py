"""The register as a file: the rows that the filters leave, with the columns and the words of the screen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from loaders import register
from loaders.cells import DataChanged, data_version
from loaders.profile import available
from loaders.register import MAX_ROWS, RegisterFilter
from loaders.scope import Scope
from pages.gate.downloads import Made
from pages.registry import tables
from pages.registry.query import Asked
from pages.shared import formats, readers
from pages.shared.export import MOST_ROWS, Offered, too_many
from pages.shared.inert_csv import inert_csv
from pages.shared.run import Run

_YES_NO: Final = {True: "да", False: "нет"}


def offered(run: Run, asked: Asked, wanted: RegisterFilter, columns: tuple[str, ...], total: int) -> Offered:
    """Describe the file of `total` rows that the filters leave."""
    shown = tuple(name for name in columns if name in register.COLUMNS)
    words = tables.words(run.city, {profile.key: profile.title for profile in available()})

    def make(scope: Scope) -> Made:
        rows = _read(scope, wanted, asked)
        titles = [tables.COLUMNS[name] for name in shown]
        return Made(inert_csv(titles, ([_value(name, row[name], words) for name in shown] for row in rows)), len(rows))

    name = f"реестр {run.period.start:%d.%m.%Y}-{run.period.end:%d.%m.%Y}.csv"
    return Offered("Обращения и сообщения", name, total, make)


def _read(scope: Scope, wanted: RegisterFilter, asked: Asked) -> list[dict[str, Any]]:
    """Read every page, of one state of the data; raises `DataChanged` when an import ends meanwhile."""
    store = readers.store()
    version = data_version(store, scope)
    rows: list[dict[str, Any]] = []
    total = 1
    while len(rows) < total:
        page = register.page(
            store, scope, wanted, sort=asked.sort, descending=asked.descending, offset=len(rows), limit=MAX_ROWS
        )
        total = page.total
        if total > MOST_ROWS:
            raise too_many(total)
        if page.rows.is_empty():
            break
        rows += page.rows.to_dicts()
    if data_version(store, scope) != version:
        raise DataChanged
    return rows


def _value(name: str, value: object, words: Mapping[str, Mapping[str, str]]) -> object:
    """Write one value as the screen does; numbers stay numbers."""
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, datetime):
        return formats.moment(value)
    return words[name].get(str(value), value) if name in words and value is not None else value
