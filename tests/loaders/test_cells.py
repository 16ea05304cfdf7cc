"""Cells are what a naive count over all rows gives, whatever was asked and whatever is cached."""

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import schema
from loaders import cells, imports
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import cache, calendar, packing
from loaders.store.engine import Store
from tests.loaders.made import CITY, KEY, day, intake, row

ALL = Scope.whole_city(KEY)
ROADS = Scope.of_blocks(KEY, frozenset({"roads"}))

ROWS = [
    row("1", received=1, due=31, answered=12, topic_block="roads", topic="Ямы", department="Д", satisfaction=5),
    row("2", received=1, due=31, answered=12, topic_block="roads", topic="Ямы", department="Д", satisfaction=5),
    row("3", received=3, due=20, topic_block="heat", status="new", is_repeat=True),
    row("4", received=35, due=40, answered=41, status="answered", extended_until=day(50), topic_block="roads"),
    row("5", received=62, answered=62, status="withdrawn", postponed_until=day(80)),
]


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    imports.load(store, intake(ROWS), "generic", CITY)
    yield store
    cells._CACHE.clear()


def _on(number: int) -> date:
    return day(number).date()


def test_the_default_cells(filled: Store) -> None:
    found = cells.load(filled, ALL)
    assert found.columns == list(schema.CELL)
    kept = found.select("received_on", "due_on", "answered_on", "topic_block", "topic", "status", "is_late", "appeals")
    assert sorted(kept.rows(), key=str) == [
        (_on(1), _on(31), _on(12), "roads", "Ямы", "in_work", False, 2),
        (_on(3), _on(20), None, "heat", None, "new", None, 1),
        (_on(35), _on(50), _on(41), "roads", None, "answered", False, 1),
        (_on(62), _on(80), _on(62), None, None, "withdrawn", False, 1),
    ]
    flags = found.sort("received_on").select("is_repeat", "is_postponed", "is_extended").rows()
    assert flags == [(False, False, False), (True, False, False), (False, False, True), (False, True, False)]


def test_types_are_those_of_the_contract(filled: Store) -> None:
    for name, dtype in cells.load(filled, ALL).schema.items():
        assert dtype == schema.CELL[name] or (isinstance(dtype, pl.Enum) and schema.CELL[name] == pl.String)


def test_late_is_decided_to_the_second(store: Store) -> None:
    due = day(10, hour=12)
    rows = [row(str(n), due_at=due, answered_at=due + timedelta(seconds=n)) for n in (0, 1)]
    imports.load(store, intake([*rows, row("x", due_at=due), row("y", answered_at=due)]), "generic", CITY)
    found = cells.load(store, ALL, dimensions=["is_late"])
    assert sorted(found.rows(), key=str) == [(False, 1), (None, 2), (True, 1)]


def test_the_effective_due_day_is_postponed_then_extended_then_the_own_one(store: Store) -> None:
    due = {"due_at": day(10), "extended_until": day(20), "postponed_until": day(5)}
    rows = [row(str(n), **dict(itertools.islice(due.items(), n))) for n in range(4)]
    imports.load(store, intake(rows), "generic", CITY)
    found = cells.load(store, ALL, dimensions=["due_on"])
    assert sorted(found["due_on"].to_list(), key=str) == sorted([None, _on(10), _on(20), _on(5)], key=str)


def test_a_start_leaves_out_what_no_longer_matters(filled: Store) -> None:
    """Of January stay the open case and those due on 31 January only if the month begins by then."""
    found = cells.load(filled, ALL, start=_on(35), dimensions=["received_on"])
    assert sorted(found.rows()) == [(_on(1), 2), (_on(3), 1), (_on(35), 1), (_on(62), 1)]
    found = cells.load(filled, ALL, start=_on(70), dimensions=["received_on"])
    assert sorted(found.rows()) == [(_on(1), 2), (_on(3), 1), (_on(62), 1)]


def test_an_open_status_is_carried_whatever_its_dates_say(store: Store) -> None:
    rows = [
        row("1", received=1, due=5, answered=4, status="returned_for_rework"),
        row("2", received=1, due=5, answered=4, status="answered"),
    ]
    imports.load(store, intake(rows), "generic", CITY)
    found = cells.load(store, ALL, start=_on(60), dimensions=["status"])
    assert found.rows() == [("returned_for_rework", 1)]


@pytest.mark.parametrize(
    ("grain", "expected"), [("week", date(2026, 1, 26)), ("month", date(2026, 2, 1)), ("day", date(2026, 2, 1))]
)
def test_the_grain_cuts_days(store: Store, grain: calendar.Grain, expected: date) -> None:
    imports.load(store, intake([row("1", received_at=datetime(2026, 2, 1, 23, 59, 59))]), "generic", CITY)
    assert cells.load(store, ALL, dimensions=["received_on"], grain=grain).rows() == [(expected, 1)]


def test_a_coarser_grain_folds_rows(filled: Store) -> None:
    found = cells.load(filled, ALL, dimensions=["received_on"], grain="month")
    assert sorted(found.rows()) == [(date(2026, 1, 1), 3), (date(2026, 2, 1), 1), (date(2026, 3, 1), 1)]


def test_a_scope_of_blocks_sees_its_blocks_only(filled: Store) -> None:
    assert cells.load(filled, ROADS)["appeals"].sum() == 3
    assert cells.load(filled, ROADS, dimensions=["topic_block"]).rows() == [("roads", 2), ("roads", 1)]
    assert cells.load(filled, Scope.of_blocks(KEY, frozenset({"ROADS", "roads ", "unknown"}))).is_empty()


def test_an_empty_scope_sees_an_empty_frame_of_the_right_form(filled: Store) -> None:
    nothing = cells.load(filled, Scope.of_blocks(KEY, frozenset()))
    assert nothing.is_empty()
    everything = cells.load(filled, ALL).schema
    assert {n: t.base_type() for n, t in nothing.schema.items()} == {n: t.base_type() for n, t in everything.items()}
    assert nothing.schema["topic_block"] == pl.Enum([])  # not even the words of others
    assert cells.load(filled, Scope.whole_city("nowhere")).columns == list(schema.CELL)


def test_every_declared_dimension_can_be_asked_for(filled: Store) -> None:
    found = cells.load(filled, ALL, dimensions=cells.DIMENSIONS)
    assert found.columns == [*cells.DIMENSIONS, "appeals"]
    assert found["appeals"].sum() == len(ROWS)
    assert found["source_system"].unique().to_list() == ["generic"]


def test_no_dimension_counts_everything(filled: Store) -> None:
    assert cells.load(filled, ALL, dimensions=[])["appeals"].sum() == len(ROWS)


def test_an_undeclared_dimension_is_refused(filled: Store) -> None:
    with pytest.raises(InputRefused, match="«source_id»"):
        cells.load(filled, ALL, dimensions=["source_id"])


def test_a_second_read_is_the_same_frame_and_costs_no_statement(filled: Store) -> None:
    version = cells.data_version(filled, ALL)
    first = cells.load(filled, ALL, version=version)
    statements: list[str] = []
    sa.event.listen(filled.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert cells.load(filled, ALL, version=version) is first
    assert statements == []


def test_a_correction_costs_the_months_it_touched(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    cells.load(filled, ALL)
    read: list[int] = []
    plain = cells._Reader.month

    def month(reader: cells._Reader, number: int) -> pl.DataFrame:
        read.append(number)
        return plain(reader, number)

    monkeypatch.setattr(cells._Reader, "month", month)
    imports.load(filled, intake([replace_row("4", topic="Новая тема")]), "generic", CITY)
    found = cells.load(filled, ALL)
    assert read == [202602]
    assert found.filter(pl.col("topic") == "Новая тема")["appeals"].to_list() == [1]


def replace_row(source_id: str, **values: Any) -> dict[str, Any]:
    """Change values of one of ROWS."""
    return next(found for found in ROWS if found["source_id"] == source_id) | values


def test_an_old_version_is_refused_rather_than_mixed_with_a_new_one(filled: Store) -> None:
    old = cells.data_version(filled, ALL)
    imports.load(filled, intake([row("9")]), "generic", CITY)
    with pytest.raises(cells.DataChanged, match="обновились"):
        cells.load(filled, ALL, version=old)
    assert cells.load(filled, ALL)["appeals"].sum() == len(ROWS) + 1


def test_every_import_and_undo_makes_a_new_version(filled: Store) -> None:
    seen = [cells.data_version(filled, ALL)]
    imports.load(filled, intake(ROWS), "generic", CITY)
    seen.append(cells.data_version(filled, ALL))
    imports.undo(filled, KEY, 2, by=None)
    seen.append(cells.data_version(filled, ALL))
    assert len(set(seen)) == len(seen)


# What must always hold.

_DAYS = st.integers(-800, 800)
_CASES = st.fixed_dictionaries(
    {
        "received": _DAYS,
        "due": st.none() | _DAYS,
        "answered": st.none() | _DAYS,
        "topic_block": st.sampled_from(["roads", "heat", None]),
        "topic": st.sampled_from(["а", "б", None]),
        "status": st.sampled_from(["new", "answered", "postponed"]),
        "is_repeat": st.booleans(),
        "satisfaction": st.sampled_from([None, 1, 5]),
    }
)


def _case(number: int, given_: dict[str, Any]) -> dict[str, Any]:
    return row(str(number), **{name: value for name, value in given_.items() if value is not None})


def _naive(rows: list[dict[str, Any]], names: list[str]) -> Counter[tuple[Any, ...]]:
    """Count rows one by one, as a person would."""
    found: Counter[tuple[Any, ...]] = Counter()
    for each in rows:
        due, answered = each.get("due_at"), each.get("answered_at")
        known = {
            "received_on": each["received_at"].date(),
            "due_on": due.date() if due else None,
            "answered_on": answered.date() if answered else None,
            "is_late": answered > due if answered and due else None,
        }
        found[tuple(known[name] if name in known else each.get(name) for name in names)] += 1
    return found


@settings(max_examples=25, deadline=None)
@given(
    cases=st.lists(_CASES, max_size=25),
    names=st.lists(
        st.sampled_from(
            [
                "received_on",
                "due_on",
                "answered_on",
                "is_late",
                "topic",
                "status",
                "is_repeat",
                "satisfaction",
                "topic_block",
            ]
        ),
        unique=True,
    ),
    blocks=st.sampled_from([None, frozenset({"roads"}), frozenset({"roads", "heat"}), frozenset()]),
)
def test_cells_are_what_a_naive_count_gives(
    tmp_path_factory: pytest.TempPathFactory,
    cases: list[dict[str, Any]],
    names: list[str],
    blocks: frozenset[str] | None,
) -> None:
    from loaders.store.engine import open_store

    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('cells')}/s.sqlite")
    rows = [_case(number, each) for number, each in enumerate(cases)]
    imports.load(store, intake(rows), "generic", CITY)
    found = cells.load(store, Scope(KEY, blocks, sees_rows=True, may_export=True), dimensions=names)
    counted: Counter[tuple[Any, ...]] = Counter()
    for *key, appeals in found.rows():
        counted[tuple(key)] += appeals
    store.close()
    opened = [each for each in rows if blocks is None or each.get("topic_block") in blocks]
    assert counted == _naive(opened, names)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.sampled_from(calendar.GRAINS))
def test_cuts_are_those_of_the_calendar(day_: date, grain: calendar.Grain) -> None:
    second = (day_ - date(1970, 1, 1)).days * 86_400 + 12_345
    with _MEMORY.connect() as connection:
        number = connection.scalar(sa.select(calendar.cut(sa.literal_column(str(second), sa.BigInteger), grain)))
    first = pl.select(calendar.first_day(pl.lit(number), grain)).item()
    expected = {"day": day_, "week": day_ - timedelta(days=day_.weekday()), "month": day_.replace(day=1)}
    assert first == expected[grain]
    assert 0 <= number <= calendar.LAST[grain]


_MEMORY = sa.create_engine("sqlite://")


@given(st.lists(st.tuples(st.integers(1, 2**31), st.integers(0, 2**31) | st.none()), min_size=1, max_size=20))
def test_packed_numbers_come_back(numbers: list[tuple[int, int | None]]) -> None:
    values = [None if value is None else value % size for size, value in numbers]
    fields = [
        packing.Field(f"f{n}", sa.literal_column("NULL" if value is None else str(value), sa.Integer), size)
        for n, ((size, _), value) in enumerate(zip(numbers, values, strict=True))
    ]
    placed = packing.places(fields)
    with _MEMORY.connect() as connection:
        words = connection.execute(sa.select(*packing.words(placed))).one()._asdict()
    assert all(0 <= word < 2**63 for word in words.values())
    assert pl.DataFrame([words]).select(place.unpacked for place in placed).row(0) == tuple(values)


def test_the_cache_forgets_the_oldest_and_makes_once() -> None:
    kept = cache.FrameCache(limit_bytes=2_000)
    frame = pl.DataFrame({"a": pl.Series(range(100), dtype=pl.Int64)})
    made: list[str] = []

    def make(name: str) -> pl.DataFrame:
        made.append(name)
        return frame

    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(name, lambda: make(name))  # noqa: B023
    assert made == ["a", "b", "c", "b"]


def test_threads_that_ask_together_wait_for_one_reading() -> None:
    kept = cache.FrameCache(limit_bytes=10_000)
    made, barrier = [], threading.Barrier(4)

    def make() -> pl.DataFrame:
        made.append(1)
        threading.Event().wait(0.05)
        return pl.DataFrame({"a": [1]})

    def ask() -> None:
        barrier.wait()
        kept.get("a", make)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_a_reading_that_fails_is_tried_again() -> None:
    kept = cache.FrameCache(limit_bytes=10_000)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: pl.DataFrame({"a": [1 // 0]}))
    assert kept.get("a", lambda: pl.DataFrame({"a": [2]}))["a"].to_list() == [2]


def test_another_city_may_hold_the_same_words(filled: Store) -> None:
    other = replace(CITY, key="other")
    imports.load(filled, intake([row("1", municipality="other", topic="Другая")]), "generic", other)
    assert cells.load(filled, Scope.whole_city("other"), dimensions=["topic"]).rows() == [("Другая", 1)]
    assert cells.load(filled, ALL)["appeals"].sum() == len(ROWS)


def test_a_system_that_comes_later_leaves_the_words_of_months_read_before(store: Store) -> None:
    imports.load(store, intake([row("1", received=1, source_system="pos")]), "generic", CITY)
    assert cells.load(store, ALL, dimensions=("source_system",)).rows() == [("pos", 1)]
    imports.load(store, intake([row("2", received=60, source_system="generic")]), "generic", CITY)
    assert sorted(cells.load(store, ALL, dimensions=("source_system",)).rows()) == [("generic", 1), ("pos", 1)]
