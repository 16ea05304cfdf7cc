"""Figures are built without Plotly's own checks, for speed; here their form is checked once."""

from dataclasses import replace
from datetime import date

import plotly.graph_objects as go
import polars as pl

from analytics.control import Corridor
from analytics.measures import find
from pages.heat_map.figures import Grid, Row, matrix
from pages.heat_map.grid import edges_html, narrow
from pages.heat_map.trend import trend
from pages.shared.palette import DARK, LIGHT

RAMP = LIGHT.sequential[:3]
GRID = Grid(
    rows=(
        Row("group:Право", "Право"),
        Row("roads", "Дороги <b>", (("5", 2, "пять"), ("·", None, "нет")), ("5", "–", "мало")),
    ),
    columns=(("2026-11-09", "09.11"), ("2026-11-16", "16.11")),
    edges=("всего", "просроч.", "в срок"),
    footer=("5", "0"),
    footer_edges=("5", "–", "мало"),
    selected=("roads", "2026-11-16"),
    is_tall=False,
)


def test_the_matrix_is_a_valid_figure_with_the_numbers_given() -> None:
    figure = matrix(GRID, RAMP, LIGHT, with_titles=True)
    checked = go.Figure(figure.to_dict())
    assert list(checked.data[0].z[1]) == [2, None]
    assert list(checked.data[1].text) == ["5", "·"]
    assert [list(data) for data in checked.data[1].customdata] == [
        ["roads", "2026-11-09", "пять"],
        ["roads", "2026-11-16", "нет"],
    ]
    assert list(checked.data[2].text) == ["5", "0", "5", "–", "мало", "5", "–", "мало"]
    assert list(matrix(GRID, RAMP, LIGHT).data[2].text) == ["5", "0"]
    assert "Дороги &lt;b&gt;" in [note.text for note in checked.layout.annotations]
    assert (checked.layout.shapes[0].x0, checked.layout.shapes[0].y0) == (0.5, 0.5)


def test_the_totals_stand_beside_the_figure_in_words_and_escaped() -> None:
    html = edges_html(replace(GRID, edges=("всего", "<i>", "в срок")), 24, LIGHT)
    assert 'role="group" aria-label="Итоги строк"' in html
    assert '<span class="head">&lt;i&gt;</span>' in html
    assert '<span title="Дороги &lt;b&gt;, всего: 5">5</span>' in html
    assert '<span class="mute" title="Всего, &lt;i&gt;: –">–</span>' in html


def test_large_counts_fit_into_a_column() -> None:
    written = [narrow(value, "count").replace("\u00a0", " ") for value in (9_999, 15_700, 999_499, 999_500)]
    assert written == ["9 999", "16 тыс.", "999 тыс.", "999,5 тыс."]
    assert narrow(0.5, "share").replace("\u00a0", " ") == "50 %"


def test_the_trend_is_a_valid_figure_over_its_usual_range() -> None:
    points = pl.DataFrame(
        {
            "start": [date(2026, 11, 9), date(2026, 11, 16)],
            "end": [date(2026, 11, 15), date(2026, 11, 22)],
            "value": [40, 86],
        }
    )
    year = {date(2026, 11, 9): 31.0, date(2026, 11, 16): 44.0}
    checked = go.Figure(trend(points, find("appeals"), Corridor(45, 30, 60), DARK.bad, DARK, year).to_dict())
    assert list(checked.data[0].y) == [40, 86]
    assert list(checked.data[1].y) == [None, 86]
    assert (checked.layout.shapes[0].y0, checked.layout.shapes[0].y1) == (30, 60)
    assert list(checked.data[2].y) == [31, 44]
    assert checked.data[0].customdata[1].endswith("<b>86</b><br>год назад: 44")


def test_last_year_that_is_hardly_known_is_no_line() -> None:
    points = pl.DataFrame({"start": [date(2026, 11, 16)], "end": [date(2026, 11, 22)], "value": [86]})
    drawn = trend(points, find("appeals"), None, DARK.bad, DARK, {date(2026, 11, 16): 44.0})
    assert len(drawn.data) == 2
    assert trend(points, find("appeals"), None, DARK.bad, DARK).data[0].customdata[0].endswith("<b>86</b>")
