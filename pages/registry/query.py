"""What the register is asked for, read from the address: the shared filters, and the register's own parameters.

A link from another screen names one set of cases: the `measure` that counted them, over the period of the shared
filters; `due`, days that bound the deadline besides; a `status`, a `stage`, a `topic`, a `place`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from analytics import counts, due_states, facts, hexagons, keys, schema
from analytics.facts import Stock, Window, counts_of
from analytics.measures import EVERY, by_rule, find, names
from analytics.periods import Period, parse_period
from analytics.population import All, within
from analytics.schema import Amends
from loaders import register
from loaders.city import RestRule
from loaders.register import RegisterFilter
from pages.shared.filters import Filters
from pages.shared.listing import DATED, SIGNIFICANT

USUAL: Final = "appeals"
"""Measure whose cases are listed where none is named: all that came in the period."""

OWN: Final[Mapping[str, str]] = MappingProxyType(
    {DATED: "Все, у кого есть срок", SIGNIFICANT: "Общественно значимые, о которых стало известно"}
)
"""Sets of cases that are no measure of their own, and their words."""

LISTED: Final = (*(key for key, measure in EVERY.items() if measure.additive), *OWN)
"""What the register offers to list."""

PAGE_ROWS: Final = 50

DEFAULT_RULE: Final = RestRule()

FINEST: Final = 9
"""Resolution of the cells of most cities."""

_ASCENDING: Final = frozenset({"deadline_at"})
"""Columns that the first click sorts upwards: of deadlines the nearest matter, of all others the newest or most."""

_FURTHEST_PAGE: Final = 1_000_000


def listed(key: str) -> str:
    """Name the set of cases behind a measure: its own, or for a share or a mean that of the measure of its base."""
    if key in OWN:
        return key
    measure = find(key) if key in names() else find(USUAL)
    return measure.base_key or measure.key


def title(key: str) -> str:
    """Say which cases are listed."""
    if key in OWN:
        return OWN[key]
    measure = find(key)
    return measure.title if measure.additive else _capital(measure.base)


def is_state(key: str) -> bool:
    """Say whether the cases are those that stand in a state at the end of the period."""
    return key == DATED or (key not in OWN and find(key).clock is None)


def days_of(filters: Filters, measure: str, period: Period) -> Period:
    """Give the days that are listed: of news also those that the reader names after the last whole day of `period`."""
    if measure != SIGNIFICANT or not filters.has_own_dates:
        return period
    return parse_period(filters.period, period.end, period.start)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the register's own parameters as they stand in the address, each one of the allowed values."""

    measure: str = USUAL
    statuses: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    source_id: str = ""
    place: str = ""
    due: tuple[date | None, date | None] | None = None
    sort: str = "received_at"
    descending: bool = True
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, Sequence[str]]) -> "Asked":
        """Read the parameters; what is not allowed counts as absent."""
        sort = _last(query, "sort")
        column = sort.removeprefix("-")
        known = {status.value for status in schema.Status}
        due = _days(_last(query, "due"))
        measure = listed(_last(query, "measure"))
        return cls(
            measure=DATED if due and measure == USUAL else measure,
            statuses=tuple(value for value in query.get("status", ()) if value in known),
            stages=tuple(value for value in query.get("stage", ()) if value in {each.value for each in schema.Stage}),
            topics=tuple(value for value in query.get("topic", ()) if value),
            source_id=_last(query, "number"),
            place=place if hexagons.is_cell(place := _last(query, "place")) else "",
            due=due,
            sort=column if column in register.COLUMNS else "received_at",
            descending=sort.startswith("-") if column in register.COLUMNS else True,
            page=_page(_last(query, "page")),
        )

    def sorted_by(self, column: str) -> str:
        """Give the parameter that sorts by a column: the other way round when it is sorted by already."""
        descends = not self.descending if column == self.sort else column not in _ASCENDING
        return f"-{column}" if descends else column

    @property
    def order(self) -> str:
        """Give the parameter of the present order."""
        return f"-{self.sort}" if self.descending else self.sort


def register_filter(
    filters: Filters,
    asked: Asked,
    period: Period,
    as_of: date,
    rule: RestRule = DEFAULT_RULE,
    *,
    finest: int = FINEST,
) -> RegisterFilter:
    """Join the shared filters and the register's own into what the store understands.

    `rule` is the city's, by which cases put off need their executors; `finest` is the resolution of its cells on the
    map. A number that is searched is found whenever its case came.
    """
    chosen = {
        "topic_block": _words(filters.blocks),
        "topic": _words(asked.topics),
        "department": _words(filters.departments),
        "territory": _words(filters.territories),
        "geo_cell": hexagons.finer(asked.place, finest) if asked.place else (),
        "channel": _words(filters.channels),
        "kind": _words(filters.kinds),
        "status": asked.statuses,
        "stage": asked.stages,
        "source_id": asked.source_id or None,
    }
    due = within(facts.DUE_ON, *asked.due) if asked.due else []
    days = days_of(filters, asked.measure, period)
    window = days.window(as_of if days == period else days.end)
    first, *others = (
        replace(each, counted=All((each.counted, *due)) if due else each.counted, as_of=as_of, **chosen)
        for each in _counted(asked, rule, window)
    )
    return replace(first, also=others[0]) if others else first


def _counted(asked: Asked, rule: RestRule, window: Window) -> tuple[RegisterFilter, ...]:
    """Ask for the rows that the measure counts, with the amendments that its number takes."""
    if asked.source_id and asked.measure == USUAL:
        return (RegisterFilter(),)
    if asked.measure == DATED:
        return _dated(window.moment)
    if asked.measure == SIGNIFICANT:
        return (RegisterFilter(counted=counts.SIGNIFICANT.population(window)),)
    count = counts_of(find(by_rule(asked.measure, rule.base, rule.percent)).part)[-1]
    held_on = window.moment if isinstance(count, Stock) else date.max
    # Whoever bounds a state by due days asks for terms, and leaves out those that nobody knows.
    asks = replace(count, where=All(())) if asked.due and isinstance(count, Stock) else count
    amended_by = () if count.only else asks.amended_by
    return (RegisterFilter(count.population(window), amended_by=amended_by, held_on=held_on, only=count.only),)


def _dated(moment: date) -> tuple[RegisterFilter, ...]:
    """Ask for all that have a deadline: by the one that was missed, and those that wait by the one in force."""
    ahead = due_states.is_ahead(moment)
    return (
        RegisterFilter(due_states.has_deadline(moment) & ~ahead, amended_by=(Amends.COHORT,)),
        RegisterFilter(ahead, amended_by=(Amends.STATE, Amends.UNKNOWN), held_on=moment),
    )


def _words(values: tuple[str, ...]) -> tuple[str | None, ...]:
    return tuple(map(keys.read, values))


def _last(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[-1] if values else ""


def _days(text: str) -> tuple[date | None, date | None] | None:
    """Read due days «from..to», either side open; None when both are or when they make no sense."""
    first, found, last = text.partition("..")
    if not found or not (first or last):
        return None
    try:
        return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    except ValueError:
        return None


def _page(text: str) -> int:
    return min(max(int(text), 1), _FURTHEST_PAGE) if text.isascii() and text.isdigit() else 1
