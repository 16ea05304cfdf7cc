"""Bars of «Проблемные сферы»: what is drawn adds up."""

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pages.problems.figures import Step, colours, stacked, waterfall
from pages.shared.palette import DARK, LIGHT, contrast

TITLES = {"new": "Новые", "repeat": "Повторные", "overdue_open": "Просрочено", "postponed": "Отложено"}


def pieces(html):
    return [
        (look, float(left), float(width or 0))
        for look, left, width in re.findall(r'<i class="(\w+)" style="left:([\d.]+)%(?:;width:([\d.]+)%)?"', html)
    ]


def test_the_parts_of_an_index_fill_their_share_of_the_longest_bar():
    points = {"new": 5.0, "repeat": 2.5, "overdue_open": 0.0, "postponed": 2.5}
    html = stacked(points, 20.0, TITLES, DARK)
    assert [float(width) for width in re.findall(r"width:([\d.]+)%", html)] == [25.0, 12.5, 12.5]
    assert 'aria-label="Индекс 10,0: новые 5,0, повторные 2,5, отложено 2,5"' in html


def test_nobody_has_anything_draws_nothing():
    assert "<i" not in stacked(dict.fromkeys(TITLES, 0.0), 0.0, TITLES, DARK)


def test_colours_of_the_counts_differ_and_stand_out_in_both_themes():
    for palette in (DARK, LIGHT):
        shades = colours(palette)
        assert len(set(shades.values())) == len(TITLES)
        assert all(contrast(shade, palette.panel) >= 3 for shade in shades.values())


def test_a_waterfall_goes_from_what_was_to_what_is():
    steps = [
        Step("Было", "10", None),
        Step("Первая", "+6", Fraction(6)),
        Step("Вторая", "−2", Fraction(-2)),
        Step("Стало", "14", None),
    ]
    drawn = pieces(waterfall(Fraction(10), steps, less_is_good=True))
    assert drawn == [("level", 0.0, 0.0), ("worse", 0.0, 100.0), ("better", 66.67, 33.33), ("level", 66.67, 0.0)]


def test_a_step_of_a_measure_without_a_good_side_is_neither_good_nor_bad():
    drawn = pieces(waterfall(Fraction(0), [Step("", "", Fraction(1)), Step("", "", Fraction(-1))], less_is_good=None))
    assert [look for look, _, _ in drawn] == ["plain", "plain"]


@given(st.fractions(-50, 50), st.lists(st.fractions(-50, 50), min_size=1, max_size=8))
def test_every_step_begins_where_the_one_before_it_ended(start, changes):
    drawn = pieces(waterfall(start, [Step("", "", each) for each in changes], less_is_good=True))
    place = None
    for (_, left, width), change in zip(drawn, changes, strict=True):
        begins, ends = (left, left + width) if change >= 0 else (left + width, left)
        assert place is None or abs(begins - place) < 0.03
        assert -0.01 <= left <= left + width <= 100.02
        place = ends


def test_words_of_data_are_no_markup():
    html = waterfall(Fraction(0), [Step("<b>x</b>", "+1", Fraction(1), "<i>y</i>")], less_is_good=True)
    assert "<b>x" not in html
    assert "<i>y" not in html
