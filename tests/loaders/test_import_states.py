"""Whatever is imported, corrected and undone in whatever order, the store is what a naive model says it is."""

import copy
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from loaders import cells, imports
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import tables
from loaders.store.engine import open_store
from tests.loaders.made import CITY, KEY, day, dump, intake, row

ALL = Scope.whole_city(KEY)

Content = tuple[str | None, int]
Given = tuple[str, str | None, int, int | None]

_ROW = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(["а", "б", "в", None]),
    st.sampled_from([5, 40, 75]),
    st.none() | st.integers(1, 4),
)
_FILE = st.lists(_ROW, min_size=1, max_size=7)


@dataclass
class Model:
    """Hold what a person with a card index would: the current card of each case, and the cards it replaced."""

    current: dict[str, tuple[Content, int | None, int]] = field(default_factory=dict)
    past: list[tuple[str, Content, int, int]] = field(default_factory=list)

    def load(self, batch: int, rows: list[Given]) -> tuple[int, int, int]:
        """Go through the cases of a file one by one, the oldest row of a case first."""
        counts = {"new": 0, "corrected": 0, "duplicate": 0}
        in_time = sorted(rows, key=lambda each: each[3] or 0)
        for key in dict.fromkeys(each[0] for each in rows):
            self._case(batch, key, [each for each in in_time if each[0] == key], counts)
        return counts["new"], counts["corrected"], counts["duplicate"]

    def _case(self, batch: int, key: str, rows: list[Given], counts: dict[str, int]) -> None:
        stored = self.current.get(key)
        known_past = {content for case, content, _, _ in self.past if case == key}
        final = (rows[-1][1], rows[-1][2])
        met: set[Content] = set()
        first = stored is None
        for place, (_, topic, received, changed) in enumerate(rows):
            content = (topic, received)
            is_last = place == len(rows) - 1
            if (content == final and not is_last) or content in met:
                counts["duplicate"] += 1
                continue
            met.add(content)
            older = stored is not None and changed is not None and stored[1] is not None and changed < stored[1]
            if (stored is not None and stored[0] == content) or older or (not is_last and content in known_past):
                counts["duplicate"] += 1
                continue
            counts["new" if first else "corrected"] += 1
            first = False
            if not is_last:
                self.past.append((key, content, batch, batch))
                continue
            if stored is not None:
                self.past.append((key, stored[0], stored[2], batch))
            self.current[key] = (content, changed, batch)

    def stands_on(self, batch: int) -> bool:
        """Say whether a later batch replaced or added to what `batch` wrote."""
        mine = {key for key, (_, _, by) in self.current.items() if by == batch}
        return any(by > batch and (wrote == batch or key in mine) for key, _, wrote, by in self.past)


class Imports(RuleBasedStateMachine):
    """Drive a store and the model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = open_store(f"sqlite:///{Path(self.folder.name) / 's.sqlite'}")
        self.model = Model()
        self.batch = 0
        self.files: list[list[Given]] = []
        self.before: dict[int, tuple[Model, dict[str, Any]]] = {}

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def _import(self, rows: list[Given]) -> None:
        self.before[self.batch + 1] = (copy.deepcopy(self.model), dump(self.store))
        made = [
            row(key, topic=topic, received=received, changed_at=None if changed is None else day(changed))
            for key, topic, received, changed in rows
        ]
        result = imports.load(self.store, intake(made), "generic", CITY)
        self.batch += 1
        assert result.batch == self.batch
        assert (result.new, result.corrected, result.duplicate) == self.model.load(self.batch, rows)

    @rule(rows=_FILE)
    def import_a_file(self, rows: list[Given]) -> None:
        self._import(rows)
        self.files.append(rows)

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 50))
    def import_a_file_again(self, number: int) -> None:
        self._import(self.files[number % len(self.files)])

    @precondition(lambda self: self.files)
    @rule()
    def import_the_newest_file_twice(self) -> None:
        self._import(self.files[-1])
        before = dump(self.store)
        self._import(self.files[-1])
        assert dump(self.store) == before

    @precondition(lambda self: self.batch in self.before)
    @rule()
    def undo_the_newest(self) -> None:
        model, state = self.before.pop(self.batch)
        imports.undo(self.store, KEY, self.batch, by=None)
        assert dump(self.store) == state
        self.model = model

    @precondition(lambda self: any(self.model.stands_on(batch) for batch in self.before))
    @rule()
    def undo_what_others_stand_on(self) -> None:
        batch = next(number for number in self.before if self.model.stands_on(number))
        before = dump(self.store)
        with pytest.raises(InputRefused, match="исправлены"):
            imports.undo(self.store, KEY, batch, by=None)
        assert dump(self.store) == before

    @invariant()
    def the_current_rows_are_those_of_the_model(self) -> None:
        found = cells.load(self.store, ALL, dimensions=["received_on", "topic"])
        counted = [(topic, received) for received, topic, appeals in found.rows() for _ in range(appeals)]
        expected = [(topic, day(received).date()) for (topic, received), _, _ in self.model.current.values()]
        assert sorted(counted, key=str) == sorted(expected, key=str)

    @invariant()
    def the_past_is_that_of_the_model(self) -> None:
        rows = tables.history.c
        with self.store.reading(None) as connection:
            found = connection.execute(sa.select(rows.source_id, rows.batch_id, rows.superseded_by)).all()
        assert sorted(tuple(each) for each in found) == sorted(
            (key, wrote, by) for key, _, wrote, by in self.model.past
        )


Imports.TestCase.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)
TestImports = Imports.TestCase
