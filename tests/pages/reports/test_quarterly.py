"""The quarterly form on a year made by hand: every line, its base, the balance, and what is hidden."""

import numpy as np
import pytest

from analytics import disclosure_system
from analytics.schema import FINISHED_STATUSES
from pages.reports import quarterly
from pages.reports.layouts import LAYOUTS
from pages.shared.formats import NBSP
from tests.pages.reports.conftest import on

Q2 = "2026-04-01..2026-06-30"


def rows(number, received, status="in_work", answered=None, **also):
    """Make so many appeals alike."""
    one = {"received_at": on(received), "status": status, "answered_at": on(answered) if answered else None}
    return [one | also for _ in range(number)]


BY_HAND = [
    # came in the first quarter: 30, of them 6 marked as repeats, 10 on control
    *rows(6, "10.01", "answered_measures_taken", "20.01", is_repeat=True),
    *rows(10, "12.01", "answered_explained", "05.02", on_control=True),
    *rows(8, "15.02", "answered_supported", "10.04"),
    *rows(6, "20.03"),
    # came in the second: 25, of them 5 repeats
    *rows(5, "05.04", "answered_not_supported", "30.04", is_repeat=True),
    *rows(12, "10.05", "transferred", "15.05"),
    *rows(8, "01.06"),
    # messages are another form
    *rows(7, "01.05", "answered", "02.05", kind="message", channel="Портал"),
]


def form(paper, title="Обращения граждан (59-ФЗ)"):
    part = next(part for part in paper.parts if part.title == title)
    return {line[1]: [cell.replace(NBSP, " ") for cell in line[2:]] for line in part.table.lines()}, part


def test_the_form_is_what_a_person_counts(year):
    lines, part = form(year(BY_HAND)("quarterly", period=Q2))
    assert [column.title for column in part.table.columns[2:]] == [
        "1 квартал",
        "%",
        "2 квартал",
        "%",
        "С начала года",
        "%",
    ]
    # 1. received: 6 + 10 + 8 + 6; 5 + 12 + 8
    assert lines["Поступило"] == ["30", "–", "25", "–", "55", "–"]
    assert lines["Взято на контроль"] == ["10", "33,3 %", "0", "0,0 %", "10", "18,2 %"]
    assert lines["Поступило повторно"] == ["6", "20,0 %", "5", "20,0 %", "11", "20,0 %"]
    # 3. considered by the day it ended: 6 + 10; 8 + 5 + 12
    assert lines["Рассмотрено всего"] == ["16", "–", "25", "–", "41", "–"]
    assert lines["Поддержано"] == ["6", "37,5 %", "8", "32,0 %", "14", "34,1 %"]
    assert lines["— в том числе меры приняты"] == ["6", "37,5 %", "0", "0,0 %", "6", "14,6 %"]
    assert lines["Разъяснено"] == ["10", "62,5 %", "0", "0,0 %", "10", "24,4 %"]
    assert lines["Не поддержано"] == ["0", "0,0 %", "5", "20,0 %", "5", "12,2 %"]
    assert lines["Направлено по компетенции"] == ["0", "0,0 %", "12", "48,0 %", "12", "29,3 %"]
    # 4. a state, not a sum: 30 - 16; 14 + 25 - 25; the year ends as its last quarter
    assert lines["В работе (на конец)"] == ["14", "–", "14", "–", "14", "–"]
    # nobody marks these, and nobody exports those
    assert lines["Коллективных"] == ["–"] * 6
    assert lines["Рассмотрено комиссионно с выездом на место"] == ["–"] * 6
    assert any("Проверено" in words for words in part.after)


def test_messages_are_counted_apart_and_cases_are_not_questions(year):
    made = year([*BY_HAND, *rows(1, "06.05", source_id="А-0", question_no=2)])("quarterly", period=Q2)
    lines, _ = form(made, "Сообщения граждан")
    assert lines["Поступило"][2] == "7"
    cases = next(part for part in made.parts if part.key == "cases").table.lines()
    assert [line[:4] for line in cases] == [
        ["Обращений", "30", "26", "55"], ["вопросов в них", "30", "26", "56"],
        ["Сообщений", "0", "7", "7"], ["вопросов в них", "0", "7", "7"],
    ]  # fmt: skip


def test_small_numbers_and_what_tells_them_are_hidden(year):
    """Three not supported of twenty: three is hidden, and another result with it, or the total less the rest tells."""
    made = year([*rows(10, "05.04", "answered_explained", "20.04"), *rows(7, "05.04", "answered_supported", "20.04"),
                 *rows(3, "05.04", "answered_not_supported", "20.04")])("quarterly", period=Q2)  # fmt: skip
    lines, _ = form(made)
    assert lines["Не поддержано"][2:4] == ["мало", "–"]
    hidden = [name for name in ("Разъяснено", "Поддержано", "Не поддержано") if lines[name][2] == "мало"]
    assert len(hidden) >= 2
    assert lines["Рассмотрено всего"][2] == "20"


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_nothing_hidden_can_be_told_from_the_whole_form(demo, name, monkeypatch):
    """Audit every system of numbers that the reports of the demo city hide in, as an attacker would."""
    audited = []
    true_hidden = disclosure_system.hidden

    def hidden(values, equations, limit):
        mask = true_hidden(values, equations, limit)
        audited.append((values, mask, equations, limit))
        return mask

    monkeypatch.setattr(disclosure_system, "hidden", hidden)
    demo("quarterly", period="2026-07-01..2026-09-30", layout=name)
    assert len(audited) == 2
    for values, mask, equations, limit in audited:
        assert any(mask)
        widths = [high - low for low, high in disclosure_system.bounds(values, mask, equations).values()]
        assert np.min(widths) >= limit - 1e-6


def test_three_ways_to_compare(year):
    make = year(BY_HAND)
    ratio, _ = form(make("quarterly", period=Q2, layout="ratio"))
    assert ratio["Поступило"] == ["30", "–", "25", "–", "83,3 %"]  # 25 to 30
    ago, part = form(make("quarterly", period=Q2, layout="year-ago"))
    assert ago["Поступило"] == ["55", "–", "0", "–", "+55", "–"]
    assert part.table.columns[2].title == "2026 год, по 30.06"
    month, _ = form(make("quarterly", period=Q2, layout="month"))
    assert month["Поступило"][:4] == ["8", "–", "55", "–"]
    assert month["Поступило"][-2:] == ["+8", "+55"]


def test_topics_and_channels_sum_to_the_received(demo):
    made = demo("quarterly", period="2026-07-01..2026-09-30")
    lines, _ = form(made)
    listed = [part for part in made.parts if part.title.startswith("Обращения граждан (59-ФЗ): ")]
    assert len(listed) == 2
    for part in listed:
        *numbers, total = part.table.frame["n"].to_list()
        assert [line[1] for line in part.table.lines()][-1].replace(NBSP, " ") == lines["Поступило"][4]
        hidden = sum(value is None for value in numbers)
        known = sum(value or 0 for value in numbers)
        assert hidden != 1
        assert total is None or (known == total if not hidden else known < total)


def test_the_lines_of_results_cover_every_end(year):
    """A case of every final status is in one of the lines that sum to the considered."""
    every = [row for status in FINISHED_STATUSES for row in rows(6, "05.04", status.value, "20.04")]
    lines, _ = form(year(every)("quarterly", period=Q2))
    sums = [int(lines[line.title][2]) for line in quarterly.RESULTS if not line.is_within]
    assert sum(sums) == int(lines["Рассмотрено всего"][2]) == 6 * len(FINISHED_STATUSES)


def test_a_kind_that_no_source_sends_is_absent_and_not_zero(year):
    make = year([{"kind": "message", "received_at": on("05.02")} for _ in range(12)])
    parts = {part.key: part for part in make("quarterly", period="2026-01-01..2026-03-31").parts}
    cases = parts["cases"].table.lines()
    assert [line[:2] for line in cases[:2]] == [["Обращений", "–"], ["вопросов в них", "–"]]
    assert cases[2][:2] == ["Сообщений", "12"]
    (absent,) = [part for part in parts.values() if part.title == "Обращения граждан (59-ФЗ)"]
    assert absent.table is None
    assert "данных нет" in absent.before[0]
    assert not [key for key in parts if "59-ФЗ" in parts[key].title and key != absent.key]
