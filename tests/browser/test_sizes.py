"""A screen shows where it is cut, tells when it counts, and opens cells by keyboard."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.test_screens import PATHS

RUNNING = (
    "(on) => { document.querySelector('[data-testid=stApp]').dataset.testScriptState = on ? 'running' : 'notRunning'; }"
)


def test_a_cut_table_says_at_which_side(server, watch):
    watched = watch(server, "light", 700, 900)
    page = watched.open(PATHS["registry"])
    box = page.locator(".mcu-scroll").first
    assert box.get_attribute("data-cut") == "right"
    assert "gradient" in box.evaluate("(e) => getComputedStyle(e).maskImage")
    box.evaluate("(e) => { e.scrollLeft = e.scrollWidth; }")
    watched.until("document.querySelector('.mcu-scroll').dataset.cut === 'left'")


def test_a_matrix_that_begins_at_its_newest_week_is_cut_at_the_left(server, watch):
    watched = watch(server, "light", 700, 900)
    watched.open("/")
    watched.until("document.querySelector('.st-key-matrix').dataset.cut === 'left'")


def test_a_long_run_is_told_and_its_end_takes_the_word_away(server, watch):
    page = watch(server).open(PATHS["measures"])
    assert page.locator('.mcu-busy[role="status"][aria-live="polite"]').inner_text() == ""
    page.evaluate(RUNNING, True)
    page.wait_for_selector("text=Считаем…")
    page.evaluate(RUNNING, False)
    page.wait_for_selector("text=Считаем…", state="detached")


def test_waiting_does_not_move_for_whoever_asks_for_that(server, watch):
    page = watch(server).open(PATHS["measures"])
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(RUNNING, True)
    page.wait_for_selector("text=Считаем…")
    assert page.evaluate("getComputedStyle(document.querySelector('.mcu-busy'), '::before').animationName") == "none"


@pytest.mark.parametrize("view", ["weeks", "departments"])
def test_a_cell_opens_by_keyboard_as_by_a_click(server, watch, view):
    watched = watch(server)
    page = watched.open(f"/?view={view}")
    page.wait_for_selector(".st-key-matrix-plot .nsewdrag", state="attached")
    page.locator('.mcu-grid a[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    cell = page.evaluate("document.activeElement.href")
    assert re.search(r", .*: ", page.evaluate("document.activeElement.ariaLabel"))
    assert page.locator('.mcu-grid a[tabindex="0"]').count() == 1
    box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    page.evaluate("window.samePage = true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell="))
    watched.settle()
    told = page.locator(".mcu-story h2").inner_text()
    assert page.evaluate("window.samePage")
    watched.until("document.activeElement.matches('.mcu-grid a[tabindex=\"0\"]')")
    assert page.evaluate("document.querySelector('.mcu-grid a[tabindex=\"0\"]').href") == cell

    page = watched.open(f"/?view={view}")
    page.wait_for_selector(".st-key-matrix-plot .nsewdrag", state="attached")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("cell="))
    watched.settle()
    assert parse_qs(urlsplit(page.url).query)["cell"] == parse_qs(urlsplit(cell).query)["cell"]
    assert page.locator(".mcu-story h2").inner_text() == told
