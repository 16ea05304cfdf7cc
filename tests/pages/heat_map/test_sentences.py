"""The three sentences as they are read: plural forms, marks, links, and what is said where nothing happened."""

import re
from datetime import date

from analytics.control import Corridor
from analytics.periods import Period
from analytics.sentences import Due, Extra, Facts, Moved
from loaders.city import City
from pages.heat_map.grid import Words
from pages.heat_map.sentences import html
from tests.pages.conftest import Screen

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
MONTH = Period(date(2026, 11, 1), date(2026, 11, 30))
WORDS = Words(City.load("novoshakhtinsk-demo"))
ENERGY = Moved(
    "topic_block", "energy", "energy", "appeals", 86, Corridor(47, 37.2, 57.9), is_up=True, periods=2, residual=4.0,
    topic=Extra("Отопление", 60, 20.0), territory=Extra("Западный <b>", 51, 12.0),
)  # fmt: skip
ROADS = Moved(
    "topic_block", "roads", "roads", "appeals", 101, Corridor(100, 80, 120), is_up=True, periods=3, residual=5.0
)
SNOW = Moved("topic", "Снег", "roads", "appeals", 21, Corridor(5, 0, 11), is_up=True, periods=1, residual=6.0)
BODY = Moved(
    "department", "УГХ", None, "missed", 22, Corridor(5, 0, 11), is_up=True, periods=1, residual=6.0
)  # fmt: skip
DUE = Due(1, date(2026, 11, 23), date(2026, 11, 23), 14, 5.2, 2.1, 8.3, "УГХ", 4.0)
NOTHING = Facts((), (), None, 40)


def href(screen: str, **own: str) -> str:
    return screen + "".join(f"?{name}={value}" for name, value in own.items())


def lines(facts: Facts, period: Period = WEEK) -> list[str]:
    """Give each sentence without its markup, and with ordinary blanks."""
    items = re.findall("<li>(.*?)</li>", html(facts, period, WORDS, href, 10))
    return [re.sub("<[^>]+>", "", item).replace("\u00a0", " ") for item in items]


def links(facts: Facts) -> list[str]:
    return re.findall('class="mcu-link" href="([^"]+)"', html(facts, WEEK, WORDS, href, 10))


def test_all_three_are_said_with_their_evidence() -> None:
    first, *others = lines(Facts((ENERGY, ROADS, SNOW, BODY), (ROADS,), DUE, 40))
    assert first == (
        "▲ Энергетика и газ выше обычного вторую неделю подряд: 86 обращений при обычных 38 – 57; больше половины "
        "сверх обычного — «Отопление», Западный &lt;b&gt;. Ещё вне обычного: 1 блок, 1 тема, 1 подразделение."
    )
    assert others == [
        "▼ Дороги снова в обычном диапазоне: 101 обращение, после 3 недель выше него; до них обычно 80 – 120.",
        "■ 23.11.2026 истекает срок у 14 обращений, вероятно, опоздают 5 (от 2 до 8), больше всего — УГХ.",
    ]


def test_each_leads_to_its_chart() -> None:
    assert links(Facts((ENERGY,), (SNOW,), DUE, 40)) == ["heat-map?cell=energy", "heat-map?cell=roads", "deadlines"]
    assert links(Facts((BODY,), (), None, 40)) == [
        "heat-map?view=work?colour=missed?cell=УГХ",
        "heat-map?colour=surprise",
        "deadlines",
    ]


def test_silence_is_said() -> None:
    assert lines(NOTHING) == [
        "● За 16.11 – 22.11.2026 ни один блок, ни одна тема и ни одно подразделение не вышли за свой обычный диапазон.",
        "● Возвращений в обычный диапазон нет.",
        "● В ближайшие 5 рабочих дней сроки не истекают.",
    ]


def test_too_little_to_judge_is_no_silence() -> None:
    first, *others = lines(Facts((), (), None, 0))
    assert first.startswith("● Пока мало истории")
    assert "не меньше 10 случаев" in first
    assert others == ["● В ближайшие 5 рабочих дней сроки не истекают."]


def test_words_bend_with_their_numbers() -> None:
    below = Moved(
        "topic_block", "roads", "roads", "appeals", 1, Corridor(9, 4, 15), is_up=False, periods=1, residual=-4
    )
    left, returned, due = lines(
        Facts((BODY,), (below,), Due(3, DUE.first, date(2026, 11, 25), 1, 0.2, 0, 1, "УГХ", 0.2), 9), MONTH
    )
    assert left == "▲ УГХ выше обычного: 22 пропущенных срока при обычных 0 – 11."
    told = "● Дороги снова в обычном диапазоне: 1 обращение, после 1 периода ниже него; до него обычно 4 – 15."
    assert returned == told
    assert due == "● 23.11 – 25.11.2026 истекает срок у 1 обращения, скорее всего, успеют все."


def test_the_planted_stories_of_the_demo_city_are_what_is_said(screen: Screen) -> None:
    app = screen()
    words = " ".join(element.proto.body for element in app.get("html"))
    panel = words[words.index("mcu-three") : words.index("</section>")]
    assert "<b>Энергетика и газ</b> выше обычного" in panel
    assert "«Отопление: некачественное или отключено»" in panel
    assert panel.count('<a class="mcu-link"') == 3
