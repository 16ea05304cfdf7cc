"""Personal data is found where it is, and numbers that only look like it are left alone."""
# ruff: noqa: FBT001 - made for the test

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import personal

MASKED = [
    ("Звоните +7 928 123-45-67 вечером", "Звоните [телефон] вечером"),
    ("тел. 8 (928) 123-45-67", "тел. [телефон]"),
    ("89281234567", "[телефон]"),
    ("моб. 9281234567", "моб. [телефон]"),
    ("тел: 2-34-56", "тел: [телефон]"),
    ("call 617-635-4500 now", "call [телефон] now"),
    ("8928\u200b123\u00ad4567", "[телефон]"),
    ("8.928.123.45.67", "[телефон]"),
    ("8–928–123–45–67", "[телефон]"),
    ("8/928/123-45-67 или 8_928_1234567", "[телефон] или [телефон]"),
    ("8 928 123 - 45 - 67", "[телефон]"),
    ("моб.89281234567, т.89281234567", "моб.[телефон], т.[телефон]"),
    ("Тел.271234", "Тел.[телефон]"),
    ("(8636) 27-12-34", "[телефон]"),
    ("ivan @ mail.ru", "[почта]"),
    ("ivan＠mail.ru, ivan@localhost", "[почта], [почта]"),
    ("ivan(at)mail.ru и ivan собака mail.ru", "[почта] и [почта]"),
    ("11223344595 и 112 233 445 95", "[СНИЛС] и [СНИЛС]"),
    ("6004 123456", "[паспорт]"),
    ("пишите на ivan.petrov@mail.ru!", "пишите на [почта]!"),
    ("почта иван@почта.рф", "почта [почта]"),
    ("СНИЛС 112-233-445 95", "СНИЛС [СНИЛС]"),
    ("снилс: 11223344595", "снилс: [СНИЛС]"),
    ("ИНН 500100732259", "ИНН [ИНН]"),
    ("паспорт 60 04 123456", "[паспорт]"),
    ("паспорт серия 6004 номер 123456", "[паспорт]"),
    ("карта 4276 8380 0000 0009", "карта 4276 8380 0000 0009"),
    ("карта 4111 1111 1111 1111", "карта [карта]"),
    ("Ответ подготовил Иванов И.И.", "Ответ подготовил [имя]"),
    ("И. И. Иванов просит", "[имя] просит"),
    ("Жалоба И. И. Иванова", "[имя]"),
    ("Заявитель Петрова Мария Сергеевна", "Заявитель [имя]"),
    ("от Петровой Марии Сергеевны", "от [имя]"),
    ("Мария Сергеевна Петрова", "[имя]"),
    ("ПЕТРОВА МАРИЯ СЕРГЕЕВНА просит", "[имя] просит"),
    ("ПЕТРОВА М.С.", "[имя]"),
    ("ИП И.И. Иванов", "ИП [имя]"),
    ("пасп. 6004123456", "[паспорт]"),
]

KEPT = [
    "Яма у дома 12 по улице Садовой",
    "Заявка 101002767909 принята",
    "СНИЛС 112-233-445 96",
    "ИНН 500100732258",
    "0005.0005.0056.1154",
    "01.02.2026 10:30",
    "Ремонт дорог, водоснабжение и отопление",
    "Карта 4111 1111 1111 1112",
    "с 7.10.2026 по 12.10.2026, дома 8, 10 и 12/3",
    "Бродячая собака у дома 5",
    "0005.0005.0056.1154.8928",
    "РЕМОНТ ОСНОВНОЙ ДОРОГИ НА УРОВНЕ КИРПИЧНОЙ КЛАДКИ",
    "МЕРЫ ПОДДЕРЖКИ, В Т.Ч. АДРЕСНОЙ ПОМОЩИ",
    "БЛАГОУСТРОЙСТВО УЛИЧНОЙ СЕТИ, КИРПИЧ",
    "счёт 2712345 и т.д.",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_spans_are_masked(text: str, expected: str) -> None:
    assert personal.redact(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_decoys_stay(text: str) -> None:
    assert personal.redact(text) == text


@given(st.text(alphabet="0123456789 +-()@.абвАБВ", max_size=60))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = personal.redact(text)
    assert personal.redact(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Иванов И.И.", True), ("Иванов Иван Иванович", True), ("Мария Петрова", True), ("Управление дорог", False),
     ("Комитет Курской области", False), ("Парк имени Ивана Петрова", False), ("Зам. главы Иванов И.И.", False)],
)  # fmt: skip
def test_a_person_is_told_from_a_body(text: str, expected: bool) -> None:
    assert personal.is_person(text) is expected


def test_department_that_is_a_person_becomes_empty_and_a_post_stays() -> None:
    values = pl.Series(["Иванов И.И.", "Начальник отдела Иванов И.И.", "Отдел дорог", None])
    assert personal.without_people(values).to_list() == [None, "Начальник отдела [имя]", "Отдел дорог", None]


def test_series_is_masked_like_single_texts() -> None:
    texts = [text for text, _ in MASKED] + KEPT
    assert personal.redacted(pl.Series(texts)).to_list() == [personal.redact(text) for text in texts]


def test_rejected_value_is_cleaned_before_it_is_masked() -> None:
    assert personal.masked("8928\u200b123\u00a045\u00ad67") == "[телефон]"


def test_rejected_value_is_masked_and_cut() -> None:
    assert personal.masked("8 928 123-45-67 " + "я" * 100) == "[телефон] " + "я" * 70


@pytest.mark.parametrize("digits", ["11223344595", "08765430300"])
def test_snils_control_number(digits: str) -> None:
    assert personal.is_snils(digits)


def test_inn_of_a_body_and_of_a_person() -> None:
    assert [personal.is_inn(number) for number in ("7707083893", "500100732259", "7707083894", "0000000000")] == [
        True,
        True,
        False,
        False,
    ]


PERSONAL_NUMBERS = [
    "89281234567", "Обр. 79281234567", "8-928-123-45-67", "8.928.123.45.67", "928-123-45-67", "(928) 123-45-67",
    "ivan@mail.ru", "ivan @ mail.ru", "112-233-445 95", "4111 1111 1111 1111", "4111111111111111", "60 04 123456",
    "8 928 12 34 567", "8_928_1234567", "8 86369 21234", "тел. 27-12-34", "ivan(at)mail.ru", "112 233 445 95",
    "8-8636-27-12-34", "т. 27-12-34", "ivan[at]mail.ru", "Иванов И.И.", "ИВАНОВ ИВАН ИВАНОВИЧ",
]  # fmt: skip
PLAIN_NUMBERS = [
    "101000729509", "9281234567", "2026112200001234", "О-123/26", "112-233-445 96", "8-2026-1234", "4111111111111112",
    "8/928-П", "01-02-2026-1234", "2f1c9d3e-7892-8123-9456-789281234567",
]  # fmt: skip


def test_numbers_of_cases_are_told_from_phones_documents_and_cards() -> None:
    numbers = pl.Series([*PERSONAL_NUMBERS, *PLAIN_NUMBERS, None])
    marked = personal.is_personal(numbers)
    assert numbers.filter(marked).to_list() == PERSONAL_NUMBERS
