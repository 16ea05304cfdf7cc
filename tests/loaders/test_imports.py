"""Imports are all or nothing, repeatable, correct what they should, and can be taken back without a trace."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from loaders import imports
from loaders.errors import Cancelled, InputRefused, StoreUnavailable
from loaders.scope import Scope
from loaders.store import bulk, exclusive, tables
from loaders.store.engine import Store, open_store
from tests.loaders.made import CITY, KEY, day, dump, intake, row

SCOPE = Scope.whole_city(KEY)


def _load(store: Store, *rows: dict[str, Any]) -> imports.ImportResult:
    return imports.load(store, intake(rows), "generic", CITY)


def _counts(result: imports.ImportResult) -> tuple[int, int, int]:
    return result.new, result.corrected, result.duplicate


def _topics(store: Store) -> dict[str, str | None]:
    """Read the current topic of every case."""
    words, rows = tables.terms.c, tables.appeals.c
    join = sa.and_(words.municipality == KEY, words.dimension == "topic", words.code == rows.topic)
    with store.reading(SCOPE) as connection:
        found = connection.execute(
            sa.select(rows.source_id, words.value).select_from(sa.outerjoin(tables.appeals, tables.terms, join))
        )
        return {each.source_id: each.value for each in found}


def test_a_first_import_keeps_every_row(store: Store) -> None:
    result = _load(store, row("1", topic="Дороги", received=1), row("2", received=40))
    assert _counts(result) == (2, 0, 0)
    assert (result.batch, result.rows_in, result.rejected, result.files) == (1, 2, 0, ("a.csv",))
    assert _topics(store) == {"1": "Дороги", "2": None}
    assert [found[1:] for found in dump(store, "partitions")["partitions"]] == [(202601, 1, 1), (202602, 1, 1)]


def test_everything_of_a_row_is_kept(store: Store) -> None:
    full = row(
        "1",
        topic="Дороги",
        lat=47.75,
        lon=39.93,
        received=1,
        due=31,
        answered=12,
        is_repeat=True,
        on_control=True,
        reworks=2,
        satisfaction=4,
        changed_at=day(13),
    )
    _load(store, full)
    with store.reading(SCOPE) as connection:
        kept = connection.execute(sa.select(tables.appeals)).one()._asdict()
    seconds = {
        name: int((day(n) - day(1)).total_seconds()) + 1_767_261_600
        for name, n in (("received_at", 1), ("due_at", 31), ("answered_at", 12), ("changed_at", 13))
    }
    expected = seconds | {
        "lat": 47.75,
        "lon": 39.93,
        "marks": 0b1001,
        "reworks": 2,
        "satisfaction": 4,
        "batch_id": 1,
        "source_row": 2,
    }
    assert {name: kept[name] for name in expected} == expected
    assert kept["territory"] is None


def test_the_same_again_gives_only_duplicates(store: Store) -> None:
    rows = [row("1", topic="а"), row("1", topic="б"), row("1", topic="а"), row("2"), row("2", question_no=2)]
    assert _counts(_load(store, *rows)) == (3, 1, 1)
    before = dump(store)
    assert _counts(_load(store, *rows)) == (0, 0, 5)
    assert dump(store) == before
    assert [found[1:] for found in dump(store, "partitions")["partitions"]] == [(202601, 1, 3)]


def test_a_correction_replaces_the_row_and_keeps_the_old_one(store: Store) -> None:
    _load(store, row("1", topic="а", received=1))
    assert _counts(_load(store, row("1", topic="б", received=40))) == (0, 1, 0)
    assert _topics(store) == {"1": "б"}
    with store.reading(SCOPE) as connection:
        old = connection.execute(sa.select(tables.history)).one()
    assert (old.source_id, old.batch_id, old.superseded_by, old.version_no) == ("1", 1, 2, 1)
    assert [found[1:] for found in dump(store, "partitions")["partitions"]] == [(202601, 2, 0), (202602, 1, 1)]


def test_a_difference_in_the_trail_is_no_correction(store: Store) -> None:
    _load(store, row("1", source_row=5, changed_at=day(2)))
    assert _counts(_load(store, row("1", source_row=9, changed_at=day(3)))) == (0, 0, 1)


def test_the_last_row_of_a_file_is_the_final_one(store: Store) -> None:
    assert _counts(_load(store, row("1", topic="а"), row("2"), row("1", topic="б"), row("1", topic="в"))) == (2, 2, 0)
    assert _topics(store) == {"1": "в", "2": None}
    with store.reading(SCOPE) as connection:
        past = connection.execute(sa.select(tables.history).order_by(tables.history.c.version_no)).all()
    assert [(old.superseded_by, old.version_no, old.batch_id) for old in past] == [(1, 1, 1), (1, 2, 1)]


def test_exact_copies_in_a_file_count_once_and_leave_no_past(store: Store) -> None:
    assert _counts(_load(store, row("1", topic="а"), row("1", topic="а"), row("1", topic="а"))) == (1, 0, 2)
    assert dump(store, "history") == {"history": []}


def test_the_displaced_row_stands_before_the_past_of_the_file(store: Store) -> None:
    _load(store, row("1", topic="а"))
    assert _counts(_load(store, row("1", topic="б"), row("1", topic="в"))) == (0, 2, 0)
    with store.reading(SCOPE) as connection:
        past = connection.execute(sa.select(tables.history).order_by(tables.history.c.version_no)).all()
    assert [(old.batch_id, old.version_no) for old in past] == [(1, 1), (2, 2)]


def test_an_older_version_by_the_clock_of_the_source_is_a_duplicate(store: Store) -> None:
    _load(store, row("1", topic="новая", changed_at=day(9)))
    assert _counts(_load(store, row("1", topic="старая", changed_at=day(3)))) == (0, 0, 1)
    assert _topics(store) == {"1": "новая"}
    assert _counts(_load(store, row("1", topic="без часов"))) == (0, 1, 0)


def test_rows_of_another_system_are_other_rows(store: Store) -> None:
    assert _counts(_load(store, row("1"), row("1", source_system="pos"), row("1", question_no=2))) == (3, 0, 0)


def test_cities_do_not_meet(store: Store) -> None:
    other = replace(CITY, key="other")
    _load(store, row("1", topic="а"))
    result = imports.load(store, intake([row("1", topic="б", municipality="other")]), "generic", other)
    assert (_counts(result), result.batch) == ((1, 0, 0), 2)  # a number names one import of the whole store
    imports.undo(store, "other", 2, by=None)
    assert _topics(store) == {"1": "а"}


def test_rejected_rows_and_findings_are_kept_and_counted(store: Store) -> None:
    given = intake([row("1", due=20)], rejected=2, findings=[("unmapped_topic", "Дороги", 1)])
    result = imports.load(store, given, "generic", CITY)
    assert (result.rows_in, result.rejected, result.findings) == (3, 2, 1)
    refused = imports.rejected(store, SCOPE, 1)
    assert refused.select("file", "source_row", "column", "code", "value", "expected").row(0) == (
        *("a.csv", 100, "received_at", "date", "x", "дата"),
    )
    assert imports.findings(store, SCOPE).rows() == [(1, "unmapped_topic", "Дороги", 1)]


def test_late_rows_are_those_long_behind_what_the_source_had_told(store: Store) -> None:
    assert _load(store, row("1", received=1), row("2", received=200)).late == 0
    assert _load(store, row("3", received=20), row("4", received=199), row("1", received=2)).late == 1


def test_the_list_of_batches_says_what_was_loaded(store: Store) -> None:
    _load(store, row("1", received=1, answered=5))
    _load(store, row("1", received=1, answered=6))
    imports.undo(store, KEY, 2, by=None)
    found = imports.batches(store, SCOPE).select("batch_id", "state", "new", "corrected", "files", "newest_event_at")
    assert found.rows() == [(2, "undone", 0, 1, ["a.csv"], day(6)), (1, "loaded", 1, 0, ["a.csv"], day(5))]
    assert imports.batches(store, Scope.whole_city("nowhere")).height == 0


def test_a_wrong_sum_keeps_nothing(store: Store) -> None:
    wrong = replace(intake([row("1")]), rows_in=2)
    with pytest.raises(AssertionError, match="account"):
        imports.load(store, wrong, "generic", CITY)
    assert imports.batches(store, SCOPE).is_empty()


def test_rows_of_another_city_are_refused(store: Store) -> None:
    with pytest.raises(AssertionError, match="own city"):
        imports.load(store, intake([row("1", municipality="other")]), "generic", CITY)


def test_an_import_of_nothing_leaves_its_marker(store: Store) -> None:
    assert _counts(imports.load(store, intake([], rejected=1), "generic", CITY)) == (0, 0, 0)
    assert imports.batches(store, SCOPE)["rejected"].to_list() == [1]


# Undo.


def test_undo_leaves_the_store_as_before(store: Store) -> None:
    _load(store, row("1", topic="а"), row("2", topic="б"))
    before = dump(store)
    _load(store, row("1", topic="в"), row("1", topic="г"), row("3", topic="д", received=70), row("2", topic="б"))
    result = imports.undo(store, KEY, 2, by=None)
    assert (result.removed, result.restored) == (2, 1)
    assert dump(store) == before
    assert [found[1:] for found in dump(store, "partitions")["partitions"]] == [(202601, 3, 2), (202603, 2, 0)]


def test_undo_is_refused_when_a_later_batch_stands_on_it(store: Store) -> None:
    _load(store, row("1", topic="а"))
    _load(store, row("1", topic="б"))
    before = dump(store)
    with pytest.raises(InputRefused, match="загрузкой № 2") as refused:
        imports.undo(store, KEY, 1, by=None)
    assert refused.value.code == "later_batch"
    assert dump(store) == before
    imports.undo(store, KEY, 2, by=None)
    imports.undo(store, KEY, 1, by=None)
    assert all(not rows for rows in dump(store).values())


def test_undo_is_refused_when_a_later_batch_added_to_the_past(store: Store) -> None:
    _load(store, row("1", topic="а"))
    _load(store, row("1", topic="б"), row("1", topic="а"))
    with pytest.raises(InputRefused, match="загрузкой № 2"):
        imports.undo(store, KEY, 1, by=None)


def test_words_still_in_use_outlive_the_batch_that_brought_them(store: Store) -> None:
    _load(store, row("1", topic="а"), row("2", topic="б"))
    _load(store, row("3", topic="а"))
    imports.undo(store, KEY, 1, by=None)
    assert _topics(store) == {"3": "а"}
    assert [(word[3], word[4]) for word in dump(store)["terms"] if word[1] == "topic"] == [("а", 2)]
    imports.undo(store, KEY, 2, by=None)
    assert dump(store)["terms"] == []


@pytest.mark.parametrize(("batch", "code"), [(7, "no_such_batch"), (1, "already_undone")])
def test_what_is_not_there_cannot_be_undone(store: Store, batch: int, code: str) -> None:
    _load(store, row("1"))
    imports.undo(store, KEY, 1, by=None)
    with pytest.raises(InputRefused) as refused:
        imports.undo(store, KEY, batch, by=None)
    assert refused.value.code == code


def test_numbers_of_batches_are_never_given_twice(store: Store) -> None:
    _load(store, row("1"))
    imports.undo(store, KEY, 1, by=None)
    assert _load(store, row("1")).batch == 2


# Faults: the store is as before or as after, never between.


def _prepare(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    _load(store, row("1", topic="а"), row("2", topic="б"))
    return _state(store)


def _state(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return dump(store, *(name for name in tables.metadata.tables if name != "schema_version"))


def _work(store: Store, progress: Callable[[str, float], None] = lambda _step, _share: None) -> None:
    rows = [row("1", topic="в"), row("1", topic="г"), row("3", topic="д", received=70), row("2", topic="б")]
    given = intake(rows, rejected=1, findings=[("unmapped_topic", "д", 1)])
    imports.load(store, given, "generic", CITY, progress)


class FaultError(Exception):
    """Stand for a failure nobody expected."""


@pytest.mark.parametrize("action", [_work, lambda store: imports.undo(store, KEY, 1, by=None)], ids=["import", "undo"])
def test_whichever_call_to_the_store_fails_nothing_is_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch, action: Callable[[Store], None]
) -> None:
    before = _prepare(store)
    left = [0]

    def count(*_arguments: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise FaultError

    plain = bulk.write

    def write(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame) -> None:
        plain(connection, table, frame)
        count()

    monkeypatch.setattr(bulk, "write", write)
    sa.event.listen(store.engine, "before_cursor_execute", count)
    sa.event.listen(store.engine, "commit", count)
    for call in range(1, 200):
        left[0] = call
        try:
            action(store)
        except FaultError:
            left[0] = 0
            assert _state(store) == before
        else:
            break
    assert call > 10
    left[0] = 0
    assert _state(store) != before


def test_a_cancelled_import_changes_nothing(store: Store) -> None:
    before = _prepare(store)

    def cancel(_step: str, share: float) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        _work(store, cancel)
    assert _state(store) == before
    _work(store)


CHILD = """
import sys, time
from loaders.store.engine import open_store
from tests.loaders.test_imports import _work

def wait(step, share):
    print(round(share, 2), flush=True)
    if share >= float(sys.argv[2]):
        time.sleep(60)

_work(open_store(sys.argv[1]), wait)
print("done", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("instant", ["0", "0.2", "0.9", "0.99", "9"])
def test_a_killed_import_leaves_the_old_state_or_the_new_one(store: Store, store_url: str, instant: str) -> None:
    before = _prepare(store)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", CHILD, store_url, instant]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(root)}
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line == "done\n" or float(line) >= float(instant):
                break
        child.send_signal(signal.SIGKILL)
    assert (_state(store) == before) is (float(instant) <= 1)
    assert _load(store, row("9")).new == 1


def test_two_imports_at_once_follow_each_other(store: Store, store_url: str) -> None:
    """Both load the same rows; whichever comes second finds only duplicates and was told to wait."""
    told: list[str] = []
    results: list[imports.ImportResult] = []
    started = threading.Event()

    def slow(_step: str, share: float) -> None:
        if share == 0.2:
            started.set()
            time.sleep(0.6)

    def second() -> None:
        other = open_store(store_url)
        started.wait(10)
        results.append(imports.load(other, intake([row("1")]), "generic", CITY, lambda step, _: told.append(step)))
        other.close()

    thread = threading.Thread(target=second)
    thread.start()
    first = imports.load(store, intake([row("1")]), "generic", CITY, slow)
    thread.join(20)
    assert _counts(first) == (1, 0, 0)
    assert [_counts(result) for result in results] == [(0, 0, 1)]
    assert any("другая загрузка" in step for step in told)


def test_an_import_that_waits_too_long_is_refused(store: Store, store_url: str) -> None:
    other = open_store(store_url)
    with exclusive.exclusive(other, KEY, lambda: None), pytest.raises(InputRefused, match="ещё идёт"):  # noqa: SIM117
        with exclusive.exclusive(store, KEY, lambda: None, wait_seconds=0.1):
            pass
    other.close()


def test_on_postgresql_other_cities_need_not_wait(postgresql_url: str) -> None:
    one, two = open_store(postgresql_url), open_store(postgresql_url)
    with exclusive.exclusive(one, "a", lambda: None), exclusive.exclusive(two, "b", lambda: None, wait_seconds=0.0):
        pass
    for store in (one, two):
        store.close()


def test_readers_go_on_while_an_import_writes(store: Store) -> None:
    seen: list[int] = []

    def look(_step: str, _share: float) -> None:
        with store.reading(SCOPE) as connection:
            seen.append(connection.scalar(sa.select(sa.func.count()).select_from(tables.appeals)) or 0)

    _prepare(store)
    _work(store, look)
    assert seen == [2] * len(seen)
    look("", 1.0)
    assert seen[-1] == 3


def test_a_store_that_fails_says_so_and_recovers(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    _load(store, row("1"))

    def cut(_step: str, share: float) -> None:
        if share == 0.2:
            with store.engine.connect() as connection:
                others = "pid <> pg_backend_pid() AND datname = current_database()"
                connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608 - no input

    with pytest.raises(StoreUnavailable, match="недоступно"):
        _work(store, cut)
    assert _topics(store) == {"1": None}
    _work(store)
    store.close()
