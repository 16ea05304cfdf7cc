"""A file dropped on «Загрузка» is recognised, shown, loaded, repeated and undone; «Загрузка» leaves no file behind."""

import tempfile
from pathlib import Path

from tests.browser.conftest import EMPLOYEE

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
