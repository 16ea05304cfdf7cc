"""Hot spots: exact on small cities, silent on chance, and found where they were planted."""

from typing import Any

import h3
import numpy as np
import polars as pl
import pytest

from analytics import hotspots
from analytics.hexagons import PLACE

CENTRE = h3.latlng_to_cell(47.76, 39.93, 9)
CITY = sorted(h3.grid_disk(CENTRE, 8))  # 217 places
PLANTED = frozenset(h3.grid_disk(min(h3.grid_ring(CENTRE, 4)), 1))
RUNS = 400


def _frame(seen: Any, reference: Any, places: list[str] = CITY) -> pl.DataFrame:
    return pl.DataFrame({PLACE: places, "seen": seen, "reference": reference})


def _weights(rng: np.random.Generator) -> Any:
    weights = rng.lognormal(0, 0.8, len(CITY))
    return weights / weights.sum()


def test_one_place_that_stands_out_is_named_with_its_numbers() -> None:
    seen, reference = [10] * len(CITY), [100] * len(CITY)
    at = CITY.index(CENTRE)
    seen[at] = 60
    found = hotspots.more(_frame(seen, reference))
    (spot,) = found.spots
    assert spot.places == (CENTRE,)  # its neighbours share its disk, but have no more than expected themselves
    assert spot.foremost == CENTRE
    assert spot.seen == 60
    assert spot.expected == pytest.approx(100 * sum(seen) / sum(reference))
    assert spot.ratio == pytest.approx(60 / spot.expected)
    assert spot.q < 1e-4
    assert found.tested == len(CITY)


def test_what_is_expected_adds_up_to_what_was_seen() -> None:
    rng = np.random.default_rng(5)
    found = hotspots.more(_frame(rng.poisson(3, len(CITY)), rng.poisson(40, len(CITY))))
    assert found.places["expected"].sum() == pytest.approx(found.places["seen"].sum())


def test_the_order_of_the_rows_does_not_matter() -> None:
    rng = np.random.default_rng(6)
    seen = rng.poisson(6, len(CITY))
    seen[CITY.index(CENTRE)] = 50
    frame = _frame(seen, rng.poisson(60, len(CITY)))
    first, second = hotspots.more(frame), hotspots.more(frame.sample(fraction=1, shuffle=True, seed=1))
    assert first.spots == second.spots
    assert first.places.sort(PLACE).equals(second.places.sort(PLACE))


def test_places_that_touch_are_one_spot_and_others_are_not() -> None:
    near, far = min(h3.grid_ring(CENTRE, 1)), min(h3.grid_ring(CENTRE, 6))
    assert hotspots.touching([far, near, CENTRE]) == sorted([sorted([near, CENTRE]), [far]])


def test_where_it_is_worse_is_told_from_where_there_is_more() -> None:
    """A place where many write is not worse, and a place where answers are late is not one where many write."""
    many, late = CITY.index(CENTRE), CITY.index(min(h3.grid_ring(CENTRE, 5)))
    base = np.full(len(CITY), 40)
    base[many] = 400
    bad = base // 10
    bad[late] = 30
    worse = hotspots.worse(pl.DataFrame({PLACE: CITY, "seen": bad, "base": base}))
    more = hotspots.more(_frame(base, [100] * len(CITY)))
    assert [spot.foremost for spot in worse.spots] == [CITY[late]]
    assert [spot.foremost for spot in more.spots] == [CENTRE]


def test_too_little_is_not_tested_and_nothing_is_no_city() -> None:
    few = hotspots.more(_frame([0] * (len(CITY) - 1) + [1], [1] * len(CITY)))
    assert (few.tested, few.spots) == (0, ())
    nothing = hotspots.more(_frame([], [], []))
    assert (nothing.tested, nothing.spots, nothing.places.height) == (0, (), 0)
    silent = hotspots.worse(pl.DataFrame({PLACE: CITY, "seen": [0] * len(CITY), "base": [50] * len(CITY)}))
    assert (silent.tested, silent.spots) == (0, ())


def test_clumps_are_measured_over_time_and_lasting_differences_are_none() -> None:
    even = pl.DataFrame(
        {PLACE: ["a"] * 4 + ["b"] * 4, "slot": [0, 1, 2, 3] * 2, "seen": [9] * 4 + [1] * 4, "base": [10] * 8}
    )
    assert hotspots.dispersion(even) == 1.0
    # a: 8, 0, 8, 0 of 16 each: own share 1/4, deviations 4 and −4 over 16 · 1/4 · 3/4 = 3: χ² = 4 · 16/3 on 3 degrees
    clumped = pl.DataFrame({PLACE: ["a"] * 4, "slot": [0, 1, 2, 3], "seen": [8, 0, 8, 0], "base": [16] * 4})
    assert hotspots.dispersion(clumped) == pytest.approx(64 / 9)


@pytest.mark.parametrize("total", [300, 1_500, 6_000])
def test_chance_alone_shows_a_spot_in_at_most_one_city_of_twenty(total: int) -> None:
    rng = np.random.default_rng(total)
    shown = 0
    for _ in range(RUNS):
        weights = _weights(rng)
        shown += bool(
            hotspots.more(_frame(rng.multinomial(total, weights), rng.multinomial(10 * total, weights))).spots
        )
    assert shown / RUNS <= 0.05


def test_clumps_of_three_that_come_by_chance_are_seldom_a_spot() -> None:
    """Every clump is of 1 + Poisson(2) cases at one moment: their variance is 3.7 times that of single cases."""
    rng = np.random.default_rng(77)
    shown, told = 0, []
    for _ in range(RUNS // 2):
        weights = _weights(rng)
        over_time = np.stack([_clumps(rng, weights, 60) for _ in range(12)])
        slots = pl.DataFrame(
            {
                PLACE: CITY * 12,
                "slot": np.repeat(range(12), len(CITY)),
                "seen": over_time.ravel(),
                "base": np.repeat(over_time.sum(axis=1), len(CITY)),
            }
        )
        told.append(hotspots.dispersion(slots))
        found = hotspots.more(_frame(over_time.sum(axis=0), _clumps(rng, weights, 6_000)), told[-1])
        shown += bool(found.spots)
    assert np.mean(told) == pytest.approx(11 / 3, rel=0.15)
    assert shown / (RUNS // 2) <= 0.10


def _clumps(rng: np.random.Generator, weights: Any, number: int) -> Any:
    first = rng.multinomial(number, weights)
    return first + np.array([rng.poisson(2, each).sum() for each in first])


def test_a_planted_spot_of_twice_the_expected_is_found() -> None:
    """Seven cells with 50 cases expected among them, in a city whose places differ."""
    rng = np.random.default_rng(11)
    planted = np.array([place in PLANTED for place in CITY])
    found = 0
    for _ in range(RUNS // 4):
        weights = _weights(rng)
        total = int(50 / weights[planted].sum())
        twice = np.where(planted, 2 * weights, weights)
        seen = rng.multinomial(total, twice / twice.sum())
        spots = hotspots.more(_frame(seen, rng.multinomial(10 * total, weights))).spots
        found += any(PLANTED.intersection(spot.places) for spot in spots)
    assert found / (RUNS // 4) >= 0.80
