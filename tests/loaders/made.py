"""Intakes made by hand: rows named by what matters in a test, everything else filled in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from analytics import schema
from loaders.city import City
from loaders.intake import Intake, SourceFile
from loaders.scope import Scope
from loaders.store import tables
from loaders.store.engine import Store

WITH_NORMS: Final = replace(City.load("novoshakhtinsk"), key="test_city")
"""A city of the product under a key of its own."""

CITY: Final = replace(WITH_NORMS, rules=replace(WITH_NORMS.rules, norms=()))
"""The same city without norms: a case has no deadline but the one that its row names."""

KEY: Final = CITY.key

REJECTED: Final = pl.Schema(
    {
        "file": pl.String(),
        "source_row": pl.Int64(),
        "column": pl.String(),
        "code": pl.String(),
        "value": pl.String(),
        "expected": pl.String(),
    }
)
FINDINGS: Final = pl.Schema({"code": pl.String(), "detail": pl.String(), "rows": pl.Int64()})


def row(source_id: str, **values: Any) -> dict[str, Any]:
    """Make one canonical row; `received` and `answered` may be given as days of 2026 (1 = 1 January)."""
    days = {name: values.pop(name) for name in ("received", "answered", "due") if name in values}
    moments = {f"{name}_at": day(number) for name, number in days.items()}
    base = {
        "municipality": KEY,
        "source_system": "generic",
        "source_id": source_id,
        "question_no": 1,
        "kind": "appeal",
        "status": "in_work",
        "received_at": day(1),
        "source_row": 2,
    }
    return base | moments | values


def day(number: int, hour: int = 10) -> datetime:
    """Give a moment on the n-th day of 2026."""
    return datetime(2026, 1, 1, hour) + timedelta(days=number - 1)


def in_half(store: Store, each: Mapping[str, Any]) -> bool:
    """Say by hand whether a case is in the half that is read for whoever sees no rows."""
    if store.identity not in _SECRETS:
        with store.reading(None) as connection:
            _SECRETS[store.identity] = str(connection.scalar(sa.select(tables.secrets.c.value)))
    told = f"{_SECRETS[store.identity]}\x1f{each['source_system']}\x1f{each['source_id']}"
    return hashlib.sha256(told.encode()).digest()[0] >= 0x80


_SECRETS: Final[dict[str, str]] = {}
"""The secret of each store of the tests, read once."""


def frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Make a canonical frame of rows."""
    return pl.DataFrame(list(rows), schema=schema.APPEAL)


def intake(
    rows: Iterable[Mapping[str, Any]], *, rejected: int = 0, findings: Iterable[tuple[str, str, int]] = ()
) -> Intake:
    """Make an intake of rows, with so many rejected rows beside them."""
    appeals = frame(rows)
    refused = [("a.csv", 100 + number, "received_at", "date", "x", "дата") for number in range(rejected)]
    return Intake(
        appeals=appeals,
        rejected=pl.DataFrame(refused, schema=REJECTED, orient="row"),
        findings=pl.DataFrame(list(findings), schema=FINDINGS, orient="row"),
        files=(SourceFile("a.csv", Path("a.csv"), "0" * 64, 10),),
        rows_in=appeals.height + rejected,
    )


def dump(store: Store, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """Read whole tables in a fixed order: what must be equal when two stores are the same."""
    chosen = names or ("appeals", "history", "terms", "rejected_rows", "findings")
    with store.reading(Scope.whole_city(KEY)) as connection:
        return {
            name: [tuple(found) for found in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for name, table in ((name, tables.metadata.tables[name]) for name in chosen)
        }
