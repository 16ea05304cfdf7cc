"""The role of PostgreSQL that the application works as: it owns nothing, and may do no more than its work takes.

Everything here is done by the owner of the tables, in one transaction.
"""

from typing import Final

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import Connection

from loaders.errors import StoreUnavailable
from loaders.store import access_tables, tables

_ATTRIBUTES: Final = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION")
"""What the role must not have."""

_HELD: Final = (
    "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s"
)

_READ: Final = "SELECT"
_ADD: Final = "SELECT, INSERT"
_KEEP: Final = "SELECT, INSERT, UPDATE"
_CHANGE: Final = "SELECT, INSERT, UPDATE, DELETE"

RIGHTS: Final = {table.name: _CHANGE for table in tables.metadata.sorted_tables} | {
    tables.schema_version.name: _READ,
    tables.secrets.name: _READ,
    access_tables.accounts.name: _KEEP,
    access_tables.journal.name: _ADD,
    tables.publications.name: _ADD,
}
"""What the role may do with each table; the journal and what is published only grow, accounts are switched off and not
deleted, and the version and the secrets are the owner's to write."""


def prepare(connection: Connection, role: str, password: str | None) -> None:
    """Make the role, or set it right, and give it what it needs and nothing else.

    Raises `StoreUnavailable` when the role is the owner itself, or the owner may not make roles.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("roles exist in PostgreSQL only")
    if connection.scalar(sa.text("SELECT current_user")) == role:
        raise StoreUnavailable(_SAME)
    _make(driver, role, password)
    for statement in _grants(connection, role):
        driver.execute(statement)


_SAME: Final = (
    "Роль приложения и владелец таблиц совпадают. Укажите в MCU_DATABASE_URL отдельную роль: она будет создана."
)
_MAY_NOT: Final = (
    "Владелец из MCU_OWNER_URL не может создавать и менять роли. "
    "Дайте ему право CREATEROLE или выполните команду от имени администратора базы."
)


def _make(driver: psycopg.Connection, role: str, password: str | None) -> None:
    """Create or alter the role; the server gets a hash, so that its log never holds the password.

    What is right already is not asked for: an ordinary owner may take nothing from a role, not even what it lacks.
    """
    known = driver.execute(_HELD, [role]).fetchone()
    held = known or (False,) * len(_ATTRIBUTES)
    changes = [f"NO{name}" for name, has in zip(_ATTRIBUTES, held, strict=True) if has]
    wanted = sql.SQL(" ").join([sql.SQL("LOGIN"), *map(sql.SQL, changes)])
    if password:
        hashed = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        wanted += sql.SQL(" PASSWORD {}").format(sql.Literal(hashed))
    elif known and not changes:
        return
    verb = sql.SQL("ALTER ROLE {} ") if known else sql.SQL("CREATE ROLE {} ")
    try:
        driver.execute(verb.format(sql.Identifier(role)) + wanted)
    except psycopg.errors.InsufficientPrivilege:
        raise StoreUnavailable(_MAY_NOT) from None


def _grants(connection: Connection, role: str) -> list[sql.Composed]:
    """Take every right back and give the wanted ones, so that no right of the past stays."""
    schema = sql.Identifier(str(connection.scalar(sa.text("SELECT current_schema()"))))
    database = sql.Identifier(str(connection.scalar(sa.text("SELECT current_database()"))))
    names = {"role": sql.Identifier(role), "schema": schema, "database": database}
    whole = (
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}, PUBLIC",
        "REVOKE CREATE ON SCHEMA {schema} FROM {role}, PUBLIC",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    )
    single = (
        sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(table), names["role"])
        for table, rights in RIGHTS.items()
    )
    return [*(sql.SQL(statement).format(**names) for statement in whole), *single]
