"""What the modules of access share: the clock, lists of words as JSON, and one turn at a time for changes."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from loaders.store.engine import BUSY_SECONDS, Store, told

_CHANGES: Final = 0x6D6375_61  # an advisory lock that nobody else takes


def now() -> datetime:
    """Give the present moment, aware."""
    return datetime.fromtimestamp(time.time(), UTC)


def seconds(moment: datetime | None = None) -> int:
    """Give an aware moment, by default the present one, in whole seconds of UTC."""
    return int((moment or now()).timestamp())


def moment(second: int) -> datetime:
    """Give the aware moment of a second of UTC."""
    return datetime.fromtimestamp(second, UTC)


def as_text(words: Iterable[str] | None) -> str | None:
    """Turn words into a JSON array in one fixed order; None stays None."""
    return None if words is None else json.dumps(sorted(words), ensure_ascii=False)


def as_words(text: str | None) -> frozenset[str] | None:
    """Read what `as_text` wrote."""
    return None if text is None else frozenset(json.loads(text))


@contextmanager
def changing(store: Store, municipality: str | None = None) -> Iterator[Connection]:
    """Give the one transaction that may change accounts and grants now: rules over many rows hold at its end.

    A municipality opens the words of its dictionary to it.
    """
    with store.writing(municipality) as connection:
        if store.dialect == "postgresql":  # a writer of SQLite is alone anyway
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGES)))
        yield connection


def at_once(store: Store, statement: sa.Update) -> None:
    """Carry out a change that may be left out, and leave it out while another process writes to a SQLite file."""
    with told(), store.engine.connect() as connection:
        connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        _patience(connection, 0)
        try:
            with connection.begin():
                connection.execute(statement)
        except OperationalError as error:
            if "locked" not in str(error):
                raise
        finally:
            _patience(connection, BUSY_SECONDS)


def _patience(connection: Connection, seconds: int) -> None:
    """Say how long a pooled connection of SQLite waits for another writer."""
    driver = connection.connection.driver_connection
    if driver is not None and connection.dialect.name == "sqlite":
        driver.execute(f"PRAGMA busy_timeout = {seconds * 1000}")
