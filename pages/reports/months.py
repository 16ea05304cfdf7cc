"""Monthly reports to systems above: ССТУ (Указ 171) and ГИС ЖКХ (act 001, функция 20).

ССТУ knows a question by its status at the end of the month; a case that ended later was being considered then. The
content of the monthly form of ГИС ЖКХ is not published; the lines are those that its statuses and marks allow.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics import facts, measures, natural
from analytics.rounding import shares
from analytics.schema import Kind, Status
from loaders.errors import InputRefused
from pages.paper.model import Chart, Column, Paper, Part, Table, Value
from pages.paper.source import Source, about
from pages.reports import forms, spans
from pages.shared import formats
from pages.shared.asked import Asked

_SSTU: Final = (
    ("Не зарегистрировано", (Status.NEW,)),
    ("Находится на рассмотрении", (Status.IN_WORK,)),
    ("Рассмотрение продлено", (Status.EXTENDED,)),
    ("Рассмотрено. Разъяснено", (Status.ANSWERED_EXPLAINED,)),
    ("Рассмотрено. Поддержано", (Status.ANSWERED_SUPPORTED,)),
    ("Рассмотрено. Поддержано. Меры приняты", (Status.ANSWERED_MEASURES_TAKEN,)),
    ("Рассмотрено. Не поддержано", (Status.ANSWERED_NOT_SUPPORTED,)),
    ("Направлено по компетенции", (Status.TRANSFERRED,)),
    ("Дан ответ автору", (Status.ANSWERED,)),
    ("Оставлено без ответа автору", (Status.LEFT_WITHOUT_ANSWER,)),
    ("Отозвано автором", (Status.WITHDRAWN,)),
)
"""Statuses of ССТУ and what they are here; the last one is not in its list and is told apart."""

_DIMENSIONS: Final = (
    *("received_on", "registered_on", "answered_on", "due_on", "topic_block", "topic", "department", "territory"),
    *("channel", "kind", "status", "source_system", "classifier_code", "is_repeat", "is_postponed", "is_extended"),
    *("is_late", "satisfaction"),
)
_MEASURES: Final = ("appeals", "considered", "open", "on_time_share", "overdue_open", "overdue_closed")


def sstu(source: Source, base: str) -> Paper:
    """Make the month of ССТУ: questions of appeals received in the month by their status at its end.

    Raises `InputRefused` where no appeal came or was open in the month.
    """
    asked = source.asked
    cells = _own(asked, pl.col("kind").cast(pl.String) == Kind.APPEAL.value, "Обращений граждан")
    came = pl.col("received_on").is_between(asked.period.start, asked.period.end)
    received = facts.newest(cells).filter(came).collect()
    then = facts.in_force(cells, asked.period.window(asked.as_of).moment, with_terms=False).filter(came).collect()
    span = formats.span(asked.period.start, asked.period.end)
    lead = (
        "Для раздела «Результаты рассмотрения обращений» (Указ от 17.04.2017 № 171). Единица — вопрос обращения.",
        "Считаются все обращения граждан, каким бы путём они ни пришли; сообщения сюда не входят.",
    )
    parts = [_statuses(asked, then), _sections(asked, received), _timely(asked, cells)]
    link = spans.link("sstu-month", source, base)
    return Paper(
        f"ССТУ: результаты рассмотрения, {span}", about(source, _MEASURES, link=link), tuple(parts), lead, "ССТУ, месяц"
    )


def _own(asked: Asked, kept: pl.Expr, what: str) -> pl.LazyFrame:
    """Read the cells of what came by the end of the period or was open in it; refuses when there are none."""
    read = asked.measured(asked.period.start, dimensions=_DIMENSIONS)
    cells = read.filter(kept, pl.col("received_on") <= asked.period.end)
    if cells.select(pl.len()).collect().item() == 0:
        raise InputRefused("no_data", f"{what} за эти дни нет", advice="Загрузите выгрузку или выберите другой месяц.")
    return cells


def _at_end(asked: Asked) -> pl.Expr:
    """Name the status that a case had at the end of the period; one that ended later was being considered."""
    moment = asked.period.window(asked.as_of).moment
    day, status = pl.col("registered_on"), pl.col("status").cast(pl.String)
    registered = forms.registered(day, status) & (day <= moment).fill_null(value=True)
    open_then = (
        pl.when(facts.IS_EXTENDED.expr().fill_null(value=False)).then(pl.lit(Status.EXTENDED.value))
        .when(~registered).then(pl.lit(Status.NEW.value))
        .otherwise(pl.lit(Status.IN_WORK.value))
    )  # fmt: skip
    return pl.when(facts.finished_by(moment).expr()).then(status).otherwise(open_then)


def _statuses(asked: Asked, received: pl.DataFrame) -> Part:
    counted = dict(received.group_by(_at_end(asked).alias("then")).agg(facts.APPEALS.sum()).iter_rows())
    whole = sum(counted.values())
    own = [sum(counted.get(status.value, 0) for status in each) for _, each in _SSTU]
    rows: list[list[Value]] = [
        [title, n, share if whole else None]
        for (title, _), n, share in zip(_SSTU, own, shares(own, whole), strict=True)
    ]
    columns = [Column("title", "Статус на конец месяца", is_wide=True), Column("n", "Вопросов", "count"),
               Column("share", "Доля", "share")]  # fmt: skip
    table = Table.of(columns, [*rows, ["Всего", whole, 1.0 if whole else None]], bold=[len(rows)])
    note = f"поступили {formats.span(asked.period.start, asked.period.end)}"
    return Part("statuses", "По статусам", note, table, Chart("bars", "title", ("n",)), measures=("appeals",))


def _sections(asked: Asked, received: pl.DataFrame) -> Part:
    """Count by the sections of the classifier, the first four digits of a code."""
    section = pl.col("classifier_code").cast(pl.String).str.slice(0, 4)
    found = received.group_by(section.alias("code")).agg(facts.APPEALS.sum()).sort("code", nulls_last=True)
    titles = asked.city.classifier_titles
    whole = int(found["appeals"].sum())
    shown: list[list[Value]] = [
        [titles.get(code or "", code) if code else "код не указан", n, share if whole else None]
        for (code, n), share in zip(found.iter_rows(), shares(found["appeals"].to_list()), strict=True)
    ]
    columns = [
        Column("section", "Раздел классификатора", is_wide=True),
        Column("n", "Вопросов", "count"),
        Column("share", "Доля", "share"),
    ]
    table = Table.of(columns, [*shown, ["Всего", whole, 1.0 if whole else None]], bold=[len(shown)])
    return Part("sections", "По разделам классификатора", "вопросов, доли в сумме 100 %", table, measures=("appeals",))


def _timely(asked: Asked, cells: pl.LazyFrame) -> Part:
    found = measures.aggregate(cells, [], _MEASURES, asked.period.window(asked.as_of)).collect().row(0, named=True)
    rows = [["Поступило вопросов" if key == "appeals" else measures.find(key).title, found[key]] for key in _MEASURES]
    few = [
        (at, "value")
        for at, key in enumerate(_MEASURES)
        if key == "on_time_share" and 0 < found[f"{key}_n"] < asked.min_n
    ]
    rows = [[title, None if (at, "value") in few else value] for at, (title, value) in enumerate(rows)]
    columns = [Column("title", "Показатель", is_wide=True), Column("value", "Значение", "value")]
    table = Table.of(columns, rows, units=[measures.find(key).unit for key in _MEASURES], few=few)
    base = f" из {formats.number(found['on_time_share_n'])} наступивших сроков"
    note = f"все, что были в работе {formats.span(asked.period.start, asked.period.end)}; доля в срок —{base}"
    return Part("timely", "Своевременность", note, table, measures=_MEASURES)


GIS: Final = "gis_zhkh"
_GIS: Final[tuple[tuple[str, Sequence[Status]], ...]] = (
    ("Исполнено", (Status.ANSWERED, Status.ANSWERED_EXPLAINED, Status.ANSWERED_SUPPORTED,
                   Status.ANSWERED_MEASURES_TAKEN, Status.ANSWERED_NOT_SUPPORTED)),
    ("Перенаправлено в другую организацию", (Status.TRANSFERRED,)),
    ("Ответ не требуется", (Status.LEFT_WITHOUT_ANSWER,)),
    ("Отозвано", (Status.WITHDRAWN,)),
)  # fmt: skip


def gis_zhkh(source: Source, base: str) -> Paper:
    """Make the month of ГИС ЖКХ; raises `InputRefused` where nothing of that system was there."""
    asked = source.asked
    cells = _own(asked, pl.col("source_system").cast(pl.String) == GIS, "Данных ГИС ЖКХ")
    span = formats.span(asked.period.start, asked.period.end)
    lead = ("Содержание ежемесячной формы ГИС ЖКХ не опубликовано; строки — те, что следуют из её статусов и отметок.",)
    parts = [_of_gis(asked, cells), _timely(asked, cells), _topics(asked, cells)]
    link = spans.link("gis-zhkh-month", source, base)
    keys = (*_MEASURES, "satisfaction", "satisfaction_n")
    return Paper(f"ГИС ЖКХ: обращения, {span}", about(source, keys, link=link), tuple(parts), lead, "ГИС ЖКХ, месяц")


def _of_gis(asked: Asked, cells: pl.LazyFrame) -> Part:
    window = asked.period.window(asked.as_of)
    done = measures.aggregate(cells.with_columns(pl.col("status").cast(pl.String)), ["status"], ["considered"], window)
    by_status = dict(done.select("status", "considered").collect().iter_rows())
    keys = ("appeals", "considered", "open", "extended", "satisfaction", "satisfaction_n")
    found = measures.aggregate(cells, [], keys, window).collect().row(0, named=True)
    rows: list[tuple[str, float | int | None, str]] = [
        ("Поступило", found["appeals"], "count"), ("Завершено за месяц", found["considered"], "count"),
        *((f"— {title}", sum(by_status.get(each.value, 0) for each in own), "count") for title, own in _GIS),
        ("В работе на конец", found["open"], "count"), ("— срок продлён", found["extended"], "count"),
        ("Оценка ответа, из 5", found["satisfaction"] if found["satisfaction_n"] >= asked.min_n else None, "score"),
        ("Оценок", found["satisfaction_n"], "count"),
    ]  # fmt: skip
    columns = [Column("title", "Показатель", is_wide=True), Column("value", "Значение", "value")]
    table = Table.of(columns, [list(row[:2]) for row in rows], units=[row[2] for row in rows])  # type: ignore[misc]
    return Part("gis", "Обращения ГИС ЖКХ", formats.span(asked.period.start, asked.period.end), table)


def _topics(asked: Asked, cells: pl.LazyFrame) -> Part:
    window = asked.period.window(asked.as_of)
    found = measures.aggregate(
        cells.with_columns(pl.col("topic").cast(pl.String)), ["topic"], ["appeals"], window
    ).collect()
    whole = int(found["appeals"].sum())
    ordered = found.filter(pl.col("appeals") > 0).sort(
        "appeals", *natural.order("topic"), descending=[True, False, False]
    )
    parts = shares(ordered["appeals"].to_list())
    rows = [
        [topic or "тема не указана", n, share] for (topic, n), share in zip(ordered.iter_rows(), parts, strict=True)
    ]
    columns = [
        Column("topic", "Тема", is_wide=True),
        Column("n", "Поступило", "count"),
        Column("share", "Доля", "share"),
    ]
    table = Table.of(columns, [*rows, ["Всего", whole, 1.0 if whole else None]], bold=[len(rows)])
    note = f"поступили {formats.span(asked.period.start, asked.period.end)}"
    return Part("topics", "По темам", note, table, Chart("bars", "topic", ("n",)), measures=("appeals",))
