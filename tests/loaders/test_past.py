"""A past day is told by the versions in force on it: exact numbers of hand-made cases, and a naive replay of many."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

import polars as pl
import pytest

from analytics import counts, due_states, facts, measures
from analytics.facts import Count, Stock
from analytics.measures import Window
from loaders import cells, imports, quality, register
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store.engine import Store
from tests.loaders.made import CITY, KEY, day, dump, intake, row

SCOPE: Final = Scope.whole_city(KEY)
STATES: Final = ("open", "overdue_open", "postponed", "extended", "past_unknown")
COHORT: Final = ("due", "on_time", "missed", "moved_late")
FINISHED: Final = {"answered", "withdrawn"}


def load(store: Store, *rows: dict[str, Any], on: int | None = None) -> int:
    """Load rows as on a day of 2026; without one it is the day of their newest event."""
    loaded_on = None if on is None else pl.lit(day(on).date())
    return imports.load(store, intake(rows), "generic", CITY, loaded_on=loaded_on).batch


def whole(store: Store, scope: Scope = SCOPE) -> pl.LazyFrame:
    return cells.load(store, scope, with_past=True).lazy()


def states(store: Store, number: int, scope: Scope = SCOPE) -> tuple[int, ...]:
    """Count the states at the end of a day of 2026."""
    window = Window(None, day(number).date(), as_of=day(400).date())
    return measures.aggregate(whole(store, scope), [], STATES, window).collect().row(0)


def by_day(store: Store, measure: str, last: int) -> list[int]:
    """Count a state on each day of 2026 from the first to `last`."""
    window = Window(day(1).date(), day(last).date(), as_of=day(400).date())
    found = dict(measures.aggregate(whole(store), ["day"], [measure], window).collect().iter_rows())
    return [found.get(day(number).date(), 0) for number in range(1, last + 1)]


def rows_of(count: Count, on: date, department: tuple[str, ...] = ()) -> RegisterFilter:
    """Ask for the rows that a count has at the end of a day."""
    held_on, own = (on if isinstance(count, Stock) else date.max), count.population(Window(None, on, as_of=on))
    return RegisterFilter(own, on, department=department, amended_by=count.amended_by, held_on=held_on)


def cohort(store: Store, number: int, as_of: int = 400) -> tuple[int, ...]:
    """Count the outcomes of the deadlines of one day."""
    window = Window(day(number).date(), day(number).date(), as_of=day(as_of).date())
    return measures.aggregate(whole(store), [], COHORT, window).collect().row(0)


# One case: due on the 1st, overdue, put off on the 10th to the 20th, answered on the 18th.


def dated(store: Store) -> None:
    """Load its three versions at the end of the month by a source that dates its changes."""
    first = row("1", received_at=datetime(2025, 12, 10, 9), due=1)
    moved = first | {"status": "postponed", "postponed_until": day(20)}
    load(store, first | {"changed_at": datetime(2025, 12, 10, 9)}, on=30)
    load(store, moved | {"changed_at": day(10)}, on=30)
    load(store, moved | {"status": "answered", "answered_at": day(18), "changed_at": day(18)}, on=31)


def undated(store: Store) -> None:
    """Load them on the days themselves by a source that does not."""
    first = row("1", received_at=datetime(2025, 12, 10, 9), due=1)
    moved = first | {"status": "postponed", "postponed_until": day(20)}
    load(store, first, on=2)
    load(store, moved, on=10)
    load(store, moved | {"status": "answered", "answered_at": day(18)}, on=25)


@pytest.fixture(params=[dated, undated])
def moved_late(request: pytest.FixtureRequest, store: Store) -> Store:
    request.param(store)
    return store


def test_a_case_put_off_too_late_was_overdue_until_then(moved_late: Store) -> None:
    assert by_day(moved_late, "open", 20) == [1] * 17 + [0] * 3
    assert by_day(moved_late, "overdue_open", 20) == [1] * 9 + [0] * 11
    assert by_day(moved_late, "postponed", 20) == [0] * 9 + [1] * 8 + [0] * 3
    assert states(moved_late, 9) == (1, 1, 0, 0, 0)
    assert states(moved_late, 10) == (1, 0, 1, 0, 0)
    assert states(moved_late, 18) == (0, 0, 0, 0, 0)


def test_it_stays_missed_in_the_cohort_of_the_deadline_that_passed(moved_late: Store) -> None:
    assert cohort(moved_late, 1) == (1, 0, 1, 1)
    assert cohort(moved_late, 20) == (0, 0, 0, 0)
    assert cohort(moved_late, 1, as_of=9) == (1, 0, 1, 0), "by then nobody had put it off"
    window = Window(day(1).date(), day(31).date(), as_of=day(31).date())
    found = measures.aggregate(whole(moved_late), [], ["on_time_share", "overdue_closed", "considered"], window)
    assert found.collect().row(0, named=True) == {
        "on_time_share": 0.0,
        "on_time_share_n": 1,
        "overdue_closed": 1,
        "considered": 1,
    }


def test_its_list_holds_the_row_of_that_day(moved_late: Store) -> None:
    def listed(wanted: RegisterFilter) -> list[tuple[Any, ...]]:
        return register.page(moved_late, SCOPE, wanted).rows.select("status", "deadline_at").rows()

    assert listed(rows_of(counts.OVERDUE_OPEN, day(9).date())) == [("in_work", day(1))]
    assert listed(rows_of(counts.OVERDUE_OPEN, day(10).date())) == []
    assert listed(rows_of(counts.POSTPONED, day(12).date())) == [("postponed", day(20))]
    assert listed(rows_of(counts.OPEN, day(18).date())) == []
    assert listed(rows_of(counts.MISSED, day(31).date())) == [("answered", day(1))]
    assert listed(rows_of(counts.ON_TIME, day(31).date())) == []
    assert listed(RegisterFilter()) == [("answered", day(20))]
    assert register.counted(moved_late, SCOPE, rows_of(counts.OVERDUE_OPEN, day(9).date())) == (1, 1)


def test_bars_and_bands_of_a_past_day_agree(moved_late: Store) -> None:
    ageing = due_states.ageing(whole(moved_late), [], day(9).date()).collect()
    assert ageing.rows() == [(8, 1)]
    soon = due_states.due_soon(whole(moved_late), [], day(12).date(), CITY.rules.calendar).collect()
    assert soon["appeals"].to_list() == [1]
    days = due_states.due_calendar(whole(moved_late), [], day(1).date(), day(31).date(), day(12).date()).collect()
    assert days.rows() == [(day(1).date(), 1, 0, 1, 0), (day(20).date(), 1, 0, 0, 1)]
    ages = due_states.open_ages(whole(moved_late), [], day(12).date()).collect()
    assert ages["open"].to_list() == [1]


def test_newest_versions_alone_are_read_unless_the_past_is_asked_for(moved_late: Store) -> None:
    plain = cells.load(moved_late, SCOPE)
    assert plain.columns == [*cells.DEFAULT, "appeals"]
    assert facts.newest(whole(moved_late)).collect().rows() == plain.rows()
    assert plain["appeals"].to_list() == [1]


def test_two_late_moves_are_one_miss_of_the_first(store: Store) -> None:
    first = row("1", received=1, due=5)
    load(store, first, on=2)
    load(store, first | {"postponed_until": day(12)}, on=8)
    load(store, first | {"postponed_until": day(30)}, on=16)
    load(store, first | {"postponed_until": day(30), "status": "answered", "answered_at": day(29)}, on=40)
    assert by_day(store, "overdue_open", 20) == [0] * 4 + [1] * 3 + [0] * 4 + [1] * 4 + [0] * 5
    assert [cohort(store, number) for number in (5, 12, 30)] == [(1, 0, 1, 1), (0, 0, 0, 0), (0, 0, 0, 0)]


def test_a_move_in_time_is_no_miss(store: Store) -> None:
    first = row("1", received=1, due=10)
    load(store, first | {"changed_at": day(1)}, on=2)
    moved = {"postponed_until": day(20), "status": "answered", "answered_at": day(15), "changed_at": day(15)}
    load(store, first | {"postponed_until": day(20), "status": "postponed", "changed_at": day(8)}, on=9)
    load(store, first | moved, on=16)
    assert by_day(store, "overdue_open", 20) == [0] * 20
    assert by_day(store, "postponed", 20) == [0] * 7 + [1] * 7 + [0] * 6
    assert cohort(store, 20) == (1, 1, 0, 0)
    assert cohort(store, 10) == (0, 0, 0, 0)


def test_a_deadline_with_an_hour_is_compared_to_the_second(store: Store) -> None:
    for number, hour in ((1, 11), (2, 13)):
        first = row(str(number), received=1, due_at=day(5, 12))
        load(store, first | {"changed_at": day(1)}, on=2)
        load(store, first | {"postponed_until": day(9), "changed_at": day(5, hour)}, on=6)
    assert cohort(store, 5) == (1, 0, 1, 1)


def test_an_answer_that_came_to_light_late_ended_work_on_its_own_day(store: Store) -> None:
    first = row("1", received=1, due=10)
    load(store, first, on=2)
    load(store, first | {"status": "answered", "answered_at": day(9)}, on=20)
    assert by_day(store, "open", 20) == [1] * 8 + [0] * 12
    assert by_day(store, "overdue_open", 20) == [0] * 20
    assert dump(store, "amendments")["amendments"] == []


def test_a_case_opened_again_had_been_finished(store: Store) -> None:
    first = row("1", received=1, due=4)
    load(store, first | {"status": "answered", "answered_at": day(5)}, on=6)
    load(store, first | {"status": "in_work"}, on=10)
    assert by_day(store, "open", 12) == [1] * 4 + [0] * 5 + [1] * 3
    assert by_day(store, "overdue_open", 12) == [0] * 3 + [1] + [0] * 5 + [1] * 3


def test_a_case_handed_over_stood_with_the_body_that_had_it(store: Store) -> None:
    first = row("1", received=1, due=3, topic_block="roads")
    load(store, first | {"department": "А"}, on=2)
    load(store, first | {"department": "Б"}, on=6)
    window = Window(None, day(5).date(), as_of=day(30).date())
    by_body = measures.aggregate(whole(store), ["department"], ["open", "overdue_open", "appeals"], window).collect()
    assert sorted(by_body.rows()) == [("А", 1, 1, 0), ("Б", 0, 0, 1)]
    later = Window(None, day(6).date(), as_of=day(30).date())
    assert measures.aggregate(whole(store), ["department"], ["open"], later).collect().rows() == [("Б", 1)]
    narrow = {name: Scope(KEY, None, True, True, departments=frozenset({name})) for name in "АБ"}
    assert [states(store, 5, narrow[name])[0] for name in "АБ"] == [1, 0]
    assert [states(store, 6, narrow[name])[0] for name in "АБ"] == [0, 1]
    past = rows_of(counts.OPEN, day(5).date())
    assert [register.page(store, narrow[name], past).total for name in "АБ"] == [1, 0]
    assert whole(store, narrow["Б"]).collect()["department"].dtype == pl.Enum(["Б"])


def test_a_word_that_was_only_added_is_told_of_the_whole_past(store: Store) -> None:
    first = row("1", received=1, due=30)
    load(store, first, on=2)
    load(store, first | {"department": "А", "topic": "Ямы"}, on=6)
    assert dump(store, "amendments")["amendments"] == []
    window = Window(None, day(3).date(), as_of=day(30).date())
    assert measures.aggregate(whole(store), ["department"], ["open"], window).collect().rows() == [("А", 1)]


def test_a_draft_returned_was_not_returned_before(store: Store) -> None:
    first = row("1", received=1, due=30)
    load(store, first, on=2)
    load(store, first | {"status": "returned_for_rework"}, on=6)
    load(store, first | {"status": "in_work"}, on=9)
    assert by_day(store, "in_rework", 10) == [0] * 5 + [1] * 3 + [0] * 2


# What nobody knows is not guessed.


def test_of_a_case_that_came_put_off_the_past_is_not_told(store: Store) -> None:
    load(store, row("1", received=1, due=5, postponed_until=day(20), status="postponed"), row("2", received=2), on=10)
    assert by_day(store, "open", 12) == [1] + [2] * 11
    assert by_day(store, "postponed", 12) == [0] * 9 + [1] * 3
    assert by_day(store, "past_unknown", 12) == [1] * 9 + [0] * 3
    assert states(store, 9) == (2, 0, 0, 0, 1)
    assert register.page(store, SCOPE, rows_of(counts.POSTPONED, day(9).date())).total == 0
    assert register.page(store, SCOPE, rows_of(counts.OPEN, day(9).date())).total == 2


def test_it_is_said_of_how_many_and_until_when(store: Store) -> None:
    came = [row("1", received=1, due=5, postponed_until=day(20)), row("2", received=2, extended_until=day(7))]
    load(store, *came, row("3", received=3), on=10)
    assert quality.unknown_past(store, SCOPE).rows() == [("generic", 2, day(10).date())]


def test_a_date_that_passed_before_the_first_load_is_certain(store: Store) -> None:
    load(store, row("1", received=1, due=5, postponed_until=day(8)), on=30)
    assert by_day(store, "past_unknown", 12) == [1] * 7 + [0] * 5
    assert by_day(store, "overdue_open", 12) == [0] * 7 + [1] * 5
    assert by_day(store, "postponed", 12) == [0] * 7 + [1] * 5


def test_of_a_case_that_came_answered_with_its_first_deadline_the_past_is_known(store: Store) -> None:
    load(store, row("1", received=1, due=5, status="answered", answered=9), on=30)
    assert by_day(store, "overdue_open", 10) == [0] * 4 + [1] * 4 + [0] * 2
    assert by_day(store, "past_unknown", 10) == [0] * 10


def test_of_a_case_that_came_answered_and_extended_it_is_not(store: Store) -> None:
    load(store, row("1", received=1, due=5, extended_until=day(20), status="answered", answered=9), on=30)
    assert by_day(store, "past_unknown", 10) == [1] * 8 + [0] * 2
    assert by_day(store, "extended", 10) == [0] * 10
    assert cohort(store, 20) == (1, 1, 0, 0), "the outcome against the deadline that counts is known"


# Undo, repetition and order.


def test_an_undo_takes_the_versions_away(store: Store) -> None:
    first = row("1", received=1, due=5, department="А")
    came = row("2", received=2, due=5, postponed_until=day(20))
    load(store, first, came, on=2)
    kept = dump(store, "appeals", "history", "amendments"), [states(store, number) for number in range(1, 31)]
    late = load(store, first | {"postponed_until": day(20), "department": "Б"}, row("3", received=3), on=10)
    newest = load(store, first | {"department": "В"}, came | {"status": "answered", "answered_at": day(12)}, on=14)
    assert (dump(store, "appeals", "history", "amendments"), [states(store, n) for n in range(1, 31)]) != kept
    imports.undo(store, KEY, newest, by=None)
    imports.undo(store, KEY, late, by=None)
    assert (dump(store, "appeals", "history", "amendments"), [states(store, n) for n in range(1, 31)]) == kept
    imports.undo(store, KEY, 1, by=None)
    assert dump(store, "appeals", "history", "amendments") == {"appeals": [], "history": [], "amendments": []}


def test_the_same_files_again_change_nothing(store: Store) -> None:
    first = row("1", received=1, due=5)
    moved = first | {"postponed_until": day(20)}
    load(store, first, on=2)
    load(store, moved, on=10)
    kept = dump(store, "appeals", "history", "amendments")
    result = imports.load(store, intake([moved, moved]), "generic", CITY, loaded_on=pl.lit(day(25).date()))
    assert (result.new, result.corrected, result.duplicate) == (0, 0, 2)
    assert dump(store, "appeals", "history", "amendments") == kept


def test_a_later_change_dated_before_an_earlier_one_takes_its_days(store: Store) -> None:
    """Of two changes without a date the load of the second counts; a third, dated before it, was in force sooner."""
    first = row("1", received=1, due=5)
    load(store, first, on=2)
    load(store, first | {"postponed_until": day(12)}, on=10)
    load(store, first | {"postponed_until": day(30), "changed_at": day(8)}, on=15)
    assert by_day(store, "overdue_open", 14) == [0] * 4 + [1] * 3 + [0] * 7
    assert by_day(store, "postponed", 14) == [0] * 7 + [1] * 7
    imports.undo(store, KEY, 3, by=None)
    assert by_day(store, "overdue_open", 14) == [0] * 4 + [1] * 5 + [0] * 2 + [1] * 3


def test_versions_of_one_file_tell_as_if_loaded_one_by_one(store: Store) -> None:
    first = row("1", received=1, due=5, changed_at=day(1))
    moved = first | {"postponed_until": day(20), "changed_at": day(10)}
    load(store, first, moved, moved | {"status": "answered", "answered_at": day(18), "changed_at": day(18)}, on=30)
    assert by_day(store, "overdue_open", 20) == [0] * 4 + [1] * 5 + [0] * 11
    assert by_day(store, "postponed", 20) == [0] * 9 + [1] * 8 + [0] * 3
    assert cohort(store, 5) == (1, 0, 1, 1)


# Any sequence of versions: every day equals a naive replay of what was known.


@dataclass
class Version:
    """Hold a version as the replay remembers it: `start` is the second from which it was in force."""

    row: dict[str, Any]
    start: datetime

    @property
    def due(self) -> datetime | None:
        return next((v for n in ("postponed_until", "extended_until", "due_at") if (v := self.row.get(n))), None)

    @property
    def finished(self) -> datetime | None:
        return self.row.get("answered_at") if self.row["status"] in FINISHED else None

    @property
    def is_moved(self) -> bool:
        return bool(self.row.get("postponed_until") or self.row.get("extended_until"))


EVER: Final = datetime(1, 1, 1)
LAST: Final = 60
DAYS: Final = range(1, LAST + 1)


def random_row(dice: random.Random, before: dict[str, Any], number: int) -> dict[str, Any]:
    """Change a case in one of the ways in which sources change them."""
    changes: list[dict[str, Any]] = [
        {"department": dice.choice("АБВ")},
        {"due_at": day(number + dice.randint(-10, 20))},
        {"postponed_until": day(number + dice.randint(1, 15))},
        {"extended_until": day(number + dice.randint(1, 15))},
        {"postponed_until": None},
        {"due_at": None},
        {"status": "answered", "answered_at": day(max(number - dice.randint(0, 8), 1), 15)},
        {"status": "in_work", "answered_at": None},
        {"satisfaction": dice.randint(1, 5)},
    ]
    changed_at = day(max(number - dice.randint(0, 6), 1), dice.randint(0, 23)) if dice.random() < 0.6 else None
    return before | dice.choice(changes) | {"changed_at": changed_at}


def random_loads(dice: random.Random) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    known: dict[str, dict[str, Any]] = {}
    for number in sorted(dice.sample(range(2, LAST), 6)):
        rows = []
        for key in map(str, range(14)):
            if key not in known:
                if dice.random() < 0.5:
                    continue
                known[key] = row(key, received=dice.randint(1, number), due=number + dice.randint(-8, 12))
                known[key] |= {"department": dice.choice("АБВ")}
            for _ in range(dice.choice((0, 1, 1, 2))):
                known[key] = random_row(dice, known[key], number)
                rows.append(known[key])
        if rows:
            yield number, rows


def remember(chains: dict[str, list[Version]], number: int, rows: list[dict[str, Any]]) -> None:
    """Take a load in as a person with a card index would: the last row of a case is its state, older ones its past."""
    by_key: dict[str, list[dict[str, Any]]] = {}
    for each in rows:
        by_key.setdefault(each["source_id"], []).append(each)
    for key, told_of in by_key.items():
        own = sorted(told_of, key=lambda each: each["changed_at"] or EVER)  # else the later row is the newest
        chain = chains.setdefault(key, [])
        newest, past = (chain[-1] if chain else None), [content(version.row) for version in chain[:-1]]
        different = [r for n, r in enumerate(own) if content(r) not in map(content, own[:n])]
        older = [r for r in different if content(r) != content(own[-1])]
        at = len(chain)
        for each in [*older, own[-1]]:
            is_last = each is own[-1]
            if newest is not None and (
                content(each) == content(newest.row)
                or (each["changed_at"] and newest.row["changed_at"] and each["changed_at"] < newest.row["changed_at"])
                or (not is_last and content(each) in past)
            ):
                continue
            start = each["changed_at"] or day(number, 0)
            version = Version(each, start)
            version.start = min(start, max(version.finished, each["received_at"]) if version.finished else start)
            chain.insert(at, version)
            at += 1
        if newest is not None and not any(version.row is own[-1] for version in chain[len(chain) - 1 :]):
            chain.remove(newest)
            chain.append(newest)


def content(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "changed_at" and value is not None}


def told(chain: list[Version]) -> list[tuple[datetime, Version]]:
    """List the versions that were in force, each with its beginning; the first also tells of what was before."""
    starts = [EVER if not n and not v.is_moved else v.start for n, v in enumerate(chain)]
    return [(starts[n], v) for n, v in enumerate(chain) if all(starts[n] < later.start for later in chain[n + 1 :])]


def replay(chains: Mapping[str, list[Version]]) -> dict[tuple[str, date, str], int]:
    """Count each state of each day and department, and the outcomes of each due day, case by case."""
    counted: Counter[tuple[str, date, str]] = Counter()
    for chain in chains.values():
        in_force = told(chain)
        for each in DAYS:
            for name, department in standing(chain, in_force, day(each).date()):
                counted[name, day(each).date(), department] += 1
        for name, due in outcomes(in_force):
            counted[name, due, chain[-1].row["department"]] += 1
    return dict(counted)


def standing(chain: list[Version], in_force: list[tuple[datetime, Version]], on: date) -> Iterator[tuple[str, str]]:
    started, version = next(((s, v) for s, v in reversed(in_force) if s.date() <= on), in_force[0])
    ended = max(version.finished, version.row["received_at"]).date() if version.finished else date.max
    if not version.row["received_at"].date() <= on < ended:
        return
    department = version.row["department"]
    yield "open", department
    is_past_due = version.due is not None and version.due.date() <= on
    if chain[0].is_moved and on < started.date() and not is_past_due:
        yield "past_unknown", department
        return
    if is_past_due:
        yield "overdue_open", department
    for name, column in (("postponed", "postponed_until"), ("extended", "extended_until")):
        if version.row.get(column):
            yield name, department


def outcomes(in_force: list[tuple[datetime, Version]]) -> Iterator[tuple[str, date]]:
    as_of = day(LAST).date()
    for (_, version), (moved_at, following) in pairwise(in_force):
        due, done = version.due, version.finished
        is_kept = due is not None and done is not None and done <= due
        if due is not None and not is_kept and moved_at > due and (following.due is None or following.due > due):
            ended = in_force[-1][1].finished
            if ended is not None or due.date() <= as_of:
                yield "due", due.date()
                yield "missed", due.date()
            if moved_at.date() <= as_of:
                yield "moved_late", due.date()
            return
    version = in_force[-1][1]
    if version.due is None:
        return
    if version.finished is not None:
        yield "due", version.due.date()
        yield ("on_time" if version.finished <= version.due else "missed"), version.due.date()
    elif version.due.date() <= as_of:
        yield "due", version.due.date()
        yield "missed", version.due.date()


@pytest.mark.parametrize("seed", range(12))
def test_every_day_equals_a_naive_replay(store: Store, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 — made-up cases, no secret
    chains: dict[str, list[Version]] = {}
    before: list[tuple[int, dict[str, Any]]] = []
    kept = ("appeals", "history", "amendments")
    for number, rows in random_loads(dice):
        state = dump(store, *kept)
        before.append((load(store, *rows, on=number), state))
        remember(chains, number, rows)
    window = Window(day(1).date(), day(LAST).date(), as_of=day(LAST).date())
    found = measures.aggregate(whole(store), ["day", "department"], [*STATES, *COHORT], window).collect()
    counted = {
        (name, each["day"], each["department"]): each[name]
        for each in found.to_dicts()
        for name in (*STATES, *COHORT)
        if each[name]
    }
    inside = {key: n for key, n in replay(chains).items() if day(1).date() <= key[1] <= day(LAST).date()}
    assert counted == inside
    _lists_agree(store, inside, dice)
    for batch, state in reversed(before):
        imports.undo(store, KEY, batch, by=None)
        assert dump(store, *kept) == state


def _lists_agree(store: Store, expected: Mapping[tuple[str, date, str], int], dice: random.Random) -> None:
    """Compare lists of some days with the replay, and states of those days counted without a column of time."""
    for number in dice.sample(DAYS, 4):
        on, department = day(number).date(), dice.choice("АБВ")
        wanted = {
            "open": rows_of(counts.OPEN, on, department=(department,)),
            "overdue_open": rows_of(counts.OVERDUE_OPEN, on, department=(department,)),
            "postponed": rows_of(counts.POSTPONED, on, department=(department,)),
        }
        listed = {name: register.page(store, SCOPE, each).total for name, each in wanted.items()}
        assert listed == {name: expected.get((name, on, department), 0) for name in wanted}
        window = Window(None, on, as_of=day(LAST).date())
        of_day = measures.aggregate(whole(store), ["department"], STATES, window).collect()
        own = of_day.filter(pl.col("department").cast(pl.String) == department)
        row_ = own.to_dicts()[0] if own.height else {}
        assert {name: row_.get(name, 0) for name in STATES} == {
            name: expected.get((name, on, department), 0) for name in STATES
        }
