"""What bounds a reader, each condition by an example that fails without it: the killers of `mutants`.

Small and on one store, because they run once for every mutant.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from loaders import cells, freshness, imports, quality, register
from loaders.errors import AccessDenied, InputRefused
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store.engine import Store
from tests.access.canaries import CITY, KEY
from tests.access.two_cities import ROWS, store, two_cities
from tests.loaders.made import intake

__all__ = ["store", "two_cities"]

BOUNDS: Final = {"blocks": "topic_block", "departments": "department", "channels": "channel"}
ALL: Final = Scope.whole_city(KEY)


def _own(scope: Scope) -> list[dict[str, Any]]:
    """Say by the words alone which rows are open."""
    told = [(getattr(scope, name), column) for name, column in BOUNDS.items()]
    return [each for each in ROWS if all(words is None or each[column] in words for words, column in told)]


def _scope(**bounds: set[str]) -> Scope:
    named = {name: frozenset(words) for name, words in bounds.items()}
    return Scope(KEY, sees_rows=True, may_export=False, **({"blocks": None} | named))


PARTS: Final = [
    _scope(blocks={"roads"}),
    _scope(departments={"А"}),
    _scope(channels={"портал"}),
    _scope(blocks={"roads"}, departments={"Б"}),
    _scope(departments={"Б"}, channels={"письмо"}),
    _scope(blocks=set()),
    _scope(channels=set()),
]


def _counted(store: Store, scope: Scope, **more: Any) -> int:
    return int(cells.load(store, scope, **more)["appeals"].sum())


@pytest.mark.parametrize("scope", [ALL, *PARTS], ids=str)
@pytest.mark.parametrize("first", [None, ALL, *PARTS[:3]], ids=str)
def test_cells_are_those_of_the_scope_whoever_asked_before(store: Store, scope: Scope, first: Scope | None) -> None:
    names = ("received_on", "topic_block", "department", "channel", "topic", "source_system")
    if first is not None:
        cells.load(store, first, dimensions=("status",))
        cells.load(store, first, dimensions=names)
        cells.load(store, first, dimensions=(*names, "status"), start=datetime(2026, 3, 1).date())
    found = cells.load(store, scope, dimensions=names)
    assert sorted(found.drop("received_on", "appeals").rows(), key=str) == sorted(
        (
            (each["topic_block"], each["department"], each["channel"], each["topic"], each["source_system"])
            for each in _own(scope)
        ),
        key=str,
    )
    # A word of another's row stands not even in the type of a column.
    told = {word for column in ("topic", "department", "channel", "source_system") for word in _words(found, column)}
    assert told == {
        each[column] for column in ("topic", "department", "channel", "source_system") for each in _own(scope)
    } - {None}
    assert _counted(store, scope, dimensions=("status",)) == len(_own(scope))


def _words(found: Any, column: str) -> list[str]:
    dtype = found.schema[column]
    return dtype.categories.to_list() if hasattr(dtype, "categories") else found[column].drop_nulls().to_list()


@pytest.mark.parametrize("scope", PARTS[:5], ids=str)
def test_a_narrower_scope_is_filtered_from_shared_months(store: Store, scope: Scope) -> None:
    names = ("received_on", "topic_block", "department", "channel")
    cells.load(store, ALL, dimensions=names)
    version = cells.data_version(store, ALL)
    imports.load(store, intake([ROWS[0] | {"source_id": "new", "topic_block": "sport"}]), "generic", CITY)
    assert cells.data_version(store, ALL) != version
    # The months of before are kept, the frame of the whole city is not: the parts are put together anew.
    told = ((scope.blocks, "sport"), (scope.departments, "А"), (scope.channels, "портал"))
    is_open = all(words is None or word in words for words, word in told)
    assert _counted(store, scope, dimensions=names) == len(_own(scope)) + is_open


@pytest.mark.parametrize("scope", [ALL, *PARTS], ids=str)
def test_rows_are_those_of_the_scope(store: Store, scope: Scope) -> None:
    page = register.page(store, scope, RegisterFilter(), limit=100)
    assert sorted(page.rows["source_id"]) == sorted(each["source_id"] for each in _own(scope))
    assert page.total == len(_own(scope))
    with pytest.raises(InputRefused, match="сводные числа"):
        register.page(store, replace(scope, sees_rows=False), RegisterFilter())


@pytest.mark.parametrize("scope", [ALL, *PARTS], ids=str)
def test_doubts_are_counted_within_the_scope(store: Store, scope: Scope) -> None:
    argue = sum(each.get("answered_at") is not None for each in _own(scope))
    assert quality.doubtful_dates(store, scope)["appeals"].sum() == argue
    without = sum(each["kind"] == "appeal" for each in _own(scope))
    assert int(quality.without_deadline(store, scope)["appeals"].sum()) == without - _with_deadline(store, scope)


def _with_deadline(store: Store, scope: Scope) -> int:
    page = register.page(store, scope, RegisterFilter(), limit=100)
    return int(page.rows["deadline_at"].is_not_null().sum())


@pytest.mark.parametrize("scope", PARTS, ids=str)
def test_what_has_no_block_is_for_the_whole_city(store: Store, scope: Scope) -> None:
    for read in (imports.batches, imports.findings, lambda *asked: imports.rejected(*asked, 1)):
        with pytest.raises(AccessDenied):
            read(store, scope)
    assert not scope.is_whole_city


def test_another_city_is_in_nothing(store: Store) -> None:
    assert set(imports.batches(store, ALL)["municipality"]) == {KEY}
    assert imports.rejected(store, ALL, 3).is_empty()
    assert imports.rejected(store, ALL, 1).height == 1
    assert [system.source_system for system in freshness.freshness(store, ALL).systems] == ["generic"]


def test_late_rows_are_told_of_the_whole_city_alone(store: Store) -> None:
    imports.load(store, intake([ROWS[0] | {"source_id": "x"}]), "generic", CITY)
    assert freshness.freshness(store, ALL).late_share is not None
    assert {freshness.freshness(store, scope).late_share for scope in PARTS} == {None}


def test_an_ended_scope_reads_nothing(store: Store) -> None:
    cells.load(store, ALL)
    version = cells.data_version(store, ALL)
    ended = replace(ALL, valid_until=datetime.now(UTC) - timedelta(seconds=1))
    for read in (
        lambda: cells.load(store, ended, version=version),
        lambda: register.page(store, ended, RegisterFilter()),
        lambda: freshness.freshness(store, ended),
    ):
        with pytest.raises(AccessDenied, match="истёк"):
            read()
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(AccessDenied):
        replace(ALL, valid_until=moment).check(moment)
    replace(ALL, valid_until=moment).check(moment - timedelta(seconds=1))


def test_people_with_one_reach_share_and_with_another_do_not() -> None:
    ends = (None, datetime.now(UTC) + timedelta(days=1))
    whole = [replace(ALL, may_export=may, valid_until=until) for may in (True, False) for until in ends]
    assert {each.reach for each in whole} == {ALL.reach}
    assert replace(ALL, sees_rows=False).reach != ALL.reach, "whoever sees no rows counts the half"
    assert len({each.reach for each in PARTS}) == len(PARTS)
