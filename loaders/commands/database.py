"""Commands of whoever keeps the database: roles and policies of PostgreSQL, copies of SQLite."""

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from loaders.commands import output
from loaders.errors import InputRefused
from loaders.store import application_role, backup, policies, walls
from loaders.store.engine import URL_VARIABLE, address_of, open_store

OWNER_VARIABLE: Final = "MCU_OWNER_URL"
"""Names the owner of the tables; only the command that prepares the database reads it."""


def run_database(given: Namespace) -> None:
    """Prepare the database for the application's role, or look whether it is prepared."""
    if given.action == "setup":
        _set_up()
    with open_store() as store:
        walls.check(store)
        is_file = store.dialect == "sqlite"
    sentence = (
        "Хранилище — файл SQLite: ролей и правил базы в нём нет, видимое ограничивает только сама программа.\n"
        if is_file
        else "Роль приложения, правила строк и права на месте.\n"
    )
    sys.stdout.write(sentence)


def _set_up() -> None:
    owner, role = _named(OWNER_VARIABLE), _named(URL_VARIABLE)
    if not role.username:
        advice = f"Пример: {URL_VARIABLE}=postgresql://mcu_app:пароль@сервер/база."
        raise InputRefused("no_role", f"В {URL_VARIABLE} не названа роль приложения", advice=advice)
    with open_store(owner.render_as_string(hide_password=False)) as store, store.writing() as connection:
        policies.build(connection)
        application_role.prepare(connection, role.username, role.password)


def _named(variable: str) -> URL:
    given = os.environ.get(variable)
    if not given:
        advice = f"{OWNER_VARIABLE} — владелец таблиц, {URL_VARIABLE} — роль приложения с паролем, который она получит."
        raise InputRefused("no_address", f"Не задана переменная {variable}", advice=advice)
    address = address_of(given)
    if address.get_backend_name() != "postgresql":
        raise InputRefused("no_postgresql", f"В {variable} не адрес PostgreSQL", advice="У файла SQLite ролей нет.")
    return address


def run_backup(given: Namespace) -> None:
    """Copy a SQLite store to a new file."""
    target = Path(given.path)
    with open_store() as store:
        size = backup.copy(store, target)
    if given.json:
        output.as_json({"file": str(target), "bytes": size})
    else:
        sys.stdout.write(f"Копия хранилища: {target}, байт {size}; целостность проверена.\n")
