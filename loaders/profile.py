"""A source system as data: the shape of its files, its column names, its words, and what to leave at the door.

Profiles of the product stand in `loaders/sources`; `generic.toml` there explains every key. A city's own profile is
a file of the same form anywhere else.
"""

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from analytics import schema
from loaders.errors import InputRefused, Place
from loaders.text import name_key, value_key
from loaders.toml_file import TomlTable

SOURCES: Final = Path(__file__).parent / "sources"
"""Where the product's own profiles stand."""

FORMATS: Final = ("csv", "xlsx", "xls", "json", "ndjson", "xml")
"""Formats a profile may allow; `csv` means any separated text."""

DATE_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M%#z",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
)
"""Date forms that can be read in one way only; a profile that needs others names all of its own."""

NAIVE: Final = "city"
"""Time zone of values that carry no offset: the city's own clock."""

TERMS: Final = ("due_at", "extended_until", "postponed_until")
"""Columns of moments that may lie in the future; a term that names a day lasts to the end of it."""

OWN: Final = frozenset({"municipality", "source_system", "geo_cell", "source_row"})
"""Columns that the loader itself fills."""

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_UNKNOWN: Final = ("reject", "null", "keep")
_YES: Final = ("да", "true", "истина", "1", "yes", "y", "+", "t", "x")
_NO: Final = ("нет", "false", "ложь", "0", "no", "n", "-", "f")


@dataclass(frozen=True)
class FileShape:
    """Say how the files of a system look before any column is named."""

    formats: tuple[str, ...]
    separators: tuple[str, ...]
    sheet: str | None
    records: tuple[str, ...]
    record: tuple[str, ...]
    unit: str | None
    exact_header: tuple[str, ...]
    total_words: tuple[str, ...]
    rejected_share: float


@dataclass(frozen=True)
class Field:
    """Say where one canonical column comes from; `values` leads from `value_key` of a word to the canonical word."""

    column: str
    headers: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    unknown: str = "keep"
    required: bool = False
    first_filled: bool = False
    if_finished: bool = False
    moments: bool = False
    formats: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the headers in the form in which they are compared, the preferred one first."""
        return tuple(name_key(header) for header in self.headers)

    @property
    def join_keys(self) -> tuple[str, ...]:
        """Name the further headers whose values are joined to this one."""
        return tuple(name_key(header) for header in self.join)


@dataclass(frozen=True)
class Condition:
    """Ask one source column: is its value among `words`, or, without words, is it filled as `filled` says."""

    header: str
    words: frozenset[str]
    filled: bool


@dataclass(frozen=True)
class Rule:
    """Give canonical columns a word where all conditions hold; the first fitting rule wins for its column."""

    when: tuple[Condition, ...]
    sets: Mapping[str, str]


@dataclass(frozen=True)
class Profile:
    """Describe one source system. `native` is False where its own column names are not public."""

    key: str
    title: str
    city: str | None
    native: bool
    note: str
    file: FileShape
    fields: Mapping[str, Field]
    rules: tuple[Rule, ...]
    dropped: frozenset[str]
    dates: tuple[str, ...]
    time_zone: str
    yes: frozenset[str]
    no: frozenset[str]
    topics: Mapping[str, str]
    stages: Mapping[str, str]
    sha256: str

    @staticmethod
    def load(key_or_path: str | Path) -> "Profile":
        """Read a profile by key or from a file; raise `InputRefused` with the line where the file is wrong."""
        text = str(key_or_path)
        path = Path(text) if isinstance(key_or_path, Path) or text.endswith(".toml") else _shipped(text)
        return _read(path)

    @property
    def wanted(self) -> frozenset[str]:
        """Name every header, in compared form, whose values are read at all."""
        headers = {key for each in self.fields.values() for key in (*each.keys, *each.join_keys)}
        return frozenset(headers | {condition.header for rule in self.rules for condition in rule.when})

    @property
    def required(self) -> tuple[Field, ...]:
        """Name the fields without which a header is not this system's header."""
        return tuple(each for each in self.fields.values() if each.required)


@lru_cache(maxsize=1)
def _available(_stamp: tuple[tuple[str, int], ...]) -> tuple[Profile, ...]:
    return tuple(Profile.load(path) for path in sorted(SOURCES.glob("*.toml")))


def available() -> list[Profile]:
    """List the profiles that come with the product, by key."""
    return list(_available(tuple((path.name, path.stat().st_mtime_ns) for path in sorted(SOURCES.glob("*.toml")))))


def _shipped(key: str) -> Path:
    known = {path.stem: path for path in SOURCES.glob("*.toml")}
    if key not in known:
        advice = f"{_near(key, known)}Есть: {', '.join(sorted(known))}. Свой профиль — путь к файлу .toml."
        raise InputRefused("unknown_source", f"Профиля «{key}» нет", advice=advice)
    return known[key]


def _near(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Возможно, «{close[0]}». " if close else ""


def _read(path: Path) -> Profile:
    file = TomlTable.read(path)
    key = file.take("key", str, path.stem)
    if not _KEY.fullmatch(key):
        advice = "Добавьте ключ key: латинские строчные буквы, цифры, «_» и «-»."
        raise InputRefused("bad_key", f"«{key}» не годится в ключ профиля", place=Place(path.name), advice=advice)
    dates, words = file.table("dates"), file.table("words")
    profile = Profile(
        key=key,
        title=file.take("title", str),
        city=file.maybe("city", str),
        native=file.take("native", bool, default=False),
        note=file.take("note", str, ""),
        file=_shape(file.table("file")),
        fields=_fields(file),
        rules=tuple(_rule(table) for table in file.tables("rules")),
        dropped=_dropped(file.table("drop")),
        dates=dates.texts("formats") or DATE_FORMATS,
        time_zone=_zone(dates),
        yes=frozenset(map(value_key, (*_YES, *words.texts("yes")))),
        no=frozenset(map(value_key, (*_NO, *words.texts("no")))),
        topics=_topics(file.table("topics")),
        stages=_stages(file.table("stages")),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    for table in (dates, words, file):
        table.close()
    return profile


def _shape(table: TomlTable) -> FileShape:
    shape = FileShape(
        formats=table.texts("formats") or FORMATS,
        separators=table.texts("separators") or (",", ";", "\t", "|"),
        sheet=table.maybe("sheet", str),
        records=table.texts("records"),
        record=table.texts("record"),
        unit=table.maybe("unit", str),
        exact_header=table.texts("exact_header"),
        total_words=tuple(map(value_key, table.texts("total_words") or ("итого", "всего", "total"))),
        rejected_share=table.take("rejected_share", float, 0.05),
    )
    for name in shape.formats:
        if name not in FORMATS:
            advice = f"{_near(name, FORMATS)}Бывают: {', '.join(FORMATS)}."
            table.refuse("unknown_format", f"Неизвестный формат «{name}»", at=name, advice=advice)
    if not all(len(separator) == 1 and separator.isascii() for separator in shape.separators):
        table.refuse("separator", "Разделитель — один знак", at="separators")
    if not 0 <= shape.rejected_share <= 1:
        table.refuse("share", "Доля отклонённых строк — число от 0 до 1", at="rejected_share")
    table.close()
    return shape


def _fields(file: TomlTable) -> dict[str, Field]:
    columns = file.table("columns")
    defaults = {name: file.maybe(name, str) for name in ("kind", "channel")}
    fields = {name: _field(columns, name) for name in columns.keys()}  # noqa: SIM118 — no dict
    for name, value in defaults.items():
        given = fields.get(name, Field(name, unknown=_unknown_default(name), values=_vocabulary(name)))
        if value is not None:
            fields[name] = replace(given, default=_allowed(file, name, value))
    columns.close()
    for name in ("source_id", "received_at"):
        if name not in fields or not fields[name].headers:
            columns.refuse("missing_column", f"Не сказано, где взять «{name}»", advice="Нужны его headers.")
    for name in ("kind", "status"):
        if name not in fields or not (fields[name].headers or fields[name].default):
            columns.refuse("missing_column", f"Не сказано, где взять «{name}»", advice="Нужны headers или default.")
    return fields


def _field(columns: TomlTable, name: str) -> Field:
    if name not in schema.COLUMNS or name in OWN:
        known = tuple(each for each in schema.COLUMNS if each not in OWN)
        advice = f"{_near(name, known)}Бывают: {', '.join(known)}."
        columns.table(name).refuse("unknown_column", f"Неизвестный столбец «{name}»", advice=advice)
    table = columns.table(name)
    default = table.maybe("default", str)
    made = Field(
        column=name,
        headers=table.texts("headers"),
        join=table.texts("join"),
        values={**_vocabulary(name), **_values(table, name)},
        default=None if default is None else _allowed(table, name, default),
        unknown=table.take("unknown", str, _unknown_default(name)),
        required=table.take("required", bool, name in {"source_id", "received_at"}),
        first_filled=table.take("first_filled", bool, default=False),
        if_finished=table.take("if_finished", bool, default=False),
        moments=table.take("moments", bool, default=False),
        formats=table.texts("formats"),
    )
    if made.unknown not in _UNKNOWN or (made.unknown == "keep" and _words(name)):
        table.refuse("unknown", f"unknown — одно из: {', '.join(_UNKNOWN)}; keep — не для словарей", at="unknown")
    if made.moments and name not in TERMS:
        table.refuse("moments", f"moments бывает у сроков: {', '.join(TERMS)}", at="moments")
    table.close()
    return made


def _values(table: TomlTable, name: str) -> dict[str, str]:
    inner = table.table("values")
    words = {value_key(key): _allowed(inner, name, inner.take(key, str)) for key in inner.keys()}  # noqa: SIM118 — no dict
    inner.close()
    return words


def _words(name: str) -> tuple[str, ...]:
    """Name the closed vocabulary of a column; empty where the column is open or there is none."""
    dtype = schema.APPEAL.get(name)
    return tuple(dtype.categories) if isinstance(dtype, pl.Enum) else ()


def _vocabulary(name: str) -> dict[str, str]:
    """Let a closed vocabulary be written in its own words or in its Russian titles."""
    words = _words(name)
    return {value_key(form): word for word in words for form in (schema.TITLES.get(word, word), word)}


def _unknown_default(name: str) -> str:
    if name in {"status", "kind"}:
        return "reject"
    return "null" if _words(name) else "keep"


def _allowed(table: TomlTable, name: str, word: str) -> str:
    words = _words(name)
    if words and word not in words:
        advice = f"{_near(word, words)}Бывают: {', '.join(words)}."
        table.refuse("unknown_word", f"Для «{name}» нет слова «{word}»", at=word, advice=advice)
    return word


def _rule(table: TomlTable) -> Rule:
    sets = table.table("set")
    words = {name: sets.take(name, str) for name in sets.keys()}  # noqa: SIM118 — no dict
    for name, word in words.items():
        if not (_words(name) or name in schema.MARKS or name == "satisfaction"):
            sets.refuse("unknown_column", f"Правило не может задать «{name}»", at=name)
        if _words(name):
            _allowed(sets, name, word)
    conditions = tuple(_condition(each) for each in table.tables("when"))
    if not conditions or not words:
        table.refuse("empty_rule", "У правила должны быть when и set")
    table.close()
    return Rule(conditions, words)


def _condition(table: TomlTable) -> Condition:
    words, filled = table.texts("is"), table.maybe("filled", bool)
    if bool(words) == (filled is not None):
        table.refuse("condition", "У условия есть либо is, либо filled")
    made = Condition(name_key(table.take("header", str)), frozenset(map(value_key, words)), filled is not False)
    table.close()
    return made


def _dropped(table: TomlTable) -> frozenset[str]:
    names = {name_key(each) for group in ("personal", "free_text", "other") for each in table.texts(group)}
    table.close()
    return frozenset(names)


def _stages(table: TomlTable) -> dict[str, str]:
    """Read which stage a word of the status names."""
    return {value_key(word): _allowed(table, "stage", table.take(word, str)) for word in table.keys()}  # noqa: SIM118 — no dict


def _topics(table: TomlTable) -> dict[str, str]:
    return {topic: table.take(topic, str) for topic in table.keys()}  # noqa: SIM118 — no dict


def _zone(table: TomlTable) -> str:
    zone = table.take("time_zone", str, NAIVE)
    if zone != NAIVE:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            table.refuse("time_zone", f"Часового пояса «{zone}» нет", at=zone, advice="Пример: Europe/Moscow.")
    return zone
