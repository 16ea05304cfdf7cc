"""What breaks next: the chance of every open case to miss its due day, and how true such forecasts were.

A forecast tells of the cases that stand open by all that is known at `as_of`; what is left of that day counts as a
whole one. A case misses its deadline as the measures say: it ends late, to the second, or its due day ends and it does
not. The pace comes from `analytics.pace`. The replay makes the forecast on mornings of the past from what was known
then. Two things it cannot undo, because cells keep the last state only: a deadline put off later counts as put off from
the start, and so does a correction of the source.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from analytics import clock, facts
from analytics.pace import KEYS, NEVER, STEPS, Cases, Floats, Pace, cases_of, day_number, lasting
from analytics.work_calendar import WorkCalendar
from analytics.work_line import Flags

HORIZONS: Final = (1, 3, 5, 10)
"""Working days ahead that forecasts are shown for."""

RECENT_DAYS: Final = 28
"""Days over which the naive forecast looks back: a department will miss as large a share as it did lately."""

BANDS: Final = 10
"""Bands of probability in a calibration table."""

NORMAL_95: Final = 1.959963984540054

NEEDS: Final = (
    *KEYS,
    "received_on",
    "due_on",
    "answered_on",
    "status",
    "is_postponed",
    "is_extended",
    "is_late",
    "appeals",
)
"""Columns of a cell that a forecast reads."""


@dataclass(frozen=True)
class Replay:
    """Hold how forecasts of the past came out.

    `cases` counts the forecasts, one for each open appeal and morning; `brier` and `naive_brier` are mean squared
    errors of the probabilities (G. W. Brier, Monthly Weather Review 78, 1950), None without a case. `calibration` has
    a row per band of probability that any forecast fell into: `from_share`, `cases`, `foretold`, `came_true`.
    """

    cases: int
    brier: float | None
    naive_brier: float | None
    calibration: pl.DataFrame


def forecast(cells: pl.LazyFrame, as_of: date, calendar: WorkCalendar, pace: Pace | None = None) -> pl.DataFrame:
    """Foretell, for open cases that are not overdue, how many will miss their due day.

    One row per `department`, `topic_block` and `due_on`, sorted: `working_days` to the end of the due day, `as_of`
    itself among them where it is worked, so 1 is the nearest; `open`, `expected` misses and the `variance` of their
    number. Cases without a deadline are not in it; history leaves out what ended on no known day.
    """
    frame = _known(cells, as_of, (pace or Pace()).history_days)
    cases = cases_of(frame)
    waiting, chance = _chances(cases, day_number(as_of), pace or Pace(), known_before=day_number(as_of) + 1)
    weight = cases.appeals[waiting]
    return (
        frame.select(*KEYS, "due_on", "appeals")
        .filter(pl.Series(waiting))
        .with_columns(
            working_days=clock.working_days_between(calendar, pl.lit(as_of - timedelta(days=1)), pl.col("due_on")),
            expected=pl.Series(weight * chance, dtype=pl.Float64),
            variance=pl.Series(weight * chance * (1 - chance), dtype=pl.Float64),
        )
        .group_by(*KEYS, "due_on", "working_days")
        .agg(pl.col("appeals").sum().alias("open"), pl.col("expected").sum(), pl.col("variance").sum())
        .sort(*KEYS, "due_on", nulls_last=True)
    )


def at_whom(
    foretold: pl.DataFrame, by: Sequence[str] = ("department",), horizons: Sequence[int] = HORIZONS
) -> pl.DataFrame:
    """Sum a forecast up to the next so many working days: one row per combination of `by` and horizon.

    `by`, `ahead` (working days), `open` cases that fall due by then, `expected` misses among them, and `lower` and
    `upper`, between which their number lies 19 times in 20 if cases end independently. Most expected first within a
    horizon. With an empty `by` it is the city's.
    """
    near = pl.DataFrame({"ahead": sorted(set(horizons))}, schema={"ahead": pl.Int32})
    spread = NORMAL_95 * pl.col("variance").sqrt()
    return (
        foretold.join(near, how="cross")
        .filter(pl.col("working_days") <= pl.col("ahead"))
        .group_by(*by, "ahead")
        .agg(pl.col("open").sum(), pl.col("expected").sum(), pl.col("variance").sum())
        .with_columns(
            lower=(pl.col("expected") - spread).clip(lower_bound=0),
            upper=pl.min_horizontal(pl.col("expected") + spread, pl.col("open").cast(pl.Float64)),
        )
        .drop("variance")
        .sort("ahead", "expected", *by, descending=[False, True, *(False for _ in by)], nulls_last=True)
    )


def replay(
    cells: pl.LazyFrame,
    mornings: Iterable[date],
    as_of: date,
    pace: Pace | None = None,
    *,
    ahead: int = 14,
) -> Replay:
    """Make the forecast on past mornings for what fell due within `ahead` days, and see what came true.

    Only cases whose due day was over by `as_of` are judged, so mornings should lie far enough back.
    """
    cases = cases_of(_known(cells, as_of, None))
    rounds = [_round(cases, morning, as_of, pace or Pace(), ahead) for morning in mornings]
    table = pl.concat([pl.DataFrame(schema=_JUDGED), *rounds])
    weight = pl.col("appeals")
    errors = [((pl.col(name) - pl.col("missed")).pow(2) * weight).sum() / weight.sum() for name in ("chance", "naive")]
    brier, naive = table.select(errors[0].alias("brier"), errors[1].alias("naive")).row(0)
    count = int(table["appeals"].sum())
    return Replay(count, brier if count else None, naive if count else None, _calibration(table))


_JUDGED: Final = pl.Schema(dict.fromkeys(("chance", "naive", "missed", "appeals"), pl.Float64()))


def _known(cells: pl.LazyFrame, as_of: date, history_days: int | None) -> pl.DataFrame:
    """Keep the cells with a deadline received by `as_of`; of old ones those that reach into the history."""
    known = facts.DUE_ON.is_known & (facts.RECEIVED_ON <= as_of) & facts.HAS_HONEST_END
    if history_days is not None:
        since = as_of - timedelta(days=history_days)
        known &= (facts.DUE_ON >= since) & ~(facts.FINISHED_ON < since)
    return cells.filter(known.expr()).select(NEEDS).collect()


def _chances(cases: Cases, today: int, pace: Pace, *, known_before: int) -> tuple[Flags, Floats]:
    """Say which cases wait for their due day, and the chance of each of these to miss it with `today` still to come.

    Of what happened only what lies before the day `known_before` is known; the pace is learned from before `today`.
    """
    known = _as_known(cases, known_before)
    waiting = (cases.received < known_before) & (known.finished == NEVER) & (cases.due >= today)
    still_open = lasting(known, today - pace.history_days, today, pace.strength)
    steps_left = np.minimum(cases.due[waiting] - today + 1, STEPS)
    return waiting, np.exp(still_open[cases.places[waiting], steps_left])


def _as_known(cases: Cases, today: int) -> Cases:
    """Take the cases back to the morning of `today`: what ended later had not ended, what came later is not there."""
    ended = cases.finished < today
    return replace(
        cases,
        finished=np.where(ended, cases.finished, NEVER),
        appeals=np.where(cases.received < today, cases.appeals, 0.0),
    )


def _round(cases: Cases, morning: date, as_of: date, pace: Pace, ahead: int) -> pl.DataFrame:
    """Judge one morning's forecast: a row per waiting cell with the chance, the naive chance and the outcome."""
    today = day_number(morning)
    waiting, chance = _chances(cases, today, pace, known_before=today)
    soon = cases.due[waiting] < today + ahead
    judged = soon & (cases.due[waiting] < day_number(as_of))
    outcome = cases.finished > cases.due
    columns = {
        "chance": chance,
        "naive": _recent_share(cases, today)[cases.department[waiting]],
        "missed": outcome[waiting].astype(np.float64),
        "appeals": cases.appeals[waiting],
    }
    return pl.DataFrame({name: values[judged] for name, values in columns.items()}, schema=_JUDGED)


def _recent_share(cases: Cases, today: int) -> Floats:
    """Give the share of missed among what fell due lately in each department; the city's where nothing did."""
    recent = (cases.due < today) & (cases.due >= today - RECENT_DAYS) & (cases.received < today)
    missed = recent & (cases.finished > cases.due)
    size = cases.departments
    due = np.bincount(cases.department[recent], cases.appeals[recent], size)
    lost = np.bincount(cases.department[missed], cases.appeals[missed], size)
    city = lost.sum() / max(due.sum(), 1.0)
    return np.where(due > 0, lost / np.maximum(due, 1.0), city)


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
