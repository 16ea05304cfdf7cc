"""Everything the screen «Мои дела» reads: each number and each list of a group come from one filter of the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from analytics import agenda as terms
from analytics import keys
from analytics.agenda import Group
from loaders import agenda, register
from loaders.city import City
from loaders.register import RegisterFilter, RegisterPage
from loaders.scope import Scope
from pages.my_cases.view import View
from pages.registry.query import PAGE_ROWS
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.filters import DIMENSIONS, Filters
from pages.shared.kept import kept

_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Agenda:
    """Hold the groups at `now`, a moment of the city's clock: their days, filters and numbers of rows, by key.

    `is_worked` says whether work is done on the day of `now`.
    """

    now: datetime
    is_worked: bool
    days: Mapping[str, Group]
    filters: Mapping[str, RegisterFilter]
    counts: Mapping[str, int]


def clock(city: City) -> datetime:
    """Give the present minute on the city's clock."""
    return datetime.now(UTC).astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None, second=0, microsecond=0)


@kept(max_entries=_MOST)
def read(asked: Asked, topics: tuple[str, ...], now: datetime) -> Agenda:
    """Count what is open, of some topics or of all, by when it has to be done as seen at `now`."""
    calendar = asked.city.rules.calendar
    groups = agenda.filters(calendar, now, _base(asked.filters, topics))
    days = {each.key: each for each in terms.groups(calendar, now)}
    return Agenda(
        now, calendar.is_working(now.date()), days, groups, agenda.counts(readers.store(), asked.scope, groups)
    )


@kept(max_entries=_MOST)
def worst(asked: Asked, topics: tuple[str, ...], now: datetime) -> tuple[str | None, int]:
    """Name the department with most overdue cases, None where no row names one, and how many it has."""
    overdue = read(asked, topics, now).filters["overdue"]
    by_body = register.by_word(readers.store(), asked.scope, overdue, "department")
    return next(iter(by_body.items()), (None, 0))


@kept(max_entries=_MOST)
def topics(asked: Asked) -> Mapping[str, int]:
    """Count what is open by topic, most first; the key of rows without one is `keys.ABSENT`."""
    is_open = agenda.is_open(_base(asked.filters, ()))
    found = register.by_word(readers.store(), asked.scope, is_open, "topic")
    return {keys.written(topic): rows for topic, rows in found.items()}


def _base(filters: Filters, topics: tuple[str, ...]) -> RegisterFilter:
    """Put the shared filters and the topics into what the store understands; the period has no part in it."""
    shared = {column: _words(getattr(filters, name)) for name, (_, column) in DIMENSIONS.items()}
    return RegisterFilter(**shared, topic=_words(topics))


def _words(values: tuple[str, ...]) -> tuple[str | None, ...]:
    return tuple(map(keys.read, values))


def page(scope: Scope, wanted: RegisterFilter, view: View) -> RegisterPage:
    """Read one page of a group's rows."""
    rows = view.rows
    offset = (rows.page - 1) * PAGE_ROWS
    return register.page(
        readers.store(), scope, wanted, sort=rows.sort, descending=rows.descending, offset=offset, limit=PAGE_ROWS
    )
