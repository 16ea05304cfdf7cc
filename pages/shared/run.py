"""One run of the script for one reader: what may be seen, of which data, through which filters."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from analytics.coverage import Coverage
from analytics.periods import Period
from loaders import cells as cell_store
from loaders.access.viewer import Place, Viewer
from loaders.city import City
from loaders.freshness import Freshness
from loaders.scope import Scope
from loaders.store.calendar import Grain
from pages.shared import formats, readers
from pages.shared.filters import Filters, Options
from pages.shared.palette import Palette


@dataclass(frozen=True, slots=True)
class Run:
    """Hold everything a screen needs to know about this run; made by pages/main.py, once.

    `screen` is the key of the one drawn. `viewer` looks from `place` and sees what `scope` opens.
    `version` is the one version of the data that the whole run reads. `comparison` is
    None when nothing is compared. `dropped` counts values of the address
    that the reader may not see or that do not exist.
    """

    screen: str
    viewer: Viewer
    place: Place
    scope: Scope
    city: City
    version: cell_store.DataVersion
    freshness: Freshness
    filters: Filters
    options: Options
    period: Period
    comparison: Period | None
    palette: Palette
    dropped: int

    @property
    def coverage(self) -> Coverage:
        """Give the whole days of the data."""
        return self.freshness.coverage

    @property
    def as_of(self) -> date:
        """Give the last whole day, which everything is counted by."""
        return self.coverage.as_of

    @property
    def first(self) -> date:
        """Give the first whole day of the data."""
        return self.coverage.first

    @property
    def period_words(self) -> str:
        """Write the days of the period."""
        return formats.span(self.period.start, self.period.end)

    def cells(
        self,
        start: date | None = None,
        *,
        dimensions: tuple[str, ...] = cell_store.DEFAULT,
        grain: Grain = "day",
        filtered: bool = True,
    ) -> pl.LazyFrame:
        """Give the cells of the reader from `start` on, narrowed by the shared filters but not by the period."""
        found = readers.cells(self.scope, self.version, start=start, dimensions=dimensions, grain=grain)
        return found.filter(self.filters.where()) if filtered else found


_run: Final[ContextVar[Run]] = ContextVar("run")


def begin(run: Run) -> None:
    """Make a run known to the screen that pages/main.py is about to draw."""
    _run.set(run)


def current() -> Run:
    """Give the present run.

    Raises LookupError when pages/main.py did not make one: a screen cannot be drawn past it.
    """
    return _run.get()
