"""Handle the appeals of the demo city: periods, postponements, answers, and what still stands open at the end."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analytics.schema import Kind
from loaders.city import City
from loaders.demo import catalogue, stories
from loaders.demo.arrivals import DAY, Arrivals, Calendar
from loaders.demo.bodies import MANNERS, USUAL
from loaders.demo.channels import STREAMS
from loaders.demo.dice import Flags, Floats, Ints, chance, pick

ABSENT: Final = -1
"""Stands where a moment is not there."""

NEVER: Final = 2**40
"""A planned moment that will not come."""

HOUR: Final = 3_600
END_OF_DAY: Final = DAY - 1
DAYS_WITHOUT_NORM: Final = 15
"""How long a case takes for which the city's file names no period."""

CARE_OF_GAMING: Final = 0.96
"""Share of its cases that the gaming body remembers to close on the eve."""

FORGOTTEN: Final = 0.0006
"""Share of cases that fall behind a cupboard."""


@dataclass(frozen=True)
class Handling:
    """Hold the moments of each case in seconds since 1970, ABSENT where there is none.

    `answered` is the planned end of work and may lie after the end of the data; `due` is the first period set,
    `deadline` the one in force after a decision at `decided` to postpone or extend until `until`.
    """

    is_fast: Flags
    registered: Ints
    due: Ints
    decided: Ints
    until: Ints
    deadline: Ints
    answered: Ints
    reworks: Ints

    @property
    def is_late(self) -> Flags:
        """Say which answers come after the deadline in force; a case without one is never late."""
        is_late: Flags = (self.deadline != ABSENT) & (self.answered > self.deadline)
        return is_late


def handle(rng: np.random.Generator, city: City, calendar: Calendar, arrivals: Arrivals) -> Handling:
    """Carry every case to its planned end."""
    is_fast = _fast(rng, arrivals)
    registered = _registered(rng, calendar, arrivals)
    due = _due(city, calendar, arrivals, is_fast, registered)
    length = np.where(due == ABSENT, DAYS_WITHOUT_NORM * DAY, due - registered)
    answered = registered + (length * _effort(rng, city, arrivals)).astype(np.int64)
    plan = Handling(
        is_fast=is_fast,
        registered=registered,
        due=due,
        decided=np.full(len(arrivals), ABSENT),
        until=np.full(len(arrivals), ABSENT),
        deadline=due,
        answered=answered,
        reworks=rng.poisson(manner(city, arrivals, "reworks")),
    )
    plan = _postponed(rng, city, arrivals, plan)
    plan = _at_work(rng, calendar, arrivals, plan)
    return _stories(rng, city, calendar, arrivals, plan)


def of_streams(arrivals: Arrivals, values: list[float] | list[bool]) -> Floats:
    """Give each row the value of its stream."""
    return np.array(values, float)[arrivals.stream]


def is_of(arrivals: Arrivals, source: str) -> Flags:
    """Say which rows came through a system."""
    return np.array([stream.source == source for stream in STREAMS])[arrivals.stream]


def is_appeal(arrivals: Arrivals) -> Flags:
    """Say which rows are appeals by law and not messages."""
    return np.array([stream.kind is Kind.APPEAL for stream in STREAMS])[arrivals.stream]


def manner(city: City, arrivals: Arrivals, name: str) -> Floats:
    """Give each row a trait of its body."""
    traits = [getattr(MANNERS.get(department.key, USUAL), name) for department in city.departments]
    return np.array(traits, float)[arrivals.department]


def _fast(rng: np.random.Generator, arrivals: Arrivals) -> Flags:
    is_fast_topic = np.array([topic.is_fast for topic in catalogue.TOPICS])[arrivals.topic]
    can_be = of_streams(arrivals, [s.kind is Kind.MESSAGE and s.source != "incident" for s in STREAMS]) > 0
    return is_fast_topic & can_be & chance(rng, 0.9, len(arrivals))


def _registered(rng: np.random.Generator, calendar: Calendar, arrivals: Arrivals) -> Ints:
    """Register messages by themselves, appeals in the next days."""
    days_later = np.array([0, 1, 2, 5])[pick(rng, (0.62, 0.27, 0.09, 0.02), np.zeros(len(arrivals), np.int64))]
    arrived = arrivals.received // DAY
    day = calendar.after(arrived + days_later)
    soon = arrivals.received + rng.integers(600, 5400, len(arrivals))
    morning = day * DAY + 9 * HOUR + rng.integers(0, 8 * HOUR, len(arrivals))
    registered = np.where(is_appeal(arrivals), np.where(day == arrived, soon, morning), arrivals.received)
    return registered[arrivals.first]


def _due(city: City, calendar: Calendar, arrivals: Arrivals, is_fast: Flags, registered: Ints) -> Ints:
    """Set the first period by the city's norms."""
    due = np.full(len(arrivals), ABSENT)
    for place, stream in enumerate(STREAMS):
        for fast in (False, True):
            case = {"source_system": stream.source, "kind": stream.kind.value, "is_fast_track": fast}
            norm = city.norm("answer", calendar.end, case)
            rows = np.flatnonzero((arrivals.stream == place) & (is_fast == fast))
            if norm is None or not len(rows):
                continue
            since = (registered if norm.since == "registered_at" else arrivals.received)[rows]
            if norm.unit == "calendar_days":
                due[rows] = (since // DAY + norm.amount) * DAY + END_OF_DAY
            else:
                due[rows] = calendar.after(since // DAY + norm.amount) * DAY + since % DAY
    return due


def _effort(rng: np.random.Generator, city: City, arrivals: Arrivals) -> Floats:
    """Draw which share of the period a case takes."""
    hard = np.array([topic.hard for topic in catalogue.TOPICS])[arrivals.topic]
    pace = manner(city, arrivals, "pace") * hard
    effort: Floats = pace * np.exp(manner(city, arrivals, "spread") * rng.standard_normal(len(arrivals)))
    return effort


def _postponed(rng: np.random.Generator, city: City, arrivals: Arrivals, plan: Handling) -> Handling:
    """Postpone some messages and extend some appeals before their period ends."""
    rows = len(arrivals)
    share = np.where(is_appeal(arrivals), manner(city, arrivals, "extended"), manner(city, arrivals, "postponed"))
    decided = plan.registered + ((plan.due - plan.registered) * rng.uniform(0.6, 0.97, rows)).astype(np.int64)
    wanted = chance(rng, share * 2.4, rows) & ~is_of(arrivals, "incident") & (plan.due != ABSENT)
    is_postponed = wanted & (plan.answered > decided)
    more = np.where(is_appeal(arrivals), rng.integers(10, 31, rows), rng.integers(5, 61, rows))
    until = (plan.due // DAY + more) * DAY + END_OF_DAY
    answered = decided + ((until - decided) * 0.78 * np.exp(0.28 * rng.standard_normal(rows))).astype(np.int64)
    return replace(
        plan,
        decided=np.where(is_postponed, decided, ABSENT),
        until=np.where(is_postponed, until, ABSENT),
        deadline=np.where(is_postponed, until, plan.due),
        answered=np.where(is_postponed, answered, plan.answered),
    )


def _at_work(rng: np.random.Generator, calendar: Calendar, arrivals: Arrivals, plan: Handling) -> Handling:
    """Move answers into working time; what would slip past its deadline over days off is sent before them."""
    latest = calendar.days[-1] + 365
    day = np.minimum(plan.answered // DAY, latest)
    following, preceding = calendar.after(day), calendar.before(day)
    would_slip = (plan.answered <= plan.deadline) & (following * DAY > plan.deadline)
    office_day = np.where(would_slip & (preceding * DAY > plan.registered), preceding, following)
    moved = office_day * DAY + 9 * HOUR + rng.integers(0, 9 * HOUR, len(arrivals))
    answered = np.where(is_of(arrivals, "incident"), plan.answered, moved)
    return replace(plan, answered=np.maximum(answered, plan.registered + 900))


def _stories(rng: np.random.Generator, city: City, calendar: Calendar, arrivals: Arrivals, plan: Handling) -> Handling:
    """Let some cases never end, and those of the gaming body end just before the deadline."""
    keys = [department.key for department in city.departments]
    rows = len(arrivals)
    is_gaming = (arrivals.department == keys.index(stories.GAMING.department)) & (plan.deadline != ABSENT)
    is_gaming &= chance(rng, CARE_OF_GAMING, rows)
    hours_before, day_before = rng.integers(900, 4 * HOUR, rows), rng.integers(7 * HOUR, 30 * HOUR, rows)
    margin = np.where(is_of(arrivals, "incident"), hours_before, day_before)
    eve = np.maximum(plan.deadline - margin, plan.registered + 900)
    is_hard = np.array([topic.title in stories.STOPPED.topics for topic in catalogue.TOPICS])[arrivals.topic]
    is_theirs = arrivals.department == keys.index(stories.STOPPED.department)
    is_recent = stories.STOPPED.on(arrivals.received // DAY, calendar.end)
    is_stuck = is_hard & is_theirs & is_recent & chance(rng, stories.STOPPED.strength, rows)
    is_stuck |= chance(rng, FORGOTTEN, rows)
    answered = np.where(is_gaming, eve, plan.answered)
    return replace(plan, answered=np.where(is_stuck, NEVER, answered))
