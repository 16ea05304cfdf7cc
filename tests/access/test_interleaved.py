"""Readers come and go over one cache: each counts what a naive look over the rows inside the scope counts."""

import itertools
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from loaders import cells, imports, register
from loaders.access import accounts, grants, sessions
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Grant
from loaders.errors import AccessDenied
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store.engine import open_store
from tests.access.canaries import CITY, CONSOLE, KEY
from tests.access.two_cities import ROWS, two_cities
from tests.loaders.made import in_half, intake, row

__all__ = ["two_cities"]

ACTORS = ("first", "second", "third")
BOUNDS = {"blocks": "topic_block", "departments": "department", "channels": "channel"}
GRANTS = (
    Grant(KEY, Role.CURATOR, ROLES[Role.CURATOR].rights),
    Grant(KEY, Role.BLOCK_HEAD, ROLES[Role.BLOCK_HEAD].rights, blocks=frozenset({"roads"})),
    Grant(KEY, Role.BLOCK_HEAD, ROLES[Role.BLOCK_HEAD].rights, blocks=frozenset({"energy"})),
    Grant(KEY, Role.COORDINATOR, ROLES[Role.COORDINATOR].rights, departments=frozenset({"А"})),
    Grant(KEY, Role.MEDIA, frozenset(), channels=frozenset({"портал"})),
)
FILTERS = (("status",), ("topic_block", "status"), ("topic_block", "department", "channel", "received_on"))


class Readers(RuleBasedStateMachine):
    """Let three people sign in, read, be given something else, be thrown out, while rows come."""

    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = open_store(f"sqlite:///{shutil.copy(self.template, self.folder)}")
        cells._CACHE.clear()
        self.rows: list[dict[str, Any]] = list(ROWS)
        self.numbers = {
            login: accounts.add(self.store, login=login, title=login, password=None, by=CONSOLE) for login in ACTORS
        }
        self.held: dict[str, Grant] = {}
        self.sessions: dict[str, str] = {}
        self.made = itertools.count()

    @rule(login=st.sampled_from(ACTORS), grant=st.sampled_from(GRANTS))
    def give(self, login: str, grant: Grant) -> None:
        grants.give(self.store, self.numbers[login], grant, CONSOLE)
        self.held[login] = grant

    @rule(login=st.sampled_from(ACTORS))
    def withdraw(self, login: str) -> None:
        if self.held.pop(login, None):
            grants.withdraw(self.store, self.numbers[login], KEY, CONSOLE)

    @rule(login=st.sampled_from(ACTORS))
    def sign_in(self, login: str) -> None:
        token = sessions.begin(self.store, self.numbers[login], address="192.0.2.7", agent="")
        self.sessions[login] = sessions.session_id(token)

    @rule(login=st.sampled_from(ACTORS))
    def throw_out(self, login: str) -> None:
        number = self.sessions.get(login)
        sessions.end_all(self.store, self.numbers[login], CONSOLE)
        assert number is None or sessions.viewer(self.store, number) is None
        self.sessions.pop(login, None)

    @rule(block=st.sampled_from(("roads", "energy", None)), department=st.sampled_from(("А", "Б")))
    def load(self, block: str | None, department: str) -> None:
        words = {"topic_block": block, "department": department, "channel": "портал"}
        fresh = row(f"new-{next(self.made)}", municipality=KEY, received=50, **words)
        imports.load(self.store, intake([fresh]), "generic", CITY)
        self.rows.append(fresh)

    @rule(names=st.sampled_from(FILTERS))
    def warm(self, names: tuple[str, ...]) -> None:
        cells.load(self.store, Scope.whole_city(KEY), dimensions=names)

    @invariant()
    def everybody_counts_what_is_theirs(self) -> None:
        for login, number in getattr(self, "sessions", {}).items():
            viewer = sessions.viewer(self.store, number)
            assert viewer is not None
            grant = self.held.get(login)
            if grant is None:
                with pytest.raises(AccessDenied):
                    viewer.scope(KEY)
                continue
            told = [(getattr(grant, name), column) for name, column in BOUNDS.items()]
            own = [each for each in self.rows if all(words is None or each[column] in words for words, column in told)]
            scope = viewer.scope(KEY)
            counted = [each for each in own if scope.sees_rows or in_half(self.store, each)]
            for names in FILTERS:
                assert cells.load(self.store, scope, dimensions=names)["appeals"].sum() == scope.weight * len(counted)
            if scope.sees_rows:
                page = register.page(self.store, scope, RegisterFilter(), limit=500)
                assert sorted(page.rows["source_id"]) == sorted(each["source_id"] for each in own)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


def test_whoever_comes_and_goes_counts_what_is_theirs(two_cities: Path) -> None:
    Readers.template = two_cities
    machine: Any = Readers
    machine.TestCase.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
    machine.TestCase().runTest()
