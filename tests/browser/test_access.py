"""Three people and their way through the product: the curator, the lead of the roads block, the administrator."""

import re

import pytest

from loaders.city import City
from loaders.store.engine import URL_VARIABLE
from tests import demo_city
from tests.browser.conftest import EMPLOYEE, employ, serve
from tests.browser.test_screens import english

CITY = "novoshakhtinsk-demo"
WITH_ROWS = ("Тепловая карта", "Мои дела", "Сроки", "Рейтинг", "Проблемные сферы", "Карта", "Реестр")
"""Screens of numbers, which everybody has."""

CLEARED_WITHIN = 30_000
"""Milliseconds after which nothing of an ended session may stand on an open screen."""


@pytest.fixture
def staffed(tmp_path):
    """Serve a demo city of its own whose administrator has an account."""
    url = demo_city.make(tmp_path)
    employ(url, CITY)
    yield from serve({URL_VARIABLE: url})


def menu(page):
    return page.locator(".mcu-menu a").all_inner_texts()


def enter(watched, path, role):
    """Come by a deep link, meet the sign-in page, choose a role there."""
    page = watched.page
    page.goto(watched.base + path)
    page.locator(f'button[name="role"][value="{role}"]').click()
    page.wait_for_selector(".mcu-header")
    watched.settle()
    return page


def is_whole(watched):
    return not watched.outside and not [said for said in watched.complaints if "401" not in said]


def test_the_curator_sees_the_city_and_takes_a_file_away(staffed, watch, tmp_path):
    watched = watch(staffed, role="")
    page = enter(watched, "/registry?period=year", "curator")
    assert page.evaluate("location.pathname + location.search") == "/registry?period=year"
    assert menu(page) == [*WITH_ROWS, "Отчёты", "Качество данных", "Показатели", "Журнал"]
    assert "Демонстрационный вход" in page.locator(".mcu-account").inner_text()
    page.screenshot(path=tmp_path / "curator-registry.png")
    page.get_by_role("button", name="Скачать…").click()
    watched.pick(page.get_by_role("dialog").locator('[data-testid="stSelectbox"]'), "Обращения и сообщения")
    link = page.locator('a[href^="/api/download/"]', has_text="CSV")
    link.wait_for()
    page.screenshot(path=tmp_path / "curator-file.png")
    assert english(watched) == []
    href = link.get_attribute("href")
    with page.expect_download() as download:
        link.click()
    saved = tmp_path / "file.csv"
    download.value.save_as(saved)
    assert re.fullmatch(
        r"Обращения и сообщения \d\d\.\d\d\.\d{4}-\d\d\.\d\d\.\d{4} \d{3}-\d{3}-\d{3}\.csv",
        download.value.suggested_filename,
    )
    assert saved.read_text(encoding="utf-8-sig").startswith("Вопрос;Номер;Поступило;Блок;")
    assert page.request.get(watched.base + href).status == 404
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Журнал").click()
    page.wait_for_selector("td:has-text('Выгрузка файла')")
    told = page.locator("tbody").inner_text()
    assert "Просмотр строк · 50 строк" in told.replace("\u00a0", " ")
    assert "Вход · роль: Куратор" in told
    assert "Цепочка записей цела" in page.locator(".mcu-chain").inner_text()
    page.screenshot(path=tmp_path / "curator-journal.png")
    assert is_whole(watched)


def test_the_lead_of_roads_sees_roads_and_nothing_else(staffed, watch, tmp_path):
    watched = watch(staffed, role="")
    page = enter(watched, "/", "block_head")
    assert menu(page) == [*WITH_ROWS, "Показатели"]
    assert "Руководитель блока · Дороги" in page.locator(".mcu-account").inner_text()
    foreign = [block.short_title for block in City.load(CITY).blocks if block.key != "roads"]
    for path in (
        "/",
        "/heat-map",
        "/deadlines",
        "/registry?period=year",
        "/?view=departments",
        "/?period=year&block=education",
    ):
        watched.open(path)
        said = page.locator("body").inner_text()
        assert "Дороги" in said
        assert [title for title in foreign if re.search(rf"(?<!ГИС )\b{title}\b", said)] == []
        page.screenshot(path=tmp_path / f"lead-{re.sub(r'[^a-z]', '-', path)}.png")
    assert "не учтено 1\u00a0значение" in said
    for path in ("/access", "/journal", "/intake", "/quality"):
        watched.open(path, ready=".mcu-empty")
        assert "Этот экран вам не открыт" in page.locator(".mcu-empty").inner_text()
        assert page.locator(".mcu-table").count() == 0
    page.get_by_role("button", name="Сменить роль или выйти").click()
    page.wait_for_selector('button[name="role"]')
    page.go_back()
    page.wait_for_selector('button[name="role"]')
    assert page.locator(".mcu-menu").count() == 0
    assert is_whole(watched)


def test_the_administrator_gives_and_takes_access(staffed, watch, tmp_path):
    watched = watch(staffed, role=EMPLOYEE)
    page = watched.open("/access")
    assert menu(page)[-1] == "Доступ"
    page.get_by_role("button", name="Завести учётную запись…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Логин").fill("ivanov")
    dialog.get_by_label(re.compile("^Должность")).fill("Начальник отдела дорог")
    watched.pick(dialog.get_by_role("combobox", name="Блоки"), "Дороги")
    page.keyboard.press("Tab")  # leaves the list; Escape would close the dialog where a run has closed the list already
    dialog.get_by_role("button", name="Завести", exact=True).click()
    password = dialog.locator(".mcu-once code").inner_text()
    page.screenshot(path=tmp_path / "administrator-password.png")
    assert dialog.get_by_role("textbox").count() == 0
    assert dialog.get_by_role("button", name="Завести", exact=True).count() == 0
    dialog.get_by_role("button", name="Готово").click()
    dialog.wait_for(state="detached")
    guest = _first_sign_in(watch(staffed, role=""), "ivanov", password)
    assert menu(guest.page) == [*WITH_ROWS, "Показатели"]
    watched.open("/access")
    assert "Начальник отдела дорог" in page.locator("tbody").first.inner_text()
    assert password not in page.content()
    page.get_by_role("link", name="ivanov").click()
    page.wait_for_selector(".mcu-card")
    watched.settle()
    page.screenshot(path=tmp_path / "administrator-access.png")
    page.get_by_role("button", name="Завершить сеансы…").click()
    page.get_by_role("button", name="Да, завершить все").click()
    guest.page.locator('input[name="password"]').wait_for(timeout=CLEARED_WITHIN)
    assert guest.page.locator(".mcu-menu").count() == 0
    assert is_whole(watched)


def _first_sign_in(watched, login, password):
    """Sign in with a one-time password and set the own one, as the gate demands."""
    page = watched.page
    page.goto(watched.base)
    page.locator('input[name="login"]').fill(login)
    page.locator('input[name="password"]').fill(password)
    page.get_by_role("button", name="Войти").click()
    page.locator('input[name="old"]').fill(password)
    for name in ("new", "again"):
        page.locator(f'input[name="{name}"]').fill("восемь медленных пароходов")
    page.get_by_role("button", name="Сменить пароль").click()
    page.wait_for_selector(".mcu-menu")
    watched.settle()
    return watched
