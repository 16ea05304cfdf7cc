"""Merged cells hide values: the rows that lose their number say so, and do not speak against the others."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from loaders import intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.files import merged
from loaders.intake import Intake
from loaders.profile import Profile
from loaders.progress import silent
from tests.hostile import books, texts

NOW = datetime(2026, 6, 1, 12, 0)


def read(folder: Path, body: texts.Rows, *ranges: str, title: int = 0) -> Intake:
    path = folder / "merged.xlsx"
    cells = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    lines = [["Отчёт"]] * title + [texts.HEADER, *body]
    path.write_bytes(books.book(books.sheet(lines, tail=f"<mergeCells>{cells}</mergeCells>")))
    return intake.read([path], Profile.load("generic"), City.load("novoshakhtinsk"), silent, now=NOW)


def without(body: texts.Rows, column: int, start: int, stop: int) -> texts.Rows:
    for row in body[start:stop]:
        row[column] = ""
    return body


def test_a_quarter_of_the_numbers_under_one_cell_refuses_no_file(tmp_path: Path) -> None:
    result = read(tmp_path, without(texts.rows(200), 0, 1, 49), "A2:A50")
    assert (result.rows_in, result.appeals.height) == (200, 152)
    assert result.rejected.select("source_row", "column", "code").rows() == [
        (row, "Номер", "merged_cells") for row in range(3, 51)
    ]


def test_blank_numbers_beside_the_merged_ones_still_count(tmp_path: Path) -> None:
    body = without(texts.rows(200), 0, 1, 49)
    without(body, 0, 100, 121)
    with pytest.raises(InputRefused) as refusal:
        read(tmp_path, body, "A2:A50")
    assert refusal.value.code == "too_many_rejected"


def test_nothing_but_merged_numbers_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="без объединения"):
        read(tmp_path, without(texts.rows(30), 0, 0, 30), "A1:A31")


def test_merged_values_that_a_row_can_do_without_are_counted(tmp_path: Path) -> None:
    result = read(tmp_path, without(texts.rows(20), 4, 1, 5), "E2:E6", title=0)
    assert result.rejected.is_empty()
    found = result.findings.filter(code="merged_cells").select("detail", "rows").rows()
    assert found == [("«Подразделение»: ячейки объединены, значение прочитано только в первой строке", 4)]


def test_a_heading_across_the_table_is_named_too(tmp_path: Path) -> None:
    body = [*texts.rows(10), ["Управление дорог"], *[[f"{row[0]}/2", *row[1:]] for row in texts.rows(10)]]
    result = read(tmp_path, body, "A12:G12")
    assert Counter(result.rejected["code"].to_list()) == {"merged_cells": 1}
    assert result.appeals.height == 20


def test_a_total_across_columns_stays_a_total(tmp_path: Path) -> None:
    result = read(tmp_path, [*texts.rows(10), ["Итого", "", "", "10"]], "A12:C12")
    assert result.rejected["code"].to_list() == ["total_row"]


def test_a_table_that_begins_further_right_is_met_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "right.xlsx"
    body = without(texts.rows(50), 0, 1, 5)
    lines = [["", "", *row] for row in [texts.HEADER, *body]]
    path.write_bytes(books.book(books.sheet(lines, tail='<mergeCells><mergeCell ref="C2:C6"/></mergeCells>')))
    result = intake.read([path], Profile.load("generic"), City.load("novoshakhtinsk"), silent, now=NOW)
    assert Counter(result.rejected["code"].to_list()) == {"merged_cells": 4}


def test_the_first_cell_of_a_range_is_not_hidden() -> None:
    found = merged.covered([(2, 4, 0, 1), (6, 6, 0, 2)], {"a": 0, "b": 1, "c": 2, "d": 3}, 5)
    assert {key: rows.to_list() for key, rows in found.items()} == {"a": [3, 4], "b": [2, 3, 4]}
    assert merged.covered([], {"a": 0}, 5) == {}
