"""The pace at which work ends as its deadline comes near, counted from history by department and block.

Days are counted down to the due day, which is step 0. On each step a case that is still open ends with some
probability, its hazard (J. D. Singer and J. B. Willett, Journal of Educational Statistics 18, 1993). Cases of different
length, and cases put off, have paces of their own: ten days and thirty are used differently. On the demo city the
countdown foretells better than the age of a case, which does worse than no model, and calendar days no worse than
working days, which have nothing to say about a morning on a day off.

Thin histories are drawn towards wider ones, a block within a department towards the department and the department
towards the city, by adding `strength` cases that go at the wider pace (the posterior mean of a beta prior; G. Casella,
The American Statistician 39, 1985). Between 10 and 200 the strength hardly matters on the demo city.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics import facts
from analytics.population import First, Later, When
from analytics.work_calendar import EPOCH
from analytics.work_line import Flags, Ints

Floats = NDArray[np.float64]

STEPS: Final = 128
"""Steps of the countdown that are told apart; cases further from their due day share the last."""

LENGTHS: Final = (4, 15, 40)
"""First days of the longer classes of length: up to three days, ten days, a month, and more."""

MOVED: Final = len(LENGTHS) + 1
"""Class of the cases whose deadline was postponed or extended."""

NEVER: Final = 10**6
"""A day that has not come."""

KEYS: Final = ("department", "topic_block")

_LATE_FROM: Final = Later(facts.OVERDUE_FROM, facts.ENDED_ON)
_ENDED_ON: Final = First((When(facts.IS_FINISHED & facts.IS_LATE, _LATE_FROM), facts.FINISHED_ON))
"""Day on which work ended; late by the hour on the due day is a miss, as in the measures, and counts as the day after.
"""


@dataclass(frozen=True)
class Pace:
    """Choose how a pace is learned: from how many days back, and how strongly thin histories lean on wider ones."""

    history_days: int = 180
    strength: float = 50.0


@dataclass(frozen=True, eq=False)
class Cases:
    """Hold cells as whole numbers, one element a cell; only cells with a deadline.

    Days are numbered since 1970. `finished` is NEVER while open, and later than `due` where the deadline was missed.
    `department`, `pair` (a department and a block that occur together) and `length` are codes; `pair_department` has
    the department of every pair.
    """

    department: Ints
    pair: Ints
    length: Ints
    received: Ints
    due: Ints
    finished: Ints
    appeals: Floats
    departments: int
    pair_department: Ints

    @property
    def places(self) -> Ints:
        """Return the row of each case in a table by pair and length."""
        return self.pair * (MOVED + 1) + self.length


def cases_of(frame: pl.DataFrame) -> Cases:
    """Read cells into numbers, in their order; `frame` has a deadline in every row."""
    columns = frame.select(
        *(pl.col(name).cast(pl.Int32).cast(pl.Int64) for name in ("received_on", "due_on")),
        _ENDED_ON.expr().cast(pl.Int32).cast(pl.Int64).fill_null(NEVER).alias("finished"),
        (facts.IS_POSTPONED | facts.IS_EXTENDED).expr().fill_null(value=False).alias("moved"),
        facts.APPEALS.cast(pl.Float64),
    )
    received, due, finished = (columns[name].to_numpy() for name in ("received_on", "due_on", "finished"))
    by_length = np.searchsorted(LENGTHS, due - received, side="right")
    (department, departments), (block, blocks) = (_codes(frame[name]) for name in KEYS)
    # Few of all pairs occur: numbering those keeps the tables small where a city has hundreds of bodies.
    together = department * blocks + block
    occurs = np.bincount(together, minlength=departments * blocks) > 0
    return Cases(
        department=department,
        pair=(np.cumsum(occurs) - 1)[together],
        length=np.where(columns["moved"].to_numpy(), MOVED, by_length),
        received=received,
        due=due,
        finished=finished,
        appeals=columns["appeals"].to_numpy(),
        departments=departments,
        pair_department=np.flatnonzero(occurs) // blocks,
    )


def day_number(day: date) -> int:
    """Return how many days after 1 January 1970 a day is."""
    return (day - EPOCH).days


def lasting(cases: Cases, since: int, now: int, strength: float) -> Floats:
    """Learn the logarithm of the chance that a case is still open after the due day.

    `since` and `now` bound the days learned from, the latter not included. One row for each of `places`;
    column k + 1 is for a case that is open before step k of the countdown, column 0 for one with no step left.
    """
    at_risk, ended = _history(cases, since, now)
    city = _hazard(ended.sum(0), at_risk.sum(0), 0.0, 0.0)
    department = _hazard(_by_department(cases, ended), _by_department(cases, at_risk), strength, city)
    own = _hazard(ended, at_risk, strength, department[cases.pair_department])
    steps = np.log1p(-np.minimum(own, 1 - 1e-9)).cumsum(-1)
    return np.concatenate([np.zeros((*steps.shape[:-1], 1)), steps], -1).reshape(-1, STEPS + 1)


def _history(cases: Cases, since: int, now: int) -> tuple[Floats, Floats]:
    """Count by pair, length and step how many cases stood open and how many ended."""
    first = np.maximum(cases.received, since)
    last = np.minimum(np.minimum(cases.finished, cases.due), now - 1)
    seen = first <= last
    entered = _table(cases, seen, first)
    left = _table(cases, seen, last)
    ended = _table(cases, seen & (cases.finished == last), last)
    # A step further from the due day comes earlier: who entered before it and has not left before it stands there.
    standing = _from_the_far_end(entered) - _from_the_far_end(left) + left
    return standing, ended


def _table(cases: Cases, chosen: Flags, step: Ints) -> Floats:
    countdown = np.clip(cases.due - step, 0, STEPS - 1)[chosen]
    shape = (len(cases.pair_department), MOVED + 1, STEPS)
    counted = np.bincount(cases.places[chosen] * STEPS + countdown, cases.appeals[chosen], int(np.prod(shape)))
    table: Floats = counted.astype(np.float64).reshape(shape)
    return table


def _by_department(cases: Cases, table: Floats) -> Floats:
    summed = np.zeros((cases.departments, *table.shape[1:]))
    np.add.at(summed, cases.pair_department, table)
    return summed


def _from_the_far_end(table: Floats) -> Floats:
    summed: Floats = table[..., ::-1].cumsum(-1)[..., ::-1]
    return summed


def _hazard(ended: Floats, at_risk: Floats, strength: float, wider: Floats | float) -> Floats:
    """Draw a histogram's own hazard towards the wider one; no history and no strength give no hazard."""
    return (ended + strength * wider) / np.maximum(at_risk + strength, 1e-9)


def _codes(words: pl.Series) -> tuple[Ints, int]:
    """Replace words by numbers, null by the last, and say how many numbers there are."""
    known = words.cast(pl.String) if words.dtype != pl.String and not isinstance(words.dtype, pl.Enum) else words
    listed = known.dtype.categories if isinstance(known.dtype, pl.Enum) else known.drop_nulls().unique().sort()
    coded = known if isinstance(known.dtype, pl.Enum) else known.cast(pl.Enum(listed))
    return coded.to_physical().cast(pl.Int64).fill_null(len(listed)).to_numpy(), len(listed) + 1
