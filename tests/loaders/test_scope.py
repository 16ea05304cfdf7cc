"""A scope bounds every reader alike, with or without shared cells; a reader cannot be called without one."""

import ast
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import cells, coverage, freshness, imports, quality, register
from loaders.errors import AccessDenied, InputRefused
from loaders.scope import Scope
from loaders.store.engine import Store, open_store
from tests.loaders.made import CITY, KEY, day, in_half, intake, row

ALL = Scope.whole_city(KEY)
LOADERS = Path(cells.__file__).parent

BOUNDS = {"blocks": "topic_block", "departments": "department", "channels": "channel"}
WORDS = {
    "topic_block": (None, "roads", "heat", "Дороги"),
    "department": (None, "А", "Б"),
    "channel": (None, "portal", "letter"),
}

ROWS = [
    row(str(number), received=1 + number * 9, due=5, answered=12 + number, topic=f"Тема {number}", **words)
    for number, words in enumerate(
        dict(zip(WORDS, chosen, strict=True)) for chosen in itertools.product(*WORDS.values())
    )
]
"""One row of every combination of words, over a dozen months."""


def _scope(**bounds: set[str]) -> Scope:
    given_ = {name: frozenset(words) for name, words in bounds.items()}
    return Scope(KEY, sees_rows=True, may_export=True, **({"blocks": None} | given_))


SCOPES = [
    ALL,
    _scope(blocks={"roads"}),
    _scope(departments={"А", "нет такого"}),
    _scope(channels={"portal"}),
    _scope(blocks={"roads", "heat"}, departments={"Б"}),
    _scope(blocks={"Дороги"}, departments={"А", "Б"}, channels={"letter"}),
    _scope(blocks=set()),
    _scope(channels=set()),
]


def _opens(scope: Scope, each: dict[str, Any]) -> bool:
    """Say by the words alone whether a row is open."""
    bounds = ((getattr(scope, name), each.get(column)) for name, column in BOUNDS.items())
    return all(words is None or word in words for words, word in bounds)


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    imports.load(store, intake(ROWS, rejected=1), "generic", CITY)
    cells._CACHE.clear()
    yield store
    cells._CACHE.clear()


@pytest.mark.parametrize("scope", SCOPES)
def test_every_reader_gives_the_rows_of_the_scope(filled: Store, scope: Scope) -> None:
    own = [each["source_id"] for each in ROWS if _opens(scope, each)]
    page = register.page(filled, scope, register.RegisterFilter(), limit=100)
    assert sorted(page.rows["source_id"]) == sorted(own)
    assert page.total == len(own)
    assert cells.load(filled, scope, dimensions=["status"])["appeals"].sum() == len(own)
    doubts = quality.doubtful_dates(filled, scope)
    late = sum(_opens(scope, each) and each["due_at"] < each["received_at"] for each in ROWS)
    assert dict(doubts.select("code", "appeals").iter_rows()).get("due_before_received", 0) == late


@pytest.mark.parametrize("scope", SCOPES)
def test_cases_without_a_deadline_are_listed_within_the_scope(store: Store, scope: Scope) -> None:
    rows = [{name: value for name, value in each.items() if name != "due_at"} for each in ROWS]
    imports.load(store, intake(rows), "generic", CITY)
    own = Counter(each["channel"] for each in ROWS if _opens(scope, each))
    found = quality.without_deadline(store, scope)
    assert dict(found.select("channel", "appeals").iter_rows()) == own


@pytest.mark.parametrize("scope", SCOPES)
def test_cases_whose_past_is_unknown_are_counted_within_the_scope(store: Store, scope: Scope) -> None:
    moved = intake([each | {"postponed_until": day(400)} for each in ROWS])
    imports.load(store, moved, "generic", CITY, loaded_on=pl.lit(day(390).date()))
    found = quality.unknown_past(store, scope)
    assert found["appeals"].sum() == sum(_opens(scope, each) for each in ROWS)


def test_filters_of_the_register_only_narrow(filled: Store) -> None:
    scope = _scope(blocks={"roads"})
    for filters in (
        register.RegisterFilter(topic_block=("heat",)),
        register.RegisterFilter(topic_block=(None,)),
        register.RegisterFilter(topic_block=("heat", None, "roads")),
        register.RegisterFilter(source_id="0"),
    ):
        page = register.page(filled, scope, filters)
        assert set(page.rows["topic_block"]) <= {"roads"}
        assert page.total == page.rows.height


def test_freshness_names_the_systems_with_rows_inside_the_scope(filled: Store) -> None:
    imports.load(filled, intake([row("900", source_system="pos", received=2, topic_block="heat")]), "pos", CITY)

    def told(scope: Scope) -> list[str]:
        return [system.source_system for system in freshness.freshness(filled, scope).systems]

    assert told(ALL) == ["generic", "pos"]
    assert told(_scope(blocks={"heat"})) == ["generic", "pos"]
    assert told(_scope(blocks={"roads"})) == ["generic"]
    assert told(_scope(blocks={"heat"}, departments={"А"})) == ["generic"]
    assert told(_scope(blocks=set())) == []
    assert freshness.freshness(filled, _scope(blocks=set())).newest_event_at is None


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if not scope.is_whole_city])
def test_what_has_no_block_is_for_the_whole_city(filled: Store, scope: Scope) -> None:
    for reader in (imports.batches, imports.findings, quality.findings, lambda *a: imports.rejected(*a, 1)):
        with pytest.raises(AccessDenied, match="весь город"):
            reader(filled, scope)
    imports.load(filled, intake([row("900", received=1), row("901", received=330)]), "generic", CITY)
    assert freshness.freshness(filled, scope).late_share is None
    assert freshness.freshness(filled, ALL).late_share == 0.5
    assert imports.batches(filled, ALL).height == 2


READERS: list[Callable[[Store, Scope], object]] = [
    cells.load,
    cells.data_version,
    coverage.read,
    freshness.freshness,
    quality.doubtful_dates,
    quality.without_deadline,
    quality.unknown_past,
    imports.batches,
    imports.findings,
    lambda store, scope: imports.rejected(store, scope, 1),
    lambda store, scope: register.page(store, scope, register.RegisterFilter()),
]


@pytest.mark.parametrize("reader", READERS)
def test_an_ended_scope_reads_nothing_not_even_what_is_cached(
    filled: Store, reader: Callable[[Store, Scope], object]
) -> None:
    reader(filled, ALL)
    version = cells.data_version(filled, ALL)
    ended = replace(ALL, valid_until=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(AccessDenied, match="истёк"):
        reader(filled, ended)
    with pytest.raises(AccessDenied, match="истёк"):
        cells.load(filled, ended, version=version)
    reader(filled, replace(ALL, valid_until=datetime.now(UTC) + timedelta(hours=1)))


def test_the_register_is_for_those_who_see_rows(filled: Store) -> None:
    with pytest.raises(InputRefused, match="сводные числа"):
        register.page(filled, Scope.whole_city(KEY, sees_rows=False), register.RegisterFilter())


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note every month that is read from the store."""
    noted: list[int] = []
    bare = cells._Reader.month

    def month(self: Any, number: int) -> pl.DataFrame:
        noted.append(number)
        return bare(self, number)

    monkeypatch.setattr(cells._Reader, "month", month)
    return noted


def test_people_with_different_scopes_share_what_was_read_for_the_city(filled: Store, reads: list[int]) -> None:
    everything = cells.load(filled, ALL)
    months = len(reads)
    assert months == len(cells.data_version(filled, ALL).months) > 10
    for scope in SCOPES:
        found = cells.load(filled, scope)
        assert found["appeals"].sum() == sum(_opens(scope, each) for each in ROWS)
    assert len(reads) == months
    assert cells.load(filled, Scope.whole_city(KEY, may_export=False)) is everything
    halved = cells.load(filled, Scope.whole_city(KEY, sees_rows=False))
    assert cells.load(filled, Scope.whole_city(KEY, sees_rows=False, may_export=False)) is halved
    assert cells.load(filled, SCOPES[1]) is cells.load(filled, replace(SCOPES[1], may_export=False))


def test_an_import_makes_a_narrow_scope_read_the_month_it_touched(filled: Store, reads: list[int]) -> None:
    cells.load(filled, ALL)
    imports.load(filled, intake([row("new", received=1, topic_block="roads")]), "generic", CITY)
    reads.clear()
    roads = sum(each["topic_block"] == "roads" for each in ROWS)
    assert cells.load(filled, _scope(blocks={"roads"}))["appeals"].sum() == roads + 1
    assert reads == [202601]


def test_cells_that_do_not_tell_the_bounds_are_not_filtered(filled: Store, reads: list[int]) -> None:
    cells.load(filled, ALL, dimensions=["status", "topic_block"])
    reads.clear()
    scope = _scope(blocks={"roads"}, departments={"А"})
    found = cells.load(filled, scope, dimensions=["status", "topic_block"])
    assert found["appeals"].sum() == sum(_opens(scope, each) for each in ROWS)
    assert reads


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_frame_holds_no_foreign_word(filled: Store, *, is_shared: bool) -> None:
    names = ("topic_block", "topic", "department", "channel", "source_system", "status")
    if is_shared:
        cells.load(filled, ALL, dimensions=names)
    found = cells.load(filled, _scope(blocks={"roads"}, channels={"portal"}), dimensions=names)
    own = [each for each in ROWS if each["topic_block"] == "roads" and each["channel"] == "portal"]
    for name in ("topic_block", "topic", "department"):
        assert set(_dictionary(found[name])) == {each[name] for each in own} - {None}
    assert len(_dictionary(found["status"])) > 5  # the product's own words are no secret


def _dictionary(column: pl.Series) -> list[str]:
    assert isinstance(column.dtype, pl.Enum)
    return column.dtype.categories.to_list()


_row = st.fixed_dictionaries(
    {name: st.sampled_from(words) for name, words in WORDS.items()}
    | {
        "received": st.integers(1, 120),
        "source_system": st.sampled_from(["generic", "pos"]),
        "topic": st.sampled_from([None, "Ямы", "Снег", "Тепло"]),
        "status": st.sampled_from(["in_work", "answered"]),
    }
)
_words = {
    name: st.none() | st.frozensets(st.sampled_from([*filter(None, WORDS[c]), "чужое"])) for name, c in BOUNDS.items()
}
_scopes = st.builds(
    Scope, st.just(KEY), sees_rows=st.booleans(), may_export=st.booleans(), blocks=_words["blocks"],
    departments=_words["departments"], channels=_words["channels"],
)  # fmt: skip
_NAMES = ("topic_block", "department", "channel", "topic", "source_system", "received_on")


@settings(max_examples=40)
@given(
    cases=st.lists(_row, min_size=1, max_size=20),
    later=_row,
    scopes=st.lists(_scopes, min_size=1, max_size=3),
    names=st.sampled_from([_NAMES, _NAMES[:4], _NAMES[3:], ("department", "topic_block"), ()]),
)
def test_filtered_is_what_is_read_and_what_a_naive_count_gives(
    tmp_path_factory: pytest.TempPathFactory,
    cases: list[dict[str, Any]],
    later: dict[str, Any],
    scopes: list[Scope],
    names: tuple[str, ...],
) -> None:
    rows = [row(str(number), **each) for number, each in enumerate(cases)]
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('scope')}/s.sqlite") as store:
        imports.load(store, intake(rows), "generic", CITY)
        _agree(store, rows, scopes, names)
        last = row("later", **later)  # one month is new now, the others are shared month by month
        imports.load(store, intake([last]), "generic", CITY)
        _agree(store, [*rows, last], scopes, names)
        imports.undo(store, KEY, 2, by=None)
        _agree(store, rows, scopes, names)


def _agree(store: Store, rows: list[dict[str, Any]], scopes: list[Scope], names: tuple[str, ...]) -> None:
    partly = [_ordered(store, scope, names) for scope in scopes]  # beside the months of the city before the import
    cells._CACHE.clear()
    read = [_ordered(store, scope, names) for scope in scopes]
    cells._CACHE.clear()
    cells.load(store, ALL, dimensions=names)
    for scope, one, other in zip(scopes, partly, read, strict=True):
        filtered = _ordered(store, scope, names)
        assert filtered.equals(other)
        assert filtered.equals(one)
        assert filtered.schema == other.schema == one.schema
        own = [each for each in rows if _opens(scope, each) and (scope.sees_rows or in_half(store, each))]
        naive = Counter(tuple(_value(each, name) for name in names) for each in own * scope.weight)
        counted: Counter[tuple[Any, ...]] = Counter()
        for *key, appeals in filtered.rows():
            counted[tuple(key)] += appeals
        assert counted == naive


def _ordered(store: Store, scope: Scope, names: tuple[str, ...]) -> pl.DataFrame:
    found = cells.load(store, scope, dimensions=names)
    # A reading by months gives one group per month; together they are what one filtered frame gives.
    return found.sort(*found.columns, nulls_last=True)


def _value(each: dict[str, Any], name: str) -> str | date | None:
    found: str | date | None = each["received_at"].date() if name == "received_on" else each.get(name)
    return found


def test_people_of_one_reach_share_and_others_do_not() -> None:
    roads = Scope.of_blocks(KEY, frozenset({"roads"}), may_export=True)
    assert roads.reach == Scope.of_blocks(KEY, frozenset({"roads"})).reach
    assert replace(roads, valid_until=datetime.now(UTC)).reach.valid_until is None
    others = [
        ALL,
        Scope.of_blocks(KEY, frozenset()),
        Scope.of_blocks("other", frozenset({"roads"})),
        replace(roads, departments=frozenset()),
        replace(roads, channels=frozenset({"roads"})),
        replace(roads, sees_rows=False),  # counts the half
    ]
    assert len({each.reach for each in (roads, *others)}) == 7


WITHOUT_A_SCOPE = {
    "municipalities.py",  # which cities there are: no row of any
    "commands/places.py",
    "demo/start.py",
    "store/walls.py",
    "store/backup.py",
}


def _calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Find every call of a method in the loaders."""
    for path in LOADERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield path.relative_to(LOADERS).as_posix(), node


def test_no_reader_of_a_city_opens_the_store_without_a_scope() -> None:
    bare = {path for path, call in _calls("reading") if ast.unparse(call.args[0]) == "None"}
    assert {path for path in bare if not path.startswith("access/")} == WITHOUT_A_SCOPE
    whole = {path for path, call in _calls("reading") if "whole_city" in ast.unparse(call.args[0])}
    assert whole == {"coverage.py"}, "which days are whole is the same for every reader: days and sources, no rows"
    others = {ast.unparse(call.args[0]) for path, call in _calls("reading") if path not in whole}
    assert others <= {"None", "scope", "query.scope"}


def test_nobody_goes_round_the_two_ways_into_the_store() -> None:
    assert {path for path, call in _calls("connect") if "engine" in ast.unparse(call)} == {
        "store/engine.py",
        "store/exclusive.py",
        "store/migrations.py",
        "access/common.py",
    }


def test_moments_of_made_rows_are_where_the_tests_expect_them() -> None:
    assert ROWS[0]["received_at"] == day(1)
