"""«Причины и условия повышенной активности» for the quarter (act 001, функция 17): topics that stand out, and measures.

A topic is listed because it really grew, or because it is among the fewest that hold half of the index of problem
spheres and did not come down. The causes and what was done about them nobody can compute: their columns are left to
people.
"""

from typing import Final

import polars as pl

from analytics import natural
from analytics.periods import previous
from analytics.priorities import Level, Priority, priorities
from analytics.series import PERIOD_NO, series
from pages.paper.model import Column, Paper, Part, Table, Value
from pages.paper.source import Source, about, words_of
from pages.problems import reading, words
from pages.problems.ways import Titles
from pages.reports import spans
from pages.shared import formats
from pages.shared.asked import Asked

MEASURES: Final = ("new", "repeat", "overdue_open", "postponed")
MOST: Final = 15
_BY: Final = ("topic_block", "topic")


def paper(source: Source, base: str) -> Paper:
    """Make the report of a period."""
    asked = source.asked
    found = reading.spheres(asked, _BY, tuple(asked.city.problem_weights[name] for name in MEASURES))
    came = _came(asked)
    listed = [each for each in priorities(found) if each.level is not Level.REST]
    standing_out = [each for each in listed if each.level is not Level.LARGE or not _fell(each)]
    chosen = standing_out[:MOST]
    totals = found.total.row(0, named=True)
    titles = Titles(asked.city)
    posts = {block.key: block.head_post for block in asked.city.blocks}
    columns = [
        Column("block", "Блок", is_wide=True), Column("topic", "Тема", is_wide=True),
        Column("came", "Поступило", "count"), Column("before", "Было", "count"),
        Column("why", "Чем выделяется", is_wide=True), Column("where", "Где больше всего", is_wide=True),
        Column("post", "Отвечает", is_wide=True), Column("cause", "Причины и условия", is_wide=True),
        Column("done", "Принятые меры, срок", is_wide=True),
    ]  # fmt: skip
    rows: list[list[Value]] = [
        [
            titles.title("topic_block", each.key[0]), titles.title("topic", each.key[1]), *came.get(each.key, (0, 0)),
            "; ".join(line for reason in each.reasons for line in words_of(words.reason(reason, totals))),
            _where(asked, each), posts.get(each.key[0] or "") or None, "", "",
        ]
        for each in chosen
    ]  # fmt: skip
    span = formats.span(asked.period.start, asked.period.end)
    note = "темы, которые действительно выросли, и те, что держат половину индекса проблемных сфер и не стали меньше"
    part = Part("causes", "Темы повышенной активности", note, Table.of(columns, rows), after=_after(len(standing_out)))
    lead = (f"{asked.city.title}. Причины и принятые меры вписывают ответственные: программа их не знает.",)
    title = f"Причины и условия повышенной активности, {span}"
    link = spans.link("causes", source, base)
    return Paper(title, about(source, MEASURES, link=link), (part,), lead, "Причины повышенной активности")


def _after(found: int) -> tuple[str, ...]:
    """Say that nothing stands out, or that the list is cut and where it is whole."""
    if not found:
        return ("Тем, которые выделяются, за период нет.",)
    cut = f"Показано {MOST} из {formats.number(found)} тем; все — на экране «Проблемные сферы», сферы «темы»."
    return (cut,) if found > MOST else ()


def _came(asked: Asked) -> dict[tuple[str | None, ...], tuple[int, int | None]]:
    """Count what came by topic in the period and in the one before; None where that lies before the data."""
    periods = [asked.period, previous(asked.period)]
    cells = asked.measured(max(periods[1].start, asked.begun)).with_columns(pl.col(*_BY).cast(pl.String))
    counted = series(cells, ["appeals"], periods, asked.as_of, by=_BY).collect()
    found: dict[tuple[str | None, ...], tuple[int, int | None]] = {}
    for key, frame in counted.partition_by(*_BY, as_dict=True).items():
        now, before = frame.sort(PERIOD_NO)["appeals"].to_list()
        found[key] = (now, before if asked.compares(periods[1]) else None)
    return found


def _fell(each: Priority) -> bool:
    """Say whether any count of a large topic really came down: its activity is not increased."""
    return any(reason.kind == "fell" for reason in each.reasons)


def _where(asked: Asked, each: Priority) -> str:
    """Name the territories that bring most of a topic."""
    block, topic = each.key
    cells = asked.cells(asked.period.start)
    for name, key in (("topic_block", block), ("topic", topic)):
        own = pl.col(name).cast(pl.String)
        cells = cells.filter(own.is_null() if key is None else own == key)
    found = (
        cells.filter(
            pl.col("received_on").is_between(asked.period.start, asked.period.end), pl.col("territory").is_not_null()
        )
        .group_by(pl.col("territory").cast(pl.String))
        .agg(pl.col("appeals").sum())
        .sort("appeals", *natural.order("territory"), descending=[True, False, False])
        .head(3)
        .collect()
    )
    return ", ".join(f"{name} {formats.number(n)}" for name, n in found.iter_rows()) or formats.DASH
