"""What the quarterly form hides: small numbers, and every other one that would tell them, in all its tables together.

Whoever reads the form knows more than its lines. What is open at the end of one column is open at the beginning of
the next; the year ends where its last quarter does; a total less its part is the rest; every case is at least one
question. All of that is said to `analytics.disclosure_system` here, so that it finds what still can be worked out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from analytics import disclosure_system
from analytics.disclosure_system import Equation

Mask = dict[tuple[str, int], bool]
"""Which numbers are hidden: by the line, or the row of a split, and the column."""

CASES: Final = "cases"
BEGUN: Final = "begun"

_FURTHER: Final = "further questions"
_NO_FLOWS: Final = frozenset({"open", BEGUN, CASES, _FURTHER})
"""Numbers of a column that are not the sum of those of its parts."""

_WITHIN: Final = (
    ("control", "received"), ("collective", "received"), ("repeat", "received"), ("late", "considered"),
    ("measures_taken", "supported"),
)  # fmt: skip
"""Lines that are a part of another one: what is left of it is known too."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Hold the numbers of one kind of case: values by line and column, None where there are no data.

    `begun` is what was open at the beginnings, `days` the day before each column and its last day, `cases` the cases
    among which the received questions are, `results` the lines that sum to the considered.
    """

    values: Mapping[str, Sequence[float | None]]
    begun: Sequence[float | None]
    days: Sequence[tuple[date, date]]
    cases: Sequence[int | None]
    results: Sequence[str]


@dataclass(eq=False)
class _System:
    """Collect numbers by their places and the equations between them."""

    places: dict[tuple[str, int], int] = field(default_factory=dict)
    values: list[int] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    states: dict[date, int] = field(default_factory=dict)
    unsaid: list[int] = field(default_factory=list)

    def put(self, key: str, column: int, value: float | None) -> int:
        self.places[key, column] = len(self.values)
        self.values.append(int(value or 0))
        return self.places[key, column]

    def state(self, key: str, column: int, day: date, value: float | None) -> int:
        """Put what is open on a day: it is one number in however many columns it stands."""
        if day not in self.states:
            self.states[day] = self.put(key, column, value)
        self.places[key, column] = self.states[day]
        return self.states[day]

    def part(self, name: str, column: int, whole: int, part: int) -> None:
        """Say that a number lies within another: the rest is a number as well."""
        rest = self.put(name, column, self.values[whole] - self.values[part])
        self.equations.append(disclosure_system.sum_of(whole, [part, rest]))

    def value(self, key: str, column: int) -> int:
        return self.values[self.places[key, column]]


def hidden(
    found: Numbers,
    splits: Sequence[tuple[str, int, Sequence[tuple[str, int]]]],
    parts: Sequence[tuple[int, Sequence[int]]],
    limit: int,
) -> Mask:
    """Say which numbers must be hidden.

    `splits` are a name, a column, and what came in there by title; `parts` say which columns lie within which one.
    """
    system = _System()
    for column in range(len(found.days)):
        _column(system, found, column)
    for whole, within in parts:
        _within(system, whole, within)
    for name, column, rows in splits:
        listed = [system.put(f"{name} {title}", column, n) for title, n in rows]
        system.equations.append(disclosure_system.sum_of(system.places["received", column], listed))
    mask = disclosure_system.hidden(system.values, system.equations, limit, unsaid=system.unsaid)
    return {place: mask[at] for place, at in system.places.items()}


def _column(system: _System, found: Numbers, column: int) -> None:
    """Put the numbers of one column: the balance, the results, the lines within others, the cases."""
    eve, last = found.days[column]
    own = {key: system.put(key, column, line[column]) for key, line in found.values.items() if key != "open"}
    begun = system.state(BEGUN, column, eve, found.begun[column])
    end = system.state("open", column, last, found.values["open"][column])
    if found.values["received"][column] is None:  # a column without data is dashes, and ties nothing
        return
    system.equations.append({end: 1, begun: -1, own["received"]: -1, own["considered"]: 1})
    system.equations.append(disclosure_system.sum_of(own["considered"], [own[key] for key in found.results]))
    for part, whole in _WITHIN:
        if part in own:
            system.part(f"not {part}", column, own[whole], own[part])
    cases = system.put(CASES, column, found.cases[column])
    system.part(_FURTHER, column, own["received"], cases)
    system.unsaid.append(system.places[_FURTHER, column])


def _within(system: _System, whole: int, within: Sequence[int]) -> None:
    """Tie a column to those that lie within it: flows sum up, a case may have questions in several."""
    keys = sorted({key for key, column in system.places if column == whole and key not in _NO_FLOWS})
    for key in keys:
        known = [system.places[key, part] for part in within if (key, part) in system.places]
        rest = system.value(key, whole) - sum(system.values[each] for each in known)
        more = [system.put(f"rest {key}", whole, rest)] if len(within) == 1 else []
        system.equations.append(disclosure_system.sum_of(system.places[key, whole], [*known, *more]))
    listed = [system.places[CASES, part] for part in within if (CASES, part) in system.places]
    if (CASES, whole) in system.places and len(within) > 1:
        more = sum(system.values[at] for at in listed) - system.value(CASES, whole)
        twice = system.put("cases in several", whole, more)
        system.unsaid.append(twice)
        system.equations.append({**disclosure_system.sum_of(system.places[CASES, whole], listed), twice: 1})
