"""«Мои дела» as HTML: the groups as numbers that lead to their rows, and the rows. Without Streamlit."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from analytics.work_calendar import WorkCalendar
from pages.my_cases import words
from pages.my_cases.reading import Agenda
from pages.my_cases.view import View
from pages.registry import tables as register
from pages.shared import formats
from pages.shared.table import Cell, Heading, Link, table
from pages.shared.text import href_to, html_text

COLUMNS: Final = ("source_id", "topic", "department", "received_at", "deadline_at", register.LEFT, "status", "stage")
BLOCK: Final = "topic_block"

_WIDE: Final = frozenset({"topic", "department", BLOCK})


def columns(*, of_one_block: bool) -> tuple[str, ...]:
    """Name the columns; whoever sees several blocks is told of which one a case is."""
    return COLUMNS if of_one_block else (COLUMNS[0], BLOCK, *COLUMNS[1:])


def groups(found: Agenda, chosen: str, href: Callable[[str], str]) -> str:
    """Write the groups as links to their rows; `href` gives the address of one."""
    drawn = "".join(_group(key, found, chosen, href) for key in found.counts)
    return f'<nav class="mcu-facts mcu-linked mcu-groups" aria-label="Группы по срокам">{drawn}</nav>'


def _group(key: str, found: Agenda, chosen: str, href: Callable[[str], str]) -> str:
    current = ' aria-current="true"' if key == chosen else ""
    number = formats.number(found.counts[key])
    burns = key == "overdue" and found.counts[key]
    value = f'<b class="mcu-bad"><span aria-hidden="true">▲</span> {number}</b>' if burns else f"<b>{number}</b>"
    title, note = words.title(key, found.days), words.note(key, found)
    return (
        f'<a class="mcu-link"{href_to(href(key))}{current}>'
        f"<span>{title}</span>{value}<small>{html_text(note)}</small></a>"
    )


def rows(
    frame: pl.DataFrame,
    shown: tuple[str, ...],
    view: View,
    found: Agenda,
    calendar: WorkCalendar,
    titles: Mapping[str, Mapping[str, str]],
    links: Mapping[str, Callable[[str], str]],
    sort: Callable[[str], str],
) -> str:
    """Write the rows; `links` give the addresses that words of a column lead to, `sort` the one that sorts."""
    state = "descending" if view.rows.descending else "ascending"
    headings = [
        Heading(
            register.COLUMNS[name],
            href="" if name == register.LEFT else sort(view.rows.sorted_by(name)),
            sorted=state if name == view.rows.sort else "",
            is_wide=name in _WIDE,
        )
        for name in shown
    ]

    def cell(name: str, row: Mapping[str, Any]) -> Cell:
        if name == register.LEFT:
            return register.left(row, calendar, found.now)
        written = register.cell(name, row, titles, found.now)
        return Link(str(written), links[name](str(row[name]))) if name in links and row[name] is not None else written

    listed = ([cell(name, row) for name in shown] for row in frame.iter_rows(named=True))
    return table(headings, listed, "Мои дела")
