"""What runs out next is one number on the home screen, in every panel of «Сроки» and in the register's list."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Screen

NUMBER = r"([\d\u00a0]+)"


def _words(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html")).replace("&amp;", "&")


def _number(pattern: str, words: str) -> int:
    found = re.search(pattern, words)
    assert found is not None, pattern
    return int(found[1].replace("\u00a0", ""))


@pytest.mark.parametrize(
    ("period", "morning", "bands"),
    [
        ("seven_days", r"23\.11\.2026", 1),  # the present: a Monday
        ("2026-11-16..2026-11-20", r"21\.11\.2026", 2),  # a Saturday: Monday's deadlines are one working day away
        ("2026-10-05..2026-10-15", r"16\.10\.2026", 1),  # a Friday; what is due on the days off after it counts with it
    ],
)
def test_what_runs_out_by_the_end_of_the_next_working_day(
    screen: Screen, period: str, morning: str, bands: int
) -> None:
    home, deadlines = _words(screen(period=period)), _words(screen("deadlines", period=period))
    due = _number(rf"истекает срок у <b>{NUMBER}", home)
    assert due > 0
    assert _number(rf"рабочего дня истекает <b>{NUMBER}</b>", deadlines) == due
    assert re.search(f"на утро {morning}", deadlines)
    link = re.search(rf'href="(/registry[^"]*)">[^<]* из {NUMBER}</a>', deadlines)
    assert link is not None
    assert _number(NUMBER, link[2]) == due
    query = parse_qs(urlsplit(link[1]).query)
    assert _number(rf"<b>{NUMBER}", _words(screen("registry", **query)).split("mcu-explanation")[1]) == due
    days = _days(query["due"][0])
    waiting = dict(re.findall(r'title="(\d\d\.\d\d\.\d{4}): [^"]*ещё в работе (\d+)"', deadlines))
    assert sum(int(waiting.get(day, 0)) for day in days) == due
    near = re.findall(rf"<span>(?:{morning}|сегодня|за 1 раб. день)</span><b>{NUMBER}</b>", deadlines)
    assert sum(_number(NUMBER, each) for each in near[:bands]) == due


def _days(span: str) -> list[str]:
    first, last = (part.split("-") for part in span.split(".."))
    return [f"{day:02}.{first[1]}.{first[0]}" for day in range(int(first[2]), int(last[2]) + 1)]


def test_a_past_state_names_its_day(screen: Screen) -> None:
    words = _words(screen("deadlines", period="2026-10-05..2026-10-15"))
    assert "Просрочено на 15.10.2026 <b>" in words
    assert "сейчас" not in words[words.index("mcu-say") : words.index("mcu-facts")]
    assert "К концу первого после 15.10.2026 рабочего дня истекает" in words
