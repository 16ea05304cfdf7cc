"""Lines of «Сроки» are told apart without colour, and words stand beside them, not over them."""

from datetime import date, timedelta

import polars as pl
import pytest

from pages.deadlines.figures import Line, cohorts, still_open
from pages.shared.palette import DARK, LIGHT, Palette

STARTS = [date(2026, 10, 5) + timedelta(weeks=week) for week in range(4)]
LINES = [
    Line(f"Отдел {number}", tuple((week, 0.9 - number / 20, "") for week in range(4)), is_city=number == 0)
    for number in range(6)
]
BAND = pl.DataFrame({"day": [0, 30], "lower": [1.0, 0.2], "upper": [1.0, 0.3]})


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_no_line_is_known_by_its_colour_alone(palette: Palette) -> None:
    for figure in (cohorts(LINES, 0.9, None, STARTS, palette), still_open(LINES, BAND, [], 60, palette)):
        drawn = [trace for trace in figure.data if trace.name]
        assert [trace.name for trace in drawn] == [line.title for line in LINES]
        assert len({trace.line.dash for trace in drawn}) == len(LINES)
        assert len({trace.marker.symbol for trace in drawn}) == len(LINES)


def test_the_words_of_the_target_stand_beside_the_lines() -> None:
    figure = cohorts(LINES, 0.9, None, STARTS, LIGHT)
    (words,) = figure.layout.annotations
    assert (words.x, words.xanchor, words.y) == (1, "left", 0.9)
    assert figure.layout.margin.r >= 40


def test_weeks_that_settle_are_shaded_to_the_end() -> None:
    figure = cohorts(LINES, 0.9, STARTS[2], STARTS, LIGHT)
    shade = next(shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (shade.x0, shade.x1) == (1.5, 3.5)
