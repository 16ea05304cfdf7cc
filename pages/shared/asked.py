"""Everything that a computed answer depends on, as one value that can stand in a cache key."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from analytics import measures, periods
from analytics.coverage import Coverage, is_settled
from analytics.periods import Period
from loaders.cells import DEFAULT, DataVersion
from loaders.city import City
from loaders.scope import Scope
from loaders.store import months
from pages.shared import formats, readers
from pages.shared.filters import Filters
from pages.shared.options import options, title_map
from pages.shared.run import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """Name everything that an answer depends on; scalars and frozen dataclasses of scalars only.

    `is_public` asks for what may leave the building: of places only those that are not small.
    """

    scope: Scope
    version: DataVersion
    filters: Filters
    period: Period
    comparison: Period | None
    coverage: Coverage
    is_public: bool = False

    @classmethod
    def by(cls, run: Run) -> "Asked":
        """Take what matters from a run."""
        return cls(run.scope, run.version, run.filters, run.period, run.comparison, run.coverage)

    @classmethod
    def of(cls, scope: Scope, filters: Filters) -> tuple["Asked", int]:
        """Ask anew for a scope; say also how many of the filters it does not know, which are left out."""
        version = readers.version(scope)
        coverage = readers.freshness(scope, version).coverage
        whole, unknown = filters.unfolded(readers.numbers(scope, version))
        kept, foreign = whole.narrowed(options(scope, version, scope.municipality))
        period = kept.span(coverage.as_of, coverage.first)
        return cls(scope, version, kept, period, kept.compared(period, coverage), coverage), unknown + foreign

    @property
    def as_of(self) -> date:
        """Give the last whole day, which everything is counted by."""
        return self.coverage.as_of

    @property
    def first(self) -> date:
        """Give the first whole day of the data."""
        return self.coverage.first

    @property
    def begun(self) -> date:
        """Give the first day of the first month with rows, whole or not: nothing is to be read before it."""
        return months.first_day(min(month for month, _ in self.version.months)) if self.version.months else self.first

    @property
    def named(self) -> Period:
        """Give the days of the period as it was asked for, those that have not come or are not whole among them."""
        return periods.parse_period(self.filters.period, self.as_of, self.first)

    def cells(self, start: date | None = None, *, dimensions: tuple[str, ...] = DEFAULT) -> pl.LazyFrame:
        """Give the newest cells that touch `start` and after, narrowed by the filters but not by the period."""
        found = readers.cells(self.scope, self.version, start=start, dimensions=dimensions)
        return found.filter(self.filters.where())

    def measured(self, start: date | None = None, *, dimensions: tuple[str, ...] = DEFAULT) -> pl.LazyFrame:
        """Give the cells for measures and states of a day: past days are told by the versions in force then."""
        found = readers.cells(self.scope, self.version, start=start, dimensions=dimensions, with_past=True)
        return found.filter(self.filters.where())

    def order(self, column: str) -> tuple[str, ...]:
        """Give the blocks or the departments in the city's order, without those that the scope does not open.

        Topics have no order of the city's.

        A part of the city is shown the departments that its own rows name: an empty row for each of the others would
        say that they have nothing at all.
        """
        if column == "topic":
            return ()
        whole = tuple(title_map(self.city, column))
        if self.scope.is_whole_city:
            return whole
        if column == "topic_block" and self.scope.blocks is not None:
            return tuple(key for key in whole if key in self.scope.blocks)
        seen = options(self.scope, self.version, self.scope.municipality)
        return tuple(key for key in whole if key in seen.of("blocks" if column == "topic_block" else "departments"))

    def compares(self, other: Period, measure: str = "appeals") -> bool:
        """Say whether a measure of the period may be set against another: whole, settled, from the same sources."""
        settled = is_settled(measures.find(measure), other, self.coverage.since(other.end))
        return settled and self.coverage.comparable(self.period, other)

    def compared(self, measure: str) -> Period | None:
        """Give the comparison period where a measure already meant there what it means now."""
        return self.comparison if self.comparison and self.compares(self.comparison, measure) else None

    @property
    def silence(self) -> str:
        """Say why nothing is compared: the reader wants no comparison, or the data do not reach so far."""
        if self.filters.comparison == "none":
            return "сравнение выключено"
        return f"сравнить не с чем: полные данные есть с {formats.day(self.first)} по {formats.day(self.as_of)}"

    @property
    def is_of_one_block(self) -> bool:
        """Say whether a single block is in view: the reader's only one, or the one that was filtered for."""
        return len(self.filters.blocks or self.scope.blocks or ()) == 1

    @property
    def city(self) -> City:
        """Give the description of the city."""
        return readers.city(self.scope.municipality)

    @property
    def history_from(self) -> date:
        """Give the first day that the period may be judged by: the same sources, after the last change named."""
        changes = (each.day for each in self.city.changes if each.day <= self.period.end)
        return max([self.coverage.since(self.period.end), *changes])

    @property
    def shows_small(self) -> bool:
        """Say whether places with few cases are shown."""
        return self.scope.sees_rows and not self.is_public

    @property
    def targets(self) -> dict[str, float]:
        """Give the city's targets by measure."""
        return {"on_time_share": self.city.thresholds.on_time_target}

    @property
    def min_n(self) -> int:
        """Give the least base of a share that is shown, made of no fewer cases where each counts twice."""
        return self.city.thresholds.min_share_base * self.scope.weight
