"""Free text under any column that a profile reads leaves no word of itself in the store or in what commands say."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from loaders.__main__ import main
from loaders.profile import Profile
from loaders.store.engine import URL_VARIABLE

HOME = "novoshakhtinsk"
GENERIC = Profile.load("generic")
STORED = ("topic", "topic_group", "topic_block", "department", "territory", "channel")
"""Open columns whose words are what the product shows; a profile that names texts here is another matter."""

TEXT = "Здравствуйте, Мария! Промоина по адресу ул. Мира, {}, кв. 15 засыпана"
WORD = "Промоина"
GOOD = {"source_id": "К-{}", "received_at": "01.03.2026", "status": "В работе", "kind": "Обращение"}
DECISIVE = ("source_id", "question_no", "kind", "status", "received_at")
"""Columns without a readable value of which there is no case."""

READ = [name for name in GENERIC.fields if name not in STORED]


def _rows() -> Iterator[list[str]]:
    """Give a header and 400 rows; of each column three cells, in rows of their own, hold a letter to somebody."""
    yield [GENERIC.fields[name].headers[0] for name in READ]
    for number in range(400):
        row = {name: GOOD.get(name, "").format(number) for name in READ}
        if number < 3 * len(READ):
            row[READ[number // 3]] = TEXT.format(number)
        yield list(row.values())


def test_a_text_under_any_column_is_told_by_its_kind_and_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    base, path = tmp_path / "store.sqlite", tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(_rows()):
            sheet.write_row(number, 0, row)
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{base}")
    assert main(["import", str(path), "--source", "generic", "--city", HOME]) == 0
    held = b"".join(each.read_bytes() for each in tmp_path.glob("store.sqlite*"))
    with closing(sqlite3.connect(base)) as reader:
        values = [value for (value,) in reader.execute("SELECT value FROM rejected_rows")]
    assert "К-399".encode() in held
    assert WORD.encode() not in held
    assert WORD not in "".join(capfd.readouterr())
    assert len(values) == 3 * len(DECISIVE)
    assert set(values) == {"текст, 68 знаков", "текст, 69 знаков"}


def test_a_refused_file_says_no_word_of_a_text_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    lines = [f'{number};01.03.2026;"{TEXT.format(number)}"' for number in range(100)]
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{tmp_path / 'store.sqlite'}")
    path.write_text("\n".join(["Номер;Дата;Статус", *lines]), encoding="utf-8")
    assert main(["import", str(path), "--source", "generic", "--city", HOME]) == 2
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["import", str(path), "--source", "generic", "--city", HOME]) == 2
    out, err = capfd.readouterr()
    assert "текст, 68 знаков" in err
    assert WORD not in out + err
