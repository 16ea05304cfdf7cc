"""The screen «Рейтинг» as parts of a file."""

from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from analytics.criteria import CRITERION_TITLES, INDICATORS, Criterion
from analytics.funnel import Funnel
from analytics.rating import BOUND, Rating
from analytics.tally import UNIT
from pages.paper.model import Chart, Column, Part, Picture, Table
from pages.paper.source import Source, words_of
from pages.rating import figures, opening, reading, words
from pages.rating.league import place_words
from pages.rating.view import WHO, View
from pages.shared import formats, peers, worst
from pages.shared.asked import Asked
from pages.shared.options import options
from pages.shared.palette import LIGHT

_STANDING: Final = {"above": "выше середины", "below": "ниже середины", "indistinct": "в пределах случайного"}
_UNIT: Final = Column("unit", "Кто", is_wide=True)


def view_of(source: Source) -> View:
    """Read the reader's choices."""
    asked = source.asked
    kinds = peers.kinds(options(asked.scope, asked.version, asked.scope.municipality), asked.city)
    chosen = (source.param(name) for name in ("who", "weights", "indicator", "unit"))
    return View.parse(*chosen, asked.city, kinds or tuple(WHO))


def measures_of(source: Source) -> list[str]:
    """Name the measures whose numbers the parts hold."""
    rating = reading.rating(source.asked, view_of(source).chosen)
    return list(dict.fromkeys(("appeals", *(each.measure_key for each in rating.told))))


def parts(source: Source) -> list[Part]:
    """Lay the screen out."""
    asked, view = source.asked, view_of(source)
    rating = reading.rating(asked, view.chosen)
    said = words_of(opening.lead(worst.found(asked), rating, view.chosen, asked.city, lambda *_, **__: ""))
    if rating.table.height < 2:  # noqa: PLR2004 — two are compared
        return [Part("rating", "Рейтинг", before=(*said, "Сравнивать не с кем: в сравнении нет двух участников."))]
    return [
        Part("sentence", "Кого можно отличить", before=said),
        _league(asked, rating, view),
        _made_of(asked, rating, view),
        *_funnel(asked, rating, view),
        *_places(asked, view),
    ]


def _league(asked: Asked, rating: Rating, view: View) -> Part:
    columns = [
        _UNIT, Column("place", "Место", "count"), Column("interval", "Место с вероятностью 95 %"),
        Column("of", "Из скольких", "count"), Column("score", "Балл", "number"), Column("reach", "±", "number"),
        *(Column(each.value, CRITERION_TITLES[each], "number") for each in Criterion),
        Column("tier", "Группа близких", "count"), Column("n", "Поступило", "count"), Column("said", "Вывод"),
    ]  # fmt: skip
    rows = [_row(row, asked, view) for row in rating.table.iter_rows(named=True)]
    left = words.excluded(rating, view.chosen, asked.city)
    own = words.weights(rating.rules, rating.told)
    notes = [
        f"Веса: {own}.",
        words.clumps(rating),
        words.absent(rating),
        f"Не участвуют: {'; '.join(left)}." if left else "",
    ]
    note = f"{formats.span(asked.period.start, asked.period.end)}; {words.base(rating)}"
    chart = Chart("stacked", "unit", tuple(each.value for each in Criterion))
    return Part(
        "league", f"Рейтинг: {view.chosen.kind.title.lower()}", note, Table.of(columns, rows), chart,
        after=tuple(line for each in notes if each for line in words_of(each)),
    )  # fmt: skip


def _row(row: dict[str, Any], asked: Asked, view: View) -> list[Any]:
    points = [round(row[each.value], 1) for each in Criterion]
    return [
        view.chosen.full_title(row[UNIT], asked.city), row["place"], place_words(row), row["of"],
        round(row["score"], 1), round(BOUND * row["deviation"], 1), *points, row["tier"], row["n"],
        _STANDING[row["standing"]],
    ]  # fmt: skip


def _made_of(asked: Asked, rating: Rating, view: View) -> Part:
    """Write every share behind every score."""
    columns = [
        _UNIT, Column("indicator", "Показатель", is_wide=True), Column("share", "Доля", "share"),
        Column("n", "Из скольких", "count"), Column("level", "С поправкой на число дел", "share"),
        Column("weight", "Вес", "share"), Column("points", "Баллы", "number"),
    ]  # fmt: skip
    rows = [
        [
            view.chosen.full_title(row[UNIT], asked.city), INDICATORS[row["indicator"]].title, row["share"], row["n"],
            row["level"], row["weight"], row["points"],
        ]
        for row in rating.parts.iter_rows(named=True)
    ]  # fmt: skip
    note = "доля повёрнута так, что больше — лучше; баллы одного участника в сумме дают его балл"
    return Part("made-of", "Из чего сложился балл", note, Table.of(columns, rows))


def _funnel(asked: Asked, rating: Rating, view: View) -> list[Part]:
    told = [each.key for each in rating.told]
    indicator = view.indicator if view.indicator in told else told[0]
    found = reading.in_funnel(asked, view.chosen, indicator)
    if found is None:
        return []
    columns = [
        _UNIT, Column("share", "Доля", "share"), Column("k", "Случаев", "count"), Column("n", "Из скольких", "count"),
        Column("lower", "Случайное от (95 %)", "share"), Column("upper", "Случайное до (95 %)", "share"),
        Column("zone", "Вывод", is_wide=True),
    ]  # fmt: skip
    rows = [
        [
            view.chosen.title(row["unit"], asked.city), row["share"], row["k"], row["n"],
            max(row["lower_95"], 0.0), min(row["upper_95"], 1.0), words.ZONES[row["zone"]],
        ]
        for row in found.points.sort("share", descending=True).iter_rows(named=True)
    ]  # fmt: skip
    note = f"{INDICATORS[indicator].title.lower()}, доля по числу случаев; все вместе — {formats.percent(found.centre)}"
    picture = Picture(lambda: _drawn(found, asked, view), 1000, 440)
    return [Part("funnel", "Воронка: кто выходит за случайное", note, Table.of(columns, rows), None, picture)]


def _drawn(found: Funnel, asked: Asked, view: View) -> go.Figure:
    figure = figures.funnel(found, lambda key: view.chosen.title(key, asked.city), "", LIGHT)
    return figure.update_layout(paper_bgcolor="#ffffff", height=None)


def _places(asked: Asked, view: View) -> list[Part]:
    found = reading.moved(asked, view.chosen)
    if found.history is None:
        return []
    months = [month.start for month in found.months]
    columns = [_UNIT, *(Column(f"m{at}", formats.month_short(month)) for at, month in enumerate(months))]
    rows = []
    for (unit,), own in found.history.partition_by(UNIT, as_dict=True, maintain_order=True).items():
        by_month = {row["start"]: row for row in own.iter_rows(named=True)}
        cells = [f"{row['place']} ({place_words(row)})" if (row := by_month.get(month)) else None for month in months]
        rows.append([view.chosen.title(unit, asked.city), *cells])
    moved = 0 if found.over_all is None else int(found.over_all.filter(pl.col("is_moved")).height)
    after = f"С первого месяца по последний место действительно сменили {moved}; остальное — случайные перестановки."
    note = "место и, в скобках, место с вероятностью 95 %"
    return [Part("places", "Места по месяцам", note, Table.of(columns, rows), after=(after,))]
