"""Quality tells what is refused, doubtful or missing; freshness tells what the data speak of."""

from datetime import UTC, datetime

import pytest

from loaders import coverage, freshness, imports, quality
from loaders.scope import Scope
from loaders.store.engine import Store
from tests.loaders.made import CITY, KEY, day, intake, row

ALL = Scope.whole_city(KEY)
ROADS = Scope.of_blocks(KEY, frozenset({"roads"}))

ROWS = [
    row("1", received=1, topic="Ямы", topic_block="roads", department="Д", lat=47.7, due=20),
    row("2", received=2, topic="Прочее", answered_at=day(1)),
    row("3", received=9, topic="Прочее", due_at=day(8)),
    row("4", received=10, registered_at=day(9), extended_until=day(3), due_at=day(30)),
    row("5", received=11, source_system="pos", registered_at=day(11, hour=3)),
]


@pytest.fixture
def filled(store: Store) -> Store:
    imports.load(store, intake(ROWS), "generic", CITY)
    return store


def test_impossible_pairs_of_dates_are_counted(filled: Store) -> None:
    assert quality.doubtful_dates(filled, ALL).rows() == [
        ("generic", "answered_before_received", 1),
        ("generic", "deadline_before_registered", 2),
        ("generic", "due_before_received", 1),
        ("generic", "extended_before_due", 1),
        ("generic", "registered_before_received", 1),
    ]


def test_stages_out_of_order_are_counted(store: Store) -> None:
    rows = [
        row("1", received=1, coordination_at=day(2), execution_at=day(2), approval_at=day(9)),
        row("2", received=1, coordination_at=day(4), execution_at=day(3)),
        row("3", received=3, execution_at=day(2)),
        row("4", received=1, coordination_at=day(4), approval_at=day(3)),
        row("5", received=1, approval_at=day(3)),
    ]
    imports.load(store, intake(rows), "generic", CITY)
    assert quality.doubtful_dates(store, ALL).rows() == [("generic", "stages_out_of_order", 3)]


def test_a_city_without_data_has_empty_answers(store: Store) -> None:
    for answer in (quality.doubtful_dates, quality.without_deadline, quality.unknown_past):
        assert answer(store, ALL).is_empty()


def test_freshness_tells_of_each_system(filled: Store) -> None:
    before = int(datetime.now(UTC).timestamp()) - 60
    imports.load(filled, intake([row("9", received=8), row("8", received=3), row("7", received=11)]), "generic", CITY)
    imports.load(filled, intake([row("1", source_system="pos", received=3)]), "pos", CITY)
    found = freshness.freshness(filled, ALL)
    assert found.coverage == coverage.read(filled, ALL)
    assert found.newest_event_at == day(11)
    assert found.late_share == pytest.approx(1 / 3)
    assert [(each.source_system, each.newest_event_at, each.imports) for each in found.systems] == [
        ("generic", day(11), 2),
        ("pos", day(3), 1),
    ]
    assert found.loaded_at is not None
    assert found.loaded_at.timestamp() > before


def test_late_arrivals_are_a_share_of_new_rows_of_later_loads(filled: Store) -> None:
    imports.load(filled, intake([row("50", received=90)]), "generic", CITY)
    imports.load(
        filled, intake([row("51", received=5), row("52", received=91), row("53", received=91)]), "generic", CITY
    )
    assert freshness.freshness(filled, ALL).late_share == pytest.approx(1 / 4)


def test_freshness_of_nothing(store: Store) -> None:
    found = freshness.freshness(store, ALL)
    assert (found.newest_event_at, found.loaded_at, found.late_share, found.systems) == (None, None, None, ())
