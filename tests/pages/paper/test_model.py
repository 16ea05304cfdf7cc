"""Tables: typed values and the words for them, and texts that stay texts."""

from datetime import date

from pages.paper import digests
from pages.paper.model import About, Column, Paper, Part, Table
from pages.shared.formats import NBSP

COLUMNS = (
    Column("name", "Кто"), Column("n", "Всего", "count"), Column("share", "Доля", "share", base="n"),
    Column("change", "Стало", "change"), Column("day", "День", "day"),
)  # fmt: skip


def words(table):
    return [[cell.replace(NBSP, " ") for cell in line] for line in table.lines()]


def test_every_unit_has_its_words():
    table = Table.of(COLUMNS, [["Дороги", 1234, 0.125, -3, date(2026, 11, 2)], ["ЖКХ", 2, None, 5, None]])
    assert words(table) == [
        ["Дороги", "1 234", "12,5 %", "−3", "02.11.2026"],
        ["ЖКХ", "2", "мало", "+5", "–"],
    ]


def test_a_share_of_nothing_is_a_dash_and_not_few():
    assert words(Table.of(COLUMNS, [["ЖКХ", 0, None, 0, None]]))[0][2] == "–"


def test_rows_may_have_units_of_their_own():
    columns = [Column("name", ""), Column("now", "", "value"), Column("by", "", "delta")]
    rows = [["Число", 5, 2], ["Доля", 0.5, -0.021], ["Дни", 7.5, 1.5], ["Балл", 4.25, 0.1]]
    table = Table.of(columns, rows, units=["count", "share", "days", "score"])
    assert [line[1:] for line in words(table)] == [
        ["5", "+2"],
        ["50,0 %", "−2,1 п. п."],
        ["7,5 дн.", "+1,5 дн."],
        ["4,25", "0,1"],
    ]


def test_a_heading_among_rows_has_no_dashes():
    table = Table.of(COLUMNS, [["Городское хозяйство", None, None, None, None]], bold=[0])
    assert words(table) == [["Городское хозяйство", "", "", "", ""]]


def test_what_is_not_text_is_dropped_at_the_door():
    hostile = "а\u202eб\x00в\n\tг\ufeff"
    assert Table.of(COLUMNS, [[hostile, 1, 1.0, 0, None]]).frame["name"].to_list() == ["абв г"]


def test_the_sum_of_numbers_knows_numbers_and_not_their_makers():
    def paper(value, *definitions):
        return Paper(
            "Имя", About((), definitions), (Part("a", "Часть", table=Table.of(COLUMNS, [["x", 1, value, 0, None]])),)
        )

    first = digests.numbers(paper(0.1 + 0.2))
    assert first == digests.numbers(paper(0.3, ("Доля", "что это")))
    assert first != digests.numbers(paper(0.31))
    assert len(first) == digests.LENGTH
