"""Find the three facts that the head of a city is told: what left its corridor, what came back, what runs out.

What came in is watched by block and topic, what missed its deadline by department. A unit has left where the last
period lies outside its natural limits (`analytics.control`) and so far out that a city as uneven as this one brings
any unit there in fewer than one look in forty (C. E. Bonferroni, 1936: the allowed error is divided by the number of
units looked at; how uneven units are tells `analytics.dispersion`). It came back where the periods before were outside
the limits set before they began, at least one of them beyond chance in the same sense, and the last one is inside those
limits again. Nothing is said of what stays within.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from statistics import fmean
from typing import Final

import numpy as np
import polars as pl

from analytics import breach, measures
from analytics.control import MIN_POINTS, Corridor, Kind, State, count_corridor, judge
from analytics.coverage import history
from analytics.dispersion import Dispersion, of_counts, two_counts
from analytics.periods import Period, recent
from analytics.series import series

BACK: Final = 4
"""Most periods that something may have been outside and still be told as coming back: older ones are its new usual."""

FALSE_LOOKS: Final = 0.05
"""Share of looks in which chance alone makes a sentence, half of it for what left and half for what came back."""

PAST: Final = MIN_POINTS + BACK
"""Equal periods before the one in question that the facts are found from."""

HORIZONS: Final = (1, 3, 5)
"""Working days ahead, nearest first, in which something may run out."""

Key = str | None


@dataclass(frozen=True, slots=True)
class Extra:
    """Name the part of a unit that most of its excess comes from: what was seen there, and usually."""

    key: Key
    value: int
    usual: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Hold one unit that left its corridor, or came back into it, and the evidence.

    `dimension` is "topic_block", "topic" or "department" and `key` its value; `block` is the block that a topic is of.
    `value` is the count of `measure` in the period, `corridor` what is usual, and `periods` how many in a row it has
    been outside, or was before it came back. `is_up` says on which side. `chance` is that of a period so far out: of
    the last one, or of the furthest one before it came back. `topic` and `territory` hold more than half of what
    came beyond the usual, None where none does; they are looked for in the first that left, if it is above.
    """

    dimension: str
    key: Key
    block: Key
    measure: str
    value: int
    corridor: Corridor
    is_up: bool
    periods: int
    chance: float
    topic: Extra | None = None
    territory: Extra | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Hold what runs out next: from `first` to `last`, within `ahead` working days.

    `open` cases fall due; `expected` of them will be late, between `lower` and `upper` 19 times in 20: None where too
    few forecasts of the past are known. `department` has most of these, `at_department` of the expected. All are None
    where the `decided` cases, whose outcome is known, are too few to foretell anything.
    """

    ahead: int
    first: date
    last: date
    open: int
    expected: float | None
    lower: int | None
    upper: int | None
    department: Key
    at_department: float | None
    decided: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold everything the three sentences say; an empty tuple and None are facts as well.

    `left` and `returned` begin with what asks most for a decision: above before below, blocks before topics before
    departments, the rarest first. A topic of a block that is told is not told again. `looked_at` counts the units
    with enough history and cases to be judged; with none there is nothing to say yet. `due` is None where nothing runs
    out within the longest of `HORIZONS`.
    """

    left: tuple[Moved, ...]
    returned: tuple[Moved, ...]
    due: Due | None
    looked_at: int


def facts(
    cells: pl.LazyFrame, period: Period, as_of: date, first: date, foretold: pl.DataFrame, *, min_n: int = 1
) -> Facts:
    """Find the facts of a period; what runs out is `foretold` at the end of its last whole day by `analytics.breach`.

    The cells reach back `PAST` periods. `first` is the first day with data:
    earlier periods are no history. A unit is looked at when the period or its usual has `min_n` cases.
    """
    past = [each for each in recent(period, PAST) if each.start >= first]
    runs = _runs(cells, [*past, period], as_of) if len(past) >= MIN_POINTS else {}
    runs = {unit: run[-length:] for unit, run in runs.items() if (length := _settled(unit, period, first)) > MIN_POINTS}
    watched = {unit: run for unit, run in runs.items() if max(run[-1], fmean(run[-MIN_POINTS - 1 : -1])) >= min_n}
    limit = FALSE_LOOKS / 2 / max(len(watched), 1)
    lately, before = _uneven(watched, 1), _uneven(watched, BACK + 1)
    left = _ordered(moved for unit, run in watched.items() if (moved := _left(unit, run, lately[unit], limit)))
    returned = _ordered(moved for unit, run in watched.items() if (moved := _returned(unit, run, before[unit], limit)))
    told = [_with_extras(each, cells, [*past, period], as_of) for each in left[:1]]
    return Facts((*told, *left[1:]), returned, due(foretold), len(watched))


@dataclass(frozen=True, slots=True)
class _Unit:
    dimension: str
    key: Key
    block: Key
    measure: str


_PLACES: Final = ("topic_block", "topic", "department")


def _runs(cells: pl.LazyFrame, periods: Sequence[Period], as_of: date) -> Mapping[_Unit, list[int]]:
    """Count every unit in every period, oldest first; a unit of which nothing was ever counted has no run."""
    by_topic = series(cells, ["appeals"], periods, as_of, by=["topic_block", "topic"])
    by_body = series(cells, ["missed"], periods, as_of, by=["department"])
    found = pl.collect_all([by_topic, by_body])
    topics, bodies = (each.with_columns(pl.col(pl.Enum).cast(pl.String)).sort("period_no") for each in found)
    blocks = topics.group_by("topic_block", "period_no").agg(pl.col("appeals").sum()).sort("period_no")
    named = topics.filter(pl.col("topic").is_not_null())
    missed = bodies.filter(pl.col("department").is_not_null())
    runs = {}
    for (block,), run in _listed(blocks, ["topic_block"], "appeals"):
        runs[_Unit("topic_block", block, block, "appeals")] = run
    for (block, topic), run in _listed(named, ["topic_block", "topic"], "appeals"):
        runs[_Unit("topic", topic, block, "appeals")] = run
    for (body,), run in _listed(missed, ["department"], "missed"):
        runs[_Unit("department", body, None, "missed")] = run
    return runs


def _settled(unit: _Unit, period: Period, first: date) -> int:
    """Count the periods, this one included, in which the unit's measure means what it means now."""
    return len(history(measures.find(unit.measure), period, PAST, first)) + 1


def _listed(frame: pl.DataFrame, by: Sequence[str], count: str) -> list[tuple[tuple[Key, ...], list[int]]]:
    return [(row[:-1], row[-1]) for row in frame.group_by(by).agg(count).sort(by, nulls_last=True).iter_rows()]


def _uneven(runs: Mapping[_Unit, Sequence[int]], cut: int) -> Mapping[_Unit, Dispersion]:
    """Estimate from all but the last `cut` periods how uneven units are; those of one dimension are peers."""
    found: dict[_Unit, Dispersion] = {}
    for dimension in _PLACES:
        own = [unit for unit in runs if unit.dimension == dimension]
        periods = np.full((len(own), max((len(runs[unit]) for unit in own), default=0)), np.nan)
        for row, unit in zip(periods, own, strict=True):
            row[-len(runs[unit]) :] = runs[unit]
        uneven = of_counts(periods[:, :-cut])
        found |= {unit: uneven.of(number) for number, unit in enumerate(own)}
    return found


def _chance(history: Sequence[int], now: int, uneven: Dispersion) -> float:
    """Give the chance of a period so far from those before it, either way."""
    before = np.array([float(sum(history))])
    return float(two_counts(np.array([float(now)]), before, 1 / (len(history) + 1), uneven)[0])


def _left(unit: _Unit, run: Sequence[int], uneven: Dispersion, limit: float) -> Moved | None:
    """Judge the last period against those before it, and count for how many in a row it has been so."""
    last = judge(run[-MIN_POINTS - 1 :], Kind.COUNT)
    if last.corridor is None or not last.left_corridor:
        return None
    chance = _chance(run[-MIN_POINTS - 1 : -1], run[-1], uneven)
    if chance > limit:
        return None
    periods = sum(1 for _ in takewhile(lambda back: _state(run, back) is last.state, range(len(run) - MIN_POINTS)))
    return _moved(unit, run, last.corridor, periods, chance, is_up=last.state is State.ABOVE)


def _state(run: Sequence[int], back: int) -> State:
    end = len(run) - back
    return judge(run[end - MIN_POINTS - 1 : end], Kind.COUNT).state


def _returned(unit: _Unit, run: Sequence[int], uneven: Dispersion, limit: float) -> Moved | None:
    """Look for the longest time outside the limits set before it, with the last period inside them again."""
    for back in range(min(BACK, len(run) - MIN_POINTS - 1), 0, -1):
        history, away = run[-back - 1 - MIN_POINTS : -back - 1], run[-back - 1 : -1]
        limits = count_corridor(history)
        is_up = min(away) > limits.upper
        if limits.holds(run[-1]) and (is_up or max(away) < limits.lower):
            chance = min(_chance(history, each, uneven) for each in away)
            if chance <= limit:
                return _moved(unit, run, limits, back, chance, is_up=is_up)
    return None


def _moved(unit: _Unit, run: Sequence[int], limits: Corridor, periods: int, chance: float, *, is_up: bool) -> Moved:
    own = (unit.dimension, unit.key, unit.block, unit.measure)
    return Moved(*own, run[-1], limits, is_up=is_up, periods=periods, chance=chance)


def _ordered(found: Iterable[Moved]) -> tuple[Moved, ...]:
    """Put first what asks most for a decision, and leave out the topics of blocks that are told."""
    listed = list(found)
    blocks = {(each.key, each.is_up) for each in listed if each.dimension == "topic_block"}
    kept = [each for each in listed if each.dimension != "topic" or (each.block, each.is_up) not in blocks]

    def place(each: Moved) -> tuple[bool, int, float, str]:
        return not each.is_up, _PLACES.index(each.dimension), each.chance, each.key or ""

    return tuple(sorted(kept, key=place))


def _with_extras(moved: Moved, cells: pl.LazyFrame, periods: Sequence[Period], as_of: date) -> Moved:
    """Find the topic and the territory that most of the excess comes from."""
    if not moved.is_up:
        return moved
    key = pl.col(moved.dimension).cast(pl.String)
    own = cells.filter(key.is_null() if moved.key is None else key == moved.key)
    return replace(
        moved,
        topic=None if moved.dimension == "topic" else _extra(moved, own, "topic", periods, as_of),
        territory=_extra(moved, own, "territory", periods, as_of),
    )


def _extra(moved: Moved, own: pl.LazyFrame, dimension: str, periods: Sequence[Period], as_of: date) -> Extra | None:
    points = series(own, [moved.measure], periods[-MIN_POINTS - 1 :], as_of, by=[dimension]).collect()
    frame = points.with_columns(pl.col(dimension).cast(pl.String)).sort("period_no")
    parts = [Extra(key, run[-1], fmean(run[:-1])) for (key,), run in _listed(frame, [dimension], moved.measure)]
    most = max(parts, key=lambda part: (part.value - part.usual, part.key or ""), default=None)
    excess = moved.value - moved.corridor.centre
    return most if most and most.key is not None and most.value - most.usual > excess / 2 else None


def due(foretold: pl.DataFrame) -> Due | None:
    """Find what runs out within the nearest of `HORIZONS` that has anything; None where none has."""
    waiting = breach.present(foretold)
    for ahead in HORIZONS:
        soon = waiting.filter(pl.col("working_days") <= ahead)
        whole, bodies = (breach.at_whom(foretold, by, (ahead,)) for by in ((), ("department",)))
        if not whole.is_empty():
            city, body = whole.row(0, named=True), bodies.row(0, named=True)
            first, last = soon.select(first=pl.col("due_on").min(), last=pl.col("due_on").max()).row(0)
            numbers = {name: city[name] for name in ("open", "expected", "lower", "upper", "decided")}
            named = None if body["expected"] is None else body["department"]
            at_department = {"department": named, "at_department": body["expected"]}
            return Due(ahead=ahead, first=first, last=last, **numbers, **at_department)
    return None
