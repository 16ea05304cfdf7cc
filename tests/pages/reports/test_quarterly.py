"""The quarterly form on a year made by hand: every line, its base, the balance, and what is hidden."""

import re
from datetime import date, timedelta

import pytest

from analytics import disclosure_system
from analytics.periods import Period
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


LATER = rows(1, "15.06", kind="message", channel="Портал")
"""Something of a later day: the last day that a source tells of may be told in part, and is counted by no form."""


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
                 *rows(3, "05.04", "answered_not_supported", "20.04"), *LATER])("quarterly", period=Q2)  # fmt: skip
    lines, _ = form(made)
    assert lines["Не поддержано"][2:4] == ["мало", "–"]
    hidden = [name for name in ("Разъяснено", "Поддержано", "Не поддержано") if lines[name][2] == "мало"]
    assert len(hidden) >= 2
    assert lines["Рассмотрено всего"][2] == "20"


RESULTS = ("Поддержано", "Разъяснено", "Не поддержано", "Дан ответ, результат источник не назвал",
           "Направлено по компетенции", "Оставлено без ответа", "Отозвано")  # fmt: skip
WITHIN = {"Взято на контроль": "Поступило", "Коллективных": "Поступило", "Поступило повторно": "Поступило",
          "Рассмотрено с нарушением сроков": "Рассмотрено всего",
          "— в том числе меры приняты": "Поддержано"}  # fmt: skip


class Printed:
    """Take the printed cells of one kind of case as an attacker does: what is shown, what ties it, what it leaves."""

    def __init__(self, paper, title, sides, as_of):
        self.names, self.known, self.equations = {}, {}, []
        lines, part = form(paper, title)
        cells = {row["title"]: [row[f"c{at}"] for at in range(len(sides))] for row in part.table.frame.to_dicts()}
        (begun,) = [line for line in part.after if line.startswith("В работе на начало")]
        starts = [self.number(each.rpartition("—")[2]) for each in begun.split(";")]
        days = [(min(side.period.start - timedelta(days=1), as_of), min(side.period.end, as_of)) for side in sides]
        for at, (eve, last) in enumerate(days):
            if any(words == "–" for words in [lines["Поступило"][2 * at]]):
                continue
            for name, values in cells.items():
                if name != "В работе (на конец)" and not (values[at] is None and lines[name][2 * at] == "–"):
                    self.put((name, at), values[at])
            self.put(eve, starts[at])
            self.put(last, cells["В работе (на конец)"][at])
            self.tie({last: 1, eve: -1, ("Поступило", at): -1, ("Рассмотрено всего", at): 1})
            self.tie({("Рассмотрено всего", at): 1} | {(name, at): -1 for name in RESULTS})
            for inner, outer in WITHIN.items():
                if (inner, at) in self.names:
                    self.tie({(outer, at): 1, (inner, at): -1, ("rest", inner, at): -1})
        self.splits(paper, title, sides)
        self.cases(paper, title, sides)

    @staticmethod
    def number(words):
        return int(re.sub(r"\D", "", words)) if any(sign.isdigit() for sign in words) else None

    def put(self, name, value):
        self.names.setdefault(name, len(self.names))
        if value is not None:
            assert self.known.setdefault(name, value) == value, name

    def tie(self, equation):
        for name in equation:
            self.put(name, None)
        self.equations.append(equation)

    def splits(self, paper, title, sides):
        column = min(at for at, side in enumerate(sides) if side.period.end == REPORTED)
        for part in paper.parts:
            if part.title.startswith(f"{title}: "):
                *rows, total = part.table.frame.select("title", "n").rows()
                for name, n in rows:
                    self.put((part.key, name), n)
                self.put(("Поступило", column), total[1])
                self.tie({("Поступило", column): 1} | {(part.key, name): -1 for name, _ in rows})

    def cases(self, paper, title, sides):
        frame = next(part for part in paper.parts if part.key == "cases").table.frame.rows()
        cases, questions = frame[:2] if title.startswith("Обращения") else frame[2:]
        for at in range(len(sides)):
            self.put(("cases", at), cases[1 + at])
            self.put(("Поступило", at), questions[1 + at])
            self.tie({("Поступило", at): 1, ("cases", at): -1, ("more", at): -1})

    def across(self, whole, parts):
        for name in [name for name in self.names if isinstance(name, tuple) and name[-1] == whole]:
            inner = [(*name[:-1], part) for part in parts]
            more = {("beside", name): -1} if len(inner) == 1 else {}
            if name[0] not in {"more", "cases"} and all(each in self.names for each in inner):
                self.tie({name: 1} | dict.fromkeys(inner, -1) | more)

    def widths(self):
        """Bound every number that is not shown but hidden: how far apart are the least and the greatest it may be."""
        places = {name: at for at, name in enumerate(self.names)}
        values = [self.known.get(name, 0) for name in self.names]
        mask = [name not in self.known for name in self.names]
        equations = [{places[name]: factor for name, factor in each.items()} for each in self.equations]
        found = disclosure_system.bounds(values, mask, equations)
        names = list(self.names)
        return {names[at]: high - low for at, (low, high) in found.items()}


REPORTED = date(2026, 9, 30)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("block", ["", "economy", "youth_policy", "architecture"])
def test_nothing_hidden_can_be_told_from_what_is_printed(demo, name, block):
    """Audit the printed cells of the demo city and of small blocks with equations of the test's own."""
    layout = LAYOUTS[name]
    period = Period(date(2026, 7, 1), REPORTED)
    made = demo("quarterly", period="2026-07-01..2026-09-30", layout=name, **({"block": block} if block else {}))
    sides = layout.sides(period)
    few = 0
    for title in ("Обращения граждан (59-ФЗ)", "Сообщения граждан"):
        printed = Printed(made, title, sides, date(2026, 11, 22))
        for whole, parts in layout.parts(sides):
            printed.across(whole, parts)
        told = {name: width for name, width in printed.widths().items() if width < 5 - 1e-6}
        hidden = {name for name in printed.names if name not in printed.known}
        few += len(hidden)
        # Numbers that nobody prints may be known when they are the rest of shown ones: then they are not small.
        assert {name for name in told if not _is_rest(name)} == set(), told
    assert few


def _is_rest(name):
    return isinstance(name, tuple) and name[0] in {"rest", "more", "beside"}


def test_a_hidden_base_hides_its_shares_and_the_first_table(year):
    """Three considered in the first quarter and 70 in the second: neither 70 nor a share of it may be printed."""
    messages = [row for month in ("01", "02", "03", "04") for row in rows(20, f"05.{month}", kind="message")]
    made = year([*rows(3, "10.01", "answered_supported", "20.01"), *rows(50, "05.04", "answered_explained", "20.04"),
                 *rows(20, "05.04", "answered_supported", "20.04"), *messages])("quarterly", period=Q2)  # fmt: skip
    lines, _ = form(made)
    considered, received = lines["Рассмотрено всего"], lines["Поступило"]
    assert considered[0] == received[0] == "мало"
    assert "мало" in considered[2:]
    for at in (0, 2, 4):
        if considered[at] == "мало":
            assert {lines[name][at + 1] for name in RESULTS} == {"–"}
    cases = next(part for part in made.parts if part.key == "cases").table.lines()
    for at in range(3):
        assert (cases[1][1 + at] == "мало") == (received[2 * at] == "мало")


def test_columns_that_have_not_come_or_lie_before_the_data_have_no_numbers(year):
    made = year([*rows(7, "10.03"), *rows(6, "20.04")])("quarterly", period="2026-01-01..2026-12-31")
    lines, _ = form(made)
    assert lines["Поступило"][::2] == ["7", "6", "–", "–", "13"]
    assert lines["В работе (на конец)"][::2] == ["7", "13", "–", "–", "13"]


def test_filters_narrow_the_first_table_as_the_form(year):
    made = year([*rows(8, "05.04", channel="Портал"), *rows(9, "06.04", topic_block=None)])
    for query, n in ({"channel": "Портал"}, "8"), ({"block": "~"}, "9"), ({"block": "roads"}, "8"):
        paper = made("quarterly", period=Q2, **query)
        lines, _ = form(paper)
        cases = next(part for part in paper.parts if part.key == "cases").table.lines()
        assert (lines["Поступило"][2], cases[0][2], cases[1][2]) == (n, n, n)


def test_three_ways_to_compare(year):
    make = year([*BY_HAND, *rows(8, "01.01", kind="message")])
    ratio, _ = form(make("quarterly", period=Q2, layout="ratio"))
    assert ratio["Поступило"] == ["30", "–", "25", "–", "83,3 %"]  # 25 to 30
    ago, part = form(make("quarterly", period=Q2, layout="year-ago"))
    assert ago["Поступило"] == ["55", "–", "–", "–", "–", "–"]  # there are no data of that year
    assert part.table.columns[2].title == "2026 год, по 30.06"
    month, _ = form(make("quarterly", period=Q2, layout="month"))
    assert month["Поступило"][:4] == ["8", "–", "55", "–"]
    assert month["Поступило"][-2:] == ["–", "–"]


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
    lines, _ = form(year([*every, *LATER])("quarterly", period=Q2))
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
