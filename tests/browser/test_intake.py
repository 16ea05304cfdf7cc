"""A file dropped on «Загрузка» is recognised, shown, loaded, repeated and undone; «Загрузка» leaves no file behind."""

import tempfile
from pathlib import Path

from loaders import municipalities
from loaders.access import journal, sessions
from loaders.store.engine import open_store
from tests.browser.conftest import EMPLOYEE

DEMO = "novoshakhtinsk-demo"

HEADER = "Номер;Дата поступления;Тема;Подразделение;Статус"


def leftovers():
    return sorted(path.name for path in Path(tempfile.gettempdir()).glob("mcu-[il]*"))


def load(watched, path):
    page = watched.page
    page.set_input_files('input[type="file"]', str(path))
    page.get_by_role("button", name="Загрузить 1").click()
    page.wait_for_selector(".mcu-facts")
    watched.settle()
    return page.locator(".mcu-facts").first.inner_text()


def test_a_file_is_loaded_repeated_and_undone(fresh_server, watch, tmp_path):
    before = leftovers()
    export = tmp_path / "выгрузка.csv"
    rows = [f"А-{i};{i:02d}.11.2026;Ямы на дороге;Управление городского хозяйства;В работе" for i in range(1, 11)]
    export.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    watched = watch(fresh_server, role=EMPLOYEE)
    page = watched.open("/intake")
    assert "Новые\n10" in load(watched, export)
    page.get_by_role("button", name="Загрузить ещё").click()
    watched.settle()
    assert "Повторы\n10" in load(watched, export)
    page.goto(f"{watched.base}/intake?city=novoshakhtinsk")
    page.wait_for_selector("tbody tr")
    watched.settle()
    page.get_by_role("button", name="Отменить…").click()
    page.get_by_role("button", name="Да, отменить").click()
    page.wait_for_selector("td:has-text('отменена')")
    watched.settle()
    assert page.locator("td:has-text('отменена')").count() == 1
    assert leftovers() == before
    assert watched.complaints == []
    assert watched.outside == []


def test_a_demo_administrator_loads_into_the_demo_city_alone(fresh_server, watch, tmp_path):
    export = tmp_path / "выгрузка.csv"
    export.write_text(f"{HEADER}\nА-1;01.11.2026;Ямы на дороге;УГХ;В работе", encoding="utf-8")
    watched = watch(fresh_server)
    page = watched.open("/intake?city=novoshakhtinsk")
    page.set_input_files('input[type="file"]', str(export))
    page.get_by_role("button", name="Загрузить 1").wait_for()
    city = page.get_by_role("combobox", name="Город")
    assert "демо" in city.input_value()
    city.click()
    assert page.get_by_role("option").count() == 1
    page.keyboard.press("Escape")
    assert "Новые\n1" in load(watched, export)
    with open_store(f"sqlite:///{tmp_path / 'mcu.sqlite'}") as store:
        loaded = journal.page(store, action=journal.IMPORTED, login=sessions.DEMO_LOGIN)[0]
        assert loaded["municipality"].to_list() == [DEMO]
        assert municipalities.known(store) == (DEMO,)
    assert watched.complaints == []


def test_a_wrong_file_is_refused_in_words(fresh_server, watch, tmp_path):
    wrong = tmp_path / "картинка.csv"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    watched = watch(fresh_server, role=EMPLOYEE)
    page = watched.open("/intake")
    page.set_input_files('input[type="file"]', str(wrong))
    page.wait_for_selector('[data-testid="stAlert"]')
    words = page.locator('[data-testid="stAlert"]').first.inner_text()
    assert "картинка" in words
    assert "ошибка" not in words
