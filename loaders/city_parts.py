"""Parts a city is made of; one row of the city's file each."""

import re
from dataclasses import dataclass
from datetime import date

from analytics.deadlines import Base
from analytics.disclosure import LIMIT
from analytics.due_states import PERCENT


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
class KnownChange:
    """Name a change that the city knows of: numbers from `day` on are not judged by those before it."""

    day: date
    title: str


@dataclass(frozen=True)
class RestRule:
    """Say when a case put off needs its executors: when at most `percent` of the time of `base` is left.

    Act 002, п. 10, names the share and not what it is taken of, so both are the city's settings.
    """

    base: Base = "original"
    percent: int = PERCENT


@dataclass(frozen=True)
class SurgeRules:
    """Say how many false alarms of surges a city bears in a week, and by when it reports what it has to.

    Act 002, п. 11, says «незамедлительно» and names no time: `report_days` after the day on which something became
    known are the city's setting, 0 the same day.
    """

    alarms_a_week: float = 1.0
    report_days: int = 0


@dataclass(frozen=True)
class Thresholds:
    """Hold the city's own limits; none of them is official.

    A share with a base under `min_share_base` is not shown; data older than `stale_hours` are called stale; a row
    received more than `late_days` before the newest event of its load is late; `on_time_target` is a share; counts
    below `min_published` are hidden in public tables, and on the map from whoever sees no rows.
    """

    min_share_base: int
    stale_hours: int
    late_days: int
    on_time_target: float
    min_published: int = LIMIT


def topic_key(topic: str) -> str:
    """Bring a topic to the form in which topics are compared: no stars, ё as е, single spaces, small letters."""
    words = re.sub(r"[★☆*\s\u00a0]+", " ", topic).strip(" .;").casefold()
    return words.replace("ё", "е")
