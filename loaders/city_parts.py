"""Parts a city is made of; one row of the city's file each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Block:
    """Describe a topic block: `group` names the accountable deputy's field, `department` is a department's title."""

    key: str
    title: str
    short_title: str
    group: str
    accountable_post: str
    head_post: str
    department: str


@dataclass(frozen=True)
class Department:
    """Describe a body or organisation; `title` is the word that stands in an appeal."""

    key: str
    title: str
    short_title: str


@dataclass(frozen=True)
class Territory:
    """Describe a part of the city; `title` is the word that stands in an appeal, `centre` is (lat, lon)."""

    title: str
    population: int | None = None
    centre: tuple[float, float] | None = None


@dataclass(frozen=True)
class Norm:
    """Describe a period set for one event of handling, with the dates it is in force and its source.

    `event` is what must happen (registration · transfer · reaction · answer · extension), `since` the moment of the
    appeal it counts from, `amount` and `unit` (calendar_days · working_days · working_hours) how long it may take.
    `applies` holds the columns an appeal must agree in; the norm with most of them is the one that counts.
    `official` is False where the number is the city's own setting.
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

    def fits(self, case: Mapping[str, str | bool], on: date) -> bool:
        """Say whether the norm is in force on that day for an appeal with those columns."""
        return self.valid_from <= on <= self.valid_to and all(case.get(k) == v for k, v in self.applies.items())


@dataclass(frozen=True)
class Thresholds:
    """Hold the city's own limits; none of them is official.

    A share with a base under `min_share_base` is not shown; data older than `stale_hours` are called stale; a row
    received more than `late_days` before the newest event of its load is late; `on_time_target` is a share.
    """

    min_share_base: int
    stale_hours: int
    late_days: int
    on_time_target: float


def topic_key(topic: str) -> str:
    """Bring a topic to the form in which topics are compared: no stars, ё as е, single spaces, small letters."""
    words = re.sub(r"[★☆*\s\u00a0]+", " ", topic).strip(" .;").casefold()
    return words.replace("ё", "е")
