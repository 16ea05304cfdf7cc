"""The rating finds the stories of the demo city, and says of Boston's departments no more than its export tells."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from analytics import rating
from analytics.funnel import Zone, funnel
from analytics.periods import Period, preset
from analytics.rating import Excluded, Rating, Standing
from loaders import deadlines, demo, intake
from loaders.city import City
from loaders.demo import stories
from loaders.profile import Profile
from loaders.progress import silent

BOSTON = Path(__file__).parents[3] / "shared" / "data" / "boston311" / "filtered_2013.csv"
END = date(2026, 11, 22)


def as_cells(appeals: pl.DataFrame, city: City) -> pl.LazyFrame:
    """Make cells without a store: a row each."""
    return (
        pl.concat([appeals, deadlines.decide(appeals, city.rules)], how="horizontal")
        .lazy()
        .select(
            "department",
            "topic_block",
            "is_repeat",
            "satisfaction",
            "reworks",
            pl.col("received_at").dt.date().alias("received_on"),
            pl.col("deadline_at").dt.date().alias("due_on"),
            pl.col("answered_at").dt.date().alias("answered_on"),
            pl.col("status").cast(pl.String),
            (pl.col("answered_at") > pl.col("deadline_at")).alias("is_late"),
            pl.lit(1, pl.Int64).alias("appeals"),
        )
    )


@pytest.fixture(scope="module")
def city() -> City:
    return City.load("novoshakhtinsk-demo")


@pytest.fixture(scope="module")
def cells(city: City) -> pl.LazyFrame:
    return as_cells(demo.make(city, end=END).appeals, city).collect().lazy()


@pytest.fixture(scope="module")
def rated(city: City, cells: pl.LazyFrame) -> Rating:
    first = date(2023, 11, 23)
    keys = {department.title: department.key for department in city.departments}
    period = preset("twelve_weeks", END, first)
    return rating.rate(cells, "department", period, END, first, rules=city.rating, merged=keys)


def of(rated: Rating, department: str) -> dict[str, object]:
    return rated.table.row(by_predicate=pl.col("unit") == department, named=True)


@pytest.mark.parametrize("story", [stories.SLOW, stories.STOPPED], ids=lambda story: story.key)
def test_who_answers_late_stands_in_the_last_group(rated: Rating, story: stories.Story) -> None:
    found = of(rated, story.department)
    assert (found["standing"], found["better_than"]) == (Standing.BELOW, 0)
    assert found["tier"] == rated.table["tier"].max()
    parts = rated.parts.filter(pl.col("unit") == story.department)
    assert parts.sort("gain")["indicator"][0] == "on_time"


def test_the_gaming_department_is_not_rewarded(rated: Rating) -> None:
    found = of(rated, stories.GAMING.department)
    assert found["standing"] == Standing.BELOW
    gains = dict(rated.parts.filter(pl.col("unit") == stories.GAMING.department).select("indicator", "gain").rows())
    # What it gains by closing before the deadline it loses twice over by what comes of it.
    assert gains["on_time"] > 0
    assert gains["not_repeat"] + gains["satisfied"] < -2 * gains["on_time"] + 0.1


def test_of_the_small_department_nothing_is_said(rated: Rating) -> None:
    found = of(rated, stories.SMALL.department)
    assert found["standing"] == Standing.INDISTINCT
    assert (found["place_low"], found["place_high"], found["of"]) == (1, 19, 21)


def test_everything_that_the_sources_tell_is_rated(rated: Rating) -> None:
    assert rated.absent == ()
    assert rated.excluded.is_empty()
    assert rated.table.height == 21


@pytest.mark.skipif(not BOSTON.exists(), reason="../shared/data is not here")
def test_what_can_be_said_of_bostons_departments() -> None:
    boston = City.load("boston")
    appeals = intake.read([BOSTON], Profile.load("boston311"), boston, silent).appeals
    year = Period(date(2013, 1, 1), date(2013, 12, 31))
    found = rating.rate(
        as_cells(appeals, boston), "department", year, date(2014, 12, 31), year.start, rules=boston.rating
    )
    assert [each.key for each in found.told] == ["on_time"]
    assert found.excluded.select("unit", "rule").rows() == [("ANML", Excluded.NOTHING_TOLD), ("BWSC", Excluded.FEW)]
    assert found.table.select("unit", "place", "place_low", "place_high", "tier").rows() == [
        ("PWDx", 1, 1, 1, 1),
        ("ISD", 2, 2, 2, 2),
        ("INFO", 3, 3, 3, 3),
    ]
    assert found.parts.select("unit", "k", "n").rows() == [("INFO", 3, 14), ("ISD", 187, 309), ("PWDx", 2125, 2151)]
    drawn = funnel(found.parts)
    assert drawn is not None
    assert dict(drawn.points.select("unit", "zone").rows()) == {
        "INFO": Zone.VERY_LOW,
        "ISD": Zone.VERY_LOW,
        "PWDx": Zone.VERY_HIGH,
    }
