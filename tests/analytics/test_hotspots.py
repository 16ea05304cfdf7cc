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
    worse = hotspots.worse(pl.DataFrame({PLACE: CITY, "stratum": "Ямы", "seen": bad, "base": base}))
    more = hotspots.more(_frame(base, [100] * len(CITY)))
    assert [spot.foremost for spot in worse.spots] == [CITY[late]]
    assert [spot.foremost for spot in more.spots] == [CENTRE]


def test_too_little_is_not_tested_and_nothing_is_no_city() -> None:
    few = hotspots.more(_frame([0] * (len(CITY) - 1) + [1], [1] * len(CITY)))
    assert (few.tested, few.spots) == (0, ())
    nothing = hotspots.more(_frame([], [], []))
    assert (nothing.tested, nothing.spots, nothing.places.height) == (0, (), 0)
    none = pl.DataFrame({PLACE: CITY, "stratum": "Ямы", "seen": [0] * len(CITY), "base": [50] * len(CITY)})
    silent = hotspots.worse(none)
    assert (silent.tested, silent.spots) == (0, ())


def test_a_place_of_late_topics_is_no_late_place() -> None:
    """Roads are late in half of the cases everywhere and lamps never: the place of roads has most that is late."""
    mixed = pl.DataFrame(
        {
            PLACE: CITY * 2,
            "stratum": ["Ямы"] * len(CITY) + ["Фонари"] * len(CITY),
            "seen": [60 if place == CENTRE else 2 for place in CITY] + [0] * len(CITY),
            "base": [120 if place == CENTRE else 4 for place in CITY] + [40] * len(CITY),
        }
    )
    at = pl.col(PLACE) == CENTRE
    standardised, crude = (hotspots.worse(each) for each in (mixed, mixed.with_columns(stratum=pl.lit("всё"))))
    assert standardised.spots == ()
    assert standardised.places.filter(at)["expected"].to_list() == [60.0]
    assert [spot.foremost for spot in crude.spots] == [CENTRE]
    worse = mixed.with_columns(seen=pl.when(at & (pl.col("base") == 40)).then(30).otherwise("seen"))
    assert [spot.foremost for spot in hotspots.worse(worse).spots] == [CENTRE]


def test_places_dealt_out_within_topics_show_a_spot_in_at_most_one_map_of_twenty() -> None:
    """Topics differ in lateness and in where they are: dealt out anew over the cases of each topic, nothing is left."""
    rng = np.random.default_rng(78)
    topics = np.linspace(0.05, 0.8, 12)
    shown = 0
    for _ in range(RUNS // 4):
        where = np.stack([rng.dirichlet(np.full(len(CITY), 0.15)) for _ in topics])
        base = np.stack([rng.multinomial(400, each) for each in where])
        bad = rng.binomial(base, topics[:, None])
        counted = pl.DataFrame(
            {
                PLACE: np.tile(CITY, len(topics)),
                "stratum": np.repeat([f"{at}" for at in range(len(topics))], len(CITY)),
                "seen": bad.ravel(),
                "base": base.ravel(),
            }
        )
        shown += bool(hotspots.worse(counted).spots)
    assert shown / (RUNS // 4) <= 0.05


def test_clumps_over_time_widen_what_chance_explains_and_lasting_differences_do_not() -> None:
    """Of 72 cases 4 or 8 come every week, or 24 in every fourth."""
    weeks = range(12)
    at = CITY.index(CENTRE)

    def found(of_centre: list[int]) -> hotspots.Excess:
        slots = pl.DataFrame(
            {
                PLACE: CITY * 12,
                "slot": np.repeat(weeks, len(CITY)),
                "seen": [of_centre[week] if place == at else 1 for week in weeks for place in range(len(CITY))],
                "base": 300,
            }
        )
        totals = slots.group_by(PLACE).agg(pl.col("seen").sum()).with_columns(reference=pl.lit(120))
        return hotspots.more(totals.sort(PLACE), slots)

    even, clumped = found([4, 8] * 6), found([0, 0, 0, 24] * 3)
    assert even.dispersion == 1.0
    assert [spot.seen for spot in even.spots] == [72]
    assert clumped.spots == ()


def test_a_state_whose_places_all_differ_a_little_shows_a_spot_in_at_most_one_map_of_twenty() -> None:
    """Shares of open cases that are late vary by a deviation of 0.1 around 0.3, as clumps of one moment make them."""
    rng = np.random.default_rng(79)
    shown, told = 0, []
    for _ in range(RUNS // 4):
        base = rng.integers(20, 80, len(CITY))
        bad = rng.binomial(base, rng.beta(6, 14, len(CITY)))
        found = hotspots.worse(pl.DataFrame({PLACE: CITY, "stratum": "Ямы", "seen": bad, "base": base}))
        shown += bool(found.spots)
        told.append(found.dispersion)
    assert shown / (RUNS // 4) <= 0.05
    assert np.mean(told) > 1.5


def test_the_deviation_of_a_disk_is_that_of_getis_and_ord() -> None:
    """Package esda, tests of Gi* with binary weights: six points, neighbours up to 15 away, Z of the first −1.39727626.

    There places are dealt out and not cases: so many cases that each place is one, spread as the places are.
    """
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
    values = np.array([2, 3, 3.2, 5, 8, 7])
    cases = 1e9
    near = np.linalg.norm(points[:, None] - points[None, :], axis=2) <= 15
    table = hotspots.Table([str(at) for at in range(6)], values[:, None], np.full((6, 1), cases))
    seen, _, usual, variance = table.deviations(near.astype(float))
    share = values.mean() / cases
    spread = values.var(ddof=1) / (cases * share * (1 - share))
    assert ((seen - usual) / np.sqrt(variance * spread))[0] == pytest.approx(-1.39727626, abs=1e-7)


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
        found = hotspots.more(_frame(over_time.sum(axis=0), _clumps(rng, weights, 6_000)), slots)
        told.append(found.dispersion)
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
