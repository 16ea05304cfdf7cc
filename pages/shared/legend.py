"""The legend of a colour scale: its steps between the words of its ends. No Streamlit here."""

from collections.abc import Sequence
from itertools import pairwise


def html(colours: Sequence[str], titles: Sequence[str], low: str, high: str) -> str:
    """Write a legend; `titles` are the tooltips of the steps. All words are escaped already."""
    steps = "".join(
        f'<i style="background:{colour}" title="{title}"></i>' for colour, title in zip(colours, titles, strict=True)
    )
    return f'<div class="mcu-legend"><span>{low}</span>{steps}<span>{high}</span></div>'


def between(edges: Sequence[str]) -> list[str]:
    """Name the steps by the written edges around them."""
    return [f"{low} – {high}" for low, high in pairwise(edges)]
