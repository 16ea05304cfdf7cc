"""Every hostile file has its stated outcome, and every row of a file that is loaded is accounted for."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from loaders import intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.intake import Intake
from loaders.profile import Profile
from loaders.progress import silent
from tests.hostile import books, containers, texts, trees

NOW = datetime(2026, 6, 1, 12, 0)

LOADED = [*texts.LOADED, *trees.LOADED, *books.LOADED, *containers.LOADED]
QUARANTINED = [*texts.QUARANTINED, *trees.QUARANTINED, *books.QUARANTINED]
REFUSED = [*texts.REFUSED, *trees.REFUSED, *books.REFUSED, *containers.REFUSED]


def read(path: Path) -> Intake:
    return intake.read([path], Profile.load("generic"), City.load("novoshakhtinsk"), silent, now=NOW)


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("name", "make", "rows"), LOADED, ids=[case[0] for case in LOADED])
def test_file_is_loaded(tmp_path: Path, name: str, make: texts.Make, rows: int) -> None:
    result = read(written(tmp_path, name, make()))
    assert result.appeals.height == rows
    assert result.rows_in == result.appeals.height + result.rejected.height


@pytest.mark.parametrize(("name", "make", "rows", "codes"), QUARANTINED, ids=[case[0] for case in QUARANTINED])
def test_bad_rows_are_set_aside(tmp_path: Path, name: str, make: texts.Make, rows: int, codes: dict[str, int]) -> None:
    result = read(written(tmp_path, name, make()))
    assert (result.appeals.height, Counter(result.rejected["code"].to_list())) == (rows, codes)
    assert result.rows_in == rows + sum(codes.values())
    assert result.rejected["source_row"].min() >= 1
    assert result.rejected["expected"].str.len_chars().min() > 0


@pytest.mark.parametrize(("name", "make", "code", "row"), REFUSED, ids=[case[0] for case in REFUSED])
def test_file_is_refused(tmp_path: Path, name: str, make: texts.Make, code: str, row: int | None) -> None:
    path = written(tmp_path, name, make())
    with pytest.raises(InputRefused) as refusal:
        read(path)
    assert refusal.value.code == code, str(refusal.value)
    assert refusal.value.place.file == name
    assert any("а" <= letter <= "я" for letter in refusal.value.what)
    if row is not None:
        assert refusal.value.place.row == row


def contents(result: Intake) -> list[tuple[object, ...]]:
    return result.appeals.drop("source_row").rows()


@pytest.mark.parametrize(
    "name",
    [
        "c01_utf8_bom.csv",
        "c02_cp1251_semicolon.csv",
        "c03_utf16le_bom_tab.csv",
        "c06_nul_bytes.csv",
        "c09_embedded_newlines.csv",
        "c17_shuffled_renamed_headers.csv",
        "c19_mac_cr_newlines.csv",
        "blank_lines.csv",
        "j01_array.json",
        "j02_lines.ndjson",
        "j10_wrapped.json",
        "xml_good.xml",
        "x01_good.xlsx",
        "x06_fake_dimension.xlsx",
    ],
)
def test_every_form_of_a_file_gives_the_same_appeals(tmp_path: Path, name: str) -> None:
    make = {case[0]: case[1] for case in LOADED}
    control = read(written(tmp_path, "c00_control.csv", make["c00_control.csv"]()))
    assert contents(read(written(tmp_path, name, make[name]()))) == contents(control)


def test_confusable_topics_are_one_topic(tmp_path: Path) -> None:
    result = read(written(tmp_path, "topics.csv", texts.table(texts.confusable_topics()).encode()))
    assert result.appeals["topic"].unique().to_list() == ["Ямы на дороге"]
    said = [detail for code, detail, count in result.findings.rows() if (code, count) == ("look_alike_letters", 20)]
    assert said == ["«Тема»: латинские буквы внутри русских слов заменены русскими"]


def test_twins_of_numbers_are_counted(tmp_path: Path) -> None:
    result = read(written(tmp_path, "ids.csv", texts.table(texts.blank_ids()).encode()))
    assert result.findings.filter(code="id_twins")["rows"].to_list() == [3]


def test_nothing_is_written_outside_by_a_zip_slip(tmp_path: Path) -> None:
    before = sorted(tmp_path.parent.iterdir())
    with pytest.raises(InputRefused):
        read(written(tmp_path, "slip.xlsx", books.book(books.good(), {"../slip.txt": b"x"})))
    assert sorted(tmp_path.parent.iterdir()) == before


def test_row_of_a_rejected_row_is_the_line_an_editor_shows(tmp_path: Path) -> None:
    made = texts.rows(50)
    made[3][6] = '"одна\nдве\nтри"'
    made[10][1] = "31.02.2026"
    result = read(written(tmp_path, "rows.csv", texts.table(made).encode()))
    assert result.rejected.select("source_row", "column", "value").rows() == [(14, "Дата поступления", "31.02.2026")]
    assert result.appeals["source_row"].to_list()[:6] == [2, 3, 4, 5, 8, 9]


def test_row_of_a_rejected_row_is_the_row_of_the_sheet(tmp_path: Path) -> None:
    body = [["Отчёт"], [], [], texts.HEADER, *texts.with_cell(2, "Статус", "неведомый", 50)]
    result = read(written(tmp_path, "rows.xlsx", books.book(books.sheet(body))))
    assert result.rejected.select("source_row", "code", "value").rows() == [(7, "unknown_status", "неведомый")]


def test_marks_over_letters_make_no_other_topic(tmp_path: Path) -> None:
    result = read(written(tmp_path, "topics.csv", texts.table(texts.marked_topics()).encode()))
    assert result.appeals["topic"].unique().to_list() == ["Новый ёж"]
    assert result.findings.filter(code="look_alike_letters").is_empty()


def test_name_with_reversed_letters_is_shown_as_it_is_written(tmp_path: Path) -> None:
    result = read(written(tmp_path, "отчёт\u202egpj.csv", texts.table(texts.rows(3)).encode()))
    assert result.files[0].name == "отчётgpj.csv"


def test_very_long_values_are_searched_no_further_than_they_are_kept(tmp_path: Path) -> None:
    made = texts.rows(40)
    for number, row in enumerate(made):
        row[3] = "a." * 30_000 + str(number)
    made[0][3] = "Дорога " * 200 + "8 928 123-45-67"
    made[1][3] = "звонить 8 928 123-45-67 " + "a." * 30_000
    topics = read(written(tmp_path, "long.csv", texts.table(made).encode())).appeals["topic"].to_list()
    assert topics[0] == ("Дорога " * 200)[:300]
    assert topics[1].startswith("звонить [телефон] a.a.")
    assert {len(topic) for topic in topics} == {300}


def test_more_rows_than_one_import_takes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("files.raw", "files.separated", "intake"):
        monkeypatch.setattr(f"loaders.{module}.MAX_ROWS", 100)
    half = written(tmp_path, "half.csv", texts.table(texts.rows(60)).encode())
    whole = written(tmp_path, "whole.csv", texts.table(texts.rows(120)).encode())
    for paths in ([whole], [half, half]):
        with pytest.raises(InputRefused, match=r"больше 100,.*Разделите выгрузку") as refusal:
            intake.read(paths, Profile.load("generic"), City.load("novoshakhtinsk"), silent, now=NOW)
        assert refusal.value.code == "too_many_rows"
