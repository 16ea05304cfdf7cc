"""Bring a store of version 3 forward: accounts, what they are given, sessions, and a journal nobody can change.

Nobody has an account afterwards; the first one is made on the machine itself, by a command.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Connection

from loaders.store import append_only

_METADATA: Final = MetaData()

Table(
    "accounts",
    _METADATA,
    Column("account_id", Integer, primary_key=True, autoincrement=False),
    Column("login", String(128), nullable=False),
    Column("title", Text, nullable=False),
    Column("password_hash", Text),
    Column("subject", Text),
    Column("is_active", Boolean, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("created_at_utc", BigInteger, nullable=False),
    Column("changed_at_utc", BigInteger, nullable=False),
    Index("accounts_login", "login", unique=True),
    Index("accounts_subject", "subject", unique=True),
)
Table(
    "grants",
    _METADATA,
    Column("municipality", String(64), primary_key=True),
    Column("account_id", Integer, primary_key=True),
    Column("role", String(32), nullable=False),
    Column("rights", Text, nullable=False),
    Column("blocks", Text),
    Column("departments", Text),
    Column("channels", Text),
    Column("valid_until_utc", BigInteger),
)
Table(
    "substitutions",
    _METADATA,
    Column("municipality", String(64), primary_key=True),
    Column("substitution_id", Integer, primary_key=True, autoincrement=False),
    Column("absent_id", Integer, nullable=False),
    Column("substitute_id", Integer, nullable=False),
    Column("start_utc", BigInteger, nullable=False),
    Column("end_utc", BigInteger, nullable=False),
    Index("substitutions_substitute", "substitute_id"),
)
Table(
    "sessions",
    _METADATA,
    Column("session_id", String(64), primary_key=True),
    Column("account_id", Integer),
    Column("demo_role", String(32)),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("started_at_utc", BigInteger, nullable=False),
    Column("seen_at_utc", BigInteger, nullable=False),
    Column("ends_at_utc", BigInteger, nullable=False),
    Column("ended_at_utc", BigInteger),
    Index("sessions_account", "account_id"),
)
Table(
    "sign_in_failures",
    _METADATA,
    Column("key", String(64), primary_key=True),
    Column("at_utc", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)
Table(
    "journal",
    _METADATA,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("at_utc", BigInteger, nullable=False),
    Column("login", String(128), nullable=False),
    Column("account_id", Integer),
    Column("municipality", String(64)),
    Column("action", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("rows", BigInteger),
    Column("address", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("journal_at", "at_utc"),
)


def step(connection: Connection) -> None:
    """Add the tables and the triggers of the journal."""
    _METADATA.create_all(connection)
    append_only.protect(connection)
