"""The store opens, migrates and refuses; what is written comes back as it was."""

import sqlite3
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from loaders.errors import StoreUnavailable
from loaders.store import bulk, encoding, migrations, months, tables, terms
from loaders.store.engine import URL_VARIABLE, Store, open_store
from tests.loaders.made import frame, row


def _tables(store: Store) -> set[str]:
    with store.reading(None) as connection:
        return set(sa.inspect(connection).get_table_names())


def test_a_fresh_store_has_every_table_and_its_version(store: Store) -> None:
    assert _tables(store) == set(tables.metadata.tables)
    with store.reading(None) as connection:
        assert connection.scalars(sa.select(tables.schema_version.c.version)).all() == [migrations.VERSION]


def test_a_file_is_created_with_its_folders(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/a/b/city.sqlite").close()
    assert (tmp_path / "a" / "b" / "city.sqlite").exists()


def test_the_variable_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{tmp_path}/named.sqlite")
    open_store().close()
    assert (tmp_path / "named.sqlite").exists()


def test_opening_again_changes_nothing(store_url: str) -> None:
    first = open_store(store_url)
    second = open_store(store_url)
    assert first.identity == second.identity
    for store in (first, second):
        store.close()


def test_bound_values_stay_out_of_messages(store: Store) -> None:
    with (
        store.reading(None) as connection,
        pytest.raises(sa.exc.ProgrammingError if _is_pg(store) else sa.exc.DBAPIError) as told,
    ):
        connection.execute(sa.text("SELECT * FROM absent WHERE a = :a"), {"a": "+7 900 000-00-00"})
    assert "+7 900" not in str(told.value)


def _is_pg(store: Store) -> bool:
    return store.dialect == "postgresql"


@pytest.mark.parametrize("url", ["mysql://u:secret@h/db", "nonsense", "sqlite://", "sqlite:///:memory:", "://"])
def test_an_unknown_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="Адрес хранилища не распознан") as told:
        open_store(url)
    assert "secret" not in str(told.value)


def test_an_unreachable_server_is_told_without_its_address() -> None:
    with pytest.raises(StoreUnavailable, match="недоступно") as told:
        open_store("postgresql://someone:secret@127.0.0.1:9/city")
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    assert "secret" not in str(told.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StoreUnavailable, match="повреждён"):
        open_store(f"sqlite:///{broken}")
    assert broken.read_bytes().startswith(b"this is not")


def test_a_damaged_page_is_told_and_not_shown_as_a_crash(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with store.writing() as connection:
        words = [("c", "topic", n, f"word {n}" * 20, 1) for n in range(2_000)]
        names = ("municipality", "dimension", "code", "value", "batch_id")
        bulk.write(connection, tables.terms, pl.DataFrame(words, schema=names, orient="row"))
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = b"\xa5" * (len(content) - 4096 * 3)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="повреждён"):
        _read_words(sqlite_url)


def _read_words(url: str) -> None:
    with open_store(url) as store, store.reading(None) as connection:
        terms.load(connection, "c")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="Нет доступа"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_store_of_a_newer_version_is_refused(store_url: str) -> None:
    store = open_store(store_url)
    with store.writing() as connection:
        connection.execute(tables.schema_version.insert().values(version=migrations.VERSION + 1, migrated_at_utc=0))
    with pytest.raises(StoreUnavailable, match="более новой версией"):
        open_store(store_url)
    store.close()


def _add_a_table(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE added (a INTEGER)")
    connection.exec_driver_sql("INSERT INTO added VALUES (1)")


def _fail(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE half_done (a INTEGER)")
    raise RuntimeError("a step fails")


def test_an_older_store_walks_forward_step_by_step(store: Store) -> None:
    migrations.migrate(store.engine, {migrations.VERSION + 1: _add_a_table}, migrations.VERSION + 1)
    assert _tables(store) == {*tables.metadata.tables, "added"}
    migrations.migrate(store.engine, {}, migrations.VERSION + 1)


def test_a_migration_is_all_or_nothing(store: Store) -> None:
    steps = {migrations.VERSION + 1: _add_a_table, migrations.VERSION + 2: _fail}
    with pytest.raises(RuntimeError):
        migrations.migrate(store.engine, steps, migrations.VERSION + 2)
    assert _tables(store) == set(tables.metadata.tables)
    with store.reading(None) as connection:
        assert connection.scalar(sa.select(sa.func.max(tables.schema_version.c.version))) == migrations.VERSION


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as connection:
        _fail(connection)
    assert "half_done" not in _tables(store)


def test_a_reader_sees_one_moment(store: Store) -> None:
    count = sa.select(sa.func.count()).select_from(tables.partitions)
    one = {"municipality": "c", "month": 202601, "version": 1, "rows": 0}
    with store.reading(None) as reader:
        assert reader.scalar(count) == 0
        with store.writing() as writer:
            writer.execute(tables.partitions.insert().values(one))
        assert reader.scalar(count) == 0
    with store.reading(None) as reader:
        assert reader.scalar(count) == 1


def test_sqlite_writes_ahead_and_waits(sqlite_store: Store) -> None:
    with sqlite_store.reading(None) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15_000


def test_a_locked_file_is_told(sqlite_store: Store, sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with sqlite_store.reading(None) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    with pytest.raises(StoreUnavailable, match="занято"), sqlite_store.writing():
        pass
    other.rollback()
    other.close()


AWKWARD = ["", "a,b", 'say "x"', "line\nbreak", "\\N", "\\.", "тема", " ", "'; drop", "%s", "\t", None]


def test_rows_come_back_as_they_were_written(store: Store) -> None:
    values = [(f"d{n}", text, text or "", 1) for n, text in enumerate(AWKWARD)]
    schema = pl.Schema({"key": pl.String(), "maybe": pl.String(), "text": pl.String(), "n": pl.Int64()})
    table = sa.Table(
        "awkward", sa.MetaData(), sa.Column("n", sa.Integer), *(sa.Column(c, sa.Text) for c in ("key", "maybe", "text"))
    )
    frame_ = pl.DataFrame(values, schema=schema, orient="row").with_row_index("at").with_columns(n="at").drop("at")
    with store.writing() as connection:
        table.create(connection)
        bulk.write(connection, table, frame_)
        chosen = sa.select(*(table.c[name] for name in schema)).where(table.c.key != "100%").order_by(table.c.n)
        assert bulk.read(connection, chosen, schema).rows() == frame_.rows()
        assert bulk.read(connection, chosen.where(table.c.n < 0), schema).schema == schema


def test_words_get_codes_in_the_order_of_the_rows_and_come_back(store: Store) -> None:
    rows = encoding.encode(frame([row("1", topic="б"), row("2", topic="а"), row("3"), row("4", topic="б")]))
    with store.writing() as connection:
        words = terms.extend(connection, "c", 1, rows)
        again = terms.extend(connection, "c", 2, rows)
        loaded = terms.load(connection, "c")
    codes = words["topic"].encode(rows["topic"])
    assert codes.to_list() == [0, 1, None, 0]
    assert words["topic"].decode(codes).to_list() == ["б", "а", None, "б"]
    assert words == again == loaded


def test_closed_vocabularies_know_every_word() -> None:
    words = terms.Words("kind", {0: "message"})
    decoded = words.decode(pl.Series("kind", [0, None]))
    assert decoded.dtype == pl.Enum(["appeal", "message", "official_request"])
    assert decoded.to_list() == ["message", None]


def test_a_gap_in_the_codes_does_no_harm() -> None:
    words = terms.Words("topic", {0: "а", 5: "б"})
    assert words.decode(pl.Series("topic", [5, 0, None])).to_list() == ["б", "а", None]
    assert words.encode(pl.Series("topic", ["б", None])).to_list() == [5, None]


def test_the_hash_of_a_row_never_changes() -> None:
    """A library that hashes differently would turn every row of every store into a correction."""
    plain = row("1", topic="Дороги", lat=47.75, satisfaction=5, is_repeat=True, received=40)
    assert encoding.fingerprints(frame([plain]))["row_hash"].to_list() == [GOLDEN]


def _record() -> bytes:
    """Lay out the row of the test above by hand, as the module's docstring says."""
    values = dict.fromkeys(encoding.HASHED, 0)
    words = {"kind": "appeal", "status": "in_work", "topic": "Дороги"}
    values |= {name: xxhash.xxh3_64_intdigest(word.encode()) for name, word in words.items()}
    received = int((datetime(2026, 2, 9, 10) - datetime(1970, 1, 1)).total_seconds())
    values |= {"lat": 0x4047E00000000000, "received_at": received, "marks": 1, "satisfaction": 5}
    filled = sum(1 << place for place, name in enumerate(encoding.HASHED) if values[name])
    return b"".join(value.to_bytes(8, "little") for value in (*values.values(), filled))


GOLDEN = 427_915_792_549_489_636
"""The hash of that row, once and for all."""


def test_the_hash_follows_its_description() -> None:
    digest = xxhash.xxh3_64_intdigest(_record())
    assert (digest - 2**64 if digest >= 2**63 else digest) == GOLDEN


CHANGES = [
    {"topic": "Дорога"},
    {"topic": None, "topic_group": "Дороги"},
    {"lat": 47.76},
    {"lat": None, "lon": 47.75},
    {"reworks": 0},
    {"satisfaction": None},
    {"is_repeat": False, "is_collective": True},
    {"answered": 41},
    {"status": "new"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_any_change_of_content_changes_the_hash(change: dict[str, object]) -> None:
    base = {"topic": "Дороги", "lat": 47.75, "satisfaction": 5, "is_repeat": True}
    hashes = encoding.fingerprints(frame([row("1", **base), row("1", **(base | change))]))["row_hash"]
    assert hashes.n_unique() == 2


def test_the_trail_is_no_content() -> None:
    rows = [row("1", source_row=2), row("1", source_row=9, changed_at=datetime(2026, 5, 5)), row("1", is_repeat=False)]
    assert encoding.fingerprints(frame(rows))["row_hash"].n_unique() == 1


@given(st.lists(st.tuples(st.sampled_from(["а", "б", None]), st.integers(0, 9) | st.none()), min_size=1, max_size=30))
def test_equal_rows_have_equal_hashes_and_others_do_not(pairs: list[tuple[str | None, int | None]]) -> None:
    hashes = encoding.fingerprints(frame([row("1", topic=topic, reworks=n) for topic, n in pairs]))["row_hash"]
    assert hashes.n_unique() == len(set(pairs))


@pytest.mark.parametrize(("month", "days"), [(202601, 31), (202602, 28), (202402, 29), (202612, 31), (196912, 31)])
def test_a_month_has_its_days(month: int, days: int) -> None:
    first, following = months.bounds(month)
    assert following - first == days * 86_400


def test_a_column_learned_later_joins_the_hash_only_where_it_has_a_value() -> None:
    plain = row("1", topic="Дороги", lat=47.75, satisfaction=5, is_repeat=True, received=40)
    begun = plain | {"execution_at": datetime(2026, 2, 10, 9)}
    moment = int((datetime(2026, 2, 10, 9) - datetime(1970, 1, 1)).total_seconds())
    later = b"".join(value.to_bytes(8, "little") for value in (0, moment, 0, 0b010))
    digest = xxhash.xxh3_64_intdigest(_record() + later)
    found = encoding.fingerprints(frame([begun, plain]))["row_hash"].to_list()
    assert found == [digest - 2**64 if digest >= 2**63 else digest, GOLDEN]
