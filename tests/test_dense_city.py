"""The dense made-up city is what it says: as uneven as real ones, struck once, the same every time."""

from datetime import timedelta

import polars as pl

from analytics.dispersion import of_counts
from tests import dense_city
from tests.dense_city import STRUCK


def test_weeks_of_dense_topics_vary_eight_to_eighteen_times_as_much_as_chance() -> None:
    counted = dense_city.weeks(dense_city.cells(struck=False), "topic").with_columns(
        usual=pl.col("appeals").mean().over("topic")
    )
    dense = counted.filter(pl.col("usual") > 80)
    weeks = dense["appeals"].to_numpy().reshape(dense["topic"].n_unique(), -1)
    assert len(weeks) >= 5
    assert all(8 <= each <= 18 for each in of_counts(weeks).factor)


def test_the_disaster_comes_on_its_day_and_can_be_left_out() -> None:
    struck, quiet = (dense_city.cells(struck=each)["received_on"] for each in (True, False))
    assert (struck == STRUCK).sum() > 4 * (quiet == STRUCK).sum()
    before = STRUCK - timedelta(days=1)
    assert (struck <= before).sum() < 1.05 * (quiet <= before).sum()


def test_the_same_seed_makes_the_same_rows_and_another_one_others() -> None:
    first = dense_city.cells(a_week=100)
    dense_city.cells.cache_clear()
    assert first.equals(dense_city.cells(a_week=100))
    assert not first.equals(dense_city.cells(16, a_week=100))
