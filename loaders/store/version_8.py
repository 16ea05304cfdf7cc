"""Bring a store forward that does not keep yet what was published; of earlier papers nothing is known."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_PUBLICATIONS: Final = sa.Table(
    "publications",
    sa.MetaData(),
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("publication_no", sa.Integer, primary_key=True),
    sa.Column("at_utc", sa.BigInteger, nullable=False),
    sa.Column("file", sa.String(16), nullable=False),
    sa.Column("numbers", sa.String(64), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("cells", sa.Text, nullable=False),
)


def step(connection: Connection) -> None:
    """Add the table, empty."""
    _PUBLICATIONS.create(connection)
