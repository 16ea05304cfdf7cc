"""The same rows in another order or under another name are the same rows; a file of one row is a file."""

from datetime import datetime
from pathlib import Path

import pytest

from loaders import imports, intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.imports import ImportResult
from loaders.profile import Profile
from loaders.progress import silent
from loaders.store.engine import Store
from tests.hostile import books, texts
from tests.loaders.made import dump

NOW = datetime(2026, 6, 1, 12, 0)
CITY = City.load("novoshakhtinsk")
GENERIC = Profile.load("generic")


def load(store: Store, path: Path, data: bytes) -> ImportResult:
    path.write_bytes(data)
    return imports.load(store, intake.read([path], GENERIC, CITY, silent, now=NOW), GENERIC, CITY)


def test_order_of_rows_and_name_of_the_file_make_no_difference(store: Store, tmp_path: Path) -> None:
    body = texts.rows(60)
    forms = {
        "март.csv": texts.table(body).encode(),
        "март (копия).csv": texts.table(body).encode(),
        "наоборот.csv": texts.table(body[::-1]).encode(),
        "март.xlsx": books.book(books.sheet([texts.HEADER, *body])),
    }
    counts = []
    for name, data in forms.items():
        result = load(store, tmp_path / name, data)
        counts.append((result.new, result.corrected, result.duplicate, result.rejected))
    assert counts == [(60, 0, 0, 0), (0, 0, 60, 0), (0, 0, 60, 0), (0, 0, 60, 0)]


def test_half_of_a_file_again_with_changes_corrects_that_half(store: Store, tmp_path: Path) -> None:
    body = texts.rows(60)
    load(store, tmp_path / "a.csv", texts.table(body).encode())
    for row in body[:20]:
        row[3] = "Освещение"
    result = load(store, tmp_path / "b.csv", texts.table([*body, *body]).encode())
    assert (result.rows_in, result.new, result.corrected, result.duplicate) == (120, 0, 20, 100)


@pytest.mark.parametrize("rows", [1, 2])
def test_a_file_of_a_row_is_loaded(store: Store, tmp_path: Path, rows: int) -> None:
    assert load(store, tmp_path / "a.csv", texts.table(texts.rows(rows)).encode()).new == rows


@pytest.mark.parametrize(("bad", "total"), [(30, 30), (51, 1000), (1, 1)])
def test_a_refused_file_leaves_no_trace(store: Store, tmp_path: Path, bad: int, total: int) -> None:
    with pytest.raises(InputRefused, match="Отклонено"):
        load(store, tmp_path / "a.csv", texts.rejected_share(bad, total))
    assert not any(dump(store, "appeals", "batches", "rejected_rows", "findings").values())
