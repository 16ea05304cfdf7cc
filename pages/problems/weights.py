"""The weights of the index: the city's, or the reader's own, which stand in the address and can be taken back."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from analytics import acts, measures
from analytics.problems import COUNTS, Problems
from analytics.rounding import shares
from pages.problems.view import MOST_WEIGHT, View, parse_weights, write_weights
from pages.shared import address, formats
from pages.shared.run import Run
from pages.shared.text import href_to

_KEY: Final = "sphere-weight-{}"


def draw(view: View, usual: Mapping[str, float]) -> None:
    """Draw the fields of the weights and the way back to the city's own."""
    with st.popover("Веса показателей", key="sphere-weights", width="content"):
        for name, weight in zip(COUNTS, view.weights(usual), strict=True):
            st.session_state[_KEY.format(name)] = weight
            st.number_input(
                measures.find(name).short_title, min_value=0.0, max_value=MOST_WEIGHT, step=0.5, format="%g",
                key=_KEY.format(name), on_change=_change, args=(dict(usual),),
            )  # fmt: skip
        if st.session_state.pop("sphere-weights-refused", False):
            st.caption("■ Хотя бы один вес должен быть больше нуля: прежние веса оставлены.")
        st.caption(f"Важны только соотношения. Весов {acts.CENTRE} не называет: обычно они равны, их задаёт город.")
        if view.own:
            st.button("Вернуть веса города", on_click=address.set_param, args=("weights", None), width="stretch")


def _change(usual: Mapping[str, float]) -> None:
    """Write the weights into the address; those of the city leave it."""
    chosen = write_weights([float(st.session_state[_KEY.format(name)]) for name in COUNTS])
    parsed = parse_weights(chosen)
    st.session_state["sphere-weights-refused"] = parsed is None
    if parsed is not None:
        address.set_param("weights", None if parsed == tuple(usual[name] for name in COUNTS) else chosen)


def said(view: View, found: Problems, run: Run) -> str:
    """Write the weights in force, as parts of a hundred, and whose they are."""
    weighed = shares([found.weights.get(name, 0.0) for name in COUNTS], digits=0)
    parts = ", ".join(
        f"{measures.find(name).short_title.lower()} {formats.percent(share, 0)}"
        for name, share in zip(COUNTS, weighed, strict=True)
    )
    if view.own is None:
        return f'<p class="mcu-note">Веса города: {parts}.</p>'
    others = {name: address.param(name) for name in ("units", "measure", "along")}
    back = href_to(address.url("problems", run.filters, **others))
    return (
        f'<p class="mcu-note"><span class="mcu-accent"><span aria-hidden="true">●</span> Веса изменены вами</span>: '
        f'{parts}. <a class="mcu-link"{back}>Вернуть веса города</a></p>'
    )
