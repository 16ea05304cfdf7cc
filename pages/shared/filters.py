"""The filters that all screens share, as one frozen value, and its form in the address.

The address is the only place where a filter is kept: a link and the Back button restore every state. What stands in
an address was written by anybody: it is parsed here, and cut to what the reader may choose from by `narrowed`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal, Self

import polars as pl

from analytics import keys, periods
from analytics.coverage import Coverage
from analytics.periods import Period
from pages.shared.folding import NO_NUMBERS, Numbers, fold, unfold

Comparison = Literal["previous", "year", "none"]

COMPARISONS: Final[dict[Comparison, str]] = {
    "previous": "с прошлым периодом",
    "year": "с тем же год назад",
    "none": "не сравнивать",
}

DEFAULT_PERIOD: Final = "seven_days"
"""About now, and whole on any weekday: a Monday morning is not compared with a Monday."""

DIMENSIONS: Final[dict[str, tuple[str, str]]] = {
    "blocks": ("block", "topic_block"),
    "departments": ("department", "department"),
    "channels": ("channel", "channel"),
    "kinds": ("kind", "kind"),
    "territories": ("territory", "territory"),
}
"""Field of `Filters` → its name in the address and its column in cells and appeals."""

FIRST_DAY: Final = date(1990, 1, 1)
"""No row is older: the door of the store refuses it."""

LAST_DAY: Final = date(2100, 12, 31)

Query = Mapping[str, Sequence[str]]

NUMBERLESS: Final[Mapping[str, Numbers]] = MappingProxyType({})
"""Numbers of no column at all: every choice is written word by word."""


@dataclass(frozen=True, slots=True)
class Options:
    """Hold what this reader may choose from: per field of `DIMENSIONS` the keys in order, and their titles."""

    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    titles: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        """Give the keys of one field."""
        return dict(self.keys).get(name, ())

    def words(self, name: str) -> dict[str, str]:
        """Give the words for the keys of one field."""
        return dict(dict(self.titles).get(name, ()))

    def title(self, name: str, key: str) -> str:
        """Give the words for one key."""
        return self.words(name).get(key, key)


@dataclass(frozen=True, slots=True)
class Filters:
    """Hold one state of the shared filters; an empty tuple means no limit.

    `period` is the key of a preset or two days in the form of analytics.periods; chosen words stand in the form of
    analytics.keys, so that a row without a word can be chosen too.
    """

    period: str = DEFAULT_PERIOD
    comparison: Comparison = "previous"
    blocks: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()

    @classmethod
    def parse(cls, query: Query) -> Self:
        """Read the filters out of an address; whatever makes no sense counts as absent."""
        asked = _last(query, "compare")
        comparison = next((known for known in COMPARISONS if known == asked), "previous")
        chosen = {name: _values(query.get(parameter, ())) for name, (parameter, _) in DIMENSIONS.items()}
        return cls(_period(_last(query, "period")), comparison, **chosen)

    def query(self, numbers: Mapping[str, Numbers] = NUMBERLESS) -> dict[str, str | list[str]]:
        """Write the filters as parameters of an address, leaving out what is at its default.

        `numbers` of the words of a column make its long choices short; see pages.shared.folding.
        """
        written: dict[str, str | list[str]] = {}
        if self.period != DEFAULT_PERIOD:
            written["period"] = self.period
        if self.comparison != "previous":
            written["compare"] = self.comparison
        chosen = {
            parameter: list(fold(getattr(self, name), numbers.get(column, NO_NUMBERS)))
            for name, (parameter, column) in DIMENSIONS.items()
        }
        return written | {parameter: values for parameter, values in chosen.items() if values}

    def replace(self, **changes: Any) -> Self:
        """Give a copy with some fields changed."""
        return replace(self, **changes)

    def unfolded(self, numbers: Mapping[str, Numbers]) -> tuple[Self, int]:
        """Read the long choices of an address by their numbers; give also how many words were not known."""
        read, lost = {}, 0
        for name, (_, column) in DIMENSIONS.items():
            read[name], unknown = unfold(getattr(self, name), numbers.get(column, NO_NUMBERS))
            lost += unknown
        return replace(self, **read), lost

    def narrowed(self, options: Options) -> tuple[Self, int]:
        """Keep the chosen values that are among the options; give also how many were left out.

        All the options chosen are no limit: what comes tomorrow belongs to them as well.
        """
        kept, dropped = {}, 0
        for name in DIMENSIONS:
            known, chosen = set(options.of(name)), getattr(self, name)
            found = tuple(value for value in chosen if value in known)
            dropped += len(chosen) - len(found)
            kept[name] = () if len(found) == len(known) > 1 else found
        return replace(self, **kept), dropped

    def where(self) -> pl.Expr:
        """Give the expression that keeps the cells of these filters; the period is not part of it.

        A measure filters the period by its own clock: received, answered or due.
        """
        parts = [_is_in(column, getattr(self, name)) for name, (_, column) in DIMENSIONS.items() if getattr(self, name)]
        return pl.all_horizontal(parts) if parts else pl.lit(value=True)

    def span(self, as_of: date, first: date) -> Period:
        """Give the days of the period up to the last whole one, `as_of`; `first` is the first whole day."""
        return periods.up_to(periods.parse_period(self.period, as_of, first), as_of)

    def compared(self, period: Period, coverage: Coverage) -> Period | None:
        """Give the period to compare with; None where nothing is compared, or not every day of both is whole."""
        other = self.wished(period)
        return other if other and coverage.comparable(period, other) else None

    def wished(self, period: Period) -> Period | None:
        """Give the period that the reader wants to compare with, None for none."""
        if self.comparison == "none":
            return None
        return periods.previous(period) if self.comparison == "previous" else periods.same_period_last_year(period)

    @property
    def has_own_dates(self) -> bool:
        """Say whether the days were chosen by the reader and not by a preset."""
        return self.period not in periods.PRESETS

    @property
    def chosen(self) -> int:
        """Count the fields that limit what is shown."""
        return sum(bool(getattr(self, name)) for name in DIMENSIONS)


PARAMETERS: Final = ("period", "compare", *(parameter for parameter, _ in DIMENSIONS.values()))
"""Parameters of an address that belong to the shared filters; others belong to one screen."""


def _is_in(column: str, values: Sequence[str]) -> pl.Expr:
    words = pl.Series([keys.read(value) for value in values], dtype=pl.String)
    return pl.col(column).cast(pl.String).is_in(words.implode(), nulls_equal=True)


def _last(query: Query, name: str) -> str:
    values = query.get(name, ())
    return values[-1] if values else ""


def _values(raw: Sequence[str]) -> tuple[str, ...]:
    """Keep each value once, in order."""
    return tuple(dict.fromkeys(value for value in raw if value))


def _period(text: str) -> str:
    """Keep a period that can be read, whatever the day; the default in place of any other.

    Days at the edges of the calendar have no neighbours to be compared with.
    """
    some_day = date(2000, 1, 1)
    try:
        period = periods.parse_period(text, some_day, some_day)
    except ValueError:
        return DEFAULT_PERIOD
    return text if period.start >= FIRST_DAY and period.end <= LAST_DAY else DEFAULT_PERIOD
