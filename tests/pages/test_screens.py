"""Every screen draws without a failure; every widget that changes the state writes it into the address.

A new screen enters by its line in address.SCREENS; a new widget gets a transition test of its own here.
"""

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.address import SCREENS
from pages.shared.filters import DEFAULT_PERIOD

FOLDERS = [screen.replace("-", "_") for screen in SCREENS]


def _words(app: AppTest) -> str:
    """Give everything that an HTML element of the run says."""
    return " ".join(element.proto.body for element in app.get("html"))


def _is_whole(app: AppTest) -> bool:
    return not app.exception and not app.error


@pytest.mark.parametrize("folder", FOLDERS)
def test_draws_the_demo_city(screen, folder):
    app = screen(folder)
    assert _is_whole(app)
    assert SCREENS[folder.replace("_", "-")].title in _words(app)


@pytest.mark.parametrize("folder", FOLDERS)
def test_draws_an_empty_store(empty_screen, folder):
    app = empty_screen(folder)
    assert _is_whole(app)
    assert "данных ещё нет" in _words(app)


@pytest.mark.parametrize("folder", FOLDERS)
def test_draws_with_an_address_written_by_a_stranger(screen, folder):
    hostile = "<script>alert(1)</script>"
    app = screen(
        folder, period="2026-13-45..x", compare=hostile, block=[hostile, "roads"], sort=hostile, page="-7", view=hostile
    )
    assert _is_whole(app)
    assert hostile not in _words(app)
    assert "не учтено 1 значение" in " ".join(caption.value for caption in app.caption).replace("\u00a0", " ")


def test_freshness_stands_beside_the_title(screen):
    assert "данные по 22.11.2026 включительно" in (words := _words(screen("registry")))
    assert "— старше" in words


def test_choosing_a_period_writes_it_into_the_address(screen):
    app = screen("registry")
    app.selectbox(key="filter-period").set_value("last_week").run()
    assert _is_whole(app)
    assert app.query_params["period"] == "last_week"


def test_the_default_period_leaves_the_address(screen):
    app = screen("registry", period="last_week")
    assert app.selectbox(key="filter-period").value == "last_week"
    app.selectbox(key="filter-period").set_value(DEFAULT_PERIOD).run()
    assert "period" not in app.query_params


def test_own_dates_begin_with_the_days_that_were_shown(screen):
    app = screen("registry", period="2026-01-05..2026-01-11")
    assert app.selectbox(key="filter-period").value == "own"
    assert [f"{day:%d.%m.%Y}" for day in app.date_input(key="filter-days").value] == ["05.01.2026", "11.01.2026"]


def test_choosing_blocks_narrows_the_register(screen):
    app = screen("registry", period="year")
    app.multiselect(key="filter-block").set_value(["roads"]).run()
    assert app.query_params["block"] == "roads"
    assert _total(app) < _total(screen("registry", period="year"))


def test_resetting_clears_every_filter(screen):
    app = screen("registry", period="year", block=["roads"], compare="none")
    next(button for button in app.button if button.label == "Сбросить фильтры").click().run()
    assert not {"period", "block", "compare"} & set(app.query_params)


def _total(app: AppTest) -> int:
    found = re.search(r"из ([\d\u00a0]+)</b>", _words(app))
    assert found, "the register says how many rows there are"
    return int(found[1].replace("\u00a0", ""))


def test_register_reads_its_order_from_the_address(screen):
    words = _words(screen("registry", period="year", sort="source_id"))
    numbers = re.findall(r"<tr><td[^>]*>([^<]+)</td>", words)
    assert numbers == sorted(numbers)
    assert len(numbers) == 50


def test_register_pages_do_not_overlap(screen):
    first, second = (
        re.findall(r"<tr><td[^>]*>([^<]+)</td>", _words(screen("registry", period="year", page=page)))
        for page in ("1", "2")
    )
    assert not set(first) & set(second)


def test_register_measure_writes_the_address_and_goes_back_to_the_first_page(screen):
    app = screen("registry", period="year", page="3")
    app.selectbox(key="register-measure").set_value("overdue_open").run()
    assert app.query_params["measure"] == "overdue_open"
    assert "page" not in app.query_params


def test_register_says_when_nothing_fits(screen):
    app = screen("registry", number="нет такого номера")
    assert "Таких обращений нет" in _words(app)


def test_intake_lists_the_loads_and_offers_an_undo(screen):
    app = screen("intake")
    assert "ПОС" in _words(app)
    assert next(box for box in app.selectbox if box.label == "Отменить загрузку").options


def test_quality_names_the_topic_without_a_block(screen):
    assert "Темы без блока" in _words(screen("quality", period="all"))


def test_measures_show_every_passport(screen):
    from analytics.measures import EVERY

    words = _words(screen("measures"))
    assert all(measure.title in words for measure in EVERY.values())


@pytest.mark.parametrize("folder", ["", "deadlines", "registry", "quality"])
def test_a_store_without_rows_shows_no_zeros_but_the_way_to_the_upload(empty_screen, folder):
    app = empty_screen(folder)
    words = _words(app)
    assert not app.exception
    assert "Данных ещё нет" in words
    assert 'href="/intake"' in words
    assert "mcu-tile" not in words


def test_quality_counts_what_has_no_deadline(screen):
    words = _words(screen("quality"))
    assert "Дела без срока" in words


def test_quality_counts_what_is_on_the_map_and_what_is_not(screen):
    words = re.sub(r"<[^>]+>", " ", _words(screen("quality", period="year"))).replace("\u00a0", "")
    on_map, total = map(int, re.search(r"На карте\s+[\d,%\s]+?\s(\d+) из (\d+)", words).groups())
    territory = int(re.search(r"Только территория\s+[\d,%\s]+?\s(\d+) из", words)[1])
    nowhere = int(re.search(r"Без места\s+[\d,%\s]+?\s(\d+) из", words)[1])
    assert on_map + territory + nowhere == total > 0
    assert "координаты (0, 0) — 0" in words
