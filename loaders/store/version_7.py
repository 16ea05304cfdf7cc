"""Bring a store forward that has no secret of its own yet."""

import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def step(connection: Connection) -> None:
    """Add the table of secrets with the one that chooses the half of the cases."""
    connection.execute(sa.text("CREATE TABLE secrets (name VARCHAR(32) PRIMARY KEY, value VARCHAR(64) NOT NULL)"))
    connection.execute(
        sa.text("INSERT INTO secrets (name, value) VALUES ('half', :value)"), {"value": secrets.token_hex(32)}
    )
