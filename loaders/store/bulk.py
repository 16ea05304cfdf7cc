"""Move many rows at once, the fastest way each database has: COPY for PostgreSQL, the driver's cursor for SQLite."""

import io
from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.compiler import SQLCompiler

SLICE: Final = 50_000
"""Rows turned into text or tuples at a time: bounds memory, costs no measurable time."""


def write(connection: Connection, table: sa.Table, frame: pl.DataFrame) -> None:
    """Append `frame` to `table`; columns of the frame are columns of the table, in any order."""
    quote = connection.dialect.identifier_preparer.quote
    target, names = quote(table.name), ", ".join(quote(name) for name in frame.columns)
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            _insert(cursor, f"{target} ({names})", frame)
        elif _is_walled(cursor, target):
            _stage(cursor, target, names, frame)
        else:
            _copy_in(cursor, f"{target} ({names})", frame)
    finally:
        cursor.close()


def _copy_in(cursor: Any, target: str, frame: pl.DataFrame) -> None:
    # Polars writes null as nothing and empty text as "": exactly how COPY tells them apart.
    with cursor.copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        for part in frame.iter_slices(SLICE):
            buffer = io.BytesIO()
            part.write_csv(buffer, include_header=False)
            copy.write(buffer.getbuffer())


_STAGED: Final = "mcu_staged_rows"


def _is_walled(cursor: Any, target: str) -> bool:
    """Say whether row-level security bounds this role in a table: the server refuses COPY into such a one."""
    (found,) = cursor.execute("SELECT row_security_active(%s)", (target,)).fetchone()
    return bool(found)


def _stage(cursor: Any, target: str, names: str, frame: pl.DataFrame) -> None:
    """Copy into a table of our own and insert from there, so that the policies look at every row."""
    cursor.execute(f"CREATE TEMPORARY TABLE {_STAGED} (LIKE {target}) ON COMMIT DROP")
    _copy_in(cursor, f"{_STAGED} ({names})", frame)
    cursor.execute(f"INSERT INTO {target} ({names}) SELECT {names} FROM {_STAGED}")  # noqa: S608 - our own names only
    cursor.execute(f"DROP TABLE {_STAGED}")


def _insert(cursor: Any, target: str, frame: pl.DataFrame) -> None:
    marks = ", ".join("?" * frame.width)
    for part in frame.iter_slices(SLICE):
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", part.rows())  # noqa: S608 - our own names only


def read(
    connection: Connection, statement: sa.Select[Any], schema: pl.Schema, values: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """Return the rows of `statement` as a frame; `schema` names its columns in order, `values` fills parameters."""
    if connection.dialect.name == "postgresql":
        return _copy_out(connection, statement, schema, values or {})
    cursor = connection.execute(statement, values).cursor
    rows = [] if cursor is None else cursor.fetchall()  # plain tuples: half the time of SQLAlchemy's rows
    return pl.DataFrame(rows, schema=schema, orient="row")


def _copy_out(
    connection: Connection, statement: sa.Select[Any], schema: pl.Schema, values: Mapping[str, Any]
) -> pl.DataFrame:
    compiled = statement.compile(dialect=connection.dialect)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("a select compiles to SQL")
    bound = compiled.construct_expanded_state(dict(values))
    cursor = connection.connection.cursor()
    buffer = io.BytesIO()
    try:
        with cursor.copy(f"COPY ({bound.statement}) TO STDOUT (FORMAT csv)", bound.parameters) as copy:
            for chunk in copy:
                buffer.write(chunk)
    finally:
        cursor.close()
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    buffer.seek(0)
    return pl.read_csv(buffer, has_header=False, schema=schema)
