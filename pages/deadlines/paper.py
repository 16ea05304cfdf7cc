"""The screen «Сроки» as parts of a file."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from analytics import breach, schema
from analytics.schema import Stage
from pages.deadlines import bars, panels, reading, tables
from pages.deadlines.bars import Names
from pages.deadlines.stages import known_words
from pages.paper.model import Chart, Column, Part, Picture, Table
from pages.paper.source import Source, words_of
from pages.shared import formats
from pages.shared.asked import Asked
from pages.shared.layers import too_early
from pages.shared.palette import LIGHT

_BODY: Final = (
    *("on_time_share", "on_time_share_n", "missed", "overdue_open", "postponed"),
    *("median_reaction_days", "median_answer_days", "reworked_share", "reworked_share_n"),
)
_NONE: Final = (None, None)
_DEPARTMENT: Final = Column("department", "Подразделение", is_wide=True)


def measures_of(source: Source) -> list[str]:  # noqa: ARG001 — every screen gives the same two functions
    """Name the measures whose numbers the parts hold."""
    return [*reading.BODY, "open", reading.REACTION]


def parts(source: Source) -> list[Part]:
    """Lay the screen out."""
    asked, names = source.asked, Names.of(source.asked.city)
    drawn = (_facts, _cohorts, _ageing, _soon, _due_days, _open_by_day, _bands, _stages, _put_off, _bodies, _norms)
    return [
        Part("strip", "Держатся ли сроки", before=words_of(panels.strip(asked))),
        *(each(asked, names) for each in drawn),
    ]


def _facts(asked: Asked, _: Names) -> Part:
    found = reading.whole(asked)
    due = int(found["on_time_share_n"] or 0)
    lines = [
        ("Наступило сроков", due, "count"), ("В срок", found["on_time_share"] if due >= asked.min_n else None, "share"),
        ("Нарушено сроков", found["missed"], "count"), ("Просрочено в работе", found["overdue_open"], "count"),
        ("Отложено в работе", found["postponed"] if reading.ever_puts_off(asked) else None, "count"),
        ("В работе на конец периода", found["open"], "count"),
        ("Половина ответов — до", found["median_answer_days"], "days"),
        ("Девять из десяти ответов — до", found["p90_answer_days"], "days"),
    ]  # fmt: skip
    columns = [Column("what", "Показатель", is_wide=True), Column("value", "Значение", "value")]
    few = [(1, "value")] if 0 < due < asked.min_n else []
    table = Table.of(columns, [line[:2] for line in lines], units=[line[2] for line in lines], few=few)  # type: ignore[misc]
    return Part("facts", "Числа периода", formats.span(asked.period.start, asked.period.end), table)


_SHOWN: Final = "Показаны нарушившие больше всего сроков."


def _cohorts(asked: Asked, names: Names) -> Part:
    found, weeks = reading.cohorts(asked), reading.weeks(asked)
    starts = [key for key in found.column_keys if isinstance(key, date)]
    chosen = [key for key in reading.worst(asked) if key in found.row_keys]
    whole = dict(found.column_totals.select("column", "value").iter_rows())
    sizes = dict(found.column_totals.select("column", "n").iter_rows())
    by_body = {
        key: dict(found.cells.filter(pl.col("row") == key).select("column", "value").iter_rows()) for key in chosen
    }
    columns = [
        Column("week", "Неделя с", "day"), Column("n", "Сроков", "count"), Column("all", "Всего", "share", base="n"),
        *(Column(f"b{at}", names.title(key), "share") for at, key in enumerate(chosen)),
    ]  # fmt: skip
    rows = [
        [start, sizes.get(start, 0), whole.get(start), *(by_body[key].get(start) for key in chosen)] for start in starts
    ]
    note = f"по неделе срока, {formats.span(weeks.start, weeks.end)}; открытые просроченные считаются нарушенными"
    return Part(
        "cohorts", "В срок: держатся ли даты", note, Table.of(columns, rows),
        Chart("lines", "week", ("all", *(f"b{at}" for at in range(len(chosen))))),
        Picture(lambda: _white(panels.cohort_figure(asked, names, LIGHT)), 1000, 380),
        after=(f"{_SHOWN} Точки нет, где случаев меньше {asked.min_n}.{panels.settling_words(asked)}",),
    )  # fmt: skip


def _white(figure: go.Figure) -> go.Figure:
    return figure.update_layout(paper_bgcolor="#ffffff", plot_bgcolor="#ffffff", height=None)


def _ageing(asked: Asked, names: Names) -> Part:
    bands = bars.bands()
    counted: dict[str | None, dict[int, int]] = {}
    for department, band, appeals in reading.ageing(asked).select("department", "from_day", "appeals").iter_rows():
        counted.setdefault(department, {})[band] = appeals
    ordered = sorted(counted.items(), key=lambda item: -sum(item[1].values()))
    rows: list[list[Any]] = [
        [names.title(key), sum(own.values()), *(own.get(low, 0) for low, _, _ in bands)] for key, own in ordered
    ]
    total = [sum(row[at] for row in rows) for at in range(1, len(bands) + 2)]
    columns = [
        _DEPARTMENT, Column("all", "Просрочено", "count"),
        *(Column(f"d{low}", words, "count") for low, _, words in bands),
    ]  # fmt: skip
    table = Table.of(columns, [*rows, ["Всего", *total]], bold=[len(rows)])
    chart = Chart("stacked", "department", tuple(f"d{low}" for low, _, _ in bands), is_ordered=True) if rows else None
    note = f"в работе на {formats.day(reading.moment(asked))}, дни после срока"
    return Part("ageing", "Просрочено: у кого и как давно", note, table, chart)


def _soon(asked: Asked, names: Names) -> Part:
    by_body: dict[tuple[bool, str | None], dict[int, tuple[int, float | None]]] = {}
    found = reading.forecast(asked)
    for is_city, department, days, due, expected in found.select(
        "is_city", "department", "ahead", "open", "expected"
    ).iter_rows():
        by_body.setdefault((is_city, department), {})[days] = (due, expected)
    furthest = breach.HORIZONS[-1]
    ordered = sorted(
        by_body.items(), key=lambda item: (item[0][0], item[1].get(furthest, (0, None))[1] or 0.0), reverse=True
    )
    columns = [_DEPARTMENT]
    for days in breach.HORIZONS:
        ahead = f"{days} раб. {formats.plural(days, 'день', 'дня', 'дней')}"
        columns += [Column(f"n{days}", f"Истекает, {ahead}", "count"), Column(f"m{days}", "Не успеют", "number")]
    rows = [
        ["Всего" if is_city else names.title(key), *(each for days in breach.HORIZONS for each in own.get(days, _NONE))]
        for (is_city, key), own in ordered
    ]  # fmt: skip
    note = f"на утро {formats.day(reading.morning(asked))}: сколько, вероятно, не успеют из истекающих за эти дни"
    early = (f"{too_early(found['decided'].max())}.",) if found["expected"].has_nulls() else ()
    table = Table.of(columns, rows, bold=[0] if rows else [])
    return Part("soon", "Что нарушится следующим", note, table, after=early)


def _due_days(asked: Asked, _: Names) -> Part:
    columns = [
        Column("due_on", "День срока", "day"), Column("due", "Сроков", "count"), Column("on_time", "В срок", "count"),
        Column("missed", "Нарушено", "count"), Column("waiting", "Ещё в работе", "count"),
    ]  # fmt: skip
    frame = reading.calendar(asked).select(column.name for column in columns)
    return Part("due-days", "Календарь сроков", "сколько сроков в день", Table.of(columns, frame))


def _open_by_day(asked: Asked, names: Names) -> Part:
    curves = reading.curves(asked)
    last = range(panels.LAST_DAY + 1)
    city = dict(curves.city.select("day", "open_share").iter_rows())
    chosen = [key for key in reading.worst(asked) if (curves.departments["department"] == key).any()]
    own = {
        key: dict(curves.departments.filter(pl.col("department") == key).select("day", "open_share").iter_rows())
        for key in chosen
    }
    columns = [
        Column("day", "День с поступления", "count"), Column("all", "Всего", "share"),
        *(Column(f"b{at}", names.title(key), "share") for at, key in enumerate(chosen)),
    ]  # fmt: skip
    rows = [[day, _step(city, day), *(_step(own[key], day) for key in chosen)] for day in last] if city else []
    note = f"поступившие за год по {formats.day(reading.moment(asked))}; незавершённые учтены, а не отброшены"
    picture = Picture(lambda: _white(panels.curve_figure(asked, names, LIGHT)), 1000, 380) if city else None
    said = words_of(panels.medians(curves.medians, names)) if city else ("За год не поступило ни одного обращения.",)
    return Part("open-by-day", "Скорость: доля ещё открытых", note, Table.of(columns, rows), None, picture, after=said)


def _step(curve: Mapping[int, float], day: int) -> float:
    """Read a curve of steps: it stays where it is until the next of its days."""
    known = [each for each in curve if each <= day]
    return curve[max(known)] if known else 1.0


def _bands(asked: Asked, _: Names) -> Part:
    """List how much falls due ahead; the cases themselves only for whoever may see rows."""
    found = dict(reading.due_soon(asked).select("from_day", "appeals").iter_rows())
    columns = [Column("from_day", "Рабочих дней до срока, от", "count"), Column("appeals", "В работе", "count")]
    rows = [[low, count] for low, count in sorted(found.items(), key=lambda item: (item[0] is None, item[0] or 0))]
    note = f"не просроченные в работе на {formats.day(reading.moment(asked))}; без числа дней — срок неизвестен"
    return Part("nearest", "Скоро срок: сколько осталось", note, Table.of(columns, rows))


def _stages(asked: Asked, _: Names) -> Part:
    opened = dict(reading.stages(asked).drop_nulls("stage").select("stage", "open").iter_rows())
    times = reading.times_in_stages(asked)
    known = {row["stage"]: row for row in times.city.iter_rows(named=True)}
    columns = [
        Column("stage", "Этап", is_wide=True), Column("open", "В работе", "count"),
        Column("median", "Дней в этапе у половины", "count"), Column("lower", "не меньше (95 %)", "count"),
        Column("upper", "не больше (95 %)", "count"), Column("ninth", "Девять из десяти — до", "count"),
        Column("cases", "Обращений", "count"),
    ]  # fmt: skip
    rows = [
        [schema.TITLES[each.value].capitalize(), opened.get(each.value), *_times(known.get(each.value))]
        for each in Stage
        if each.value in opened or each.value in known
    ]
    note = f"в работе на {formats.day(reading.moment(asked))}; время в этапе — по прошедшим его за год"
    return Part(
        "stages", "Этапы: где стоит работа и сколько", note, Table.of(columns, rows), after=(known_words(times.known),)
    )


def _times(row: Mapping[str, Any] | None) -> list[Any]:
    return [None] * 5 if row is None else [row[name] for name in ("median", "lower", "upper", "ninth", "cases")]


def _put_off(asked: Asked, names: Names) -> Part:
    columns = [_DEPARTMENT, Column("put_off", "Отложено", "count"), Column("fired", "Пора назначить", "count")]
    rows = _titled(reading.put_off(asked).select("department", "put_off", "fired").iter_rows(), names)
    percent = asked.city.rest_rule.percent
    none = () if rows or reading.ever_puts_off(asked) else ("Источники не сообщают об отсрочках.",)
    note = f"пора назначить исполнителей: осталось не больше {percent} %"
    return Part("put-off", f"Отложенные и правило {percent} %", note, Table.of(columns, rows), after=none)


def _titled(rows: Iterable[tuple[Any, ...]], names: Names) -> list[list[Any]]:
    return [[names.title(key), *rest] for key, *rest in rows]


def _bodies(asked: Asked, names: Names) -> Part:
    columns = [
        _DEPARTMENT, Column("on_time_share", "В срок", "share", base="on_time_share_n"),
        Column("on_time_share_n", "Сроков", "count"), Column("missed", "Нарушено", "count"),
        Column("overdue_open", "Просрочено", "count"), Column("postponed", "Отложено", "count"),
        Column("median_reaction_days", "Реакция", "days"), Column("median_answer_days", "Ответ", "days"),
        Column("reworked_share", "Возвраты", "share", base="reworked_share_n"),
        Column("reworked_share_n", "Из скольких", "count"),
    ]  # fmt: skip
    found = reading.by_department(asked).with_columns(
        pl.when(pl.col(f"{name}_n") >= asked.min_n).then(name).alias(name)
        for name in ("on_time_share", "reworked_share")
    )
    if not reading.ever_puts_off(asked):
        found = found.with_columns(pl.lit(None, pl.Int64).alias("postponed"))
    rows = _titled(found.select("department", *_BODY).iter_rows(), names)
    note = f"{formats.span(asked.period.start, asked.period.end)}; доля не показана, где основание мало"
    return Part("bodies", "Подразделения", note, Table.of(columns, rows))


def _norms(asked: Asked, _: Names) -> Part:
    columns = [Column(name, title, is_wide=True) for name, title in zip("abcde", tables.NORM_HEADS, strict=True)]
    rows = [tables.norm(each, asked.as_of) for each in asked.city.rules.norms]
    return Part("norms", "Нормы", "по каналу, виду и категории; с датами действия", Table.of(columns, rows))
