"""A deadline is decided once, when a row enters the store, and every doubt about it is counted where it can be seen."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from loaders import cells, deadlines, imports, quality
from loaders.scope import Scope
from loaders.store import tables
from loaders.store.engine import Store
from tests.loaders.made import CITY, KEY, WITH_NORMS, day, frame, intake, row

ALL = Scope.whole_city(KEY)


def _stored(store: Store, source_id: str) -> tuple[Any, ...]:
    rows = tables.appeals.c
    asked = sa.select(rows.deadline_at, rows.due_basis, rows.allotted_days, rows.first_loaded_on)
    with store.reading(None) as connection:
        found = connection.execute(asked.where(rows.source_id == source_id)).one()
    moment = None if found[0] is None else datetime.fromtimestamp(found[0], UTC).replace(tzinfo=None)
    return moment, found[1], found[2], date(1970, 1, 1) + (date.fromordinal(found[3] + 1) - date.min)


def _cells(store: Store, *names: str) -> dict[Any, int]:
    found = cells.load(store, ALL, dimensions=names)
    return {key[:-1] if len(key) > 2 else key[0]: key[-1] for key in found.rows()}


END = {"hour": 23, "minute": 59, "second": 59}


def test_the_order_of_what_a_deadline_rests_on(store: Store) -> None:
    told = {"due_at": day(10), "extended_until": day(20), "postponed_until": day(5)}
    rows = [row(str(n), kind="appeal", **dict(list(told.items())[:n])) for n in range(4)]
    imports.load(store, intake([*rows, row("4", kind="official_request")]), "generic", WITH_NORMS)
    assert [_stored(store, str(n))[:3] for n in range(5)] == [
        (day(31).replace(**END), 3, 30),
        (day(10), 0, 9),
        (day(20), 2, 9),
        (day(5), 1, 9),
        (None, 4, None),
    ]
    assert _cells(store, "due_basis") == {"norm": 1, "source": 1, "extended": 1, "postponed": 1, "none": 1}
    assert _cells(store, "due_on")[day(31).date()] == 1


def test_late_is_decided_against_the_norm_to_the_second(store: Store) -> None:
    last = day(31).replace(**END)
    rows = [row("kept", status="answered", answered_at=last), row("missed", status="answered", answered_at=day(32, 0))]
    imports.load(store, intake(rows), "generic", WITH_NORMS)
    assert _cells(store, "is_late") == {False: 1, True: 1}


def test_a_norm_that_changes_on_a_day_leaves_the_past_alone(store: Store) -> None:
    old = next(norm for norm in WITH_NORMS.rules.norms if norm.key == "appeal_answer")
    dated = (replace(old, valid_to=day(9).date()), replace(old, amount=15, valid_from=day(10).date()))
    city = replace(WITH_NORMS, rules=replace(WITH_NORMS.rules, norms=dated))
    rows = [row("before", received=9), row("after", received=10), row("late entry", received=5, registered_at=day(11))]
    imports.load(store, intake(rows), "generic", city)
    assert [_stored(store, key)[2] for key in ("before", "after", "late entry")] == [30, 15, 15]


def test_new_norms_of_the_city_do_not_touch_rows_that_stand(store: Store) -> None:
    imports.load(store, intake([row("1"), row("2")]), "generic", WITH_NORMS)
    shorter = tuple(replace(norm, amount=1) for norm in WITH_NORMS.rules.norms)
    city = replace(WITH_NORMS, rules=replace(WITH_NORMS.rules, norms=shorter))
    again = imports.load(store, intake([row("1"), row("2", topic="Ямы")]), "generic", city)
    assert (again.duplicate, again.corrected) == (1, 1)
    assert _stored(store, "1")[2] == 30
    assert _stored(store, "2")[2] == 1  # a correction is decided by the rules of its day


def test_an_interim_answer_starts_the_final_clock(store: Store) -> None:
    post = {"source_system": "incident", "kind": "message", "received_at": datetime(2026, 3, 2, 10)}
    imports.load(store, intake([row("1", **post)]), "incident", WITH_NORMS)
    assert _stored(store, "1")[0] == datetime(2026, 3, 3, 11)
    reacted = post | {"interim_answered_at": datetime(2026, 3, 2, 16), "status": "interim_answered"}
    imports.load(store, intake([row("1", **reacted)]), "incident", WITH_NORMS)
    assert _stored(store, "1")[0] == datetime(2026, 3, 12, 23, 59, 59)


def test_the_first_day_is_kept_through_corrections_and_undo(store: Store) -> None:
    imports.load(store, intake([row("1", received=3), row("2", received=8)]), "generic", CITY)
    imports.load(store, intake([row("1", received=3, topic="Ямы"), row("3", received=12)]), "generic", CITY)
    firsts = [_stored(store, key)[3] for key in "123"]
    assert firsts == [day(8).date(), day(8).date(), day(12).date()]
    imports.undo(store, KEY, 2, by=None)
    assert _stored(store, "1")[3] == day(8).date()
    assert _cells(store, "first_loaded_on") == {day(8).date(): 2}


def test_the_first_day_is_never_after_today(store: Store) -> None:
    today = datetime.now(UTC).date()
    ahead = datetime(today.year + 2, 1, 1)
    imports.load(store, intake([row("1", changed_at=ahead)]), "generic", CITY)
    assert 0 <= (today - _stored(store, "1")[3]).days + 1 <= 2  # the city's day may be the next one already


def test_a_load_may_name_the_first_day_itself(store: Store) -> None:
    given = intake([row("1", received=3), row("2", received=8)])
    imports.load(store, given, "generic", CITY, loaded_on=pl.col("received_at").dt.date() + pl.duration(days=2))
    assert [_stored(store, key)[3] for key in "12"] == [day(5).date(), day(10).date()]


BAD = [
    row("no deadline", kind="official_request", channel="МЭДО"),
    row("no deadline either", kind="official_request", channel="МЭДО"),
    row("unknown channel", kind="message", channel="Голубиная почта"),
    row("before", received=20, due_at=day(5)),
    row("far", due_at=datetime(2034, 1, 1)),
    row("put off far", postponed_until=datetime(2035, 1, 1), channel="Почта"),
    row("good", due=20),
]
EXPECTED = [
    ("deadline_before_registered", "обращение, канал «не указан»: назван источником", 1),
    ("deadline_far", "обращение, канал «Почта»: отложено", 1),
    ("deadline_far", "обращение, канал «не указан»: назван источником", 1),
    ("no_deadline", "запрос органа, канал «МЭДО»: срока нет", 2),
    ("no_deadline", "сообщение, канал «Голубиная почта»: срока нет", 1),
]


def test_what_cannot_be_right_is_counted_by_kind_and_channel() -> None:
    rows = frame(BAD)
    assert deadlines.findings(rows, deadlines.decide(rows, WITH_NORMS.rules)).rows() == EXPECTED


def test_doubts_stand_beside_those_of_the_door(store: Store) -> None:
    result = imports.load(store, intake(BAD, findings=[("unmapped_topic", "Дороги", 7)]), "generic", WITH_NORMS)
    found = quality.findings(store, ALL, result.batch)
    assert found.select("code", "detail", "rows").rows() == [("unmapped_topic", "Дороги", 7), *EXPECTED]
    assert result.findings == 6
    assert imports.load(store, intake(BAD), "generic", WITH_NORMS).findings == 0  # the same again adds nothing


def test_the_store_counts_them_too(store: Store) -> None:
    imports.load(store, intake(BAD), "generic", WITH_NORMS)
    assert quality.doubtful_dates(store, ALL).rows() == [
        ("generic", "deadline_before_registered", 1),
        ("generic", "deadline_far", 2),
        ("generic", "due_before_received", 1),
    ]
    assert quality.without_deadline(store, ALL).rows() == [
        ("generic", "official_request", "МЭДО", 2),
        ("generic", "message", "Голубиная почта", 1),
    ]
    assert quality.without_deadline(store, Scope.of_blocks(KEY, frozenset({"roads"}))).is_empty()


def test_no_impossible_period_enters_a_count_of_days(store: Store) -> None:
    imports.load(store, intake(BAD), "generic", WITH_NORMS)
    assert sorted(_cells(store, "allotted_days"), key=str) == [19, 2922, 30, None]


@pytest.mark.parametrize("names", [("due_basis", "stage"), ("allotted_days",), ("first_loaded_on", "registered_on")])
def test_an_empty_store_has_the_new_dimensions(store: Store, names: tuple[str, ...]) -> None:
    assert cells.load(store, ALL, dimensions=names).columns == [*names, "appeals"]
