"""The three sentences as they are read: plural forms, marks, links, and what is said where nothing happened."""

import re
from datetime import date

from analytics.control import Corridor
from analytics.periods import Period
from analytics.sentences import Due, Extra, Facts, Moved
from analytics.worst import WEEKS, Count, Standing, Unit, Worst
from loaders.city import City
from pages.heat_map.grid import Words
from pages.heat_map.sentences import html
from tests.pages.conftest import Screen

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
MONTH = Period(date(2026, 11, 1), date(2026, 11, 30))
WORDS = Words(City.load("novoshakhtinsk-demo"))
ENERGY = Moved(
    "topic_block", "energy", "energy", "appeals", 86, Corridor(47, 37.2, 57.9), is_up=True, periods=2, chance=1e-4,
    topic=Extra("Отопление", 60, 20.0), territory=Extra("Западный <b>", 51, 12.0),
)  # fmt: skip
ROADS = Moved(
    "topic_block", "roads", "roads", "appeals", 101, Corridor(100, 80, 120), is_up=True, periods=3, chance=1e-4
)
SNOW = Moved("topic", "Снег", "roads", "appeals", 21, Corridor(5, 0, 11), is_up=True, periods=1, chance=1e-4)
BODY = Moved(
    "department", "УГХ", None, "missed", 22, Corridor(5, 0, 11), is_up=True, periods=1, chance=1e-4
)  # fmt: skip
DUE = Due(1, date(2026, 11, 23), date(2026, 11, 23), 14, 5.2, 2.1, 8.3, "УГХ", 4.0, 90)
NOTHING = Facts((), (), None, 40)
UKS = "МКУ «Управление капитального строительства»"
FIRE = Unit("department", UKS, 132, 160, 118.0, 0.0)
MOST = Count("department", UKS, 132)
BY_BLOCK = Standing("topic_block", None, 0, None, Count("topic_block", "construction", 120))
BURNING = Worst(
    WEEK.end, 244, 900, (Standing("department", FIRE, 12, Count("topic_block", "construction", 120), MOST), BY_BLOCK)
)
QUIET = Worst(WEEK.end, 244, 900, (Standing("department", None, 0, None, MOST), BY_BLOCK))


def href(screen: str, **own: str) -> str:
    return screen + "".join(f"?{name}={value}" for name, value in own.items())


def lines(facts: Facts, period: Period = WEEK, found: Worst = QUIET) -> list[str]:
    """Give each sentence without its markup, and with ordinary blanks."""
    items = re.findall("<li>(.*?)</li>", html(found, facts, period, WORDS, href, 10))
    return [re.sub("<[^>]+>", "", item).replace("\u00a0", " ") for item in items]


def links(facts: Facts, found: Worst = QUIET) -> list[str]:
    return re.findall('class="mcu-link" href="([^"]+)"', html(found, facts, WEEK, WORDS, href, 10, rows="their rows"))


def test_the_first_line_names_who_is_worst_since_when_and_who_answers() -> None:
    first, *_ = lines(NOTHING, found=BURNING)
    assert first == (
        "▲ УКС: 132 из 244 просроченных, двенадцатую неделю; отвечает заместитель Главы Администрации города по "
        "строительству, жилищным вопросам и земельно-имущественным отношениям. Из них по блоку Строительство — 120."
    )
    assert links(NOTHING, BURNING)[0] == f"heat-map?colour=overdue_open?cell={UKS}?view=work"


def test_who_leads_no_block_is_answered_for_by_the_block_of_most_of_its_overdue() -> None:
    grid = Unit("department", "Электросетевая организация", 40, 50, 30.0, 0.0)
    standing = Standing("department", grid, 1, Count("topic_block", "roads", 40), None)
    assert lines(NOTHING, found=Worst(WEEK.end, 60, 300, (standing,)))[0] == (
        "▲ Электросети: 40 из 60 просроченных, первую неделю; отвечает первый заместитель Главы Администрации города. "
        "Из них по блоку Дороги — все."
    )


def test_where_no_department_stands_out_a_block_is_named() -> None:
    block = Unit("topic_block", "construction", 120, 150, 100.0, 0.0)
    standing = Standing("topic_block", block, WEEKS, Count("department", UKS, 118), Count("topic_block", "x", 120))
    told = Worst(WEEK.end, 244, 900, (QUIET.standings[0], standing))
    assert lines(NOTHING, found=told)[0] == (
        "▲ Строительство: 120 из 244 просроченных, больше полугода; отвечает заместитель Главы Администрации города по "
        "строительству, жилищным вопросам и земельно-имущественным отношениям. Из них у подразделения УКС — 118."
    )
    assert links(NOTHING, told)[0] == "heat-map?colour=overdue_open?cell=construction"


def test_nobody_stands_out_is_said_with_who_has_most() -> None:
    assert lines(NOTHING)[0] == "● Никто не выделяется; больше всего у подразделения УКС (132 из 244 просроченных)."
    nameless = Worst(WEEK.end, 7, 90, (Standing("department", None, 0, None, None),))
    assert lines(NOTHING, found=nameless)[0] == "● Никто не выделяется: просрочено 7."
    assert lines(NOTHING, found=Worst(WEEK.end, 0, 90, ()))[0] == "● Просроченных нет."
    no_terms = lines(NOTHING, found=Worst(WEEK.end, 0, 0, ()))[0]
    assert no_terms == "● Сроков у открытых обращений нет: кто опаздывает, сказать нельзя."


def test_all_three_are_said_with_their_evidence() -> None:
    _, changed, comes = lines(Facts((ENERGY, ROADS, SNOW, BODY), (ROADS,), DUE, 40))
    assert changed == (
        "▲ Энергетика и газ: поступает больше обычного вторую неделю подряд, 86 обращений при обычных 38 – 57; больше "
        "половины сверх обычного — «Отопление», Западный &lt;b&gt;. Ещё вне обычного: 1 блок, 1 тема, 1 подразделение. "
        "▼ Дороги: поступает снова как обычно, 101 обращение, после 3 недель выше обычного; до них обычно 80 – 120."
    )
    assert [comes] == [
        "■ 23.11.2026 истекает срок у 14 обращений; вероятно, опоздают 5 (от 2 до 8), больше всего — УГХ.",
    ]


def test_each_leads_to_its_chart() -> None:
    _, *told = links(Facts((ENERGY,), (SNOW,), DUE, 40))
    assert told == [
        "heat-map?colour=appeals?cell=energy",
        "heat-map?block=roads?view=topic-weeks?colour=appeals?cell=Снег",
        "their rows",
        "deadlines",
    ]
    _, *told = links(Facts((BODY,), (), None, 40))
    assert told == ["heat-map?view=work?colour=missed?cell=УГХ", "deadlines"]


def test_silence_is_said() -> None:
    _, *told = lines(NOTHING)
    assert told == [
        "● За 16.11 – 22.11.2026 ни один блок, ни одна тема и ни одно подразделение не вышли за свой обычный диапазон.",
        "● В ближайшие 5 рабочих дней сроки не истекают.",
    ]


def test_too_little_to_judge_is_no_silence() -> None:
    _, first, *others = lines(Facts((), (), None, 0))
    assert first.startswith("● Пока мало истории")
    assert "не меньше 10 случаев" in first
    assert others == ["● В ближайшие 5 рабочих дней сроки не истекают."]


def test_words_bend_with_their_numbers() -> None:
    below = Moved(
        "topic_block", "roads", "roads", "appeals", 1, Corridor(9, 4, 15), is_up=False, periods=1, chance=1e-4
    )
    _, changed, due = lines(
        Facts((BODY,), (below,), Due(3, DUE.first, date(2026, 11, 25), 1, 0.2, 0, 1, "УГХ", 0.2, 90), 9), MONTH
    )
    assert changed == (
        "▲ УГХ: сроков пропущено больше обычного, 22 пропущенных срока при обычных 0 – 11. "
        "● Дороги: поступает снова как обычно, 1 обращение, после 1 периода ниже обычного; до него обычно 4 – 15."
    )
    assert due == "● 23.11 – 25.11.2026 истекает срок у 1 обращения; скорее всего, успеют все."


def test_what_runs_out_is_told_where_too_few_outcomes_foretell_how_much_will_be_late() -> None:
    *_, due = lines(Facts((), (), Due(1, DUE.first, DUE.last, 14, None, None, None, None, None, 29), 40))
    assert due == (
        "● 23.11.2026 истекает срок у 14 обращений; сколько опоздают, сказать рано: сроков с известным исходом "
        "пока 29, нужно 30."
    )


def test_in_a_small_city_thirteen_cases_where_four_are_usual_may_be_chance(screen: Screen) -> None:
    """The stories of the demo city at its full size are found in `tests/loaders/test_nulls.py`."""
    app = screen()
    words = " ".join(element.proto.body for element in app.get("html"))
    panel = words[words.index("mcu-three") : words.index("</section>")]
    first, second, _ = panel.split("</li>")[:3]
    assert "Никто не выделяется; больше всего у подразделения <b>УКС</b>" in first
    assert "ни один блок, ни одна тема и ни одно подразделение не вышли за свой обычный диапазон" in second
    assert panel.count("<li>") == 3
