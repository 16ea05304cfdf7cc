"""Where nothing changed nothing is said, in a dense, uneven city too; what really changed is found.

The long table, with Boston, is printed by `python -m tests.benchmarks.nulls`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from analytics.problems import problems
from tests import nulls
from tests.nulls import BOSTON, Made

LOOKS = 40
CLAIM = 0.05
SURE = 0.01
"""So rare must be as many false ones among the looks, if the claim holds, for a test to fail; seeds are fixed."""


def dense() -> Made:
    return nulls.dense()


CITIES = [
    pytest.param(dense, id="dense"),
    pytest.param(nulls.demo_city, id="demo"),
    pytest.param(nulls.boston, id="boston", marks=pytest.mark.skipif(not BOSTON, reason="../shared/data is not here")),
]


@pytest.fixture(scope="module", params=CITIES)
def city(request: pytest.FixtureRequest) -> Made:
    made: Made = request.param()
    return made


@pytest.mark.parametrize(
    ("look", "looks"),
    [
        (nulls.sentences_of_nothing, LOOKS),
        (nulls.problems_of_nothing, LOOKS),
        (nulls.rising_of_nothing, LOOKS // 2),
    ],
)
def test_looks_at_nothing_say_nothing(city: Made, look: Callable[[Made, Any, int], float], looks: int) -> None:
    false = round(look(city, np.random.default_rng(4), looks) * looks)
    assert binom.sf(false - 1, looks, CLAIM) > SURE


def test_weeks_dealt_out_anew_are_rarely_called_changed(city: Made) -> None:
    assert nulls.tiles(city, np.random.default_rng(4), 30) <= CLAIM
    assert nulls.charts(city, np.random.default_rng(4), 20) <= CLAIM + 0.01


def test_a_fourfold_week_of_a_large_topic_is_told_in_the_sentences() -> None:
    assert nulls.found_in_sentences(nulls.demo_city(), np.random.default_rng(4), 12, 4.0) >= 0.9


def test_the_heating_breakdown_of_the_demo_city_is_told_and_that_the_roads_are_back() -> None:
    demo = nulls.demo_city()
    (told,) = nulls.told_sentences(demo, [demo.weeks - 1])
    left = {each.key: each for each in told.left}
    assert left["energy"].is_up
    assert left["energy"].topic is not None
    assert [(each.key, each.periods) for each in told.returned][:1] == [("roads", 3)]


def test_a_changed_week_is_named_among_the_spheres_where_cases_are_many_for_their_clumps() -> None:
    demo = nulls.demo_city()
    assert nulls.found_in_problems(demo, np.random.default_rng(4), 12, 4.0) >= 0.75
    now, before, long_before = (demo.week(demo.weeks - back) for back in (1, 2, 4))
    turns = [
        dict(
            problems(demo.cells.lazy(), ["topic_block"], now, then, now.end, demo.first)
            .units.select("topic_block", "new_turn")
            .iter_rows()
        )
        for then in (before, long_before)
    ]
    assert turns[0]["roads"] == "down"
    assert turns[1]["energy"] == "up"
