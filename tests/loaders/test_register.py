"""The register gives the rows asked for, in pages, to those who may see rows."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import aggregation
from analytics.deadline_measures import rule_75
from analytics.facts import Window
from analytics.measures import aggregate
from loaders import cells, imports, register
from loaders.errors import InputRefused
from loaders.register import RegisterFilter, Rest
from loaders.scope import Scope
from loaders.store.engine import Store, open_store
from tests.loaders.made import CITY, KEY, day, intake, row

ALL = Scope.whole_city(KEY)

ROWS = [
    row("1", received=1, due=10, answered=12, status="answered", topic_block="roads", topic="Ямы", department="Б"),
    row("2", received=2, due=20, status="new", topic_block="heat", topic="Аварии", department="А", is_repeat=True),
    row(
        "3",
        received=3,
        due=12,
        status="in_work",
        topic_block="roads",
        department="В",
        extended_until=day(30),
        is_significant=True,
    ),
    row("4", received=4, answered=50, status="withdrawn", source_system="pos", postponed_until=day(9)),
]


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    imports.load(store, intake(ROWS), "generic", CITY)
    return store


def _ids(store: Store, filters: RegisterFilter, scope: Scope = ALL, **more: Any) -> list[str]:
    given_ = {"sort": "source_id", "descending": False} | more
    found = register.page(store, scope, filters, **given_)
    assert found.total >= found.rows.height
    return found.rows["source_id"].to_list()


FILTERS = [
    (RegisterFilter(), "1234"),
    (RegisterFilter(start=day(2).date(), end=day(3).date()), "23"),
    (RegisterFilter(clock="answered_on", start=day(12).date(), end=day(12).date()), "1"),
    (RegisterFilter(clock="answered_on"), "14"),
    (RegisterFilter(clock="due_on", end=day(10).date()), "14"),
    (RegisterFilter(topic_block=("roads",)), "13"),
    (RegisterFilter(topic_block=("roads", None)), "134"),
    (RegisterFilter(topic=("нет такой",)), ""),
    (RegisterFilter(topic=(None,)), "34"),
    (RegisterFilter(status=("new", "in_work"), department=("А",)), "2"),
    (RegisterFilter(source_system=("pos",)), "4"),
    (RegisterFilter(source_id="3"), "3"),
    (RegisterFilter(is_repeat=True), "2"),
    (RegisterFilter(is_postponed=True), "4"),
    (RegisterFilter(is_postponed=False, is_repeat=False), "13"),
    (RegisterFilter(open_on=day(11).date()), "1234"),
    (RegisterFilter(open_on=day(2).date()), "12"),
    (RegisterFilter(overdue_on=day(10).date()), "4"),
    (RegisterFilter(overdue_on=day(11).date()), "14"),
    (RegisterFilter(overdue_on=day(31).date()), "234"),
    (RegisterFilter(due_start=day(10).date(), due_end=day(20).date()), "12"),
    (RegisterFilter(start=day(2).date(), due_end=day(20).date()), "24"),
    (RegisterFilter(due_basis=("source",)), "12"),
    (RegisterFilter(due_basis=("postponed", "extended")), "34"),
    (RegisterFilter(due_basis=("none",)), ""),
    (RegisterFilter(stage=(None,)), "1234"),
    (RegisterFilter(stage=("execution",)), ""),
    (RegisterFilter(missed_on=day(8).date()), ""),
    (RegisterFilter(missed_on=day(10).date()), "4"),
    (RegisterFilter(missed_on=day(11).date()), "14"),
    (RegisterFilter(missed_on=day(60).date()), "1234"),
    (RegisterFilter(on_time_on=day(60).date()), ""),
    (RegisterFilter(is_significant=True), "3"),
    (RegisterFilter(clock="known_on", is_significant=True, start=day(3).date(), end=day(3).date()), ""),
    (RegisterFilter(batch=1), "1234"),
    (RegisterFilter(batch=2), ""),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS, ids=[str(n) for n in range(len(FILTERS))])
def test_filters(filled: Store, filters: RegisterFilter, expected: str) -> None:
    assert "".join(_ids(filled, filters)) == expected


def test_a_page_has_its_columns_and_nothing_that_leads_to_a_person(filled: Store) -> None:
    found = register.page(filled, ALL, RegisterFilter(source_id="3"))
    assert found.rows.columns == list(register.COLUMNS)
    assert not {"lat", "lon", "geo_cell", "municipality"} & set(found.rows.columns)
    kept = found.rows.select("topic_block", "status", "received_at", "deadline_at", "due_at", "is_repeat", "reworks")
    assert kept.rows() == [("roads", "in_work", day(3), day(30), day(12), False, None)]


def test_pages_follow_each_other(filled: Store) -> None:
    assert _ids(filled, RegisterFilter(), limit=3) == ["1", "2", "3"]
    assert _ids(filled, RegisterFilter(), limit=3, offset=3) == ["4"]
    assert register.page(filled, ALL, RegisterFilter(), limit=1).total == len(ROWS)


def test_words_sort_as_words_and_empty_values_come_last(filled: Store) -> None:
    assert _ids(filled, RegisterFilter(), sort="department") == ["2", "1", "3", "4"]
    assert _ids(filled, RegisterFilter(), sort="department", descending=True) == ["3", "1", "2", "4"]
    assert _ids(filled, RegisterFilter(), sort="deadline_at") == ["4", "1", "2", "3"]


@pytest.mark.parametrize("sort", register.COLUMNS)
def test_every_column_can_be_sorted_by(filled: Store, sort: str) -> None:
    assert sorted(_ids(filled, RegisterFilter(), sort=sort)) == ["1", "2", "3", "4"]


def test_a_scope_of_blocks_bounds_every_answer(filled: Store) -> None:
    roads = Scope.of_blocks(KEY, frozenset({"roads"}))
    assert _ids(filled, RegisterFilter(), roads) == ["1", "3"]
    assert _ids(filled, RegisterFilter(topic_block=("heat", None)), roads) == []
    assert _ids(filled, RegisterFilter(), Scope.of_blocks(KEY, frozenset())) == []


def test_who_sees_only_sums_is_refused(filled: Store) -> None:
    with pytest.raises(InputRefused, match="недоступен"):
        register.page(filled, Scope.whole_city(KEY, sees_rows=False), RegisterFilter())


@pytest.mark.parametrize(
    "wrong", [{"sort": "lat"}, {"sort": "1; DROP TABLE appeals"}, {"limit": 0}, {"limit": 10**6}, {"offset": -1}]
)
def test_what_is_not_allowed_is_refused(filled: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputRefused):
        register.page(filled, ALL, RegisterFilter(), **wrong)


@pytest.mark.parametrize("number", ["\x00", "1\x00", "\x001"])
def test_a_number_that_no_database_can_hold_is_nobodys(filled: Store, number: str) -> None:
    assert _ids(filled, RegisterFilter(source_id=number)) == []


_DAYS = st.integers(1, 90)


@settings(max_examples=20, deadline=None)
@given(
    cases=st.lists(
        st.tuples(
            _DAYS, st.none() | _DAYS, st.none() | _DAYS, st.sampled_from(["new", "answered", "withdrawn", "postponed"])
        ),
        max_size=20,
    ),
    at=_DAYS,
)
def test_a_number_of_the_heat_map_is_the_length_of_its_list(
    tmp_path_factory: pytest.TempPathFactory, cases: list[tuple[int, int | None, int | None, str]], at: int
) -> None:
    """Whoever clicks a number gets as many rows as the number said."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('register')}/s.sqlite")
    rows = []
    for number, (received, due, answered, status) in enumerate(cases):
        moments = {name: value for name, value in (("due", due), ("answered", answered)) if value is not None}
        rows.append(row(str(number), received=received, status=status, **moments))
    imports.load(store, intake(rows), "generic", CITY)
    start, end = day(at).date(), day(at + 7).date()
    found = aggregate(
        cells.load(store, ALL).lazy(), [], ["appeals", "answered", "open", "overdue_open"], Window(start, end, end)
    ).collect()
    lists = {
        "appeals": RegisterFilter(start=start, end=end),
        "open": RegisterFilter(open_on=end),
        "overdue_open": RegisterFilter(overdue_on=end),
    }
    totals = {name: register.page(store, ALL, filters).total for name, filters in lists.items()}
    store.close()
    assert totals == {name: found[name].item() for name in lists}


def _put_off(source_id: str, **values: Any) -> dict[str, Any]:
    """Make a case due in 20 days from the first one of January, put off to the 41st."""
    return row(source_id, due_at=day(21), postponed_until=day(41), **values)


@pytest.mark.parametrize(
    ("base", "percent", "on", "expected"),
    [
        # Three quarters of 20 days are 15: they are left on the 26th.
        ("original", 75, 25, ""),
        ("original", 75, 26, "12"),
        ("original", 50, 30, ""),
        ("original", 50, 31, "12"),
        # From registration to the new date there are 40 days: 75 % of them are left on the 11th.
        ("postponed", 75, 10, ""),
        ("postponed", 75, 11, "12"),
        ("original", 75, 60, "12"),
    ],
)
def test_put_off_cases_with_little_time_left(
    store: Store, base: Literal["original", "postponed"], percent: int, on: int, expected: str
) -> None:
    rows = [
        _put_off("1"),
        _put_off("2", status="postponed"),
        _put_off("3", status="answered", answered=5),
        row("4", due_at=day(21), extended_until=day(41)),
        row("5", postponed_until=day(41)) if base == "original" else row("5"),  # its first period is not known
    ]
    imports.load(store, intake(rows), "generic", CITY)
    found = _ids(store, RegisterFilter(rest=Rest(day(on).date(), base, percent)))
    assert "".join(found) == expected


def test_the_list_of_put_off_cases_is_that_of_the_measure(store: Store) -> None:
    rows = [
        _put_off(str(number), received=number % 7 + 1, registered_at=day(number % 9 + 1), status=status)
        for number, status in enumerate(["in_work", "postponed", "answered", "interim_answered"] * 10)
    ]
    imports.load(store, intake([each | {"answered_at": day(9)} for each in rows]), "generic", CITY)
    names = (*cells.DEFAULT, "registered_on", "allotted_days")
    found = cells.load(store, ALL, dimensions=names)
    for base, percent, on in [("original", 75, 26), ("original", 60, 30), ("postponed", 75, 13), ("postponed", 20, 33)]:
        window = Window(None, None, as_of=day(on).date())
        part = rule_75(base, percent)[0].part
        counted = aggregation.gather_part(found.lazy(), [], part, window)
        value = aggregation.settle(counted, [], part).collect().row(0)[0]
        asked = RegisterFilter(rest=Rest(day(on).date(), base, percent))
        assert register.page(store, ALL, asked).total == value


def test_a_page_tells_what_each_deadline_rests_on(filled: Store) -> None:
    found = register.page(filled, ALL, RegisterFilter(), sort="source_id", descending=False).rows
    assert found["due_basis"].to_list() == ["source", "source", "extended", "postponed"]
    assert _ids(filled, RegisterFilter(), sort="due_basis") == ["1", "2", "4", "3"]
