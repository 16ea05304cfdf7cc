"""What every test package may use: a store of each kind, empty and migrated; and settings of the property tests."""

import sqlite3
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from hypothesis import settings

from loaders.store import application_role, policies
from loaders.store.engine import Store, open_store
from tests import postgresql

# Nothing is timed, so a busy machine fails no test; the same examples every time, so a red build can be looked into.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


class _Told(sqlite3.Connection):
    """Warn of a connection that nobody closed, as SQLite's own do from Python 3.13 on: a leak is one on each Python."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # which a closed one raises
            _ = self.total_changes
            warnings.warn(f"unclosed database in {self!r}", ResourceWarning, stacklevel=1)


if sys.version_info < (3, 13):

    @sa.event.listens_for(sa.Engine, "do_connect")
    def _tell(dialect: sa.Dialect, _record: object, _arguments: object, named: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            named["factory"] = _Told


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """Run one PostgreSQL for the whole session; skip where the machine has none."""
    with postgresql.server() as server:
        if server is None:
            pytest.skip(f"PostgreSQL не запущен: {postgresql.NEITHER}")
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgresql_server: postgresql.Server) -> str:
    """Migrate one database, so that a fresh one is a cheap copy of it."""
    name = postgresql_server.create()
    open_store(postgresql_server.url(name)).close()
    return name


@pytest.fixture
def postgresql_url(postgresql_server: postgresql.Server, migrated_template: str) -> Iterator[str]:
    """Give the address of an empty, migrated database of its own."""
    name = postgresql_server.create(migrated_template)
    yield postgresql_server.url(name)
    postgresql_server.drop(name)


APPLICATION: Final = "mcu_app"
"""The role of PostgreSQL that the application works as."""


@pytest.fixture(scope="session")
def walled_template(postgresql_server: postgresql.Server, migrated_template: str) -> str:
    """Prepare one database for the role of the application, so that a fresh one is a cheap copy of it."""
    name = postgresql_server.create(migrated_template)
    with open_store(postgresql_server.url(name)) as owner, owner.writing() as connection:
        policies.build(connection)
        application_role.prepare(connection, APPLICATION, "a password of the tests")
    return name


@pytest.fixture
def walled_database(postgresql_server: postgresql.Server, walled_template: str) -> Iterator[str]:
    """Make an empty database behind the wall and give its name."""
    name = postgresql_server.create(walled_template)
    yield name
    postgresql_server.drop(name)


@pytest.fixture
def application_url(postgresql_server: postgresql.Server, walled_database: str) -> str:
    """Give the address of an empty database behind the wall, as the application connects to it."""
    return postgresql_server.url(walled_database, APPLICATION)


@pytest.fixture
def owner_url(postgresql_server: postgresql.Server, walled_database: str) -> str:
    """Give the address of the same database, as its administrator connects to it."""
    return postgresql_server.url(walled_database)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/store.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Give the address of an empty store, once for each kind of store."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store, once for each kind of store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """Open an empty SQLite store."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()
