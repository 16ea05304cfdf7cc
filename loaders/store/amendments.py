"""Keep the amendments of a city beside its newest versions: worked out anew for every case whose versions changed.

They follow from the versions alone, so an undo works out what stood before, to the last bit. Statements name tables
and columns by themselves: the step that first filled the table works with the columns of its own time.
"""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.store import bulk, chains
from loaders.store.chains import POINTER
from loaders.store.versions import KEY

_OWN: Final = ("piece_no", "amends", "weight", "held_from", "held_to")
_IDENTITY: Final = ("municipality", *KEY)
_TYPES: Final = {"source_system": pl.String(), "source_id": pl.String()}

_copies = sa.Table(
    "amending_copies",
    sa.MetaData(),
    sa.Column("source_system", sa.String(64)),
    sa.Column("source_id", sa.String(128)),
    *(sa.Column(name, sa.Integer) for name in ("question_no", *POINTER, *_OWN)),
    sa.Column("missed_at", sa.BigInteger),
    prefixes=["TEMPORARY"],
)
"""Which versions the amendments are copies of."""


def settle(connection: Connection, municipality: str, staged: sa.Table, content: Sequence[str]) -> None:
    """Work the amendments of the `staged` identities out anew; `content` names the columns that a version has."""
    amendments = sa.table("amendments", *map(sa.column, (*_IDENTITY, *_OWN, *content)))
    connection.execute(sa.delete(amendments).where(*_of_staged(amendments, municipality, staged)))
    found = chains.amendments(_versions(connection, municipality, staged), _statuses(connection, municipality))
    if found.is_empty():
        return
    _copies.create(connection)
    bulk.write(connection, _copies, found)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE amending_copies")
    for name in ("appeals", "history"):
        copied = _copied(name, municipality, content)
        connection.execute(sa.insert(amendments).from_select([*_IDENTITY, *_OWN, *content], copied))
    _copies.drop(connection)


def forget_orphans(connection: Connection, municipality: str) -> None:
    """Take away the amendments of cases that are gone."""
    amendments, appeals = (sa.table(name, *map(sa.column, _IDENTITY)) for name in ("amendments", "appeals"))
    still = sa.exists().where(*(appeals.c[name] == amendments.c[name] for name in _IDENTITY)).select_from(appeals)
    connection.execute(sa.delete(amendments).where(amendments.c.municipality == municipality, ~still))


def _of_staged(rows: sa.TableClause, municipality: str, staged: sa.Table) -> list[sa.ColumnElement[bool]]:
    identity = sa.tuple_(*(rows.c[name] for name in KEY))
    keys = sa.select(*(staged.c[name] for name in KEY))
    return [rows.c.municipality == municipality, identity.in_(keys)]


def _versions(connection: Connection, municipality: str, staged: sa.Table) -> pl.DataFrame:
    """Read all versions of the staged identities: KEY, `POINTER`, `chains.READ`."""
    types = pl.Schema({name: _TYPES.get(name, pl.Int64()) for name in (*KEY, *POINTER, *chains.READ)})
    parts = []
    for name, pointed in (("history", POINTER), ("appeals", ())):
        rows = sa.table(name, *map(sa.column, (*_IDENTITY, *pointed, *chains.READ)))
        pointer = [rows.c[each] if each in pointed else sa.null().label(each) for each in POINTER]
        columns = [*(rows.c[each] for each in KEY), *pointer, *(rows.c[each] for each in chains.READ)]
        statement = sa.select(*columns).where(*_of_staged(rows, municipality, staged))
        parts.append(bulk.read(connection, statement, types))
    return pl.concat(parts)


def _statuses(connection: Connection, municipality: str) -> dict[str, int]:
    terms = sa.table("terms", *map(sa.column, ("municipality", "dimension", "code", "value")))
    statement = sa.select(terms.c.value, terms.c.code).where(
        terms.c.municipality == municipality, terms.c.dimension == "status"
    )
    return {row.value: row.code for row in connection.execute(statement)}


def _copied(name: str, municipality: str, content: Sequence[str]) -> sa.Select[Any]:
    """Select the versions of one table that are copied, with what each copy says beside."""
    is_past = name == "history"
    rows = sa.table(name, *map(sa.column, (*_IDENTITY, *(POINTER if is_past else ()), *content)))
    same = [rows.c[key] == _copies.c[key] for key in (*KEY, *(POINTER if is_past else ()))]
    own = [] if is_past else [_copies.c.superseded_by.is_(None)]
    kept = [
        sa.func.coalesce(_copies.c.missed_at, rows.c[each]) if each == "deadline_at" else rows.c[each]
        for each in content
    ]
    return (
        sa.select(*(rows.c[each] for each in _IDENTITY), *(_copies.c[each] for each in _OWN), *kept)
        .select_from(_copies.join(rows, sa.and_(*same)))
        .where(rows.c.municipality == municipality, *own)
    )
