"""The register tells how much time an open case has left; its deadlines are filtered and sorted."""

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pages.shared import formats

WORDS = r"осталось|остался|осталась|просрочено|истекает сегодня|рабочего времени не осталось"


def _words(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def _left(app: Any) -> list[str]:
    return re.findall(r'data-title="Осталось">(.*?)</td>', _words(app))


def test_open_cases_say_what_is_left(screen: Any) -> None:
    left = _left(screen("registry", measure="open"))
    assert len(left) == 50
    told = [words for words in left if words != formats.DASH]
    assert told
    assert all(re.search(WORDS, words) for words in told)


def test_overdue_cases_stand_out(screen: Any) -> None:
    left = _left(screen("registry", measure="overdue_open"))
    told = [words for words in left if words != formats.DASH]  # others were answered on a day that is not whole yet
    assert len(told) > len(left) / 2
    assert all("просрочено" in words and "mcu-bad" in words for words in told)


def test_finished_cases_have_nothing_left(screen: Any) -> None:
    left = _left(screen("registry", status="answered_explained", period="year"))
    assert left
    assert set(left) == {formats.DASH}


def test_the_days_of_the_deadline_are_fields_that_stand_in_the_address(screen: Any) -> None:
    app = screen("registry", due="2026-09-01..2026-09-07")
    assert [app.date_input(key=f"register-due-{side}").value for side in (0, 1)] == [
        date(2026, 9, 1),
        date(2026, 9, 7),
    ]
    assert "срок 01.09 – 07.09.2026" in _words(app)
    app.date_input(key="register-due-1").set_value(date(2026, 8, 30)).run()
    assert app.query_params["due"] == "2026-08-30..2026-09-01"
    app.date_input(key="register-due-0").set_value(None).run()
    assert app.query_params["due"] == "..2026-09-01"
    app.date_input(key="register-due-1").set_value(None).run()
    assert "due" not in app.query_params


def test_a_click_on_the_deadline_shows_the_nearest_first(screen: Any) -> None:
    found = re.search(r'<a class="mcu-link" href="([^"]+)">Срок</a>', _words(screen("registry", period="year")))
    assert found is not None
    asked = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert asked["sort"] == ["deadline_at"]
    app = screen("registry", **asked)
    assert 'aria-sort="ascending"' in _words(app)
