"""A sparkline is a picture of exactly the values it was given."""

import base64
import re

from pages.heat_map.sparkline import sparkline


def _svg(img: str) -> str:
    found = re.search(r"base64,([^\"]+)", img)
    assert found is not None
    return base64.b64decode(found[1]).decode()


def test_the_line_rises_from_the_lowest_to_the_highest_value() -> None:
    svg = _svg(sparkline([0, 5, 10], "#123456", width=27, height=27))

    assert '<path d="M3.5 23.5L13.5 13.5L23.5 3.5"' in svg
    assert '<circle cx="23.5" cy="3.5"' in svg
    assert 'stroke="#123456"' in svg


def test_an_unknown_value_leaves_a_gap() -> None:
    assert _svg(sparkline([1, 2, None, 3, 4], "#000000")).count("M") == 2


def test_one_point_is_no_line() -> None:
    assert sparkline([None, 7], "#000000") == ""


def test_equal_values_are_a_level_line() -> None:
    heights = set(re.findall(r"[ML][\d.]+ ([\d.]+)", _svg(sparkline([4, 4, 4], "#000000"))))

    assert len(heights) == 1


def test_last_year_is_a_thin_line_on_the_same_scale():
    both = _svg(sparkline([0, 5], "#123456", width=27, height=27, before=[10, 10], faint="#999999"))
    assert '<path d="M3.5 3.5L23.5 3.5" fill="none" stroke="#999999" stroke-width="1"/>' in both
    assert 'd="M3.5 23.5L23.5 13.5"' in both


def test_one_value_of_last_year_is_no_line():
    assert _svg(sparkline([0, 5], "#123456", before=[10, None], faint="#999999")).count("<path") == 1
