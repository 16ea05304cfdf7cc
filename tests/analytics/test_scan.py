"""Clusters in space and time: a planted one is found and explained, chance and busy Mondays are not told."""

from datetime import date, datetime, timedelta
from typing import Any

import h3
import numpy as np
import polars as pl

from analytics import scan
from analytics.hexagons import PLACE
from analytics.surges import Alarm
from tests import dense_city

CENTRE = h3.latlng_to_cell(47.76, 39.93, 8)
CITY = sorted(h3.grid_disk(CENTRE, 5))  # 91 places
PLANTED = frozenset(h3.grid_disk(min(h3.grid_ring(CENTRE, 3)), 1))
LAST = date(2026, 11, 20)


def _city(rng: np.random.Generator, a_day: float, times: float = 1.0, days: int = scan.STUDY_DAYS) -> pl.DataFrame:
    """Make the weeks of a study: places differ, weekends are quiet; for three days the planted ones bring more."""
    weights = rng.lognormal(0, 0.8, len(CITY))
    weights /= weights.sum()
    rows: list[tuple[str, date, int]] = []
    for age in range(days):
        day = LAST - timedelta(days=age)
        usual = a_day * weights * (0.5 if day.weekday() > 4 else 1.0)
        usual = np.where([place in PLANTED and age < 3 for place in CITY], usual * times, usual)
        rows += [(place, day, int(n)) for place, n in zip(CITY, rng.poisson(usual), strict=True) if n]
    return pl.DataFrame(rows, schema=[PLACE, "received_on", "appeals"], orient="row").with_columns(
        stratum=pl.lit("roads")
    )


def test_a_tripling_of_three_days_is_found_and_explained() -> None:
    found = 0
    for seed in range(20):
        told = scan.clusters(_city(np.random.default_rng(seed), 150, 3.0), LAST, shuffles=199)
        found += bool(told and PLANTED.intersection(told[0].places))
    assert found >= 18
    told = scan.clusters(_city(np.random.default_rng(3), 150, 3.0), LAST)[0]
    assert told.until == LAST
    assert told.since >= LAST - timedelta(days=4)
    assert told.seen > 1.5 * told.expected
    assert told.recurrence_days > 1_000


def test_chance_alone_is_told_on_at_most_one_day_in_twenty() -> None:
    told = [scan.clusters(_city(np.random.default_rng(100 + seed), 60), LAST, shuffles=99) for seed in range(60)]
    assert sum(map(bool, told)) <= 3


def test_a_busy_day_of_the_whole_city_is_no_cluster() -> None:
    busy = _city(np.random.default_rng(9), 60).with_columns(
        pl.when(pl.col("received_on") == LAST).then(pl.col("appeals") * 4).otherwise("appeals").alias("appeals")
    )
    assert all(len(each.places) < len(CITY) / 4 for each in scan.clusters(busy, LAST, shuffles=199))


def test_the_same_cases_give_the_same_answer_in_any_order_and_by_weight() -> None:
    cells = _city(np.random.default_rng(3), 150, 3.0)
    single = cells.select(pl.all().exclude("appeals").repeat_by("appeals")).explode(PLACE, "received_on", "stratum")
    answers = [
        scan.clusters(frame, LAST, shuffles=99)
        for frame in (cells, cells.sample(fraction=1, shuffle=True, seed=1), single.with_columns(appeals=pl.lit(1)))
    ]
    assert answers[0] == answers[1]
    assert [each.places for each in answers[2]] == [each.places for each in answers[0]]


def test_clusters_share_no_place_and_nothing_gives_none() -> None:
    told = scan.clusters(_city(np.random.default_rng(4), 300, 4.0), LAST, shuffles=199)
    places = [place for each in told for place in each.places]
    assert len(places) == len(set(places))
    assert (
        scan.clusters(
            pl.DataFrame(
                schema={"stratum": pl.String(), PLACE: pl.String(), "received_on": pl.Date(), "appeals": pl.Int64()}
            ),
            LAST,
        )
        == ()
    )


def _alarm(**values: Any) -> Alarm:
    usual: dict[str, Any] = {
        "topic_block": "housing", "topic": "Отопление", "territory": None, "day": LAST, "days": 3, "seen": 30,
        "expected": 10.0, "score": 5.0, "since": LAST - timedelta(days=2), "first_told": LAST, "told": LAST,
        "state": "new", "topics": (), "territories": (),
    }  # fmt: skip
    return Alarm(**(usual | values))


def test_a_cluster_names_the_alarms_that_tell_of_the_same() -> None:
    cluster = scan.Cluster("housing", CENTRE, (CENTRE,), LAST - timedelta(days=2), LAST, 30, 10.0, 1_000)
    same, elsewhere = _alarm(), _alarm(territory="Южный")
    over = _alarm(day=datetime(2026, 11, 10).date(), since=datetime(2026, 11, 8).date())
    other, block = _alarm(topic="Дороги"), _alarm(topic=None)
    here = _alarm(territory="Западный")
    alarms = [same, elsewhere, over, other, here, block, _alarm(topic_block=None)]
    assert scan.linked(cluster, ["Отопление"], "Западный", alarms) == [same, here, block]


def test_strata_are_compared_within_themselves_and_share_one_budget() -> None:
    """A block whose places differ from another's is no cluster; twenty blocks of chance are told no more than one."""
    told = 0
    for seed in range(20):
        blocks = [
            _city(np.random.default_rng(1_000 * seed + block), 6).with_columns(stratum=pl.lit(f"b{block}"))
            for block in range(10)
        ]
        told += bool(scan.clusters(pl.concat(blocks), LAST, shuffles=99))
    assert told <= 2


def test_clumps_that_a_city_is_used_to_are_told_on_at_most_one_day_in_twenty() -> None:
    """In a dense city independent cases would make something stand out every day: its own past says how often."""
    places = {cell: h3.cell_to_parent(cell, 8) for area in dense_city.PLACES for cell in area}
    city = (
        dense_city.cells()
        .with_columns(pl.col("geo_cell").replace_strict(places).alias(PLACE))
        .group_by(pl.col("topic_block").alias("stratum"), PLACE, "received_on")
        .agg(pl.col("appeals").sum())
    )
    days = [date(2024, 9, 1) + timedelta(days=31 * at) for at in range(20)]
    recent = [city.filter(pl.col("received_on") > day - timedelta(days=scan.STUDY_DAYS)) for day in days[:5]]
    assert sum(bool(scan.clusters(city, day, shuffles=60)) for day in days) <= 1
    assert all(scan.clusters(own, day, shuffles=60) for own, day in zip(recent, days, strict=False))


def test_a_cluster_is_found_in_a_city_with_a_past_too() -> None:
    """Half a year of independent cases before it takes nothing from the power of the scan."""
    found = 0
    for seed in range(10):
        told = scan.clusters(_city(np.random.default_rng(seed), 150, 3.0, scan.MOST_PAST), LAST, shuffles=60)
        found += bool(told and PLANTED.intersection(told[0].places))
    assert found >= 9
