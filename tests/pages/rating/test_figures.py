"""Figures of the rating: whoever lies outside is named, ribbons tell what they show."""

import base64
import re

import polars as pl
import pytest

from analytics.funnel import funnel
from pages.rating import figures
from pages.shared.palette import DARK, LIGHT


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_the_funnel_names_only_those_outside(palette) -> None:
    counts = pl.DataFrame({
        "unit": [f"Отдел {i}" for i in range(12)] + ["Худший"], "k": [90] * 12 + [20], "n": [100] * 13,
    })  # fmt: skip
    found = funnel(counts)
    assert found is not None
    figure = figures.funnel(found, str, "Отдел 3", palette)
    named = [trace.text[0].strip("\u00a0") for trace in figure.data if trace.mode == "markers+text"]
    assert named == ["Худший"]
    assert figure.data[-1].name == "выбрано"
    low, high = figure.layout.yaxis.range
    assert low < found.points["share"].min()
    assert high > found.points["share"].max()


def test_a_name_from_data_is_no_markup() -> None:
    counts = pl.DataFrame({"unit": [*"абвгдежз", "<b>$x$</b>"], "k": [90] * 8 + [5], "n": [100] * 9})
    found = funnel(counts)
    assert found is not None
    assert all("<b>" not in str(trace.text) for trace in figures.funnel(found, str, "", DARK).data)


def test_a_ribbon_has_a_bar_for_each_month_that_was_rated() -> None:
    drawn = figures.ribbon([(1, 1, 3), None, (2, 1, 4)], 5, "место по месяцам", DARK)
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", drawn)[1]).decode()
    assert svg.count("<rect") == 2
    assert re.search(r' d="M[\d. ]+M[\d. ]+"', svg)  # a gap where nothing was rated
    assert 'alt="место по месяцам"' in drawn
