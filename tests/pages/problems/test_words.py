"""A verdict names its measure: fewer new cases do not hide that more are overdue."""

import re
from datetime import date, timedelta

from analytics.periods import Period
from analytics.priorities import priorities
from analytics.problems import problems
from loaders.city import City
from pages.problems.ways import Titles
from pages.problems.words import can_be_seen, lead
from tests.analytics.cells import calm_weeks, cells

NOW = Period(date(2026, 11, 16), date(2026, 11, 22))
THEN = Period(date(2026, 11, 9), date(2026, 11, 15))
DONE = {"status": "answered", "answered_on": date(2026, 11, 22)}


def test_what_went_up_is_told_before_what_fell() -> None:
    rows = [
        *calm_weeks(THEN.start),
        {"received_on": NOW.start, "appeals": 20, **DONE},
        {"received_on": THEN.start, "appeals": 90, "status": "answered", "answered_on": THEN.end},
        {"received_on": date(2026, 10, 1), "due_on": THEN.start - timedelta(days=3), "appeals": 4},
        {"received_on": date(2026, 10, 1), "due_on": NOW.start, "appeals": 7},
    ]
    first = date(2026, 5, 1)
    found, city = (problems(cells(rows), by, NOW, THEN, NOW.end, first) for by in (["topic_block"], ["kind"]))
    said = re.sub("<[^>]+>", "", lead(found, priorities(found), city, Titles(City.load("novoshakhtinsk"))))
    assert "лучше" not in said
    assert said.endswith(
        "■ просроченных больше: 11 против 4 (разницу может объяснить случай); ▼ новых меньше: 20 против 90."
    )


def test_what_can_be_seen_here_is_said() -> None:
    """Nine and fourteen a week by turns: of eleven and a half a doubling is seen, of two it is not."""
    rows = [*calm_weeks(NOW.start), *calm_weeks(THEN.start, topic_block="heat")]
    rows += [{"received_on": day, "topic_block": "heat", "appeals": 2} for day in (THEN.start, NOW.start)]
    rows += [{"received_on": THEN.start, "topic_block": "roads", "appeals": 60}]
    told = [
        problems(cells(rows), ["topic_block"], NOW, THEN, NOW.end, first) for first in (date(2026, 5, 1), THEN.start)
    ]
    said = [can_be_seen(each).replace("\u00a0", " ") for each in told]
    assert said[0] == (
        "Изменение названо, если оно больше обычных колебаний самой сферы, видных по 26 неделям перед ним. Удвоение "
        "новых за такой период заметим у 1 из 2; у прочих случаев мало, или их число слишком неровно."
    )
    assert said[1].startswith("Насколько числа колеблются сами, видно только по 1 неделе перед ним, нужно хотя бы 8")
    assert can_be_seen(problems(cells(rows), ["topic_block"], NOW, None, NOW.end, date(2026, 5, 1))) == ""
