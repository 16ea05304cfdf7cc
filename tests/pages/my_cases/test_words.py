"""The words of «Мои дела» on a Thursday, a Friday, a Saturday, and before a transferred Saturday."""

from datetime import datetime, timedelta

import pytest

from analytics.agenda import groups
from analytics.work_calendar import work_calendar
from loaders.agenda import ALL, NONE
from pages.my_cases import words
from pages.my_cases.reading import Agenda


def agenda(now, **counts):
    moment = datetime.fromisoformat(now)
    calendar = work_calendar()
    days = {each.key: each for each in groups(calendar, moment)}
    found = {key: counts.get(key, 0) for key in (*days, NONE)}
    return Agenda(moment, calendar.is_working(moment.date()), days, {}, found | {ALL: sum(found.values())})


@pytest.mark.parametrize(
    ("now", "key", "title", "note"),
    [
        ("2026-12-03 08:34", "overdue", "Просрочено", "срок прошёл"),
        ("2026-12-03 08:34", "today", "Сегодня", "до конца дня"),
        ("2026-12-03 08:34", "week", "До пятницы", "срок 04.12"),
        ("2026-12-02 08:34", "week", "До пятницы", "срок 03.12 – 04.12"),
        (
            "2026-12-03 08:34",
            "days_off",
            "На выходных",
            "срок 05.12 – 06.12; в эти дни не работают: сделать до пятницы",
        ),
        ("2026-12-04 08:34", "days_off", "На выходных", "срок 05.12 – 06.12; в эти дни не работают: сделать сегодня"),
        ("2026-12-04 08:34", "next_week", "Следующая неделя", "срок 07.12 – 13.12"),
        ("2026-12-05 08:34", "days_off", "На выходных", "срок 06.12; в эти дни не работают"),
        ("2025-10-30 09:00", "week", "До субботы", "срок 31.10 – 01.11"),
        ("2026-06-10 09:00", "week", "До четверга", "срок 11.06"),
        ("2026-12-03 08:34", "later", "Позже", "срок с 14.12"),
        ("2026-12-03 08:34", NONE, "Без срока", "срок не назван"),
    ],
)
def test_a_group_is_named_by_the_days_it_holds(now, key, title, note):
    found = agenda(now)
    assert (words.title(key, found.days), words.advice(key, found)) == (title, note)


@pytest.mark.parametrize(
    ("now", "counts", "said"),
    [
        (
            "2026-12-03 08:34",
            {"overdue": 25, "today": 1, "week": 16, "days_off": 18},
            (
                "Просрочено <b>25</b>: больше всего — <a>УГХ</a>, 7. Сегодня истекает срок у <b>1 обращения</b>, "
                "до пятницы — у <b>16</b>, на выходных — у <b>18</b>."
            ),
        ),
        ("2026-12-03 08:34", {"overdue": 7}, "Просрочено <b>7</b>: все — <a>УГХ</a>. Сегодня сроки не истекают."),
        ("2026-12-04 08:34", {"today": 2}, "Просроченных нет. Сегодня истекает срок у <b>2 обращений</b>."),
        ("2026-12-04 08:34", {}, "Открытых обращений нет."),
    ],
)
def test_the_first_sentence_names_what_burns(now, counts, said):
    written = words.sentence(agenda(now, **counts), "УГХ", 7, "").replace("\u00a0", " ")
    assert written.replace('<a class="mcu-link">', "<a>") == said


def test_old_data_are_said_to_be_old():
    now, limit = datetime(2026, 12, 1, 8, 34), timedelta(hours=24)
    assert words.span(now, now, limit) == "на 01.12.2026 08:34 · сегодня вт 01.12.2026"
    old = "на 29.11.2026 08:34; завершённое позже ещё стоит как открытое · сегодня вт 01.12.2026"
    assert words.span(now - timedelta(days=2), now, limit) == old
    assert words.span(None, now, limit) == "сегодня вт 01.12.2026"
