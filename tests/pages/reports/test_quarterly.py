"""The quarterly form on a year made by hand: every line, its base, the balance, and what is hidden."""

import re
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

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
    """Take the printed cells of papers as a reader does: what is shown, what ties it, what it leaves."""

    def __init__(self, as_of):
        self.as_of, self.names, self.known, self.hidden, self.equations, self.windows = as_of, {}, {}, set(), [], set()

    def read(self, paper, title, sides):
        """Read one kind of case of one paper; columns are known by their days, states by the day."""
        lines, part = form(paper, title)
        if part.table is None:
            return
        cells = {row["title"]: [row[f"c{at}"] for at in range(len(sides))] for row in part.table.frame.to_dicts()}
        (begun,) = [line for line in part.after if line.startswith("В работе на начало")]
        starts = [self.number(each.rpartition("—")[2]) for each in begun.split(";")]
        for at, side in enumerate(sides):
            if lines["Поступило"][2 * at] == "–":
                continue
            days, eve, last = side.period, side.period.start - timedelta(days=1), min(side.period.end, self.as_of)
            self.windows.add(days)
            for name, values in cells.items():
                if name != "В работе (на конец)" and lines[name][2 * at] != "–":
                    self.put((name, days), values[at])
            self.put(eve, starts[at])
            self.put(last, cells["В работе (на конец)"][at])
            self.tie({last: 1, eve: -1, ("Поступило", days): -1, ("Рассмотрено всего", days): 1})
            self.tie({("Рассмотрено всего", days): 1} | {(name, days): -1 for name in RESULTS})
            for inner, outer in WITHIN.items():
                if (inner, days) in self.names:
                    self.tie({(outer, days): 1, (inner, days): -1, ("rest", inner, days): -1})
        self.splits(paper, title, sides)
        self.cases(paper, title, sides)

    @staticmethod
    def number(words):
        return int(re.sub(r"\D", "", words)) if any(sign.isdigit() for sign in words) else None

    def put(self, name, value):
        self.names.setdefault(name, len(self.names))
        if value is None:
            self.hidden.add(name)
        else:
            assert self.known.setdefault(name, value) == value, name

    def tie(self, equation):
        for name in equation:
            self.names.setdefault(name, len(self.names))
        self.equations.append(equation)

    def splits(self, paper, title, sides):
        side = next((side for side in sides if side.period.end == paper_end(sides)), None)
        for part in paper.parts:
            if part.title.startswith(f"{title}: "):
                *rows, total = part.table.frame.select("title", "n").rows()
                for name, n in rows:
                    self.put((part.key, name, side.period), n)
                self.put(("Поступило", side.period), total[1])
                self.tie({("Поступило", side.period): 1} | {(part.key, name, side.period): -1 for name, _ in rows})

    def cases(self, paper, title, sides):
        frame = next(part for part in paper.parts if part.key == "cases").table.frame.rows()
        cases, questions = frame[:2] if title.startswith("Обращения") else frame[2:]
        for at, side in enumerate(sides):
            if side.period in self.windows:
                self.put(("cases", side.period), cases[1 + at])
                self.put(("Поступило", side.period), questions[1 + at])
                self.tie({("Поступило", side.period): 1, ("cases", side.period): -1, ("more", side.period): -1})

    def across(self):
        """Tie the columns of all papers: days that follow each other add up, and a part of the days leaves a rest."""
        lines = {
            name[:-1] for name in self.names if isinstance(name, tuple) and name[0] not in {"rest", "more", "cases"}
        }
        for whole in self.windows:
            chains = [*chains_of(whole, self.windows), *([each] for each in self.windows if lies_within(each, whole))]
            for line, chain in product(lines, chains):
                if all((*line, each) in self.names for each in (whole, *chain)):
                    is_all = chain[0].start == whole.start and chain[-1].end == whole.end
                    rest = {} if is_all else {("rest", *line, whole, chain[0]): -1}
                    self.tie({(*line, whole): 1} | {(*line, each): -1 for each in chain} | rest)

    def told(self):
        """List the hidden numbers that have fewer than five further values in whole numbers, each with its bounds."""
        matrix = np.zeros((len(self.equations), len(self.names)))
        for row, equation in enumerate(self.equations):
            for name, factor in equation.items():
                matrix[row, self.names[name]] += factor
        low = [self.known.get(name, 1 if name in self.hidden else 0) for name in self.names]
        high = [self.known.get(name, np.inf) for name in self.names]
        found = {}
        for name in self.hidden - self.known.keys():
            ends = []
            for sign in (1.0, -1.0):
                goal = np.zeros(len(self.names))
                goal[self.names[name]] = sign
                nothing = LinearConstraint(matrix, 0, 0)
                solved = milp(goal, integrality=np.ones(len(goal)), bounds=Bounds(low, high), constraints=[nothing])
                ends.append(np.inf if solved.x is None else abs(solved.fun))
            found[name] = tuple(ends)
        return {name: ends for name, ends in found.items() if ends[1] - ends[0] < 5}


def paper_end(sides):
    return max(side.period.end for side in sides if side.period.end <= REPORTED)


def lies_within(part, whole):
    return part != whole and whole.start <= part.start and part.end <= whole.end


def chains_of(whole, windows, since=None):
    """List the ways in which a window is made of others that follow each other."""
    start = since or whole.start
    for each in windows:
        if each != whole and each.start == start and each.end <= whole.end:
            if each.end == whole.end:
                yield [each]
            for rest in chains_of(whole, windows, each.end + timedelta(days=1)) if each.end < whole.end else ():
                yield [each, *rest]


REPORTED = date(2026, 9, 30)
KINDS = ("Обращения граждан (59-ФЗ)", "Сообщения граждан")


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("block", ["economy", "architecture"])
def test_nothing_hidden_can_be_told_from_what_is_printed(demo, name, block):
    """Audit the printed cells of small blocks of the demo city with equations of the test's own."""
    sides = LAYOUTS[name].sides(Period(date(2026, 7, 1), REPORTED))
    made = demo("quarterly", period="2026-07-01..2026-09-30", layout=name, block=block)
    for title in KINDS:
        printed = Printed(date(2026, 11, 22))
        printed.read(made, title, sides)
        printed.across()
        assert printed.hidden
        assert printed.told() == {}


def test_the_papers_of_a_year_add_up_to_nothing_hidden(year):
    """Three quarters since the beginning of the year, and their months: read together, as whoever has them all."""
    random = np.random.default_rng(1)
    results = ("answered_explained", "answered_supported", "answered_not_supported", "transferred", "in_work")
    made = []
    for month, at in product(range(1, 10), range(5)):
        for _ in range(int(random.poisson((9, 5, 1, 1, 2)[at]))):
            answered = None if results[at] == "in_work" else f"{random.integers(16, 28)}.{month:02}"
            made += rows(1, f"05.{month:02}", results[at], answered, channel=("Почта", "Портал")[random.integers(2)])
    make = year([*made, *rows(1, "05.10")])
    papers = [(f"2026-{start:02}-01..2026-{start + 2:02}-{end}", name)
              for start, end in ((1, 31), (4, 30), (7, 30)) for name in ("quarters", "month")]  # fmt: skip
    printed = Printed(date(2026, 10, 4))
    for period, name in papers:
        paper = make.taken("quarterly", period=period, layout=name)
        start, end = map(date.fromisoformat, period.split(".."))
        printed.read(paper, KINDS[0], LAYOUTS[name].sides(Period(start, end)))
    printed.across()
    assert printed.hidden - printed.known.keys()
    assert {name: ends for name, ends in printed.told().items() if ends[0] == ends[1]} == {}


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
