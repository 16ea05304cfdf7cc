"""Bring a store of version 2 forward: every row may know when each stage of its handling began.

Rows that stand in the store know nothing of it, and nothing is made up for them: the columns stay empty until a source
tells the moments or an import sees a case pass from one stage to the next. Hashes of rows do not change.
"""

from typing import Final

from sqlalchemy.engine import Connection

_ADDED: Final = {
    "coordination_at": "BIGINT",
    "execution_at": "BIGINT",
    "approval_at": "BIGINT",
    "stage_basis": "SMALLINT",
}


def step(connection: Connection) -> None:
    """Add the columns to both tables of rows."""
    for table in ("appeals", "history"):
        for name, kind in _ADDED.items():
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
