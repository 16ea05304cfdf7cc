"""What breaks next: chances worked out by hand, thin histories, what was known on a morning, and how far it was off."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import breach, due_states, schema
from analytics.measures import Window, aggregate
from analytics.pace import Pace
from analytics.work_calendar import work_calendar
from tests.analytics.cells import BLANK, cells

CALENDAR = work_calendar()
MORNING = date(2026, 11, 18)  # a Wednesday
AS_OF = MORNING - timedelta(1)
OWN = Pace(
    strength=0, wide=0, weekdays=math.inf, lately=math.inf, sureness=math.inf
)  # every group by its own countdown alone


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
    """Foretell the morning; one row per cell that waits."""
    return breach.present(breach.foretell(cells(rows), AS_OF, CALENDAR, pace)).sort("due_on", "appeals")


def replayed(rows: list[dict[str, object]], as_of: date, morning: date, pace: Pace = OWN) -> pl.DataFrame:
    """Foretell a morning of the past as it is replayed on a later day."""
    return breach.foretell(cells(rows), as_of, CALENDAR, pace).filter(pl.col("morning") == morning)


# Thirty cases of ten days: nine ended five days before the due day, nine on it, three late, nine never.
HISTORY = [
    case(40, 10, 5, appeals=9),
    case(40, 10, 10, appeals=9),
    case(40, 10, 12, appeals=3),
    case(40, 10, None, appeals=9),
]


@pytest.mark.parametrize(
    ("age", "chance"),
    [
        (1, 0.4),  # everything is still ahead: 12 of 30 missed
        (5, 0.4),  # the morning of the fifth day
        (6, 4 / 7),  # the fifth day is over: 12 of the 21 that stood then
        (10, 4 / 7),  # the morning of the due day
    ],
)
def test_the_chance_is_what_the_history_of_that_step_says(age, chance):
    found = foretold([*HISTORY, case(age, 10, appeals=2)])
    assert found["appeals"].to_list() == [2]
    assert found["chance"].item() == pytest.approx(chance)
    assert breach.at_whom(found, [], [10])["expected"].item() == pytest.approx(2 * chance)


def test_what_is_overdue_finished_or_without_a_deadline_is_not_foretold():
    others = [case(11, 10), case(5, 10, 2), {**case(5, 10), "due_on": None}, case(-1, 10)]
    assert foretold([*HISTORY, *others]).is_empty()


def test_what_stands_open_when_the_day_before_the_morning_ends_is_foretold():
    assert foretold([*HISTORY, case(1, 10)])["appeals"].to_list() == [1]
    assert foretold([*HISTORY, case(0, 10)]).is_empty()
    assert foretold([*HISTORY, case(5, 10, 4)]).is_empty()
    assert foretold([*HISTORY, case(5, 10, 5)])["appeals"].to_list() == [1]


def test_a_case_due_on_the_last_day_has_missed_and_one_due_in_the_morning_is_foretold():
    assert foretold([*HISTORY, case(11, 10)]).is_empty()
    assert foretold([*HISTORY, case(10, 10)]).select("due_on", "working_days").rows() == [(MORNING, 1)]


def test_forecast_and_panel_of_nearest_deadlines_tell_of_the_same_cases():
    rows = [
        *HISTORY,
        case(0, 3),
        case(1, 2),
        case(1, 1),
        case(3, 3),
        case(3, 5),
        case(3, 5, 3),
        case(3, 4, 4),
        case(9, 8),
    ]
    ahead = due_states.due_soon(cells(rows), [], AS_OF, CALENDAR).collect()
    assert foretold(rows)["appeals"].sum() == ahead["appeals"].sum() == 6


def test_a_late_closing_on_the_due_day_is_a_miss_as_in_the_measures():
    outcomes = [False, True, True, None]
    rows = [{**row, "is_late": is_late} for row, is_late in zip(HISTORY, outcomes, strict=True)]
    assert foretold([*rows, case(10, 10)])["chance"].item() == pytest.approx(1.0)  # nobody was on time on that day
    assert foretold([*rows, case(1, 10)])["chance"].item() == pytest.approx(0.7)
    window = Window(None, None, as_of=MORNING)
    assert aggregate(cells(rows), [], ["missed", "due"], window).collect().row(0) == (21, 30)
    late = {**case(9, 2, 2), "is_late": True}
    found = replayed([*moved_back(HISTORY, 20), late], AS_OF, MORNING - timedelta(8))
    assert found.select("appeals", "missed").rows() == [(1, True)]


def moved_back(rows: list[dict[str, object]], days: int) -> list[dict[str, object]]:
    """Let the same happen so many days earlier."""
    names = ("received_on", "due_on", "answered_on")
    return [{**row, **{name: row[name] and row[name] - timedelta(days) for name in names}} for row in rows]


def test_cases_of_other_lengths_and_cases_put_off_have_a_pace_of_their_own():
    found = foretold([*HISTORY, case(1, 30), case(1, 10, is_postponed=True)])
    assert found["chance"].to_list() == [1.0, 1.0]  # nobody has ended such a case: all will miss


def test_fewer_than_thirty_outcomes_foretell_nothing():
    few = [*HISTORY[:3], case(40, 10, appeals=8), case(1, 10, appeals=41), case(2, 10)]
    nothing = foretold(few)
    assert nothing.select("appeals", "decided", "chance").rows() == [(1, 29, None), (41, 29, None)]
    whole = breach.at_whom(nothing, [], [10])
    assert whole.select("open", "decided", "expected", "lower", "upper").rows() == [(42, 29, None, None, None)]
    assert foretold([case(1, 10)], Pace()).select("decided", "chance").rows() == [(0, None)]


def test_thirty_outcomes_are_enough_and_ends_before_the_due_day_are_outcomes():
    enough = [*HISTORY[:3], case(40, 10, appeals=8), case(5, 10, 2), case(1, 10)]
    assert foretold(enough).select("decided", pl.col("chance").is_not_null()).rows() == [(30, True)]


def test_a_whole_of_which_a_part_is_not_foretold_is_not_foretold():
    parts = pl.concat([foretold([*HISTORY, case(1, 10)]), foretold([case(1, 10)])])
    assert breach.at_whom(parts, [], [10]).select("open", "expected", "lower", "upper").rows() == [
        (2, None, None, None)
    ]


def with_past(rows: list[dict[str, object]]) -> pl.LazyFrame:
    nothing = dict.fromkeys(schema.AMENDMENT)
    return pl.LazyFrame([{**BLANK, **nothing, **row} for row in rows], schema=schema.CELL | schema.AMENDMENT)


def put_off(age: int, length: int, later: int, on: date, **rest: object) -> list[dict[str, object]]:
    """Describe a case whose term was moved from `length` days to `later` on a day: its newest version and the first."""
    newest, held = case(age, later, is_postponed=True, **rest), {"amends": "state", "held_to": on}
    count = int(str(rest.get("appeals", 1)))
    return [newest, {**newest, **held, "appeals": -count}, {**case(age, length), **held, "appeals": count}]


def test_a_deadline_put_off_later_is_foretold_as_it_was_in_force():
    frame = with_past([*HISTORY, *put_off(5, 10, 60, MORNING + timedelta(1))])

    def told(day: date) -> list[tuple[date, int]]:
        found = breach.present(breach.foretell(frame, day, CALENDAR, OWN))
        return found.group_by("due_on").agg(pl.col("appeals").sum()).filter(pl.col("appeals") != 0).rows()

    assert told(AS_OF) == [(MORNING + timedelta(5), 1)]
    assert told(MORNING + timedelta(1)) == [(MORNING + timedelta(55), 1)]


def test_a_deadline_put_off_before_it_was_missed_is_no_miss():
    # Thirty cases of ten days were put off on their fifth day; that is how such terms end here, and none is missed.
    moved = put_off(40, 10, 100, MORNING - timedelta(35), appeals=30)
    found = breach.foretell(with_past([*HISTORY, *moved, case(6, 10), case(5, 10)]), AS_OF, CALENDAR, OWN)
    chances = dict(breach.present(found).filter(pl.col("appeals") == 1).select("due_on", "chance").rows())
    assert chances[MORNING + timedelta(4)] == pytest.approx(12 / 21)
    assert chances[MORNING + timedelta(5)] == pytest.approx(22 / 61 * 12 / 21)  # the other case has passed that day


def test_a_morning_of_the_past_tells_of_the_versions_then_in_force():
    rows = [*moved_back(HISTORY, 20), *put_off(12, 8, 60, MORNING - timedelta(6))]
    found = breach.foretell(with_past(rows), AS_OF, CALENDAR, OWN)
    past = found.filter(pl.col("missed").is_not_null(), pl.col("due_on") == MORNING - timedelta(4))
    kept = past.group_by("morning").agg(pl.col("appeals").sum(), pl.col("missed").any()).sort("morning")
    assert kept["morning"].max() == MORNING - timedelta(6)
    assert set(kept.select("appeals", "missed").rows()) == {(1, False)}


def test_what_came_later_does_not_change_a_forecast_of_the_past():
    rng = np.random.default_rng(5)
    ages, ends = rng.integers(1, 200, 600), rng.geometric(0.12, 600) - 1
    early = [case(int(age), 10, int(end) if end < age else None) for age, end in zip(ages, ends, strict=True)]
    then = MORNING - timedelta(30)
    known = [
        {**row, **({"answered_on": None, "status": "in_work"} if (row["answered_on"] or then) >= then else {})}
        for row in early
        if row["received_on"] < then
    ]
    keys = ("due_on", "appeals")
    now = breach.present(breach.foretell(cells(known), then - timedelta(1), CALENDAR)).sort(*keys, "chance")
    found = replayed(early, AS_OF, then, Pace()).sort(*keys, "chance")
    near = now.filter(pl.col("due_on") < MORNING)
    assert found.height == near.height > 10
    assert np.allclose(found["chance"], near["chance"], atol=0.01)


def test_a_day_off_and_a_slow_month_speak_for_themselves():
    # Everything of seven days ends on the next Wednesday to come; what falls due before one will not end in time.
    rows = []
    for age in range(2, 170):
        received = MORNING - timedelta(age)
        wednesday = received + timedelta((2 - received.weekday()) % 7)
        ended = (wednesday - received).days
        rows.append(case(age, 5, ended if wednesday < MORNING else None, appeals=10))
    found = foretold([*rows, case(1, 2)], Pace())  # from Tuesday to Thursday there is a Wednesday
    chances = dict(found.select("due_on", "chance").rows())
    assert chances[MORNING + timedelta(1)] < 0.2


def test_a_thin_history_leans_on_the_department_and_a_thin_department_on_the_city():
    rich = [{**row, "appeals": row["appeals"] * 100} for row in HISTORY]
    new_topic = case(10, 10, topic="Фонари")
    new_block = case(10, 10, topic_block="energy")
    new_department = case(10, 10, department="Отдел")
    found = foretold([*rich, new_topic, new_block, new_department], replace(OWN, strength=50, wide=50))
    assert found["chance"].to_list() == pytest.approx([4 / 7, 4 / 7, 4 / 7], rel=1e-3)


def test_strength_says_how_many_cases_the_wider_pace_weighs():
    # One own case stood on the due day and did not end; the city's hazard there is 9 of 22. The department's is drawn
    # to it by 7 cases, (0 + 7 × 9/22) / (1 + 7), so is the block's to the department's and the topic's to the block's.
    own = {**case(40, 10), "department": "Отдел"}
    topic = 9 / 22 * (7 / 8) ** 3
    found = foretold([*HISTORY, own, case(10, 10, department="Отдел")], replace(OWN, strength=7, wide=7))
    assert found["chance"].item() == pytest.approx(1 - topic)


def test_history_is_no_longer_than_asked_for():
    old = moved_back(HISTORY, 400)
    assert foretold([*old, case(1, 10)])["decided"].item() == 0
    assert foretold([*old, case(1, 10)], replace(OWN, history_days=500))["chance"].item() == pytest.approx(0.4)


def test_an_end_on_no_known_day_teaches_nothing():
    unknown = [{**case(40, 10, 3), "answered_on": None, "appeals": 50}, case(40, 10, -3, appeals=50)]
    assert foretold([*HISTORY, *unknown, case(1, 10)])["chance"].item() == pytest.approx(0.4)


def test_misses_are_summed_by_working_days_ahead():
    # Wednesday's own due day is one working day away, Friday's three, Sunday's three too, Monday's four. The last has
    # its fifth day before it: nine of 33 ended on it, because three of these four have passed it open.
    due = [case(10, 10), case(8, 10), case(6, 10), case(5, 10)]
    found = breach.at_whom(foretold([*HISTORY, *due]), [])
    last = 24 / 33 * 4 / 7
    assert found.select("ahead", "open").rows() == [(1, 1), (3, 3), (5, 4), (10, 4)]
    assert found["expected"].to_list() == pytest.approx([4 / 7, 12 / 7, 12 / 7 + last, 12 / 7 + last])
    assert found.select("lower", "upper").null_count().row(0) == (4, 4)  # nothing has been foretold before


def test_whoever_misses_most_comes_first():
    busy = [case(5, 10, appeals=9, department="Отдел"), case(5, 10)]
    found = breach.at_whom(foretold([*HISTORY, *busy], Pace()), ["department"], [10])
    assert found["department"].to_list() == ["Отдел", "Управление"]


def test_no_cells_give_no_forecast_and_no_verdict():
    nothing = foretold([])
    assert nothing.is_empty()
    assert breach.at_whom(nothing).is_empty()
    judged = breach.replay(nothing)
    assert (judged.cases, judged.brier, judged.constant_brier) == (0, None, None)
    assert judged.calibration.is_empty()


def test_the_replay_judges_a_morning_by_what_came_after():
    # On the morning two cases wait with a chance of 4/7; one ends in time and one does not.
    rows = [*HISTORY, case(8, 8, 8), case(8, 8, 9)]
    found = replayed(rows, MORNING + timedelta(1), MORNING)
    judged, chance = breach.replay(found), 4 / 7
    assert judged.cases == 2
    assert judged.brier == pytest.approx(((1 - chance) ** 2 + chance**2) / 2)
    assert judged.constant_brier == pytest.approx(0.25)
    assert judged.calibration.rows() == [(0.5, 2, pytest.approx(chance), 0.5)]


def test_the_replay_waits_for_the_due_day_to_be_over():
    rows = [*HISTORY, case(8, 10, 10)]
    assert breach.replay(breach.foretell(cells(rows), MORNING + timedelta(1), CALENDAR, OWN)).cases == 0
    assert breach.replay(breach.foretell(cells(rows), MORNING + timedelta(2), CALENDAR, OWN)).cases > 0


def test_mornings_before_thirty_outcomes_are_not_replayed():
    few = [*HISTORY[:3], case(40, 10, appeals=8), case(9, 3, 2)]
    assert breach.foretell(cells(few), AS_OF, CALENDAR, OWN).is_empty()


def steady(errors: list[int], lately: int = 0) -> pl.DataFrame:
    """Make forecasts of two of four on each past day, of which `errors` more were missed, and one of today."""
    days = [MORNING - timedelta(each) for each in range(len(errors) + 2, 0, -1)][: len(errors)]
    past = [
        {"morning": day, "worked": number, "working_days": 1, "appeals": 1, "missed": place < 2 + error}
        for number, (day, error) in enumerate(zip(days, errors, strict=True))
        for place in range(4)
    ]
    now = {"morning": MORNING, "worked": len(errors) + 2, "working_days": 1, "appeals": 4, "missed": None}
    same = {"department": "Отдел", "due_on": MORNING, "chance": 0.5, "decided": 90 + lately}
    return pl.DataFrame([{**same, **row} for row in [*past, now]], schema_overrides={"missed": pl.Boolean})


@pytest.mark.parametrize(
    ("errors", "bounds"),
    [
        ([0] * 18, (None, None)),  # one short
        ([0] * 19, (2, 2)),  # was always right
        ([0] * 19 + [1], (1, 3)),  # twenty mornings: the worst of them
        ([2] + [0] * 99, (2, 2)),  # one in a hundred is not believed
    ],
)
def test_bounds_are_as_wide_as_forecasts_of_the_past_were_off(errors, bounds):
    for by in ((), ("department",)):
        assert breach.at_whom(steady(errors), by, [1]).select("lower", "upper").row(0) == bounds


def test_an_earlier_morning_is_bounded_by_what_was_known_on_it():
    told = steady([0] * 30 + [2] * 5)
    early = breach.at_whom(told, (), [1], told["morning"].unique().sort()[29])
    assert early.select("open", "lower", "upper").row(0) == (4, 2, 2)
    assert breach.at_whom(told, (), [1]).select("lower", "upper").row(0) == (0, 4)


def test_a_horizon_is_learned_from_when_a_later_working_day_is_over():
    late = steady([0] * 19).with_columns(worked=pl.col("worked").clip(upper_bound=19))
    assert breach.at_whom(late, (), [1])["lower"].to_list() == [None]


lengths = st.tuples(st.integers(0, 60), st.integers(0, 40), st.one_of(st.none(), st.integers(0, 60)))


@given(st.lists(lengths, min_size=1, max_size=20), st.integers(1, 3))
def test_chances_are_chances_and_weights_are_rows(told, weight):
    drawn = [case(age, length, None if ended is None or ended > age else ended) for age, length, ended in told]
    rows = [*HISTORY, *drawn]
    weighted, repeated = (
        breach.at_whom(foretold(given, Pace()), ("department",), [100])
        for given in ([{**row, "appeals": int(str(row.get("appeals", 1))) * weight} for row in rows], rows * weight)
    )
    assert weighted.drop("expected").equals(repeated.drop("expected"))
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
def test_a_forecast_of_simulated_departments_comes_true_and_beats_one_rate_for_all(seed):
    judged = breach.replay(breach.foretell(simulated(seed), AS_OF, CALENDAR))
    assert judged.brier < 0.9 * judged.constant_brier
    large = judged.calibration.filter(pl.col("cases") >= 1_000)
    assert large.height >= 3
    assert np.allclose(large["foretold"], large["came_true"], atol=0.07)
