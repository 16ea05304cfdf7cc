"""The register gives the rows asked for, in pages, to those who may see rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import counts, facts
from analytics.deadline_measures import rule_75
from analytics.facts import Window
from analytics.measures import EVERY, aggregate, find, needs
from analytics.population import All, Condition, within
from analytics.schema import Stage, StageBasis, Status
from loaders import cells, imports, register
from loaders.errors import InputRefused
from loaders.register import RegisterFilter
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


def _date(number: int) -> date:
    return day(number).date()


def counted(key: str, start: int | None = None, end: int | None = None, as_of: int = 60) -> RegisterFilter:
    """Ask for the cases that a measure counts between two days, seen from a third."""
    window = Window(start and _date(start), end and _date(end), _date(as_of))
    return RegisterFilter(facts.population(find(key).part, window), window.as_of)


def asking(condition: Condition) -> RegisterFilter:
    return RegisterFilter(condition, _date(60))


FILTERS = [
    (RegisterFilter(), "1234"),
    (counted("appeals", 2, 3), "23"),
    (counted("considered", 12, 12), "1"),
    (counted("considered"), "14"),
    (asking(All(tuple(within(facts.DUE_ON, None, _date(10))))), "14"),
    (RegisterFilter(topic_block=("roads",)), "13"),
    (RegisterFilter(topic_block=("roads", None)), "134"),
    (RegisterFilter(topic=("нет такой",)), ""),
    (RegisterFilter(topic=(None,)), "34"),
    (RegisterFilter(status=("new", "in_work"), department=("А",)), "2"),
    (RegisterFilter(source_system=("pos",)), "4"),
    (RegisterFilter(source_id="3"), "3"),
    (counted("repeat"), "2"),
    (counted("new"), "134"),
    (asking(facts.IS_POSTPONED), "4"),
    (asking(~facts.IS_POSTPONED & ~facts.IS_REPEAT), "13"),
    (counted("open", end=11), "1234"),
    (counted("open", end=2), "12"),
    (counted("overdue_open", end=9), "4"),
    (counted("overdue_open", end=10), "14"),
    (counted("overdue_open", end=31), "234"),
    (counted("extended", end=31), "3"),
    (counted("postponed", end=31), "4"),
    (counted("overdue_closed", 12, 12), "1"),
    (counted("overdue_closed", 13, 60), "4"),
    (asking(All(tuple(within(facts.DUE_ON, _date(10), _date(20))))), "12"),
    (RegisterFilter(due_basis=("source",)), "12"),
    (RegisterFilter(due_basis=("postponed", "extended")), "34"),
    (RegisterFilter(due_basis=("none",)), ""),
    (counted("no_due"), ""),
    (RegisterFilter(stage=(None,)), "1234"),
    (RegisterFilter(stage=("execution",)), ""),
    (counted("missed", as_of=8), ""),
    (counted("missed", as_of=9), "4"),
    (counted("missed", as_of=10), "14"),
    (counted("missed", as_of=60), "1234"),
    (counted("due", as_of=10), "14"),
    (counted("on_time", as_of=60), ""),
    (asking(facts.IS_SIGNIFICANT), "3"),
    (asking(counts.SIGNIFICANT.population(Window(_date(3), _date(3), _date(60)))), ""),
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
_HOURS = st.sampled_from([0, 10, 15, 17, 23])
_MOMENTS = (
    *("registered_at", "due_at", "extended_until", "postponed_until", "interim_answered_at", "answered_at"),
    *("coordination_at", "execution_at", "approval_at"),
)
_CASES = st.fixed_dictionaries(
    {
        "received_at": st.builds(day, _DAYS, _HOURS),
        "status": st.sampled_from([status.value for status in Status]),
        "stage": st.none() | st.sampled_from([stage.value for stage in Stage]),
        "stage_basis": st.sampled_from([None, *(basis.value for basis in StageBasis)]),
        "department": st.sampled_from(["А", "Б", None]),
        "is_repeat": st.booleans(),
        "satisfaction": st.none() | st.integers(1, 5),
        "reworks": st.none() | st.integers(0, 2),
        **{name: st.none() | st.builds(day, _DAYS, _HOURS) for name in _MOMENTS},
    }
)


@settings(max_examples=15, deadline=None)
@given(cases=st.lists(_CASES, min_size=8, max_size=40), at=_DAYS, days=st.integers(0, 60), ahead=st.integers(0, 20))
def test_every_number_is_the_length_of_its_list(
    tmp_path_factory: pytest.TempPathFactory, cases: list[dict[str, Any]], at: int, days: int, ahead: int
) -> None:
    """Whoever clicks a number of any measure, of any body, gets as many rows as the number, or its base, said."""
    window = Window(_date(at), _date(at + days), _date(at + days + ahead - 10))
    names = tuple(dict.fromkeys((*cells.DEFAULT, *(name for each in EVERY.values() for name in needs(each)))))
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('register')}/s.sqlite") as store:
        rows = [row(str(number)) | case for number, case in enumerate(cases)]
        imports.load(store, intake(rows), "generic", CITY)
        found = cells.load(store, ALL, dimensions=names, with_past=True).lazy()
        numbers = aggregate(found, ["department"], list(EVERY), window).collect()
        for key, measure in EVERY.items():
            name = key if measure.additive else f"{key}_n"
            count = facts.counts_of(measure.part)[-1]
            wanted = RegisterFilter(
                count.population(window),
                window.as_of,
                amended_by=() if count.only else count.amended_by,
                held_on=window.moment if isinstance(count, facts.Stock) else date.max,
                only=count.only,
            )
            for body, number in numbers.select("department", name).iter_rows():
                assert register.page(store, ALL, replace(wanted, department=(body,))).total == (number or 0), key
            assert register.page(store, ALL, wanted).total == (numbers[name].sum() or 0), key


def test_a_condition_on_the_present_day_has_to_be_told_it(filled: Store) -> None:
    with pytest.raises(ValueError, match="present day"):
        register.page(filled, ALL, RegisterFilter(counts.MISSED.population(Window(None, None, _date(60)))))


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
    window = Window(None, None, _date(on))
    found = _ids(store, RegisterFilter(facts.population(rule_75(base, percent)[0].part, window)))
    assert "".join(found) == expected


def test_a_page_tells_what_each_deadline_rests_on(filled: Store) -> None:
    found = register.page(filled, ALL, RegisterFilter(), sort="source_id", descending=False).rows
    assert found["due_basis"].to_list() == ["source", "source", "extended", "postponed"]
    assert _ids(filled, RegisterFilter(), sort="due_basis") == ["1", "2", "4", "3"]
