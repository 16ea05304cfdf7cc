"""Tables as plain HTML: dense, readable by screen readers and printers, with links instead of a canvas.

Every cell is escaped here, so a screen hands over data as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pages.shared import formats
from pages.shared.palette import MARKS, Tone
from pages.shared.text import href_to, html_text


@dataclass(frozen=True, slots=True)
class Link:
    """Lead from a cell to an address made by `address.url`; an empty one leaves plain words."""

    text: str
    href: str
    is_verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Stand as it is: a login is a datum, which no translator of a browser touches."""

    text: str


@dataclass(frozen=True, slots=True)
class Toned:
    """Stand out in a tone, with the tone's mark before the words."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Heading:
    """Head a column; `href` makes it a link that sorts, `sorted` says how the rows stand now."""

    title: str
    is_number: bool = False
    href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    is_wide: bool = False


Cell = str | Link | Toned | Verbatim


def table(headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], caption: str) -> str:
    """Write a table; `caption` tells screen readers what it shows.

    On a phone a table with several wide columns shows its rows as cards, each value beside the title of its column.
    """
    head = "".join(_heading(heading) for heading in headings)
    body = "".join(_row(headings, row) for row in rows)
    cards = " mcu-cards" if sum(heading.is_wide for heading in headings) > 1 else ""
    return (
        f'<div class="mcu-scroll mcu-data{cards}" tabindex="0" role="region" aria-label="{html_text(caption)}">'
        f'<table class="mcu-table"><caption>{html_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def some_of(shown: int, total: int, how: str) -> str:
    """Say how many of a list stand here, and `how` the rest is to be seen; empty where nothing is cut.

    >>> some_of(12, 12, "остальные — в файле"), some_of(12, 34, "остальные — в файле")
    ('', '<p class="mcu-note">Показано 12 из 34; остальные — в файле.</p>')
    """
    if total <= shown:
        return ""
    return f'<p class="mcu-note">Показано {formats.number(shown)} из {formats.number(total)}; {how}.</p>'


def _row(headings: Sequence[Heading], row: Sequence[Cell]) -> str:
    return "<tr>" + "".join(_cell(heading, cell) for heading, cell in zip(headings, row, strict=True)) + "</tr>"


def _heading(heading: Heading) -> str:
    mark = {"": "", "ascending": " ▲", "descending": " ▼"}[heading.sorted]
    title = html_text(heading.title)
    words = f'<a class="mcu-link"{href_to(heading.href)}>{title}{mark}</a>' if heading.href else title
    state = f' aria-sort="{heading.sorted}"' if heading.sorted else ""
    return f'<th scope="col"{_class(heading)}{state}>{words}</th>'


def _cell(heading: Heading, cell: Cell) -> str:
    if isinstance(cell, Link):
        words = f'<a class="mcu-link"{href_to(cell.href)}{_said(cell.is_verbatim)}>{html_text(cell.text)}</a>'
    elif isinstance(cell, Verbatim):
        words = f"<span{_said(is_verbatim=True)}>{html_text(cell.text)}</span>"
    elif isinstance(cell, Toned):
        mark = f'<span aria-hidden="true">{MARKS[cell.tone]}</span>'
        words = f'<span class="mcu-{cell.tone}">{mark} {html_text(cell.text)}</span>'
    else:
        words = html_text(cell)
    return f'<td{_class(heading)} data-title="{html_text(heading.title)}">{words}</td>'


def _said(is_verbatim: bool) -> str:  # noqa: FBT001 — the one thing it is about
    return ' translate="no"' if is_verbatim else ""


def _class(heading: Heading) -> str:
    names = [name for name, on in (("n", heading.is_number), ("w", heading.is_wide)) if on]
    return f' class="{" ".join(names)}"' if names else ""


def pager(shown: str, hrefs: Mapping[str, str], label: str) -> str:
    """Write which rows are shown and the links to other pages; a link without an address is plain words."""
    links = "".join(
        f'<a class="mcu-link"{href_to(address)}>{title}</a>' if address else f"<span>{title}</span>"
        for title, address in hrefs.items()
    )
    return f'<nav class="mcu-pager mcu-data" aria-label="{html_text(label)}"><b>{shown}</b>{links}</nav>'
