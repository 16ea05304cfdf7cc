"""Sessions: the store keeps no token, every end is at once, and who looks is worked out anew each time."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from loaders import imports
from loaders.access import accounts, common, demo_rule, grants, journal, sessions
from loaders.access.roles import ROLES, Right, Role
from loaders.access.viewer import OWN, Actor, Grant, Place, Viewer
from loaders.city import City
from loaders.errors import AccessDenied
from loaders.store import access_tables
from loaders.store.engine import Store, open_store
from tests.loaders.access.people import CITY, CONSOLE, OTHER, PHRASE, Clock, actor, grant, person
from tests.loaders.made import intake, row

ROADS = grant(Role.BLOCK_HEAD, blocks=frozenset({"roads"}))
HERE = {"address": "10.0.0.1", "agent": "браузер"}


def _begun(store: Store, number: int) -> tuple[str, str]:
    token = sessions.begin(store, number, **HERE)
    return token, sessions.session_id(token)


def _viewer(store: Store, session: str) -> Viewer:
    found = sessions.viewer(store, session)
    assert found is not None
    return found


def test_the_store_keeps_the_hash_of_a_token_and_nothing_else_of_it(store: Store) -> None:
    token, number = _begun(store, person(store, "roads", ROADS))
    assert len(token) >= 43
    assert number == hashlib.sha256(token.encode()).hexdigest()
    with store.reading(None) as connection:
        rows = [str(dict(row)) for row in connection.execute(sa.select(access_tables.sessions)).mappings()]
        entries = [str(dict(row)) for row in connection.execute(sa.select(access_tables.journal)).mappings()]
    assert number in rows[0]
    assert not [text for text in (*rows, *entries) if token in text]
    assert sessions.session_of(store, number) is None  # the number of a session opens nothing


def test_a_session_tells_who_it_is_of(store: Store) -> None:
    account = person(store, "roads", ROADS)
    token, number = _begun(store, account)
    found = sessions.session_of(store, token)
    assert found is not None
    assert (found.session_id, found.account_id, found.login, found.demo_role) == (number, account, "roads", None)
    assert found.actor == Actor("roads", account, number, "10.0.0.1")
    assert found.ends_at - found.started_at == sessions.LONGEST
    entry = journal.page(store)[0].row(0, named=True)
    assert (entry["action"], entry["login"], entry["address"]) == ("sign_in", "roads", "10.0.0.1")


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "ж" * 4000])
def test_a_foreign_token_opens_nothing(store: Store, token: str) -> None:
    assert sessions.session_of(store, token, active=True) is None
    assert sessions.viewer(store, token[:64].replace("\0", "").replace("\ud800", "")) is None


def test_a_session_ends_without_clicks_and_in_any_case(store: Store, clock: Clock) -> None:
    token, number = _begun(store, person(store, "roads", ROADS))
    clock.move(minutes=119)
    assert sessions.session_of(store, token) is not None  # asking is no click
    clock.move(minutes=1)
    assert sessions.session_of(store, token) is None
    assert sessions.viewer(store, number) is None
    token, _ = _begun(store, 1)
    for _ in range(11):
        clock.move(minutes=65)
        assert sessions.session_of(store, token, active=True) is not None
    clock.move(minutes=5)
    assert sessions.session_of(store, token, active=True) is None  # twelve hours


def test_a_click_is_noted_once_a_minute(store: Store, clock: Clock) -> None:
    token, _ = _begun(store, person(store, "roads", ROADS))
    begun = clock.now
    noted = []
    for _ in range(4):
        clock.move(seconds=30)
        sessions.session_of(store, token, active=True)
        found = sessions.session_of(store, token)
        noted.append(found.seen_at - begun if found else None)
    assert noted == [timedelta(seconds=each) for each in (0, 60, 60, 120)]


def test_a_click_waits_for_no_import(sqlite_store: Store, clock: Clock) -> None:
    token, _ = _begun(sqlite_store, person(sqlite_store, "roads", ROADS))
    clock.move(minutes=5)
    with sqlite_store.writing():
        found = sessions.session_of(sqlite_store, token, active=True)
    assert found is not None
    with sqlite_store.reading(None) as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15_000


def test_the_provider_may_shorten_a_session_and_not_lengthen_it(store: Store, clock: Clock) -> None:
    account = person(store, "roads", ROADS)
    for span, expected in ((timedelta(hours=1), timedelta(hours=1)), (timedelta(days=9), sessions.LONGEST)):
        token = sessions.begin(store, account, **HERE, ends_at=clock.now + span)
        found = sessions.session_of(store, token)
        assert found is not None
        assert found.ends_at - clock.now == expected


def test_switching_off_ends_every_session_and_lets_no_new_one_begin(store: Store) -> None:
    account = person(store, "roads", ROADS)
    token, number = _begun(store, account)
    accounts.switch(store, account, is_active=False, by=CONSOLE)
    assert sessions.session_of(store, token) is None
    assert sessions.viewer(store, number) is None
    with pytest.raises(AccessDenied):
        sessions.begin(store, account, **HERE)
    accounts.switch(store, account, is_active=True, by=CONSOLE)
    assert sessions.session_of(store, token) is None  # what ended stays ended


def test_a_session_of_an_account_that_is_off_opens_nothing_even_if_nobody_ended_it(store: Store) -> None:
    token, number = _begun(store, person(store, "roads", ROADS))
    with store.writing() as connection:
        connection.execute(sa.update(access_tables.accounts).values(is_active=False))
    assert sessions.session_of(store, token) is None
    assert sessions.viewer(store, number) is None
    assert sessions.listed(store, None).is_empty()


def test_an_own_session_is_signed_out_and_another_needs_the_access(store: Store) -> None:
    head, chief = person(store, "roads", ROADS), person(store, "chief", grant())
    (_, first), (_, second), (_, third) = (_begun(store, head) for _ in range(3))
    _, other = _begun(store, chief)
    assert sessions.end(store, first, actor("roads", head, first))
    assert not sessions.end(store, first, actor("roads", head, first))
    assert journal.page(store)[0]["action"][0] == "sign_out"
    assert sessions.end(store, second, actor("roads", head, third))
    with pytest.raises(AccessDenied):
        sessions.end(store, other, actor("roads", head, third))
    assert sessions.end(store, third, actor("chief", chief, other))
    entry = journal.page(store)[0].row(0, named=True)
    assert (entry["action"], entry["login"], journal.told(entry["detail"])) == (
        "session_ended",
        "chief",
        "учётная запись: roads, сеансов: 1",
    )
    assert not sessions.end(store, "0" * 64, CONSOLE)


def test_all_sessions_of_an_account_end_together(store: Store) -> None:
    head, chief = person(store, "roads", ROADS), person(store, "chief", grant())
    tokens = [_begun(store, head)[0] for _ in range(3)]
    assert sessions.end_all(store, head, actor("chief", chief)) == 3
    assert [sessions.session_of(store, token) for token in tokens] == [None] * 3
    with pytest.raises(AccessDenied):
        sessions.end_all(store, chief, actor("roads", head))


def test_running_sessions_are_listed_by_city(store: Store, clock: Clock) -> None:
    head = person(store, "roads", ROADS)
    far = person(store, "far", grant(Role.CURATOR, OTHER))
    _begun(store, head)
    clock.move(hours=3)  # this one is idle by now
    _, ours = _begun(store, head)
    _, theirs = _begun(store, far)
    assert sessions.listed(store, CITY)["session_id"].to_list() == [ours]
    assert sessions.listed(store, OTHER)["login"].to_list() == ["far"]
    assert set(sessions.listed(store, None)["session_id"]) == {ours, theirs}
    assert sessions.listed(store, None).schema == sessions.SESSIONS


# Who looks.


def test_a_viewer_is_what_the_account_is_given_now(store: Store) -> None:
    account = person(store, "roads", ROADS)
    _, number = _begun(store, account)
    found = _viewer(store, number)
    assert found.places == (Place(OWN, "Должность roads", (ROADS,)),)
    assert (found.is_demo, found.actor.account_id) == (False, account)
    wider = grant(Role.BLOCK_HEAD, blocks=frozenset({"roads", "transport"}))
    grants.give(store, account, wider, CONSOLE)
    assert _viewer(store, number).grant(CITY) == wider
    grants.withdraw(store, account, CITY, CONSOLE)
    assert _viewer(store, number).municipalities() == ()


def test_a_guest_sees_nothing_after_the_last_moment(store: Store, clock: Clock) -> None:
    account = person(store, "guest", grant(Role.GUEST, valid_until=clock.now + timedelta(hours=1)))
    token, number = _begun(store, account)
    before = _viewer(store, number)
    assert before.municipalities() == (CITY,)
    clock.move(minutes=60)
    after = _viewer(store, number)
    assert sessions.session_of(store, token) is not None
    assert after.municipalities() == ()
    assert after.stamp != before.stamp


def test_a_substitute_looks_from_a_second_place_until_the_end(store: Store, clock: Clock) -> None:
    head, chief = person(store, "roads", ROADS), person(store, "chief", grant())
    _, number = _begun(store, head)
    start, end = clock.now + timedelta(minutes=10), clock.now + timedelta(minutes=20)
    grants.substitute(store, CITY, chief, head, start, end, CONSOLE)
    assert len(_viewer(store, number).places) == 1
    clock.move(minutes=10)
    found = _viewer(store, number)
    own, second = found.places
    assert own.grants == (ROADS,)
    assert (second.key, second.title) == (str(chief), "Должность chief")
    assert second.grants == (grant(valid_until=end),)
    assert not found.may(Right.ACCESS, CITY)
    assert found.scope(CITY, "no such place") == ROADS.scope()
    clock.move(minutes=10)
    assert len(_viewer(store, number).places) == 1


def test_a_substitution_in_one_city_opens_no_other(store: Store, clock: Clock) -> None:
    head = person(store, "roads", ROADS)
    both = person(store, "both", grant(Role.CURATOR), grant(Role.CURATOR, OTHER))
    _, number = _begun(store, head)
    grants.substitute(store, CITY, both, head, clock.now, clock.now + timedelta(days=1), CONSOLE)
    assert _viewer(store, number).municipalities(str(both)) == (CITY,)


def test_a_substitution_is_not_passed_on_and_ends_with_the_absent_account(store: Store, clock: Clock) -> None:
    first, second, third = (person(store, login, ROADS) for login in ("one", "two", "three"))
    day = clock.now + timedelta(days=1)
    grants.substitute(store, CITY, first, second, clock.now, day, CONSOLE)
    grants.substitute(store, CITY, second, third, clock.now, day, CONSOLE)
    _, number = _begun(store, third)
    assert [place.key for place in _viewer(store, number).places] == [OWN, str(second)]
    accounts.switch(store, second, is_active=False, by=CONSOLE)
    assert [place.key for place in _viewer(store, number).places] == [OWN]


# What a viewer sees never goes beyond what was given, and the stamp changes exactly when it changes.

MOMENTS = st.integers(-3, 3)
ROLES_GIVEN = st.sampled_from([grant(), ROADS, grant(Role.CURATOR), grant(Role.COORDINATOR, rights=frozenset())])
GIVEN = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from([CITY, OTHER])), st.tuples(ROLES_GIVEN, MOMENTS | st.none())
)
STANDS = st.lists(
    st.tuples(
        *(st.sampled_from([CITY, OTHER]), st.integers(1, 3), st.sampled_from([1, 1, 1, 2])),
        *(st.integers(-3, 1), st.integers(-1, 3)),
    ),
    max_size=5,
)
ACTIVE = st.tuples(st.just(True), st.booleans(), st.booleans())


def _write(store: Store, given_rows: dict, stands: list, active: tuple[bool, ...], now: int) -> None:
    """Put rows into the tables as they are, the impossible ones included."""
    with store.writing() as connection:
        for table in (access_tables.grants, access_tables.substitutions, access_tables.sessions):
            connection.execute(sa.delete(table))
        for number, is_active in enumerate(active, start=1):
            known = access_tables.accounts.c.account_id == number
            connection.execute(sa.update(access_tables.accounts).where(known).values(is_active=is_active))
        for (number, city), (what, hours) in given_rows.items():
            until = None if hours is None else now + hours * 3600
            columns = grants._columns(what) | {"municipality": city, "valid_until_utc": until}
            connection.execute(sa.insert(access_tables.grants).values(account_id=number, **columns))
        for place, (city, absent, instead, start, end) in enumerate(stands):
            span = {"start_utc": now + start * 3600, "end_utc": now + end * 3600}
            people = {"absent_id": absent, "substitute_id": instead, "substitution_id": place}
            connection.execute(sa.insert(access_tables.substitutions).values(municipality=city, **people, **span))


def _naive(given_rows: dict, stands: list, active: tuple[bool, ...]) -> dict[str, dict[str, tuple[Grant, int | None]]]:
    """Work out by place and city what account 1 may see: what was given, and the hour in which it ends."""
    found: dict[str, dict[str, tuple[Grant, int | None]]] = {OWN: {}}
    for (number, city), (what, hours) in given_rows.items():
        ends = [
            end
            for at, absent, instead, start, end in stands
            if (at, absent, instead) == (city, number, 1) and start <= 0 < end
        ]
        if not active[number - 1] or (hours is not None and hours <= 0) or (number != 1 and not ends):
            continue
        limits = [each for each in (hours, max(ends) if number != 1 else None) if each is not None]
        found.setdefault(OWN if number == 1 else str(number), {})[city] = (what, min(limits, default=None))
    return found


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('three')}/store.sqlite") as store:
        for login in ("one", "two", "three"):
            person(store, login)
        yield store


def _seen(store: Store, given_rows: dict, stands: list, active: tuple[bool, ...]) -> Viewer:
    now = common.seconds()
    _write(store, given_rows, stands, active, now)
    return _viewer(store, _begun(store, 1)[1])


@given(given_rows=GIVEN, stands=STANDS, active=ACTIVE)
def test_nobody_sees_more_than_was_given(
    three: Store, given_rows: dict, stands: list, active: tuple[bool, ...]
) -> None:
    found = _seen(three, given_rows, stands, active)
    expected = _naive(given_rows, stands, active)
    assert {place.key for place in found.places} == set(expected)
    for place in found.places:
        assert {each.municipality for each in place.grants} == set(expected[place.key])
        for each in place.grants:
            what, hours = expected[place.key][each.municipality]
            assert (each.role, each.rights, each.blocks) == (what.role, what.rights, what.blocks)
            assert (each.valid_until is None) == (hours is None)
            assert each.rights <= ROLES[each.role].rights


@given(first=st.tuples(GIVEN, STANDS, ACTIVE), second=st.tuples(GIVEN, STANDS, ACTIVE), is_same=st.booleans())
def test_the_stamp_changes_exactly_when_something_seen_changes(
    three: Store, first: tuple, second: tuple, *, is_same: bool
) -> None:
    now = common.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "now", lambda: now)
        before, after = _seen(three, *first), _seen(three, *(first if is_same else second))
    assert (before.stamp == after.stamp) == (before.places == after.places)


@pytest.mark.parametrize(
    ("change", "is_effective"),
    [
        (lambda store, head, _: accounts.rename(store, head, "Другая должность", by=CONSOLE), True),
        (lambda store, head, _: grants.give(store, head, grant(Role.CURATOR), CONSOLE), True),
        (lambda store, head, _: grants.give(store, head, ROADS, CONSOLE), False),
        (lambda store, _, chief: accounts.rename(store, chief, "Кто-то другой", by=CONSOLE), False),
        (lambda store, head, _: _begun(store, head), False),
        (lambda store, head, chief: _stand_in(store, chief, head, 0), True),
        (lambda store, head, chief: _stand_in(store, chief, head, 5), False),
        (lambda store, head, chief: _stand_in(store, head, chief, 0), False),
    ],
)
def test_the_stamp_of_a_change(store: Store, change: Callable[[Store, int, int], object], is_effective: bool) -> None:  # noqa: FBT001
    head, chief = person(store, "roads", ROADS), person(store, "chief", grant())
    _, number = _begun(store, head)
    before = _viewer(store, number)
    assert _viewer(store, number) == before
    change(store, head, chief)
    assert (_viewer(store, number).stamp != before.stamp) == is_effective


def _stand_in(store: Store, absent: int, instead: int, days: int) -> None:
    start = common.now() + timedelta(days=days)
    grants.substitute(store, CITY, absent, instead, start, start + timedelta(days=1), CONSOLE)


# The demo.


def _load(store: Store, key: str) -> None:
    city = City.load(key)
    imports.load(store, intake([row("1", municipality=city.key)]), "generic", city)


def test_a_store_of_made_up_cities_alone_is_a_demo_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCU_DATABASE_URL", "postgresql://somewhere")
    assert not demo_rule.is_demo_store(store)
    monkeypatch.delenv("MCU_DATABASE_URL")
    assert demo_rule.is_demo_store(store)  # the first start is making it
    _load(store, f"{CITY}-demo")
    monkeypatch.setenv("MCU_DATABASE_URL", "postgresql://somewhere")
    assert demo_rule.is_demo_store(store)
    _load(store, OTHER)
    assert not demo_rule.is_demo_store(store)
    imports.undo(store, OTHER, 2, by=None)
    assert not demo_rule.is_demo_store(store)  # rejected lines and the journal know of it still


@pytest.mark.parametrize("role", Role)
def test_a_visitor_sees_the_made_up_city_by_role_and_only_while_it_is_alone(store: Store, role: Role) -> None:
    _load(store, f"{CITY}-demo")
    token = sessions.begin_demo(store, role, **HERE)
    session = sessions.session_of(store, token)
    assert session is not None
    assert (session.demo_role, session.account_id, session.title) == (role, None, ROLES[role].title)
    found = _viewer(store, session.session_id)
    assert found.is_demo
    assert found.municipalities() == (f"{CITY}-demo",)
    given_now = found.grant(f"{CITY}-demo")
    assert given_now.rights == ROLES[role].rights
    expected = {
        Role.BLOCK_HEAD: frozenset({"roads"}),
        Role.BLOCK_ACCOUNTABLE: frozenset(
            block.key for block in City.load(CITY).blocks if block.group == "Первый заместитель"
        ),
    }
    assert given_now.blocks == expected.get(role)
    assert (given_now.channels is not None) == (role is Role.MEDIA)
    assert sessions.listed(store, f"{CITY}-demo")["session_id"].to_list() == [session.session_id]
    assert sessions.listed(store, CITY).is_empty()
    _load(store, OTHER)
    assert sessions.session_of(store, token) is None
    assert sessions.viewer(store, session.session_id) is None
    assert sessions.listed(store, None).is_empty()
    with pytest.raises(AccessDenied):
        sessions.begin_demo(store, role, **HERE)


def test_a_visitor_changes_no_account(store: Store) -> None:
    _load(store, f"{CITY}-demo")
    token = sessions.begin_demo(store, Role.ADMINISTRATOR, **HERE)
    visitor = _viewer(store, sessions.session_id(token)).actor
    account = person(store, "roads", grant(Role.BLOCK_HEAD, f"{CITY}-demo", blocks=frozenset({"roads"})))
    deeds: list[Callable[[], object]] = [
        lambda: accounts.add(store, login="new", title="Новый", password=None, by=visitor),
        lambda: accounts.set_password(store, account, PHRASE, by=visitor),
        lambda: accounts.switch(store, account, is_active=False, by=visitor),
        lambda: grants.give(store, account, grant(municipality=f"{CITY}-demo"), visitor),
        lambda: grants.withdraw(store, account, f"{CITY}-demo", visitor),
        lambda: sessions.end_all(store, account, visitor),
    ]
    for deed in deeds:
        with pytest.raises(AccessDenied):
            deed()
    assert accounts.all_accounts(store, None)["login"].to_list() == ["roads"]
    assert sessions.end(store, visitor.session_id, visitor)  # the own session may be left


def test_everything_works_for_the_role_that_owns_nothing(application_url: str) -> None:
    with open_store(application_url) as store:
        chief = person(store, "chief", grant())
        head = person(store, "roads", ROADS)
        token, number = _begun(store, head)
        grants.substitute(store, CITY, chief, head, common.now(), common.now() + timedelta(days=1), CONSOLE)
        assert len(_viewer(store, number).places) == 2
        assert sessions.session_of(store, token, active=True) is not None
        _load(store, CITY)
        wanted = grant(Role.MEDIA, channels=frozenset({"portal"}))
        with pytest.raises(Exception, match="Канала «portal» в этом городе нет"):
            grants.give(store, head, wanted, CONSOLE)
        imports.load(store, intake([row("2", municipality=CITY, channel="portal")]), "generic", City.load(CITY))
        grants.give(store, head, wanted, CONSOLE)
        assert journal.verify(store) is None
