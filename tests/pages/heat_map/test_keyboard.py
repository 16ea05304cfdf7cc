"""The grid over the matrix: a named link per cell that leads where a click leads; one of them takes Tab."""

import re
from dataclasses import replace

import pytest

from pages.heat_map.keyboard import grid_html
from tests.pages.heat_map.test_figures import GRID

TIP = "<b>Дороги &lt;b&gt;</b><br>неделя с 16.11<br>Поступило: <b>23</b><br>выше обычного"


def grid(selected=GRID.selected):
    group, roads = GRID.rows
    rows = (group, replace(roads, cells=(("5", 2, "Дороги<br>пять"), ("23", None, TIP))))
    return grid_html(replace(GRID, rows=rows, selected=selected), "Обращения", lambda cell: f"/?cell={cell}&view=weeks")


def test_a_cell_is_named_and_leads_to_its_story() -> None:
    links = re.findall(r'<a href="(.*?)" tabindex="(.*?)" aria-label="(.*?)"></a>', grid())
    assert links == [
        ("/?cell=roads%7C2026-11-09&amp;view=weeks", "-1", "Дороги, пять"),
        (
            "/?cell=roads%7C2026-11-16&amp;view=weeks",
            "0",
            "Дороги &lt;b&gt;, неделя с 16.11, Поступило: 23, выше обычного",
        ),
    ]


def test_rows_lie_where_the_figure_has_them() -> None:
    assert "--head:24px;--row:24px;--right:2px;--columns:2" in grid()
    assert re.findall(r"--at:(\d+)", grid()) == ["1"]  # the title of a group above takes a row


@pytest.mark.parametrize(
    ("selected", "column"),
    [(None, "09"), (("roads", "2026-11-16"), "16"), (("parks", "2026-11-16"), "16"), (("roads", ""), "09")],
)
def test_tab_leads_to_the_chosen_cell_and_else_to_the_nearest_first(
    selected: tuple[str, str] | None, column: str
) -> None:
    assert re.findall(r'href="([^"]*)" tabindex="0"', grid(selected)) == [
        f"/?cell=roads%7C2026-11-{column}&amp;view=weeks"
    ]


def test_a_matrix_without_columns_has_no_cells() -> None:
    assert "gridcell" not in grid_html(replace(GRID, rows=(), columns=()), "Обращения", str)
