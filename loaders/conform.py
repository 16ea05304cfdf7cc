"""Turn a raw table into canonical appeals, rejected rows with reasons, and counted doubts.

A row is rejected when its identity, its moment of receipt or its state cannot be read, and when text in it is broken.
Everything else that looks wrong costs at most its own value: it is put right where the rule is plain, left empty where
not, and counted. Columns of free text never come here: the reader takes named columns only.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from analytics import schema
from loaders import personal, topics
from loaders.city import City
from loaders.files.raw import ROW, Finding, RawTable
from loaders.moments import Clock, parse
from loaders.places import locate
from loaders.profile import TERMS, Profile
from loaders.sieve import Sieve
from loaders.source_columns import SourceColumns
from loaders.telling import Form, told
from loaders.text import BROKEN, DASHES, cleaned, disguised

MAX_ID: Final = 128
MAX_TEXT: Final = 300
"""Characters kept of a topic, a department, a territory or a channel."""

FUTURE: Final = timedelta(days=1)
"""How far ahead of the city's clock a past event may lie before it counts as impossible."""

FAR_TERM: Final = timedelta(days=3660)
"""How far ahead a term may lie: ten years."""

OPEN_TEXTS: Final = ("topic_block", "topic_group", "topic", "department", "territory", "channel")
VOCABULARIES: Final = ("kind", "status", "appeal_type", "applicant_kind", "stage", "result")

_DATED: Final = r"\d[-./]\d|\d{8}"
"""Regular expression of texts that may hold a date; a row without one may be a total."""

_PROSE: Final = r"(?:[А-Яа-яЁё]{3}.*?\s.*?){3}[А-Яа-яЁё]{3}"
"""Regular expression of a text of words at the place of a number."""

_CODE: Final = r"^(\d{4}(?:\.\d{4}){0,4})"
_RESULTS: Final = {
    schema.Status.ANSWERED_SUPPORTED.value: schema.Result.SUPPORTED.value,
    schema.Status.ANSWERED_MEASURES_TAKEN.value: schema.Result.MEASURES_TAKEN.value,
    schema.Status.ANSWERED_EXPLAINED.value: schema.Result.EXPLAINED.value,
    schema.Status.ANSWERED_NOT_SUPPORTED.value: schema.Result.NOT_SUPPORTED.value,
}
_FINISHED: Final = [status.value for status in schema.FINISHED_STATUSES]


@dataclass(frozen=True)
class Conformed:
    """Hold the appeals of one file in file order, its rejected rows and its doubts."""

    appeals: pl.DataFrame
    rejected: pl.DataFrame
    findings: tuple[Finding, ...]


def conform(raw: RawTable, profile: Profile, city: City, now: datetime) -> Conformed:
    """Make canonical appeals of a raw table; `now` is the wall clock of the city."""
    source, sieve = SourceColumns(raw, profile), Sieve(raw)
    _reject_furniture(source, sieve)
    columns: dict[str, pl.Series] = {"source_id": _identity(source, sieve), "question_no": _question(source, sieve)}
    for name in schema.MOMENTS:
        columns[name] = _moment(name, source, sieve, city, now)
    for name in VOCABULARIES:
        columns[name] = _words(name, source, sieve)
    columns["stage"] = columns["stage"].fill_null(source.stages_of_status())
    for name in schema.MARKS:
        columns[name] = _flag(name, source, sieve)
    for name in OPEN_TEXTS:
        columns[name] = _open_text(name, source, sieve)
    columns["classifier_code"] = _code(source, sieve)
    for name, bounds in (("reworks", (0, 1000)), ("satisfaction", (1, 5))):
        columns[name] = _number(name, bounds, source, sieve)
    columns |= _place(source, sieve, city)
    _note_merged(source, sieve)
    _note_disguised(source, sieve)
    frame = pl.DataFrame(columns)
    frame = _settle(frame, profile, sieve)
    frame = frame.with_columns(topics.blocks(frame, profile, city).alias("topic_block"))
    _note_unmapped(frame, profile, city, sieve)
    appeals = frame.with_columns(
        pl.lit(city.key).alias("municipality"), pl.lit(profile.key).alias("source_system"), raw.frame[ROW]
    ).filter(~sieve.gone)
    return Conformed(appeals.select(list(schema.APPEAL)).cast(schema.APPEAL), sieve.rejected(), sieve.findings())


def _reject_furniture(source: SourceColumns, sieve: Sieve) -> None:
    """Set aside totals and repeated headers: they are rows of the report, not of the register."""
    ids, received = source.text("source_id"), source.text("received_at")
    key = source.label("source_id")
    sieve.reject(
        (ids == key) & (received == source.label("received_at")), key, "header_row", "строка обращения, а это заголовок"
    )
    undated = ~received.str.contains(_DATED).fill_null(value=False)
    if not undated.any():
        return
    pattern = "(?i)^(" + "|".join(map(re.escape, source.profile.file.total_words)) + r")\b"
    begins = [source.column(name).filter(undated).str.contains(pattern) for name in source.raw.names]
    totals = pl.select(pl.any_horizontal(begins).fill_null(value=False)).to_series()
    found = pl.repeat(value=False, n=source.height, eager=True).scatter(undated.arg_true(), totals)
    sieve.reject(found, key, "total_row", "строка обращения, а это итог", ids, Form.WORD)


def _reject_blank(name: str, where: pl.Series, source: SourceColumns, sieve: Sieve, reason: tuple[str, str]) -> None:
    """Reject rows that lack what each must have; a cell hidden under a merged one is a reason of its own."""
    label = source.label(name)
    sieve.reject(where & source.merged(name), label, "merged_cells", "своё значение в каждой строке, без объединения")
    sieve.reject(where, label, *reason, source.text(name), Form.WORD)


def _note_merged(source: SourceColumns, sieve: Sieve) -> None:
    """Count the empty cells that look filled in Excel, by column."""
    for name in source.profile.fields if source.raw.merged else ():
        detail = f"«{source.label(name)}»: ячейки объединены, значение прочитано только в первой строке"
        sieve.note(source.merged(name), "merged_cells", detail)


def _note_disguised(source: SourceColumns, sieve: Sieve) -> None:
    """Count the words in which Latin letters stood for Russian ones: alike to the eye, another word to a program."""
    for name in filter(source.given, ("source_id", *OPEN_TEXTS, *VOCABULARIES)):
        detail = f"«{source.label(name)}»: латинские буквы внутри русских слов заменены русскими"
        sieve.note(disguised(source.text(name)), "look_alike_letters", detail)


def _identity(source: SourceColumns, sieve: Sieve) -> pl.Series:
    """Read the number of the case; one that is blank, overlong, cut, personal or prose rejects the row."""
    label, ids = source.label("source_id"), cleaned(source.number("source_id"))
    _reject_blank("source_id", ids.is_null(), source, sieve, ("blank_id", "номер обращения"))
    sieve.reject(ids.str.contains(BROKEN, literal=True), label, "broken_text", "текст без испорченных знаков", ids)
    sieve.reject(ids.str.len_chars() > MAX_ID, label, "too_long", f"не больше {MAX_ID} знаков", ids, Form.NUMBER)
    sieve.reject(source.lost("source_id"), label, "lost_digits", "номер целиком, столбец текстом", ids, Form.NUMBER)
    sieve.reject(ids.str.contains(_PROSE), label, "bad_number", "номер обращения, а не текст", ids, Form.NUMBER)
    expected = "номер обращения, а не телефон, почта, имя или документ"
    sieve.reject(personal.is_personal(ids), label, "personal_data", expected, ids, Form.NUMBER)
    return ids


def _question(source: SourceColumns, sieve: Sieve) -> pl.Series:
    if not source.given("question_no"):
        return pl.repeat(1, source.height, dtype=pl.Int32, eager=True)
    text = source.number("question_no")
    number = text.cast(pl.Int32, strict=False)
    wrong = text.is_not_null() & ~(number >= 1).fill_null(value=False)
    sieve.reject(wrong, source.label("question_no"), "bad_number", "номер вопроса, целое число от 1", text, Form.NUMBER)
    return number.fill_null(1)


def _moment(name: str, source: SourceColumns, sieve: Sieve, city: City, now: datetime) -> pl.Series:
    """Read a moment; an impossible one, and a past event that lies in the future, is left empty and counted.

    Without a moment of receipt there is no case: there it rejects the row.
    """
    text, label, field = source.text(name), source.label(name), source.field(name)
    text = text.set(text.is_in(DASHES), None)
    formats, is_term = field.formats or source.profile.dates, name in TERMS
    found = parse(text, Clock(formats, source.profile.time_zone, city.time_zone, field.moments), is_term=is_term)
    latest = now + (FAR_TERM if is_term else FUTURE)
    unread, ahead, wanted = text.is_not_null() & found.is_null(), found > latest, f"дата вида {_example(formats)}"
    if name in schema.REQUIRED:
        _reject_blank(name, text.is_null(), source, sieve, ("blank_date", "дата поступления"))
        sieve.reject(unread, label, "bad_date", wanted, text, Form.DATE)
        sieve.reject(ahead, label, "future_date", f"дата не позже {latest:%d.%m.%Y}", text, Form.DATE)
        return found
    sieve.note(unread, "bad_date", f"«{label}»: не {wanted}, оставлено пустым")
    what = "срок дальше десяти лет" if is_term else "событие в будущем"
    sieve.note(ahead, "future_date", f"«{label}»: {what}, оставлено пустым")
    return found.set(ahead.fill_null(value=False), None)


def _example(formats: tuple[str, ...]) -> str:
    """Write one date as the source may; where it may in many ways, as people here do."""
    form = next((each for each in formats if each.startswith("%d.%m.%Y")), formats[0])
    sample = datetime(2026, 1, 31, 14, 30)  # noqa: DTZ001 — an example to read
    return sample.strftime(form.replace("%.f", "").replace("%#z", "+03:00").replace("%z", "+0300"))


def _words(name: str, source: SourceColumns, sieve: Sieve) -> pl.Series:
    """Translate a vocabulary column; an unknown word rejects the row or is left out and counted."""
    found, label, field = source.words(name), source.label(name), source.field(name)
    text = source.text(name)
    if field.unknown == "reject":
        sieve.reject(found.unknown, label, f"unknown_{name}", "слово из таблицы профиля", text, Form.WORD)
    else:
        said = told(text.set(~found.unknown, None), Form.WORD)
        sieve.note_each(found.unknown, "unknown_value", "«" + label + "»: " + said)
    if name in schema.REQUIRED:
        _reject_blank(name, found.values.is_null(), source, sieve, (f"blank_{name}", "непустое значение"))
    return found.values


def _flag(name: str, source: SourceColumns, sieve: Sieve) -> pl.Series:
    found = source.flags(name)
    sieve.note(found.unknown, "unknown_flag", f"«{source.label(name)}»: ни да, ни нет")
    return found.values


def _open_text(name: str, source: SourceColumns, sieve: Sieve) -> pl.Series:
    """Clean an open text and take personal data out of it; a department that is a person becomes empty."""
    found, label = source.open_words(name), source.label(name)
    sieve.reject(
        found.values.str.contains(BROKEN, literal=True),
        label,
        "broken_text",
        "текст без испорченных знаков",
        found.values,
    )
    if source.field(name).unknown == "reject":
        words = source.text(name)
        sieve.reject(found.unknown, label, "unknown_value", "слово из таблицы профиля", words, Form.WORD)
    # Masked before it is cut: the first digits of a phone at the cut would no longer look like one.
    whole = personal.without_people(found.values) if name == "department" else personal.redacted(found.values)
    safe = whole.str.slice(0, MAX_TEXT)
    sieve.note(found.values.str.len_chars() > MAX_TEXT, "text_truncated", f"«{label}»: оставлено {MAX_TEXT} знаков")
    sieve.note(
        found.values.is_not_null() & safe.is_null(),
        "person_not_body",
        f"«{label}»: имя человека вместо органа, оставлено пустым",
    )
    # Of a text too long to be kept only the beginning was searched.
    masked = pl.select(~pl.lit(found.values).str.starts_with(pl.lit(whole))).to_series()
    sieve.note(masked, "personal_data_masked", f"«{label}»: личные данные скрыты")
    return safe


def _code(source: SourceColumns, sieve: Sieve) -> pl.Series:
    text = source.text("classifier_code")
    found = text.str.extract(_CODE)
    sieve.note(
        text.is_not_null() & found.is_null(),
        "bad_classifier_code",
        f"«{source.label('classifier_code')}»: не код классификатора",
    )
    return found


def _number(name: str, bounds: tuple[int, int], source: SourceColumns, sieve: Sieve) -> pl.Series:
    """Read a whole number within bounds; anything else is left out and counted."""
    text = source.open_words(name).values
    number = text.str.replace_all(r"[\s\u{a0}\u{202f}]", "").str.replace(r"[.,]0+$", "").cast(pl.Int32, strict=False)
    kept = number.set(~number.is_between(*bounds).fill_null(value=True), None)
    sieve.note(
        text.is_not_null() & kept.is_null(),
        "bad_number",
        f"«{source.label(name)}»: не целое число от {bounds[0]} до {bounds[1]}",
    )
    return kept


def _place(source: SourceColumns, sieve: Sieve, city: City) -> dict[str, pl.Series]:
    located = locate(source.text("lat"), source.text("lon"), city)
    for where, code, detail in (
        (located.unreadable, "bad_coordinates", "координаты не читаются"),
        (located.zero, "zero_coordinates", "координаты (0, 0)"),
        (located.outside, "outside_box", "координаты вне границ города"),
    ):
        sieve.note(where, code, detail)
    return {"lat": located.lat, "lon": located.lon, "geo_cell": located.geo_cell}


def _settle(frame: pl.DataFrame, profile: Profile, sieve: Sieve) -> pl.DataFrame:
    """Make state, result and moments of one row agree; count the rows in which they did not."""
    frame = frame.with_columns(
        pl.when((pl.col("status") == "answered") & pl.col("result").is_not_null())
        .then("answered_" + pl.col("result"))
        .otherwise("status")
        .alias("status")
    )
    finished, ended = pl.col("status").is_in(_FINISHED), pl.col("answered_at")
    lapse = ended < pl.col("received_at")
    # A few seconds of difference between two clocks on one day do no harm to durations, which are whole days.
    impossible = ended.dt.date() < pl.col("received_at").dt.date()
    filled = pl.when(pl.col("status") == "transferred").then(ended.fill_null(pl.col("transferred_at"))).otherwise(ended)
    quiet = profile.fields["answered_at"].if_finished if "answered_at" in profile.fields else False
    doubts = frame.select(
        early=lapse & finished & ((ended.dt.time() != pl.time(0)) | impossible),
        open_ended=~finished & ended.is_not_null() & pl.lit(value=not quiet),
        undated=finished & filled.is_null(),
    )
    sieve.note(
        doubts["early"], "answered_before_received", "ответ раньше поступления; на другой день раньше — не учтён"
    )
    sieve.note(doubts["open_ended"], "answer_while_open", "есть дата ответа, а работа не завершена; дата не учтена")
    sieve.note(doubts["undated"], "finished_without_date", "работа завершена, а даты нет")
    return frame.with_columns(
        pl.when(finished & ~impossible.fill_null(value=False)).then(filled).alias("answered_at"),
        pl.col("result").fill_null(pl.col("status").replace_strict(_RESULTS, default=None, return_dtype=pl.String)),
    )


def _note_unmapped(frame: pl.DataFrame, profile: Profile, city: City, sieve: Sieve) -> None:
    """Count the topics without a block, by topic, and those that the profile leads to a block the city lacks."""
    named = frame.select(pl.coalesce("topic", "topic_group", "classifier_code", pl.lit("тема не указана"))).to_series()
    sieve.note_each(frame["topic_block"].is_null(), "unmapped_topic", named)
    wrong = topics.strays(frame, profile, city)
    sieve.note_each(
        wrong.is_not_null(), "unknown_block", "профиль ведёт тему в блок «" + wrong + "», которого нет в городе"
    )
