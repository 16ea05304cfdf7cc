"""Links, the Back button and deep links: the address is the only state, and no screen is reached past the frame."""

import re

import pytest

from pages.shared.address import SCREENS


def address(page):
    return page.evaluate("location.pathname + location.search")


@pytest.mark.parametrize("path", ["/registry", "/page", "/main"])
def test_first_request_of_a_server_meets_the_frame(fresh_server, watch, path):
    watched = watch(fresh_server)
    page = watched.open(path, ready=".mcu-menu")
    assert page.locator(".mcu-menu a").count() == len(SCREENS)
    assert page.locator(".mcu-logo").inner_text() == "Тепловая карта"


def test_menu_keeps_the_filters_and_back_restores_them(server, watch):
    watched = watch(server)
    page = watched.open("/registry?period=year&block=roads")
    page.get_by_role("link", name="Качество данных").click()
    page.wait_for_selector("h1:has-text('Качество данных')")
    watched.settle()
    assert address(page) == "/quality?period=year&block=roads"
    page.go_back()
    page.wait_for_selector("h1:has-text('Реестр')")
    watched.settle()
    assert address(page) == "/registry?period=year&block=roads"
    assert page.get_by_role("combobox", name=re.compile("^Период")).input_value() == "Этот год"


def test_choosing_writes_the_address_and_back_undoes_it(server, watch):
    watched = watch(server)
    page = watched.open("/registry")
    watched.pick(page.get_by_role("combobox", name=re.compile("^Период")), "Этот год")
    watched.until("location.search.includes('period=year')")
    page.go_back()
    watched.until("!location.search.includes('period')")
    assert page.get_by_role("combobox", name=re.compile("^Период")).input_value() != "Этот год"


def test_heading_of_the_register_sorts_without_loading_anew(server, watch):
    watched = watch(server)
    page = watched.open("/registry?period=year")
    page.evaluate("window.stays = true")
    page.locator("th a", has_text="Номер").click()
    page.wait_for_selector('th[aria-sort="descending"]:has-text("Номер")')
    watched.settle()
    numbers = [text.split(" / ")[0] for text in page.locator("tbody tr td:first-child").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    assert page.evaluate("window.stays") is True


def test_register_turns_its_pages(server, watch):
    watched = watch(server)
    page = watched.open("/registry?period=year")
    page.get_by_role("link", name="Дальше").click()
    page.wait_for_selector(".mcu-pager b:has-text('51–100')")
    assert "page=2" in address(page)
