"""Norms: how long a step of handling may take, as dated data, and whether a set of them decides every case.

A norm counts that is in force on the day of registration, so a change never rewrites the past. Of the norms that fit
a case the one with most conditions decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Final, Literal

Event = Literal["registration", "transfer", "reaction", "answer", "extension"]
NormUnit = Literal["calendar_days", "working_days", "working_hours"]

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Norm:
    """Describe a period set for one event of handling, the dates it is in force, both inclusive, and its source.

    `since` names the moment of the appeal that it counts from; `applies` the columns of an appeals frame and the
    values that a case must have; of a moment it asks whether it has come. `official` is False where the number is the
    city's own setting.
    """

    key: str
    title: str
    event: str
    since: str
    amount: int
    unit: str
    applies: Mapping[str, str | bool]
    valid_from: date
    valid_to: date
    source: str
    official: bool


@dataclass(frozen=True)
class Clash:
    """Say what is wrong between two norms, by their places in the sequence given, and in one Russian sentence."""

    kind: Literal["gap", "overlap"]
    first: int
    second: int
    text: str


def clashes(norms: Sequence[Norm]) -> list[Clash]:
    """List what leaves a case undecided: two norms of equal rank for one day, or days between two of one chain.

    Norms with the same event and conditions are a chain in time; days between its links are a gap, days after its
    last link are not. Two norms overlap when a case can fit both, neither has more conditions, and no third one that
    has more decides every such case on those days.
    """
    return [*_overlaps(norms), *_gaps(norms)]


def ranked(norms: Sequence[Norm], event: str) -> list[Norm]:
    """List the norms of an event, those with most conditions first: the first that fits a case decides it."""
    return sorted((norm for norm in norms if norm.event == event), key=lambda norm: -len(norm.applies))


def _overlaps(norms: Sequence[Norm]) -> list[Clash]:
    found = []
    for (first, one), (second, other) in combinations(enumerate(norms), 2):
        start, end = max(one.valid_from, other.valid_from), min(one.valid_to, other.valid_to)
        if one.event == other.event and start <= end and _are_equals(one, other):
            case = {**one.applies, **other.applies}
            if not any(_decides(third, one, case, start, end) for third in norms):
                found.append(Clash("overlap", first, second, _overlap_text(one, other, start, end)))
    return found


def _are_equals(one: Norm, other: Norm) -> bool:
    """Say whether a case can fit both norms and neither outranks the other."""
    agree = all(other.applies.get(column, value) == value for column, value in one.applies.items())
    return agree and len(one.applies) == len(other.applies)


def _decides(third: Norm, one: Norm, case: Mapping[str, str | bool], start: date, end: date) -> bool:
    outranks = third.event == one.event and len(third.applies) > len(one.applies)
    fits = all(case.get(column) == value for column, value in third.applies.items())
    return outranks and fits and third.valid_from <= start and end <= third.valid_to


def _gaps(norms: Sequence[Norm]) -> list[Clash]:
    chains: dict[tuple[str, frozenset[tuple[str, str | bool]]], list[int]] = {}
    for place, norm in enumerate(norms):
        chains.setdefault((norm.event, frozenset(norm.applies.items())), []).append(place)
    links = [sorted(chain, key=lambda place: norms[place].valid_from) for chain in chains.values()]
    return [
        Clash("gap", before, after, _gap_text(norms[before], norms[after]))
        for chain in links
        for before, after in pairwise(chain)
        if norms[after].valid_from - norms[before].valid_to > DAY  # the last day of all has no day after
    ]


def _overlap_text(one: Norm, other: Norm, start: date, end: date) -> str:
    until = "" if end == date.max else f" по {end:%d.%m.%Y}"
    return f"Нормы «{one.key}» и «{other.key}» спорят за одни и те же случаи с {start:%d.%m.%Y}{until}"


def _gap_text(before: Norm, after: Norm) -> str:
    start, end = before.valid_to + DAY, after.valid_from - DAY
    return f"Между нормами «{before.key}» и «{after.key}» нет срока с {start:%d.%m.%Y} по {end:%d.%m.%Y}"
