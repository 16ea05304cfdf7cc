"""Hostile and odd text files, made from nothing but the standard library; the same bytes on every run."""
# ruff: noqa: S311 - the city's wall clock has no zone

import gzip
import io
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

HEADER = ["Номер", "Дата поступления", "Статус", "Тема", "Подразделение", "Дата ответа", "Текст обращения"]

Rows = list[list[str]]


def rows(count: int = 200) -> Rows:
    """Make plain rows: every third is answered after four days."""
    start = datetime(2026, 3, 1, 9, 30)
    made = []
    for number in range(count):
        received = start + timedelta(minutes=37 * number)
        done = number % 3 == 0
        answered = f"{received + timedelta(days=4):%d.%m.%Y %H:%M:%S}" if done else ""
        status = "Рассмотрено" if done else "В работе"
        topic = ("Ямы на дороге", "Вывоз мусора", "Отопление")[number % 3]
        department = ("Управление дорог", "МКУ «Чистый город»")[number % 2]
        made.append(
            [f"Т-{number + 1}", f"{received:%d.%m.%Y %H:%M:%S}", status, topic, department, answered, "Просьба помочь"]
        )
    return made


def table(body: Iterable[list[str]], separator: str = ";", end: str = "\r\n", header: list[str] = HEADER) -> str:
    """Join rows as CSV without quotes."""
    return end.join(separator.join(row) for row in [header, *body]) + end


def with_cell(number: int, column: str, value: str, count: int = 200) -> Rows:
    """Put one value into one row."""
    made = rows(count)
    made[number][HEADER.index(column)] = value
    return made


def mixed_encodings() -> bytes:
    """Half UTF-8, half windows-1251: the change is on line 102."""
    lines = table(rows()).splitlines(keepends=True)
    return "".join(lines[:101]).encode() + "".join(lines[101:]).encode("cp1251")


def embedded_newlines() -> bytes:
    """Quoted text with line feeds and a lone carriage return inside."""
    made = [[*row[:6], '"первая\nвторая\r\nтретья\rчетвёртая"'] for row in rows()]
    return table(made).encode()


def stray_quotes() -> bytes:
    """Quotes in pairs inside fields that are not quoted."""
    made = [[*row[:4], 'ООО "Ромашка" и "Лютик"', *row[5:]] for row in rows()]
    return table(made).encode()


def titles_and_totals() -> bytes:
    """Two lines of a report's title above the header, a total under the rows."""
    text = "Отчёт об обращениях\r\nза март 2026 года;;\r\n" + table(rows()) + "Итого;200;;;;;\r\n"
    return text.encode()


def duplicates() -> bytes:
    """Some rows twice: the reader keeps both, the import tells them apart."""
    made = rows(120)
    return table([*made, *made[:80]]).encode()


def five_thousand_columns() -> bytes:
    """A header of 5,000 columns."""
    more = [f"лишний {number}" for number in range(5000)]
    return table([[*row, *[""] * 5000] for row in rows(30)], header=[*HEADER, *more]).encode()


def blank_ids() -> Rows:
    """Blank numbers in four guises, and twins that differ in case and in a Latin letter."""
    made = rows(60)
    for number, value in enumerate(["", " ", "\u00a0", "\u200b"]):
        made[number][0] = value
    made[10][0], made[11][0], made[12][0] = "А-77", "а-77", "A-77"
    return made


def confusable_topics() -> Rows:
    """One topic in eight spellings that look the same."""
    forms = [
        "Ямы на дороге",
        "Ямы нa дoрoге",
        "Ямы\u200b на дороге",
        "Ямы\u00a0на дороге",
        " Ямы на дороге ",
        "Ямы  на дороге",
        "Ямы на дороге\u200e",
        "Ямы на дoроге",
    ]
    made = rows(80)
    for number, row in enumerate(made):
        row[3] = forms[number % 8]
    return made


def marked_topics() -> Rows:
    """One topic with letters in two parts, with a stray mark, with the mark of stress, in one piece."""
    forms = ["Новый ёж", "Новыи\u0306 е\u0308ж", "Нов\u0323ый ёж", "Но\u0301вый ёж"]
    made = rows(80)
    for number, row in enumerate(made):
        row[3] = forms[number % 4]
    return made


def random_bytes() -> bytes:
    """200 KB of noise."""
    return random.Random(7).randbytes(200_000)


def gzip_bomb() -> bytes:
    """gzip of a long CSV, named .csv."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(b"id,text\n")
        for _ in range(2_000):
            file.write((b"x" * 1023 + b"\n") * 16)
    return packed.getvalue()


def rejected_share(bad: int, total: int = 1000) -> bytes:
    """A file with so many impossible dates."""
    made = rows(total)
    for row in made[:bad]:
        row[1] = "31.02.2026"
    return table(made).encode()


Make = Callable[[], bytes]
Outcome = tuple[str, object, object]

LOADED: list[tuple[str, Make, int]] = [
    ("c00_control.csv", lambda: table(rows()).encode(), 200),
    ("c01_utf8_bom.csv", lambda: table(rows()).encode("utf-8-sig"), 200),
    ("c02_cp1251_semicolon.csv", lambda: table(rows()).encode("cp1251"), 200),
    ("c03_utf16le_bom_tab.csv", lambda: table(rows(), "\t").encode("utf-16"), 200),
    ("c03_utf16be_bom.tsv", lambda: b"\xfe\xff" + table(rows(), "\t").encode("utf-16-be"), 200),
    (
        "c04_koi8r.csv",
        lambda: table([[*row[:4], "Управление дорог", *row[5:]] for row in rows()]).encode("koi8-r"),
        200,
    ),
    ("c04_cp866.csv", lambda: table([[*row[:4], "Управление дорог", *row[5:]] for row in rows()]).encode("cp866"), 200),
    ("c06_nul_bytes.csv", lambda: table(rows()).encode().replace("Просьба".encode(), "Прось\0ба".encode(), 3), 200),
    ("c09_embedded_newlines.csv", embedded_newlines, 200),
    (
        "c17_shuffled_renamed_headers.csv",
        lambda: table([row[::-1] for row in rows()], header=[f" {name.upper()} " for name in HEADER[::-1]]).encode(),
        200,
    ),
    ("c19_mac_cr_newlines.csv", lambda: table(rows(), end="\r").encode(), 200),
    ("c21_exact_duplicates.csv", duplicates, 200),
    ("c24_confusable_topics.csv", lambda: table(confusable_topics()).encode(), 80),
    ("i01_formulas.csv", lambda: table(with_cell(3, "Тема", "=cmd|' /C calc'!A0")).encode(), 200),
    ("i02_markup_topic.csv", lambda: table(with_cell(3, "Тема", "<img src=x onerror=alert(1)>")).encode(), 200),
    ("stray_quotes.csv", stray_quotes, 200),
    ("no_last_newline.csv", lambda: table(rows()).encode().rstrip(), 200),
    ("blank_lines.csv", lambda: table(rows(), end="\r\n\r\n").encode(), 200),
    ("one_row.csv", lambda: table(rows(1)).encode(), 1),
    ("commas.csv", lambda: table(rows(), ",").encode(), 200),
    ("share_4_9.csv", lambda: rejected_share(49), 951),
    ("\u202egnp.csv", lambda: table(rows()).encode(), 200),
    ("имя " + "я" * 90 + ".csv", lambda: table(rows()).encode(), 200),
]
"""Name, bytes, rows loaded (whatever else is rejected)."""

QUARANTINED: list[tuple[str, Make, int, dict[str, int]]] = [
    (
        "c07_cell_10mb.csv",
        lambda: table(with_cell(5, "Текст обращения", "ж" * 5_000_000)).encode(),
        199,
        {"cell_too_long": 1},
    ),
    (
        "c10_ragged_rows.csv",
        lambda: table([*rows(), ["Т-900", "01.03.2026"], [*rows(1)[0], "лишнее"]]).encode(),
        200,
        {"ragged_row": 2},
    ),
    ("c18_titles_totals.csv", titles_and_totals, 200, {"total_row": 1}),
    ("c20_cut_row.csv", lambda: table(rows()).encode()[:-40].decode(errors="ignore").encode(), 199, {"ragged_row": 1}),
    ("c23_blank_ids.csv", lambda: table(blank_ids()).encode(), 56, {"blank_id": 4}),
    (
        "d02_future_dates.csv",
        lambda: table(with_cell(9, "Дата поступления", "01.01.2089")).encode(),
        199,
        {"future_date": 1},
    ),
    (
        "d_two_digit_year.csv",
        lambda: table(with_cell(9, "Дата поступления", "01.01.26")).encode(),
        199,
        {"bad_date": 1},
    ),
    ("d_ambiguous.csv", lambda: table(with_cell(9, "Дата поступления", "01/02/2026")).encode(), 199, {"bad_date": 1}),
    ("status_unknown.csv", lambda: table(with_cell(9, "Статус", "Где-то там")).encode(), 199, {"unknown_status": 1}),
    ("replacement_character.csv", lambda: table(with_cell(9, "Тема", "Доро\ufffdа")).encode(), 199, {"broken_text": 1}),
    ("phone_as_id.csv", lambda: table(with_cell(9, "Номер", "+7 (928) 123-45-67")).encode(), 199, {"personal_data": 1}),
    ("mail_as_id.csv", lambda: table(with_cell(9, "Номер", "ivanov@mail.ru")).encode(), 199, {"personal_data": 1}),
    ("long_id.csv", lambda: table(with_cell(9, "Номер", "7" * 200)).encode(), 199, {"too_long": 1}),
    ("repeated_header.csv", lambda: table([*rows(100), HEADER, *rows(100)]).encode(), 200, {"header_row": 1}),
]
"""Name, bytes, rows loaded, rejected rows by code."""

REFUSED: list[tuple[str, Make, str, int | None]] = [
    ("c05_mixed_encodings.csv", mixed_encodings, "encoding", 102),
    ("c08_unclosed_quote.csv", lambda: table(with_cell(98, "Подразделение", '"Управление')).encode(), "quote", 100),
    ("c08_quote_inside.csv", lambda: table(with_cell(98, "Подразделение", 'Управ"ление')).encode(), "quote", 100),
    ("c11_header_only.csv", lambda: table([]).encode(), "empty", None),
    ("c12_empty.csv", lambda: b"", "empty", None),
    ("c13_only_bom.csv", lambda: b"\xef\xbb\xbf", "empty", None),
    ("c14_no_header.csv", lambda: table(rows()[1:], header=rows()[0]).encode(), "header", None),
    (
        "c15_duplicate_headers.csv",
        lambda: table([[*row, row[3]] for row in rows()], header=[*HEADER, "тема"]).encode(),
        "duplicate_header",
        None,
    ),
    ("c16_5000_columns.csv", five_thousand_columns, "too_many_columns", None),
    ("c20_truncated.csv", lambda: table([[*row[:6], "Ж"] for row in rows()], end="\n").encode()[:-2], "truncated", 201),
    ("all_bad.csv", lambda: rejected_share(30, 30), "too_many_rejected", None),
    ("share_5_1.csv", lambda: rejected_share(51), "too_many_rejected", None),
    ("n04_name.csv.exe", lambda: table(rows()).encode(), "type", None),
    ("x17_xlsx_named.csv", lambda: b"PK\x03\x04" + bytes(200), "type", None),
    ("z01_gzip.csv", lambda: gzip.compress(table(rows()).encode(), mtime=0), "type", None),
    ("z02_random.csv", random_bytes, "binary", None),
    ("z03_zeros.csv", lambda: bytes(5_000_000), "binary", None),
    ("z04_gzip_bomb.csv", gzip_bomb, "type", None),
    ("html_named.csv", lambda: b"<html><body><table></table></body></html>", "type", None),
    ("million_character_header.csv", lambda: b"a" * 1_000_000 + b"\n1\n", "header", None),
    ("not_unicode.csv", lambda: table(rows()).encode().replace(b"2026", b"2026\xff", 1), "encoding", None),
]
"""Name, bytes, code of the refusal, row it names."""
