"""The home screen as parts of a file: the sentences, the headline numbers, the matrix, the story of one row or cell."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

import plotly.graph_objects as go
import polars as pl

from analytics.control import State
from analytics.headlines import Headline
from analytics.heat_map import OTHERS, HeatMap, Key
from analytics.keys import written
from analytics.story import Story
from pages.heat_map import figures, sentences, surprise_words
from pages.heat_map.foremost import with_story
from pages.heat_map.grid import Words, usual, usual_ends
from pages.heat_map.laid_out import LaidOut, laid_out, period_note, ramp_of
from pages.heat_map.reading import BESIDE, beside, blocks, facts, headlines, matrix, told, told_year_ago
from pages.heat_map.trend import NO_YEAR, trend
from pages.heat_map.view import View, matrix_period
from pages.paper.model import Chart, Column, Part, Picture, Place, Table
from pages.paper.source import Source, words_of
from pages.shared import formats, passport, worst
from pages.shared.asked import Asked
from pages.shared.layers import backlog, standing
from pages.shared.palette import LIGHT

_PARAMETERS: Final = ("view", "colour", "order", "limits", "cell")


def view_of(source: Source) -> View:
    """Read the reader's choices."""
    chosen = (source.param(name) for name in _PARAMETERS)
    asked = source.asked
    return View.parse(*chosen, asked.period, of_one_block=asked.is_of_one_block, usual=asked.city.home_colour)


def measures_of(source: Source) -> list[str]:
    """Name the measures whose numbers the parts hold."""
    return [*(each.measure.key for each in headlines(source.asked)), view_of(source).measure, *BESIDE]


def parts(source: Source) -> list[Part]:
    """Lay the screen out."""
    asked, view = source.asked, view_of(source)
    return [_sentences(asked), _headlines(asked), matrix_part(asked, view), *_story(asked, view)]


def _sentences(asked: Asked) -> Part:
    """Write the three sentences."""
    found, words = worst.found(asked), Words(asked.city)
    markup = sentences.html(found, facts(asked), asked.period, words, lambda *_, **__: "", asked.min_n)
    _, *said = words_of(markup)
    return Part("sentences", sentences.TITLE, before=tuple(said))


def _headlines(asked: Asked) -> Part:
    """Write the headline numbers with what is usual and whether they really change."""
    columns = [
        Column("measure", "Показатель", is_wide=True), Column("value", "Значение", "value"),
        Column("before", "Было", "value"), Column("change", "Изменение", "delta"), Column("n", "В основании", "count"),
        Column("usual", "Обычно"), Column("state", "Вывод", is_wide=True), Column("target", "Цель", "share"),
    ]  # fmt: skip
    shown = headlines(asked)
    rows = [_headline(each) for each in shown]
    table = Table.of(columns, rows, units=[each.measure.unit for each in shown])
    note = f"{formats.span(asked.period.start, asked.period.end)}; «обычно» — по таким же периодам прошлого"
    return Part("headlines", "Главные числа", note, table, measures=tuple(each.measure.key for each in shown))


def _headline(each: Headline) -> list[object]:
    corridor = each.judgement.corridor
    if each.is_absent:
        return [each.measure.title, None, None, None, None, None, "источники не отмечают", None]
    range_ = usual(corridor, each.measure.unit) if corridor else None
    before, change = (each.before, each.change)
    return [each.measure.title, each.value, before, change, each.n, range_, standing(each.judgement), each.target]


def matrix_part(asked: Asked, view: View) -> Part:
    """Lay the matrix out as a table with the colours of its cells, and as the figure of the screen."""
    laid = laid_out(asked, view.with_cell(None))
    found = matrix(asked, view.name, view.measure, view.order)
    colours = ramp_of(LIGHT, view, laid)
    period = matrix_period(view.matrix, asked.period)
    more = [surprise_words.NOTE] if view.is_surprise else []
    more += [said.strip()] if (said := laid.gaps.words(view.matrix.columns)) else []
    return Part(
        "matrix",
        f"{laid.measure.short_title} {view.matrix.phrase}",
        period_note(laid.measure.clock, period.start, period.end),
        _table(asked, view, laid, found, colours),
        picture=Picture(
            lambda: _on_paper(laid.grid, colours), max(760, laid.grid.least_width + 420), laid.grid.height + 16
        ),
        after=(*more, *words_of(passport.note(laid.measure, asked.min_n))),
        measures=(laid.measure.key, *BESIDE),
    )


def _on_paper(grid: figures.Grid, colours: tuple[str, ...]) -> go.Figure:
    figure = figures.matrix(grid, colours, LIGHT, with_titles=True)
    return figure.update_layout(margin={"t": grid.head + 8, "b": 8, "r": figures.SLANT})


def _table(asked: Asked, view: View, laid: LaidOut, found: HeatMap, colours: tuple[str, ...]) -> Table:
    words, unit = Words(asked.city), found.measure.unit
    keys = [(f"c{at}", key) for at, key in enumerate(found.column_keys)]
    columns = [
        Column("row", "", is_wide=True),
        *(Column(name, _head(words.full(view.matrix.columns, key), laid.gaps.star(key)), unit) for name, key in keys),
        Column("all", "Всего", unit),
        Column("overdue", "Просрочено", "count"),
        Column("kept", "В срок", "share", base="kept_n"),
        Column("kept_n", "Сроков", "count"),
    ]
    absent = laid.gaps.before
    cells = {(row, column): (value, is_few) for row, column, value, is_few in _cells(found) if column not in absent}
    whole_columns = zip(found.column_keys, found.column_totals["value"], strict=True)
    edges, whole = beside(asked, found.rows)
    written_keys = {written(key): key for key in found.row_keys}
    totals = dict(zip(found.row_keys, found.row_totals["value"].to_list(), strict=True))
    rows, bold, few, fills = [], [], [], {}
    for number, row in enumerate(laid.grid.rows):
        if row.is_group:
            rows.append([row.post or row.title, *[None] * (len(columns) - 1)])
            bold.append(number)
            continue
        key = written_keys[row.key]
        own = [cells.get((key, column), (None, False)) for _, column in keys]
        few += [(number, name) for (name, _), (_, is_few) in zip(keys, own, strict=True) if is_few]
        fills |= _fills(number, keys, row, colours) | _heated(number, laid.grid.edges, row)
        edge = _edge(edges.get(key, (0, None, 0)), asked.min_n)
        rows.append([words.full(view.matrix.rows, key), *(value for value, _ in own), totals[key], *edge])
    below = [None if key in absent else value for key, value in whole_columns]
    rows.append(["Всего", *below, *found.total["value"].to_list(), *_edge(whole, asked.min_n)])
    return Table.of(columns, rows, bold=[*bold, len(rows) - 1], fills=fills, few=few)


def _head(title: str, star: str) -> str:
    return title.removeprefix("неделя ") + star


def _cells(found: HeatMap) -> list[tuple[Key, Key, float | None, bool]]:
    return [
        (row, column, None if masked else value, bool(masked))
        for row, column, value, masked in found.cells.select("row", "column", "value", "masked").iter_rows()
    ]


def _fills(number: int, keys: list[tuple[str, Key]], row: figures.Row, colours: tuple[str, ...]) -> dict[Place, str]:
    steps = ((name, step) for (name, _), (_, step, _) in zip(keys, row.cells, strict=True))
    return {(number, name): colours[step] for name, step in steps if step is not None}


_EDGES: Final = {"всего": "all", "просроч.": "overdue", "в срок": "kept"}
"""Columns of the table by the heads of the edge columns."""


def _heated(number: int, heads: tuple[str, ...], row: figures.Row) -> dict[Place, str]:
    """Colour the edge columns as on the screen."""
    steps = zip(heads, row.heat, strict=True)
    return {(number, _EDGES[head]): LIGHT.warm[step] for head, step in steps if step is not None}


def _edge(values: tuple[float | None, ...], least: int) -> list[float | None]:
    overdue, share, n = values
    return [overdue, share if (n or 0) >= least else None, n]


def _story(asked: Asked, view: View) -> list[Part]:
    """Follow the chosen row or cell; without one, the worst row for what is shown."""
    if view.cell is None and not any(blocks(asked).values.values()):
        return []
    shown = with_story(asked, view)
    if shown.cell is None:
        return []
    story = told(asked, shown)
    names = _names(asked, shown)
    return [_trend(names, story, told_year_ago(asked, shown)), _topics(story, " · ".join(names))]


def _names(asked: Asked, shown: View) -> list[str]:
    """Name the row of a cell, and its column where that is not a time."""
    words, cell = Words(asked.city), shown.cell
    names = [] if cell is None else [words.full(shown.matrix.rows, cell.row)]
    if cell is not None and not cell.is_row and isinstance(cell.column, str | None):
        names.append(words.full(shown.matrix.columns, cell.column))
    return names


def _trend(names: list[str], story: Story, last_year: Mapping[date, float]) -> Part:
    unit = story.measure.unit
    columns = [
        Column("start", "С", "day"), Column("end", "По", "day"), Column("value", story.measure.short_title, unit),
        Column("n", "В основании", "count"), *([Column("ago", "Год назад", unit)] if last_year else []),
    ]  # fmt: skip
    rows = [
        [start, end, value, n, *([last_year.get(start)] if last_year else [])]
        for start, end, value, n in story.trend.select("start", "end", "value", "n").iter_rows()
    ]
    corridor = story.judgement.corridor
    said = (
        f"Обычно {usual(corridor, unit)}; сейчас {standing(story.judgement)}."
        if corridor
        else _WHY[story.judgement.state]
    )
    worse = "" if story.measure.key == "overdue_open" else backlog(*story.overdue)[1]
    figure = partial(trend, story.trend, story.measure, corridor, LIGHT.accent, LIGHT, last_year)
    thin = "; тонкая линия — год назад" if last_year else ""
    return Part(
        "story",
        " · ".join([*names, story.measure.short_title.lower()]),
        f"последние {story.trend.height} равных периодов; полоса — обычный диапазон{thin}",
        Table.of(columns, rows),
        trend_chart(story, last_year),
        picture=Picture(lambda: taller(figure()), 900, 240),
        before=(f"{worse}.",) if worse else (),
        after=(said,),
        measures=(story.measure.key,),
    )


_WHY: Final = {
    State.SHORT_HISTORY: "Истории пока мало, чтобы сказать, много это или мало.",
    State.SMALL_BASE: "Случаев слишком мало, чтобы судить.",
    State.INSIDE: "",
}


_LIMITS: Final = ("low", "high")


def trend_chart(story: Story, last_year: Mapping[date, float] = NO_YEAR) -> Chart:
    """Hold a trend for formats with charts of their own: the usual range as two lines, last year as one."""
    unit, corridor = story.measure.unit, story.judgement.corridor
    columns = [Column("period", "Период"), Column("value", story.measure.short_title, unit)]
    columns += [Column("low", "обычно от", unit), Column("high", "обычно до", unit)] if corridor else []
    columns += [Column("ago", "год назад", unit)] if last_year else []
    ends = usual_ends(corridor, unit) if corridor else ()
    rows = [[formats.period(start, end), value, *ends, *([last_year.get(start)] if last_year else [])]
            for start, end, value in story.trend.select("start", "end", "value").iter_rows()]  # fmt: skip
    names = tuple(column.name for column in columns[1:])
    return Chart("lines", "period", names, data=Table.of(columns, rows), limits=_LIMITS if corridor else ())


def taller(figure: go.Figure) -> go.Figure:
    """Give a trend the axis that paper needs: there is no tooltip to ask."""
    axis = {"showticklabels": True, "tickfont": {"size": 12, "color": LIGHT.muted}, "automargin": True}
    return figure.update_layout(height=240, paper_bgcolor="#ffffff", yaxis=axis, separators=f",{formats.NBSP}")


def _topics(story: Story, name: str) -> Part:
    """Write what the number, or its change, is made of."""
    columns = [
        Column("key", "Тема", is_wide=True), Column("value", story.driver.short_title, "count"),
        Column("before", "Было", "count"), Column("change", "Изменение", "change"),
    ]  # fmt: skip
    named = {OTHERS: "остальные"}
    frame = (
        story.parts["topic"]
        .select("key", "value", "before", "change")
        .with_columns(pl.col("key").cast(pl.String).replace(named).fill_null("тема не указана"))
    )
    chart = Chart("bars", "key", ("value",)) if frame.height else None
    return Part(
        "topics",
        f"{name}: из чего складывается" if name else "Из чего складывается",
        f"темы, {story.driver.title.lower()}",
        Table.of(columns, frame),
        chart,
        measures=(story.driver.key,),
    )
