"""Open the store: a SQLite file by default, PostgreSQL by one URL, with the same tables and statements.

Two ways in and no third: `Store.reading()` is one snapshot, `Store.writing()` one transaction. Whatever the driver
says about an unreachable, locked, full or broken store becomes `StoreUnavailable` with a sentence that is safe to show.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

import psycopg
import sqlalchemy as sa
import xxhash
from psycopg.adapt import Dumper
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from loaders.errors import StoreUnavailable
from loaders.scope import Scope
from loaders.store import halves, migrations, policies

URL_VARIABLE: Final = "MCU_DATABASE_URL"
DEFAULT_FILE: Final = Path(__file__).parents[2] / "var" / "mcu.sqlite"

BUSY_SECONDS: Final = 15
"""How long a statement waits for another process to let go of a SQLite file."""

CONNECT_SECONDS: Final = 3
"""How long PostgreSQL may take to answer the door: a person waits for a sentence no longer than that."""

STATEMENT_SECONDS: Final = 120
"""How long PostgreSQL may work on one statement of a reader; imports are not bounded."""

_PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",  # readers go on while an import writes
    "PRAGMA synchronous = NORMAL",  # with WAL a power cut may lose the last commit, never the file
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 1073741824",
)

Dialect = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Store:
    """Hold one opened store: its engine, its dialect, and an identity for cache keys that contains no secret."""

    engine: Engine
    dialect: Dialect
    identity: str

    @contextmanager
    def reading(self, scope: Scope | None) -> Iterator[Connection]:
        """Give a connection whose statements all see the same moment of the store, and of cities only a scope.

        None is for readers of no city's rows. Under PostgreSQL the server holds the bounds as well. Raises
        `AccessDenied` when the scope has ended.
        """
        if scope is not None:
            scope.check()
        options: dict[str, Any] = {}
        if self.dialect == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with told(), self.engine.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                if self.dialect == "postgresql":
                    connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
                policies.enter(connection, scope)
                yield connection

    @contextmanager
    def writing(self, municipality: str | None = None) -> Iterator[Connection]:
        """Give a connection in one transaction: everything is kept at its end, or nothing.

        Rows of a city can be written only where its municipality is named.
        """
        with told(), self.engine.connect() as connection:
            connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
            with connection.begin():
                policies.enter(connection, None if municipality is None else Scope.whole_city(municipality))
                yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Open nothing more: `open_store` did."""
        return self

    def __exit__(self, *_failure: object) -> None:
        """Close every pooled connection."""
        self.close()


def open_store(url: str | None = None) -> Store:
    """Open the store at `url`, else at MCU_DATABASE_URL, else the project's own file, and migrate it forward.

    Raises `StoreUnavailable` when it cannot be reached, is broken, or was written by a newer version.
    """
    address = address_of(url or os.environ.get(URL_VARIABLE) or None)
    dialect: Dialect = "sqlite" if address.get_backend_name() == "sqlite" else "postgresql"
    with told():
        engine = _sqlite(address) if dialect == "sqlite" else _postgresql(address)
        try:
            born = migrations.migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    name = address.render_as_string(hide_password=True)
    return Store(engine, dialect, f"{xxhash.xxh3_64_hexdigest(name.encode())}-{born}")


def address_of(url: str | None) -> URL:
    """Read the address of a store, by default that of the project's own file.

    Raises `StoreUnavailable` for one that names neither SQLite nor PostgreSQL.
    """
    if url is None:
        return URL.create("sqlite", database=str(DEFAULT_FILE))
    try:
        address = make_url(url)
    except exc.ArgumentError:
        raise StoreUnavailable(_UNKNOWN_ADDRESS) from None
    if address.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername in {"sqlite", "sqlite+pysqlite"} and address.database not in {None, "", ":memory:"}:
        return address.set(drivername="sqlite")
    raise StoreUnavailable(_UNKNOWN_ADDRESS)


def _sqlite(address: URL) -> Engine:
    try:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise StoreUnavailable(_NO_ACCESS) from None
    engine = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transaction handling commits before DDL; with None it leaves BEGIN to us.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        halves.teach(connection)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    return engine


class _Text(Dumper):
    """Send text to PostgreSQL, which knows no NUL: a word with one is a word that nothing equals, as for SQLite."""

    def dump(self, obj: str) -> bytes:
        """Encode a text."""
        return obj.replace("\x00", "\ufffd").encode()


def _postgresql(address: URL) -> Engine:
    engine = sa.create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=BUSY_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "mcu"},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.adapters.register_dumper(str, _Text)

    return engine


_UNKNOWN_ADDRESS: Final = (
    "Адрес хранилища не распознан. Нужен sqlite:///путь/к/файлу или postgresql://…; "
    f"он задаётся переменной {URL_VARIABLE}."
)
_NO_ACCESS: Final = "Нет доступа к файлу хранилища. Проверьте путь и права на запись."
_SENTENCES: Final = (
    (("malformed", "not a database"), "Файл хранилища повреждён. Восстановите его из резервной копии."),
    (("locked", "busy", "lock timeout"), "Хранилище занято другой загрузкой. Повторите попытку чуть позже."),
    (("full", "no space"), "На диске хранилища не осталось места. Освободите место и повторите попытку."),
    (("readonly", "read-only", "unable to open"), _NO_ACCESS),
    (("statement timeout",), "Запрос к хранилищу занял слишком много времени. Сузьте период и повторите попытку."),
)
_UNREACHABLE: Final = "Хранилище данных недоступно. Проверьте, что сервер базы запущен, и повторите попытку."

_OUTAGES: Final = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    sqlite3.OperationalError,
    psycopg.OperationalError,
)


@contextmanager
def told() -> Iterator[None]:
    """Turn the driver's word about an outage into a Russian sentence; our own mistakes pass unchanged.

    The cause is dropped on purpose: drivers put host names, user names and paths into their messages.
    """
    try:
        yield
    except _OUTAGES as error:
        raise StoreUnavailable(_sentence(error)) from None
    except (exc.DatabaseError, sqlite3.DatabaseError) as error:
        # SQLite reports a broken file by the bare base class; its subclasses are faults of a statement.
        if type(error) not in {exc.DatabaseError, sqlite3.DatabaseError}:
            raise
        raise StoreUnavailable(_sentence(error)) from None


def _sentence(error: Exception) -> str:
    text = str(error).lower()
    return next((said for marks, said in _SENTENCES if any(mark in text for mark in marks)), _UNREACHABLE)
