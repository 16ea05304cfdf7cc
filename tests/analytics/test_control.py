import math
import random
from itertools import pairwise

import pytest

from analytics.control import (
    MIN_POINTS,
    Kind,
    State,
    amount_corridor,
    count_corridor,
    judge,
    kind_of,
    share_corridor,
    state_corridor,
)
from analytics.measures import MEASURES

STEADY = [40, 42, 38, 41, 39, 43, 37, 40, 42, 38, 41, 39]


def test_limits_of_a_worked_example() -> None:
    # Mean 10; moving ranges 2 4 2 4 …: six of 2 and five of 4, mean 32 / 11.
    found = amount_corridor([11, 9, 13, 11, 7, 9, 13, 11, 7, 9, 13, 7])
    ranges = [2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 6]
    reach = 2.66 * sum(ranges) / 11
    assert (found.centre, found.lower, found.upper) == pytest.approx((10, 10 - reach, 10 + reach))


def test_counts_never_get_a_corridor_narrower_than_chance() -> None:
    found = count_corridor([40] * 12)
    assert found.lower == pytest.approx((math.sqrt(481 / 12) - 1.5) ** 2)
    assert found.upper == pytest.approx((math.sqrt(481 / 12) + 1.5) ** 2)


def test_the_width_of_a_share_follows_its_own_base() -> None:
    shares, sizes = [0.5] * 12, [100] * 12
    for n, lower in ((25, 0.5 * (1 - math.sin(0.6))), (100, 0.5 * (1 - math.sin(0.3)))):
        found = share_corridor(shares, sizes, n)
        assert (found.centre, found.lower, found.upper) == pytest.approx((0.5, lower, 1 - lower))


def test_overdispersed_shares_get_wider_limits() -> None:
    sizes = [400] * 12
    wild = share_corridor([0.8, 1.0] * 6, sizes, 400)
    assert wild.lower == pytest.approx(0.9 - 2.66 * 0.2, abs=0.001)
    assert share_corridor([0.9, 0.9] * 6, sizes, 400).lower > 0.84


def test_one_miss_after_perfect_weeks_is_no_alarm() -> None:
    assert judge([1.0] * 12 + [0.95], Kind.SHARE, bases=[20] * 13).state is State.INSIDE


def test_a_state_is_judged_by_its_usual_changes() -> None:
    climbing = [100, 110, 121, 130, 141, 150, 161, 170, 181, 190, 201, 210]
    assert judge([*climbing, 221], Kind.STATE).state is State.INSIDE
    assert judge([*climbing, 300], Kind.STATE).state is State.ABOVE
    assert judge([*climbing, 100], Kind.STATE).state is State.BELOW
    assert state_corridor(climbing, least=0).centre == 220


@pytest.mark.parametrize(
    ("rises", "kind", "is_trend"),
    [(5, Kind.COUNT, False), (6, Kind.COUNT, True), (7, Kind.STATE, False), (8, Kind.STATE, True)],
)
def test_a_run_of_moves_one_way_is_a_change_of_its_own(rises: int, kind: Kind, *, is_trend: bool) -> None:
    restless = [100, 104, 98, 103, 99, 105, 101, 105, 96, 104, 95, 106, 94][rises % 2 : 13]
    before = [*restless[: 12 - rises], 95]
    found = judge([*before, *(95 + step for step in range(1, rises + 1))], kind)
    assert (found.rises, found.left_corridor, found.is_trend, found.is_change) == (rises, False, is_trend, is_trend)
    assert found.is_up


@pytest.mark.parametrize(("last", "state"), [(40, State.INSIDE), (86, State.ABOVE), (8, State.BELOW)])
def test_the_last_point_stands_inside_above_or_below(last: int, state: State) -> None:
    found = judge([*STEADY, last], Kind.COUNT)
    assert (found.state, found.is_change) == (state, state is not State.INSIDE)


def test_the_judged_point_does_not_widen_its_own_corridor() -> None:
    assert judge([*STEADY, 1000], Kind.COUNT).corridor == count_corridor(STEADY)


def test_little_history_says_nothing() -> None:
    assert judge(STEADY, Kind.COUNT).state is State.SHORT_HISTORY
    assert judge([*STEADY, 40], Kind.COUNT).corridor is not None
    assert len(STEADY) == MIN_POINTS


def test_small_bases_are_neither_judged_nor_history() -> None:
    bases = [50] * 12 + [4]
    assert judge([0.9] * 12 + [0.0], Kind.SHARE, bases=bases, min_n=5).state is State.SMALL_BASE
    assert judge([0.9] * 13, Kind.SHARE, bases=[4] + [50] * 12, min_n=5).state is State.SHORT_HISTORY
    assert judge([0.9] * 12 + [None], Kind.SHARE, bases=[50] * 13).state is State.SMALL_BASE
    assert judge([], Kind.COUNT).state is State.SMALL_BASE


@pytest.mark.parametrize(
    ("values", "run"),
    [([1, 2, 3], (2, 0)), ([3, 2, 1], (0, 2)), ([1, 2, 2], (0, 0)), ([2, 1, 3], (1, 0)), ([5], (0, 0))],
)
def test_moves_in_a_row_are_facts(values: list[float], run: tuple[int, int]) -> None:
    found = judge(values, Kind.COUNT)
    assert (found.rises, found.falls) == run


def test_every_measure_has_a_chart() -> None:
    kinds = {key: kind_of(measure) for key, measure in MEASURES.items()}
    assert kinds["appeals"] is Kind.COUNT
    assert kinds["on_time_share"] is Kind.SHARE
    assert kinds["overdue_open"] is Kind.STATE
    assert kinds["overdue_share"] is Kind.STATE_SHARE
    assert kinds["median_answer_days"] is Kind.AMOUNT


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (a simulation that must repeat, nothing secret)


def poisson(rng: random.Random, mean: float) -> int:
    """Draw a Poisson count by Knuth's method."""
    count, product, limit = 0, rng.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def test_unchanged_counts_are_rarely_called_changed() -> None:
    rng = seeded(4)
    weeks = [poisson(rng, 40) for _ in range(2000)]
    ours = [judge(weeks[end - 13 : end], Kind.COUNT).is_change for end in range(13, len(weeks))]
    ten_per_cent = [abs(after - before) > 0.1 * before for before, after in pairwise(weeks)]
    assert sum(ours) / len(ours) <= 0.05
    assert sum(ten_per_cent) / len(ten_per_cent) > 0.5


def test_unchanged_weeks_of_a_half_counted_twice_are_rarely_called_changed() -> None:
    rng = seeded(9)
    for rate in (4, 40, 150):
        weeks = [2 * poisson(rng, rate / 2) for _ in range(1500)]
        ours = [judge(weeks[end - 13 : end], Kind.COUNT).is_change for end in range(13, len(weeks))]
        assert sum(ours) / len(ours) <= 0.05, rate


def test_unchanged_shares_are_rarely_called_changed() -> None:
    rng = seeded(5)
    sizes = [rng.randint(20, 80) for _ in range(1500)]
    shares = [sum(rng.random() < 0.9 for _ in range(size)) / size for size in sizes]
    ends = range(13, len(sizes))
    ours = [judge(shares[end - 13 : end], Kind.SHARE, bases=sizes[end - 13 : end]).is_change for end in ends]
    assert sum(ours) / len(ours) <= 0.05


def test_a_wandering_state_is_rarely_called_changed() -> None:
    rng = seeded(6)
    level, levels = 500, []
    for _ in range(2000):
        level = max(level + poisson(rng, 40) - poisson(rng, 40), 0)
        levels.append(level)
    ours = [judge(levels[end - 13 : end], Kind.STATE).is_change for end in range(13, len(levels))]
    by_values = [judge(levels[end - 13 : end], Kind.AMOUNT).is_change for end in range(13, len(levels))]
    assert sum(ours) / len(ours) <= 0.05
    assert sum(by_values) / len(by_values) > 0.2


def test_a_doubling_is_seen_at_once() -> None:
    rng = seeded(7)
    seen = [judge([*(poisson(rng, 40) for _ in range(12)), poisson(rng, 80)], Kind.COUNT).is_change for _ in range(200)]
    assert sum(seen) / len(seen) >= 0.9
