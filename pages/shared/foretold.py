"""What open cases will miss, kept once for a state of the data: filters choose from it and learn nothing anew."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import breach
from analytics.pace import Pace
from loaders.cells import DataVersion
from loaders.scope import Scope
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.filters import DIMENSIONS
from pages.shared.kept import kept

BY: Final = tuple(column for _, column in DIMENSIONS.values())
"""Columns that the shared filters look at."""

_PAST: Final = timedelta(days=breach.REPLAYED_DAYS + Pace().history_days)


def foretold(asked: Asked) -> pl.DataFrame:
    """Give the forecasts of the day shown and of the mornings before it, within the scope and the filters."""
    day = asked.period.window(asked.as_of).moment
    return _whole(asked.scope, asked.version, max(day - _PAST, asked.begun), day).filter(asked.filters.where())


@kept(max_entries=8)
def _whole(scope: Scope, version: DataVersion, start: date, day: date) -> pl.DataFrame:
    columns = tuple(dict.fromkeys([*breach.NEEDS, *BY]))
    cells = readers.cells(scope, version, start=start, dimensions=columns, with_past=True)
    return breach.foretell(cells, day, readers.city(scope.municipality).rules.calendar, by=BY)
