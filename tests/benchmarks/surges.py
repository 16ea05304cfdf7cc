"""The surge radar: processor time of 1,200 series over three years, false alarms, and what it finds beside the bound.

Four kinds of series: the suite's (topics of ten a day), the demo city without stories, the dense made-up city with its
disaster, and Boston 2013–2019 of ../shared/data where that is.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analytics import surge_series, surges
from analytics.surge_series import WEEK, Flags, Watched
from analytics.surge_spread import BURN_IN
from analytics.work_calendar import WorkCalendar, work_calendar
from tests import dense_city
from tests.analytics import surge_bound, surge_city
from tests.analytics.surge_bound import DOUBLING, FOURFOLD, HALF_MORE
from tests.analytics.surge_city import CALENDAR, END, QUARTER
from tests.benchmarks import measuring

DAYS = 3 * 365
REPEATS = 5
BOSTON = Path(__file__).parents[3] / "shared" / "data" / "boston311"
_SURGES = {"x1.5, 7 days": HALF_MORE, "x2, 3 days": DOUBLING, "x4, 3 days": FOURFOLD}


def main() -> None:
    """Measure the time, then simulate as many cities as wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=5)
    cities = range(1, parser.parse_args().cities + 1)
    told = np.array([surge_city.told_by_quarters(surge_city.calm_demo(seed)) for seed in cities]) / 13
    measuring.tell(
        measuring.Clock(),
        **_time(),
        false_alarms_a_week=round(float(told.mean()), 2),
        false_alarms_a_week_by_quarter=np.round(told.mean(axis=0), 2).tolist(),
        suite={f"x{times}, {days} days": _suite(cities, times, days) for times, days in ((2, 3), (1.5, 7))},
        **{name: _injected(*city) for name, city in _cities()},
        young_alarms_a_week=[round(len(surge_city.young(cells)) / 8, 2) for cells in _young()],
    )


def _time() -> dict[str, Any]:
    cells = _cells(surge_city.topics_of_ten(0, days=DAYS))
    spent = []
    for _ in range(REPEATS):
        before = time.process_time()
        radar = surges.find(cells.lazy(), END, CALENDAR)
        spent.append(time.process_time() - before)
    rows = int(cells["appeals"].sum())
    seconds = round(sorted(spent)[REPEATS // 2], 2)
    return {"series": radar.series, "days": radar.history_days, "rows": rows, "processor_seconds": seconds}


def _cells(watched: Watched) -> pl.DataFrame:
    """Give the cells that the series of territories stand for."""
    line, day = np.nonzero(watched.counts * watched.keys["territory"].is_not_null().to_numpy()[:, None])
    first = pl.lit(watched.first)
    return watched.keys[line].select(
        (first + pl.duration(days=pl.Series(day))).alias("received_on"),
        *surge_series.KEYS,
        pl.Series("appeals", watched.counts[line, day].astype(np.int64)),
    )


def _suite(cities: range, times: float, lasting: int) -> dict[str, float]:
    """Give the share found of surges in the suite's series, and what a detector that knows them finds."""
    doubled = [DAYS - lasting - topic % 7 for topic in range(100)]
    drawn = [surge_city.topics_of_ten(seed, 100, DAYS, doubled, times, lasting) for seed in cities]
    found = [surge_city.found_in_time(each, surges.judge(each), doubled, lasting) for each in drawn]
    bound = [surge_city.could_be_found(each, doubled, times, lasting) for each in drawn]
    return {"found": round(float(np.mean(found)), 3), "bound": round(float(np.mean(bound)), 3)}


def _cities() -> Iterator[tuple[str, tuple[pl.DataFrame, date, WorkCalendar]]]:
    """Name cells and the day that their last quarter, which is judged, ends on."""
    dense = dense_city.cells()
    yield "dense, no disaster", (dense_city.cells(struck=False), dense_city.LAST, CALENDAR)
    yield "dense, disaster 7 months ago", (dense, dense_city.LAST, CALENDAR)
    yield "dense, half a year, disaster inside", _half_a_year(dense)
    if BOSTON.exists():
        calendar = work_calendar("US", 2012, 2020)
        for year in range(2015, 2020):
            yield f"Boston, {year}", (boston(), date(year, 12, 31), calendar)


def _half_a_year(dense: pl.DataFrame) -> tuple[pl.DataFrame, date, WorkCalendar]:
    first, last = dense_city.STRUCK - timedelta(days=60), dense_city.STRUCK + timedelta(days=125)
    return dense.filter(pl.col("received_on").is_between(first, last)), last, CALENDAR


def boston() -> pl.DataFrame:
    """Read the cells of Boston 311, 2013–2019."""
    names = {"reason": "topic_block", "type": "topic", "neighborhood": "territory"}
    read = [pl.read_csv(path, columns=["open_dt", *names], infer_schema=False) for path in BOSTON.glob("*.csv")]
    day = pl.col("open_dt").str.slice(0, 10).str.to_date().alias("received_on")
    return pl.concat(read).rename(names).group_by(day, *names.values()).agg(appeals=pl.len().cast(pl.Int64))


def _injected(cells: pl.DataFrame, end: date, calendar: WorkCalendar) -> dict[str, Any]:
    """Judge the last quarter by the days before it: what is told of it, and what is found of surges put into it."""
    judged = min(QUARTER, (end - cells["received_on"].min()).days - 120)
    known = cells.filter(pl.col("received_on") <= end)
    watched = surge_series.watch(known.lazy(), end, calendar, recent=judged)
    evidence = surges.judge(watched, recent=judged)
    told = surges.replay(evidence, watched.days - judged)
    is_usual = _usual(watched)
    found = {
        name: [
            round(surge_bound.found(watched, evidence, surge, judged), 2),
            round(surge_bound.bound(watched, evidence, surge, judged, is_usual), 2),
        ]
        for name, surge in _SURGES.items()
    }
    return {"threshold": round(evidence.threshold, 2), "told_a_week": round(len(told) * WEEK / judged, 2)} | found


def _usual(watched: Watched) -> Flags:
    """Name the days of the last year, as far as it is judged, without the disaster and what it does to the level."""
    day = np.arange(watched.days)
    struck = (dense_city.STRUCK - watched.first).days
    is_hit = (day >= struck) & (day < struck + dense_city.STORM_DAYS + WEEK)
    return (day >= max(BURN_IN, watched.days - surge_series.YEAR)) & ~is_hit


def _young() -> Iterator[pl.DataFrame]:
    """Yield the first eight weeks of dense cities."""
    for seed in range(1, 5):
        cells = dense_city.cells(seed, struck=False)
        yield cells.filter(pl.col("received_on") < dense_city.FIRST + timedelta(days=56))


if __name__ == "__main__":
    main()
