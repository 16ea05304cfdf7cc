"""The rules of "Making Data Count": each alone, with the edge cases that its own package once had wrong."""

import numpy as np
import pytest

from analytics.control import MIN_POINTS, Corridor, Kind, judge
from analytics.process import Rule, chart
from analytics.status import Assurance, Change, assurance, reached, status

CALM = [40, 44, 36, 42, 38, 44, 36, 42, 38, 44, 36, 40]
"""Mean 40; two deviations of chance lie near 53 and 28, three near 61 and 23."""


def last(values: list[float], kind: Kind = Kind.COUNT, **also: object) -> tuple[Rule | None, bool | None]:
    point = chart(values, kind, seasons=[1.0] * len(values), **also)[-1]  # type: ignore[arg-type]
    return point.rule, point.is_up


@pytest.mark.parametrize(
    ("tail", "rule", "is_up"),
    [
        ([40, 41, 39, 42, 38, 41, 90], Rule.OUTSIDE, True),
        ([40, 41, 39, 42, 38, 41, 9], Rule.OUTSIDE, False),
        ([38, 39, 40, 41, 42, 43, 44], Rule.TREND, True),
        ([44, 43, 42, 41, 40, 39, 38], Rule.TREND, False),
        ([38, 42, 39, 41, 57, 41, 58], Rule.TWO_OF_THREE, True),
        ([38, 42, 39, 41, 25, 39, 26], Rule.TWO_OF_THREE, False),
        ([43, 45, 43, 45, 43, 44, 43], Rule.ONE_SIDE, True),
        ([37, 36, 37, 35, 37, 36, 37], Rule.ONE_SIDE, False),
        ([41, 39, 39, 53, 52, 53, 52], Rule.MEAN_OF_FOUR, True),
        ([41, 42, 39, 41, 38, 43, 39], None, None),
    ],
)
def test_each_rule_alone(tail: list[float], rule: Rule | None, is_up: bool | None) -> None:  # noqa: FBT001
    assert last([*CALM, *tail]) == (rule, is_up)


def test_the_strongest_rule_is_told_first() -> None:
    assert last([*CALM, 41, 42, 43, 44, 45, 46, 90])[0] is Rule.OUTSIDE
    assert last([*CALM, 41, 43, 45, 47, 54, 57, 59])[0] is Rule.TREND
    assert last([*CALM, 41, 42, 41, 42, 57, 41, 58])[0] is Rule.TWO_OF_THREE


def test_two_of_three_on_opposite_sides_are_no_signal() -> None:
    assert last([*CALM, 39, 41, 39, 41, 58, 41, 25]) == (None, None)
    assert last([*CALM, 39, 41, 39, 41, 25, 41, 58]) == (None, None)


def test_two_of_three_need_the_third_on_their_side() -> None:
    assert last([*CALM, 42, 38, 41, 39, 57, 39, 58]) == (None, None)


def test_a_point_back_at_the_centre_is_not_marked_with_the_two_before_it() -> None:
    assert last([*CALM, 39, 38, 41, 39, 57, 58, 41])[0] is not Rule.TWO_OF_THREE


def test_a_trend_across_the_centre_goes_the_way_of_its_moves() -> None:
    # The last point of a rising trend may still lie below the centre, and of a falling one above it.
    assert last([*CALM, 31, 32, 33, 34, 35, 36, 37]) == (Rule.TREND, True)
    assert last([*CALM, 49, 48, 47, 46, 45, 44, 43]) == (Rule.TREND, False)


def test_a_repeated_value_breaks_a_trend() -> None:
    assert last([*CALM, 37, 38, 39, 40, 40, 41, 42]) == (None, None)


def test_a_value_at_the_centre_breaks_a_run_on_one_side() -> None:
    centred = [40] * MIN_POINTS
    assert last([*centred, 41, 42, 41, 40, 41, 42, 41]) == (None, None)
    assert last([*centred, 41, 42, 41, 42, 41, 42, 41]) == (Rule.ONE_SIDE, True)


def test_a_verdict_never_changes_by_what_comes_later() -> None:
    values = np.random.default_rng(3).poisson(40, 60).tolist()
    whole = chart(values, Kind.COUNT)
    assert [chart(values[:end], Kind.COUNT)[-1] for end in range(1, 61)] == whole


def test_limits_and_trends_of_a_short_series_are_those_of_the_judgement() -> None:
    values = [*CALM, 41, 86]
    point, judged = chart(values, Kind.COUNT)[-1], judge(values, Kind.COUNT)
    assert (point.corridor, point.rule) == (judged.corridor, Rule.OUTSIDE)
    assert chart(CALM, Kind.COUNT)[-1].corridor is None


@pytest.mark.parametrize("known", [0, 18])
def test_without_a_year_of_season_runs_say_nothing(known: int) -> None:
    values = [*CALM, 41, 42, 43, 44, 45, 46, 47]
    seasons = [None] * (len(values) - known) + [1.0] * known
    point = chart(values, Kind.COUNT, seasons=seasons)[-1]
    assert (point.rule, point.has_runs) == (None, False)
    assert chart(values, Kind.COUNT)[-1].rule is None
    assert chart([*CALM, 41, 42, 43, 44, 45, 46, 90], Kind.COUNT)[-1].rule is Rule.OUTSIDE


def test_points_are_judged_by_what_is_left_after_the_season() -> None:
    times = [1.0 + step / 12 for step in range(19)]
    seasonal = [value * each for value, each in zip([*CALM, 41, 39, 41, 39, 41, 39, 41], times, strict=True)]
    left, raw = chart(seasonal, Kind.COUNT, seasons=times)[-1], chart(seasonal, Kind.COUNT)[-1]
    assert (left.rule, left.has_runs) == (None, True)
    assert raw.rule is Rule.OUTSIDE
    assert left.corridor is not None
    assert left.corridor.holds(seasonal[-1])


def test_where_neighbours_are_alike_runs_say_nothing() -> None:
    slow = [40, 42, 44, 46, 44, 42, 40, 38, 36, 34, 36, 38]
    assert not chart([*slow, 41, 42, 43, 44, 45, 46, 47], Kind.COUNT, seasons=[1.0] * 19)[-1].has_runs
    assert chart([*CALM, 41, 42, 43, 44, 45, 46, 47], Kind.COUNT, seasons=[1.0] * 19)[-1].rule is Rule.TREND


def test_states_know_limits_and_trends_only() -> None:
    climbing = [100 + 10 * step + step % 3 for step in range(12)]
    assert last([*climbing, 210, 221, 219, 231, 229, 241, 239], Kind.STATE) == (None, None)
    assert last([*climbing, 400], Kind.STATE) == (Rule.OUTSIDE, True)


def test_a_known_change_begins_anew() -> None:
    raised = [value + 30 for value in CALM]
    without = chart([*CALM, *raised, 70], Kind.COUNT)
    rebased = chart([*CALM, *raised, 70], Kind.COUNT, rebased=[12])
    assert without[12].rule is Rule.OUTSIDE
    assert [point.rule for point in rebased] == [None] * 25
    assert [point.segment for point in rebased] == [0] * 12 + [1] * 13
    assert rebased[23].corridor is None
    assert rebased[24].corridor is not None
    assert rebased[24].corridor.centre == pytest.approx(70)


def test_points_over_small_bases_are_neither_judged_nor_history() -> None:
    bases = [50] * 12 + [3, 50]
    points = chart([0.9] * 12 + [0.0, 0.9], Kind.SHARE, bases=bases, min_n=5)
    assert points[12].corridor is None
    assert points[13].rule is None
    assert chart([None], Kind.COUNT)[0].rule is None


@pytest.mark.parametrize(
    ("target", "good", "found"),
    [
        (0.84, "up", Assurance.REACHED),
        (0.85, "up", Assurance.VARIES),
        (0.9, "up", Assurance.VARIES),
        (0.96, "up", Assurance.MISSED),
        (0.84, "down", Assurance.MISSED),
        (0.96, "down", Assurance.REACHED),
        (None, "up", Assurance.NO_TARGET),
        (0.9, None, Assurance.NO_TARGET),
    ],
)
def test_a_target_is_compared_with_the_limits(target: float | None, good: object, found: Assurance) -> None:
    assert assurance(Corridor(0.9, 0.85, 0.95), good, target) is found  # type: ignore[arg-type]


def test_a_target_is_reached_by_equality() -> None:
    assert reached(0.9, "up", 0.9) is reached(0.9, "down", 0.9) is True
    assert reached(0.89, "up", 0.9) is reached(0.91, "down", 0.9) is False
    assert reached(None, "up", 0.9) is reached(0.9, "up", None) is None


@pytest.mark.parametrize(
    ("value", "good", "change", "shape", "words"),
    [
        (90, "down", Change.WORSE, "▲", "стало хуже; цель то достигается, то нет"),
        (90, "up", Change.BETTER, "▲", "стало лучше; цель то достигается, то нет"),
        (9, "down", Change.BETTER, "▼", "стало лучше; цель то достигается, то нет"),
        (90, None, Change.UP, "▲", "стало больше"),
        (9, None, Change.DOWN, "▼", "стало меньше"),
        (40, "down", Change.USUAL, "●", "без изменений; цель то достигается, то нет"),
    ],
)
def test_both_layers_have_words_and_a_shape(value: float, good: object, change: Change, shape: str, words: str) -> None:
    found = status(chart([*CALM, value], Kind.COUNT), good, 42)  # type: ignore[arg-type]
    assert (found.change, found.shape, found.words) == (change, shape, words)


def test_the_target_says_nothing_about_change() -> None:
    found = status(chart([*CALM, 41], Kind.COUNT), "down", 100)
    assert (found.change, found.assurance, found.is_reached) == (Change.USUAL, Assurance.REACHED, True)
    assert status([], "down", 100).change is Change.UNKNOWN
    assert status(chart(CALM, Kind.COUNT), "down", 100).shape == "○"


# --- Simulations: seeded, so they always give the same figures --------------------------------------------------

WEEKS = 40
HISTORY = 26


@pytest.mark.parametrize("length", [19, HISTORY, 52])
def test_unchanged_weeks_are_rarely_called_changed(length: int) -> None:
    rng = np.random.default_rng(31)
    called = [last(rng.poisson(WEEKS, length).tolist())[0] is not None for _ in range(1200)]
    assert np.mean(called) <= 0.05


@pytest.mark.parametrize("mean", [3, 10, 200])
def test_unchanged_counts_of_any_size_are_rarely_called_changed(mean: int) -> None:
    rng = np.random.default_rng(37)
    called = [last(rng.poisson(mean, HISTORY + 1).tolist())[0] is not None for _ in range(800)]
    assert np.mean(called) <= 0.05


@pytest.mark.parametrize("length", [13, HISTORY + 1])
@pytest.mark.parametrize("share", [0.03, 0.5, 0.9, 0.97])
def test_unchanged_shares_are_rarely_called_changed(share: float, length: int) -> None:
    rng = np.random.default_rng(32)
    called = []
    for _ in range(600):
        sizes = rng.integers(20, 80, length)
        shares = (rng.binomial(sizes, share) / sizes).tolist()
        called.append(last(shares, Kind.SHARE, bases=sizes.tolist())[0] is not None)
    assert np.mean(called) <= 0.05


@pytest.mark.parametrize("factor", [4 / 3, 2 / 3])
def test_a_shift_of_one_third_is_found_within_four_weeks(factor: float) -> None:
    rng = np.random.default_rng(33)
    found = []
    for _ in range(300):
        values = [*rng.poisson(WEEKS, HISTORY).tolist(), *rng.poisson(WEEKS * factor, 4).tolist()]
        found.append(
            any(
                point.rule and point.is_up is (factor > 1)
                for point in chart(values, Kind.COUNT, seasons=[1.0] * len(values))[-4:]
            )
        )
    assert np.mean(found) >= 0.75
