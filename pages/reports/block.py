"""The report of the topic blocks for the curator, a page for each (act 004, прил. 1, п. 4.2 (6))."""

from datetime import date
from typing import Final

import polars as pl

from analytics import measures, natural, story
from analytics.headlines import Headline, headlines
from analytics.periods import previous, recent, same_period_last_year
from analytics.series import series
from pages.heat_map.grid import usual
from pages.heat_map.paper import taller, trend_chart
from pages.heat_map.trend import trend
from pages.paper.model import Column, Paper, Part, Picture, Table, Value
from pages.paper.source import Source, about
from pages.reports import spans
from pages.shared import formats
from pages.shared.asked import Asked
from pages.shared.layers import Verdict, standing, worst_first
from pages.shared.palette import LIGHT

KEYS: Final = (
    *("appeals", "new", "repeat", "considered", "open", "overdue_open", "postponed", "on_time_share"),
    *("median_answer_days", "satisfied_share"),
)
_NAMED: Final = 5
"""Topics and bodies of a block that stand by name: more would not fit on its page."""


def paper(source: Source, base: str) -> Paper:
    """Make a page for every block in view in which anything was counted."""
    asked = source.asked
    keys = [key for key in asked.order("topic_block") if not asked.filters.blocks or key in asked.filters.blocks]
    cells = asked.measured(max(_start(asked), asked.begun)).collect().lazy()
    untold = frozenset(each.measure.key for each in _judged(asked, cells) if each.is_absent)
    pages = [page for key in keys for page in _page(asked, key, cells, untold)]
    span = formats.span(asked.period.start, asked.period.end)
    lead = (f"{asked.city.title}. Страница на блок: числа периода, как они менялись, из чего сложились, у кого.",)
    return Paper(
        f"Отчёт по отраслевым блокам, {span}", about(source, KEYS, link=spans.link("block", source, base)),
        (_summary(asked, keys, cells, untold), *pages), lead, "Отчёт по отраслевым блокам",
    )  # fmt: skip


def _start(asked: Asked) -> date:
    past = recent(asked.period, story.HISTORY)
    return min(*(each.start for each in past), same_period_last_year(asked.period).start)


def _judged(asked: Asked, cells: pl.LazyFrame) -> list[Headline]:
    """Judge the headline numbers of some cells against their own past."""
    return headlines(
        cells, asked.period, previous(asked.period), asked.as_of, asked.history_from,
        targets=asked.targets, min_n=asked.min_n,
    )  # fmt: skip


def _summary(asked: Asked, keys: list[str], cells: pl.LazyFrame, untold: frozenset[str]) -> Part:
    """List the blocks side by side, and below them the topics that no block takes: the rows sum to the whole."""
    shown = ("appeals", "new", "repeat", "overdue_open", "postponed", "on_time_share")
    window = asked.period.window(asked.as_of)
    named = cells.with_columns(pl.col("topic_block").cast(pl.String))
    found = measures.aggregate(named, ["topic_block"], shown, window).collect()
    whole = measures.aggregate(cells, [], shown, window).collect().row(0, named=True)
    by_block = {row["topic_block"]: row for row in found.iter_rows(named=True)}
    heads = {block.key: (block.title, block.head_post or None) for block in asked.city.blocks}
    rest = [None] if by_block.get(None, {}).get("appeals") else []
    columns = [
        Column("block", "Блок", is_wide=True), Column("head", "Отвечает", is_wide=True),
        *(Column(key, measures.find(key).short_title, "count") for key in shown[:-1]),
        Column("kept", "В срок", "share", base="due"), Column("due", "Сроков", "count"),
    ]  # fmt: skip
    rows = [
        [
            *heads.get(key or "", ("Тема не сопоставлена", None)),
            *_numbers(by_block.get(key), shown, asked.min_n, untold),
        ]
        for key in (*keys, *rest)
    ]
    table = Table.of(columns, [*rows, ["Всего", None, *_numbers(whole, shown, asked.min_n, untold)]], bold=[len(rows)])
    return Part("summary", "Все блоки", formats.span(asked.period.start, asked.period.end), table)


def _numbers(
    row: dict[str, int | float | None] | None, shown: tuple[str, ...], least: int, untold: frozenset[str]
) -> list[Value]:
    """Give the numbers of a row; marks that no source gives are absent and not zero."""
    found = row or dict.fromkeys((*shown, "on_time_share_n"), 0)
    n = int(found["on_time_share_n"] or 0)
    counts = [None if key in untold else found[key] for key in shown[:-1]]
    return [*counts, found["on_time_share"] if n >= least else None, n]


def _page(asked: Asked, key: str, cells: pl.LazyFrame, untold: frozenset[str]) -> list[Part]:
    """Tell of one block: numbers in three periods, the trend, its topics and bodies."""
    block = next(each for each in asked.city.blocks if each.key == key)
    own = cells.filter(pl.col("topic_block").cast(pl.String) == key).collect().lazy()
    if own.select(pl.len()).collect().item() == 0:
        return []
    told = story.story(
        own, "appeals", asked.period, previous(asked.period), asked.as_of, asked.history_from,
        dimensions=(), min_n=asked.min_n,
    )  # fmt: skip
    corridor = told.judgement.corridor
    said = f"Поступление {standing(told.judgement)}"
    said += f"; обычно {usual(corridor, 'count')}." if corridor else ": истории мало, чтобы судить."
    who = f"Отвечает: {block.head_post}. " if block.head_post else ""
    picture = Picture(lambda: taller(trend(told.trend, told.measure, corridor, LIGHT.accent, LIGHT)), 900, 170)
    return [
        Part(
            f"block-{key}", block.title, f"{who}{block.group}", _compared(asked, own, untold),
            trend_chart(told), picture, before=(said, _standing(_judged(asked, own))), new_page=True,
        ),
        _made_of(asked, own, "topic", f"topics-{key}", f"{block.short_title}: темы", "Тема"),
        _made_of(asked, own, "department", f"bodies-{key}", f"{block.short_title}: у кого", "Подразделение"),
    ]  # fmt: skip


def _standing(judged: list[Headline]) -> str:
    """Name the other headline numbers that are outside their usual range, the worst first."""
    others = [each for each in judged if each.measure.key != "appeals" and not each.is_absent]
    verdicts = {Verdict(each.measure, each.judgement): each for each in others if each.judgement.left_corridor}
    out = [verdicts[each] for each in worst_first(verdicts)]
    said = [
        f"{each.measure.short_title.lower()} {formats.measure(each.value, each.measure.unit)}"
        + (f" (обычно {usual(each.judgement.corridor, each.measure.unit)})" if each.judgement.corridor else "")
        for each in out
    ]
    is_told = any(each.judgement.corridor for each in others)
    none = "Остальные главные числа — в обычных пределах." if is_told else "Судить об остальных главных числах рано."
    return f"Вне обычного: {'; '.join(said)}." if said else none


def _compared(asked: Asked, own: pl.LazyFrame, untold: frozenset[str]) -> Table:
    """Set the numbers of the period against the one before and a year ago."""
    periods = [asked.period, previous(asked.period), same_period_last_year(asked.period)]
    frame = series(own, KEYS, periods, asked.as_of).collect()
    columns = [
        Column("measure", "Показатель", is_wide=True),
        Column("now", "Период", "value"), Column("n", "Из скольких", "count"),
        Column("before", "Прошлый", "value"), Column("change", "+/−", "delta"), Column("ago", "Год назад", "value"),
        Column("change_ago", "+/− за год", "delta"),
    ]  # fmt: skip
    rows, units, few = [], [], []
    for number, key in enumerate(KEYS):
        measure = measures.find(key)
        values = [None] * len(periods) if key in untold else frame[key].to_list()
        n = None if measure.additive else frame[f"{key}_n"][0]
        if measure.unit == "share":
            sizes = frame[f"{key}_n"].to_list()
            few += [
                (number, name) for name, n in zip(("now", "before", "ago"), sizes, strict=True) if 0 < n < asked.min_n
            ]
            values = [value if n >= asked.min_n else None for value, n in zip(values, sizes, strict=True)]
        has = [True, *(asked.compares(each, key) for each in periods[1:])]
        now, before, ago = (value if is_known else None for value, is_known in zip(values, has, strict=True))
        rows.append([measure.title, now, n, before, _less(now, before), ago, _less(now, ago)])
        units.append(measure.unit)
    return Table.of(columns, rows, units=units, few=few)


def _less(now: float | None, other: float | None) -> float | None:
    return None if now is None or other is None else now - other


def _made_of(asked: Asked, own: pl.LazyFrame, dimension: str, key: str, title: str, head: str) -> Part:
    """Count a block by topic or by body, against the period before; the largest by name, the rest in one row."""
    periods = [previous(asked.period), asked.period]
    is_known = asked.compares(periods[0])
    named = own.with_columns(pl.col(dimension).cast(pl.String).fill_null("не указано"))
    counted = series(named, ["appeals"], periods, asked.as_of, by=[dimension]).collect()
    found = [
        (name, *frame["appeals"].to_list())
        for (name,), frame in counted.partition_by(dimension, as_dict=True, maintain_order=True).items()
    ]
    found = sorted(
        (each for each in found if each[1] or each[2]), key=lambda each: (-each[2], -each[1], natural.key(each[0]))
    )
    rest = found[_NAMED:]
    if rest:
        found = [*found[:_NAMED], ("остальные", sum(each[1] for each in rest), sum(each[2] for each in rest))]
    columns = [Column("key", head, is_wide=True), Column("value", "Поступило", "count"),
               Column("before", "Было", "count"), Column("change", "+/−", "change")]  # fmt: skip
    rows = [[name, now, *((before, now - before) if is_known else (None, None))] for name, before, now in found]
    return Part(key, title, "к прошлому периоду", Table.of(columns, rows))
