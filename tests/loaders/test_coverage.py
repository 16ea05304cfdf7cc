"""Whole days as they are read from the store: by source, once per version, one day for every scope."""

from datetime import date, datetime, timedelta

import pytest

from loaders import coverage, imports
from loaders.scope import Scope
from loaders.store.engine import Store
from tests.loaders.made import CITY, intake, row

KEY = CITY.key
ALL = Scope.whole_city(KEY)
FIRST = datetime(2026, 2, 2, 9)
NOW = datetime(2026, 3, 10, 8, 34)


def rows(source: str, days: int, *, each: int = 6) -> list[dict[str, object]]:
    """Make rows at nine and at twenty o'clock, from `FIRST` on."""
    return [
        row(f"{source}{day}-{number}", source_system=source, topic_block="roads" if source == "pos" else "housing",
            received_at=FIRST + timedelta(days=day, hours=11 * (number % 2)))
        for day in range(days) for number in range(each)
    ]  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    imports.load(store, intake(rows("generic", 30)), "generic", CITY)
    imports.load(store, intake(rows("pos", 33)), "pos", CITY)
    return store


def test_the_city_counts_as_of_the_day_that_is_whole_for_all(filled: Store) -> None:
    found = coverage.read(filled, ALL, NOW)
    spans = {each.source: (each.first, each.last) for each in found.sources}
    assert spans == {
        "generic": (date(2026, 2, 2), date(2026, 3, 3)),
        "pos": (date(2026, 2, 2), date(2026, 3, 6)),
    }
    assert (found.as_of, found.first, found.today) == (date(2026, 3, 3), date(2026, 2, 2), date(2026, 3, 10))


def test_the_morning_of_the_last_day_does_not_count(filled: Store) -> None:
    assert coverage.read(filled, ALL, datetime(2026, 3, 3, 9, 30)).as_of == date(2026, 3, 2)


def test_a_narrower_scope_has_the_same_day_and_is_told_of_its_own_sources(filled: Store) -> None:
    found = coverage.read(filled, Scope.of_blocks(KEY, frozenset({"roads"})), NOW)
    assert ([each.source for each in found.sources], found.as_of) == (["pos"], date(2026, 3, 3))


def test_an_undone_load_covers_nothing(filled: Store) -> None:
    imports.undo(filled, KEY, 1, by=None)
    found = coverage.read(filled, ALL, NOW)
    assert ([each.source for each in found.sources], found.as_of) == (["pos"], date(2026, 3, 6))


def test_a_moment_in_the_future_makes_no_day_whole(store: Store) -> None:
    imports.load(store, intake([row("1", answered_at=datetime(2190, 1, 1))]), "generic", CITY)
    assert coverage.read(store, ALL, NOW).as_of < NOW.date()


def test_the_day_does_not_go_on_into_a_silence(store: Store) -> None:
    imports.load(store, intake([row(str(n), received=n) for n in (20, 27, 34)]), "generic", CITY)
    assert coverage.read(store, ALL, NOW).as_of == date(2026, 2, 6)  # three days past the last row


def test_an_empty_city_counts_as_of_today(store: Store) -> None:
    assert coverage.read(store, ALL, NOW).as_of == NOW.date()
