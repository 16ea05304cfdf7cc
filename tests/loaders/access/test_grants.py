"""Grants: never wider than the role, never of what the city lacks, and somebody always keeps the access."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.access import accounts, common, grants, journal
from loaders.access.roles import ROLES, Right, Role
from loaders.access.viewer import Grant
from loaders.errors import AccessDenied, InputRefused
from loaders.store.engine import Store, open_store
from tests.loaders.access.people import CITY, CONSOLE, Clock, actor, grant, person

ROADS = grant(Role.BLOCK_HEAD, blocks=frozenset({"roads"}))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (
            grant(Role.BLOCK_HEAD, blocks=frozenset({"roads"}), rights=frozenset({Right.ROWS, Right.JOURNAL})),
            "другие права",
        ),
        (grant(Role.STAFF, rights=frozenset({Right.ROWS, Right.IMPORT, Right.EXPORT})), "другие права"),
        (grant(Role.CURATOR, rights=frozenset(Right)), "другие права"),
        (grant(Role.ADMINISTRATOR, rights=frozenset({Right.ROWS})), "другие права"),  # the rest comes with the role
        (grant(Role.GUEST), "только на срок"),
        (grant(Role.GUEST, valid_until=common.moment(1)), "уже прошёл"),
        (grant(Role.BLOCK_HEAD), "нужен хотя бы один блок. Есть: housing_utilities — ЖКХ"),
        (grant(Role.BLOCK_HEAD, blocks=frozenset()), "нужен хотя бы один блок"),
        (grant(Role.BLOCK_HEAD, blocks=frozenset({"roads", "Roads"})), "Блока «Roads» в этом городе нет. Есть: "),
        (grant(Role.MEDIA), "нужен хотя бы один канал"),
        (grant(Role.MEDIA, channels=frozenset({"ВКонтакте"})), "Канала «ВКонтакте»"),
        (grant(Role.STAFF, departments=frozenset({"Нет такого"})), "Подразделения «Нет такого»"),
        (grant(municipality="atlantis"), "Города «atlantis» нет"),
    ],
)
def test_what_is_too_wide_or_unknown_is_refused(sqlite_store: Store, wanted: Grant, refusal: str) -> None:
    number = person(sqlite_store, "petrov")
    with pytest.raises(InputRefused, match=refusal):
        grants.give(sqlite_store, number, wanted, CONSOLE)
    assert accounts.all_accounts(sqlite_store, CITY).is_empty()


def test_fewer_rows_and_files_may_be_given(store: Store) -> None:
    number = person(store, "petrov", grant(Role.COORDINATOR, rights=frozenset({Right.EXPORT})))
    grants.give(store, number, grant(rights=frozenset(Right) - {Right.ROWS, Right.EXPORT}), CONSOLE)
    row = accounts.all_accounts(store, CITY).row(0, named=True)
    assert (row["role"], row["rights"]) == ("administrator", ["access", "import", "journal"])
    entry = journal.page(store)[0].row(0, named=True)
    assert (entry["action"], entry["municipality"], entry["login"]) == ("grant_changed", CITY, CONSOLE.login)
    said = (
        "учётная запись: petrov, роль: Администратор, права: загружает и отменяет загрузки, ведёт доступ, читает журнал"
    )
    assert journal.told(entry["detail"]) == said


def test_files_are_given_to_a_block_lead_by_decision_and_not_with_the_role(store: Store) -> None:
    number = person(store, "petrov", ROADS)
    assert accounts.all_accounts(store, CITY)["rights"].to_list() == [["rows"]]
    decided = replace(ROADS, rights=frozenset({Right.ROWS, Right.EXPORT}))
    grants.give(store, number, decided, CONSOLE)
    assert accounts.all_accounts(store, CITY)["rights"].to_list() == [["export", "rows"]]
    assert decided.scope().may_export
    assert not ROADS.scope().may_export


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('one')}/store.sqlite") as store:
        person(store, "petrov")
        yield store


BLOCKS = st.none() | st.sets(st.sampled_from(["roads", "transport", "нет", ""]), max_size=3).map(frozenset)


@given(
    role=st.sampled_from(Role),
    rights=st.sets(st.sampled_from(Right)).map(frozenset),
    blocks=BLOCKS,
    days=st.none() | st.integers(-2, 2),
)
def test_whatever_is_asked_nothing_is_stored_beyond_the_role(
    one: Store, role: Role, rights: frozenset[Right], blocks: frozenset[str] | None, days: int | None
) -> None:
    until = None if days is None else common.now() + timedelta(days=days)
    wanted = Grant(CITY, role, rights, blocks, valid_until=until)
    rule = ROLES[role]
    decided = {Right.EXPORT} if role is Role.BLOCK_HEAD else set()
    is_right = (
        rights <= rule.rights | decided
        and rule.rights - rights <= {Right.ROWS, Right.EXPORT}
        and (blocks or set()) <= {"roads", "transport"}
        and (bool(blocks) or rule.bound != "blocks")
        and rule.bound != "channels"
        and (days is not None or not rule.must_end)
        and (days is None or days > 0)
    )
    grants_before = accounts.all_accounts(one, None).select("role", "rights", "blocks", "valid_until").rows()
    is_given = True
    try:
        grants.give(one, 1, wanted, CONSOLE)
    except InputRefused as refusal:
        is_given = refusal.code == "last_administrator"
        assert (
            accounts.all_accounts(one, None).select("role", "rights", "blocks", "valid_until").rows() == grants_before
        )
    assert is_given == is_right


def test_the_last_who_keeps_the_access_stays(store: Store, clock: Clock) -> None:
    chief = person(store, "chief", grant())
    soon = clock.now + timedelta(days=1)
    person(store, "temporary", grant(Role.OPERATOR, valid_until=soon))  # ends by itself: does not count
    lost: list[Any] = [
        lambda: grants.withdraw(store, chief, CITY, CONSOLE),
        lambda: grants.give(store, chief, grant(Role.CURATOR), CONSOLE),
        lambda: grants.give(store, chief, grant(valid_until=soon), CONSOLE),
        lambda: accounts.switch(store, chief, is_active=False, by=CONSOLE),
    ]
    for deed in lost:
        with pytest.raises(InputRefused, match="последний, кто ведёт доступ"):
            deed()
    second = person(store, "second", grant(Role.OPERATOR))
    grants.withdraw(store, chief, CITY, actor("second", second))
    with pytest.raises(InputRefused, match="последний"):
        accounts.switch(store, second, is_active=False, by=CONSOLE)


def test_two_who_keep_the_access_cannot_remove_each_other(store: Store) -> None:
    people = {login: person(store, login, grant()) for login in ("one", "two")}

    def remove(by: str, whom: str) -> bool:
        try:
            grants.withdraw(store, people[whom], CITY, actor(by, people[by]))
        except InputRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, ("one", "two"), ("two", "one")))
    assert sorted(done) == [False, True]
    assert accounts.all_accounts(store, CITY).height == 1


def test_what_is_not_given_cannot_be_taken_back(store: Store) -> None:
    number = person(store, "petrov")
    with pytest.raises(InputRefused, match="ничего не открыто"):
        grants.withdraw(store, number, CITY, CONSOLE)
    with pytest.raises(InputRefused, match="нет"):
        grants.give(store, 99, ROADS, CONSOLE)


def test_a_substitution_needs_sense_and_the_access(store: Store, clock: Clock) -> None:
    head, chief = person(store, "roads", ROADS), person(store, "chief", grant())
    idle, gone = person(store, "idle"), person(store, "gone", ROADS)
    accounts.switch(store, gone, is_active=False, by=CONSOLE)
    start, end = clock.now, clock.now + timedelta(days=2)
    wrong: list[tuple[tuple[Any, ...], str]] = [
        ((head, head, start, end), "самого себя"),
        ((head, chief, end, start), "раньше, чем начинается"),
        ((head, chief, start - timedelta(days=2), start), "уже прошло"),
        ((idle, head, start, end), "замещать нечего"),
        ((head, gone, start, end), "выключена"),
        ((head, 99, start, end), "нет"),
    ]
    for given_now, refusal in wrong:
        with pytest.raises(InputRefused, match=refusal):
            grants.substitute(store, CITY, *given_now, CONSOLE)
    with pytest.raises(AccessDenied):
        grants.substitute(store, CITY, chief, head, start, end, actor("roads", head))
    with pytest.raises(InputRefused, match="Свои права"):
        grants.substitute(store, CITY, head, chief, start, end, actor("chief", chief))
    assert grants.all_substitutions(store, CITY).is_empty()


def test_a_substitution_is_listed_and_ended(store: Store, clock: Clock) -> None:
    head, chief, other = person(store, "roads", ROADS), person(store, "chief", grant()), person(store, "other", ROADS)
    day = timedelta(days=1)
    now = grants.substitute(store, CITY, chief, head, clock.now, clock.now + day, CONSOLE)
    later = grants.substitute(store, CITY, chief, head, clock.now + day, clock.now + 2 * day, CONSOLE)
    listed = grants.all_substitutions(store, CITY)
    assert listed.schema == grants.SUBSTITUTIONS
    assert listed["substitution_id"].to_list() == [later, now]
    assert listed.row(1, named=True) == {
        "substitution_id": now,
        "absent_id": chief,
        "absent": "Должность chief",
        "substitute_id": head,
        "substitute": "Должность roads",
        "start": clock.now.replace(tzinfo=None),
        "end": (clock.now + day).replace(tzinfo=None),
    }
    clock.move(hours=1)
    with pytest.raises(AccessDenied):
        grants.end_substitution(store, CITY, now, actor("other", other))
    for number in (now, later):
        grants.end_substitution(store, CITY, number, actor("chief", chief))
    ended = grants.all_substitutions(store, CITY)
    assert ended.filter(substitution_id=now)["end"].to_list() == [clock.now.replace(tzinfo=None)]
    assert ended.filter(substitution_id=later).select("start", "end").row(0)[0] == ended["end"][0]
    with pytest.raises(InputRefused, match="уже кончилось"):
        grants.end_substitution(store, CITY, now, CONSOLE)
    assert journal.page(store)[0]["action"].head(2).to_list() == ["substitution_ended"] * 2


def test_a_substitute_of_the_chief_may_act_and_only_until_the_end(store: Store, clock: Clock) -> None:
    head, chief = person(store, "roads", ROADS), person(store, "chief", grant())
    other = person(store, "other", ROADS)
    grants.substitute(store, CITY, chief, head, clock.now, clock.now + timedelta(hours=1), CONSOLE)
    accounts.rename(store, other, "Другая должность", by=actor("roads", head))
    clock.move(hours=1)
    with pytest.raises(AccessDenied):
        accounts.rename(store, other, "Ещё одна", by=actor("roads", head))


def test_who_kept_the_access_for_a_time_changes_nothing_after_it(store: Store, clock: Clock) -> None:
    chief = person(store, "chief", grant(valid_until=clock.now + timedelta(hours=1)))
    head = person(store, "roads", ROADS)
    accounts.rename(store, head, "Другая должность", by=actor("chief", chief))
    clock.move(hours=1)
    with pytest.raises(AccessDenied):
        accounts.rename(store, head, "Ещё одна", by=actor("chief", chief))
