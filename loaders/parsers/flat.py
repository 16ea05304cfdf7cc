"""Gather nested records as columns of text, in the child process."""

from collections.abc import Iterable, Mapping

import polars as pl

from loaders.parsers.job import Answer, Job, Refusal
from loaders.text import BROKEN, name_key

MAX_CELL = 65_536
MAX_NAMES = 1_000

Flat = Mapping[str, str]
Bad = tuple[int, str, str, str, str]


def gather(records: Iterable[tuple[int, Flat]], job: Job) -> tuple[pl.DataFrame, Answer]:
    """Make one row per flat record: wanted columns by their compared name, and `source_row`."""
    wanted = set(job["wanted"])
    keys: dict[str, str] = {}
    columns: dict[str, list[str | None]] = {key: [] for key in wanted}
    present: set[str] = set()
    numbers: list[int] = []
    bad: list[Bad] = []
    for number, record in records:
        _learn(record, keys)
        long = next((name for name, value in record.items() if len(value) > MAX_CELL), None)
        if long is not None:
            bad.append((number, long[:80], "cell_too_long", "", f"не больше {MAX_CELL} знаков в значении"))
            continue
        row = {keys[name]: value for name, value in record.items() if keys[name] in wanted}
        present.update(row)
        numbers.append(number)
        for key, column in columns.items():
            column.append(_storable(row.get(key)))
        if job["limit"] is not None and len(numbers) >= job["limit"]:
            break
    if not numbers and not bad:
        raise Refusal("empty", "В файле нет ни одной записи")
    texts = {key: pl.Series(key, columns[key], dtype=pl.String) for key in sorted(present)}
    table = pl.DataFrame([*texts.values(), pl.Series("source_row", numbers, dtype=pl.Int64)])
    return table, {"names": list(keys), "bad": bad}


def _learn(record: Flat, keys: dict[str, str]) -> None:
    for name in record:
        if name not in keys:
            keys[name] = name_key(name)
    if len(keys) > MAX_NAMES:
        raise Refusal("too_many_columns", f"В записях больше {MAX_NAMES} разных полей")


def _storable(value: str | None) -> str | None:
    """Mark halves of a surrogate pair as broken: they are no text in any encoding."""
    if value is None or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8") if _is_whole(value) else BROKEN


def _is_whole(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
