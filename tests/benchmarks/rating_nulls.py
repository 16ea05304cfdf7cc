"""How often the rating tells apart what is the same: a body split in two, departments dealt out at random.

Public functions for the table of nulls; by itself it prints what they give for the dense city and Boston.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from analytics import rating
from analytics.criteria import RatingRules
from analytics.periods import Period
from analytics.rating import Rating, Standing
from loaders import deadlines, intake
from loaders.city import City as CityFile
from loaders.profile import Profile
from loaders.progress import silent
from tests import dense_city

Split = Callable[[np.random.Generator], pl.Expr]
"""Say of every row which half it belongs to."""

_NUMBER = pl.col("received_on").to_physical()

SPLITS: dict[str, Split] = {
    "odd and even weeks": lambda _: (_NUMBER + 3) // 7 % 2 == 0,
    "odd and even days": lambda _: _NUMBER % 2 == 0,
    "random halves": lambda rng: pl.lit(pl.Series(rng.random(1 << 20) < 1 / 2)).gather(
        pl.int_range(pl.len()) % (1 << 20)
    ),
}

HALF: str = " · вторая половина"


@dataclass(frozen=True)
class City:
    """Hold a city to look at: `cells`, the column that is rated, periods, the last day known and the first."""

    cells: pl.LazyFrame
    by: str
    periods: Sequence[Period]
    as_of: date
    first: date
    rules: RatingRules

    def rated(self, cells: pl.LazyFrame, period: Period) -> Rating:
        """Rate one period of other cells than its own."""
        return rating.rate(cells, self.by, period, self.as_of, self.first, rules=self.rules)

    def bodies(self, period: Period) -> list[str]:
        """List who is rated."""
        return self.rated(self.cells, period).table["unit"].to_list()


def halves(city: City, split: str, seed: int = 15) -> tuple[int, int]:
    """Split every body of every period in two, one at a time: in how many looks the halves are told apart, of how many.

    A half that is too small to be rated is no look.
    """
    rng = np.random.default_rng(seed)
    looks = [
        _told(city, period, body, SPLITS[split](rng)) for period in city.periods for body in city.bodies(period)
    ]  # fmt: skip
    known = [look for look in looks if look is not None]
    return sum(known), len(known)


def _told(city: City, period: Period, body: str, is_second: pl.Expr) -> bool | None:
    own = pl.col(city.by).cast(pl.String)
    second = own.eq_missing(pl.lit(body)) & is_second
    found = city.rated(
        city.cells.with_columns(pl.when(second).then(pl.lit(body + HALF)).otherwise(own).alias(city.by)), period
    )
    pair = found.pairs.filter(pl.col("unit") == body, pl.col("other") == body + HALF)
    return None if pair.is_empty() else bool(pair.select(pl.any_horizontal("is_better", "is_worse")).item())


def shuffled(city: City, times: int, seed: int = 15) -> tuple[int, int]:
    """Deal the departments out anew over all cases: how many ratings name anybody, of how many."""
    rng = np.random.default_rng(seed)
    rows = city.cells.collect()
    named = [
        _names_any(city.rated(rows.with_columns(rows[city.by].gather(rng.permutation(rows.height))).lazy(), period))
        for period in city.periods
        for _ in range(times)
    ]
    return sum(named), len(named)


def _names_any(found: Rating) -> bool:
    return bool((found.table["standing"] != Standing.INDISTINCT.value).any() or found.table["better_than"].sum())


def weeks_back(end: date, weeks: int, count: int) -> Iterator[Period]:
    """Give periods of so many weeks, the newest first."""
    for back in range(count):
        last = end - timedelta(weeks=weeks * back)
        yield Period(last - timedelta(days=7 * weeks - 1), last)


def dense(seed: int = 15, a_week: int = dense_city.A_WEEK, weeks: int = 13, count: int = 4) -> City:
    """Give the departments of the made-up dense city; 60 cases a week make a sparse one of it."""
    end = dense_city.LAST - timedelta(days=40)
    periods = list(weeks_back(end, weeks, count))
    cells = dense_city.cells(seed, a_week=a_week).lazy()
    return City(cells, "department", periods, dense_city.LAST, dense_city.FIRST, RatingRules())


def boston(weeks: int = 13, count: int = 8) -> City | None:
    """Give Boston's neighbourhoods as bodies, which bring enough cases; None where ../shared/data is not here."""
    if not BOSTON.exists():
        return None
    first, last = date(2013, 1, 1), date(2019, 12, 31)
    periods = list(weeks_back(last - timedelta(days=60), weeks, count))
    return City(boston_cells().lazy(), "territory", periods, last, first, RatingRules())


@cache
def boston_cells() -> pl.DataFrame:
    """Make a cell of every appeal of Boston, 2013–2019, with its place."""
    city = CityFile.load("boston")
    appeals = intake.read(sorted(BOSTON.glob("*.csv")), Profile.load("boston311"), city, silent).appeals
    whole = pl.concat([appeals, deadlines.decide(appeals, city.rules)], how="horizontal")
    named = ("territory", "topic_block", "topic", "kind", "status", "geo_cell")
    days = {"received_on": "received_at", "due_on": "deadline_at", "answered_on": "answered_at"}
    return whole.select(
        *(pl.col(name).cast(pl.String) for name in named),
        *(pl.col(moment).dt.date().alias(day) for day, moment in days.items()),
        "is_repeat",
        "satisfaction",
        "reworks",
        is_late=pl.col("answered_at") > pl.col("deadline_at"),
        appeals=pl.lit(1, pl.Int64),
    )


BOSTON = Path(__file__).parents[3] / "shared" / "data" / "boston311"


def main() -> None:
    """Print a line per city, length of the period and split."""
    cities = {
        f"{name}, {weeks} weeks": make(weeks)
        for weeks in (4, 13, 26)
        for name, make in (
            ("dense", lambda weeks: dense(weeks=weeks)),
            ("sparse", lambda weeks: dense(a_week=60, weeks=weeks)),
            ("Boston", boston),
        )
    }
    for name, city in cities.items():
        if city is None:
            continue
        for split in SPLITS:
            sys.stdout.write("{}, {}: {} of {} told apart\n".format(name, split, *halves(city, split)))
        sys.stdout.write("{}, shuffled: {} of {} ratings name anybody\n".format(name, *shuffled(city, 2)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
