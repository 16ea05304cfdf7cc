"""What the register is asked for, read from the address: the shared filters, and the register's own parameters.

A link from another screen names one set of cases: the day column its number is counted by (`clock`), a `state`
(open, overdue, postponed, repeat), a `status`, a `topic`; or a `measure`, which stands for its day and state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from analytics import hexagons, keys, schema
from analytics.measures import find, names
from analytics.periods import Period
from loaders import register
from loaders.city import RestRule
from loaders.register import Clock, RegisterFilter, Rest
from pages.shared.filters import Filters

State = Literal["open", "overdue", "postponed", "rest", "missed", "repeat", "new", "still_open", "significant"]

CLOCKS: Final[dict[Clock, str]] = {
    "received_on": "поступили",
    "answered_on": "завершены",
    "due_on": "срок наступает",
    "known_on": "стали известны",
}

STATES: Final[dict[State, str]] = {
    "open": "В работе на конец периода",
    "overdue": "Просрочены на конец периода",
    "postponed": "Отложены на конец периода",
    "rest": "Отложены, пора назначить исполнителя",
    "missed": "Срок нарушен",
    "repeat": "Повторные",
    "new": "Не повторные",
    "still_open": "Ещё не завершены",
    "significant": "Общественно значимые",
}

OF_MEASURES: Final[dict[str, State]] = {
    "new": "new",
    "repeat": "repeat",
    "still_open": "still_open",
    "open": "open",
    "overdue_open": "overdue",
    "postponed": "postponed",
    "rule_75": "rest",
    "missed": "missed",
    "extended": "open",
}
"""Which state stands behind a measure; behind any other stand all the cases of its base, by the measure's own day."""

PAGE_ROWS: Final = 50

DEFAULT_RULE: Final = RestRule()

FINEST: Final = 9
"""Resolution of the cells of most cities."""

_ASCENDING: Final = frozenset({"deadline_at"})
"""Columns that the first click sorts upwards: of deadlines the nearest matter, of all others the newest or most."""

_FURTHEST_PAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the register's own parameters as they stand in the address, each one of the allowed values."""

    clock: Clock = "received_on"
    state: State | None = None
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
        clock, state, sort, measure = (_last(query, name) for name in ("clock", "state", "sort", "measure"))
        own_clock = (find(measure).clock if measure in names() else None) or "received_on"
        column = sort.removeprefix("-")
        known = {status.value for status in schema.Status}
        return cls(
            clock=next((each for each in get_args(Clock) if each == clock), own_clock),
            state=next((each for each in get_args(State) if each == state), OF_MEASURES.get(measure)),
            statuses=tuple(value for value in query.get("status", ()) if value in known),
            stages=tuple(value for value in query.get("stage", ()) if value in {each.value for each in schema.Stage}),
            topics=tuple(value for value in query.get("topic", ()) if value),
            source_id=_last(query, "number"),
            place=place if hexagons.is_cell(place := _last(query, "place")) else "",
            due=_days(_last(query, "due")),
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

    States are those of the period's end; a case in a state is wanted whenever it was received, so the period's
    beginning does not bound it. Due days that are asked for take the place of the period, and a number that is searched
    is found whenever its case came. `rule` is the city's, by which cases put off need their executors; `finest` is the
    resolution of its cells on the map.
    """
    is_state = asked.state in {"open", "overdue", "postponed", "rest"}
    moment = min(period.end, as_of)
    start, end = asked.due or ((None, None) if is_state or asked.source_id else (period.start, period.end))
    return RegisterFilter(
        clock="due_on" if asked.due else asked.clock,
        start=start,
        end=end,
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
        is_repeat={"repeat": True, "new": False}.get(asked.state or ""),
        is_postponed=True if asked.state == "postponed" else None,
        is_significant=True if asked.state == "significant" else None,
        open_on=_open_on(asked.state, period, as_of),
        overdue_on=moment if asked.state == "overdue" else None,
        missed_on=as_of if asked.state == "missed" else None,
        rest=Rest(moment, rule.base, rule.percent) if asked.state == "rest" else None,
    )


def _open_on(state: State | None, period: Period, as_of: date) -> date | None:
    if state == "still_open":
        return as_of
    return min(period.end, as_of) if state in {"open", "postponed"} else None


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
