"""The panel with the matrix: its switches, legend, titles, numbers, and the click that opens a story."""

from datetime import date
from typing import Any

import streamlit as st

from analytics import colour as colours
from analytics import measures
from pages.heat_map import figures
from pages.heat_map.grid import Beside, build, titles_html
from pages.heat_map.reading import BESIDE, Asked, beside, judged, matrix
from pages.heat_map.view import (
    COLOURS,
    MATRICES,
    ORDERS,
    Cell,
    View,
    matrix_period,
    parse_limits,
    write_limits,
    written,
)
from pages.shared import address, formats, frame
from pages.shared.run import Run


def draw(run: Run, asked: Asked, view: View) -> None:
    """Draw the matrix with its titles, switches and legend."""
    found = matrix(asked, view.name, view.colour, view.order)
    limits = view.limits
    is_count = found.measure.unit == "count"
    scale = colours.scale(found.cells["value"], limits=limits, whole=is_count)
    low_is_hot = found.measure.good == "up"
    ramp = figures.colours(run.palette, scale, low_is_hot=low_is_hot)
    grouped = view.matrix.rows == "topic_block" and view.order == "given"
    grid = build(found, view.matrix, scale, run.city, _beside(asked, view), view.cell, grouped=grouped)
    shown = matrix_period(view.matrix, run.period)
    title = f"{found.measure.title} {view.matrix.phrase}"
    with frame.panel(title, _period_note(found.measure.clock, shown.start, shown.end), key="matrix-panel"):
        _switch(view)
        st.html(_legend(ramp, scale, found.measure.unit))
        signals = {
            written(key): each for key, each in judged(asked, view.matrix.rows, found.row_keys, view.colour).items()
        }
        with st.container(key="matrix", horizontal=True, gap=None):
            with st.container(key="matrix-titles", width="content"):
                st.html(titles_html(grid, signals, found.measure.good, figures.ROW_HEIGHT))
            with st.container(key="matrix-plot"):
                st.html(f"<style>.st-key-matrix-plot{{min-width:{grid.least_width}px}}</style>")
                _plot(grid, ramp, run, view, title)
        st.html(f'<p class="mcu-note">{_note(found.measure, asked.min_n)}</p>')


def _choose(name: str, widget: str, default: str) -> None:
    """Write a choice into the address; another matrix or colour has other cells and limits."""
    value = st.session_state[widget]
    address.set_param(name, None if value in {None, default} else value)
    for other in {"view": ("cell", "limits"), "colour": ("limits",)}.get(name, ()):
        address.set_param(other, None)


def _switch(view: View) -> None:
    """Draw the choice of matrix, colour and order."""
    with st.container(key="switches", horizontal=True, gap="small", vertical_alignment="bottom"):
        st.session_state["matrix-view"] = view.name
        st.segmented_control(
            "Столбцы", list(MATRICES), format_func=lambda key: MATRICES[key].title, key="matrix-view",
            on_change=_choose, args=("view", "matrix-view", next(iter(MATRICES))), label_visibility="collapsed",
        )  # fmt: skip
        st.session_state["matrix-colour"] = view.colour
        st.selectbox(
            "Цвет и число", COLOURS, format_func=lambda key: measures.find(key).short_title, key="matrix-colour",
            on_change=_choose, args=("colour", "matrix-colour", COLOURS[0]), filter_mode=None, width=190,
        )  # fmt: skip
        st.session_state["matrix-order"] = view.order
        st.selectbox(
            "Порядок строк", list(ORDERS), format_func=ORDERS.__getitem__, key="matrix-order",
            on_change=_choose, args=("order", "matrix-order", "given"), filter_mode=None, width=150,
        )  # fmt: skip
        with st.popover("Границы цвета", key="limits-popover"):
            _limits(view)


def _limits(view: View) -> None:
    """Let the reader set the edges of the colours."""
    st.caption(
        "Напишите до семи границ по возрастанию через точку с запятой. Это ваши границы, официальных нет; "
        "они останутся в ссылке."
    )
    st.session_state["matrix-limits"] = write_limits(view.limits)
    st.text_input("Границы", key="matrix-limits", placeholder="10; 25; 50; 100", on_change=_choose_limits)
    if not view.limits:
        st.caption("Сейчас границы делят шкалу от нуля до наибольшего числа на равные шаги.")


def _choose_limits() -> None:
    limits = parse_limits(str(st.session_state["matrix-limits"])[:200])
    if limits is None:
        st.session_state["limits-refused"] = True
        return
    address.set_param("limits", write_limits(limits) or None)


def _beside(asked: Asked, view: View) -> Beside:
    """Write the edge columns out."""
    by_row, whole = beside(asked, view.matrix.rows)
    heads = tuple(measures.find(key).short_title.lower() for key in BESIDE)
    absent = (0, None, 0)
    texts = {key: _edge(by_row.get(key, absent), asked.min_n) for key in {*by_row, *_rows(asked, view)}}
    return Beside(heads, texts, _edge(whole, asked.min_n))


def _rows(asked: Asked, view: View) -> tuple[Any, ...]:
    return matrix(asked, view.name, view.colour, view.order).row_keys


def _edge(values: tuple[float | None, ...], least: int) -> tuple[str, ...]:
    overdue, share, n = values
    return (formats.number(overdue) if overdue else formats.DASH, formats.share(share, int(n or 0), least))


def _plot(grid: figures.Grid, ramp: tuple[str, ...], run: Run, view: View, title: str) -> None:
    """Draw the figure and follow a click into the story."""
    key = f"matrix-{view.name}-{view.colour}-{view.order}"
    event = st.plotly_chart(
        figures.matrix(grid, ramp, run.palette), key=key, theme=None, on_select=lambda: _click(key, view),
        selection_mode="points", config={"displayModeBar": False}, alt=f"{title}: матрица чисел",
    )  # fmt: skip
    del event


def _click(key: str, view: View) -> None:
    """Put the clicked cell into the address; a second click on it puts it out."""
    points = st.session_state[key]["selection"]["points"]
    data = points[0].get("customdata") if points else None
    if not data:
        return
    cell = Cell.parse(f"{data[0]}|{data[1]}"[:400], view.matrix)
    address.set_param("cell", None if cell is None or cell == view.cell else cell.text())


def _period_note(clock: str | None, start: date, end: date) -> str:
    by = {"received_on": "по дню поступления", "answered_on": "по дню завершения", "due_on": "по дню срока"}
    return f"{formats.span(start, end)}, {by[clock]}" if clock else f"состояние на {formats.day(end)}"


def _note(measure: measures.Measure, least: int) -> str:
    few = "" if measure.unit == "count" else f" «{formats.FEW}» — меньше {least} случаев в основании."
    base = f" Основание: {measure.base}." if measure.base else ""
    return f"{measure.definition}{base}{few} Источник показателя: {measure.source}."


def _legend(ramp: tuple[str, ...], scale: colours.Scale, unit: str) -> str:
    low, *inner, high = scale.edges
    titles = [formats.measure(edge, unit) for edge in (low, *inner, high)]
    steps = "".join(
        f'<i style="background:{colour}" title="{titles[i]} – {titles[i + 1]}"></i>' for i, colour in enumerate(ramp)
    )
    return f'<div class="mcu-legend"><span>{titles[0]}</span>{steps}<span>{titles[-1]}</span></div>'
