"""Several files are one intake; too bad a file is refused; a file is recognised by its header."""

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from loaders import intake
from loaders.city import City
from loaders.errors import Cancelled, InputRefused
from loaders.profile import Profile
from loaders.progress import silent

NOW = datetime(2026, 6, 1, 12, 0)
CITY = City.load("novoshakhtinsk")
GENERIC = Profile.load("generic")


def table(folder: Path, name: str, rows: int, bad: int = 0, first: int = 1) -> Path:
    lines = ["Номер;Дата поступления;Статус;ФИО заявителя;Телефон;Лишний столбец"]
    for number in range(first, first + rows):
        received = "31.02.2026" if number < first + bad else "01.03.2026"
        lines.append(f"{number};{received};В работе;Иванов Иван;8 928 123-45-67;x")
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def read(*paths: Path, profile: Profile = GENERIC) -> intake.Intake:
    return intake.read(list(paths), profile, CITY, silent, now=NOW)


def test_several_files_are_one_intake(tmp_path: Path) -> None:
    result = read(table(tmp_path, "a.csv", 3, bad=1), table(tmp_path, "b.csv", 2, first=10))
    assert result.appeals["source_id"].to_list() == ["2", "3", "10", "11"]
    assert result.rejected.select("file", "source_row", "code").rows() == [("a.csv", 2, "bad_date")]
    assert result.rows_in == 5
    assert [file.name for file in result.files] == ["a.csv", "b.csv"]
    assert result.files[0].bytes == (tmp_path / "a.csv").stat().st_size
    assert result.findings.filter(code="unknown_column").rows() == [("unknown_column", "Лишний столбец", 5)]


def test_no_personal_column_is_read(tmp_path: Path) -> None:
    result = read(table(tmp_path, "a.csv", 3))
    everything = "".join(str(frame.to_dicts()) for frame in (result.appeals, result.rejected, result.findings))
    assert "Иванов" not in everything
    assert "928" not in everything


def test_headers_are_told_without_what_is_personal_in_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Номер;Дата;Статус;Звонить 8-928-123-45-67\n1;01.03.2026;В работе;x\n", encoding="utf-8")
    findings = read(path).findings.filter(code="unknown_column")
    assert findings["detail"].to_list() == ["Звонить [телефон]"]


def test_a_file_without_a_header_does_not_tell_its_first_appeal(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1;01.03.2026;В работе;Иванов И.И.;ivan@mail.ru\n" * 3, encoding="utf-8")
    with pytest.raises(InputRefused, match=r"«1», «дата, 10 знаков», «В работе», «имя, 11 знаков», «почта, 12 знаков»"):
        read(path)


@pytest.mark.parametrize(("rows", "bad"), [(21, 20), (500, 25), (1000, 49), (1000, 50)])
def test_a_few_bad_rows_do_not_refuse_a_file(tmp_path: Path, rows: int, bad: int) -> None:
    assert read(table(tmp_path, "a.csv", rows, bad)).rejected.height == bad


@pytest.mark.parametrize(("rows", "bad"), [(1, 1), (20, 20), (100, 21), (1000, 51)])
def test_too_many_bad_rows_refuse_it_with_an_example(tmp_path: Path, rows: int, bad: int) -> None:
    with pytest.raises(
        InputRefused,
        match=rf"Отклонено {bad} строк из {rows}, чаще всего \({bad}\): «Дата поступления».* в строке 2 стоит «31.02",
    ):
        read(table(tmp_path, "a.csv", rows, bad))


def test_one_refused_file_refuses_the_intake(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        read(table(tmp_path, "a.csv", 3), tmp_path / "absent.csv")
    assert (refusal.value.code, refusal.value.place.file) == ("not_readable", "absent.csv")


def test_missing_column_is_named_with_the_near_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Номер;Дата поступления;Статусс\n1;01.03.2026;В работе\n", encoding="utf-8")
    with pytest.raises(InputRefused, match=r"«Статус» \(похоже на «статусс»\)"):
        read(path)


def test_work_stops_when_the_progress_says_so(tmp_path: Path) -> None:
    def stop(_step: str, _share: float) -> None:
        raise Cancelled

    for name in ("a.csv", "a.json"):
        path = table(tmp_path, name, 3) if name == "a.csv" else tmp_path / name
        if name == "a.json":
            path.write_text(
                '[{"Номер": "1", "Дата поступления": "01.03.2026", "Статус": "В работе"}]', encoding="utf-8"
            )
        with pytest.raises(Cancelled):
            intake.read([path], GENERIC, CITY, stop, now=NOW)


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    shares: list[float] = []
    intake.read(
        [table(tmp_path, "a.csv", 3), table(tmp_path, "b.csv", 3)], GENERIC, CITY, lambda _, share: shares.append(share)
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_best_sheet_of_a_book_is_read_with_its_own_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "книга.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Обложка").write(0, 0, "Отчёт")
        sheet = book.add_worksheet("Данные")
        sheet.write_row(3, 1, ["Номер", "Дата поступления", "Статус"])
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.write_number(4, 1, 101000729509)
        sheet.write_datetime(4, 2, datetime(2026, 3, 1, 10, 30), moment)
        sheet.write_string(4, 3, "В работе")
    result = read(path)
    row = result.appeals.to_dicts()[0]
    assert (row["source_id"], row["received_at"], row["source_row"]) == (
        "101000729509",
        datetime(2026, 3, 1, 10, 30),
        5,
    )
    assert result.findings.filter(code="other_sheets")["rows"].to_list() == [1]


TERMS = ("Срок", "Продлено до", "Отложено до")
MIDNIGHTS = ("04.03.2026", "04.03.2026 0:00:00", "2026-03-04T00:00:00", "2026-03-04T00:00:00+03:00", "2026-03-04")


def _of_terms(path: Path) -> Path:
    """Write one case per way to write a day, the same in all its terms; a book has date cells beside texts."""
    names = ("Номер", "Дата поступления", "Статус", *TERMS)
    rows: list[list[Any]] = [[str(n), "01.03.2026", "В работе", *[day] * 3] for n, day in enumerate(MIDNIGHTS)]
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate((names, *rows, ["5", *rows[0][1:3], *[datetime(2026, 3, 4)] * 3])):
                sheet.write_row(place, 0, row)
    elif path.suffix == ".json":
        path.write_text(json.dumps([dict(zip(names, row, strict=True)) for row in rows]), encoding="utf-8")
    elif path.suffix == ".xml":
        tags = ("source_id", "received_at", "status", "due_at", "extended_until", "postponed_until")
        cells = ("".join(f"<{tag}>{cell}</{tag}>" for tag, cell in zip(tags, row, strict=True)) for row in rows)
        path.write_text("<r>" + "".join(f"<row>{each}</row>" for each in cells) + "</r>", encoding="utf-8")
    else:
        path.write_text("\n".join(";".join(row) for row in (names, *rows)), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json", "a.xml"])
def test_a_day_named_as_a_term_ends_at_its_end_however_it_travelled(tmp_path: Path, name: str) -> None:
    found = read(_of_terms(tmp_path / name)).appeals.select("due_at", "extended_until", "postponed_until").rows()
    assert found == [(datetime(2026, 3, 4, 23, 59, 59),) * 3] * (6 if name == "a.xlsx" else 5)


def test_recognise_puts_the_best_profile_first(tmp_path: Path) -> None:
    path = table(tmp_path, "a.csv", 3)
    found = [profile.key for profile in intake.recognise(path)]
    assert "generic" in found
    assert "boston311" not in found
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    assert intake.recognise(path) == []


def test_a_plain_register_is_general_and_a_system_with_more_of_its_own_columns_is_that_system(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    plain = "Номер;Дата поступления;Статус;Тема;Подразделение;Дата ответа"
    path.write_text(f"{plain}\n1;01.03.2026;В работе;Ямы;Отдел;\n", encoding="utf-8")
    found = [profile.key for profile in intake.recognise(path)]
    assert (found[0], "delo" in found) == ("generic", True)
    delo = "Рег. №;Дата рег.;Статус;Рубрика;Вид доставки;Дата снятия с контроля"
    path.write_text(f"{delo}\n1;01.03.2026;В работе;Ямы;Почта;\n", encoding="utf-8")
    assert intake.recognise(path)[0].key == "delo"


def test_a_profile_that_does_not_know_the_states_gives_way(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = "Номер;Дата поступления;Статус;Тема;Подразделение;Дата ответа"
    path.write_text(f"{header}\n1;01.03.2026;Снято с контроля;Ямы;Отдел;\n", encoding="utf-8")
    assert intake.recognise(path)[0].key == "delo"


@pytest.mark.parametrize("name", ["a.json", "a.xlsx"])
def test_one_child_looks_by_all_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    started: list[object] = []
    start = subprocess.Popen

    def watched(*words: object, **options: Any) -> object:
        started.append(words)
        return start(*words, **options)

    monkeypatch.setattr("loaders.files.parsing.subprocess.Popen", watched)
    path = tmp_path / name
    if name == "a.json":
        path.write_text('[{"Номер": "1", "Дата поступления": "01.03.2026", "Статус": "В работе"}]', encoding="utf-8")
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["Номер", "Дата поступления", "Статус"])
            sheet.write_row(1, 0, ["1", "01.03.2026", "В работе"])
    assert intake.recognise(path)[0].key == "generic"
    assert len(started) == 1


def test_a_file_that_no_profile_can_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"Номер": "1"', encoding="utf-8")
    with pytest.raises(InputRefused) as refusal:
        intake.recognise(path)
    assert refusal.value.code == "json"


def test_preview_shows_canonical_columns_and_nobody(tmp_path: Path) -> None:
    shown = intake.preview(table(tmp_path, "a.csv", 30), GENERIC, rows=5)
    assert shown.height == 5
    assert shown.columns == ["source_id", "question_no", "kind", "status", "received_at", "source_row"]


def test_a_phone_in_the_name_of_a_file_does_not_leave_the_door(tmp_path):
    path = tmp_path / "журнал 8-928-777-66-55 ivan777@mail.ru.csv"
    rows = "".join(f"{number};01.02.2026;В работе\n" for number in range(1, 30))
    path.write_text(f"Номер;Дата поступления;Статус\n{rows};01.02.2026;В работе\n", encoding="utf-8")
    found = intake.read([path], Profile.load("generic"), City.load("novoshakhtinsk"), silent)
    names = {file.name for file in found.files} | set(found.rejected["file"])
    assert found.rejected.height == 1
    assert not any("928" in name or "ivan777" in name for name in names)
