"""The chronic fire: a department whose backlog grows for twelve weeks is the first thing that every screen says."""

import re
from datetime import date, timedelta

import polars as pl

from analytics import schema
from analytics.worst import Worst, worst
from loaders.city import City
from pages.shared.worst import Teller, is_worst
from tests.analytics.cells import BLANK
from tests.pages.conftest import Screen

TODAY = date(2026, 11, 29)
CITY = City.load("novoshakhtinsk-demo")
UKS = "МКУ «Управление капитального строительства»"
BODIES = ("Управление образования", "Общий отдел", "Отдел культуры и спорта", "Комитет по управлению имуществом")


def chronic_fire() -> Worst:
    """Let УКС answer nothing for twelve weeks, eleven more overdue a week, while four others answer a few late."""
    weeks = [TODAY - timedelta(weeks=back, days=1) for back in range(12)]
    stuck = [{"due_on": due, "department": UKS, "topic_block": "construction", "appeals": 11} for due in weeks]
    kept = [
        {"due_on": due, "department": name, "topic_block": "education", "status": "answered", "appeals": count,
         "answered_on": due + timedelta(days=late)}
        for name in BODIES for due in (*weeks, TODAY + timedelta(days=6), TODAY + timedelta(days=13))
        for count, late in ((38, -1), (14, 13))
    ]  # fmt: skip
    rows = [
        {**BLANK, **each, "allotted_days": 30, "received_on": each["due_on"] - timedelta(days=30)}
        for each in [*stuck, *kept]
    ]
    cells = pl.LazyFrame(rows, schema={**schema.CELL, "allotted_days": pl.Int32})
    return worst(cells, ("department", "topic_block"), TODAY, date(2024, 1, 1), min_n=10)


def test_the_first_line_of_the_chronic_fire() -> None:
    told = Teller(CITY).sentence(chronic_fire())
    assert re.sub("<[^>]+>", "", told) == (
        "УКС: 132 из 244 просроченных, двенадцатую неделю; отвечает заместитель Главы Администрации города по "
        "строительству, жилищным вопросам и земельно-имущественным отношениям. Из них по блоку Строительство — все."
    )


def test_screens_that_order_otherwise_say_why_unless_they_begin_with_the_same() -> None:
    told, teller = chronic_fire(), Teller(CITY)
    assert is_worst(told, "department", UKS)
    assert is_worst(told, "topic_block", "construction")
    assert not is_worst(told, "topic_block", "education")
    same = teller.beside(told, lambda *_, **__: "", is_same=True, why="Ниже порядок другой.")
    assert teller.sentence(told) in same
    assert "Ниже порядок другой." not in same
    assert "Ниже порядок другой." in teller.beside(told, lambda *_, **__: "", is_same=False, why="Ниже порядок другой.")


def _first_lines(screen: Screen, **where: str) -> list[str]:
    said = []
    for folder in ("", "problems", "rating"):
        words = " ".join(element.proto.body for element in screen(folder, **where).get("html"))
        found = re.search(r"(Никто не выделяется|<b>[^<]+</b>: <b>\d+ из \d+</b> просроченных).*?</a>", words)
        assert found, folder
        said.append(found[0])
    return said


def test_home_problems_and_rating_begin_with_the_same_sentence(screen: Screen) -> None:
    for where in ({}, {"period": "quarter"}, {"block": ["roads", "energy"], "period": "twelve_weeks"}):
        first, *others = _first_lines(screen, **where)
        assert others == [first, first]
