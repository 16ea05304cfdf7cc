"""The choices above the matrix: which columns, which measure, order of the rows, limits of the colours."""

from contextlib import suppress
from typing import Final

import streamlit as st

from analytics import measures
from loaders.access import preferences
from pages.heat_map import surprise_words
from pages.heat_map.view import COLOURS, MATRICES, ORDERS, SURPRISE, View, colours_of
from pages.shared import address, limits, readers, viewer
from pages.shared.run import Run

_USUAL: Final = "Сейчас шаги числа обращений к большим числам шире, а в шаге доли или дней поровну ячеек."


def draw(view: View, names: tuple[str, ...], usual: str) -> None:
    """Draw all choices in one row; `names` are the matrices that suit the period, `usual` is the city's colour."""
    with st.container(key="switches", horizontal=True, gap="small", vertical_alignment="center"):
        st.session_state["matrix-view"] = view.name
        st.segmented_control(
            "Столбцы матрицы", names, format_func=lambda key: MATRICES[key].title, key="matrix-view",
            on_change=_choose, args=("view", names[0]), label_visibility="collapsed", width="content",
        )  # fmt: skip
        keys = colours_of(view.matrix)
        _select("colour", "Показатель", keys, {key: _title(key) for key in keys}, view.colour, usual)
        with st.popover("Порядок и границы", key="limits-popover", width="content"):
            _select("order", "Порядок строк", tuple(ORDERS), ORDERS, view.order, "given", is_labelled=True)
            if view.is_surprise:
                st.caption(surprise_words.LIMITS)
            else:
                limits.field("matrix-limits", view.measure, measures.find(view.measure).unit, _USUAL)


def _title(key: str) -> str:
    return surprise_words.TITLE if key == SURPRISE else measures.find(key).short_title


def _select(
    name: str,
    label: str,
    keys: tuple[str, ...],
    titles: dict[str, str],
    value: str,
    usual: str,
    *,
    is_labelled: bool = False,
) -> None:
    st.session_state[f"matrix-{name}"] = value
    st.selectbox(
        label, keys, format_func=titles.__getitem__, key=f"matrix-{name}", on_change=_choose, args=(name, usual),
        filter_mode=None, width="stretch" if is_labelled else 150,
        label_visibility="visible" if is_labelled else "collapsed",
    )  # fmt: skip


def recall(run: Run) -> None:
    """Put the colour that this person chose last into an address that names none: files and links follow it."""
    if not address.param("colour"):
        kept = preferences.home_colour(readers.store(), run.viewer.actor.account_id)
        if kept in {*COLOURS, SURPRISE} - {run.city.home_colour}:
            address.set_param("colour", kept)


def _keep(colour: str) -> None:
    """Remember the colour for the person who chose it; a session that has just ended chooses nothing."""
    if colour in {*COLOURS, SURPRISE}:
        with suppress(viewer.NoSession):
            preferences.keep_home_colour(readers.store(), viewer.viewer().actor.account_id, colour)


def _choose(name: str, default: str) -> None:
    """Write a choice into the address; another matrix has other cells."""
    value = str(st.session_state[f"matrix-{name}"] or default)
    if name == "colour":
        _keep(value)
    address.set_param(name, None if value == default else value)
    if name == "view":
        address.set_param("cell", None)
