"""The morning of a block lead in a real browser: what is overdue comes first, is sorted, opened, taken by decision."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from loaders.access import accounts, grants
from loaders.access.roles import Right, Role
from loaders.store.engine import URL_VARIABLE, open_store
from tests import demo_city
from tests.browser.conftest import PASSWORD, Watch, Watched, serve
from tests.pages.people import CONSOLE, grant
from tests.visitor import Visitor

LEADS = {"lead": frozenset({Right.ROWS}), "decided": frozenset({Right.ROWS, Right.EXPORT})}
"""Two heads of one block: to the second the administrator has given files."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = demo_city.make(tmp_path_factory.mktemp("leads"))
    with open_store(url) as store:
        for login, rights in LEADS.items():
            number = accounts.add(store, login=login, title=login, password=PASSWORD, by=CONSOLE, must_change=False)
            grants.give(store, number, grant(Role.BLOCK_HEAD, rights=rights), CONSOLE)
    yield from serve({URL_VARIABLE: url})


def enter(watched: Watched, login: str) -> Page:
    """Sign in and open the bare address."""
    visitor = Visitor(watched.base)
    assert visitor.sign_in(login, PASSWORD).status == 303
    watched.page.context.add_cookies(
        [{"name": name, "value": value, "url": watched.base} for name, value in visitor.cookies.items()]
    )
    return watched.open("/")


def column(page: Page, title: str) -> list[str]:
    return page.locator(f'td[data-title="{title}"]').all_inner_texts()


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_a_block_lead_opens_on_what_is_overdue_sorts_it_and_follows_a_number(city: str, watch: Watch) -> None:
    watched = watch(city)
    page = enter(watched, "lead")
    assert page.url == f"{city}/my-cases"
    tiles = page.locator(".mcu-groups a")
    assert tiles.first.get_attribute("aria-current") == "true"
    assert number(tiles.first.locator("b").inner_text()) == len(column(page, "Номер")) > 1
    nearest = column(page, "Номер")
    page.get_by_role("link", name="Срок ▲").click()
    watched.until("!!document.querySelector('th[aria-sort=\"descending\"]')")
    assert column(page, "Номер")[0] == nearest[-1]
    whole = page.locator(".mcu-groups a", has_text="Все в работе")
    count = number(whole.locator("b").inner_text())
    whole.click()
    watched.until("document.querySelector('.mcu-panel-title h2').innerText.startsWith('Все в работе')")
    assert number(page.locator(".mcu-pager b").inner_text().split("из")[1]) == count
    page.locator('td[data-title="Номер"] a').first.click()
    page.wait_for_selector("h1:has-text('Реестр')")
    watched.settle()
    assert len(column(page, "Номер")) == 1
    page.get_by_role("link", name="Тепловая карта").click()
    page.wait_for_selector("h1:has-text('Где горит')")
    assert watched.complaints == []
    assert watched.outside == []


def test_a_block_lead_takes_a_file_where_that_was_decided_and_nowhere_else(
    city: str, watch: Watch, tmp_path: Path
) -> None:
    page = enter(watch(city), "lead")
    assert page.get_by_role("button", name="Скачать…").count() == 0
    watched = watch(city)
    page = enter(watched, "decided")
    page.get_by_role("button", name="Скачать…").click()
    page.locator(".st-key-take-forms button", has_text="XLSX").click()
    with page.expect_download() as download:
        page.locator(".mcu-take a", has_text="Скачать XLSX").click()
    download.value.save_as(tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    assert download.value.suggested_filename.startswith("Мои дела ")


def test_on_paper_the_list_is_whole_and_dark_on_white(city: str, watch: Watch) -> None:
    watched = watch(city, "dark", 1047, 718)
    page = enter(watched, "lead")
    page.emulate_media(media="print", color_scheme="dark")
    scroll = page.evaluate(
        "(({scrollWidth, clientWidth}) => [scrollWidth, clientWidth])(document.querySelector('.mcu-scroll'))"
    )
    assert scroll[0] <= scroll[1]
    assert not page.locator('[data-testid="stSidebar"]').is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.mcu-header h1')).color") == "rgb(21, 32, 51)"
