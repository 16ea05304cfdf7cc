"""Every writer: what is read back is what was written, whole, typed, inert, and the passport stands in each."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime

import docx
import fastexcel
import plotly.graph_objects as go
import polars as pl
import pptx
import pytest

from pages.paper import digests, orders, plain_csv, sheets, slides, typeset, words
from pages.paper.model import Chart, Column, Paper, Part, Picture, Table
from pages.paper.painter import is_possible
from tests.pages.paper.conftest import ABOUT

COLUMNS = (
    Column("name", "Кто", is_wide=True), Column("n", "Всего", "count"), Column("share", "Доля", "share"),
    Column("day", "День", "day"), Column("at", "Когда", "moment"), Column("score", "Балл", "number"),
)  # fmt: skip
ROWS = [
    ["Дороги", 1_234_567, 0.914, date(2026, 11, 2), datetime(2026, 11, 2, 8, 40), 57.25],
    ["ЖКХ; «вода»", -5, 0.0, None, None, None],
    [None, None, None, date(2020, 2, 29), datetime(2020, 2, 29, 23, 59, 59), -0.5],
]
BIG = Table.of([Column("name", "Имя"), Column("n", "Число", "count")], [[f"Строка №{row}", row] for row in range(500)])

PAYLOADS = (
    "=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "|calc", "%0A=1", "{=1+1}", '=HYPERLINK("http://x.ru")',
    "http://x.ru/", "https://x.ru", "www.x.ru", "mailto:a@x.ru", "file:///etc/passwd", "ftp://x", "internal:Лист1!A1",
    "external:c:\\a.xlsx", "<b>жирно</b>", "<script>alert(1)</script>", "&lt;b&gt;", "<w:t>x</w:t>", "]]>", "<!--",
    "#strong[x]",
    "$x^2$", '#image("/etc/passwd")', "*звезда*", "`код`", "_курсив_", "![](http://x.ru/a.png)", "[x](http://x.ru)",
    "%{customdata}", "\u202eedoc", "a\u2028b", "\\u0000", "'; drop table", "DDE('cmd','/c calc')", "=cmd|' /C calc'!A0",
)  # fmt: skip


def paper(*parts: Part) -> Paper:
    return Paper("Проверка", ABOUT, parts, ("Вводные слова.",))


def figure() -> go.Figure:
    return go.Figure([go.Bar(x=["а", "б"], y=[1, 2])])


pictures = pytest.mark.skipif(not is_possible(), reason="нет программы chromium")
office = pytest.mark.skipif(not shutil.which("soffice"), reason="нет программы soffice")
reader = pytest.mark.skipif(not shutil.which("pdftotext"), reason="нет программы pdftotext")


def text_of(pdf: bytes, tmp_path) -> str:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout


def opened(body: bytes, suffix: str, tmp_path) -> str:
    """Let LibreOffice turn a file into a PDF and give its text."""
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(body)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return text_of((tmp_path / "file.pdf").read_bytes(), tmp_path)


def test_xlsx_reads_back_as_the_frame_column_by_column():
    table = Table.of(COLUMNS, ROWS)
    book = fastexcel.read_excel(sheets.write(paper(Part("a", "Часть", "пояснение", table))))
    assert book.sheet_names == ["Часть", "О файле"]
    sheet = book.load_sheet(
        "Часть", header_row=sheets.HEAD, dtypes={"Всего": "float", "Доля": "float", "Балл": "float"}
    )
    read = sheet.to_polars()
    assert read.columns == [column.title for column in COLUMNS]
    same = read.select(
        pl.col("Кто").alias("name"),
        pl.col("Всего").cast(pl.Int64).alias("n"),
        pl.col("Доля").alias("share"),
        pl.col("День").cast(pl.Date).alias("day"),
        pl.col("Когда").dt.cast_time_unit("ms").alias("at"),
        pl.col("Балл").alias("score"),
    )
    assert same.equals(table.frame)


def test_csv_reads_back_as_the_frame_and_says_what_it_is():
    table = Table.of(COLUMNS, ROWS)
    text = plain_csv.write(paper(Part("a", "Часть", "пояснение", table)), Part("a", "Часть", "пояснение", table))
    data, _, passport = text.decode("utf-8-sig").partition("\r\n\r\n")
    read = pl.read_csv(io.StringIO(data), separator=";", decimal_comma=True, try_parse_dates=True, null_values="")
    same = read.rename({column.title: column.name for column in COLUMNS})
    assert same.with_columns(pl.col("at").dt.cast_time_unit("ms"), pl.col("n").cast(pl.Int64)).equals(table.frame)
    assert passport.startswith("Название;Часть\r\nПояснение;пояснение\r\nПериод;16.11 – 22.11.2026\r\n")
    assert "Поступило;Сколько пришло." in passport


def test_too_few_is_a_word_and_absent_is_empty_in_data_formats():
    columns = [Column("name", "Кто"), Column("n", "Всего", "count"), Column("share", "Доля", "share", base="n")]
    table = Table.of(columns, [["а", None, None], ["б", None, None], ["в", 3, None]], few=[(0, "n")], bold=[0])
    assert table.lines()[0] == ["а", "мало", "–"]
    assert table.lines()[2] == ["в", "3", "мало"]
    part = Part("a", "Часть", "", table)
    data = plain_csv.write(paper(part), part).decode("utf-8-sig").split("\r\n")
    assert data[1:4] == ["а;мало;", "б;;", "в;3;мало"]
    book = fastexcel.read_excel(sheets.write(paper(part)))
    read = book.load_sheet("Часть", header_row=sheets.HEAD, dtypes="string").to_polars()
    assert read.rows() == [("а", "мало", None), ("б", None, None), ("в", "3", "мало")]


def test_docx_and_pptx_hold_tables_and_charts_that_can_be_edited():
    part = Part("a", "Часть", "пояснение", Table.of(COLUMNS, ROWS, fills={(0, "n"): "#0d3c52"}))
    charted = Part("b", "Столбцы", "", Table.of(COLUMNS[:2], [["а", 1], ["б", 2]]), Chart("bars", "name", ("n",)))
    document = docx.Document(io.BytesIO(words.write(paper(part))))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == [column.title for column in COLUMNS]
    assert table.rows[1].cells[2].text == "91,4\u00a0%"
    deck = pptx.Presentation(io.BytesIO(slides.write(paper(charted))))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    (chart,) = [shape.chart for shape in shapes if shape.has_chart]
    assert list(chart.plots[0].categories) == ["а", "б"]
    assert list(chart.plots[0].series[0].values) == [1.0, 2.0]
    (grid,) = [shape.table for shape in shapes if shape.has_table]
    assert [cell.text for cell in grid.rows[1].cells] == ["а", "1"]


def trend() -> Part:
    """Make a part whose chart has rows of its own, as the trend above the numbers of a block has."""
    columns = [Column("at", "Период"), Column("n", "Пришло", "count"), Column("low", "обычно от", "count")]
    own = Table.of(columns, [["май 2026", 7, 5], ["июнь 2026", 9, 5]])
    table = Table.of(COLUMNS[:2], [["Дороги", 9], ["Вода", 2]])
    chart = Chart("lines", "at", ("n", "low"), data=own, limits=("low",))
    return Part("t", "Дороги", "пояснение", table, chart, before=("Слова впереди.",))


def test_a_chart_with_rows_of_its_own_stands_above_the_table_on_one_slide():
    deck = pptx.Presentation(io.BytesIO(slides.write(paper(trend()))))
    (slide,) = [slide for slide in deck.slides if slide.shapes.title.text == "Дороги"]
    (chart,) = [shape for shape in slide.shapes if shape.has_chart]
    (grid,) = [shape for shape in slide.shapes if shape.has_table]
    assert list(chart.chart.plots[0].categories) == ["май 2026", "июнь 2026"]
    assert [list(each.values) for each in chart.chart.plots[0].series] == [[7.0, 9.0], [5.0, 5.0]]
    assert [cell.text for cell in grid.table.rows[1].cells] == ["Дороги", "9"]
    assert chart.top + chart.height < grid.top
    assert grid.top + grid.height < deck.slide_height
    assert "пояснение. Слова впереди" in [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_rows_that_only_a_chart_shows_stand_below_the_table_of_a_sheet():
    book = fastexcel.read_excel(sheets.write(paper(trend())))
    rows = book.load_sheet("Дороги", header_row=None, dtypes="string").to_polars().rows()
    found = [[cell for cell in row if cell] for row in rows if any(row)]
    assert found == [["Дороги"], ["пояснение. Слова впереди"], ["Кто", "Всего"], ["Дороги", "9"], ["Вода", "2"],
                     ["Период", "Пришло", "обычно от"], ["май 2026", "7", "5"], ["июнь 2026", "9", "5"]]  # fmt: skip


def test_the_sum_of_the_numbers_covers_what_only_a_chart_shows():
    part = trend()
    other = Table.of(part.chart.data.columns, [["май 2026", 8, 5], ["июнь 2026", 9, 5]])
    changed = replace(part, chart=replace(part.chart, data=other))
    assert digests.numbers(paper(part)) == digests.numbers(paper(trend()))
    assert digests.numbers(paper(part)) != digests.numbers(paper(changed))


def test_two_small_tables_share_a_slide_and_steps_are_counted_by_part():
    small = [Part(str(at), f"Т{at}", "", Table.of(COLUMNS[:2], [["а", at], ["б", 2]])) for at in range(3)]
    steps = []
    deck = pptx.Presentation(io.BytesIO(slides.write(paper(*small), lambda: steps.append(1))))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles == ["Проверка", "Т0 · Т1", "Т2", "Как считается"]
    tables = [shape for shape in deck.slides[1].shapes if shape.has_table]
    assert [each.table.cell(1, 1).text for each in tables] == ["0", "1"]
    assert tables[0].left + tables[0].width < tables[1].left
    assert len(steps) == 3


def test_an_empty_column_has_room_for_a_hand():
    columns = [Column("a", "Тема", is_wide=True), Column("b", "Меры", is_wide=True)]
    table = Table.of(columns, [["Ремонт дорог", ""], ["Вода", ""]])
    named, by_hand = typeset.shares(table, table.lines(), 120)
    assert by_hand > 2 * named


def test_dates_keep_their_room_among_many_columns():
    columns = [Column("day", "День", "day"), *(Column(f"c{at}", "Рассмотрено. Поддержано") for at in range(16))]
    table = Table.of(columns, [[date(2026, 11, 30), *["–"] * 16]])
    room = typeset.letters(273, 7)
    day, *rest = (share * room for share in typeset.shares(table, table.lines(), room))
    assert day > len("30.11.2026") * 1.1
    assert min(rest) > 6
    assert day + sum(rest) == pytest.approx(room)


def test_rows_of_many_words_go_on_over_more_slides():
    words_of_row = "больше всего весят просроченные: 91 из 220, это десять индексов " * 3
    table = Table.of([Column("a", "Причины", is_wide=True), Column("n", "Всего", "count")], [[words_of_row, 1]] * 14)
    short = Table.of(table.columns, [["причина", 1]] * 14)
    made = [pptx.Presentation(io.BytesIO(slides.write(paper(Part("a", "Т", "", each))))) for each in (table, short)]
    grids = [[shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table] for deck in made]
    assert len(grids[0]) > len(grids[1]) == 1
    assert sum(len(grid.rows) - 1 for grid in grids[0]) == 14


@reader
def test_every_row_of_a_long_table_is_in_the_pdf_and_pages_are_numbered(tmp_path):
    text = text_of(typeset.write(paper(Part("a", "Длинная", "", BIG)), "pdf"), tmp_path)
    assert all(re.search(rf"Строка №{row}\s+{row}\n", text) for row in range(500))
    assert "стр. 1 из" in text
    assert text.count("Имя") == text.count("стр. ")  # the headings stand on every page


@pictures
@reader
def test_forty_figures_of_forty_are_drawn(tmp_path):
    def drawn(number: int) -> Picture:
        return Picture(lambda: figure().update_layout(title=f"Рисунок-{number}-конец"), 700, 260)

    parts = [Part(f"p{number}", f"Часть {number}", picture=drawn(number)) for number in range(40)]
    text = text_of(typeset.write(paper(*parts), "pdf"), tmp_path)
    assert {int(number) for number in re.findall(r"Рисунок-(\d+)-конец", text)} == set(range(40))


@pictures
@office
@reader
@pytest.mark.parametrize("form", ["docx", "pptx", "xlsx"])
def test_libreoffice_opens_what_was_written(form, tmp_path):
    chart = Part(
        "a", "Столбцы", "", Table.of(COLUMNS[:2], [["Дороги", 10], ["Вода", 20]]), Chart("bars", "name", ("n",))
    )
    writer = {"docx": words.write, "pptx": slides.write, "xlsx": sheets.write}[form]
    text = opened(writer(paper(chart, Part("b", "Длинная", "", BIG))), form, tmp_path)
    assert all(f"Строка №{row}" in text for row in (0, 250, 499))
    assert "Дороги" in text
    assert "22.11.2026 08:40" in text


@pictures
@pytest.mark.parametrize("form", list(orders.FORMATS))
def test_forty_payloads_stay_text_in_every_format(form):
    columns = [Column("name", "=Имя<b>", is_wide=True), Column("n", "Число", "count")]
    table = Table.of(columns, [[payload, row] for row, payload in enumerate(PAYLOADS)])
    part = Part("a", "=1+1 <b>[x]", "@SUM(A1)", table, Chart("bars", "name", ("n",)))
    laid = Paper("=HYPERLINK(1)", ABOUT, (part,), ("![](http://x.ru)",))
    body = orders._WRITERS[form](laid, lambda: None)
    if form in {"xlsx", "docx", "pptx"}:
        _inert_package(body)
    elif form == "pdf":
        assert not re.search(rb"/(URI|Launch|JavaScript|JS|GoToR|EmbeddedFile)\b", body)
    elif form == "svg":
        assert not re.search(rb"<script|foreignObject|href=\"(?!#|data:image/)", body)
    elif form == "csv":
        cells = body.decode("utf-8-sig").split("\r\n\r\n")[0].split("\r\n")[1:]
        assert all(re.match(r"(\"?')|[^=+\-@\t\r＝＋－＠|%]", cell) for cell in cells)


def _inert_package(body: bytes) -> None:
    """Look into every part: no formula, no hyperlink, nothing outside."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            content = package.read(name)
            assert not re.search(
                rb"<f>|<f |<hyperlink|hlinkClick|<w:hyperlink|instrText|ddeLink|externalLink", content
            ), name
            assert b'TargetMode="External"' not in content, name
            if name.endswith("embeddings/Microsoft_Excel_Sheet1.xlsx"):
                _inert_package(content)


def test_a_workbook_takes_any_title_of_a_part():
    titles = ["Лист[1]:*?/\\", "лист 1", "", "x" * 60, "x" * 60]
    table = Table.of([Column("name", "Имя")], [["а"]])
    book = fastexcel.read_excel(
        sheets.write(paper(*(Part(str(at), title, table=table) for at, title in enumerate(titles))))
    )
    assert len(book.sheet_names) == len(titles) + 1
    assert all(0 < len(name) <= 31 for name in book.sheet_names)


@pictures
def test_a_step_after_every_part_may_stop_the_work():
    class Stopped(Exception):
        pass

    seen = []

    def step():
        seen.append(1)
        if len(seen) == 2:
            raise Stopped

    table = Table.of([Column("name", "Имя")], [["а"]])
    parts = paper(*(Part(str(at), f"Часть {at}", table=table) for at in range(4)))
    for write in (sheets.write, words.write, slides.write, lambda laid, step: typeset.write(laid, "pdf", step)):
        seen.clear()
        with pytest.raises(Stopped):
            write(parts, step)
        assert len(seen) == 2
