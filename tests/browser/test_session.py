"""An open page lives no longer than its session, and the sign-in page is whole on every screen and in both schemes."""

import pytest

from tests.browser.test_screens import SIZES, english
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
