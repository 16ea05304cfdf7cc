import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from loaders.access import journal
from pages.journal.sentences import Names, sentence

NAMES = Names({"roads": "Дороги", "sport": "Физкультура"}, {"pos": "ПОС"}, ZoneInfo("Europe/Moscow"))


def said(action, rows=None, **detail):
    return sentence(action, json.dumps(detail, ensure_ascii=False), rows, NAMES).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("action", "rows", "detail", "expected"),
    [
        (journal.SIGN_OUT, None, {}, "Выход"),
        (journal.REFUSED, None, {"page": "access"}, "Отказ в доступе · экран: «Доступ»"),
        (
            journal.ROWS_VIEWED,
            50,
            {"start_day": "2026-11-16", "end_day": "2026-11-22", "filters": "блоки, статусы", "is_searched": True},
            "Просмотр строк · 50 строк · 16.11 – 22.11.2026 · отборы: блоки, статусы · поиск по номеру",
        ),
        (
            journal.IMPORTED,
            1_755,
            {"batch": 3, "source": "pos", "new": 1_755, "corrected": 0, "files": 1},
            "Загрузка · № 3 · ПОС · 1 755 строк · новых 1 755 · файлов 1",
        ),
        (
            journal.GRANT_CHANGED,
            None,
            {"account": "ivanov", "role": "Руководитель блока", "blocks": "roads, sport", "rights": "видит реестр"},
            "Изменены права · ivanov · роль: Руководитель блока · блоки: Дороги, Физкультура · права: видит реестр",
        ),
        (
            journal.ACCOUNT_CHANGED,
            None,
            {"account": "a", "is_active": False},
            "Изменена учётная запись · a · выключена",
        ),
        (
            journal.SUBSTITUTION_ADDED,
            None,
            {
                "absent": "a",
                "substitute": "b",
                "start": "2026-11-20T21:00+00:00",
                "end": "2026-11-28T21:00+00:00",
            },
            "Назначено замещение · кого замещает: a · кто замещает: b · с 21.11.2026 · по: 28.11.2026",
        ),
    ],
)
def test_an_entry_in_words(action, rows, detail, expected):
    assert said(action, rows, **detail) == expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (journal.ROWS_VIEWED, "Просмотр строк"),
        (journal.EXPORTED, "Выгрузка файла"),
        (journal.IMPORTED, "Загрузка · 3 строки"),
        (journal.UNDONE, "Отмена загрузки · 3 строки"),
    ],
)
def test_whoever_sees_no_rows_is_not_told_how_many_others_saw(action, expected):
    assert sentence(action, "{}", 3, replace(NAMES, tells_rows=False)).replace("\u00a0", " ") == expected


@pytest.mark.parametrize("action", journal.ACTIONS)
def test_every_action_has_words(action):
    assert said(action) == journal.ACTIONS[action]


def test_details_that_make_no_sense_are_shown_as_they_are():
    assert (
        said(journal.GRANT_CHANGED, valid_until="вчера", role="новая")
        == "Изменены права · действует до: вчера · роль: новая"
    )
