"""The map in a real browser: drawn without a request to the outside, followed by clicks, Russian to the last button."""

import io
import re
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from pages.map.features import OPACITY
from pages.shared.palette import DARK, LIGHT
from tests.browser.conftest import Watch, Watched
from tests.browser.test_screens import SIZES, english

MAP = '[data-testid="stDeckGlJsonChart"]'
WEEKS_SEEN = 3
CLICKS = 5
DAYS = "/map?period=2026-03-01..2026-09-30"


def _drawn(watched: Watched) -> "np.ndarray":
    """Wait for the squares of the map and take its pixels."""
    watched.page.wait_for_selector(f"{MAP} canvas")
    watched.until("performance.getEntriesByType('resource').some((each) => each.name.includes('/api/map/'))")
    watched.page.wait_for_timeout(2_000)
    watched.settle()
    return np.asarray(Image.open(io.BytesIO(watched.page.locator(MAP).screenshot())).convert("RGB")).reshape(-1, 3)


def _near(pixels: "np.ndarray", colour: str, ground: str) -> int:
    """Count pixels of a colour laid over the ground with the opacity of cells."""
    over, under = (np.array([int(each[at : at + 2], 16) for at in (1, 3, 5)]) for each in (colour, ground))
    wanted = (over * OPACITY + under * (255 - OPACITY)) / 255
    return int((np.abs(pixels - wanted).max(axis=1) < 10).sum())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_drawn_with_no_request_to_the_outside(watch: Watch, server: str, scheme: str) -> None:
    watched = watch(server, scheme)
    watched.page.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    watched.open(DAYS)
    pixels = _drawn(watched)
    palette = {"light": LIGHT, "dark": DARK}[scheme]
    found = {colour: _near(pixels, colour, palette.panel) for colour in palette.sequential[1:]}
    assert sum(count > 150 for count in found.values()) >= 4, found
    assert watched.outside == []
    assert watched.complaints == []


def test_territories_differ_from_cells_and_what_stands_out_from_both(watch: Watch, server: str) -> None:
    watched = watch(server)
    pictures = []
    for more in ("", "&layer=areas", "&show=more"):
        watched.open(DAYS + more)
        pictures.append(_drawn(watched))
    differing = [(first != second).any(axis=1).mean() for first, second in pairwise(pictures)]
    assert min(differing) > 0.03


def test_a_click_opens_the_story_and_a_link_closes_it(watch: Watch, server: str) -> None:
    watched = watch(server)
    page = watched.open(DAYS + "&layer=areas")
    _drawn(watched)
    box = page.locator(MAP).bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for _ in range(CLICKS):  # a picture that is there already may not listen yet on a busy machine
        page.mouse.click(*at)
        page.wait_for_timeout(5_000)
        if "place=" in page.evaluate("location.search"):
            break
    page.get_by_text("Только эта территория, на всех экранах").wait_for()
    assert page.locator(".st-key-map-side h2").inner_text()
    page.get_by_role("link", name="Закрыть").click()
    watched.until("!location.search.includes('place=')")
    assert watched.complaints == []


def test_closer_by_the_cells_are_finer_and_points_come(watch: Watch, server: str) -> None:
    watched = watch(server)
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    page = watched.open(DAYS)
    _drawn(watched)
    box = page.locator(MAP).bounding_box()
    assert box is not None
    assert not [url for url in asked if "/points/" in url]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 60)
    for _ in range(6):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(300)
    _drawn(watched)
    assert [url for url in asked if "/points/14/" in url or "/points/15/" in url]
    zooms = {int(found[1]) for url in asked if (found := re.search(r"/cells/(\d+)/", url))}
    assert max(zooms) >= min(zooms) + 3
    assert watched.complaints == []


def test_the_same_facts_are_there_for_the_keyboard(watch: Watch, server: str) -> None:
    watched = watch(server)
    page = watched.open(DAYS)
    first = page.locator(".st-key-panel-map-table tbody a").first
    first.focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-map-side").get_by_text("Поступило обращений").first.wait_for()
    assert "place=" in page.evaluate("location.search")


def test_the_player_moves_from_week_to_week_by_itself(watch: Watch, server: str) -> None:
    watched = watch(server)
    page = watched.open("/map")
    page.get_by_role("button", name="Границы и недели").click()
    page.get_by_role("button", name="▶ По неделям").click()
    seen: set[str] = set()
    for _ in range(80):
        seen.add(page.evaluate("new URLSearchParams(location.search).get('week') ?? ''"))
        if len(seen - {""}) >= WEEKS_SEEN:
            break
        page.wait_for_timeout(200)
    weeks = sorted(seen - {""})
    assert len(weeks) >= WEEKS_SEEN
    assert weeks == [f"{date.fromisoformat(weeks[0]) + timedelta(weeks=number)}" for number in range(len(weeks))]


@pytest.mark.parametrize(
    ("size", "more"), [("desk", "&layer=areas&place=Южный"), ("wall", "&show=surges"), ("phone", "")]
)
def test_it_is_whole_and_russian_at_every_size(watch: Watch, server: str, size: str, more: str) -> None:
    watched = watch(server, "dark", *SIZES[size])
    page = watched.open(DAYS + more)
    _drawn(watched)
    assert english(watched) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watched.complaints == []
