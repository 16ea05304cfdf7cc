"""Who is worst now: exact excess over the others' rates, weeks in a row, and silence where chance explains it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analytics import schema
from analytics.worst import LEAST_OTHERS, WEEKS, Count, Unit, Worst, beyond, worst
from tests.analytics.cells import BLANK

TODAY = date(2026, 11, 29)
LONG_AGO = date(2020, 1, 1)
BY = ("department", "topic_block")
BOSTON = sorted((Path(__file__).parents[3] / "shared" / "data" / "boston311").glob("*.csv"))

Rows = list[dict[str, object]]


def standing(department: str | None, overdue: int, open_: int, allotted: int = 30, **values: object) -> Rows:
    """Make open cases of one department, `overdue` of them since yesterday."""
    late = {"due_on": TODAY - timedelta(days=1), "appeals": overdue}
    waiting = {"due_on": TODAY + timedelta(days=20), "appeals": open_ - overdue}
    same = {"department": department, "received_on": date(2026, 10, 1), "allotted_days": allotted, **values}
    return [{**same, **each} for each in (late, waiting) if each["appeals"]]


def found(*parts: Sequence[Mapping[str, object]], by: Sequence[str] = BY, min_n: int = 10, **own: date) -> Worst:
    rows = [{**BLANK, "allotted_days": 30, **row} for part in parts for row in part]
    frame = pl.LazyFrame(rows, schema={**schema.CELL, "allotted_days": pl.Int32})
    return worst(frame, by, own.get("moment", TODAY), own.get("first", LONG_AGO), min_n=min_n)


def named(told: Worst, dimension: str = "department") -> Unit | None:
    along = told.along(dimension)
    assert along is not None
    return along.named


OTHERS = [*standing("А", 8, 99), *standing("Б", 10, 100, topic_block="heat", topic="Тепло")]
"""Two that have 18 of 199 overdue: with half a case on either side 18,5 of 200."""


def test_the_excess_is_over_the_rates_of_the_others_alone() -> None:
    unit = named(found(OTHERS, standing("УКС", 60, 100)))
    assert unit is not None
    assert (unit.key, unit.overdue, unit.open) == ("УКС", 60, 100)
    assert unit.excess == pytest.approx(60 - 100 * 18.5 / 200)
    assert unit.chance < 1e-6


def test_every_norm_has_a_rate_of_its_own() -> None:
    """The unit has only short norms, of which half is overdue everywhere: by one rate for all it would stand out."""
    short = [*standing("А", 30, 60, 2), *standing("Б", 29, 59, 1)]
    unit = named(found(OTHERS, short, standing("УКС", 95, 100, 2)))
    assert unit is not None
    assert unit.excess == pytest.approx(95 - 100 * 59.5 / 120)
    assert named(found(OTHERS, short, standing("УКС", 55, 100, 2))) is None


def test_a_norm_that_nobody_else_has_compares_with_nobody() -> None:
    few = standing("А", 1, LEAST_OTHERS - 1, 120)
    told = found(OTHERS, few, standing("УКС", 100, 100, 120))
    assert named(told) is None
    along = told.along("department")
    assert along is not None
    assert along.most == Count("department", "УКС", 100)


def test_whole_and_unit_count_what_the_measure_of_overdue_counts() -> None:
    nameless = standing(None, 5, 20)
    closed = [{"department": "УКС", "due_on": date(2026, 11, 1), "status": "answered", "answered_on": TODAY}]
    without_term = [{"department": "УКС", "due_on": None, "appeals": 300}]
    due_today = [{"department": "УКС", "due_on": TODAY, "appeals": 7}]
    told = found(OTHERS, nameless, standing("УКС", 60, 100), closed, without_term, due_today)
    assert (told.overdue, told.open) == (18 + 5 + 60, 199 + 20 + 107)
    unit = named(told)
    assert unit is not None
    assert (unit.overdue, unit.open) == (60, 107)


def test_department_and_block_are_named_with_where_most_of_it_stands() -> None:
    told = found(OTHERS, standing("УКС", 50, 80, topic_block="construction"), standing("УКС", 10, 20))
    assert told.first is not None
    assert (told.first.dimension, told.first.mostly) == ("department", Count("topic_block", "construction", 50))
    block = told.along("topic_block")
    assert block is not None
    assert block.named is not None
    assert (block.named.key, block.mostly) == ("construction", Count("department", "УКС", 50))


def test_topics_are_units_and_clumps_at_once() -> None:
    told = found(OTHERS, standing("УКС", 60, 100, topic="Долгострой"), by=("topic", "department"))
    assert told.first is not None
    assert told.first.named is not None
    assert (told.first.named.key, told.first.mostly) == ("Долгострой", Count("department", "УКС", 60))


def test_where_no_department_stands_out_a_block_may() -> None:
    parts = [standing(name, 20, 40, topic_block="construction") for name in "АБВГ"]
    parts += [standing(name, 5, 200) for name in "АБВГ"]
    told = found(*parts)
    assert named(told) is None
    assert told.first is not None
    assert told.first.named is not None
    assert (told.first.named.key, told.first.named.overdue) == ("construction", 80)


def test_of_several_the_one_with_the_largest_excess_is_named() -> None:
    quiet = [standing(str(number), 5, 100) for number in range(8)]
    unit = named(found(*quiet, standing("УКС", 60, 100), standing("КУИ", 90, 300)))
    assert unit is not None
    assert unit.key == "КУИ"
    assert unit.excess > 60


def chronic(weeks: int, department: str = "УКС") -> Rows:
    """Let the backlog grow by eleven cases a week for so many weeks; none of them is ever answered."""
    return [
        {"department": department, "received_on": due - timedelta(days=30), "due_on": due, "appeals": 11}
        for due in (TODAY - timedelta(weeks=back, days=1) for back in range(weeks))
    ]


def steady(department: str) -> Rows:
    """Let twenty cases a week come and be answered a day before their term, but one, a fortnight late."""
    return [
        {"department": department, "received_on": due - timedelta(days=30), "due_on": due, "appeals": count,
         "status": "answered", "answered_on": due + timedelta(days=late)}
        for due in (TODAY + timedelta(days=28) - timedelta(weeks=back) for back in range(40))
        for count, late in ((19, -1), (1, 14))
    ]  # fmt: skip


@pytest.mark.parametrize(("weeks", "told"), [(1, 1), (5, 5), (12, 12), (40, WEEKS)])
def test_weeks_in_a_row_are_counted_from_the_cells(weeks: int, told: int) -> None:
    city = found(steady("А"), steady("Б"), steady("В"), chronic(weeks))
    assert city.first is not None
    assert (city.first.named and city.first.named.key, city.first.weeks) == ("УКС", told)


def test_weeks_end_where_the_data_begin_and_where_the_finding_did_not_hold() -> None:
    parts = (steady("А"), steady("Б"), steady("В"), chronic(12))
    later = found(*parts, first=TODAY - timedelta(weeks=4, days=3))
    assert later.first is not None
    assert later.first.weeks == 5
    answered = [{**row, "status": "answered", "answered_on": TODAY - timedelta(weeks=6, days=3)} for row in chronic(40)]
    again = found(steady("А"), steady("Б"), steady("В"), answered, chronic(4))
    assert again.first is not None
    assert again.first.weeks == 4


def test_a_past_moment_is_judged_by_what_stood_then() -> None:
    told = found(steady("А"), steady("Б"), steady("В"), chronic(12), moment=TODAY - timedelta(weeks=9))
    assert told.first is not None
    assert (told.overdue - 3 * 1, told.first.weeks) == (33, 3)


def test_nobody_is_compared_with_nobody() -> None:
    for parts in ([], [standing("УКС", 60, 100)], [standing("УКС", 6, 9), OTHERS]):
        assert named(found(*parts)) is None
    assert found().overdue == 0
    assert all(each.most is None for each in found().standings)


def test_order_and_weights_change_nothing() -> None:
    listed = [*OTHERS, *standing("УКС", 60, 100)]
    single = [{**row, "appeals": 1} for row in reversed(listed) for _ in range(int(str(row["appeals"])))]
    assert found(single) == found(listed)


def look(rng: np.random.Generator, sizes: Sequence[int], *, clump: int = 1, between: float = 0.0) -> pl.DataFrame:
    """Draw a look at departments of a rate of 15 %: cases in clumps that share their fate, or rates that differ."""
    rows = []
    for unit, size in enumerate(sizes):
        rate = 0.15 if not between else rng.beta(0.15 / between, 0.85 / between)
        for place in range(size // clump):
            own = clump * int(rng.random() < rate) if clump > 1 else rng.binomial(1, rate)
            rows.append((f"d{unit}", "n", "t", str(place), clump, own))
    names = ("department", "norm", "topic", "territory", "open", "overdue")
    return pl.DataFrame(rows, schema=names, orient="row")


SIZES = (400, 200, 120, 80, 60, 60, 40, 40, 30, 30, 20, 20, 20, 15, 12)


@pytest.mark.parametrize(("clump", "between"), [(1, 0.0), (5, 0.0), (1, 0.02)])
def test_chance_clumps_and_the_general_spread_name_somebody_in_one_look_of_twenty(clump: int, between: float) -> None:
    """Independent cases, cases in fives that share their fate, and departments that all differ a little."""
    rng = np.random.default_rng(14)
    told = sum(bool(beyond(look(rng, SIZES, clump=clump, between=between), "department", 10)) for _ in range(200))
    assert told <= 200 * 0.05 + 3


@pytest.mark.parametrize("fires", [1, 2, 3])
def test_fires_are_found_through_clumps_and_do_not_hide_each_other(fires: int) -> None:
    rng = np.random.default_rng(14)
    names = [f"fire{number}" for number in range(fires)]
    for _ in range(10):
        own = [
            look(rng, [100], clump=5).with_columns(department=pl.lit(name), overdue=pl.col("open")) for name in names
        ]
        told = beyond(pl.concat([look(rng, SIZES, clump=5), *own]), "department", 10)
        assert {each.key for each in told} == set(names)


def test_where_more_than_a_quarter_burn_nobody_stands_out() -> None:
    burning = [standing(name, 60, 100) for name in "АБВГ"]
    assert named(found(*burning, *(standing(name, 10, 100) for name in "ДЕЖ"))) is None


@pytest.fixture(scope="module")
def boston() -> pl.DataFrame:
    """Read the cases of Boston as rows of cells, with the days that their targets allotted."""
    names = ("department", "sla_target_dt", "closed_dt", "open_dt", "type", "neighborhood")
    read = pl.concat([pl.read_csv(path, infer_schema=False).select(names) for path in BOSTON])
    days = {name: pl.col(source).str.slice(0, 10).str.to_date(strict=False) for name, source in _DAYS.items()}
    return read.with_columns(**days).select(
        "received_on", "due_on", "answered_on", "department",
        kind=pl.lit("message"), topic=pl.col("type"), territory=pl.col("neighborhood"),
        status=pl.when(pl.col("answered_on").is_null()).then(pl.lit("in_work")).otherwise(pl.lit("answered")),
        allotted_days=(pl.col("due_on") - pl.col("received_on")).dt.total_days().cast(pl.Int32),
        appeals=pl.lit(1, pl.Int64),
    )  # fmt: skip


_DAYS = {"received_on": "open_dt", "due_on": "sla_target_dt", "answered_on": "closed_dt"}
SEEN_ON = [date(year, month, 28) for year in range(2014, 2020) for month in (3, 6, 9, 12)]


def looks_at(cases: pl.DataFrame) -> int:
    """Count the days of six years on which somebody is named."""
    told = [worst(cases.lazy(), ["department"], day, LONG_AGO, min_n=10) for day in SEEN_ON]
    return sum(each.first is not None for each in told)


@pytest.mark.skipif(not BOSTON, reason="../shared/data is not here")
@pytest.mark.parametrize("halved", ["ISD", "INFO"])
def test_random_halves_of_one_department_are_not_told_apart(boston: pl.DataFrame, halved: str) -> None:
    own = boston.filter(pl.col("department") == halved)
    told = 0
    for seed in range(5):
        coin = pl.Series(np.random.default_rng(seed).integers(0, 2, own.height)).cast(pl.String)
        told += looks_at(own.with_columns(department=coin))
    assert told <= 5 * len(SEEN_ON) * 0.05


@pytest.mark.skipif(not BOSTON, reason="../shared/data is not here")
def test_shuffled_departments_are_not_told_apart(boston: pl.DataFrame) -> None:
    told = 0
    for seed in range(5):
        told += looks_at(boston.with_columns(pl.col("department").shuffle(seed)))
    assert told <= 5 * len(SEEN_ON) * 0.05
