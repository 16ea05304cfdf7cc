"""Who may what, each condition by an example that fails without it: the killers of `mutants` among people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from loaders import imports
from loaders.access import accounts, demo_rule, grants, permits, sessions
from loaders.access.roles import ROLES, Right, Role
from loaders.access.viewer import OWN, Actor, Grant, Place, Viewer
from loaders.errors import AccessDenied, InputRefused
from loaders.scope import Scope
from loaders.store.access_tables import accounts as account_rows
from loaders.store.access_tables import sessions as session_rows
from loaders.store.engine import Store
from pages.shared import viewer as viewers
from tests.access.canaries import CITY, CONSOLE, KEY, OTHER_CITY
from tests.access.two_cities import ROWS, rows_of, store, two_cities
from tests.loaders.made import intake

__all__ = ["store", "two_cities"]

ALL: Final = Scope.whole_city(KEY)
SOON: Final = timedelta(hours=1)


def _grant(role: Role, **changed: Any) -> Grant:
    return Grant(KEY, role, ROLES[role].rights, **changed)


def _viewer(*places: Place) -> Viewer:
    return Viewer(Actor("x", 1, "s"), "X", is_demo=False, places=places, stamp="")


def test_a_grant_opens_what_it_says() -> None:
    head = _grant(Role.BLOCK_HEAD).scope()
    assert head.blocks == frozenset()
    assert _grant(Role.MEDIA).scope().channels == frozenset()
    assert (head.sees_rows, head.may_export) == (True, False)
    guest = _grant(Role.GUEST, departments=frozenset({"А"}), valid_until=datetime.now(UTC)).scope()
    assert (guest.sees_rows, guest.may_export, guest.departments) == (False, False, frozenset({"А"}))
    assert guest.valid_until is not None
    assert _grant(Role.CURATOR).scope().blocks is None


def test_a_viewer_may_what_the_place_may() -> None:
    ended = _grant(Role.ADMINISTRATOR, valid_until=datetime.now(UTC) - SOON)
    viewer = _viewer(Place(OWN, "X", (_grant(Role.GUEST),)), Place("7", "Y", (_grant(Role.CURATOR),)))
    assert viewer.place("unknown").key == OWN
    assert viewer.place("7").title == "Y"
    assert not viewer.may(Right.ROWS, KEY)
    assert viewer.may(Right.ROWS, KEY, "7")
    assert not viewer.may(Right.ROWS, "elsewhere", "7")
    with pytest.raises(AccessDenied):
        viewer.scope("elsewhere")
    with pytest.raises(AccessDenied):
        viewer.demand(Right.ROWS, KEY)
    assert not _viewer(Place(OWN, "X", (ended,))).may(Right.ACCESS, KEY)


def test_a_run_is_bounded_by_the_city_and_the_place_of_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert viewers.chosen("elsewhere", (KEY, "second")) == KEY
    assert viewers.chosen("second", (KEY, "second")) == "second"
    with pytest.raises(AccessDenied):
        viewers.chosen(KEY, ())
    monkeypatch.setattr(viewers.address, "param", lambda _name: "7")
    head = _viewer(Place(OWN, "X", (_grant(Role.CURATOR),)), Place("7", "Y", (_grant(Role.MEDIA),)))
    assert viewers.scope(head, KEY).channels == frozenset()
    assert not viewers.may(head, Right.ROWS, KEY)
    with pytest.raises(AccessDenied):
        viewers.demand(head, Right.ROWS, KEY)


def test_a_scope_that_ends_within_a_run_opens_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = replace(ALL, valid_until=datetime.now(UTC) - SOON)
    person = _viewer(Place(OWN, "X", (_grant(Role.CURATOR),)))
    monkeypatch.setattr(viewers.address, "param", lambda _name: "")
    monkeypatch.setattr(Viewer, "scope", lambda *_asked: ended)
    with pytest.raises(AccessDenied, match="истёк"):
        viewers.scope(person, KEY)


def test_undo_asks_for_the_right_to_import(store: Store) -> None:
    for role in (Role.CURATOR, Role.BLOCK_HEAD):
        with pytest.raises(AccessDenied):
            imports.undo(store, KEY, 1, by=_viewer(Place(OWN, "X", (_grant(role),))))
    assert imports.batches(store, ALL).filter(state="loaded").height == 1


@pytest.fixture
def staff(store: Store) -> dict[str, int]:
    """Make an administrator, a curator and the head of roads."""
    made = {}
    for login, grant in (
        ("admin", _grant(Role.ADMINISTRATOR)),
        ("second", _grant(Role.ADMINISTRATOR)),
        ("curator", _grant(Role.CURATOR)),
        ("head", _grant(Role.BLOCK_HEAD, blocks=frozenset({"roads"}))),
    ):
        made[login] = accounts.add(store, login=login, title=login, password=None, by=CONSOLE)
        grants.give(store, made[login], grant, CONSOLE)
    return made


def _begin(store: Store, number: int) -> str:
    return sessions.session_id(sessions.begin(store, number, address="192.0.2.7", agent=""))


def _change(store: Store, table: sa.Table, where: sa.ColumnElement[bool], **values: Any) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(table).where(where).values(**values))


def test_a_session_ends_for_every_reason(store: Store, staff: dict[str, int]) -> None:
    one = session_rows.c.session_id
    past = int((datetime.now(UTC) - timedelta(days=1)).timestamp())
    for changed in ({"ended_at_utc": past}, {"ends_at_utc": past}, {"seen_at_utc": past}):
        number = _begin(store, staff["head"])
        assert sessions.viewer(store, number)
        _change(store, session_rows, one == number, **changed)
        assert sessions.viewer(store, number) is None
    number = _begin(store, staff["head"])
    _change(store, account_rows, account_rows.c.account_id == staff["head"], is_active=False)
    assert sessions.viewer(store, number) is None
    with pytest.raises(AccessDenied):
        _begin(store, staff["head"])


def test_others_sessions_are_ended_by_who_keeps_the_access(store: Store, staff: dict[str, int]) -> None:
    number = _begin(store, staff["admin"])
    with pytest.raises(AccessDenied):
        sessions.end(store, number, Actor("head", staff["head"], "s"))
    assert sessions.viewer(store, number)
    assert sessions.end(store, number, Actor("second", staff["second"], "s"))


def test_a_store_with_a_real_city_is_no_demo_store(store: Store) -> None:
    assert not demo_rule.is_demo_store(store)
    with pytest.raises(AccessDenied):
        sessions.begin_demo(store, Role.CURATOR, address="127.0.0.1", agent="")


def test_a_demo_session_ends_when_a_real_city_comes(sqlite_store: Store) -> None:
    imports.load(sqlite_store, intake(rows_of(OTHER_CITY.key, "other")), "other", OTHER_CITY)
    number = sessions.session_id(sessions.begin_demo(sqlite_store, Role.CURATOR, address="127.0.0.1", agent=""))
    assert sessions.viewer(sqlite_store, number)
    imports.load(sqlite_store, intake(ROWS), "generic", CITY)
    assert sessions.viewer(sqlite_store, number) is None


def _places(store: Store, number: int) -> list[tuple[str, tuple[Role, ...]]]:
    viewer = sessions.viewer(store, _begin(store, number))
    assert viewer is not None
    return [(place.key, tuple(grant.role for grant in place.grants)) for place in viewer.places]


def test_a_place_is_taken_within_its_days_and_city_only(store: Store, staff: dict[str, int]) -> None:
    now = datetime.now(UTC)
    own = [(OWN, (Role.BLOCK_HEAD,))]
    head, curator = staff["head"], staff["curator"]
    grants.give(
        store, curator, replace(_grant(Role.GUEST, valid_until=now + 9 * SOON), municipality=OTHER_CITY.key), CONSOLE
    )
    later = grants.substitute(store, KEY, curator, head, now + SOON, now + 2 * SOON, CONSOLE)
    assert _places(store, head) == own
    grants.end_substitution(store, KEY, later, CONSOLE)
    present = grants.substitute(store, KEY, curator, head, now - 2 * SOON, now + SOON, CONSOLE)
    assert _places(store, head) == [*own, (str(curator), (Role.CURATOR,))]
    assert _places(store, staff["second"]) == [(OWN, (Role.ADMINISTRATOR,))]
    viewer = sessions.viewer(store, _begin(store, head))
    assert viewer is not None
    until = viewer.grant(KEY, str(curator)).valid_until
    assert until is not None
    assert until <= now + SOON
    _change(store, account_rows, account_rows.c.account_id == curator, is_active=False)
    assert _places(store, head) == own
    _change(store, account_rows, account_rows.c.account_id == curator, is_active=True)
    grants.end_substitution(store, KEY, present, CONSOLE)
    assert _places(store, head) == own


def test_a_grant_that_has_ended_opens_nothing(store: Store, staff: dict[str, int]) -> None:
    from loaders.store.access_tables import grants as grant_rows

    past = int((datetime.now(UTC) - SOON).timestamp())
    _change(store, grant_rows, grant_rows.c.account_id == staff["head"], valid_until_utc=past)
    assert _places(store, staff["head"]) == [(OWN, ())]


def test_only_who_keeps_the_access_changes_it(store: Store, staff: dict[str, int]) -> None:
    wanted = _grant(Role.BLOCK_HEAD, blocks=frozenset({"energy"}))
    for by in (Actor("curator", staff["curator"], "s"), Actor("head", staff["head"], "s"), Actor("демо", None, "s")):
        with pytest.raises(AccessDenied):
            grants.give(store, staff["second"], wanted, by)
        with pytest.raises(AccessDenied):
            accounts.add(store, login="new", title="new", password=None, by=by)
        with pytest.raises(AccessDenied):
            accounts.rename(store, staff["admin"], "other", by=by)
    elsewhere = replace(_grant(Role.ADMINISTRATOR), municipality=OTHER_CITY.key)
    with pytest.raises(AccessDenied):
        grants.give(store, staff["head"], elsewhere, Actor("admin", staff["admin"], "s"))
    grants.give(store, staff["second"], elsewhere, CONSOLE)
    with pytest.raises(AccessDenied):  # the second one keeps another city too
        accounts.rename(store, staff["second"], "other", by=Actor("admin", staff["admin"], "s"))
    with pytest.raises(InputRefused):
        grants.give(store, staff["admin"], wanted, Actor("admin", staff["admin"], "s"))
    assert permits.is_console(CONSOLE)
    for nobody in (Actor("консоль", None, "s"), Actor("консоль", 1, ""), Actor("демо", None, "")):
        assert not permits.is_console(nobody)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(_grant(Role.GUEST), valid_until=None),
        replace(_grant(Role.BLOCK_HEAD), rights=frozenset(Right), blocks=frozenset({"roads"})),
        replace(_grant(Role.CURATOR), rights=frozenset()),
        _grant(Role.BLOCK_HEAD),
        _grant(Role.MEDIA),
        _grant(Role.CURATOR, valid_until=datetime(2020, 1, 1, tzinfo=UTC)),
        _grant(Role.CURATOR, departments=frozenset({"нет такого"})),
    ],
)
def test_nothing_is_given_beyond_the_role(store: Store, staff: dict[str, int], wrong: Grant) -> None:
    with pytest.raises(InputRefused):
        grants.give(store, staff["head"], wrong, CONSOLE)
