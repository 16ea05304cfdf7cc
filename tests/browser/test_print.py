"""A printed screen is whole: its title, days and panels stand on the sheets, and nothing that only a screen needs."""

import re
import shutil
import subprocess

import pytest

from pages.shared.address import SCREENS
from tests.browser.test_screens import PATHS

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="нет программы pdftotext")

TITLES = "[...document.querySelectorAll('.mcu-header h1, .mcu-panel-title h2, .mcu-data th')].map((e) => e.innerText)"
PLACES = re.compile(r'<page width="(?P<width>[\d.]+)"|<word xMin="(?P<left>[\d.-]+)" .*? xMax="(?P<right>[\d.]+)"')


def letters(text):
    """Drop what a line break of a sheet changes."""
    return re.sub(r"[\s\u00ad]", "", text)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_prints_whole(server, watch, tmp_path, screen, scheme):
    watched = watch(server, scheme)
    page = watched.open(PATHS[screen])
    page.wait_for_selector('[data-testid="stMainBlockContainer"] [data-testid="stSkeleton"]', state="detached")
    watched.settle()
    titles = page.evaluate(TITLES)
    page.pdf(path=tmp_path / "screen.pdf", prefer_css_page_size=True, print_background=True)
    command = ["pdftotext", "-bbox", tmp_path / "screen.pdf", "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = letters(re.sub(r"<[^>]*>", "", found).replace("&quot;", '"').replace("&amp;", "&"))
    assert [title for title in titles if letters(title) not in words] == []
    assert "данныепо" in words
    assert "Скачать" not in words.replace("Картуналистедаёт«Скачать…»", "")
    assert "Фильтры" not in words
    width = 0.0
    for place in PLACES.finditer(found):
        width = float(place["width"] or width)
        assert place["left"] is None or (float(place["left"]) >= 0 and float(place["right"]) <= width)
