"""The screen «Рейтинг»: one honest sentence, places as intervals, weights in the address, ways to every number."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from loaders.access.roles import Role
from tests.pages import people

NUMBER = r"([\d\u00a0]+)"
DAYS = "2026-03-01..2026-09-30"
OWN = "on_time:60,satisfied:40"


def _words(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def _plain(app: AppTest) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", _words(app)))


def _number(text: str) -> int:
    return int(text.replace("\u00a0", ""))


def _total(app: AppTest) -> int:
    found = re.search(rf"из {NUMBER}</b>", _words(app))
    assert found is not None
    return _number(found[1])


def _query(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href.replace("&amp;", "&")).query)


def _units(app: AppTest) -> list[str]:
    return re.findall(r'<th scope="row" class="unit" title="([^"]+)"', _words(app))


def test_the_screen_is_whole(screen) -> None:
    app = screen("rating", period=DAYS)
    assert not app.exception
    assert not app.error
    said = _plain(app)
    for title in ("Кто как работает", "Воронка", "Кто сменил место", "Как посчитано", "Веса города"):
        assert title in said
    assert re.search(
        r"Из \d+ подразделени[йя] (от остальных нельзя отличить ни одно|отличить от остальных можно)", said
    )


def test_authors_of_methods_are_folded_away(screen) -> None:
    said = _words(screen("rating", period=DAYS))
    assert re.findall("Моррис|Мандел|Гольдштейн|Шпигельхальтер", re.sub(r"<details.*?</details>", "", said)) == []
    assert "Шпигельхальтер" in said


def test_the_sentence_counts_those_whom_the_table_marks(screen) -> None:
    app = screen("rating", period="all")
    told = re.search(
        r"Из (\d+) подразделени[йя] отличить от остальных можно (\d+), всё вместе верно с вероятностью 95 %:",
        _plain(app),
    )
    assert told is not None
    assert _number(told[1]) == len(_units(app))
    marks = re.findall(r'<small class="mcu-(?:good|bad)">[▲▼] (?:выше|ниже) середины</small>', _words(app))
    assert _number(told[2]) == len(marks) > 0


def test_shown_points_add_up_to_the_shown_score(screen) -> None:
    words = _words(screen("rating", period=DAYS))
    rows = re.findall(r'score"><b>([\d,]+)</b>.*?<small>([\d,]+) \+ ([\d,]+) \+ ([\d,]+)</small>', words)
    assert len(rows) == len(re.findall('class="unit"', words)) - 1  # the heading has the class as well
    for total, *parts in ([round(10 * float(each.replace(",", "."))) for each in row] for row in rows):
        assert sum(parts) == total


def test_a_row_leads_to_its_cases_and_to_what_its_score_is_made_of(screen) -> None:
    words = _words(screen("rating", period=DAYS))
    href, count = re.findall(rf'<td class="n volume"><a class="mcu-link" href="([^"]+)">{NUMBER}</a>', words)[0]
    assert _total(screen("registry", **_query(href))) == _number(count)
    href, title = re.findall(r'class="unit" title="[^"]+"><a class="mcu-link" href="([^"]+)">([^<]+)</a>', words)[0]
    app = screen("rating", **_query(href))
    assert '<tr class="chosen" aria-current="true"' in _words(app)
    assert f'<div class="mcu-story mcu-unit"><h2>{title}</h2>' in _words(app)


def test_a_share_in_the_story_leads_to_the_cases_of_its_base(screen) -> None:
    words = _words(screen("rating", period=DAYS))
    found = re.search(rf'href="([^"]+measure=on_time_share[^"]*)">[\d,]+\u00a0%: {NUMBER} из {NUMBER}</a>', words)
    assert found is not None
    assert _total(screen("registry", **_query(found[1]))) >= _number(found[3])


def test_own_weights_stand_in_the_address_and_go_back(screen) -> None:
    app = screen("rating", period=DAYS, weights=OWN)
    said = _plain(app)
    assert "Веса изменены вами" in said
    assert "Скорость реагирования 60 %" in said
    assert app.number_input(key="weight-on_time").value == 60
    assert app.number_input(key="weight-fewer").value == 0
    back = re.search(r'href="([^"]+)">вернуть веса города', _words(app))
    assert back is not None
    assert "weights" not in _query(back[1])


def test_a_changed_weight_is_written_into_the_address(screen) -> None:
    app = screen("rating", period=DAYS)
    app.number_input(key="weight-fewer").set_value(0.0).run()
    assert app.query_params["weights"] == "on_time:40,not_repeat:20,satisfied:15,not_reworked:5"
    assert "Количество обращений 0 %" in _plain(app)
    assert "Веса изменены вами" in _plain(app)
    app.number_input(key="weight-fewer").set_value(20.0).run()
    assert "Веса города" in _plain(app)


@pytest.mark.parametrize("weights", ["", "x", "on_time:-1", "on_time:nan", "on_time:0", "on_time:1e9", "a:1,on_time:2"])
def test_senseless_weights_count_as_those_of_the_city(screen, weights) -> None:
    app = screen("rating", period=DAYS, weights=weights)
    assert not app.error
    assert "Веса города" in _plain(app)


@pytest.mark.parametrize(("who", "word"), [("posts", "должност"), ("heads", "должност"), ("blocks", "блок")])
def test_posts_and_blocks_are_rated_as_well(screen, who, word) -> None:
    app = screen("rating", period=DAYS, who=who)
    assert not app.error
    assert re.search(rf"Из \d+ {word}", _plain(app))


def test_a_post_answers_for_the_cases_of_all_its_blocks(screen) -> None:
    words = _words(screen("rating", period=DAYS, who="posts"))
    for href, count in re.findall(rf'<td class="n volume"><a class="mcu-link" href="([^"]+)">{NUMBER}</a>', words)[:2]:
        assert _total(screen("registry", **_query(href))) == _number(count)


def test_who_is_not_rated_is_listed_with_the_rule(screen) -> None:
    said = _plain(screen("rating", period="2026-09-21..2026-09-27"))
    assert re.search(r"Не участвуют: .*поступило меньше 10: [^(]+ \(\d\)", said)


def test_a_scope_of_one_block_compares_its_departments_and_nothing_else(screen) -> None:
    app = screen("rating", role=Role.BLOCK_HEAD, period=DAYS, who="blocks")
    assert "Сравнивать не с кем" not in _words(app)
    assert len(_units(app)) > 1
    assert not app.get("button_group")
    kinds = [each for each in screen("rating", period=DAYS).get("button_group") if "Блоки" in str(each.proto)]
    assert kinds


def test_a_scope_of_one_department_has_nobody_to_compare_with(screen, demo_url) -> None:
    alone = people.session(demo_url, Role.BLOCK_HEAD, "alone", departments=frozenset({"Дорожная служба"}))
    app = screen("rating", session=alone, period=DAYS)
    assert "Сравнивать не с кем" in _words(app)
    assert not app.get("plotly_chart")
    assert 'href="/rating' not in _words(app)


def test_a_period_with_too_little_says_who_is_left_out(screen) -> None:
    app = screen("rating", period="2026-09-01..2026-09-01", who="posts", territory="~", kind="official_request")
    assert not app.error
    assert "Сравнивать не с кем" in _words(app)


def test_another_indicator_is_drawn_in_the_funnel_and_judged_in_the_table(screen) -> None:
    app = screen("rating", period=DAYS, indicator="not_repeat")
    assert app.selectbox(key="rating-indicator").value == "not_repeat"
    assert "без повторных, доля по числу случаев" in _words(app)
    assert "Доля повторных" in _words(app)


def test_a_clicked_point_leads_to_its_unit(screen) -> None:
    app = screen("rating", period=DAYS)
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    unit = next(trace["customdata"][0][0] for trace in traces if trace.get("customdata"))
    point = {"customdata": [unit, ""], "x": 3, "y": 0.9}
    app.session_state["rating-points"] = {"selection": {"points": [point], "point_indices": [], "box": [], "lasso": []}}
    app.run()
    assert "из чего сложился балл" in _words(app)


def test_points_outside_the_funnel_are_named_in_words(screen) -> None:
    app = screen("rating", period="all")
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    outside = [trace for trace in traces if trace.get("mode") == "markers+text"]
    assert outside
    for name in (name.replace("\u00a0", "") for trace in outside for name in trace["text"]):
        assert name.replace(" ", "") in _plain(app).replace(" ", "")


def test_every_unit_has_its_places_over_months_in_words_too(screen) -> None:
    app = screen("rating", period=DAYS)
    heard = re.findall(r'<img alt="место по месяцам — ([^"]+)"', _words(app))
    assert len(heard) == len(_units(app))
    assert all(re.match(r"\w{3} \d\d: (нет|\d+(–\d+)?)", each) for each in heard)


def test_where_there_are_whole_months_their_moves_are_told(screen) -> None:
    app = screen("rating", period="all", block=["roads", "housing"])
    assert not app.error
    assert "Целых месяцев меньше двух" not in _words(app)
