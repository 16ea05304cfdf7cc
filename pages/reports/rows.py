"""The register of appeals in the seventeen columns of the presidential guidance (act 001, функция 16), without people.

Columns with the applicant's name, address and mail are not made: the store holds none of them. Who a case was passed
to is not exported by the systems either; the day is.
"""

from typing import Any, Final

import polars as pl

from analytics.schema import Kind, Status
from loaders import register
from loaders.register import MAX_ROWS, RegisterFilter
from pages.paper.model import Column, Paper, Part, Table
from pages.paper.source import Source, about
from pages.registry.paper import MOST_ROWS
from pages.reports import forms, spans
from pages.shared import formats, readers
from pages.shared.filters import UNMAPPED
from pages.shared.refusals import too_many

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
    filters = asked.filters
    words: dict[str, Any] = {
        name: tuple(None if key == UNMAPPED else key for key in getattr(filters, field))
        for name, field in (
            ("topic_block", "blocks"), ("department", "departments"), ("territory", "territories"),
            ("channel", "channels"),
        )
    }  # fmt: skip
    wanted = RegisterFilter(start=asked.period.start, end=asked.period.end, kind=(Kind.APPEAL.value,), **words)
    pages: list[pl.DataFrame] = []
    total, read = 1, 0
    while read < total:
        page = register.page(
            readers.store(), asked.scope, wanted, sort="received_at", descending=False, offset=read, limit=MAX_ROWS
        )
        total, read = page.total, read + page.rows.height
        if total > MOST_ROWS:
            raise too_many(total, MOST_ROWS)
        pages.append(page.rows)
        if page.rows.is_empty():
            break
    readers.unchanged(asked.scope, asked.version)
    return pl.concat(pages)


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
