"""What is the same is not told apart: one body split in two, and departments dealt out at random.

The long table is printed by `tests.benchmarks.rating_nulls`.
"""

from dataclasses import replace

import pytest

from analytics.criteria import RatingRules
from tests.benchmarks import rating_nulls
from tests.benchmarks.rating_nulls import SPLITS, City


@pytest.fixture(scope="module", params=[1_100, 60], ids=["dense", "sparse"])
def city(request: pytest.FixtureRequest) -> City:
    return replace(rating_nulls.dense(a_week=request.param, count=4), rules=RatingRules(weights={"on_time": 1}))


@pytest.mark.parametrize("split", SPLITS)
def test_halves_of_one_body_are_told_apart_in_at_most_one_of_twenty(city: City, split: str) -> None:
    told, looks = rating_nulls.halves(city, split)
    assert looks >= 28
    # 32 looks of one in twenty are more than four with a chance of one in fifty.
    assert told <= 4


def test_departments_dealt_out_at_random_are_not_told_apart(city: City) -> None:
    named, ratings = rating_nulls.shuffled(city, 2)
    assert (ratings, named <= 2) == (8, True)


def test_departments_that_differ_are_told_apart() -> None:
    """The quickest department of the dense city is late in 8 cases of 100 and the slowest in 29."""
    dense = rating_nulls.dense(count=1)
    table = dense.rated(dense.cells, dense.periods[0]).table
    standing = dict(table.select("unit", "standing").rows())
    assert (standing["Отдел 0"], standing["Отдел 7"]) == ("above", "below")
