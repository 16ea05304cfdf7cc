"""The panel with the matrix: its switches, legend, titles, numbers, and the click that opens a story."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from analytics.buckets import GRAINS
from analytics.keys import SEPARATOR
from pages.heat_map import figures, keyboard, surprise_words, switches
from pages.heat_map.grid import edges_html, short, titles_html
from pages.heat_map.laid_out import LaidOut, laid_out, period_note, ramp_of
from pages.heat_map.view import Cell, View, fitted, matrix_period
from pages.shared import address, frame, legend, passport
from pages.shared.asked import Asked
from pages.shared.clicks import clicked
from pages.shared.limits import shown
from pages.shared.run import Run
from pages.shared.text import html_text

_EACH: Final = {
    True: {"week": " за неделю", "month": " за месяц"},
    False: {"week": " на конец недели", "month": " на конец месяца"},
}
"""What one cell counts, for the legend: what came in a time, or what stood at its end."""


def draw(run: Run, asked: Asked, view: View) -> None:
    """Draw the matrix with its titles, switches and legend."""
    laid = laid_out(asked, view.with_cell(None))
    measure = laid.measure
    grid = replace(laid.grid, selected=view.cell.place if view.cell else None)
    ramp = ramp_of(run.palette, view, laid)
    days = matrix_period(view.matrix, run.period)
    title = f"{measure.short_title} {view.matrix.phrase}"
    with frame.panel(key="matrix"):
        note = period_note(measure.clock, days.start, days.end)
        st.html(
            f'<div class="mcu-panel-title"><h2>{html_text(title)}</h2><span>{note}</span>'
            f"{_legend_of(view, ramp, laid)}</div>"
        )
        switches.draw(view, fitted(run.period, of_one_block=asked.is_of_one_block), run.city.home_colour)
        with st.container(key="matrix", horizontal=True, gap=None):
            with st.container(key="matrix-titles", width="content"):
                target = asked.targets.get(measure.key)
                href = _row_href(run, view)
                st.html(titles_html(grid, laid.signals, measure, target, href, figures.ROW_HEIGHT))
            with st.container(key="matrix-plot"):
                st.html(f"<style>{_widths(grid)}{_from_newest(view)}</style>")
                _plot(grid, ramp, run, view, title)
                st.html(keyboard.grid_html(grid, title, _row_href(run, view)))
            with st.container(key="matrix-edges", width="content"):
                st.html(edges_html(grid, figures.ROW_HEIGHT, run.palette))
        st.html(
            f'<p class="mcu-note mcu-sideways">Столбцов {len(grid.columns)}: не видны все, листайте таблицу вбок.</p>'
        )
        gaps = laid.gaps.words(view.matrix.columns)
        st.html(f'<p class="mcu-note">{gaps}{_scale_words(view, laid)}{passport.note(measure, asked.min_n)}</p>')


def _legend_of(view: View, ramp: tuple[str, ...], laid: LaidOut) -> str:
    """Write the legend: numbers at the ends of a scale of numbers, words at those of surprise."""
    if not view.is_surprise:
        return _legend(ramp, laid, view)
    return legend.html(ramp, surprise_words.STEPS, *surprise_words.ENDS)


def _widths(grid: figures.Grid) -> str:
    """Give the matrix the width it needs: the story moves below where both have no room, and what is cut is said."""
    need = grid.least_width + _BESIDE
    return (
        f".st-key-matrix-plot{{min-width:{grid.least_width}px}}"
        f".stApp .st-key-home>[data-testid='stLayoutWrapper']:first-child{{min-width:min(100%,{need}px)}}"
        f"@container matrix (min-width:{need - _PADDING}px){{.mcu-sideways{{display:none}}}}"
    )


_BESIDE: Final = 350
"""Pixels of titles, edge columns and the padding of the panel beside the numbers."""

_PADDING: Final = 34
"""Pixels of the panel's padding and border, which are not in the width of what it holds."""


def _from_newest(view: View) -> str:
    """Let a matrix of weeks or months begin at its newest column where it is wider than the window."""
    if view.matrix.columns not in GRAINS:
        return ""
    box = ".stApp .st-key-matrix"
    turned = f"{box}>:first-child{{order:2}}{box}>:nth-child(2){{order:1}}"
    return f"{box}{{direction:rtl}}{box}>*{{direction:ltr}}{turned}"


def _row_href(run: Run, view: View) -> Callable[[str], str]:
    """Give the function that makes the address of a row's story, keeping every other choice."""
    own = {"view": view.name, "colour": view.colour, "order": view.order}
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
    cell = Cell.parse(f"{data[0]}{SEPARATOR}{data[1]}", view.matrix)
    address.set_param("cell", None if cell is None or cell == view.cell else cell.text())


def _legend(ramp: tuple[str, ...], laid: LaidOut, view: View) -> str:
    unit, scale = laid.measure.unit, laid.scale
    each = _EACH[laid.measure.clock is not None].get(view.matrix.columns, " в ячейке") if unit == "count" else ""
    edges = [short(edge, unit) for edge in scale.edges]
    uneven = " · шаги неравные" if scale.steps > 1 else ""
    uneven = "" if view.limits else uneven
    return legend.html(ramp, legend.between(edges), edges[0], edges[-1] + each + uneven, shown(view.limits, unit))


def _scale_words(view: View, laid: LaidOut) -> str:
    """Say how the colours are cut, with all their edges."""
    if view.is_surprise:
        return f"{surprise_words.NOTE} "
    unit = laid.measure.unit
    edges = " · ".join(short(edge, unit) for edge in laid.scale.edges)
    how = "к большим числам шаги шире, чтобы одно большое не гасило остальные"
    how = how if unit == "count" else "в каждом шаге поровну ячеек, чтобы одна крайняя не гасила остальные"
    return f"Шаги цвета: {edges}; {'это ваши границы' if view.limits else how}. "
