"""The reader's own limits of colour scales: written in a link, chosen in a field; none of them is official.

Every measure keeps its own limits on all screens. A link holds them as `appeals:10,25.5;on_time_share:0.8,0.9`.
"""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import streamlit as st

from pages.shared import address

PARAMETER: Final = address.LIMITS
"""Parameter of the address that holds them; every link carries it."""

_MOST_LIMITS: Final = 7
_LONGEST: Final = 200
_PERCENT: Final = 100


def parse_limits(text: str) -> tuple[float, ...] | None:
    """Read the reader's colour limits «10; 50; 100»; None when they are not growing numbers, at most seven."""
    pieces = [piece.strip().replace(",", ".") for piece in text.replace("\u00a0", "").split(";") if piece.strip()]
    return _growing(pieces)


def _growing(pieces: Sequence[str]) -> tuple[float, ...] | None:
    try:
        limits = tuple(float(piece) for piece in pieces)
    except ValueError:
        return None
    grows = all(before < after for before, after in pairwise(limits))
    finite = all(math.isfinite(limit) for limit in limits)
    return limits if grows and finite and len(limits) <= _MOST_LIMITS else None


def write_limits(limits: Sequence[float]) -> str:
    """Write colour limits for the input field."""
    return "; ".join(_number(limit).replace(".", ",") for limit in limits)


def _number(limit: float) -> str:
    return f"{limit:.15g}"


def read(text: str) -> dict[str, tuple[float, ...]]:
    """Read the limits of every scale out of a link; a scale whose limits make no sense has none.

    >>> read("appeals:10,25.5;on_time_share:0.9,0.8;x")
    {'appeals': (10.0, 25.5)}
    """
    parts = (part.partition(":") for part in text.split(";"))
    found = {scale: _growing(numbers.split(",")) for scale, _, numbers in parts if re.fullmatch(r"[a-z0-9_.]+", scale)}
    return {scale: limits for scale, limits in found.items() if limits}


def written(limits: Mapping[str, Sequence[float]]) -> str:
    """Write the limits of every scale for a link.

    >>> written({"appeals": (10, 25.5), "repeat": ()})
    'appeals:10,25.5'
    """
    return ";".join(f"{scale}:{','.join(map(_number, edges))}" for scale, edges in limits.items() if edges)


def shown(limits: Sequence[float], unit: str) -> list[str]:
    r"""Write the reader's limits for a legend, to the last digit that he set.

    >>> shown((0.8, 0.925), "share")
    ['80\xa0%', '92,5\xa0%']
    """
    times, sign = (_PERCENT, "\u00a0%") if unit == "share" else (1, "")
    return [f"{_number(limit * times).replace('.', ',')}{sign}" for limit in limits]


def field(widget: str, scale: str, unit: str, usual: str) -> None:
    """Let the reader set the edges of one scale's colours, kept in the link; `usual` says how they are cut without.

    Shares are set in percent, as they are shown.
    """
    limits, times = read(address.param(PARAMETER)).get(scale, ()), _PERCENT if unit == "share" else 1
    st.session_state[widget] = write_limits([limit * times for limit in limits])
    st.text_input(
        f"Границы цвета{', %' if unit == 'share' else ''}, до семи чисел", key=widget, placeholder="10; 25; 50; 100",
        max_chars=_LONGEST, on_change=_keep, args=(widget, scale, times),
    )  # fmt: skip
    if st.session_state.pop(f"{widget}-refused", False):
        st.caption("■ Границы не приняты: нужны числа по возрастанию через точку с запятой.")
    elif not limits:
        st.caption(f"{usual} Официальных границ нет.")
    else:
        st.caption("Это ваши границы, они сохранены в ссылке для этого показателя. Официальных границ нет.")


def _keep(widget: str, scale: str, times: int) -> None:
    limits = parse_limits(str(st.session_state[widget]))
    st.session_state[f"{widget}-refused"] = limits is None
    if limits is not None:
        others = read(address.param(PARAMETER)) | {scale: tuple(limit / times for limit in limits)}
        address.set_param(PARAMETER, written(others) or None)
