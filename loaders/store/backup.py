"""Copy a SQLite store while it is being used: one moment of it, checked, and only then under the name asked for."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from loaders.errors import InputRefused, StoreUnavailable
from loaders.store.engine import Store, told

_POSTGRESQL: Final = "Копию PostgreSQL делает pg_dump: порядок описан в README, раздел «Backup and restore»."


def copy(store: Store, target: Path) -> int:
    """Write the store as it is at this moment to `target`, a store of its own, and return its bytes.

    Readers and imports go on beside it. Raises `InputRefused` when the file is there already or cannot be made, or the
    store is no file; `StoreUnavailable` when the copy does not prove sound.
    """
    if store.dialect != "sqlite":
        raise InputRefused("backup_kind", "Эта команда копирует хранилище SQLite", advice=_POSTGRESQL)
    if target.exists():
        advice = "Назовите новый файл: прежние копии не перезаписываются."
        raise InputRefused("backup_exists", f"Файл «{target.name}» уже есть", advice=advice)
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)  # it holds accounts: nobody else reads it
        _copy(store, unfinished)
        unfinished.rename(target)
    except OSError as error:
        advice = "Проверьте папку, права и свободное место."
        raise InputRefused("backup_place", f"Файл «{target.name}» не записать", advice=advice) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(store: Store, target: Path) -> None:
    with told(), store.reading(None) as connection, closing(sqlite3.connect(target)) as other:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("a SQLite store has a SQLite connection")
        source.backup(other)  # in one step: an import that ends meanwhile does not make it begin anew
        other.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        if other.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise StoreUnavailable("Копия не прошла проверку целостности. Проверьте диск и повторите.")
    with target.open("rb+") as file:
        os.fsync(file.fileno())
