"""How often the rating tells apart what is the same: a body split in two, departments dealt out at random.

Public functions for the table of nulls; by itself it prints what they give for the dense city and Boston.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics import rating
from analytics.criteria import RatingRules
from analytics.periods import Period
from analytics.rating import Rating, Standing

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


def main() -> None:
    """Print what is told of the dense city."""
    from tests import dense_city

    end = dense_city.LAST - timedelta(days=40)
    for weeks in (4, 13, 26):
        city = City(
            dense_city.cells().lazy(), "department", list(weeks_back(end, weeks, 3)), dense_city.LAST, dense_city.FIRST,
            RatingRules(),
        )  # fmt: skip
        for split in SPLITS:
            sys.stdout.write(f"{weeks} weeks, {split}: {halves(city, split)}\n")
        sys.stdout.write(f"{weeks} weeks, shuffled: {shuffled(city, 3)}\n")


if __name__ == "__main__":
    main()
