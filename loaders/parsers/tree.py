"""Parse JSON, wrapped JSON and NDJSON into flat records, in the child process.

Strict: a key twice in one object, NaN, Infinity, numbers of thousands of digits and nesting deeper than 64 refuse
the file. A nested object becomes `outer.inner`; a list is dropped, except the one the profile names as its unit.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.parsers.flat import gather
from loaders.parsers.job import Answer, Job, Refusal

MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 400

_SPECIAL: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_WRAPPER_DEPTH: Final = 3


def parse(job: Job) -> tuple[pl.DataFrame, Answer]:
    """Return one row per record, or per element of the unit list."""
    data = _bytes(job["path"])
    is_lines = job["kind"] == "ndjson" or _is_lines(data)
    numbered = _lines(data) if is_lines else _whole(job)
    del data
    return gather(((number, flat) for number, record in numbered for flat in _flatten(record, job["unit"])), job)


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf")


@lru_cache(maxsize=1)
def _document(path: str) -> Any:
    """Parse a whole file, or return its refusal: several jobs on one file ask for the same document."""
    try:
        return _load(_bytes(path), None)
    except Refusal as refusal:
        return refusal


def _is_lines(data: bytes) -> bool:
    """Say whether a .json file holds one object per line: the first line is whole and another follows."""
    first, _, rest = data.partition(b"\n")
    return first.strip().startswith(b"{") and first.strip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _lines(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield number, _record(_load(line, number), number)


def _whole(job: Job) -> Iterator[tuple[int, dict[str, Any]]]:
    document = _document(job["path"])
    if isinstance(document, Refusal):
        raise document
    for number, record in enumerate(_find(document, job["records"]), 1):
        yield number, _record(record, number)


def _record(value: object, number: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refusal("json", "Запись — не объект JSON", row=number)
    return value


def _load(data: bytes, line: int | None) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = line or data.count(b"\n", 0, error.start) + 1
        raise Refusal("json", f"JSON не в кодировке UTF-8 (байт {error.start})", row=row) from error
    _check_depth(data, line)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        advice = "Файл обрезан или повреждён: выгрузите его заново."
        raise Refusal(
            "json", f"JSON не читается (знак {error.pos})", row=line or error.lineno, advice=advice
        ) from error


def _check_depth(data: bytes, line: int | None) -> None:
    depth = 0
    for found in _SPECIAL.finditer(data):
        mark = found[0]
        if mark in {b"[", b"{"}:
            depth += 1
            if depth > MAX_DEPTH:
                raise Refusal("depth", f"Вложенность JSON глубже {MAX_DEPTH}", row=line)
        elif mark in {b"]", b"}"}:
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Refusal("duplicate_key", "Ключ стоит в объекте дважды", column=twice[:80])
    return made


def _constant(word: str) -> float:
    raise Refusal("json", f"«{word}» — не число JSON")


def _integer(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        raise Refusal("json", f"Число из {len(digits)} цифр")
    return digits


def _float(digits: str) -> str:
    if len(digits) > MAX_DIGITS or abs(float(digits)) == float("inf"):
        raise Refusal("json", "Число вне пределов")
    return digits


def _find(value: Any, paths: list[str]) -> list[Any]:
    """Find the list of records: by the profile's paths, else the top list, else the only list of objects inside."""
    for path in paths:
        inner = value
        for name in path.split("."):
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, list):
            return inner
    if isinstance(value, list):
        return value
    lists = _lists(value, _WRAPPER_DEPTH)
    if len(lists) == 1:
        return lists[0]
    if isinstance(value, dict) and not lists:
        return [value]
    raise Refusal(
        "header", "В JSON несколько списков: неясно, где записи", advice="Назовите список в профиле: file.records."
    )


def _lists(value: Any, depth: int) -> list[list[Any]]:
    if not isinstance(value, dict) or depth == 0:
        return []
    direct = [inner for inner in value.values() if isinstance(inner, list) and inner and isinstance(inner[0], dict)]
    nested = [found for inner in value.values() for found in _lists(inner, depth - 1)]
    return direct + nested


def _flatten(record: dict[str, Any], unit: str | None) -> Iterator[dict[str, str]]:
    """Yield the record, or one flat record per element of its unit list, numbered from 1 in `unit.#`."""
    units = record.get(unit) if unit else None
    shared = _scalars({name: value for name, value in record.items() if name != unit} if unit else record, "")
    if not unit or not isinstance(units, list):
        yield shared
        return
    if not units:
        yield shared
    for number, element in enumerate(units, 1):
        inner = _scalars(element, f"{unit}.") if isinstance(element, dict) else {}
        yield {**shared, f"{unit}.#": str(number), **inner}


def _scalars(record: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat.update(_scalars(value, f"{prefix}{name}."))
        elif isinstance(value, bool):
            flat[prefix + name] = "true" if value else "false"
        elif value is not None and not isinstance(value, list):
            flat[prefix + name] = value
    return flat
