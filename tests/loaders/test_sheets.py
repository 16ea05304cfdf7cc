"""Every row of a book is accounted for: read, or named with its sheet; what a sheet hides is named too."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from loaders import intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.profile import Profile
from loaders.progress import silent

CITY = City.load("novoshakhtinsk")
GENERIC = Profile.load("generic")
HEADER = ("Номер", "Дата поступления", "Статус")
MONTHS = {"Январь": "01", "Февраль": "02", "Март": "03"}


def month(number: str, rows: int = 12) -> list[Sequence[str]]:
    return [HEADER, *((f"{number}-{day}", f"{day:02d}.{number}.2026", "В работе") for day in range(1, rows + 1))]


def fill(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)


def book(path: Path, sheets: dict[str, Sequence[Sequence[str]]], hidden: Sequence[str] = ()) -> Path:
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            fill(sheet, rows)
            if name in hidden:
                sheet.hide()
        next(sheet for sheet in made.worksheets() if sheet.name not in hidden).activate()
    return path


def read(path: Path, profile: Profile = GENERIC) -> intake.Intake:
    return intake.read([path], profile, CITY, silent)


def told(result: intake.Intake) -> list[tuple[str, str, int]]:
    return result.findings.filter(result.findings["code"] != "unmapped_topic").rows()


def test_a_sheet_per_month_is_one_export(tmp_path: Path) -> None:
    sheets = {name: month(number) for name, number in MONTHS.items()}
    sheets["Февраль"][3] = ("02-3", "31.02.2026", "В работе")
    sheets["Март"][2] = ("03-2", "", "В работе")
    sheets["Январь"][5] = ("", "05.01.2026", "В работе")
    result = read(book(tmp_path / "год.xlsx", sheets))
    assert (result.rows_in, result.appeals.height) == (36, 33)
    assert result.rejected.select("file", "source_row", "code").rows() == [
        ("год.xlsx, лист «Январь»", 6, "blank_id"),
        ("год.xlsx, лист «Февраль»", 4, "bad_date"),
        ("год.xlsx, лист «Март»", 3, "blank_date"),
    ]
    assert told(result) == []


def test_same_columns_in_another_order_and_beside_others_are_the_same_header(tmp_path: Path) -> None:
    other = [("Статус", "Заметка", "Номер", "Дата поступления"), ("В работе", "x", "7", "01.03.2026")]
    result = read(book(tmp_path / "a.xlsx", {"Январь": month("01", 2), "Март": [("Отчёт",), *other]}))
    assert result.appeals["source_id"].to_list() == ["01-1", "01-2", "7"]
    assert told(result) == [("title_rows", "строки над заголовком пропущены", 1), ("unknown_column", "Заметка", 1)]


def test_other_sheets_are_named_with_their_rows(tmp_path: Path) -> None:
    sheets = {
        "Январь": month("01"),
        "Сводка": [("Отдел", "Всего"), ("УГХ", "5"), ("", ""), ("УКС", "7")],
        "Пусто": [],
        "Апрель": [HEADER],
    }
    result = read(book(tmp_path / "a.xlsx", sheets))
    assert result.rows_in == 12
    assert told(result) == [("other_sheets", "лист «Сводка» не прочитан: другой заголовок", 2)]


def test_a_hidden_sheet_never_wins_and_is_named(tmp_path: Path) -> None:
    richer = [(*HEADER, "Тема"), *((f"x-{n}", "01.03.2026", "В работе", "Ямы") for n in range(40))]
    sheets = {"Архив": richer, "Данные": month("01"), "Скрытый месяц": month("02", 4)}
    result = read(book(tmp_path / "a.xlsx", sheets, hidden=("Архив", "Скрытый месяц")))
    assert result.appeals["source_id"].to_list() == [f"01-{day}" for day in range(1, 13)]
    assert told(result) == [
        ("hidden_sheets", "скрытый лист «Архив» не прочитан", 40),
        ("hidden_sheets", "скрытый лист «Скрытый месяц» не прочитан", 4),
    ]


def test_a_profile_may_name_its_sheet_even_a_hidden_one(tmp_path: Path) -> None:
    text = 'title = "Свой"\nkind = "message"\n[file]\nsheet = "Архив"\n' + "".join(
        f'[columns.{name}]\nheaders = ["{header}"]\n'
        for name, header in zip(("source_id", "received_at", "status"), HEADER, strict=True)
    )
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    made = book(tmp_path / "a.xlsx", {"Данные": month("01"), "Архив": month("02", 4)}, hidden=("Архив",))
    result = read(made, Profile.load(path))
    assert result.appeals["source_id"].to_list() == [f"02-{day}" for day in range(1, 5)]
    assert told(result) == [("other_sheets", "лист «Данные» не прочитан: профиль называет другой", 12)]


def test_rows_that_a_sheet_hides_are_read_and_named(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        january, march = made.add_worksheet("Январь"), made.add_worksheet("Март")
        fill(january, month("01"))
        fill(march, month("03"))
        january.autofilter(0, 0, 12, 2)
        for row in (2, 3, 7, 40):  # the last one is empty
            january.set_row(row, options={"hidden": True})
        march.set_row(5, options={"hidden": True})
        march.set_column(2, 2, options={"hidden": True})
    result = read(tmp_path / "a.xlsx")
    assert result.appeals.height == 24
    assert told(result) == [
        ("hidden_rows", "лист «Январь»: скрытые и отобранные фильтром строки прочитаны", 3),
        ("hidden_rows", "лист «Март»: скрытые и отобранные фильтром строки прочитаны", 1),
    ]


def test_a_name_in_the_name_of_a_sheet_does_not_leave_the_door(tmp_path: Path) -> None:
    sheets = {"Иванов И.И.": [*month("01", 2), ("", "01.01.2026", "В работе")], "Петров П.П.": month("02", 2)}
    result = read(book(tmp_path / "a.xlsx", {**sheets, "Сидоров С.С.": [("x",)]}))
    assert result.rejected["file"].to_list() == ["a.xlsx, лист «[имя]»"]
    assert told(result) == [("other_sheets", "лист «[имя]» не прочитан: другой заголовок", 1)]


def test_sheets_without_a_row_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        read(book(tmp_path / "a.xlsx", {"Январь": [HEADER], "Февраль": [HEADER]}))
    assert refusal.value.code == "empty"


def test_a_look_at_a_book_reads_its_first_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {name: month(number) for name, number in MONTHS.items()})
    assert intake.recognise(path)[0].key == "generic"
    assert intake.preview(path, GENERIC, rows=50)["source_id"].to_list() == [f"01-{day}" for day in range(1, 13)]
