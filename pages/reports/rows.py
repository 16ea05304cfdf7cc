"""The register of appeals in the seventeen columns of the presidential guidance (act 001, функция 16), without people.

Columns with the applicant's name, address and mail are not made: the store holds none of them. Who a case was passed
to is not exported by the systems either; the day is.
"""

from typing import Final

import polars as pl

from analytics.schema import Kind, Status
from pages.paper.model import Column, Paper, Part, Table
from pages.paper.source import Source, about
from pages.registry import paper as registry
from pages.registry.query import Asked, register_filter
from pages.reports import forms, spans
from pages.shared import formats

_PLUS: Final = "+"
_COLUMNS: Final = (
    Column("source_id", "Рег. номер"), Column("question_no", "Вопрос", "count"),
    Column("document", "Дата документа", "day"), Column("received", "Дата поступления", "day"),
    Column("registered", "Дата регистрации", "day"), Column("classifier_code", "Код вопроса"),
    Column("passed", "Направлен по компетенции", "day"), Column("passed_to", "Кому направлен"),
    Column("supported", "Рассмотрено. Поддержано"), Column("measures", "Меры приняты"),
    Column("explained", "Рассмотрено. Разъяснено"), Column("not_supported", "Рассмотрено. Не поддержано"),
    Column("answered", "Дан ответ автору"), Column("answered_on", "Дата ответа", "day"),
    Column("left", "Оставлено без ответа автору"), Column("is_registered", "Зарегистрировано"),
    Column("department", "Исполнитель", is_wide=True),
)  # fmt: skip
_ANSWERED: Final = (
    Status.ANSWERED, Status.ANSWERED_EXPLAINED, Status.ANSWERED_SUPPORTED, Status.ANSWERED_MEASURES_TAKEN,
    Status.ANSWERED_NOT_SUPPORTED,
)  # fmt: skip


def paper(source: Source, base: str) -> Paper:
    """List the appeals received in a period; raises `InputRefused` for whoever may not see rows."""
    asked = source.asked
    frame = _read(source)
    note = (
        f"всего строк: {formats.number(frame.height)}; «+» — да по данным источника; "
        "дату документа и адресата передачи системы не выгружают"
    )
    part = Part("rows", "Обращения, поступившие за период", note, Table.of(_COLUMNS, _laid_out(frame)))
    span = formats.span(asked.period.start, asked.period.end)
    lead = ("Без персональных данных: заявитель, адрес и почта в хранилище не попадают.",)
    return Paper(
        f"Реестр обращений, {span}",
        about(source, (), link=spans.link("register", source, base)),
        (part,),
        lead,
        "Реестр обращений",
    )


def _read(source: Source) -> pl.DataFrame:
    asked = source.asked
    query = Asked(sort="received_at", descending=False)
    filters = asked.filters.replace(kinds=(Kind.APPEAL.value,))
    return registry.read(source, register_filter(filters, query, asked.period, asked.as_of), query)


def _laid_out(frame: pl.DataFrame) -> pl.DataFrame:
    status = pl.col("status").cast(pl.String)

    def marked(*wanted: Status) -> pl.Expr:
        return pl.when(status.is_in([each.value for each in wanted])).then(pl.lit(_PLUS))

    return frame.select(
        "source_id",
        pl.col("question_no").cast(pl.Int64),
        pl.lit(None, pl.Date).alias("document"),
        pl.col("received_at").dt.date().alias("received"),
        pl.col("registered_at").dt.date().alias("registered"),
        pl.col("classifier_code").cast(pl.String),
        pl.when(status == Status.TRANSFERRED.value)
        .then(pl.coalesce("transferred_at", "answered_at").dt.date())
        .alias("passed"),
        pl.lit(None, pl.String).alias("passed_to"),
        marked(Status.ANSWERED_SUPPORTED, Status.ANSWERED_MEASURES_TAKEN).alias("supported"),
        marked(Status.ANSWERED_MEASURES_TAKEN).alias("measures"),
        marked(Status.ANSWERED_EXPLAINED).alias("explained"),
        marked(Status.ANSWERED_NOT_SUPPORTED).alias("not_supported"),
        marked(*_ANSWERED).alias("answered"),
        pl.when(status.is_in([each.value for each in _ANSWERED]))
        .then(pl.col("answered_at").dt.date())
        .alias("answered_on"),
        marked(Status.LEFT_WITHOUT_ANSWER).alias("left"),
        pl.when(forms.registered(pl.col("registered_at"), status)).then(pl.lit(_PLUS)).alias("is_registered"),
        pl.col("department").cast(pl.String),
    )
