"""What breaks next: the chance of every open case to miss its due day, and how true such forecasts were.

A forecast is made for the morning after `as_of`, with all that is known by the end of that day, and tells of the cases
that then stand open. Where too few cases have an outcome to learn from it says nothing. A case misses its deadline as
the measures say: it ends late, to the second, or its due day ends and it does not. The pace comes from
`analytics.pace`, and how sure it may be from `analytics.sureness`. The same forecast is made on mornings of the past
from what was known then, the versions of that morning included; how far those were off says how far this one may be
(`analytics.conformal`). One thing cannot be undone: a correction of the source counts as if it had always been so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final

import numpy as np
import polars as pl

from analytics import conformal, facts
from analytics.conformal import Errors, Reach
from analytics.pace import KEYS, NEAR, NEVER, Floats, Pace, Walk, cases_of, day_number
from analytics.schema import Amends
from analytics.sureness import Sureness, drawn
from analytics.work_calendar import WorkCalendar
from analytics.work_line import Ints, line_of

HORIZONS: Final = (1, 3, 5, 10)
"""Working days ahead that forecasts are shown for."""

REPLAYED_DAYS: Final = 182
"""Days of the past on whose mornings the forecast is made again."""

EVERY: Final = 2
"""Days from one of these mornings to the next."""

SOON: Final = 14
"""Days ahead of which forecasts tell how sure they may be."""

WARMING: Final = 7
"""Days between the earlier mornings, on which the pace is learned and nothing is foretold."""

LEAST_DECIDED: Final = 30
"""Fewest cases whose outcome is known that a forecast is learned from."""

BANDS: Final = 10
"""Bands of probability in a calibration table."""

NEEDS: Final = (
    *KEYS,
    *("received_on", "due_on", "answered_on", "status", "is_postponed", "is_extended", "is_late"),
)
"""Columns of a cell, beside `appeals`, that a forecast reads."""


@dataclass(frozen=True)
class Replay:
    """Hold how forecasts of the past came out.

    `cases` counts the forecasts, one for each open appeal and morning; `brier` and `constant_brier` are mean squared
    errors of the probabilities (G. W. Brier, Monthly Weather Review 78, 1950) and of one rate for all, the one that
    came true; None without a case. `calibration` has a row per band of probability that any forecast fell into:
    `from_share`, `cases`, `foretold`, `came_true`.
    """

    cases: int
    brier: float | None
    constant_brier: float | None
    calibration: pl.DataFrame


def foretell(
    cells: pl.LazyFrame,
    as_of: date,
    calendar: WorkCalendar,
    pace: Pace | None = None,
    *,
    by: Sequence[str] = ("department", "topic_block"),
    replayed_days: int = REPLAYED_DAYS,
) -> pl.DataFrame:
    """Foretell what open cases will miss, for the morning after `as_of` and for mornings of the past.

    One row per cell and `morning`: the columns `by`, `due_on`, `working_days` from the day before the morning to the
    end of the due day, so 1 is the nearest; `appeals`, and each one's `chance` to miss, null where fewer than
    `LEAST_DECIDED` cases are `decided`. These are the cases of the history that ended or whose due day is over.
    `missed` says what came true, null on the last morning; `worked` numbers the working day before each morning. Of
    the mornings of the past is told what ran out within `NEAR` days and is over. Cases without a deadline are not in
    it; history leaves out what ended on no known day.
    """
    chosen = pace or Pace()
    today = day_number(as_of) + 1
    frame = _known(cells, as_of, replayed_days + chosen.history_days, by)
    cases = cases_of(frame)
    walk = Walk(cases, calendar, chosen, today - replayed_days - chosen.history_days, today)
    sureness = Sureness(walk.morning, today, chosen.sureness)
    rounds = [_round(walk, sureness, today) for _ in _mornings(walk, today, replayed_days)]
    rows, mornings, chance = (np.concatenate(each) for each in zip(*rounds, strict=True))
    line = line_of(calendar)
    worked = line.numbers(mornings - 1)
    told = {
        "morning": pl.Series(mornings, dtype=pl.Int32).cast(pl.Date),
        "worked": pl.Series(worked, dtype=pl.Int32),
        "working_days": pl.Series(line.numbers(cases.due[rows]) - worked, dtype=pl.Int32),
        "chance": pl.Series(chance, dtype=pl.Float64, nan_to_null=True),
        "missed": pl.Series(cases.has_missed[rows]).set(pl.Series(mornings == today), None),
    }
    decided = pl.lit(walk.decided, pl.Int64).alias("decided")
    return frame[rows].select(*by, "due_on", "appeals", **told).with_columns(decided)


def _known(cells: pl.LazyFrame, as_of: date, days: int, by: Sequence[str]) -> pl.DataFrame:
    """Keep the cells with a deadline received by `as_of`; of old ones those that reach into the last `days`."""
    since = as_of - timedelta(days=days)
    known = facts.DUE_ON.is_known & (facts.RECEIVED_ON <= as_of) & facts.HAS_HONEST_END
    known &= (facts.DUE_ON >= since) & ~(facts.FINISHED_ON < since)
    names = [*dict.fromkeys([*NEEDS, *by]), "appeals"]
    if not facts.has_past(cells):
        return cells.filter(known.expr()).select(names).collect()
    is_state = pl.col("amends").is_null() | (pl.col("amends") != Amends.COHORT.value)
    return cells.filter(known.expr() & is_state).select(*names, "amends", "held_from", "held_to").collect()


def _mornings(walk: Walk, today: int, replayed_days: int) -> Iterator[int]:
    """Lead the walk to each morning that a forecast is made on, oldest first."""
    first = today - replayed_days // EVERY * EVERY
    for morning in (*range(walk.morning + WARMING, first, WARMING), *range(first, today + 1, EVERY)):
        walk.go_on(morning)
        if morning == today or (morning >= first and walk.decided >= LEAST_DECIDED):
            yield morning


def _round(walk: Walk, sureness: Sureness, today: int) -> tuple[Ints, Ints, Floats]:
    """Give the cases that are told of on the walk's morning, the morning, and their chances to miss.

    All on the last; of the past those that ran out soon and are over.
    """
    cases, is_last = walk.cases, walk.morning == today
    rows, chance = walk.waiting(NEVER if is_last else NEAR)
    soon = cases.due[rows] < walk.morning + SOON
    near = rows[soon]
    sureness.note(cases.due[near], chance[soon], cases.has_missed[near].astype(np.float64), cases.appeals[near])
    told = (cases.due[rows] < today) | is_last
    chance = drawn(chance, sureness.factor(walk.morning))
    chance = np.where(walk.decided >= LEAST_DECIDED, chance, np.nan)
    return rows[told], np.full(int(told.sum()), walk.morning), chance[told]


def present(foretold: pl.DataFrame) -> pl.DataFrame:
    """Leave the last morning's forecasts."""
    return foretold.filter(pl.col("missed").is_null())


def at_whom(
    foretold: pl.DataFrame,
    by: Sequence[str] = ("department",),
    horizons: Sequence[int] = HORIZONS,
    morning: date | None = None,
) -> pl.DataFrame:
    """Sum the forecasts of a morning up to the next so many working days: one row per combination of `by` and horizon.

    `by`, `ahead` (working days), `open` cases that fall due by then, `expected` misses among them, null where any of
    these is not foretold, and `decided` as there. `lower` and `upper` are the whole numbers that forecasts of the past
    kept within as often as `conformal.LEVEL` says; null where too few of them are over. Most expected first within a
    horizon. With an empty `by` it is the whole frame's. The morning is the last one; of an earlier one is told what was
    known on it.
    """
    day, is_past = pl.col("morning"), pl.col("missed").is_not_null()
    now, before = (~is_past, is_past) if morning is None else (day == morning, day < morning)
    told, past = (_summed(foretold.filter(which), (*by, *_OF_MORNING, "working_days")) for which in (now, before))
    worked = pl.lit(told["worked"].max(), pl.Int32)
    parts, reached = [_within(told, by, 0).with_columns(_NO_BOUNDS)], dict[tuple[str | None, ...], list[float]]()
    for ahead in sorted({*horizons, *(each for each in HORIZONS if each < max(horizons))}):
        over = past.filter(pl.col("worked") + ahead < worked)
        parts.append(_bounded(_within(told, by, ahead), _within(over, by, ahead), by, reached))
    return (
        pl.concat(parts)
        .filter(pl.col("ahead").is_in(list(horizons)))
        .drop(*_OF_MORNING, "variance", "missed")
        .sort("ahead", "expected", *by, descending=[False, True, *(False for _ in by)], nulls_last=True)
    )


_OF_MORNING: Final = ("morning", "worked")
_NO_BOUNDS: Final = [pl.lit(None, pl.Int64).alias(name) for name in ("lower", "upper")]


def _summed(foretold: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Sum forecasts; what is not foretold of a part is not foretold of the whole."""
    cases, chance = pl.col("appeals"), pl.col("chance")
    is_known = chance.null_count() == 0
    return (
        foretold.group_by(keys)
        .agg(
            cases.sum().alias("open"),
            pl.when(is_known).then((cases * chance).sum()).alias("expected"),
            pl.when(is_known).then((cases * chance * (1 - chance)).sum()).alias("variance"),
            (cases * pl.col("missed")).sum().alias("missed"),
            pl.col("decided").max(),
        )
        .filter(pl.col("open") != 0)
    )


def _within(summed: pl.DataFrame, by: Sequence[str], ahead: int) -> pl.DataFrame:
    """Sum the days up to so many working days ahead."""
    sums = pl.col("open", "missed").sum()
    parts = pl.col("expected", "variance")
    near = summed.filter(pl.col("working_days") <= ahead).with_columns(ahead=pl.lit(ahead, pl.Int32))
    whole = pl.when(parts.null_count() == 0).then(parts.sum())
    return near.group_by(*by, *_OF_MORNING, "ahead").agg(sums, whole, pl.col("decided").max())


def _bounded(
    now: pl.DataFrame, past: pl.DataFrame, by: Sequence[str], reached: dict[tuple[str | None, ...], list[float]]
) -> pl.DataFrame:
    """Bound the sums of one horizon.

    A forecast further ahead is as far off as it and the nearer ones in `reached` were on average, or more: its own
    errors are known later, and fewer of them tell anything new.
    """
    keys = list(past.select(by).iter_rows()) if by else [()] * past.height
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    errors = _errors(past, np.array([numbers[key] for key in keys], np.int64))
    bounds: list[tuple[int | None, int | None]] = []
    for *key, expected, variance, cases in now.select(*by, "expected", "variance", "open").iter_rows():
        found, all_times = conformal.reach(errors, numbers.get(tuple(key), -1)), reached.setdefault(tuple(key), [])
        if found is None or expected is None:
            bounds.append((None, None))
            continue
        all_times.append(found.times)
        widest = Reach(max(found.times, fmean(all_times)), found.shared)
        bounds.append(widest.bounds(expected, max(variance, 0.0), cases))
    return now.with_columns(pl.DataFrame(bounds, {"lower": pl.Int64, "upper": pl.Int64}, orient="row"))


def _errors(past: pl.DataFrame, group: Ints) -> Errors:
    expected, variance, missed = (past[name].cast(pl.Float64).to_numpy() for name in ("expected", "variance", "missed"))
    mornings = past["morning"].to_physical().to_numpy().astype(np.int64)
    return Errors(group, mornings.max(initial=0) - mornings, expected, np.maximum(variance, 0.0), missed)


def replay(foretold: pl.DataFrame) -> Replay:
    """Judge the forecasts of past mornings by what came true."""
    table = foretold.filter(pl.col("missed").is_not_null(), pl.col("chance").is_not_null())
    weight, missed = pl.col("appeals"), pl.col("missed").cast(pl.Float64)
    rate = (missed * weight).sum() / weight.sum()
    errors = [((guess - missed).pow(2) * weight).sum() / weight.sum() for guess in (pl.col("chance"), rate)]
    brier, constant = table.select(errors[0].alias("brier"), errors[1].alias("constant")).row(0)
    count = int(table["appeals"].sum())
    return Replay(count, brier if count else None, constant if count else None, _calibration(table))


def _calibration(table: pl.DataFrame) -> pl.DataFrame:
    weight = pl.col("appeals")
    band = (pl.col("chance") * BANDS).floor().clip(upper_bound=BANDS - 1) / BANDS
    return (
        table.group_by(band.alias("from_share"))
        .agg(
            weight.sum().cast(pl.Int64).alias("cases"),
            ((pl.col("chance") * weight).sum() / weight.sum()).alias("foretold"),
            ((pl.col("missed") * weight).sum() / weight.sum()).alias("came_true"),
        )
        .sort("from_share")
    )
