"""An open page lives no longer than its session, and the sign-in page is whole on every screen and in both schemes."""

import pytest

from loaders import imports
from loaders.access import accounts, grants
from loaders.access.roles import Role
from loaders.city import City
from loaders.store.engine import open_store
from tests.browser.conftest import PASSWORD
from tests.browser.test_screens import SIZES, english
from tests.loaders.made import intake, row
from tests.pages.people import CITY as DEMO
from tests.pages.people import CONSOLE, grant
from tests.visitor import Visitor

PULSE = "document.dispatchEvent(new Event('visibilitychange'))"


def test_an_open_page_is_cleared_when_its_session_ends(fresh_server, watch):
    watched = watch(fresh_server)
    page = watched.open("/registry?period=year")
    token = next(cookie["value"] for cookie in page.context.cookies(fresh_server) if cookie["name"] == "mcu")
    assert Visitor(fresh_server, cookies={"mcu": token}).post("/sign-out", {}).status == 303
    page.evaluate(PULSE)  # what the page does by itself every 15 seconds
    page.wait_for_selector('form[action="/sign-in"]')
    assert page.locator(".mcu-header, tbody").count() == 0
    assert page.get_attribute('form[action="/sign-in"] input[name="next"]', "value") == "/registry?period=year"


def test_new_data_are_told_and_wait_for_the_reader(fresh_server, watch, tmp_path):
    watched = watch(fresh_server)
    page = watched.open("/registry?period=all")
    news = page.get_by_text("Пришли новые данные")
    scroller = "document.querySelector('[data-testid=stMain]')"
    page.evaluate(f"{scroller}.scrollTo(0, 200)")
    page.evaluate(PULSE)
    page.wait_for_timeout(500)
    assert not news.is_visible()
    held = page.evaluate(f"{scroller}.scrollTop")
    shown = page.locator(".mcu-pager").first.inner_text()
    with open_store(f"sqlite:///{tmp_path / 'mcu.sqlite'}") as store:
        rows = [row(f"Н-{number}", municipality=DEMO, received=300) for number in range(7)]
        imports.load(store, intake(rows), "generic", City.load("novoshakhtinsk").demo())
    news.wait_for(timeout=15_000)  # by itself
    assert page.locator(".mcu-pager").first.inner_text() == shown
    page.get_by_role("button", name="Обновить", exact=True).click()
    news.wait_for(state="hidden")
    watched.settle()
    assert page.locator(".mcu-pager").first.inner_text() != shown
    assert page.evaluate("location.pathname + location.search") == "/registry?period=all"
    assert page.evaluate(f"{scroller}.scrollTop") == held > 0
    assert watched.complaints == []


def test_the_followed_link_is_kept_over_a_forced_change_of_password(fresh_server, watch, tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'mcu.sqlite'}") as store:
        number = accounts.add(store, login="ivanov", title="Иванов", password=PASSWORD, by=CONSOLE)
        grants.give(store, number, grant(Role.CURATOR), CONSOLE)
    watched = watch(fresh_server, role="")
    page = watched.page
    page.goto(f"{fresh_server}/registry?period=year&block=roads")
    page.fill('input[name="login"]', "ivanov")
    page.fill('input[name="password"]', PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_selector('input[name="old"]')
    page.fill('input[name="old"]', PASSWORD)
    for name in ("new", "again"):
        page.fill(f'input[name="{name}"]', "одиннадцать тихих озёр")
    page.get_by_role("button", name="Сменить пароль").click()
    page.wait_for_selector("h1:has-text('Реестр')")
    assert page.evaluate("location.pathname + location.search") == "/registry?period=year&block=roads"


def test_a_role_is_chosen_with_the_keyboard_and_left_again(fresh_server, watch):
    watched = watch(fresh_server, role="")
    page = watched.page
    page.goto(f"{fresh_server}/registry")
    page.get_by_role("button", name="Администратор").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Реестр')")
    watched.settle()
    page.locator('form[action="/sign-out"] button').click()
    page.wait_for_selector('form[action="/sign-in/demo"]')
    assert "mcu" not in {cookie["name"] for cookie in page.context.cookies(fresh_server)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_sign_in_page_is_whole(server, watch, scheme, size):
    width, height = SIZES[size]
    watched = watch(server, scheme, width, height, role="")
    page = watched.page
    page.goto(server)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if size != "phone":
        assert page.evaluate("document.documentElement.scrollHeight") <= height
    assert page.evaluate("document.fonts.check('16px \"PT Sans\"', 'Вход')")
    assert english(watched) == []
    assert watched.outside == []
    assert [said for said in watched.complaints if "401" not in said] == []
    page.fill('input[name="login"]', "nobody")
    page.fill('input[name="password"]', "wrong password")
    page.get_by_role("button", name="Войти").click()
    page.wait_for_selector('[role="alert"]')
    assert page.input_value('input[name="login"]') == "nobody"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
