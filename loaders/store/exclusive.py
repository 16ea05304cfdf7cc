"""Let one import at a time into a municipality; the second waits, is told so, and gives up politely."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
import xxhash
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import policies
from loaders.store.engine import BUSY_SECONDS, Store, told

WAIT_SECONDS: Final = 300.0
"""How long an import waits for another one: longer than an import of a million rows takes."""

_PAUSE_SECONDS: Final = 0.25

_IMPORT_CACHE_KIB: Final = 262_144
"""Page cache of SQLite while it imports: the key index of a million rows should stay in it."""


@contextmanager
def exclusive(
    store: Store, municipality: str, waiting: Callable[[], None], wait_seconds: float = WAIT_SECONDS
) -> Iterator[Connection]:
    """Give the one writing transaction of a municipality; `waiting` is called while another import holds it.

    Raises `InputRefused` when the other import does not end in `wait_seconds`.
    """
    attempt = _sqlite_attempt if store.dialect == "sqlite" else _postgresql_attempt
    deadline = time.monotonic() + wait_seconds
    with told(), store.engine.connect() as connection:
        while not attempt(connection, municipality):
            if time.monotonic() > deadline:
                advice = "Дождитесь её окончания и повторите."
                raise InputRefused("busy", "Другая загрузка этого муниципалитета ещё идёт", advice=advice)
            waiting()
            time.sleep(_PAUSE_SECONDS)
        try:
            policies.enter(connection, Scope.whole_city(municipality))
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            if store.dialect == "sqlite":
                _restore(connection)


def _sqlite_attempt(connection: Connection, _municipality: str) -> bool:
    """Take the file's single writer's place, at once or not at all."""
    driver = connection.connection.driver_connection
    if driver is None:
        return False
    driver.execute("PRAGMA busy_timeout = 0")
    driver.execute(f"PRAGMA cache_size = -{_IMPORT_CACHE_KIB}")
    try:
        connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        connection.begin()
    except OperationalError as error:
        connection.rollback()
        if "locked" not in str(error):
            raise
        return False
    return True


def _restore(connection: Connection) -> None:
    """Leave the pooled connection as `engine` made it."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        driver.execute("PRAGMA cache_size = -65536")


def _postgresql_attempt(connection: Connection, municipality: str) -> bool:
    """Take the advisory lock of the municipality, which ends with the transaction by itself."""
    key = xxhash.xxh3_64_intdigest(municipality.encode()) - 2**63
    if not connection.in_transaction():
        connection.begin()
    taken = connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.literal(key, sa.BigInteger))))
    if not taken:
        connection.rollback()
    return bool(taken)
