"""A screen stands still while it arrives, shows where it is cut, tells when it counts, and opens cells by keyboard."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from pages.shared.address import SCREENS
from tests.browser.test_screens import PATHS

BOUND = 0.1
"""The layout shift that a reader does not mind, by the measure of the browsers themselves."""

WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((e) => [e.startTime, e.value])))
    .observe({ type: "layout-shift", buffered: true });
"""

BOX = (
    "(s) => { const r = document.querySelector(s).getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }"
)
RUNNING = (
    "(on) => { document.querySelector('[data-testid=stApp]').dataset.testScriptState = on ? 'running' : 'notRunning'; }"
)


def worst(shifts):
    """Give the largest sum of one burst: shifts less than a second apart, five seconds at most."""
    bursts = []
    for at, value in shifts:
        if not bursts or at - bursts[-1][1] > 1_000 or at - bursts[-1][0] > 5_000:
            bursts.append([at, at, 0.0])
        bursts[-1][1] = at
        bursts[-1][2] += value
    return max((total for _, _, total in bursts), default=0.0)


def test_bursts_are_summed_as_browsers_do():
    assert worst([]) == 0
    assert worst([(0, 0.25), (900, 0.25), (2_000, 0.125)]) == 0.5
    assert worst([(at, 0.125) for at in range(0, 7_000, 1_000)]) == 0.75


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_nothing_jumps_while_a_screen_arrives(server, watch, screen, size):
    watched = watch(server, "light", *size)
    watched.page.add_init_script(WATCH_SHIFTS)
    watched.open(PATHS[screen])
    watched.page.wait_for_selector('[data-testid="stMainBlockContainer"] [data-testid="stSkeleton"]', state="detached")
    watched.settle()
    assert worst(watched.page.evaluate("window.shifts")) <= BOUND


@pytest.mark.parametrize("width", [641, 700, 768])
@pytest.mark.parametrize("screen", ["heat-map", "registry", "reports"])
def test_the_icon_of_the_menu_stands_clear_of_the_title(server, watch, screen, width):
    page = watch(server, "light", width, 900).open(PATHS[screen])
    icon, title = (page.evaluate(BOX, s) for s in ('[data-testid="stExpandSidebarButton"]', ".mcu-header h1"))
    assert icon[3] <= title[1] or icon[2] <= title[0]


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
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell="))
    watched.settle()
    told = page.locator(".mcu-story h2").inner_text()
    assert page.evaluate("document.querySelector('.mcu-grid a[tabindex=\"0\"]').href") == cell

    page = watched.open(f"/?view={view}")
    page.wait_for_selector(".st-key-matrix-plot .nsewdrag", state="attached")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("cell="))
    watched.settle()
    assert parse_qs(urlsplit(page.url).query)["cell"] == parse_qs(urlsplit(cell).query)["cell"]
    assert page.locator(".mcu-story h2").inner_text() == told
