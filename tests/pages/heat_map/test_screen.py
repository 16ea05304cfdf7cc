"""The home screen: every choice lands in the address, a click tells a story, and numbers agree with the register."""

import json
import re
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from loaders.access.roles import Role
from pages.heat_map.view import COLOURS, MATRICES, ORDERS
from pages.shared.palette import LIGHT
from tests.pages.problems.conftest import large_screen, large_url  # noqa: F401 — fixtures

NUMBER = r"([\d\u00a0]+)"


def _words(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def _matrix(app: AppTest) -> dict:
    return json.loads(app.get("plotly_chart")[0].proto.spec)


def _number(text: str) -> int:
    return int(text.replace("\u00a0", ""))


def _is_whole(app: AppTest) -> bool:
    return not app.exception and not app.error


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("colour", ["appeals", "on_time_share"])
def test_every_matrix_is_drawn(screen, name, colour):
    one = {"block": "roads"} if MATRICES[name].rows == "topic" else {}
    app = screen(view=name, colour=colour, period="year" if name.endswith("months") else "twelve_weeks", **one)
    assert _is_whole(app)
    assert MATRICES[name].phrase in _words(app)


@pytest.mark.parametrize("parameters", [{"role": Role.BLOCK_HEAD}, {"block": "roads"}])
def test_whoever_sees_one_block_reads_its_topics(screen, parameters):
    app = screen(view="statuses", colour="appeals", period="twelve_weeks", **parameters)
    assert _is_whole(app)
    assert "по темам и статусам" in _words(app)
    assert "Ямы и выбоины" in _words(app)
    assert app.segmented_control(key="matrix-view").value == "topic-statuses"


def test_the_story_of_a_topic_leads_to_the_rows_of_that_topic(screen):
    app = screen(block="roads", cell="Ямы и выбоины", period="twelve_weeks")
    assert _is_whole(app)
    link = re.search(r'href="(/registry[^"]*)"[^>]*>Показать записи', _words(app))
    assert link
    assert "topic=%D0%AF%D0%BC%D1%8B" in link[1]


@pytest.mark.parametrize("colour", COLOURS)
def test_every_measure_colours_the_matrix(screen, colour):
    assert _is_whole(screen(colour=colour, period="quarter"))


@pytest.mark.parametrize("name", ["weeks", "departments"])
def test_surprise_colours_the_numbers_of_what_came_in(screen, name):
    app, plain = screen(view=name, colour="surprise"), screen(view=name, colour="appeals")
    assert _is_whole(app)
    assert "<span>больше обычного</span>" in _words(app)
    heat, numbers = _matrix(app)["data"][:2]
    assert [colour for _, colour in heat["colorscale"][::2]] == list(LIGHT.diverging)
    assert numbers["text"] == _matrix(plain)["data"][1]["text"]
    assert any("мало случаев, чтобы судить" in tip for *_, tip in numbers["customdata"])


def test_statuses_have_no_surprise(screen):
    app = screen(view="statuses", colour="surprise")
    assert _is_whole(app)
    assert app.selectbox(key="matrix-colour").value == "overdue_open"


@pytest.mark.parametrize("order", ORDERS)
def test_rows_stand_in_the_chosen_order(screen, order):
    app = screen(order=order)
    assert _is_whole(app)
    assert ("Первый заместитель" in _words(app)) == (order == "given")


def test_choosing_columns_writes_the_address_and_forgets_the_cell(screen):
    app = screen(cell="roads|2026-11-16", limits="appeals:5,10")
    app.segmented_control(key="matrix-view").set_value("statuses").run()
    assert app.query_params["view"] == "statuses"
    assert "cell" not in app.query_params
    assert app.query_params["limits"] == "appeals:5,10"
    assert _is_whole(app)


def test_choosing_the_measure_writes_the_address(screen):
    app = screen()
    assert "состояние на" in _words(app)
    app.selectbox(key="matrix-colour").set_value("appeals").run()
    assert app.query_params["colour"] == "appeals"
    assert "по дню поступления" in _words(app)
    app.selectbox(key="matrix-colour").set_value("overdue_open").run()
    assert "colour" not in app.query_params


def test_the_matrix_opens_on_what_is_bad_with_the_story_of_the_worst_row_and_who_answers(screen):
    app = screen()
    heat = _matrix(app)["data"][0]
    assert {colour for _, colour in heat["colorscale"]} <= set(LIGHT.warm)
    words = _words(app)
    assert "Просрочено по блокам и неделям" in words
    assert "шаги неравные" in words
    assert re.search(r'mcu-story"><h2>Строительство · [^<]*</h2><p class="who">Отвечает заместитель Главы', words)
    assert 'class="hot" style="background:#' in words
    assert '<div class="group" title="Первый заместитель Главы Администрации города">Первый заместитель Главы' in words


def test_the_story_is_of_the_worst_row_for_what_is_shown(screen):
    told = {
        colour: re.search(r'mcu-story"><h2>([^·]*) ·', _words(screen(colour=colour, period="twelve_weeks")))[1]
        for colour in ("overdue_open", "on_time_share", "appeals", "surprise", "median_answer_days")
    }
    assert told["overdue_open"] == "Строительство"
    assert told["on_time_share"] == "Муниципальное имущество"
    assert len(set(told.values())) > 2


def test_a_person_finds_the_own_colour_again_and_nobody_elses(screen):
    own, other = Role.COORDINATOR, Role.CURATOR
    screen(role=own).selectbox(key="matrix-colour").set_value("appeals").run()
    again = screen(role=own)
    assert again.selectbox(key="matrix-colour").value == again.query_params["colour"] == "appeals"
    assert screen(role=own, colour="repeat").selectbox(key="matrix-colour").value == "repeat"
    assert screen(role=other).selectbox(key="matrix-colour").value == "overdue_open"
    again.selectbox(key="matrix-colour").set_value("overdue_open").run()
    assert "colour" not in screen(role=own).query_params


def test_where_nothing_is_overdue_the_story_is_of_what_came_in(screen):
    app = screen(block="culture", period="twelve_weeks")
    assert _is_whole(app)
    assert "Просрочено по темам" in _words(app)
    assert 'class="mcu-story"' in _words(app)


def test_volume_stays_cool(screen):
    heat = _matrix(screen(colour="appeals"))["data"][0]
    assert {colour for _, colour in heat["colorscale"]} <= set(LIGHT.sequential)


def test_own_limits_stand_in_the_legend(screen):
    app = screen()
    app.text_input(key="matrix-limits").set_value("2; 4").run()
    assert app.query_params["limits"] == "overdue_open:2,4"
    assert 'title="2 – 4"' in _words(app)
    assert re.findall(r'title="ваша граница">([^<]*)<', _words(app)) == ["2", "4"]


def test_limits_are_kept_for_each_measure_and_on_every_screen(screen):
    app = screen(limits="appeals:2,4")
    app.selectbox(key="matrix-colour").set_value("on_time_share").run()
    assert app.text_input(key="matrix-limits").value == ""
    app.text_input(key="matrix-limits").set_value("80; 92,5").run()
    assert app.query_params["limits"] == "appeals:2,4;on_time_share:0.8,0.925"
    assert re.findall(r'title="ваша граница">([^<]*)<', _words(app)) == ["80\u00a0%", "92,5\u00a0%"]
    app.switch_page("map/page.py").run()
    assert app.text_input(key="map-limits").value == "80; 92,5"
    assert "limits=appeals%3A2%2C4%3Bon_time_share%3A0.8%2C0.925" in _words(app)
    app.text_input(key="map-limits").set_value("").run()
    assert app.query_params["limits"] == "appeals:2,4"
    app.selectbox(key="map-colour").set_value("appeals").run()
    assert app.text_input(key="map-limits").value == ""  # cases are told per area there


def test_limits_that_do_not_grow_are_refused_in_words(screen):
    app = screen()
    app.text_input(key="matrix-limits").set_value("9; 3").run()
    assert "limits" not in app.query_params
    assert any("Границы не приняты" in caption.value for caption in app.caption)


def test_a_click_on_a_cell_tells_its_story_and_a_second_click_ends_it(screen):
    app = screen(view="statuses", period="quarter")
    key = "matrix-statuses-appeals-given"
    clicked = {
        "selection": {"points": [{"customdata": ["roads", "in_work"]}], "point_indices": [], "box": [], "lasso": []}
    }
    app.session_state[key] = clicked
    assert _is_whole(app.run())

    told = screen(view="statuses", period="quarter", cell="roads|in_work")
    assert "Дороги · В работе" in _words(told)


def test_the_chosen_cell_is_framed_in_the_matrix(screen):
    app = screen(view="statuses", period="quarter", cell="roads|in_work")
    frame = _matrix(app)["layout"]["shapes"][0]
    numbers = _matrix(app)["data"][1]
    inside = [
        data[:2]
        for x, y, data in zip(numbers["x"], numbers["y"], numbers["customdata"], strict=True)
        if frame["x0"] < x < frame["x1"] and frame["y0"] < y < frame["y1"]
    ]
    assert inside == [["roads", "in_work"]]


def test_the_numbers_of_the_matrix_add_up_to_the_tile(screen):
    app = screen(view="departments", colour="appeals", period="quarter")
    tile = re.search(rf'class="name">Поступило</div><div class="value">{NUMBER}', _words(app))
    cells = [_number(text) for text in _matrix(app)["data"][1]["text"] if text != "·"]
    assert tile is not None
    assert sum(cells) == _number(tile[1])


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("Поступило", "appeals"),
        ("Новые", "new"),
        ("Повторные", "repeat"),
        ("Просрочено", "overdue_open"),
        ("Отложено", "postponed"),
    ],
)
def test_a_tile_leads_to_as_many_rows_as_it_says(screen, name, measure):
    days = "2026-03-01..2026-09-30"
    tile = re.search(rf'class="name">{name}</div><div class="value">{NUMBER}', _words(screen(period=days)))
    rows = re.search(rf"из {NUMBER}</b>", _words(screen("registry", period=days, measure=measure)))
    assert tile is not None
    assert rows is not None
    assert _number(rows[1]) == _number(tile[1]) > 0


def test_a_story_splits_the_change_to_the_last_unit(screen):
    words = _words(screen(period="quarter", colour="appeals", cell="housing_utilities")).replace("\u00a0", "")
    head = re.search(r"Из чего сложилось изменение: ([+\u2212\d]+) к", words)
    assert head is not None
    part = words[head.end() : words.index("Состояние", head.end())]
    numbers = [int(text.replace("\u2212", "-")) for text in re.findall(r"<b>([+\u2212]?\d+)</b>", part)]
    assert sum(numbers) == int(head[1].replace("\u2212", "-"))


def test_a_period_without_appeals_says_so_and_leads_to_the_last_ones(screen):
    app = screen(period="2031-01-06..2031-01-12")
    assert _is_whole(app)
    assert "не поступило ни одного обращения" in _words(app)
    assert "Показать последние дни с обращениями" in _words(app)


def test_a_matrix_of_nothing_but_zeros_is_cold(screen):
    app = screen(period="2031-01-06..2031-01-12")
    colours = {colour for _, colour in _matrix(app)["data"][0]["colorscale"]}
    assert colours == {LIGHT.warm[0]}


def _tips(app: AppTest) -> dict[tuple[str, str], str]:
    return {(row, column): tip for row, column, tip in _matrix(app)["data"][1]["customdata"]}


def test_last_year_stands_in_the_tooltips_of_weeks(screen):
    """The value of a week a year ago is what the matrix of that year shows for it."""
    now = _tips(screen(period="2026-09-14..2026-11-15", compare="year", colour="appeals"))
    then = _tips(screen(period="2025-09-15..2025-11-16", colour="appeals"))
    told = 0
    for (row, column), tip in now.items():
        known = re.search(r"год назад: ([\d\u00a0]+), изменение ([^\s<]+)", tip)
        counted = re.search(r"<b>([\d\u00a0]+)</b>", then.get((row, _year_before(column)), ""))
        if known and counted:
            value = _number(re.search(r"<b>([\d\u00a0]+)</b>(?:<br>год|$)", tip)[1])
            assert _number(known[1]) == _number(counted[1])
            assert int(known[2].replace("\u2212", "-").replace("+", "")) == value - _number(known[1])
            told += 1
    assert told > 100


def _year_before(monday: str) -> str:
    return (date.fromisoformat(monday) - timedelta(weeks=52)).isoformat()


def test_without_that_comparison_no_change_is_named_and_statuses_have_no_last_year(screen):
    tips = _tips(screen(period="2026-09-14..2026-11-15")).values()
    assert any("год назад" in tip for tip in tips)
    assert not any("изменение" in tip for tip in tips)
    assert not any("год назад" in tip for tip in _tips(screen(view="statuses")).values())


def test_where_the_data_do_not_reach_there_is_no_last_year(screen):
    app = screen(period="2024-02-05..2024-03-31")
    assert not any("год назад" in tip for tip in _tips(app).values())
    assert "Тонкая линия" not in _words(app)
    assert "Тонкая линия — те же периоды год назад" in _words(screen(cell="roads", colour="appeals"))


def test_weeks_that_are_not_whole_have_a_star_and_weeks_before_the_data_have_no_zeros(screen):
    app = screen(period="2026-10-05..2026-11-12", colour="appeals")
    assert "* Недели не целиком: последний столбец по 12.11.2026." in _words(app)
    early = screen(period="2023-11-20..2023-12-17", colour="appeals")
    assert "данные полны с 23.11.2023" in _words(early)
    assert "данных ещё нет" in json.dumps(_matrix(early), ensure_ascii=False)


def test_whole_weeks_have_no_star(screen):
    assert "не целиком" not in _words(screen(period="2026-10-05..2026-11-15", colour="appeals"))


_FAR = re.compile(r"(заметно|намного) (больше|меньше) обычного")


def test_a_cell_is_called_unusual_whatever_its_colour(screen):
    """A hover and a screen reader hear it where the colour tells a number."""
    plain, coloured = (_tips(screen(colour=colour)) for colour in ("appeals", "surprise"))
    beyond, told = ({cell for cell, tip in tips.items() if _FAR.search(tip)} for tips in (coloured, plain))
    assert beyond
    assert told == beyond
    assert not any("чуть" in tip or "как обычно" in tip for tip in plain.values())
    heard = re.findall(r'aria-label="([^"]*обычного[^"]*)"', _words(screen(colour="appeals")))
    assert len(heard) >= len(beyond)


def test_a_state_is_judged_in_its_newest_column(large_screen):  # noqa: F811 — the fixture above
    app = large_screen(colour="overdue_open")
    tips = _tips(app)
    newest = max(column for _, column in tips)
    told = {cell for cell, tip in tips.items() if re.search(r"растёт|снижается|(выше|ниже) обычного", tip)}
    marked = re.findall(r'role="img" aria-label="просрочено: (?:растёт|снижается|выше|ниже)', _words(app))
    assert ("construction", newest) in told
    assert {column for _, column in told} == {newest}
    assert len(marked) == len(told)
