"""The screen «Сроки»: its numbers are the measures', and its pieces lead to as many rows as they say."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest

NUMBER = r"([\d\u00a0]+)"
DAYS = "2026-03-01..2026-09-30"


def _words(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def _number(text: str) -> int:
    return int(text.replace("\u00a0", ""))


def _total(app: AppTest) -> int:
    found = re.search(rf"из {NUMBER}</b>", _words(app))
    assert found is not None
    return _number(found[1])


def test_the_screen_is_whole(screen) -> None:
    app = screen("deadlines", period=DAYS)
    assert not app.exception
    assert not app.error
    for title in ("держатся ли даты", "у кого и как давно", "доля ещё открытых", "Календарь сроков", "Нормы"):
        assert title in _words(app)


def test_facts_lead_to_as_many_rows_as_they_say(screen) -> None:
    words = _words(screen("deadlines", period=DAYS))
    for measure, title in (("overdue_open", "Просрочено"), ("postponed", "Отложено"), ("open", "В работе")):
        fact = re.search(rf"<span>{title}</span><b>{NUMBER}</b>", words)
        assert fact is not None
        assert _number(fact[1]) == _total(screen("registry", period=DAYS, measure=measure))


def test_pieces_of_the_ageing_bars_lead_to_their_rows_and_sum_to_the_whole(screen) -> None:
    words = _words(screen("deadlines", period=DAYS))
    pieces = re.findall(rf'href="([^"]+)" title="[^"]*?дн\.: {NUMBER}', words)
    assert pieces
    href, count = pieces[0]
    asked = parse_qs(urlsplit(href.replace("&amp;", "&")).query)
    assert _total(screen("registry", **asked)) == _number(count)
    overdue = re.search(rf"<span>Просрочено</span><b>{NUMBER}</b>", words)
    assert overdue is not None
    assert sum(_number(number) for _, number in pieces) == _number(overdue[1])


def test_the_curve_of_the_city_starts_at_all_and_never_rises(screen) -> None:
    app = screen("deadlines", period=DAYS)
    spec = json.loads(app.get("plotly_chart")[1].proto.spec)
    city = next(trace for trace in spec["data"] if trace.get("name") == "Всего")
    shares = list(city["y"])
    assert shares[0] == 1
    assert shares == sorted(shares, reverse=True)


def test_tables_lead_to_as_many_rows_as_they_say(screen) -> None:
    words = _words(screen("deadlines", period=DAYS))
    for measure in ("postponed", "open"):
        links = re.findall(rf'href="(/registry(?![^"]*number=)[^"]*measure={measure}[^"]*)">{NUMBER}</a>', words)
        assert links, measure
        href, count = links[0]
        asked = parse_qs(urlsplit(href.replace("&amp;", "&")).query)
        assert _total(screen("registry", **asked)) == _number(count), href


def test_missed_dates_lead_to_their_rows(screen) -> None:
    fact = re.search(rf"<span>Нарушено сроков</span><b>{NUMBER}</b>", _words(screen("deadlines", period=DAYS)))
    assert fact is not None
    assert _total(screen("registry", period=DAYS, measure="missed")) == _number(fact[1])


def test_a_clicked_point_leads_to_the_dates_of_its_week(screen) -> None:
    app = screen("deadlines", period=DAYS)
    point = {"customdata": ["", "3", ""], "x": 3, "y": 0.9}
    app.session_state["cohort-lines"] = {"selection": {"points": [point], "point_indices": [], "box": [], "lasso": []}}
    app.run()
    assert "Показать сроки недели с" in _words(app)


def test_weeks_that_still_settle_are_marked(screen) -> None:
    now = screen("deadlines")
    assert "Затенены недели" in _words(now)
    assert any(
        shape["type"] == "rect" for shape in json.loads(now.get("plotly_chart")[0].proto.spec)["layout"]["shapes"]
    )
    assert "Затенены недели" not in _words(screen("deadlines", period="2026-01-05..2026-03-29"))


def test_lines_are_those_of_departments_with_enough_dates(screen) -> None:
    app = screen("deadlines", period=DAYS)
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert traces[0]["name"] == "Всего"
    assert all(any(y is not None for y in trace["y"]) for trace in traces)


def test_cases_due_first_are_listed_with_the_time_they_have_left(screen) -> None:
    words = _words(screen("deadlines"))
    left = re.findall(r">(остал[^<]*|истекает сегодня|рабочего времени не осталось)</td>", words)
    assert left
    bands = re.findall(rf"<span>(?:сегодня|[\d.]{{10}}|за [^<]*|позже)</span><b>{NUMBER}</b>", words)
    assert len(bands) == 6
    href = re.findall(r'href="([^"]*number=[^"]*)">[^<]*</a>', words)[0]
    assert _total(screen("registry", **parse_qs(urlsplit(href.replace("&amp;", "&")).query))) == 1


def test_bands_of_what_falls_due_lead_to_as_many_rows_as_they_say(screen) -> None:
    words = _words(screen("deadlines", period=DAYS))
    found = re.findall(
        rf'<span>(сегодня|[\d.]{{10}}|за [^<]*|позже)</span><b>{NUMBER}</b><div><a[^>]*?href="([^"]*)"', words
    )
    assert found
    for title, count, href in found:
        asked = parse_qs(urlsplit(href.replace("&amp;", "&")).query)
        assert _total(screen("registry", **asked)) == _number(count), title


def test_time_in_stages_says_of_how_many_cases_and_how_it_is_known(screen) -> None:
    words = _words(screen("deadlines", period=DAYS))
    known = re.search(rf"Начала этапов известны у {NUMBER} из {NUMBER} поступивших за год: назвал источник", words)
    assert known is not None
    assert 0 < _number(known[1]) < _number(known[2])
    for stage in ("Модерация", "Координация", "Исполнение", "Согласование"):
        assert re.search(rf"{stage}</td>.*?\d+ \(\d", words.replace("\u00a0", " ")), stage
    assert re.search(r'class="n" style="background:#[0-9a-f]{6};color:#[0-9a-f]{6}">[\d>]', words)


def test_a_first_reaction_is_told_only_where_interim_answers_are(screen) -> None:
    words = _words(screen("deadlines", period=DAYS))
    assert "где таких нет, стоит прочерк" in words
    assert "источники не сообщают" not in words
