"""The legend of a colour scale: its steps between the words of its ends. No Streamlit here."""

from collections.abc import Sequence
from itertools import chain, pairwise, zip_longest


def html(colours: Sequence[str], titles: Sequence[str], low: str, high: str, own: Sequence[str] = ()) -> str:
    """Write a legend; `titles` are the tooltips of the steps, `own` the reader's limits between them.

    All words are escaped already.
    """
    steps = [
        f'<i style="background:{colour}" title="{title}"></i>' for colour, title in zip(colours, titles, strict=True)
    ]
    limits = [f'<b title="ваша граница">{limit}</b>' for limit in own]
    drawn = "".join(chain.from_iterable(zip_longest(steps, limits, fillvalue="")))
    return f'<div class="mcu-legend"><span>{low}</span>{drawn}<span>{high}</span></div>'


def between(edges: Sequence[str]) -> list[str]:
    """Name the steps by the written edges around them."""
    return [f"{low} – {high}" for low, high in pairwise(edges)]
