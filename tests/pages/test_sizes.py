"""Nothing on a screen is smaller than twelve pixels: it is read from a desk by people of sixty."""

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
LEAST = 12


def test_no_text_of_a_screen_is_too_small() -> None:
    styles = [(file.name, file.read_text("utf-8")) for file in (PAGES / "static").glob("*.css")]
    sizes = [(name, float(size)) for name, text in styles for size in re.findall(r"font-size: ?([\d.]+)px", text)]
    assert len(sizes) > 100
    assert [each for each in sizes if each[1] < LEAST] == []


def test_no_text_of_a_chart_is_too_small() -> None:
    drawn = [(file.name, file.read_text("utf-8")) for file in PAGES.rglob("*.py")]
    fonts = r'[fF]ont": \{[^{}]*"size": ([\d.]+)|font = \{"size": ([\d.]+)'
    sizes = [(name, float(a or b)) for name, text in drawn for a, b in re.findall(fonts, text)]
    assert len(sizes) > 8
    assert [each for each in sizes if each[1] < LEAST] == []
