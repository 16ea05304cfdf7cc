"""Handle the appeals of the demo city: periods, postponements, answers, and what still stands open at the end."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from analytics import schema
from analytics.deadlines import norm_moment
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

FIRST_REACTIONS: Final = 0.1
"""Share of posts in social networks that are answered for the time being first."""

FORGOTTEN: Final = 0.0006
"""Share of cases that fall behind a cupboard."""


@dataclass(frozen=True)
class Handling:
    """Hold the moments of each case in seconds since 1970, ABSENT where there is none.

    `answered` is the planned end of work and may lie after the end of the data; `due` is the first period set,
    `deadline` the one in force after an answer for the time being at `interim`, or after a decision at `decided` to
    postpone or extend until `until`.
    """

    is_fast: Flags
    is_significant: Flags
    registered: Ints
    due: Ints
    interim: Ints
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
    nothing = np.full(len(arrivals), ABSENT)
    plan = Handling(
        is_fast=is_fast,
        is_significant=chance(rng, _significance(calendar, arrivals), len(arrivals)),
        registered=registered,
        due=nothing,
        interim=nothing,
        decided=nothing,
        until=nothing,
        deadline=nothing,
        answered=nothing,
        reworks=rng.poisson(manner(city, arrivals, "reworks")),
    )
    due = _by_norm(city, arrivals, plan)
    effort = _effort(rng, city, arrivals)
    length = np.where(due == ABSENT, DAYS_WITHOUT_NORM * DAY, due - registered)
    answered = registered + (length * effort).astype(np.int64)
    plan = replace(plan, due=due, deadline=due, answered=answered)
    plan = _first_reactions(rng, city, arrivals, plan, effort)
    plan = _postponed(rng, city, arrivals, plan)
    plan = _at_work(rng, calendar, arrivals, plan)
    return _stories(rng, city, calendar, arrivals, plan)


def moments(seconds: Ints) -> pl.Series:
    """Write seconds since 1970 as moments, ABSENT as null."""
    return (pl.Series(seconds).replace(ABSENT, None) * 1000).cast(schema.APPEAL["received_at"])


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


def _by_norm(city: City, arrivals: Arrivals, plan: Handling) -> Ints:
    """Read the moment by which the city's norms want the answer, ABSENT where no norm fits."""
    known = {
        "source_system": pl.Series([stream.source for stream in STREAMS]).gather(arrivals.stream),
        "kind": pl.Series([stream.kind.value for stream in STREAMS]).gather(arrivals.stream),
        "is_fast_track": pl.Series(plan.is_fast),
        "is_significant": pl.Series(plan.is_significant),
        "received_at": moments(arrivals.received),
        "registered_at": moments(plan.registered),
        "interim_answered_at": moments(plan.interim),
    }
    unknown = [pl.lit(None, dtype).alias(name) for name, dtype in schema.APPEAL.items() if name not in known]
    asked = pl.DataFrame(known).with_columns(unknown).select(norm_moment(city.rules, "answer")).to_series()
    due: Ints = (asked.dt.timestamp("ms") // 1000).fill_null(ABSENT).to_numpy()
    return due


def _effort(rng: np.random.Generator, city: City, arrivals: Arrivals) -> Floats:
    """Draw which share of the period a case takes."""
    hard = np.array([topic.hard for topic in catalogue.TOPICS])[arrivals.topic]
    pace = manner(city, arrivals, "pace") * hard
    effort: Floats = pace * np.exp(manner(city, arrivals, "spread") * rng.standard_normal(len(arrivals)))
    return effort


def _first_reactions(
    rng: np.random.Generator, city: City, arrivals: Arrivals, plan: Handling, effort: Floats
) -> Handling:
    """Answer some posts in social networks for the time being; the final answer has a clock of its own."""
    halfway = plan.registered + (plan.due - plan.registered) // 3
    is_first = is_of(arrivals, "incident") & chance(rng, FIRST_REACTIONS, len(arrivals)) & (plan.answered > halfway)
    reacted = replace(plan, interim=np.where(is_first, halfway, ABSENT))
    final = np.where(is_first, _by_norm(city, arrivals, reacted), plan.due)
    answered = np.where(is_first, halfway + ((final - halfway) * effort).astype(np.int64), plan.answered)
    return replace(reacted, deadline=final, answered=answered)


def _significance(calendar: Calendar, arrivals: Arrivals) -> Floats:
    is_hit = np.array([topic.title in stories.BREAKDOWN.topics for topic in catalogue.TOPICS])[arrivals.topic]
    return np.where(is_hit & stories.BREAKDOWN.on(arrivals.received // DAY, calendar.end), 0.30, 0.008)


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
        deadline=np.where(is_postponed, until, plan.deadline),
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
