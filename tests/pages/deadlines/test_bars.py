"""Bars and days of «Сроки» say and link exactly what was counted."""

import re
from datetime import date

import polars as pl

from pages.deadlines.bars import UNSEEN, Names, ageing, ahead, bands, in_stages, month
from pages.shared.palette import LIGHT

MORNING = date(2026, 11, 22)
NAMES = Names({"Управление городского хозяйства": "УГХ"})


def _href(department: str | None, number: int, due: str) -> str:
    return f"/registry?department={department}&n={number}&due={due}"


def _ageing(rows: list[tuple[str | None, int, int]]) -> str:
    frame = pl.DataFrame(rows, schema=["department", "from_day", "appeals"], orient="row")
    return ageing(frame, MORNING, NAMES, _href, LIGHT)


def test_bands_cover_every_day_once() -> None:
    found = bands()
    assert [(low, high) for low, high, _ in found] == [(1, 3), (4, 7), (8, 15), (16, 30), (31, 90), (91, None)]


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    drawn = _ageing(
        [("Управление городского хозяйства", 1, 6), ("Управление городского хозяйства", 31, 2), (None, 4, 4)]
    )
    assert re.findall(r"width:([\d.]+)%", drawn) == ["75.00", "25.00", "50.00"]
    assert drawn.index("УГХ") < drawn.index("Подразделение не указано")


def test_a_piece_leads_to_the_due_days_of_its_band() -> None:
    drawn = _ageing([("Управление городского хозяйства", 1, 6), ("Управление городского хозяйства", 91, 1)])
    pieces = re.findall(r"n=(\d+)&amp;due=([\d.\-]*)", drawn)
    assert pieces == [("6", "2026-11-19..2026-11-21"), ("1", "..2026-08-23")]


def test_departments_beyond_the_limit_are_summed_in_words() -> None:
    drawn = _ageing([(f"Отдел {i:02}", 1, 20 - i) for i in range(14)])
    assert "Ещё 15 у остальных подразделений" in drawn.replace("\u00a0", " ")


def test_a_markup_name_stays_text() -> None:
    drawn = _ageing([("<img src=x onerror=alert(1)>", 1, 1)])
    assert "<img" not in drawn
    assert "&lt;img" in drawn


def test_the_calendar_starts_on_a_monday_and_names_each_day() -> None:
    rows = [{"due_on": date(2026, 11, 20), "due": 10, "on_time": 7, "missed": 2, "waiting": 1}]
    frame = pl.DataFrame(rows)
    drawn = month(frame, MORNING, lambda day: day.weekday() < 5, lambda day, due: f"/registry?due={day}&n={due}")
    days = re.findall(r'class="mcu-link day ([a-z ]*)" href="/registry\?due=([\d-]+)&amp;n=(\d+)"', drawn)
    assert len(days) == 49
    assert days[0] == ("past", "2026-11-02", "0")
    assert ("off today", "2026-11-22", "0") in days
    assert ("", "2026-11-23", "0") in days
    assert ("past", "2026-11-20", "10") in days
    assert "20.11.2026: сроков 10, в срок 7, нарушено 2, ещё в работе 1" in drawn
    assert '<i style="width:100%"><i style="width:20%"></i></i>' in drawn


def test_what_falls_due_is_drawn_to_the_longest_band() -> None:
    drawn = ahead([("сегодня", 3, "/registry?due=a"), ("позже", 12, "/registry?due=b"), ("за 1", 0, "/registry?due=c")])
    assert re.findall(r'width:([\d.]+)%" href="([^"]+)"', drawn) == [
        ("25.00", "/registry?due=a"),
        ("100.00", "/registry?due=b"),
    ]
    assert "<b>0</b><div></div>" in drawn


def test_stages_are_hotter_the_longer_beside_the_city_and_unknown_ones_are_absent() -> None:
    rows = [("Первое", "execution", 11, 20), ("Первое", "approval", None, None), ("Второе", "execution", 5, 9)]
    times = pl.DataFrame(rows, schema=["department", "stage", "median", "ninth"], orient="row")
    city = pl.DataFrame({"stage": ["execution", "approval"], "median": [5, 2]})
    drawn = in_stages(times, city, NAMES, LIGHT)
    cells = re.findall(r'<td class="n"(?: style="background:(#\w+);[^"]*")?>([^<]*)</td>', drawn)
    ramp = LIGHT.warm
    assert cells == [(ramp[4], "11 / 20"), ("", UNSEEN), (ramp[2], "5 / 9"), ("", "–")]
    assert drawn.index("Исполнение") < drawn.index("Согласование")
