"""A store of version 1 walks forward with every row, on both databases, or stays as it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders import cells, imports, register
from loaders.city import City
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store import amendments, landing, migrations, tables
from loaders.store.engine import Store, open_store
from loaders.store.versions import KEY as KEYS
from tests.loaders.made import dump, intake, row

OLD = (Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8")
KEY = "novoshakhtinsk"
ABROAD = "somewhere_else"
WORDS = {
    "kind": ("appeal", "message"),
    "status": ("in_work", "answered", "postponed"),
    "channel": ("Почта",),
}


def at(day: int, hour: int = 10, month: int = 3) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp())


def old_row(source_id: str, batch: int, **values: Any) -> dict[str, Any]:
    base = {"municipality": KEY, "source_system": "pos", "source_id": source_id, "question_no": 1, "kind": 1}
    rest = {"status": 0, "received_at": at(2), "marks": 0, "source_row": 2, "row_hash": 1, "batch_id": batch}
    return base | rest | values


CURRENT = (
    old_row("told", 1, due_at=at(20, 18)),
    old_row("by norm", 1, marks=4, answered_at=at(13), status=1),  # bit 2: the fast track
    old_row("extended", 1, kind=0, due_at=at(20), extended_until=at(30)),
    old_row("put off", 1, due_at=at(20), extended_until=at(30), postponed_until=at(28), status=2),
    old_row("corrected", 2, kind=0, registered_at=at(3)),
    old_row("post", 2, source_system="incident"),
    old_row("silent", 1, municipality=ABROAD),
    old_row("its own", 1, municipality=ABROAD, due_at=at(5, 23)),
)
PAST = (old_row("corrected", 1, kind=0, due_at=at(9), superseded_by=2, version_no=1),)
END = 86_399 - 10 * 3600
"""From ten o'clock to the last second of the day."""

NEW = {
    "told": (at(20, 18), 0, 18, 1),
    "by norm": (at(12) + END, 3, 10, 1),
    "extended": (at(30), 2, 18, 1),
    "put off": (at(28), 1, 18, 1),
    "corrected": (at(2, month=4) + END, 3, 30, 1),
    "post": (at(3, 11), 3, 1, 2),
    "silent": (None, 4, None, 1),
    "its own": (at(5, 23), 0, 3, 1),
}
"""deadline_at, place of the basis, allotted_days, and the batch whose day is the first one."""

DAYS = {1: datetime(2026, 3, 15, tzinfo=UTC), 2: datetime(2026, 3, 31, tzinfo=UTC)}
LOADED = {1: int(datetime(2026, 3, 14, 22, 30, tzinfo=UTC).timestamp()), 2: at(2, 12, month=4)}
"""The first batch came at half past ten in the evening by Greenwich: on the 15th in the city."""

NEWEST = {1: at(30), 2: at(31, 23)}
"""The first tells of the future, which cannot be; the second was loaded two days after its newest event."""


def fill(connection: Connection) -> None:
    for statement in OLD.split(";"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    put(connection, "schema_version", [{"version": 1, "migrated_at_utc": 1_700_000_000}])
    for key in (KEY, ABROAD):
        words = [(dimension, code, word) for dimension, each in WORDS.items() for code, word in enumerate(each)]
        put(
            connection,
            "terms",
            [{"municipality": key, "dimension": d, "code": c, "value": w, "batch_id": 1} for d, c, w in words],
        )
        put(connection, "batches", [batch(key, number) for number in (1, 2)])
        put(connection, "partitions", [{"municipality": key, "month": 202603, "version": 1, "rows": 4}])
    put(connection, "appeals", CURRENT)
    put(connection, "history", PAST)


def batch(key: str, number: int) -> dict[str, Any]:
    counts = dict.fromkeys(("rows_in", "new", "corrected", "duplicate", "rejected", "late"), 0)
    texts = {"state": "loaded", "source_system": "pos", "files": "[]", "profile_sha256": ""}
    moments = {"newest_event_at": NEWEST[number], "loaded_at_utc": LOADED[number], "seconds": 1.0}
    return {"municipality": key, "batch_id": number} | counts | texts | moments


def put(connection: Connection, name: str, rows: Any) -> None:
    for each in rows:
        table = sa.table(name, *map(sa.column, each))
        connection.execute(sa.insert(table).values(each))


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a store as version 1 made and filled it."""
    if request.param == "sqlite":
        url = str(request.getfixturevalue("sqlite_url"))
    else:
        server = request.getfixturevalue("postgresql_server")
        name = server.create()
        url = server.url(name)
    engine = engine_of(url)
    with engine.begin() as connection:
        fill(connection)
    engine.dispose()
    yield url
    if request.param == "postgresql":
        server.drop(name)


def content(store: Store, table: sa.Table) -> dict[str, tuple[Any, ...]]:
    names = ("deadline_at", "due_basis", "allotted_days", "first_loaded_on")
    statement = sa.select(table.c.source_id, *(table.c[name] for name in names))
    with store.reading(None) as connection:
        return {found[0]: tuple(found[1:]) for found in connection.execute(statement)}


def test_every_row_gets_its_deadline_its_basis_and_its_first_day(old_url: str) -> None:
    days = {number: int(moment.timestamp()) // 86_400 for number, moment in DAYS.items()}
    with open_store(old_url) as store:
        found = content(store, tables.appeals)
        past = content(store, tables.history)
    assert found == {key: (*values[:3], days[values[3]]) for key, values in NEW.items()}
    assert past == {"corrected": (at(9), 0, 7, days[1])}


def test_a_migrated_store_reads_and_takes_imports(old_url: str) -> None:
    scope = Scope.whole_city(KEY)
    city = City.load(KEY)
    with open_store(old_url) as store:
        counted = cells.load(store, scope, dimensions=["due_basis", "is_late"])
        listed = register.page(store, scope, RegisterFilter(due_basis=("norm",)), sort="source_id", descending=False)
        again = row("told", source_system="pos", kind="message", municipality=KEY, received_at=datetime(2026, 3, 2, 10))
        result = imports.load(store, intake([again]), "pos", city)
        kept = content(store, tables.appeals)["told"]
        imports.undo(store, KEY, result.batch, by=None)
        back = content(store, tables.appeals)["told"]
    assert sorted(counted.rows(), key=str) == [
        ("extended", None, 1),
        ("norm", None, 2),
        ("norm", True, 1),
        ("postponed", None, 1),
        ("source", None, 1),
    ]
    assert listed.rows["source_id"].to_list() == ["by norm", "corrected", "post"]
    assert result.corrected == 1
    assert kept == (at(1, month=4) + END, 3, 30, int(DAYS[1].timestamp()) // 86_400)
    assert back[:3] == NEW["told"][:3]


def test_old_rows_know_nothing_of_the_beginnings_of_their_stages(old_url: str) -> None:
    begun = row("new", municipality=KEY, received_at=datetime(2026, 3, 2, 10), execution_at=datetime(2026, 3, 3, 9))
    with open_store(old_url) as store:
        imports.load(store, intake([begun]), "generic", City.load(KEY))
        found = {table.name: known(store, table) for table in (tables.appeals, tables.history)}
    assert found == {"appeals": {("new", None, at(3, 9), None, 0)}, "history": set()}


def known(store: Store, table: sa.Table) -> set[tuple[Any, ...]]:
    """Read what is known of the stages: rows that know nothing are left out."""
    names = ("coordination_at", "execution_at", "approval_at", "stage_basis")
    statement = sa.select(table.c.source_id, *(table.c[name] for name in names))
    with store.reading(None) as connection:
        rows = [tuple(found) for found in connection.execute(statement)]
    return {found for found in rows if any(value is not None for value in found[1:])}


def test_a_step_that_fails_leaves_the_old_store(old_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("loaders.store.version_2._write", fail)
    with pytest.raises(RuntimeError):
        open_store(old_url)
    engine = engine_of(old_url)
    with engine.connect() as connection:
        names = {column["name"] for column in sa.inspect(connection).get_columns("appeals")}
        version = connection.scalar(
            sa.select(sa.func.max(sa.column("version"))).select_from(sa.table("schema_version"))
        )
    engine.dispose()
    assert "deadline_at" not in names
    assert version == 1


def test_a_migrated_store_has_the_columns_of_a_fresh_one(old_url: str) -> None:
    with open_store(old_url) as store, store.reading(None) as connection:
        look = sa.inspect(connection)
        found = {name: {column["name"] for column in look.get_columns(name)} for name in look.get_table_names()}
        versions = connection.scalars(sa.select(tables.schema_version.c.version)).all()
    assert found == {name: set(table.columns.keys()) for name, table in tables.metadata.tables.items()}
    assert sorted(versions) == list(range(1, migrations.VERSION + 1))


def test_a_migrated_store_tells_the_past_as_if_its_versions_had_just_come(old_url: str) -> None:
    with open_store(old_url) as store:
        told_ = dump(store, "amendments")["amendments"]
        keys = sa.union(*(sa.select(*(table.c[name] for name in KEYS)) for table in (tables.appeals, tables.history)))
        with store.engine.begin() as connection:
            every = pl.DataFrame(connection.execute(keys).all(), schema=list(KEYS), orient="row")
            with landing.staged(connection, every):
                amendments.settle(connection, KEY, landing.staged_keys, landing.CONTENT)
        assert dump(store, "amendments")["amendments"] == told_
        with store.reading(None) as connection:
            moments = sa.select(tables.appeals.c.source_id, tables.appeals.c.in_force_at)
            dated = dict(connection.execute(moments.where(tables.appeals.c.municipality == KEY)).all())
    assert told_
    assert None not in dated.values()
