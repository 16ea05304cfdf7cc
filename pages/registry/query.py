"""What the register is asked for, read from the address: the shared filters, and the register's own parameters.

A link from another screen names one set of cases: the `measure` that counted them, over the period of the shared
filters; `due`, days that bound the deadline besides; a `status`, a `stage`, a `topic`, a `place`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from analytics import counts, due_states, facts, hexagons, schema
from analytics.facts import Window
from analytics.measures import EVERY, by_rule, find, names
from analytics.periods import Period
from analytics.population import All, Condition, within
from loaders import register
from loaders.city import RestRule
from loaders.register import RegisterFilter
from pages.shared.filters import UNMAPPED, Filters
from pages.shared.listing import DATED, SIGNIFICANT

USUAL: Final = "appeals"
"""Measure whose cases are listed where none is named: all that came in the period."""

OWN: Final[Mapping[str, tuple[str, Callable[[Window], Condition]]]] = MappingProxyType(
    {
        DATED: ("Все, у кого есть срок", lambda window: due_states.has_deadline(window.moment)),
        SIGNIFICANT: ("Общественно значимые, о которых стало известно", counts.SIGNIFICANT.population),
    }
)
"""Sets of cases that are no measure of their own: their words and whom they hold."""

LISTED: Final = (*(key for key, measure in EVERY.items() if measure.additive), *OWN)
"""What the register offers to list."""

PAGE_ROWS: Final = 50

DEFAULT_RULE: Final = RestRule()

FINEST: Final = 9
"""Resolution of the cells of most cities."""

_LONGEST: Final = 200
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
        return OWN[key][0]
    measure = find(key)
    return measure.title if measure.additive else _capital(measure.base)


def is_state(key: str) -> bool:
    """Say whether the cases are those that stand in a state at the end of the period."""
    return key == DATED or (key not in OWN and find(key).clock is None)


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
        return cls(
            measure=listed(_last(query, "measure")),
            statuses=tuple(value for value in query.get("status", ()) if value in known),
            stages=tuple(value for value in query.get("stage", ()) if value in {each.value for each in schema.Stage}),
            topics=tuple(value for value in query.get("topic", ()) if 0 < len(value) <= _LONGEST),
            source_id=_last(query, "number"),
            place=place if hexagons.is_cell(place := _last(query, "place")) else "",
            due=_days(_last(query, "due")),
            sort=column if column in register.COLUMNS else "received_at",
            descending=sort.startswith("-") if column in register.COLUMNS else True,
            page=_page(_last(query, "page")),
        )

    def sorted_by(self, column: str) -> str:
        """Give the parameter that sorts by a column: the other way round when it is sorted by already."""
        return column if column == self.sort and self.descending else f"-{column}"

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
    map.
    """
    counted = _population(asked.measure, rule, period.window(as_of))
    return RegisterFilter(
        counted=All((counted, *within(facts.DUE_ON, *asked.due))) if asked.due else counted,
        as_of=as_of,
        topic_block=_words(filters.blocks),
        topic=_words(asked.topics),
        department=_words(filters.departments),
        territory=_words(filters.territories),
        geo_cell=hexagons.finer(asked.place, finest) if asked.place else (),
        channel=_words(filters.channels),
        kind=_words(filters.kinds),
        status=asked.statuses,
        stage=asked.stages,
        source_id=asked.source_id or None,
    )


def _population(key: str, rule: RestRule, window: Window) -> Condition:
    if key in OWN:
        return OWN[key][1](window)
    return facts.population(find(by_rule(key, rule.base, rule.percent)).part, window)


def _words(values: tuple[str, ...]) -> tuple[str | None, ...]:
    return tuple(None if value == UNMAPPED else value for value in values)


def _last(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[-1][:_LONGEST] if values else ""


def _days(text: str) -> tuple[date | None, date | None] | None:
    """Read due days «from..to», either side open; None when they make no sense."""
    first, found, last = text.partition("..")
    if not found:
        return None
    try:
        return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    except ValueError:
        return None


def _page(text: str) -> int:
    return min(max(int(text), 1), _FURTHEST_PAGE) if text.isascii() and text.isdigit() else 1
