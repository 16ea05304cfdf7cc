"""Of a value that was not accepted only its kind and length are told, unless it looks like what its column holds."""

import polars as pl
import pytest

from loaders.telling import Form, told, told_one


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("31.02.2026", Form.DATE),
        ("2026-02-31 10:00", Form.DATE),
        ("00.00.0000", Form.DATE),
        ("2026-02-31T10:00:00+03:00", Form.DATE),
        ("45292", Form.DATE),
        ("0", Form.NUMBER),
        ("1,23457E+14", Form.NUMBER),
        ("ОГ-12/2026", Form.NUMBER),
        ("К-7", Form.NUMBER),
        ("Снято с контроля", Form.WORD),
        ("Рассмотрено. Не поддержано", Form.WORD),
        ("№ РК", Form.WORD),
        ("7", Form.WORD),
        ("???", Form.TEXT),
        ("", Form.TEXT),
    ],
)
def test_a_slip_is_told_as_it_is(value: str, form: Form) -> None:
    assert told_one(value, form) == value


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("Здравствуйте! Ремонт на ул. Мира, 3 начат.", Form.DATE, "текст, 42 знака"),
        ("30 дней", Form.DATE, "текст, 7 знаков"),
        ("8 928 123-45-67", Form.DATE, "телефон, 15 знаков"),
        ("64-12-79", Form.DATE, "текст, 8 знаков"),
        ("89281234567", Form.NUMBER, "телефон, 11 знаков"),
        ("ivanov@example.ru", Form.NUMBER, "почта, 17 знаков"),
        ("ул.Мира,3", Form.NUMBER, "текст, 9 знаков"),
        ("д.6,кв.15", Form.NUMBER, "текст, 9 знаков"),
        ("1" * 41, Form.NUMBER, "число, 41 знак"),
        ("У Иванова И.И., тел. 8 928 123-45-67", Form.WORD, "текст, 36 знаков"),
        ("Иванов И.И.", Form.WORD, "имя, 11 знаков"),
        ("Иванова Мария", Form.WORD, "текст, 13 знаков"),
        ("ул. Мира", Form.WORD, "текст, 8 знаков"),
        ("Опять нет света во всём доме", Form.WORD, "текст, 28 знаков"),
        ("Здравствуйте, света нет", Form.WORD, "текст, 23 знака"),
        ("01.03.2026", Form.WORD, "дата, 10 знаков"),
        ("Снято с контроля", Form.TEXT, "текст, 16 знаков"),
        ("12", Form.TEXT, "число, 2 знака"),
    ],
)
def test_of_anything_else_the_kind_and_the_length_are_told(value: str, form: Form, expected: str) -> None:
    assert told_one(value, form) == expected


def test_a_series_keeps_its_order_and_its_gaps() -> None:
    values = pl.Series(["31.02.2026", None, "Ваш ответ готов", "31.02.2026"])
    assert told(values, Form.DATE).to_list() == ["31.02.2026", "", "текст, 15 знаков", "31.02.2026"]


def test_a_long_number_that_breaks_at_its_end_costs_no_time() -> None:
    assert told_one("1" * 39 + "!", Form.NUMBER) == "текст, 40 знаков"
