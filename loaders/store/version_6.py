"""Bring a store forward that does not know yet what each person coloured the home screen by last."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def step(connection: Connection) -> None:
    """Add the column; nobody has chosen anything afterwards."""
    connection.execute(sa.text("ALTER TABLE accounts ADD COLUMN home_colour VARCHAR(64)"))
