"""The surge radar: processor time of 1,200 series over three years, false alarms and doublings found in simulations."""

import argparse
import time

import numpy as np
import polars as pl

from analytics import surge_series, surges
from analytics.surge_series import Watched
from tests.analytics import surge_city
from tests.analytics.surge_city import CALENDAR, END
from tests.benchmarks import measuring

DAYS = 3 * 365
REPEATS = 5


def main() -> None:
    """Measure the time, then simulate as many cities as wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=5)
    cities = range(1, parser.parse_args().cities + 1)
    cells = _cells(surge_city.topics_of_ten(0, days=DAYS))
    spent = []
    for _ in range(REPEATS):
        before = time.process_time()
        radar = surges.find(cells.lazy(), END, CALENDAR)
        spent.append(time.process_time() - before)
    told = np.array([surge_city.told_by_quarters(surge_city.calm_demo(seed)) for seed in cities]) / 13
    measuring.tell(
        measuring.Clock(),
        series=radar.series,
        days=radar.history_days,
        rows=int(cells["appeals"].sum()),
        processor_seconds=round(sorted(spent)[REPEATS // 2], 2),
        false_alarms_a_week=round(float(told.mean()), 2),
        false_alarms_a_week_by_quarter=np.round(told.mean(axis=0), 2).tolist(),
        doublings_found=round(float(np.mean([_found(seed) for seed in cities])), 3),
    )


def _cells(watched: Watched) -> pl.DataFrame:
    """Give the cells that the series of territories stand for."""
    line, day = np.nonzero(watched.counts * watched.keys["territory"].is_not_null().to_numpy()[:, None])
    first = pl.lit(watched.first)
    return watched.keys[line].select(
        (first + pl.duration(days=pl.Series(day))).alias("received_on"),
        *surge_series.KEYS,
        pl.Series("appeals", watched.counts[line, day].astype(np.int64)),
    )


def _found(seed: int) -> float:
    doubled = [DAYS - 9 + topic % 7 for topic in range(100)]
    watched = surge_city.topics_of_ten(seed, days=DAYS, doubled=doubled)
    return float(np.mean(surge_city.found_in_time(watched, surges.judge(watched), doubled)))


if __name__ == "__main__":
    main()
