"""The surge radar by hand: what is watched, expected, scored, joined, told once, and what must be reported."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, norm, poisson

from analytics import (
    counts,
    escalation,
    surge_budget,
    surge_disasters,
    surge_expected,
    surge_series,
    surge_spread,
    surges,
)
from analytics.coverage import Coverage
from analytics.surge_expected import Expected
from analytics.surge_scores import HALF, rolling, score
from analytics.surge_series import AFTER_REST, HOLIDAY, WORKING_WEEKEND
from analytics.surges import Alarm, Part, Radar
from analytics.work_calendar import work_calendar

AS_OF = date(2026, 11, 18)  # a Wednesday
CALENDAR = work_calendar()
DAYS = 200
SCHEMA = {
    **dict.fromkeys(("received_on",), pl.Date),
    **dict.fromkeys(surge_series.KEYS, pl.String),
    "appeals": pl.Int64,
}

Series = dict[tuple[str | None, str | None, str | None], list[int]]


def steady(n: int) -> list[int]:
    """Give a quiet flow that wavers by one around n."""
    return [n + (-1, 0, 1, 0)[day % 4] for day in range(DAYS)]


def cells(series: Series) -> pl.LazyFrame:
    """Make cells of series that end on AS_OF; each stands in its own block, topic and territory."""
    rows = [
        (AS_OF - timedelta(days=len(counts) - 1 - day), *key, n)
        for key, counts in series.items()
        for day, n in enumerate(counts)
        if n
    ]
    return pl.LazyFrame(rows, schema=SCHEMA, orient="row")


def with_end(counts: list[int], *end: int) -> list[int]:
    return [*counts[: -len(end)], *end]


QUIET_CITY: Series = {
    ("roads", "Ямы", "Север"): steady(6),
    ("roads", "Ямы", "Юг"): steady(6),
    ("roads", "Тротуары", "Север"): steady(5),
    ("energy", "Тепло", "Север"): steady(4),
    ("energy", "Тепло", "Юг"): steady(4),
    ("energy", "Газ", None): steady(5),
    (None, "Разное", None): steady(5),
}


def look(changed: Series, **more: object) -> Radar:
    return surges.find(cells(QUIET_CITY | changed), AS_OF, CALENDAR, **more)


def about(radar: Radar) -> list[tuple[str | None, str | None, str | None]]:
    return [(alarm.topic_block, alarm.topic, alarm.territory) for alarm in radar.alarms]


def test_a_quiet_city_raises_nothing():
    radar = look({})
    assert radar.alarms == ()
    # 2 blocks and 4 territories of them, 5 topics and 5 topics within territories.
    assert (radar.series, radar.history_days, radar.is_ready, radar.here) == (2 + 4 + 5 + 5, DAYS, True, 1.0)


def test_a_topic_and_its_territory_are_one_alarm_with_its_numbers_place_and_beginning():
    radar = look({("energy", "Тепло", "Юг"): with_end(steady(4), 14, 15, 16)})
    (alarm,) = radar.alarms
    assert about(radar) == [("energy", "Тепло", "Юг")]
    assert (alarm.days, alarm.seen, alarm.day) == (3, 45, AS_OF)
    assert alarm.expected == pytest.approx(12, abs=0.6)
    assert alarm.ratio == pytest.approx(45 / alarm.expected)
    assert alarm.since == alarm.first_told == AS_OF - timedelta(days=2)
    assert (alarm.state, alarm.topics, alarm.territories) == ("lasting", (), ())


def test_a_rise_everywhere_in_a_topic_names_its_territories():
    radar = look({("roads", "Ямы", place): with_end(steady(6), 14, 14, 14) for place in ("Север", "Юг")})
    (alarm,) = radar.alarms
    assert (alarm.topic, alarm.territory) == ("Ямы", None)
    assert {(part.title, part.seen) for part in alarm.territories} == {("Север", 42), ("Юг", 42)}


def test_a_rise_of_all_topics_is_one_alarm_of_the_block():
    risen = {
        key: with_end(counts, *[2 * counts[-1] + 4] * 3) for key, counts in QUIET_CITY.items() if key[0] == "energy"
    }
    radar = look(risen)
    (alarm,) = radar.alarms
    assert (alarm.topic_block, alarm.topic) == ("energy", None)
    assert {part.title for part in alarm.topics} == {"Тепло", "Газ"}


def test_what_stands_in_no_block_is_told_by_topic_and_a_new_topic_has_no_ratio():
    radar = look({(None, "Самокаты", None): [0] * (DAYS - 3) + [3, 4, 5]})
    (alarm,) = radar.alarms
    assert (alarm.topic_block, alarm.topic, alarm.seen, alarm.ratio) == (None, "Самокаты", 12, None)


def test_an_alarm_is_about_a_series_that_passed_the_threshold_itself():
    places = [f"Район {n}" for n in range(8)]
    wide: Series = {("roads", "Ямы", place): steady(40) for place in places}
    wide["roads", "Ямы", "Район 0"] = with_end(steady(2), 9, 10, 11)
    radar = look(wide)
    (alarm,) = radar.alarms
    assert (alarm.topic, alarm.territory, alarm.seen) == ("Ямы", "Район 0", 30)
    assert alarm.score > radar.threshold


def test_a_disaster_of_many_families_is_no_part_of_what_is_learned():
    topics: Series = {(None, f"Тема {n:02}", None): steady(6) for n in range(40)}
    struck = {key: [*each[:100], *[60] * 5, *each[105:]] for key, each in topics.items()}
    calm, after = (surges.find(cells(each), AS_OF, CALENDAR) for each in (topics, struck))
    assert after.threshold == pytest.approx(calm.threshold, rel=0.1)
    again = {key: with_end(each, 14, 15, 16) if key[1] == "Тема 07" else each for key, each in struck.items()}
    assert [alarm.topic for alarm in surges.find(cells(again), AS_OF, CALENDAR).alarms] == ["Тема 07"]


def test_days_on_which_far_more_families_surge_than_usual_are_a_disaster():
    surging = np.zeros((12, 6), dtype=bool)
    surging[:4, 1] = surging[:5, 3] = True
    assert surge_disasters.together(surging).tolist() == [False, False, False, True, False, False]
    lines = np.array([[0.0, 3.0], [2.0, 1.0], [5.0, 0.0]])
    assert surge_disasters.of_families(lines, np.array([0, 0, 2])).tolist() == [[2.0, 3.0], [5.0, 0.0]]


def test_each_topic_is_told_whether_its_doubling_would_be_noticed():
    uneven = [(8, 70, 20, 95, 5, 60, 22)[day % 7 * 3 % 7 if day % 5 else 0] for day in range(DAYS)]
    radar = look({(None, "Много", None): steady(60), (None, "Неровно", None): uneven, (None, "Мало", None): steady(2)})
    told = {each.topic: each for each in radar.sights}
    assert (told["Много"].sight, told["Неровно"].sight, told["Мало"].sight) == ("noticed", "uneven", "few")
    assert told["Много"].usual == pytest.approx(180, rel=0.03)
    assert told["Много"].alarm_from < 360 <= told["Неровно"].alarm_from * 2
    assert [each.topic for each in radar.sights][:2] == ["Много", "Неровно"]


def test_fewer_rows_than_five_are_no_alarm_however_rare():
    assert look({(None, "Самокаты", None): [0] * (DAYS - 1) + [4]}).alarms == ()


def test_a_fall_is_no_alarm():
    assert look({("roads", "Ямы", "Юг"): with_end(steady(6), 0, 0, 0, 0, 0, 0, 0)}).alarms == ()


def test_what_lasts_is_told_once_and_what_grows_is_told_again():
    end = [14, 14, 14, 14, 14, 14, 45]
    states, told = [], []
    for gone in range(len(end) - 1, -1, -1):
        counts = with_end(steady(6), *end)[: DAYS - gone]
        day = AS_OF - timedelta(days=gone)
        quiet = {key: each[: DAYS - gone] for key, each in QUIET_CITY.items()}
        frame = cells(quiet | {("roads", "Ямы", "Юг"): counts}).with_columns(
            pl.col("received_on") - pl.duration(days=gone)
        )
        found = surges.find(frame, day, CALENDAR).alarms
        states += [alarm.state for alarm in found]
        told += [alarm.told for alarm in found]
    first = AS_OF - timedelta(days=len(states) - 1)
    assert states == ["new", *["lasting"] * (len(states) - 2), "grown"]
    assert told == [*[first] * (len(states) - 1), AS_OF]
    assert len(states) >= len(end) - 2


def test_the_alarm_of_yesterday_is_still_shown_and_older_ones_are_not():
    burst = {("energy", "Газ", None): with_end(steady(5), 20, 0)}
    (alarm,) = look(burst).alarms
    assert alarm.day == AS_OF - timedelta(days=1)
    assert look({("energy", "Газ", None): with_end(steady(5), 20, 0, 0, 0, 0, 0, 0, 0, 0)}).alarms == ()


def test_a_day_that_has_only_begun_is_measured_by_what_should_be_here():
    arrived = pl.DataFrame({"lag": [0, 1], "share": [0.2, 1.0]})
    morning: Series = {key: with_end(counts, 1) for key, counts in QUIET_CITY.items()}
    assert look(morning, arrived=arrived).alarms == ()
    surge = morning | {("roads", "Ямы", "Юг"): with_end(steady(6), 9)}
    assert about(look(surge, arrived=arrived)) == [("roads", "Ямы", "Юг")]
    assert look(surge).alarms == ()


def test_a_city_known_for_six_weeks_keeps_its_budget():
    topics: Series = {(None, f"Тема {n}", None): steady(6) for n in range(60)}
    young = surges.find(cells({key: each[:40] for key, each in topics.items()}), AS_OF, CALENDAR, alarms_a_week=0.1)
    assert young.is_ready
    assert young.threshold > surge_budget.LEAST


def test_a_short_history_and_an_empty_one_judge_nothing():
    young = {key: counts[:30] for key, counts in QUIET_CITY.items()}
    radar = surges.find(cells(young | {("energy", "Газ", None): [*[5] * 29, 90]}), AS_OF, CALENDAR)
    assert (radar.is_ready, radar.alarms) == (False, ())
    empty = surges.find(pl.LazyFrame(schema=SCHEMA), AS_OF, CALENDAR)
    assert (empty.series, empty.alarms, empty.is_ready) == (0, (), False)


def test_a_smaller_budget_is_a_higher_threshold():
    thresholds = [look({}, alarms_a_week=budget).threshold for budget in (0.1, 1.0, 5.0)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > thresholds[2] == surge_budget.LEAST
    with pytest.raises(ValueError, match="must be positive"):
        look({}, alarms_a_week=0)


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_neither_order_nor_weight_of_rows_matters(random, pieces):
    changed: Series = {("energy", "Тепло", "Юг"): with_end(steady(4), 14, 15, 16)}
    rows = cells(QUIET_CITY | changed).collect()
    order = list(range(rows.height))
    random.shuffle(order)
    single = pl.concat(
        [rows.filter(pl.col("appeals") >= n).with_columns(appeals=pl.lit(1, pl.Int64)) for n in range(1, 21)]
    )
    mixed = rows[order] if pieces % 2 else single
    assert surges.find(mixed.lazy(), AS_OF, CALENDAR) == look(changed)


def test_sparse_combinations_are_watched_in_what_stands_above_them():
    sparse = [0] * DAYS
    sparse[::14] = [1] * len(sparse[::14])
    watched = surge_series.watch(cells(QUIET_CITY | {("energy", "Свет", "Юг"): sparse}), AS_OF, CALENDAR, recent=42)
    rows = watched.keys.rows()
    assert not [key for key in rows if key[1] == "Свет"]
    block = watched.counts[rows.index(("energy", None, None))]
    assert block[0] == QUIET_CITY["energy", "Тепло", "Юг"][0] + QUIET_CITY["energy", "Тепло", "Север"][0] + 4 + 1
    place = rows.index(("energy", "Тепло", "Юг"))
    assert rows[watched.above[place]] == ("energy", "Тепло", None)
    assert watched.above[rows.index(("energy", None, None))] == rows.index(("energy", None, None))


def test_types_of_days_follow_the_working_calendar():
    types = surge_series.day_types(date(2025, 12, 29), 16, CALENDAR)
    new_year = [0, 1, HOLIDAY, HOLIDAY, HOLIDAY, 5, 6, HOLIDAY, HOLIDAY, HOLIDAY, HOLIDAY, HOLIDAY, 5, 6, AFTER_REST, 1]
    assert types.tolist() == new_year
    assert surge_series.day_types(date(2024, 11, 2), 1, CALENDAR).tolist() == [WORKING_WEEKEND]
    assert surge_series.day_types(date(2050, 1, 1), 3, CALENDAR).tolist() == [5, 6, 0]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(1, 5), st.integers(-6, 15))
def test_rolling_sums_are_plain_sums(values, days, lag):
    found = rolling(np.array([values], float), days, lag)[0]
    plain = [sum(values[max(0, day - lag - days + 1) : max(0, day - lag + 1)]) for day in range(len(values))]
    assert found.tolist() == plain


@pytest.mark.parametrize(("mean", "size"), [(0.5, 3.0), (2.0, 4.0), (30.0, 10.0), (30.0, 1e6)])
@pytest.mark.parametrize("deviations", [2.0, 3.0, 4.0])
def test_a_score_is_the_deviation_of_the_exact_tail(mean: float, size: float, deviations: float):
    count = nbinom.isf(norm.sf(deviations), size, size / (size + mean)) + 1
    exact = norm.isf(nbinom.sf(count - 1, size, size / (size + mean)))
    told = score(np.array([count - HALF]), np.array([mean]), np.array([size]))
    assert told[0] == pytest.approx(exact, abs=0.006)


def test_scores_are_of_windows_and_silent_before_there_is_a_level():
    counts, mean = np.full((1, 60), 4.0), np.full((1, 60), 4.0)
    counts[0, [5, -1]] = 12
    expected = Expected(mean, np.full((1, 60), 1e9), np.full((3, 1), 1e-9))
    found = surge_expected.scores(counts, expected)
    exact = [norm.isf(poisson.sf(seen - 1, due)) for seen, due in ((12, 4), (20, 12), (36, 28))]
    assert found[:, 0, -1] == pytest.approx(exact, abs=0.01)
    assert found[:, 0, : surge_spread.BURN_IN].max() == found[:, 0, -2].max() == 0


def alarm(told: date, **more: object) -> Alarm:
    usual = dict.fromkeys(("since", "first_told", "told", "day"), told) | {"topic_block": "energy", "topic": "Тепло"}
    rest = {"territory": None, "days": 3, "seen": 40, "expected": 12.0, "score": 6.0, "state": "new"}
    return Alarm(**usual | rest | {"topics": (), "territories": (Part("Юг", 30, 4.0),)} | more)


def test_the_list_to_report_holds_marked_rows_and_surges_until_the_third_day_of_their_terms():
    day = [AS_OF - timedelta(days=back) for back in range(10)]
    marked = [
        (day[3], day[2], "roads", "Ямы", "Юг", True, 2),
        (day[2], day[2], "roads", "Ямы", "Юг", True, 1),
        (day[1], None, None, "Разное", None, True, 1),
        (day[1], day[1], "roads", "Ямы", "Юг", False, 9),
        (day[1], day[1], "roads", "Ямы", "Юг", None, 9),
        (day[4], day[3], "roads", "Ливнёвка", "Юг", True, 4),
        (day[4], None, "roads", "Ливнёвка", "Юг", True, 6),
        (day[8], day[7], "roads", "Ямы", "Юг", True, 5),
    ]
    schema = {"received_on": pl.Date, "first_loaded_on": pl.Date, **dict.fromkeys(surge_series.KEYS, pl.String)}
    frame = pl.LazyFrame(marked, {**schema, "is_significant": pl.Boolean, "appeals": pl.Int64}, orient="row")
    found = escalation.escalations(frame, [alarm(day[1]), alarm(day[4])], AS_OF, report_days=1)
    assert found.schema == escalation.SCHEMA
    assert found.rows() == [
        ("rising", "energy", "Тепло", None, 40, day[1], day[0], 0),
        ("significant", None, "Разное", None, 1, day[1], day[0], 0),
        ("significant", "roads", "Ямы", "Юг", 3, day[2], day[1], -1),
        ("significant", "roads", "Ливнёвка", "Юг", 4, day[3], day[2], -2),
    ]
    at_once = escalation.escalations(frame, [alarm(day[2]), alarm(day[3])], AS_OF)
    assert at_once.select("reason", "known_on", "days_left").rows() == [
        ("significant", day[1], -1),
        ("rising", day[2], -2),
        ("significant", day[2], -2),
    ]


def test_news_reaches_to_the_newest_row_and_not_to_the_last_whole_day():
    today = AS_OF + timedelta(days=1)
    covered = Coverage((), AS_OF, today)
    rows = [
        (today, today, True, 2),
        (AS_OF, today, True, 3),
        (AS_OF, AS_OF, True, 5),
        (today, today, False, 7),
        (AS_OF - timedelta(days=counts.NEWS_DAYS - 1), today, True, 11),
        (AS_OF - timedelta(days=counts.NEWS_DAYS), today, True, 13),
        (AS_OF - timedelta(days=3), AS_OF - timedelta(days=3), True, 17),
    ]
    schema = {"received_on": pl.Date, "first_loaded_on": pl.Date, "is_significant": pl.Boolean, "appeals": pl.Int64}
    frame = pl.LazyFrame(rows, schema, orient="row").with_columns(
        *(pl.lit(None, pl.String).alias(each) for each in surge_series.KEYS)
    )
    assert escalation.newest(frame, covered) == today
    assert escalation.newest(frame.filter(pl.col("appeals") == 17), covered) == AS_OF
    assert escalation.newest(frame.filter(pl.col("appeals") == 13), covered) == AS_OF
    assert escalation.newest(frame, Coverage((), AS_OF, AS_OF)) == AS_OF
    found = escalation.escalations(frame, [], today)
    assert found.select("known_on", "appeals", "days_left").rows() == [(today, 16, 0), (AS_OF, 5, -1)]
