"""«Мои дела» as a file: the numbers and the rows of the screen, and the same again by its number."""

import re
from datetime import date, datetime, timedelta

import pytest

from loaders.errors import InputRefused
from loaders.scope import Scope
from pages.my_cases import paper, reading
from pages.paper import orders
from pages.paper.orders import Order
from tests.pages.people import CITY

LEAD = Scope(CITY, frozenset({"roads"}), sees_rows=True, may_export=True)
AT = {"at": ["2026-11-27T09:00"]}
"""The Friday after the last day of the small demo city."""


def laid(scope=LEAD, **query):
    found, source = orders.paper(Order.of("screen", "my-cases", {**AT, **query}, "xlsx"), scope)
    return found, source


@pytest.fixture(autouse=True)
def store(screen):
    """Read the store of the demo city."""


def test_the_file_counts_the_groups_and_lists_the_one_that_is_open():
    found, source = laid()
    groups, rows = (part.table for part in found.parts)
    counted = dict(groups.frame.select("group", "rows").iter_rows())
    *parts, whole = counted.values()
    assert sum(parts) == whole
    assert counted["Просрочено"] == rows.frame.height > 0
    assert "До пятницы" not in counted
    assert groups.frame.filter(group="На выходных")["days"].item() == "срок 28.11 – 29.11"
    assert [column.title for column in rows.columns] == [
        *("Вопрос", "Номер", "Тема", "Подразделение", "Поступило", "Срок", "Осталось", "Статус", "Этап"),
    ]
    assert all("просрочено" in left for left in rows.frame["left"])
    assert rows.frame["deadline_at"].is_sorted()
    assert (source.asked.period.start, source.asked.comparison) == (date(2026, 11, 27), None)


def test_each_group_of_the_file_has_as_many_rows_as_it_counts():
    groups = laid()[0].parts[0].table
    keys = ["overdue", "today", "days_off", "next_week", "later", "none", "all"]
    for key, rows in zip(keys, groups.frame["rows"], strict=True):
        assert laid(group=[key])[0].parts[1].table.frame.height == rows, key


def test_a_file_is_made_again_as_of_its_own_minute():
    first, source = laid(group=["all"])
    again, _ = orders.paper(Order.of("screen", "my-cases", source.shown(), "xlsx"), LEAD)
    assert first.about.digest == again.about.digest
    now, source = orders.paper(Order.of("screen", "my-cases", {}, "xlsx"), LEAD)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", source.param("at"))
    assert now.about.digest != first.about.digest


@pytest.mark.parametrize("at", ["", "x", "9999-12-31T00:00", "2026-11-27"])
def test_a_minute_that_makes_no_sense_or_has_not_come_is_the_present_one(at):
    _, source = orders.paper(Order.of("screen", "my-cases", {"at": [at]}, "xlsx"), LEAD)
    assert source.param("at") != at
    assert abs(datetime.fromisoformat(source.param("at")) - reading.clock(source.asked.city)) < timedelta(minutes=3)


def test_whoever_sees_no_rows_is_given_no_file():
    with pytest.raises(InputRefused):
        laid(Scope(CITY, frozenset({"roads"}), sees_rows=False, may_export=True))


def test_no_measure_stands_behind_it():
    assert paper.measures_of(laid()[1]) == []
