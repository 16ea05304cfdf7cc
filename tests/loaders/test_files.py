"""Records of a text are found where a strict reader finds them, whatever stands in quotes."""

import csv
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import files
from loaders.errors import InputRefused
from loaders.files import records
from loaders.files.decode import to_utf8
from loaders.files.kinds import kind_of
from loaders.profile import Profile

CELL = st.text(alphabet='abя"\n;, \r', max_size=6).filter(lambda cell: not cell.endswith("\r"))


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=12))
def test_index_agrees_with_a_strict_reader(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(text.getvalue().encode())
    index = records.index(path, ";")
    data = path.read_bytes()
    read = [data[start : start + length].decode() for start, length in zip(index.starts, index.lengths, strict=True)]
    assert [next(csv.reader(io.StringIO(each, newline=""), delimiter=";")) for each in read] == rows
    assert index.fields.tolist() == [len(row) for row in rows]
    assert index.lines.tolist() == [1 + "".join(read[:number]).count("\n") + number for number in range(len(rows))]
    assert (index.strays, index.unclosed) == (0, False)


def test_records_longer_than_a_block_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 16)
    path = tmp_path / "a.csv"
    path.write_bytes(b'a;b\n1;"' + b"x\n" * 40 + b'"\n2;3\n4;5')
    index = records.index(path, ";")
    assert index.lines.tolist() == [1, 2, 43, 44]
    assert index.fields.tolist() == [2, 2, 2, 2]
    assert index.lengths.tolist() == [3, 84, 3, 3]


def test_quotes_that_do_not_open_a_field_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a;b\n1;x "y" z\n')
    assert records.index(path, ";").strays == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize(
    "text", ["Номер;Дата поступления\nобращение о дороге\n", "НОМЕР;СТАТУС\nРАССМОТРЕНО ПОЛНОСТЬЮ\n"]
)
def test_encoding_is_decided_by_the_text(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    found = to_utf8(path, tmp_path)
    assert found.path.read_text(encoding="utf-8-sig") == text


UTF8 = "обращение о дороге\n".encode()


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (UTF8 * 9 + "Итого: девять\n".encode("cp1251"), "encoding", 10),
        (UTF8 * 9 + "Итого: девять".encode("cp1251"), "encoding", 10),
        ("да\n".encode() * 9 + "нет\n".encode("cp1251"), "encoding", 10),
        ("Итого: девять\n".encode("cp1251") + UTF8, "encoding", 2),
        (UTF8 * 9 + UTF8[:7], "truncated", 10),
        (b"\xef\xbb\xbf" + "только windows\nдальше\n".encode("cp1251"), "encoding", None),
    ],
)
def test_changing_encoding_is_refused_at_its_line(tmp_path: Path, data: bytes, code: str, row: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(InputRefused) as refusal:
        to_utf8(path, tmp_path)
    assert (refusal.value.code, refusal.value.place.row) == (code, row)


def test_text_that_is_no_russian_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Straßen;Grün;Fußgänger".encode("latin-1"))
    with pytest.raises(InputRefused, match="Кодировку файла определить не удалось"):
        to_utf8(path, tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.csv", b"a;b\n", "csv"),
        ("a.TSV", b"a\tb\n", "csv"),
        ("a.json", b' [{"a": 1}]', "json"),
        ("a.jsonl", b'{"a": 1}\n', "ndjson"),
        ("a.xml", b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "xml"),
    ],
)
def test_kind_is_told_by_name_and_content(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert kind_of(path) == kind


def test_the_child_that_parses_knows_no_address_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    start = subprocess.Popen

    def watched(*words: object, **options: Any) -> object:
        seen.append(options["env"])
        return start(*words, **options)

    monkeypatch.setenv("MCU_DATABASE_URL", "postgresql://u:secret@host/x")
    monkeypatch.setattr("loaders.files.parsing.subprocess.Popen", watched)
    path = tmp_path / "a.json"
    path.write_text('[{"Номер": "1", "Дата": "2026-03-01", "Статус": "Новое"}]', encoding="utf-8")
    assert sum(part.frame.height for part in files.read(path, Profile.load("generic"))) == 1
    assert len(seen) == 1
    assert "secret" not in str(seen)
