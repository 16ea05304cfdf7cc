"""Different appeals under one number do not become one in silence, and a number that lost digits is no number."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from loaders import imports, intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.profile import Profile
from loaders.progress import silent
from loaders.scope import Scope
from loaders.store.engine import open_store

CITY = City.load("novoshakhtinsk")
GENERIC = Profile.load("generic")
HEADER = ("Номер", "Дата поступления", "Статус", "Тема", "Дата изменения")
Row = Sequence[str | float]


def row(number: str | float, topic: str = "Ямы", changed: str = "") -> Row:
    return (number, "01.03.2026", "В работе", topic, changed)


def plain(count: int) -> list[Row]:
    return [row(f"К-{number}") for number in range(count)]


def text(folder: Path, rows: Sequence[Row], name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(";".join(map(str, each)) for each in (HEADER, *rows)), encoding="utf-8")
    return path


def book(folder: Path, rows: Sequence[Row]) -> Path:
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as made:
        sheet = made.add_worksheet()
        for place, each in enumerate((HEADER, *rows)):
            sheet.write_row(place, 0, each)
    return path


def tree(folder: Path, rows: Sequence[Row]) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps([dict(zip(HEADER, each, strict=True)) for each in rows]), encoding="utf-8")
    return path


def markup(folder: Path, rows: Sequence[Row]) -> Path:
    names = ("source_id", "received_at", "status", "topic", "changed_at")
    cells = ("".join(f"<{name}>{cell}</{name}>" for name, cell in zip(names, each, strict=True)) for each in rows)
    path = folder / "a.xml"
    path.write_text("<r>" + "".join(f"<row>{each}</row>" for each in cells) + "</r>", encoding="utf-8")
    return path


def read(path: Path, profile: Profile = GENERIC) -> intake.Intake:
    return intake.read([path], profile, CITY, silent)


def topics(path: Path, folder: Path, *more: Path) -> tuple[dict[str, str], tuple[int, int, int, int]]:
    """Load files into a new store: the topics that stand, and the rows that are new, corrected, duplicate, rejected."""
    with open_store(f"sqlite:///{folder / 'store.sqlite'}") as store:
        taken = intake.read([path, *more], GENERIC, CITY, silent)
        result = imports.load(store, taken, GENERIC, CITY)
        with store.reading(Scope.whole_city(CITY.key)) as connection:
            found = connection.exec_driver_sql(
                "SELECT source_id, value FROM appeals JOIN terms ON terms.code = topic AND dimension = 'topic'"
            )
            stands = {str(number): str(topic) for number, topic in found}
    return stands, (result.new, result.corrected, result.duplicate, result.rejected)


WRITERS = [text, book, tree, markup]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("number", ["1,23457E+14", "1.23457E+14", "1E+18", "1.2345678901234568e18"])
def test_a_number_of_which_only_the_size_is_left_is_no_number(write, number: str, tmp_path: Path) -> None:
    result = read(write(tmp_path, [*plain(40), row(number), row(number, "Свет")]))
    assert result.rejected.select("column", "code", "value", "expected").unique().rows() == [
        (result.rejected["column"][0], "lost_digits", number, "номер целиком, столбец текстом")
    ]
    assert (result.appeals.height, result.rejected.height) == (40, 2)


@pytest.mark.parametrize("number", [1234567890123456789, 9007199254740994, 123456789012345678901])
def test_a_number_too_long_for_a_cell_of_numbers_is_no_number(number: int, tmp_path: Path) -> None:
    result = read(book(tmp_path, [*plain(40), row(float(number)), row(str(number))]))
    assert result.rejected.select("source_row", "code").rows() == [(42, "lost_digits")]
    assert result.appeals["source_id"].to_list()[-1] == str(number)


def test_the_longest_number_that_a_cell_holds_whole_is_one(tmp_path: Path) -> None:
    assert read(book(tmp_path, [row(float(2**53))])).appeals["source_id"].to_list() == ["9007199254740992"]


def test_long_numbers_in_text_files_are_whole(tmp_path: Path) -> None:
    for write in (text, tree, markup):
        result = read(write(tmp_path, [row(1234567890123456789), row(1234567890123456788)]))
        assert result.appeals["source_id"].to_list() == ["1234567890123456789", "1234567890123456788"]


@pytest.mark.parametrize(("good", "lost"), [(0, 12), (94, 6), (9, 1)])
def test_more_than_a_twentieth_of_lost_numbers_refuses_the_file(good: int, lost: int, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        read(text(tmp_path, [*plain(good), *[row("1,23457E+14")] * lost]))
    assert refusal.value.code == "lost_digits"
    what = (
        f"В столбце «Номер» у {lost} строк из {good + lost} не весь номер, например «1,23457E+14» в строке {good + 2}"
    )
    assert refusal.value.what == what


def test_a_twentieth_of_them_does_not(tmp_path: Path) -> None:
    assert read(text(tmp_path, [*plain(95), *[row("1,23457E+14")] * 5])).rejected.height == 5


@pytest.mark.parametrize("write", WRITERS)
def test_one_number_in_several_spellings_is_one(write, tmp_path: Path) -> None:
    same: list[Row] = [row("1000"), row("1000.0"), row('="1000"'), row("1000,0")]
    result = read(write(tmp_path, [*same, row("1000.5"), row("10.00"), row("№ 7.0")]))
    assert result.appeals["source_id"].to_list() == ["1000"] * 4 + ["1000.5", "10.00", "№ 7.0"]


def test_the_guard_of_text_is_no_part_of_any_value(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Номер;Дата поступления;Статус\n"=""7""";="01.03.2026";="В работе"\n', encoding="utf-8")
    found = read(path).appeals
    assert found.select("source_id", "received_at", "status").rows() == [
        ("7", found["received_at"][0], "in_work"),
    ]
    assert f"{found['received_at'][0]:%d.%m.%Y}" == "01.03.2026"


def test_of_one_number_the_newest_by_its_own_clock_stands(tmp_path: Path) -> None:
    rows = [
        row("1", "старая", "02.03.2026"), row("1", "новая", "05.03.2026"), row("1", "средняя", "03.03.2026"),
        row("2", "без даты"), row("2", "с датой", "02.03.2026"), row("2", "тоже без даты"),
        row("3", "верхняя"), row("3", "нижняя"), row("4"), row("4"), row("4", changed="02.03.2026"),
    ]  # fmt: skip
    path = text(tmp_path, rows)
    detail = "файл «a.csv», строки 2, 4, 5, 7, 8: под тем же номером есть строка новее или ниже, она и осталась"
    assert read(path).findings.filter(code="same_number").rows() == [("same_number", detail, 5)]
    stands, counts = topics(path, tmp_path)
    assert stands == {"1": "новая", "2": "с датой", "3": "нижняя", "4": "Ямы"}
    assert counts == (4, 5, 2, 0)


def test_of_two_files_the_newest_stands_too(tmp_path: Path) -> None:
    first = text(tmp_path, [row("1", "новая", "05.03.2026")])
    second = text(tmp_path, [row("1", "старая", "02.03.2026")], "b.csv")
    assert topics(first, tmp_path, second) == ({"1": "новая"}, (1, 1, 0, 0))


def test_rows_that_are_alike_are_no_collision(tmp_path: Path) -> None:
    path = text(tmp_path, [*plain(30), *plain(30), *plain(30)])
    assert read(path).findings.filter(code="same_number").is_empty()
    assert topics(path, tmp_path)[1] == (30, 0, 60, 0)


@pytest.mark.parametrize(("good", "same"), [(100, 20), (2100, 21)])
def test_a_few_of_them_are_counted(good: int, same: int, tmp_path: Path) -> None:
    path = text(tmp_path, [*plain(good), *(row(f"К-{number}", "Свет") for number in range(same))])
    assert read(path).findings.filter(code="same_number")["rows"].to_list() == [same]


@pytest.mark.parametrize(("good", "same"), [(100, 21), (2000, 21)])
def test_many_of_them_refuse_the_file(good: int, same: int, tmp_path: Path) -> None:
    path = text(tmp_path, [*plain(good), *(row(f"К-{number}", "Свет") for number in range(same))])
    with pytest.raises(InputRefused) as refusal:
        read(path)
    assert (refusal.value.code, refusal.value.what) == (
        "same_number",
        f"Под одним номером стоят разные обращения: {same} строк из {good + same}, например строки 2 и {good + 2}",
    )
    assert "columns.source_id.join" in refusal.value.advice


def test_what_else_belongs_to_the_number_keeps_appeals_apart(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'title = "Свой"\nkind = "message"\n[columns.source_id]\nheaders = ["Номер"]\njoin = ["Тема"]\n'
        '[columns.received_at]\nheaders = ["Дата поступления"]\n[columns.status]\nheaders = ["Статус"]\n'
        '[columns.topic]\nheaders = ["Тема"]\n',
        encoding="utf-8",
    )
    path = text(tmp_path, [row(f"{number}.0", topic) for number in range(50) for topic in ("Ямы", "Свет")])
    result = read(path, Profile.load(own))
    assert result.appeals["source_id"].to_list()[:3] == ["0/Ямы", "0/Свет", "1/Ямы"]
    assert result.appeals["source_id"].n_unique() == 100


def test_collisions_between_sheets_name_their_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, topic in (("Январь", "Ямы"), ("Март", "Свет")):
            sheet = made.add_worksheet(name)
            for place, each in enumerate((HEADER, row("1", topic), row(name))):
                sheet.write_row(place, 0, each)
    detail = "файл «a.xlsx», лист «Январь», строка 2: под тем же номером есть строка новее или ниже, она и осталась"
    assert read(path).findings.filter(code="same_number").rows() == [("same_number", detail, 1)]
