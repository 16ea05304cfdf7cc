"""«Мои дела» as parts of a file: the groups with their numbers, and the rows of the group that is open."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import polars as pl

from analytics.periods import Period
from loaders.agenda import ALL
from pages.my_cases import reading, tables, words
from pages.my_cases.reading import Agenda
from pages.my_cases.view import View
from pages.paper.model import Column, Part, Table
from pages.paper.source import Source
from pages.registry import paper as register
from pages.registry.tables import LEFT
from pages.shared import formats, remaining

_AT: Final = "at"
"""Parameter with the minute that a file tells of, so that it can be made again."""

_WRITTEN: Final = "%Y-%m-%dT%H:%M"


def measures_of(source: Source) -> list[str]:  # noqa: ARG001 — every screen gives the same two functions
    """Name no measure: the parts hold rows and count them."""
    return []


def seen(source: Source) -> Source:
    """Put the present minute into the file, and its day in the place of the period: nothing is compared."""
    now = _moment(source)
    own = dict(source.own) | {_AT: (now.strftime(_WRITTEN),)}
    asked = replace(source.asked, period=Period(now.date(), now.date()), comparison=None)
    return Source(asked, tuple(sorted(own.items())))


def _moment(source: Source) -> datetime:
    """Give the minute that the file tells of: the one it was made at before, else the present one."""
    now = reading.clock(source.asked.city)
    try:
        return min(datetime.strptime(source.param(_AT), _WRITTEN), now)  # noqa: DTZ007 — the city's clock has no zone
    except ValueError:
        return now


def parts(source: Source) -> list[Part]:
    """Count the groups and list the open one; raises `AccessDenied` for whoever may not see any rows."""
    asked, view = source.asked, View.parse(source.query())
    found = reading.read(asked, view.rows.topics, _moment(source))
    chosen = view.chosen(found.counts)
    return [_groups(found), _rows(source, view, found, chosen)]


def _groups(found: Agenda) -> Part:
    columns = [Column("group", "Когда", is_wide=True), Column("days", "Срок"), Column("rows", "Обращений", "count")]
    counted = [(words.title(key, found.days), words.note(key, found), rows) for key, rows in found.counts.items()]
    whole = [number for number, key in enumerate(found.counts) if key == ALL]
    note = f"в работе на {formats.moment(found.now)}, по рабочему календарю города"
    return Part("groups", "Мои дела по срокам", note, Table.of(columns, counted, bold=whole))


def _rows(source: Source, view: View, found: Agenda, chosen: str) -> Part:
    asked = source.asked
    rows = remaining.with_units(register.read(source, found.filters[chosen], view.rows), asked.city.rules)
    shown = tables.columns(of_one_block=asked.is_of_one_block)
    calendar = asked.city.rules.calendar
    told = [
        remaining.words(calendar, found.now, due, unit) if due is not None else None
        for due, unit in rows.select("deadline_at", remaining.UNIT).iter_rows()
    ]
    table = register.table(source, rows.with_columns(pl.Series(LEFT, told, pl.String)), shown)
    topics = f"темы: {', '.join(view.rows.topics)}" if view.rows.topics else ""
    note = "; ".join(part for part in (words.advice(chosen, found), topics) if part)
    return Part("rows", f"{words.title(chosen, found.days)}: обращения", note, table)
