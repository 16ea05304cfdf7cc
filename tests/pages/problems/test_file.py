"""The file of candidates for a poll: what the screen lists, made anew within the bounds of whoever fetches it."""

import csv
import io

from loaders.scope import Scope
from pages.problems import polls
from tests.pages.people import CITY


def lines(made):
    return list(csv.DictReader(io.StringIO(made.body.decode("utf-8-sig")), delimiter=";"))


def test_the_file_lists_the_candidates_of_the_scope_that_fetches_it(large_screen, monkeypatch):
    offers = []
    monkeypatch.setattr(polls.export, "button", lambda _, offered: offers.append(offered))
    large_screen("problems", period="four_weeks")
    found = lines(offers[0].make(Scope.whole_city(CITY)))
    assert len(found) == offers[0].rows > 1
    assert {"Отопление: некачественное или отключено", "Ямы и выбоины"} <= {line["Тема"] for line in found}
    assert all(line["Почему"].startswith("обращаются многие; ") and line["Отборы"] == "нет" for line in found)
    roads = lines(offers[0].make(Scope(CITY, frozenset({"roads"}), sees_rows=False, may_export=True)))
    assert roads
    assert {line["Блок"] for line in roads} == {"Дороги"}
