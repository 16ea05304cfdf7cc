"""Late rows: shares by hand, what the latest days cannot tell, and a replay of known delays."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analytics import settling

AS_OF = date(2026, 11, 30)
START = date(2026, 6, 1)
SCHEMA = {"received_on": pl.Date, "first_loaded_on": pl.Date, "appeals": pl.Int64}


def loaded(rows: Sequence[tuple[date, int, int]]) -> pl.LazyFrame:
    """Make cells from the day received, the delay and how many; the very first load is on START."""
    marked = [(START, 0, 0), *rows]
    return pl.LazyFrame([(day, day + timedelta(lag), n) for day, lag, n in marked], schema=SCHEMA, orient="row")


def shares(rows: Sequence[tuple[date, int, int]], as_of: date = AS_OF) -> list[float]:
    return settling.arrival(loaded(rows), as_of)["share"].to_list()


def back(days: int) -> date:
    return AS_OF - timedelta(days)


def test_shares_of_days_long_over_are_plain_shares():
    found = shares([(back(60), 0, 6), (back(60), 1, 3), (back(60), 4, 1)])
    assert found[:6] == pytest.approx([0.6, 0.9, 0.9, 0.9, 1, 1])
    assert len(found) == settling.LAGS + 1


def test_the_latest_days_count_only_for_the_delays_they_can_show():
    # A day of today shows nothing but lag 0, so its rows say nothing about those to come.
    old = [(back(60), 0, 5), (back(60), 1, 5)]
    assert shares([*old, (AS_OF, 0, 900)])[:2] == pytest.approx([0.5, 1])
    # Yesterday's rows can be a day late: ten of twenty are.
    assert shares([*old, (back(1), 0, 5), (back(1), 1, 5)])[:2] == pytest.approx([0.5, 1])


def test_a_first_load_of_years_says_nothing_about_delays():
    before = [(START - timedelta(days), days, 1000) for days in (1, 30, 400)]
    assert shares([*before, (back(60), 0, 1), (back(60), 2, 1)])[:3] == pytest.approx([0.5, 0.5, 1])


def test_what_is_loaded_later_is_not_known_yet():
    assert shares([(back(2), 0, 4), (back(2), 5, 4)])[0] == 1


def test_the_last_whole_day_is_told_by_the_load_of_the_next_morning():
    cells = loaded([(back(60), 1, 9), (back(60), 2, 1), (AS_OF, 1, 900)])
    seen = settling.seen_on(cells, AS_OF)
    assert seen == AS_OF + timedelta(1)
    arrived = settling.arrival(cells, AS_OF, seen)
    assert arrived["lag"].to_list() == list(range(settling.LAGS))
    assert arrived["share"][:2].to_list() == pytest.approx([0.9, 1])
    assert settling.settling_from(arrived, AS_OF) == AS_OF


def test_a_day_of_long_ago_is_complete():
    cells = loaded([(back(60), 1, 9), (back(60), 2, 1), (AS_OF, 1, 900)])
    seen = settling.seen_on(cells, back(50))
    arrived = settling.arrival(cells, back(50), seen)
    assert settling.settling_from(arrived, back(50)) is None
    assert arrived.is_empty(), "nothing that old is still to come"
    assert settling.seen_on(cells.clear(), AS_OF) == AS_OF


def test_without_rows_every_day_counts_as_complete():
    empty = settling.arrival(pl.LazyFrame(schema=SCHEMA), AS_OF)
    assert set(empty["share"]) == {1.0}
    assert settling.settling_from(empty, AS_OF) is None


def test_the_settling_mark_stands_on_the_first_incomplete_day():
    arrived = settling.arrival(loaded([(back(60), 0, 60), (back(60), 1, 30), (back(60), 3, 10)]), AS_OF)
    assert settling.settling_from(arrived, AS_OF) == back(2)
    assert settling.settling_from(arrived, AS_OF, enough=0.9) == AS_OF
    assert settling.settling_from(arrived, AS_OF, enough=0.6) is None


def test_an_estimate_is_the_count_over_the_share_and_never_less_than_the_count():
    arrived = settling.arrival(loaded([(back(60), 0, 50), (back(60), 1, 50)]), AS_OF)
    counts = pl.DataFrame({"day": [back(9), AS_OF], "value": [70, 40]})
    found = settling.settled(counts, arrived, AS_OF)
    assert found.row(0) == (back(9), 70, 1.0, 70.0, 70.0, 70.0)
    spread = 1.959963984540054 * 20**0.5 / 0.5
    assert found.row(1) == (AS_OF, 40, 0.5, 80.0, pytest.approx(80 - spread), pytest.approx(80 + spread))
    nothing_here = settling.settled(pl.DataFrame({"day": [AS_OF], "value": [0]}), arrived, AS_OF)
    assert nothing_here.row(0)[3:] == (0.0, 0.0, 0.0)
    tells_nothing = arrived.with_columns(share=pl.lit(0.0))
    assert settling.settled(counts, tells_nothing, AS_OF)["estimate"].to_list() == [None, None]


def test_a_replay_of_known_delays_covers_the_final_counts():
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(40):
        days = [back(age) for age in range(150)]
        delays = [rng.geometric(0.45, rng.poisson(60)) - 1 for _ in days]
        rows = [(day, int(lag), 1) for day, lags in zip(days, delays, strict=True) for lag in lags]
        arrived = settling.arrival(loaded(rows), AS_OF)
        here = int((delays[1] <= 1).sum())
        found = settling.settled(pl.DataFrame({"day": [back(1)], "value": [here]}), arrived, AS_OF).row(0, named=True)
        covered += found["lower"] <= len(delays[1]) <= found["upper"]
    assert covered >= 35
