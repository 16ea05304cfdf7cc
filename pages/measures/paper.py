"""The screen «Показатели» as parts of a file: every measure with its value and how it is counted."""

from itertools import groupby

from analytics.measures import EVERY, Measure
from pages.measures.reading import CLOCKS, GOOD, UNITS, clock_order, values
from pages.paper.model import Column, Part, Table
from pages.paper.source import Source
from pages.shared import formats
from pages.shared.asked import Asked


def measures_of(source: Source) -> list[str]:  # noqa: ARG001 — every screen gives the same two functions
    """Name no measure: the parts define them all."""
    return []


def parts(source: Source) -> list[Part]:
    """Lay the screen out, a part for each day that measures are counted by."""
    found = values(source.asked)
    grouped = groupby(sorted(EVERY.values(), key=clock_order), key=lambda measure: measure.clock)
    return [_part(clock, list(group), found, source.asked) for clock, group in grouped]


def _part(clock: str | None, group: list[Measure], found: dict[str, float | int | None], asked: Asked) -> Part:
    columns = [
        Column("title", "Показатель", is_wide=True), Column("value", "Значение", "value"),
        Column("n", "В основании", "count"), Column("unit", "Единица"), Column("good", "Смысл"),
        Column("definition", "Как считается", is_wide=True), Column("source", "Источник", is_wide=True),
    ]  # fmt: skip
    rows, few = [], []
    for number, each in enumerate(group):
        n = found.get(f"{each.key}_n")
        is_few = each.unit != "count" and n is not None and n < asked.min_n
        few += [(number, "value")] if is_few else []
        value = None if is_few else found[each.key]
        rows.append([each.title, value, n, UNITS[each.unit], GOOD[each.good], each.definition, each.source])
    note = formats.span(asked.period.start, asked.period.end)
    table = Table.of(columns, rows, few=few, units=[each.unit for each in group])
    return Part(str(clock), CLOCKS[clock].capitalize(), note, table)
