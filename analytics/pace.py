"""The pace at which work ends as its deadline comes near, learned morning after morning by department and topic.

Days are counted down to the due day, which is step 0. On each step a case that still stands open ends with some
probability, its hazard (J. D. Singer and J. B. Willett, Journal of Educational Statistics 18, 1993). Cases of different
length, and cases put off, have paces of their own: ten days and thirty are used differently. Thin histories are drawn
towards wider ones, a topic towards its block, a block towards its department, and that towards all cases of the length,
by adding a few cases that go at the wider pace (the posterior mean of a beta prior; G. Casella, The American
Statistician 39, 1985).

Two things speed a department up or slow it down on all steps alike, as hazards that are proportional do (D. R. Cox,
Journal of the Royal Statistical Society B 34, 1972): what day it is, and how it has worked lately. Both compare the
cases that ended with those that were expected to on the morning of the day, and are drawn towards no difference.

A version of a case stands from the day it came into force to the day on which another replaced it. A deadline that is
put off before it is missed has ended so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics import facts
from analytics.population import Before, First, Later, When
from analytics.work_calendar import EPOCH, WorkCalendar
from analytics.work_line import Flags, Ints, line_of

Floats = NDArray[np.float64]

STEPS: Final = 128
"""Steps of the countdown that are told apart; days further from the due day share the last."""

NEAR: Final = 32
"""Steps that what runs out soon has before it: more days than fourteen working days ever take."""

LONGEST: Final = 366
"""Days before a due day that a chance looks through: what is due later is foretold as if due then."""

LENGTHS: Final = (2, 4, 6, 11, 21, 41)
"""First days of the longer classes of length: one day, three, five, ten, twenty, forty, and more."""

NEVER: Final = 10**6
"""A day that has not come."""

KEYS: Final = ("department", "topic_block", "topic")
"""Columns that have a pace of their own, the widest first."""

KINDS: Final = 8
"""Kinds of day: seven weekdays, and a weekday that is a day off."""

LATELY_DAYS: Final = 28
"""Days by which a department's present pace is told."""

FIRST_DAYS: Final = 28
"""Days of data before which nothing is expected yet."""

_LATE_FROM: Final = Later(Before(facts.DUE_ON, -1), facts.ENDED_ON)
_ENDED_ON: Final = First((When(facts.IS_FINISHED & facts.IS_LATE, _LATE_FROM), facts.FINISHED_ON))
"""Day on which work ended; late by the hour on the due day is a miss, as in the measures, and counts as the day after.
"""


@dataclass(frozen=True)
class Pace:
    """Choose how a pace is learned: from how many days back, and how many cases at the wider or usual pace are added.

    `strength` to the hazard of a topic or a block, `wide` to that of a department or a length, which differ more;
    `weekdays` to what a kind of day does, `lately` to the last weeks, `sureness` to how sure chances are.
    """

    history_days: int = 365
    strength: float = 20.0
    wide: float = 5.0
    weekdays: float = 50.0
    lately: float = 100.0
    sureness: float = 200.0


@dataclass(frozen=True, eq=False)
class Cases:
    """Hold versions of cells as whole numbers, one element each; only those with a deadline.

    Days are numbered since 1970. A version stands from `first`, the morning after it came into force, until `until`, on
    which another replaced it; `is_newest` where none has. `finished` is NEVER while open, and later than `due` where
    the deadline was missed. `place` is a row of the tables by length and `KEYS`. `levels` lead from the places to
    all cases of a length: how many neighbours in a row make one of the next level.
    """

    department: Ints
    place: Ints
    received: Ints
    first: Ints
    due: Ints
    finished: Ints
    until: Ints
    is_newest: Flags
    appeals: Floats
    departments: int
    levels: tuple[Ints, ...]

    @property
    def has_missed(self) -> Flags:
        """Say of each version whether it stood open in force when its due day ended."""
        return (self.finished > self.due) & (self.until > self.due)

    @property
    def decided_on(self) -> Ints:
        """Give the day on which the outcome of each was known: its end, or its due day."""
        return np.maximum(np.minimum(self.finished, self.due), self.received)


def cases_of(frame: pl.DataFrame) -> Cases:
    """Read cells into numbers, in their order; `frame` has a deadline in every row."""
    has_past = "amends" in frame.columns
    columns = frame.select(
        *(_number(pl.col(name)).alias(name) for name in ("received_on", "due_on")),
        _number(_ENDED_ON.expr()).fill_null(NEVER).alias("finished"),
        _number(pl.col("held_from") if has_past else pl.lit(None)).fill_null(-NEVER).alias("held_from"),
        _number(pl.col("held_to") if has_past else pl.lit(None)).fill_null(NEVER).alias("held_to"),
        (pl.col("amends").is_null() if has_past else pl.lit(value=True)).alias("is_newest"),
        (facts.IS_POSTPONED | facts.IS_EXTENDED).expr().fill_null(value=False).alias("moved"),
        facts.APPEALS.cast(pl.Float64),
    )
    own = {name: columns[name].to_numpy() for name in columns.columns}
    length = np.searchsorted(LENGTHS, own["due_on"] - own["received_on"], side="right")
    classes = length + own["moved"] * (len(LENGTHS) + 1)
    codes = [_codes(frame[name]) for name in KEYS]
    place, levels = _places([(classes, 2 * (len(LENGTHS) + 1)), *codes])
    return Cases(
        department=codes[0][0],
        place=place,
        received=own["received_on"],
        first=np.maximum(own["received_on"], own["held_from"] + 1),
        due=own["due_on"],
        finished=own["finished"],
        until=own["held_to"],
        is_newest=own["is_newest"],
        appeals=own["appeals"],
        departments=codes[0][1],
        levels=levels,
    )


def day_number(day: date) -> int:
    """Return how many days after 1 January 1970 a day is."""
    return (day - EPOCH).days


class Walk:
    """Go from morning to morning and learn the pace of the `history_days` before each.

    `at_risk` and `ended` count by place and step; `expected` and `seen` by day of the walk and department.
    """

    def __init__(self, cases: Cases, calendar: WorkCalendar, pace: Pace, first: int, last: int) -> None:
        self.cases = cases
        self.pace = pace
        self.morning = self._first = first
        self._standing = _Standing.of(cases, first, last)
        self._decided = _by_day(cases.decided_on[cases.is_newest], cases.appeals[cases.is_newest], first, last)
        self._kinds = _kinds(calendar, np.arange(first, last + LONGEST + 1))
        self._places = int(cases.place.max(initial=-1)) + 1
        self._at_risk, self._ended = (np.zeros(self._places * STEPS) for _ in range(2))
        self._expected, self._seen = (np.zeros((last - first + 1, cases.departments)) for _ in range(2))

    def go_on(self, morning: int) -> None:
        """Learn from the days up to `morning`, and forget as many at the other end of the history."""
        near = self._hazards(NEAR)
        for day in range(self.morning, morning):
            self._compare(day, near)
        forgets, last = (max(each - self.pace.history_days, self._first) for each in (self.morning, morning))
        self._count(self.morning, morning, 1.0)
        self._count(forgets, last, -1.0)
        self.morning = morning

    @property
    def decided(self) -> int:
        """Count the cases of the history whose outcome is known."""
        end = self.morning - self._first
        return round(float(self._decided[max(end - self.pace.history_days, 0) : end].sum()))

    def waiting(self, within: int = NEVER) -> tuple[Ints, Floats]:
        """Find which cases wait for a due day fewer than `within` days from this morning, and their chance to miss."""
        cases = self.cases
        stand = self._standing.on(self.morning, self.morning + 1).case
        soon = (cases.received[stand] < self.morning) & (cases.due[stand] < self.morning + within)
        chosen = stand[soon]
        hazards = self._hazards(min(within, STEPS))
        days = np.minimum(cases.due[chosen] - self.morning + 1, LONGEST)
        at, day = _spread(days, np.full(len(chosen), self.morning))
        step = np.minimum(cases.due[chosen][at] - day, hazards.shape[1] - 1)
        habits, lately = self._habits()
        department = cases.department[chosen]
        daily = hazards[cases.place[chosen][at], step] * habits[department[at], self._kinds[day - self._first]]
        return chosen, np.exp(-np.bincount(at, daily, len(chosen)) * lately[department])

    def _count(self, since: int, until: int, sign: float) -> None:
        days = self._standing.on(since, until)
        at = self.cases.place[days.case] * STEPS + days.step
        weight = sign * self.cases.appeals[days.case]
        self._at_risk += np.bincount(at, weight, len(self._at_risk))
        self._ended += np.bincount(at[days.ended], weight[days.ended], len(self._ended))

    def _compare(self, day: int, hazards: Floats) -> None:
        """Note how many cases near their due days were expected to end on a day, and how many did."""
        days = self._standing.on(day, day + 1)
        if day < self._standing.begins + FIRST_DAYS:
            return
        near = days.step < NEAR
        case, ended = days.case[near], days.ended[near]
        department, weight = self.cases.department[case], self.cases.appeals[case]
        chance = -np.expm1(-hazards[self.cases.place[case], days.step[near]])
        size = self.cases.departments
        self._expected[day - self._first] = np.bincount(department, weight * chance, size)
        self._seen[day - self._first] = np.bincount(department[ended], weight[ended], size)

    def _hazards(self, steps: int) -> Floats:
        """Give the cumulative hazard, -log(1 - h), of each place and step."""
        tables = [(each.reshape(self._places, STEPS)[:, :steps]) for each in (self._ended, self._at_risk)]
        levels = [tables]
        for sizes in self.cases.levels:
            levels.append([_summed(each, sizes) for each in levels[-1]])
        ended, at_risk = (each.sum(0) for each in levels[-1])
        hazard = _drawn(ended, at_risk, 0.0, 0.0)[None, :]
        sizes_of = (np.array([len(levels[-1][0])]), *reversed(self.cases.levels))
        strengths = (self.pace.wide, self.pace.wide, self.pace.strength, self.pace.strength)
        for (ended, at_risk), sizes, strength in zip(reversed(levels), sizes_of, strengths, strict=True):
            hazard = _drawn(ended, at_risk, strength, np.repeat(hazard, sizes, 0))
        found: Floats = -np.log1p(-np.clip(hazard, 0.0, 1 - 1e-9))
        return found

    def _habits(self) -> tuple[Floats, Floats]:
        """Compare what ended with what was expected to: by department and kind of day, and by department lately."""
        end = self.morning - self._first
        days = slice(max(end - self.pace.history_days, 0), end)
        of_kind = np.eye(KINDS)[self._kinds[days]]
        seen, expected = (each[days].T @ of_kind for each in (self._seen, self._expected))
        city = _factor(seen.sum(0), expected.sum(0), self.pace.weekdays, np.ones(KINDS))
        habits = _factor(seen, expected, self.pace.weekdays, np.broadcast_to(city, seen.shape))
        last = slice(max(end - LATELY_DAYS, 0), end)
        usual = (self._expected[last] * habits[:, self._kinds[last]].T).sum(0)
        return habits, _factor(self._seen[last].sum(0), usual, self.pace.lately, np.ones(len(usual)))


@dataclass(frozen=True, eq=False)
class _Standing:
    """Hold the days on which cases stood open, one element per case and day, in the order of days."""

    case: Ints
    step: Ints
    ended: Flags
    first: int
    bounds: Ints = field(repr=False)

    @classmethod
    def of(cls, cases: Cases, first: int, last: int) -> "_Standing":
        """Follow every case from `first` to `last`, both included."""
        end = np.minimum(np.minimum(cases.finished, cases.due), cases.until)
        since = np.maximum(cases.first, first)
        case, day = _spread(np.maximum(np.minimum(end, last) - since + 1, 0), since)
        is_put_off = (cases.until <= cases.due) & ~cases.is_newest & (cases.appeals > 0)
        is_end = (cases.finished == end) | ((cases.until == end) & is_put_off)
        order = np.argsort((day - first).astype(np.int16), kind="stable")
        case, day = case[order], day[order]
        bounds = np.concatenate([[0], np.bincount(day - first, minlength=last - first + 1).cumsum()])
        step = np.minimum(cases.due[case] - day, STEPS - 1)
        return cls(case, step, is_end[case] & (day == end[case]), first, bounds)

    @property
    def begins(self) -> int:
        """Give the first day on which anything stood."""
        return self.first + int(np.argmax(self.bounds[1:] > 0))

    def on(self, since: int, until: int) -> "_Standing":
        """Take the days from `since` to the one before `until`."""
        part = slice(*(self.bounds[min(max(day - self.first, 0), len(self.bounds) - 1)] for day in (since, until)))
        return _Standing(self.case[part], self.step[part], self.ended[part], since, self.bounds)


def _number(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Date).cast(pl.Int32).cast(pl.Int64)


def _spread(counts: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Write out days that follow each other, so many from each first one: the element they are of, and the day."""
    at = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(at)) - np.repeat(counts.cumsum() - counts, counts)
    return at, first[at] + within


def _by_day(days: Ints, weights: Floats, first: int, last: int) -> Floats:
    inside = (days >= first) & (days <= last)
    return np.bincount(days[inside] - first, weights[inside], last - first + 1).astype(np.float64)


def _kinds(calendar: WorkCalendar, days: Ints) -> Ints:
    line = line_of(calendar)
    weekday = (days + EPOCH.weekday()) % (KINDS - 1)
    is_off = line.numbers(days) == line.numbers(days - 1)
    return np.where(is_off & (weekday < 5), KINDS - 1, weekday)  # noqa: PLR2004 — Saturday


def _drawn(ended: Floats, at_risk: Floats, strength: float, wider: Floats | float) -> Floats:
    """Draw a histogram's own hazard towards the wider one; no history and no strength give no hazard."""
    return (ended + strength * wider) / np.maximum(at_risk + strength, 1e-9)


def _factor(seen: Floats, expected: Floats, strength: float, usual: Floats) -> Floats:
    """Say how many times as many ended as expected, drawn towards what is usual."""
    return np.maximum(usual + (seen - usual * expected) / (expected + strength), 0.0)


def _summed(table: Floats, sizes: Ints) -> Floats:
    return np.add.reduceat(table, sizes.cumsum() - sizes, axis=0)


def _places(columns: Sequence[tuple[Ints, int]]) -> tuple[Ints, tuple[Ints, ...]]:
    """Give each combination that occurs a number, in order, and say how many make one of each wider level."""
    keys = np.zeros(len(columns[0][0]), np.int64)
    for codes, count in columns:
        keys = keys * count + codes
    wider, place = np.unique(keys, return_inverse=True)
    levels = []
    for _, count in reversed(columns[1:]):
        wider, sizes = np.unique(wider // count, return_counts=True)
        levels.append(sizes)
    return place, tuple(levels)


def _codes(words: pl.Series) -> tuple[Ints, int]:
    """Replace words by numbers, null by the last, and say how many numbers there are."""
    known = words.cast(pl.String) if words.dtype != pl.String and not isinstance(words.dtype, pl.Enum) else words
    listed = known.dtype.categories if isinstance(known.dtype, pl.Enum) else known.drop_nulls().unique().sort()
    coded = known if isinstance(known.dtype, pl.Enum) else known.cast(pl.Enum(listed))
    return coded.to_physical().cast(pl.Int64).fill_null(len(listed)).to_numpy(), len(listed) + 1
