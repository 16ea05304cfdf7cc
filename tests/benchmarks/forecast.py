"""How true the forecast of missed deadlines is: made again on past mornings of a city, beside rivals on the same rows.

Rivals learn every four weeks from what was over by then. Cities: the made-up `demo` and `dense`, and `boston`.
"""

import argparse
import math
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from analytics import breach
from analytics.clock import working_days_between
from analytics.work_calendar import WorkCalendar
from loaders import cells, demo, imports, intake
from loaders.city import City
from loaders.profile import Profile
from loaders.progress import silent
from loaders.scope import Scope
from loaders.store.engine import Store
from tests import dense_city
from tests.benchmarks import measuring, rivals

BOSTON = Path(__file__).parents[3] / "shared" / "data" / "boston311"
END = date(2026, 11, 21)
BY = ("department", "topic_block", "topic", "received_on", "is_postponed", "is_extended")
AHEAD = (1, 3, 7, 14)
"""Working days ahead by which the bounds are judged."""

SOON = 14
"""Days ahead of which chances are judged."""

FOLD = 28
NORMAL_95 = 1.959963984540054
LARGE = 1_000
"""Cases of a tenth whose calibration is judged."""

WORDS = ("department", "topic")
NUMBERS = ("left", "length", "put_off", "weekday", "due_weekday", "days_off", "load")


def main() -> None:
    """Print errors, calibration and coverage of one city."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", choices=CITIES, default="demo")
    parser.add_argument("--days", type=int, default=420, help="how many days of the past the forecast is made again on")
    given = parser.parse_args()
    known, as_of, calendar = CITIES[given.city]()
    told = breach.foretell(known.lazy(), as_of, calendar, by=BY, replayed_days=given.days)
    _say(f"{given.city}, {given.days} days to {as_of}")
    _chances(_with_features(told, calendar))
    for by in ((), ("department",)):
        _bounds(told, by)


def _demo() -> tuple[pl.DataFrame, date, WorkCalendar]:
    city = City.load("novoshakhtinsk").demo()
    with measuring.a_store("sqlite") as store:
        demo.load(store, demo.make(city, end=END), city)
        return _read(store, city), END, city.rules.calendar


def _boston() -> tuple[pl.DataFrame, date, WorkCalendar]:
    profile, city = Profile.load("boston311"), City.load("boston")
    files = sorted(BOSTON.glob("*.csv")) or sys.exit("../shared/data is not here")
    with measuring.a_store("sqlite") as store:
        imports.load(store, intake.read(files, profile, city, silent), profile, city)
        return _read(store, city), date(2019, 12, 31), city.rules.calendar


def _dense() -> tuple[pl.DataFrame, date, WorkCalendar]:
    return dense_city.cells(), dense_city.LAST, dense_city.CALENDAR


def _read(store: Store, city: City) -> pl.DataFrame:
    columns = tuple(dict.fromkeys([*breach.NEEDS, *BY]))
    return cells.load(store, Scope.whole_city(city.key), dimensions=columns, with_past=True)


CITIES = {"demo": _demo, "boston": _boston, "dense": _dense}


def _with_features(told: pl.DataFrame, calendar: WorkCalendar) -> pl.DataFrame:
    """Add to what came true within two weeks all that the rivals look at."""
    day, due = pl.col("morning"), pl.col("due_on")
    left = (due - day).dt.total_days()
    return (
        told.filter(pl.col("missed").is_not_null(), left < SOON)
        .with_columns(left=left, length=(due - pl.col("received_on")).dt.total_days())
        .with_columns(
            put_off=pl.col("is_postponed").fill_null(value=False) | pl.col("is_extended").fill_null(value=False),
            weekday=day.dt.weekday(),
            due_weekday=due.dt.weekday(),
            days_off=left + 1 - working_days_between(calendar, day - timedelta(days=1), due),
            load=pl.col("appeals").sum().over("department", "morning"),
        )
        .sort("morning")
    )


def _chances(rows: pl.DataFrame) -> None:
    """Print mean squared errors of ours and the rivals, and our calibration, on the second half of the mornings."""
    first, last = rows["morning"].min(), rows["morning"].max()
    begins = [first + (last - first) // 2 + timedelta(days=FOLD * number) for number in range(200)]
    judged = []
    for begin in (each for each in begins if each <= last):
        asked = rows.filter(pl.col("morning") >= begin, pl.col("morning") < begin + timedelta(days=FOLD))
        known = rows.filter(pl.col("due_on") < begin, pl.col("morning") >= begin - timedelta(days=breach.REPLAYED_DAYS))
        if asked.height:
            guesses = rivals.table(known, asked), rivals.boosted(known, asked, NUMBERS, WORDS)
            judged.append(asked.with_columns(table=guesses[0], boosted=guesses[1]))
    told = pl.concat(judged)
    found = breach.replay(told)
    brier = {name: breach.replay(told.with_columns(chance=pl.col(name))).brier for name in ("table", "boosted")}
    _say(f"{found.cases} forecasts; Brier {found.brier:.4f}, one rate {found.constant_brier:.4f}, {brier}")
    tenth = (pl.col("chance") * breach.BANDS).floor().clip(upper_bound=breach.BANDS - 1) / breach.BANDS
    for low, *numbers in found.calibration.iter_rows():
        _say(_band(told.filter(tenth == low), *numbers))


def _band(rows: pl.DataFrame, cases: int, foretold: float, came_true: float) -> str:
    """Write a tenth: what was foretold, what came true, and how far apart chance puts these on so many due days."""
    off = (pl.col("chance") - pl.col("missed").cast(pl.Float64)) * pl.col("appeals")
    by_day = rows.group_by("due_on").agg(off.sum().alias("off"))["off"]
    chance = NORMAL_95 * math.sqrt((by_day**2).sum()) / max(cases, 1)
    verdict = "" if cases < LARGE else " ok" if abs(foretold - came_true) <= max(0.03, chance) else " OFF"
    return f"{cases:7} cases, foretold {foretold:.1%}, came true {came_true:.1%} ± {chance:.1%}{verdict}"


def _bounds(told: pl.DataFrame, by: tuple[str, ...]) -> None:
    """Print how often what came true lay between the bounds, and how far apart these were, on the same mornings."""
    mornings = told.filter(pl.col("missed").is_not_null())["morning"].unique().sort()
    furthest = told["worked"].max() - max(AHEAD)
    found = []
    for morning in mornings.filter(mornings > mornings.min() + timedelta(days=60)):
        known = told.filter(
            pl.col("morning") <= morning, pl.col("morning") >= morning - timedelta(days=breach.REPLAYED_DAYS)
        )
        now = known.filter(pl.col("morning") == morning)
        if now["worked"].max() >= furthest:
            break
        summed = breach.at_whom(known, by, AHEAD, morning).filter(pl.col("lower").is_not_null())
        true = [
            now.filter(pl.col("working_days") <= ahead)
            .group_by(pl.lit(ahead, pl.Int32).alias("ahead"), *by)
            .agg((pl.col("missed") * pl.col("appeals")).sum().alias("true"))
            for ahead in AHEAD
        ]
        found.append(summed.join(pl.concat(true), on=["ahead", *by], nulls_equal=True))
    _say(f"by {by}, {len(found)} mornings")
    inside = (pl.col("true") >= pl.col("lower")) & (pl.col("true") <= pl.col("upper"))
    width = (pl.col("upper") - pl.col("lower")).mean() / pl.col("open").mean()
    for row in (
        pl.concat(found).group_by("ahead").agg(pl.len(), inside.mean().alias("inside"), width).sort("ahead").rows()
    ):
        _say("{} working days: {} forecasts, {:.1%} between the bounds, {:.2f} of the cases apart".format(*row))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
