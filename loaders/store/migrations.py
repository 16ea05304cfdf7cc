"""Bring a store forward to the tables of this version, all or nothing.

A fresh store gets the tables as they stand; an older one walks through the steps it has not seen. A step is a function
that changes tables or rows of the version before it and never looks at `tables`, which may have moved on since.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from loaders.errors import StoreUnavailable
from loaders.store import (
    access_tables,
    append_only,
    policies,
    tables,
    version_2,
    version_3,
    version_4,
    version_5,
    version_6,
    version_7,
    version_8,
)

VERSION: Final = 8
"""Version of the tables that this code reads and writes."""

Steps = Mapping[int, Callable[[Connection], None]]

STEPS: Final[Steps] = {
    2: version_2.step,
    3: version_3.step,
    4: version_4.step,
    5: version_5.step,
    6: version_6.step,
    7: version_7.step,
    8: version_8.step,
}
"""One function per version above the first: it turns a store of the version before into that version."""

_LOCK: Final = 0x6D6375  # any number that no one else uses as an advisory lock


def migrate(engine: Engine, steps: Steps = STEPS, version: int = VERSION) -> int:
    """Bring the store to `version` in one transaction and return the second (UTC) it was created at.

    Raises `StoreUnavailable` when the store is of a newer version.
    """
    with engine.connect() as connection:
        connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            found = _found(connection)
            if found is None or found < version:
                _demand_owner(connection, found)
            if found is None:
                _create(connection, version)
            else:
                _walk(connection, found, steps, version)
            return int(connection.scalar(sa.select(sa.func.min(tables.schema_version.c.migrated_at_utc))) or 0)


def _found(connection: Connection) -> int | None:
    """Return the version of the store, or None when it has no tables yet."""
    if not sa.inspect(connection).has_table(tables.schema_version.name):
        return None
    newest: int | None = connection.scalar(sa.select(sa.func.max(tables.schema_version.c.version)))
    return newest


def _demand_owner(connection: Connection, found: int | None) -> None:
    """Refuse a role of PostgreSQL that may not change tables before it tries to."""
    if connection.dialect.name != "postgresql" or connection.scalar(_MAY_CREATE if found is None else _IS_OWNER):
        return
    state = "ещё не подготовлено" if found is None else f"старой версии ({found})"
    what = f"Хранилище {state}, а у роли приложения нет прав его изменить"
    raise StoreUnavailable(f"{what}. Выполните команду: python -m loaders database setup.")


_MAY_CREATE: Final = sa.text("SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")
_IS_OWNER: Final = sa.text(
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class "
    "WHERE relname = 'schema_version' AND relnamespace = current_schema()::regnamespace"
)


def _create(connection: Connection, version: int) -> None:
    access_tables.journal.metadata.create_all(connection)  # the tables of access stand beside the others
    append_only.protect(connection)
    connection.execute(tables.secrets.insert().values(name=tables.HALF, value=secrets.token_hex(32)))
    _stamp(connection, version)


def _walk(connection: Connection, found: int, steps: Steps, version: int) -> None:
    if found > version:
        what = f"Хранилище создано более новой версией программы (версия {found}, эта программа знает {version})"
        raise StoreUnavailable(f"{what}. Обновите программу.")
    if found == version:
        return
    with policies.lifted(connection):
        for number in range(found + 1, version + 1):
            steps[number](connection)
            _stamp(connection, number)


def _stamp(connection: Connection, version: int) -> None:
    connection.execute(tables.schema_version.insert().values(version=version, migrated_at_utc=int(time.time())))
