"""The reader's own limits of a colour scale: written in a link, chosen in a field; none of them is official."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import streamlit as st

from pages.shared import address

PARAMETER: Final = "limits"
"""Parameter of the address that holds them."""

_MOST_LIMITS: Final = 7
_LONGEST: Final = 200


def parse_limits(text: str) -> tuple[float, ...] | None:
    """Read the reader's colour limits «10; 50; 100»; None when they are not growing numbers, at most seven."""
    pieces = [piece.strip().replace(",", ".") for piece in text.replace("\u00a0", "").split(";") if piece.strip()]
    try:
        limits = tuple(float(piece) for piece in pieces)
    except ValueError:
        return None
    grows = all(before < after for before, after in pairwise(limits))
    finite = all(math.isfinite(limit) for limit in limits)
    return limits if grows and finite and len(limits) <= _MOST_LIMITS else None


def write_limits(limits: Sequence[float]) -> str:
    """Write colour limits for the address and the input field."""
    return "; ".join(f"{limit:g}".replace(".", ",") for limit in limits)


def field(widget: str, limits: Sequence[float], usual: str) -> None:
    """Let the reader set the edges of the colours; they stay in the link. `usual` says how they are cut without."""
    st.session_state[widget] = write_limits(limits)
    st.text_input(
        "Границы цвета, до семи чисел", key=widget, placeholder="10; 25; 50; 100", on_change=_keep, args=(widget,)
    )
    if st.session_state.pop(f"{widget}-refused", False):
        st.caption("■ Границы не приняты: нужны числа по возрастанию через точку с запятой.")
    elif not limits:
        st.caption(f"{usual} Официальных границ нет.")
    else:
        st.caption("Это ваши границы, они сохранены в ссылке. Официальных границ нет.")


def _keep(widget: str) -> None:
    limits = parse_limits(str(st.session_state[widget])[:_LONGEST])
    st.session_state[f"{widget}-refused"] = limits is None
    if limits is not None:
        address.set_param(PARAMETER, write_limits(limits) or None)
