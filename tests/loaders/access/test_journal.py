"""The journal grows at its end and nowhere else; whatever is changed, removed or moved breaks the chain there."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc

from loaders.access import journal
from loaders.access.viewer import Actor
from loaders.store import access_tables
from loaders.store.engine import Store, open_store
from tests.loaders.access.people import CITY, CONSOLE, OTHER, grant, person

ENTRIES = 7


def _fill(store: Store, entries: int = ENTRIES) -> None:
    for number in range(entries):
        who = Actor(f"login{number}", number, "s", "10.0.0.7")
        journal.record(store, who, journal.ROWS_VIEWED, municipality=CITY, detail={"filters": number}, rows=number)


def _rows(store: Store) -> list[dict[str, Any]]:
    with store.reading(None) as connection:
        found = connection.execute(sa.select(access_tables.journal).order_by(access_tables.journal.c.entry_no))
        return [dict(row) for row in found.mappings()]


def test_entries_are_numbered_and_each_holds_the_hash_before_it(store: Store) -> None:
    _fill(store, 3)
    first, second, third = _rows(store)
    assert [row["entry_no"] for row in (first, second, third)] == [1, 2, 3]
    assert first["previous_hash"] == journal.BEGINNING
    assert (second["previous_hash"], third["previous_hash"]) == (first["hash"], second["hash"])
    assert (second["login"], second["rows"], second["detail"]) == ("login1", 1, '{"filters": 1}')
    assert journal.head(store) == (3, third["hash"])
    assert journal.verify(store) is None


def test_a_file_is_found_by_its_number_in_its_own_city_alone(store: Store) -> None:
    _fill(store, 2)
    for number, city in (("123-456-789", CITY), ("123-456-780", CITY), ("123-456-789", OTHER)):
        detail = {"name": f"{city} {number}.pdf", "file": number, "recipe": '{"file": "000-000-000"}'}
        journal.record(store, CONSOLE, journal.EXPORTED, municipality=city, detail=detail, rows=1)
    found = journal.exported(store, CITY, "123-456-789")
    assert found is not None
    assert found["name"] == f"{CITY} 123-456-789.pdf"
    assert found["at_utc"] > 0
    for number in ("000-000-000", "456", "%", "", "123_456-789"):
        assert journal.exported(store, CITY, number) is None


def test_an_empty_journal_is_whole(store: Store) -> None:
    assert journal.verify(store) is None
    assert journal.head(store) == (0, journal.BEGINNING)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET login = 'другой' WHERE entry_no = 2",
        "UPDATE journal SET hash = hash",
        "DELETE FROM journal WHERE entry_no = 3",
        "DELETE FROM journal",
    ],
)
def test_the_store_refuses_every_change(store: Store, statement: str) -> None:
    _fill(store)
    before = _rows(store)
    with pytest.raises(exc.DBAPIError, match="append-only"), store.writing() as connection:
        connection.exec_driver_sql(statement)
    assert _rows(store) == before


def test_postgresql_refuses_to_empty_the_journal(postgresql_url: str) -> None:
    with open_store(postgresql_url) as store:
        _fill(store)
        with pytest.raises(exc.DBAPIError, match="append-only"), store.writing() as connection:
            connection.exec_driver_sql("TRUNCATE journal")
        assert len(_rows(store)) == ENTRIES


@pytest.mark.parametrize("number", [1, ENTRIES, ENTRIES + 2, 0])
def test_sqlite_takes_no_entry_in_place_of_another_nor_after_a_gap(sqlite_store: Store, number: int) -> None:
    _fill(sqlite_store)
    entry = _rows(sqlite_store)[0] | {"entry_no": number}
    insert = sa.insert(access_tables.journal).prefix_with("OR REPLACE").values(**entry)
    with pytest.raises(exc.IntegrityError, match="append-only"), sqlite_store.writing() as connection:
        connection.execute(insert)
    assert len(_rows(sqlite_store)) == ENTRIES


def test_the_role_of_the_application_may_only_add(application_url: str) -> None:
    with open_store(application_url) as store:
        _fill(store)
        for statement in ("UPDATE journal SET rows = 0", "DELETE FROM journal", "TRUNCATE journal"):
            with pytest.raises(exc.DBAPIError, match="permission denied"), store.writing() as connection:
                connection.exec_driver_sql(statement)
        assert journal.verify(store) is None


def test_an_entry_goes_when_what_it_tells_of_is_rolled_back(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            assert journal.write(connection, CONSOLE, journal.UNDONE) == 2
            raise KeyError

    _fill(store, 1)
    with pytest.raises(KeyError):
        fail()
    assert len(_rows(store)) == 1
    assert journal.record(store, CONSOLE, journal.UNDONE) == 2


def test_entries_written_at_the_same_moment_follow_each_other(store: Store, store_url: str) -> None:
    def work() -> None:
        with open_store(store_url) as other:
            _fill(other, 10)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row["entry_no"] for row in _rows(store)] == list(range(1, 61))
    assert journal.verify(store) is None


def _unguarded(store: Store) -> None:
    """Take the triggers off, as only the owner of the store can."""
    with store.writing() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER ALL")
            return
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


TAMPER: dict[str, tuple[str, int]] = {
    "changed": ("UPDATE journal SET login = 'x' WHERE entry_no = 4", 4),
    "removed": ("DELETE FROM journal WHERE entry_no = 4", 4),
    "hash made anew": ("UPDATE journal SET hash = previous_hash WHERE entry_no = 4", 4),
    "address taken away": ("UPDATE journal SET address = '' WHERE entry_no = 7", 7),
    "first removed": ("DELETE FROM journal WHERE entry_no = 1", 1),
}


@pytest.mark.parametrize(("statement", "broken"), TAMPER.values(), ids=list(TAMPER))
def test_what_the_owner_of_the_store_does_breaks_the_chain_there(store: Store, statement: str, broken: int) -> None:
    _fill(store)
    _unguarded(store)
    with store.writing() as connection:
        connection.exec_driver_sql(statement)
    assert journal.verify(store) == broken


def test_an_end_cut_off_is_seen_with_a_noted_entry(store: Store) -> None:
    _fill(store)
    noted = journal.head(store)
    assert journal.verify(store, noted) is None
    _unguarded(store)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM journal WHERE entry_no > 5")
    assert journal.verify(store) is None  # what is left is a whole chain
    assert journal.verify(store, noted) == 6


def test_a_chain_written_anew_is_seen_with_a_noted_entry(store: Store) -> None:
    _fill(store)
    assert journal.verify(store, (4, "0" * 64)) == 4


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Write a journal and read its rows back."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('journal')}/journal.sqlite") as store:
        _fill(store)
        return _rows(store)


COLUMNS = [column.name for column in access_tables.journal.columns]
VALUES = st.one_of(st.integers(0, 10), st.text("абв012x", max_size=12), st.none(), st.sampled_from(["0" * 64, CITY]))


@given(number=st.integers(1, ENTRIES), column=st.sampled_from(COLUMNS), value=VALUES)
def test_any_value_changed_breaks_the_chain_there(
    chain: list[dict[str, Any]], number: int, column: str, value: Any
) -> None:
    changed = [row | {column: value} if row["entry_no"] == number else row for row in chain]
    assert journal.first_broken(changed) == (None if changed == chain else number)


@given(numbers=st.sets(st.integers(1, ENTRIES), min_size=1))
def test_any_entries_removed_break_the_chain_at_the_first_gap(chain: list[dict[str, Any]], numbers: set[int]) -> None:
    left = [row for row in chain if row["entry_no"] not in numbers]
    is_end = numbers == set(range(min(numbers), ENTRIES + 1))
    assert journal.first_broken(left) == (None if is_end else min(numbers))
    assert journal.first_broken(left, (ENTRIES, chain[-1]["hash"])) == min(numbers)


@given(order=st.permutations(range(1, ENTRIES + 1)))
def test_any_new_order_breaks_the_chain_at_the_first_entry_that_moved(
    chain: list[dict[str, Any]], order: list[int]
) -> None:
    moved = [chain[number - 1] | {"entry_no": place} for place, number in enumerate(order, start=1)]
    first = next((place for place, number in enumerate(order, start=1) if place != number), None)
    assert journal.first_broken(moved) == first


@given(number=st.integers(1, ENTRIES), login=st.text(max_size=5))
def test_an_entry_sealed_anew_breaks_the_chain_after_it(chain: list[dict[str, Any]], number: int, login: str) -> None:
    forged = dict(chain[number - 1], login=login + "!")
    forged["hash"] = journal.seal(forged)
    changed = [*chain[: number - 1], forged, *chain[number:]]
    assert journal.first_broken(changed) == (None if number == ENTRIES else number + 1)
    assert journal.first_broken(changed, (ENTRIES, chain[-1]["hash"])) == min(number + 1, ENTRIES)


def test_a_page_shows_the_newest_first_and_counts_all(store: Store) -> None:
    _fill(store)
    found, total = journal.page(store, offset=2, limit=3)
    assert (found["entry_no"].to_list(), total) == ([5, 4, 3], 7)
    assert found.schema == journal.PAGE
    assert journal.page(store, login="GIN6")[0]["entry_no"].to_list() == [7]
    assert journal.page(store, login="_")[1] == 0  # a sign of LIKE is a plain sign here
    assert journal.page(store, action=journal.SIGN_IN)[1] == 0
    assert journal.page(store, login="нет\0такого")[1] == 0


def test_a_page_is_bounded_by_moments(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in (0, 1, 2):
        at = datetime(2026, 11, 22, 10, minute, tzinfo=UTC)
        monkeypatch.setattr(journal.time, "time_ns", lambda at=at: int(at.timestamp()) * 10**9)
        _fill(store, 1)
    since, until = datetime(2026, 11, 22, 10, 1, tzinfo=UTC), datetime(2026, 11, 22, 10, 2, tzinfo=UTC)
    assert journal.page(store, since=since)[0]["entry_no"].to_list() == [3, 2]
    found, total = journal.page(store, since=since, until=until)
    assert (found["entry_no"].to_list(), total) == ([2], 1)
    assert found["at_utc"].to_list() == [datetime(2026, 11, 22, 10, 1)]


def test_a_city_sees_its_own_entries_and_those_of_its_people(store: Store) -> None:
    ours = person(store, "ours", grant())
    theirs = person(store, "theirs", grant(municipality=OTHER))
    _, before = journal.page(store, municipality=CITY)
    journal.record(store, Actor("ours", ours), journal.SIGN_IN)
    journal.record(store, Actor("theirs", theirs), journal.SIGN_IN)
    journal.record(store, Actor("theirs", theirs), journal.ROWS_VIEWED, municipality=OTHER, rows=3)
    journal.record(store, Actor("theirs", theirs), journal.REFUSED, municipality=CITY)
    journal.record(store, Actor("неизвестная учётная запись"), journal.SIGN_IN_FAILED)
    found, total = journal.page(store, municipality=CITY, limit=100)
    assert total == before + 3
    assert found.head(3)["action"].to_list() == [journal.SIGN_IN_FAILED, journal.REFUSED, journal.SIGN_IN]
    assert found.head(3)["login"].to_list() == ["неизвестная учётная запись", "theirs", "ours"]


def test_details_are_named_beforehand_and_stay_on_one_printable_line(store: Store) -> None:
    with pytest.raises(AssertionError, match="no words"):
        journal.record(store, CONSOLE, journal.REFUSED, detail={"applicant": "Иванов"})
    with pytest.raises(AssertionError, match="no words"):
        journal.record(store, CONSOLE, "looked")
    journal.record(store, Actor("a\nb\x1b[31m\u202e", address="x" * 99), journal.REFUSED, detail={"path": "/\r\n" * 99})
    entry = _rows(store)[0]
    assert entry["login"] == "a\ufffdb\ufffd[31m\ufffd"
    assert (len(entry["address"]), len(json.loads(entry["detail"])["path"])) == (64, 200)
    assert entry["detail"].isprintable()
    assert journal.verify(store) is None


def test_details_are_told_in_russian() -> None:
    detail = json.dumps({"valid_until": "2026-12-01T21:00+00:00", "account": "ivan", "is_active": False, "sessions": 2})
    said = "учётная запись: ivan, действует до: 01.12.2026 21:00 UTC, включена: нет, сеансов: 2"
    assert journal.told(detail) == said
    assert journal.told("{}") == ""
