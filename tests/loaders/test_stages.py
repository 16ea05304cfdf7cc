"""Beginnings of stages in the store: told by the source, or seen by imports that follow each other, or not known."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from loaders import cells, imports
from loaders.scope import Scope
from loaders.store import tables
from loaders.store.engine import Store
from tests.loaders.made import CITY, KEY, day, intake, row


def at(number: int) -> int:
    return int((day(number) - datetime(1970, 1, 1)).total_seconds())


def version(stage: str | None, changed: int | None, **values: Any) -> dict[str, Any]:
    return row("1", stage=stage, changed_at=None if changed is None else day(changed), **values)


def load(store: Store, *files: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Load files one after another and read what is known of the case; moments as days of 2026."""
    for rows in files:
        imports.load(store, intake(rows), "generic", CITY)
    return known(store)


def known(store: Store) -> tuple[Any, ...]:
    names = ("coordination_at", "execution_at", "approval_at", "stage_basis")
    with store.reading(None) as connection:
        *moments, basis = connection.execute(sa.select(*(tables.appeals.c[name] for name in names))).one()
    return (*(None if moment is None else (moment - at(1)) // 86_400 + 1 for moment in moments), basis)


def test_a_passage_through_every_stage_is_seen(store: Store) -> None:
    steps = [("moderation", 1), ("coordination", 3), ("execution", 5), ("execution", 8), ("approval", 20)]
    files = [[version(stage, changed, reworks=number)] for number, (stage, changed) in enumerate(steps)]
    last = version(None, 25, status="answered", answered=25)
    assert load(store, *files, [last]) == (3, 5, 20, 1)


def test_versions_of_one_file_are_followed_as_if_loaded_one_by_one(store: Store) -> None:
    steps = [("moderation", 1), ("coordination", 3), ("execution", 5)]
    assert load(store, [version(*step) for step in steps], [version("approval", 9)]) == (3, 5, 9, 1)


def test_the_first_sight_of_a_case_tells_of_no_beginning(store: Store) -> None:
    assert load(store, [version("execution", 5)], [version("approval", 9)]) == (None, None, 9, 1)


def test_a_skipped_stage_leaves_nothing_known(store: Store) -> None:
    steps = [("moderation", 1), ("coordination", 3), ("approval", 9)]
    assert load(store, *([version(*step)] for step in steps)) == (None, None, None, None)


def test_a_source_that_does_not_say_when_it_changed_tells_nothing(store: Store) -> None:
    assert load(store, [version("moderation", None)], [version("coordination", None)]) == (None, None, None, None)


def test_a_return_for_rework_keeps_the_first_beginnings(store: Store) -> None:
    steps = [("coordination", 1), ("execution", 3), ("approval", 5), ("execution", 7), ("approval", 9)]
    files = [[version(stage, changed, reworks=number)] for number, (stage, changed) in enumerate(steps)]
    assert load(store, *files) == (None, 3, 5, 1)


def test_a_state_that_names_no_stage_does_not_break_the_passage(store: Store) -> None:
    put_off = version(None, 6, status="postponed")
    files = ([version("coordination", 1)], [version("execution", 3)], [put_off], [version("approval", 9)])
    assert load(store, *files) == (None, 3, 9, 1)


def test_what_the_source_tells_takes_the_place_of_what_was_seen(store: Store) -> None:
    load(store, [version("moderation", 1)], [version("coordination", 3)])
    assert load(store, [version("execution", 5, coordination_at=day(2))]) == (2, None, None, 0)
    assert load(store, [version("execution", 6)]) == (None, None, None, None)


def test_an_undo_takes_back_what_was_seen(store: Store) -> None:
    load(store, [version("moderation", 1)])
    seen = imports.load(store, intake([version("coordination", 3)]), "generic", CITY)
    assert known(store) == (3, None, None, 1)
    imports.undo(store, KEY, seen.batch, by=None)
    assert known(store) == (None, None, None, None)


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    rows = [version("moderation", 1), version("coordination", 3)]
    assert load(store, rows) == (3, None, None, 1)
    again = imports.load(store, intake(rows), "generic", CITY)
    assert (again.duplicate, known(store)) == (2, (3, None, None, 1))


@pytest.mark.parametrize(("grain", "first"), [("day", 34), ("week", 33), ("month", 32)])
def test_cells_carry_the_beginnings_and_their_basis(store: Store, grain: cells.Grain, first: int) -> None:
    load(store, [version("moderation", 1)], [version("coordination", 34)])
    names = ["coordination_on", "execution_on", "stage_basis"]
    found = cells.load(store, Scope.whole_city(KEY), dimensions=names, grain=grain)
    assert found.rows() == [(day(first).date(), None, "seen", 1)]
