"""The panel with the matrix: its switches, legend, titles, numbers, and the click that opens a story."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from analytics import colour as colours
from analytics.buckets import GRAINS
from pages.heat_map import figures, keyboard, surprise_words, switches
from pages.heat_map.grid import edges_html, short, titles_html
from pages.heat_map.laid_out import LaidOut, laid_out, period_note, ramp_of
from pages.heat_map.view import Cell, View, fitted, matrix_period
from pages.shared import address, frame, legend, passport
from pages.shared.asked import Asked
from pages.shared.clicks import clicked
from pages.shared.limits import write_limits
from pages.shared.run import Run
from pages.shared.text import html_text

_EACH: Final = {"week": " за неделю", "month": " за месяц"}
"""What one cell counts, for the legend."""


def draw(run: Run, asked: Asked, view: View) -> None:
    """Draw the matrix with its titles, switches and legend."""
    laid = laid_out(asked, view.with_cell(None))
    measure = laid.measure
    grid = replace(laid.grid, selected=view.cell.place if view.cell else None)
    ramp = ramp_of(run.palette, view, laid)
    shown = matrix_period(view.matrix, run.period)
    title = f"{measure.short_title} {view.matrix.phrase}"
    with frame.panel(key="matrix"):
        note = period_note(measure.clock, shown.start, shown.end)
        st.html(
            f'<div class="mcu-panel-title"><h2>{html_text(title)}</h2><span>{note}</span>'
            f"{_legend_of(view, ramp, laid)}</div>"
        )
        switches.draw(view, fitted(run.period, of_one_block=asked.is_of_one_block))
        with st.container(key="matrix", horizontal=True, gap=None):
            with st.container(key="matrix-titles", width="content"):
                target = asked.targets.get(measure.key)
                href = _row_href(run, view)
                st.html(titles_html(grid, laid.signals, measure, target, href, figures.ROW_HEIGHT))
            with st.container(key="matrix-plot"):
                st.html(f"<style>.st-key-matrix-plot{{min-width:{grid.least_width}px}}{_from_newest(view)}</style>")
                _plot(grid, ramp, run, view, title)
                st.html(keyboard.grid_html(grid, title, _row_href(run, view)))
            with st.container(key="matrix-edges", width="content"):
                st.html(edges_html(grid, figures.ROW_HEIGHT))
        more = f"{surprise_words.NOTE} " if view.is_surprise else ""
        st.html(f'<p class="mcu-note">{more}{passport.note(measure, asked.min_n)}</p>')


def _legend_of(view: View, ramp: tuple[str, ...], laid: LaidOut) -> str:
    """Write the legend: numbers at the ends of a scale of numbers, words at those of surprise."""
    if not view.is_surprise:
        return _legend(ramp, laid.scale, laid.measure.unit, view.matrix.columns)
    return legend.html(ramp, surprise_words.STEPS, *surprise_words.ENDS)


def _from_newest(view: View) -> str:
    """Let a matrix of weeks or months begin at its newest column where it is wider than the window."""
    if view.matrix.columns not in GRAINS:
        return ""
    box = ".stApp .st-key-matrix"
    turned = f"{box}>:first-child{{order:2}}{box}>:nth-child(2){{order:1}}"
    return f"{box}{{direction:rtl}}{box}>*{{direction:ltr}}{turned}"


def _row_href(run: Run, view: View) -> Callable[[str], str]:
    """Give the function that makes the address of a row's story, keeping every other choice."""
    own = {"view": view.name, "colour": view.colour, "order": view.order, "limits": write_limits(view.limits)}
    return lambda key: address.url("heat-map", run.filters, **own, cell=key)


def _plot(grid: figures.Grid, ramp: tuple[str, ...], run: Run, view: View, title: str) -> None:
    """Draw the figure and follow a click into the story."""
    key = f"matrix-{view.name}-{view.colour}-{view.order}"
    st.plotly_chart(
        figures.matrix(grid, ramp, run.palette), key=key, theme=None, on_select=lambda: _click(key, view),
        selection_mode="points", config={"displayModeBar": False}, alt=f"{title}: матрица чисел",
    )  # fmt: skip


def _click(key: str, view: View) -> None:
    """Put the clicked cell into the address; a second click on it puts it out."""
    data = clicked(st.session_state.get(key))
    if len(data) < 2:  # noqa: PLR2004 — the row and the column; a forged point has neither
        return
    cell = Cell.parse(f"{data[0]}|{data[1]}"[:400], view.matrix)
    address.set_param("cell", None if cell is None or cell == view.cell else cell.text())


def _legend(ramp: tuple[str, ...], scale: colours.Scale, unit: str, columns: str) -> str:
    each = _EACH.get(columns, " в ячейке") if unit == "count" else ""
    edges = [short(edge, unit) for edge in scale.edges]
    return legend.html(ramp, legend.between(edges), edges[0], edges[-1] + each)
