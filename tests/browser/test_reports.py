"""Files in a real browser: taken from a screen and from «Отчёты», ordered, stopped, proved again by their number."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect

from tests.browser.conftest import Watch

LINK = ".mcu-take a"
REPORT = "/reports?report=quarterly&period=2026-07-01..2026-09-30"


def test_a_screen_is_taken_whole_and_proved_by_its_number(watch: Watch, server: str, tmp_path: Path) -> None:
    watched = watch(server)
    page = watched.open("/deadlines?period=four_weeks")
    page.get_by_role("button", name="Скачать…").click()
    page.locator(".st-key-take-forms button", has_text="XLSX").click()
    with page.expect_download() as download:
        page.locator(LINK, has_text="Скачать XLSX").click()
    name = download.value.suggested_filename
    download.value.save_as(tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    assert re.fullmatch(r"Сроки [\d.]+-[\d.]+ \d{3}-\d{3}-\d{3}\.xlsx", name)
    page = watched.open(REPORT)
    page.get_by_label("Номер файла").fill(name.split()[-1].removesuffix(".xlsx"))
    page.get_by_role("button", name="Проверить").click()
    page.get_by_text("числа те же").wait_for()
    assert watched.outside == []


@pytest.mark.parametrize("path", ["/", "/registry", "/map", "/deadlines"])
def test_the_button_stands_beside_the_title_and_covers_nothing(watch: Watch, server: str, path: str) -> None:
    watched = watch(server)
    for width in (1440, 1024, 390):
        watched.page.set_viewport_size({"width": width, "height": 900})
        page = watched.open(path)
        button = page.locator(".st-key-take").bounding_box()
        assert button is not None
        for each in (".mcu-header h1", ".mcu-fresh", ".mcu-span"):
            for other in (found.bounding_box() for found in page.locator(each).all()):
                assert other is None or not _overlap(button, other), (width, each)
        assert button["x"] + button["width"] <= width


def _overlap(one: FloatRect, other: FloatRect) -> bool:
    apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    return not (apart_x or apart_y)


def test_one_part_is_taken_as_a_drawing(watch: Watch, server: str) -> None:
    watched = watch(server)
    page = watched.open("/")
    page.get_by_role("button", name="Скачать…").click()
    watched.pick(page.get_by_role("dialog").locator('[data-testid="stSelectbox"]'), re.compile("^Просрочено по"))
    with page.expect_download() as download:
        page.locator(LINK, has_text="SVG").click()
    drawn = Path(download.value.path()).read_text("utf-8")
    assert drawn.startswith("<svg")
    assert not re.search(r"<script|foreignObject|https?://(?!www\.w3\.org)", drawn)
    assert watched.outside == []


def test_long_work_shows_how_far_it_is_and_can_be_stopped(watch: Watch, server: str) -> None:
    watched = watch(server)
    page = watched.open("/reports?report=block&period=2026-10-01..2026-10-31")
    page.locator(".st-key-take-forms button", has_text="PDF").click()
    page.get_by_text(re.compile(r"Готовится: \d+ из \d+")).wait_for()
    page.get_by_role("button", name="Остановить").click()
    page.get_by_text("Остановлено: файл не создан.").wait_for()
    assert page.locator(LINK).count() == 0
