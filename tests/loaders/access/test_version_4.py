"""A store of version 3 gets what a fresh store has: the same columns and indexes, and a journal that only grows."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection

from loaders.access import journal
from loaders.store import access_tables, migrations, tables
from loaders.store.engine import Store, open_store
from tests.loaders.access.people import CONSOLE


@pytest.fixture
def migrated(store_url: str, store: Store) -> Iterator[Store]:
    """Take the fourth version and the later ones out of a fresh store, and open it again."""
    with store.writing() as connection:
        access_tables.journal.metadata.drop_all(connection, list(access_tables.ACCESS))
        for table in ("amendments", "publications", "secrets"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for table in ("appeals", "history"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN in_force_at")
        version = tables.schema_version
        connection.execute(sa.update(version).values(version=3))
    with open_store(store_url) as again:
        yield again


def _shape(connection: Connection) -> dict[str, object]:
    look = sa.inspect(connection)
    return {
        table.name: (
            [(each["name"], str(each["type"]), each["nullable"]) for each in look.get_columns(table.name)],
            look.get_pk_constraint(table.name)["constrained_columns"],
            sorted(
                (str(each["name"]), each["column_names"], bool(each["unique"])) for each in look.get_indexes(table.name)
            ),
        )
        for table in access_tables.ACCESS
    }


def test_a_migrated_store_has_the_tables_of_a_fresh_one(store: Store, request: pytest.FixtureRequest) -> None:
    with store.reading(None) as connection:
        fresh = _shape(connection)
    migrated: Store = request.getfixturevalue("migrated")
    with migrated.reading(None) as connection:
        assert _shape(connection) == fresh
        versions = connection.scalars(sa.select(tables.schema_version.c.version)).all()
    assert sorted(versions) == list(range(3, migrations.VERSION + 1))


def test_the_journal_of_a_migrated_store_only_grows(migrated: Store) -> None:
    assert journal.record(migrated, CONSOLE, journal.SETTINGS_CHANGED) == 1
    for statement in ("UPDATE journal SET rows = 0", "DELETE FROM journal"):
        with pytest.raises(exc.DBAPIError, match="append-only"), migrated.writing() as connection:
            connection.exec_driver_sql(statement)
    assert journal.verify(migrated) is None
