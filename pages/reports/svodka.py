"""«Сводка»: for every system and for the whole, whether work is in time, how good it is, and how messages move.

Acts 000, пп. 3.1.7, 3.2.7, 3.3.7 ask for timeliness, quality and dynamics of each system in a period. Nothing public is
known of the program «СВОДКА» itself; the layout is the product's own.
"""

from typing import Final

import polars as pl

from analytics import acts, measures, natural
from analytics.periods import Period, previous, recent, same_period_last_year
from analytics.series import series
from pages.paper.model import Chart, Column, Paper, Part, Table, Value
from pages.paper.source import Source, about
from pages.reports import spans
from pages.shared import formats, readers
from pages.shared.asked import Asked

MEASURES: Final = (
    *("appeals", "due", "on_time_share", "missed", "overdue_open", "median_answer_days"),
    *("considered", "satisfied_share", "satisfaction_n", "repeat_share", "reworked_share"),
)
ASKS: Final = f"{acts.DEPARTMENT}, пп. 3.1.7, 3.2.7, 3.3.7"
"""The clauses that ask for the report."""

RUN: Final = 12
"""Equal periods whose numbers stand side by side."""

_DIMENSIONS: Final = (
    *("received_on", "due_on", "answered_on", "topic_block", "department", "territory", "channel", "kind", "status"),
    *("is_repeat", "is_postponed", "is_extended", "is_late", "satisfaction", "reworks", "source_system"),
)
_WHOLE: Final = "Всего"


def paper(source: Source, base: str) -> Paper:
    """Make the report of a period."""
    asked = source.asked
    found = _counted(asked)
    parts = [
        _dynamics(asked, found),
        _timeliness(asked, found),
        _quality(asked, found),
        _run(asked),
        _departments(asked),
    ]
    title = f"Сводка по системам, {formats.span(asked.period.start, asked.period.end)}"
    lead = (f"Своевременность, качество и динамика по каждой системе ({ASKS}).",)
    return Paper(title, about(source, MEASURES, link=spans.link("svodka", source, base)), tuple(parts), lead, "Сводка")


def _cells(asked: Asked) -> pl.LazyFrame:
    start = min(*(each.start for each in recent(asked.period, RUN)), same_period_last_year(asked.period).start)
    return asked.measured(max(start, asked.begun), dimensions=_DIMENSIONS)


def _counted(asked: Asked) -> dict[str, list[dict[str, float | int | None]]]:
    """Compute every measure in the period, in the one before and a year ago: by system, the whole under `_WHOLE`."""
    periods = [asked.period, previous(asked.period), same_period_last_year(asked.period)]
    cells = _cells(asked)
    titles = readers.source_titles()
    named = cells.with_columns(pl.col("source_system").cast(pl.String))
    found: dict[str, list[dict[str, float | int | None]]] = {}
    for (system,), frame in (
        series(named, MEASURES, periods, asked.as_of, by=["source_system"])
        .collect()
        .partition_by("source_system", as_dict=True, maintain_order=True)
        .items()
    ):
        found[titles.get(str(system), str(system))] = frame.to_dicts()
    found[_WHOLE] = series(cells, MEASURES, periods, asked.as_of).collect().to_dicts()
    return found


def _table(columns: list[Column], rows: list[list[Value]]) -> Table:
    return Table.of([Column("system", "Система", is_wide=True), *columns], rows, bold=[len(rows) - 1])


def _dynamics(asked: Asked, found: dict[str, list[dict[str, float | int | None]]]) -> Part:
    """Set what came in against the period before and the same period last year, in all three ways."""
    before, ago = previous(asked.period), same_period_last_year(asked.period)
    columns = [
        Column("now", "Поступило", "count"), Column("before", "Прошлый период", "count"),
        Column("change", "+/−", "change"), Column("ratio", "К прошлому, %", "share"),
        Column("ago", "Год назад", "count"), Column("change_ago", "+/− за год", "change"),
        Column("ratio_ago", "К году назад, %", "share"),
    ]  # fmt: skip
    has = [True, asked.compares(before), asked.compares(ago)]
    rows = [[name, *_compared([each["appeals"] if has[at] else None for at, each in enumerate(three)])]
            for name, three in found.items()]  # fmt: skip
    year_ago = formats.span(ago.start, ago.end)
    note = f"прошлый период {formats.span(before.start, before.end)}; прошлый год — {year_ago}"
    chart = Chart("bars", "system", ("now", "before"))
    return Part("dynamics", "Динамика", note, _table(columns, rows), chart, measures=("appeals",))


def _compared(values: list[float | int | None]) -> list[Value]:
    now, before, ago = values
    written: list[Value] = [now]
    for other in (before, ago):
        change = None if other is None or now is None else now - other
        written += [other, change, now / other if now is not None and other else None]
    return written


def _timeliness(asked: Asked, found: dict[str, list[dict[str, float | int | None]]]) -> Part:
    columns = [
        Column("due", "Наступило сроков", "count"), Column("kept", "В срок", "share", base="due"),
        Column("missed", "Нарушено", "count"), Column("overdue", "Просрочено в работе", "count"),
        Column("median", "Половина ответов за", "days"),
    ]  # fmt: skip
    rows = [
        [name, now["due"], _enough(now, "on_time_share", asked.min_n), now["missed"], now["overdue_open"],
         now["median_answer_days"]]
        for name, (now, *_) in found.items()
    ]  # fmt: skip
    keys = ("due", "on_time_share", "missed", "overdue_open", "median_answer_days")
    return Part("timeliness", "Своевременность", "сроки, наступившие в периоде", _table(columns, rows), measures=keys)


def _quality(asked: Asked, found: dict[str, list[dict[str, float | int | None]]]) -> Part:
    columns = [
        Column("done", "Рассмотрено", "count"), Column("satisfied", "Довольны", "share", base="rated"),
        Column("rated", "Оценок", "count"), Column("repeat", "Повторных", "share"),
        Column("reworked", "Возвраты", "share", base="reworked_n"), Column("reworked_n", "из скольких", "count"),
    ]  # fmt: skip
    rows = [
        [name, now["considered"], _enough(now, "satisfied_share", asked.min_n), now["satisfied_share_n"],
         _marked(three, asked.min_n), _enough(now, "reworked_share", asked.min_n),
         now["reworked_share_n"]]
        for name, three in found.items() for now in three[:1]
    ]  # fmt: skip
    keys = ("considered", "satisfied_share", "satisfaction_n", "repeat_share", "reworked_share")
    return Part(
        "quality",
        "Качество",
        "завершённые в периоде; доли от оценённых и от поступивших",
        _table(columns, rows),
        measures=keys,
    )


def _marked(three: list[dict[str, float | int | None]], least: int) -> float | int | None:
    """Give the share of repeats of a system that marks them; where it never did, zero would be made up."""
    return _enough(three[0], "repeat_share", least) if any(each["repeat_share"] for each in three) else None


def _enough(row: dict[str, float | int | None], name: str, least: int) -> float | int | None:
    return row[name] if (row[f"{name}_n"] or 0) >= least else None


def _run(asked: Asked) -> Part:
    """Follow what came in by system over equal periods."""
    periods = [*(each for each in recent(asked.period, RUN) if each.start >= asked.first), asked.period]
    titles = readers.source_titles()
    cells = _cells(asked).with_columns(pl.col("source_system").cast(pl.String))
    frame = series(cells, ["appeals"], periods, asked.as_of, by=["source_system"]).collect()
    by_system = {
        titles.get(str(key), str(key)): own["appeals"].to_list()
        for (key,), own in frame.partition_by("source_system", as_dict=True, maintain_order=True).items()
    }
    columns = [Column("period", "Период"), *(Column(f"s{at}", name, "count") for at, name in enumerate(by_system))]
    rows: list[list[Value]] = [
        [formats.period(each.start, each.end), *(values[at] for values in by_system.values())]
        for at, each in enumerate(periods)
    ]
    chart = Chart("lines", "period", tuple(f"s{at}" for at in range(len(by_system)))) if by_system else None
    note = f"поступило за каждый из {len(periods)} равных периодов"
    return Part("run", "Поступление по системам", note, Table.of(columns, rows), chart, measures=("appeals",))


def _departments(asked: Asked) -> Part:
    """Count what came to the administration and to each of its bodies (act 001, функция 10)."""
    period: Period = asked.period
    keys = ("appeals", "considered", "open", "overdue_open")
    cells = _cells(asked).with_columns(pl.col("department").cast(pl.String))
    found = measures.aggregate(cells, ["department"], keys, period.window(asked.as_of)).collect()
    whole = measures.aggregate(cells, [], keys, period.window(asked.as_of)).collect().row(0)
    rows: list[list[Value]] = [
        [name or "Подразделение не указано", *rest]
        for name, *rest in found.sort(
            "appeals", *natural.order("department"), descending=[True, False, False]
        ).iter_rows()
    ]
    columns = [Column("name", "Подразделение", is_wide=True), Column("came", "Поступило", "count"),
               Column("done", "Рассмотрено", "count"), Column("open", "В работе", "count"),
               Column("late", "Просрочено", "count")]  # fmt: skip
    table = Table.of(columns, [*rows, [_WHOLE, *whole]], bold=[len(rows)])
    note = formats.span(period.start, period.end)
    return Part("departments", "По подразделениям", note, table, measures=keys)
