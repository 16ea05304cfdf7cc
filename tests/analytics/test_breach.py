"""What breaks next: chances worked out by hand, thin histories, what was known on a morning, and the replay."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import breach, due_states
from analytics.measures import Window, aggregate
from analytics.pace import Pace
from analytics.work_calendar import work_calendar
from tests.analytics.cells import cells

CALENDAR = work_calendar()
MORNING = date(2026, 11, 18)  # a Wednesday
OWN = Pace(strength=0)  # every group by its own history alone


def case(age: int, length: int, ended: int | None = None, **rest: object) -> dict[str, object]:
    """Describe a case received `age` days before the morning, due after `length` days, ended after `ended`."""
    received = MORNING - timedelta(age)
    return {
        "received_on": received,
        "due_on": received + timedelta(length),
        "answered_on": None if ended is None else received + timedelta(ended),
        "status": "in_work" if ended is None else "answered",
        **rest,
    }


def foretold(rows: list[dict[str, object]], pace: Pace = OWN) -> pl.DataFrame:
    return breach.forecast(cells(rows), MORNING, CALENDAR, pace)


# Ten cases of ten days: three ended five days before the due day, three on it, one late, three never.
HISTORY = [
    case(40, 10, 5, appeals=3),
    case(40, 10, 10, appeals=3),
    case(40, 10, 12, appeals=1),
    case(40, 10, None, appeals=3),
]


@pytest.mark.parametrize(
    ("age", "chance"),
    [
        (1, 0.4),  # everything is still ahead: 4 of 10 missed
        (5, 0.4),  # the morning of the fifth day
        (6, 4 / 7),  # the fifth day is over: 4 of the 7 that stood then
        (10, 4 / 7),  # the morning of the due day
    ],
)
def test_the_chance_is_what_the_history_of_that_step_says(age, chance):
    found = foretold([*HISTORY, case(age, 10, appeals=2)])
    assert found["open"].to_list() == [2]
    assert found["expected"].item() == pytest.approx(2 * chance)
    assert found["variance"].item() == pytest.approx(2 * chance * (1 - chance))


def test_what_is_overdue_finished_or_without_a_deadline_is_not_foretold():
    others = [case(11, 10), case(5, 10, 2), {**case(5, 10), "due_on": None}, case(-1, 10)]
    assert foretold([*HISTORY, *others]).is_empty()


def test_what_stands_open_by_all_that_is_known_is_foretold():
    assert foretold([*HISTORY, case(0, 10)])["open"].to_list() == [1]
    assert foretold([*HISTORY, case(5, 10, 5)]).is_empty()
    assert foretold([*HISTORY, case(5, 10, 6)])["open"].to_list() == [1]


def test_forecast_and_panel_of_nearest_deadlines_tell_of_the_same_cases():
    rows = [*HISTORY, case(0, 1), case(0, 0), case(3, 3), case(3, 5), case(3, 5, 3), case(3, 4, 4), case(9, 8)]
    ahead = due_states.due_soon(cells(rows), [], MORNING, CALENDAR).collect()
    assert foretold(rows)["open"].sum() == ahead["appeals"].sum() == 5


def test_a_late_closing_on_the_due_day_is_a_miss_as_in_the_measures():
    outcomes = [False, True, True, None]
    rows = [{**row, "is_late": is_late} for row, is_late in zip(HISTORY, outcomes, strict=True)]
    assert foretold([*rows, case(10, 10)])["expected"].item() == pytest.approx(1.0)  # nobody was on time on that day
    assert foretold([*rows, case(1, 10)])["expected"].item() == pytest.approx(0.7)
    window = Window(None, None, as_of=MORNING)
    assert aggregate(cells(rows), [], ["missed", "due"], window).collect().row(0) == (7, 10)
    judged = breach.replay(cells([{**case(9, 1, 1), "is_late": True}]), [MORNING - timedelta(8)], MORNING, OWN)
    assert judged.calibration["came_true"].to_list() == [1.0]


def test_cases_of_other_lengths_and_cases_put_off_have_a_pace_of_their_own():
    found = foretold([*HISTORY, case(1, 30), case(1, 10, is_postponed=True)])
    assert found["expected"].to_list() == [1.0, 1.0]  # nobody has ended such a case: all will miss


def test_without_any_history_every_case_misses():
    assert foretold([case(1, 10)], Pace())["expected"].item() == pytest.approx(1.0)


def test_a_thin_history_leans_on_the_department_and_a_thin_department_on_the_city():
    rich = [{**row, "appeals": row["appeals"] * 100} for row in HISTORY]
    new_block = case(10, 10, topic_block="energy")
    new_department = case(10, 10, department="Отдел")
    found = foretold([*rich, new_block, new_department], Pace(strength=50))
    assert found["expected"].to_list() == pytest.approx([4 / 7, 4 / 7], rel=1e-3)


def test_strength_says_how_many_cases_the_wider_pace_weighs():
    # One own case stood on the due day and did not end; the city's hazard there is 3 of 8, the department's is drawn to
    # it by 7 cases: (0 + 7 × 3/8) / (1 + 7), and the block's again to the department's.
    own = {**case(40, 10), "department": "Отдел"}
    department = (7 * 3 / 8) / 8
    block = 7 * department / 8
    found = foretold([*HISTORY, own, case(10, 10, department="Отдел")], Pace(strength=7))
    assert found["expected"].item() == pytest.approx(1 - block)


def test_history_is_no_longer_than_asked_for():
    old = [
        {**row, "received_on": row["received_on"] - timedelta(300), "due_on": row["due_on"] - timedelta(300)}
        for row in HISTORY
    ]
    old = [{**row, "answered_on": row["answered_on"] and row["answered_on"] - timedelta(300)} for row in old]
    assert foretold([*old, case(1, 10)])["expected"].item() == 1.0
    assert foretold([*old, case(1, 10)], Pace(400, 0))["expected"].item() == pytest.approx(0.4)


def test_an_end_on_no_known_day_teaches_nothing():
    unknown = [{**case(40, 10, 3), "answered_on": None, "appeals": 50}, case(40, 10, -3, appeals=50)]
    assert foretold([*HISTORY, *unknown, case(1, 10)])["expected"].item() == pytest.approx(0.4)


def test_misses_are_summed_by_working_days_ahead():
    # Wednesday's own due day is one working day away, Friday's three, Sunday's three too, Monday's four. The last has
    # its fifth day before it: three of thirteen ended on it, because three of these four have passed it open.
    due = [case(10, 10), case(8, 10), case(6, 10), case(5, 10)]
    found = breach.at_whom(foretold([*HISTORY, *due]), [])
    last = 10 / 13 * 4 / 7
    assert found.select("ahead", "open").rows() == [(1, 1), (3, 3), (5, 4), (10, 4)]
    assert found["expected"].to_list() == pytest.approx([4 / 7, 12 / 7, 12 / 7 + last, 12 / 7 + last])
    assert (found["lower"] >= 0).all()
    assert (found["upper"] <= found["open"]).all()


def test_whoever_misses_most_comes_first():
    busy = [case(5, 10, appeals=9, department="Отдел"), case(5, 10)]
    found = breach.at_whom(foretold([*HISTORY, *busy], Pace()), ["department"], [10])
    assert found["department"].to_list() == ["Отдел", "Управление"]


def test_no_cells_give_no_forecast_and_no_verdict():
    assert foretold([]).is_empty()
    assert breach.at_whom(foretold([])).is_empty()
    nothing = breach.replay(cells([]), [MORNING], MORNING)
    assert (nothing.cases, nothing.brier, nothing.naive_brier) == (0, None, None)
    assert nothing.calibration.is_empty()


def test_the_replay_judges_a_morning_by_what_came_after():
    # On the morning two cases wait with a chance of 4/7; one ends in time and one does not. Lately 4 of 10 missed.
    history = [{**row, "received_on": row["received_on"] + timedelta(15)} for row in HISTORY]
    history = [{**row, "due_on": row["due_on"] + timedelta(15)} for row in history]
    history = [{**row, "answered_on": row["answered_on"] and row["answered_on"] + timedelta(15)} for row in history]
    now = MORNING + timedelta(10)
    judged = breach.replay(cells([*history, case(8, 10, 10), case(8, 10, 11)]), [MORNING], now, OWN)
    chance = 4 / 7
    assert judged.cases == 2
    assert judged.brier == pytest.approx(((1 - chance) ** 2 + chance**2) / 2)
    assert judged.naive_brier == pytest.approx((0.6**2 + 0.4**2) / 2)
    assert judged.calibration.rows() == [(0.5, 2, pytest.approx(chance), 0.5)]


def test_the_replay_waits_for_the_due_day_to_be_over():
    rows = [*HISTORY, case(8, 10, 10)]
    assert breach.replay(cells(rows), [MORNING], MORNING + timedelta(2)).cases == 0
    assert breach.replay(cells(rows), [MORNING], MORNING + timedelta(3)).cases == 1


lengths = st.tuples(st.integers(0, 60), st.integers(0, 40), st.one_of(st.none(), st.integers(0, 60)))


@given(st.lists(lengths, min_size=1, max_size=20), st.integers(1, 3))
def test_chances_are_chances_and_weights_are_rows(told, weight):
    rows = [case(age, length, None if ended is None or ended > age else ended) for age, length, ended in told]
    weighted = foretold([{**row, "appeals": weight} for row in rows], Pace())
    repeated = foretold(rows * weight, Pace())
    assert weighted.select(pl.exclude("expected", "variance")).equals(
        repeated.select(pl.exclude("expected", "variance"))
    )
    assert np.allclose(weighted["expected"], repeated["expected"])
    assert (weighted["expected"] <= weighted["open"] + 1e-9).all()
    assert (weighted["expected"] >= 0).all()


def simulated(seed: int) -> pl.LazyFrame:
    """Draw a year of two departments: one ends nine in ten before the due day, the other half of them."""
    rng = np.random.default_rng(seed)
    rows = 6000
    slow = rng.random(rows) < 0.5
    ages = rng.integers(0, 365, rows)
    hazard = np.where(slow, 0.067, 0.19)
    ended = rng.geometric(hazard) - 1
    return cells(
        [
            case(int(age), 10, int(end) if end < age else None, department="Медленное" if is_slow else "Быстрое")
            for age, end, is_slow in zip(ages, ended, slow, strict=True)
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_forecast_of_simulated_departments_comes_true_and_beats_the_naive_one(seed):
    mornings = [MORNING - timedelta(15 + 7 * number) for number in range(20)]
    judged = breach.replay(simulated(seed), mornings, MORNING)
    assert judged.brier < judged.naive_brier
    large = judged.calibration.filter(pl.col("cases") >= 200)
    assert large.height >= 3
    assert np.allclose(large["foretold"], large["came_true"], atol=0.07)
