"""A file leaves once, to the one it was offered to, under the rights of that moment, with an entry in the journal."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from loaders.access import accounts, grants, journal, sessions
from loaders.access.roles import Right, Role
from loaders.access.viewer import OWN
from loaders.errors import AccessDenied
from pages.gate import downloads
from pages.gate.downloads import Made
from tests.pages.people import CITY, CONSOLE, grant


class Making:
    """Remember the scopes files were made under."""

    def __init__(self):
        self.scopes = []

    def __call__(self, scope):
        self.scopes.append(scope)
        return Made("№;Тема".encode(), 3)


def offered(door, account_id, make):
    viewer = sessions.viewer(door.store, door.begin(account_id))
    return downloads.offer(viewer, viewer.scope(CITY), OWN, "Реестр, май.csv", "text/csv", make)


def test_a_file_is_sent_once_and_written_down(door, employee):
    make = Making()
    href = offered(door, employee, make)
    assert make.scopes == []
    answer = door.ask(path=href)
    assert (answer.status, answer.text) == (200, "№;Тема")
    assert answer.header("cache-control") == "no-store"
    assert answer.header("content-type").startswith("text/csv")
    assert answer.header("content-disposition") == (
        "attachment; filename*=UTF-8''%D0%A0%D0%B5%D0%B5%D1%81%D1%82%D1%80%2C%20%D0%BC%D0%B0%D0%B9.csv"
    )
    entry = journal.page(door.store)[0].row(0, named=True)
    assert (entry["action"], entry["login"], entry["rows"], entry["municipality"]) == ("exported", "orlova", 3, CITY)
    assert json.loads(entry["detail"]) == {"name": "Реестр, май.csv"}
    assert door.ask(path=href).status == 404
    assert len(make.scopes) == 1


def test_the_journal_names_whose_place_it_was_by_title(door, employee):
    absent = accounts.add(door.store, login="absent", title="Куратор города", password=None, by=CONSOLE)
    grants.give(door.store, absent, grant(Role.CURATOR), CONSOLE)
    now = datetime.now(UTC)
    grants.substitute(door.store, CITY, absent, employee, now, now + timedelta(days=1), CONSOLE)
    viewer = sessions.viewer(door.store, door.begin(employee))
    href = downloads.offer(viewer, viewer.scope(CITY, str(absent)), str(absent), "a.csv", "text/csv", Making())
    assert door.ask(path=href).status == 200
    told = json.loads(journal.page(door.store)[0]["detail"][0])
    assert told == {"name": "a.csv", "place": "Куратор города"}


def test_nobody_else_gets_it_and_the_owner_still_does(door, employee, head):
    href, token = offered(door, employee, Making()), door.cookies
    door.begin(head)
    assert door.ask(path=href).status == 404
    door.begin(employee)  # the same person in another session
    assert door.ask(path=href).status == 404
    door.cookies = {}
    assert door.ask(path=href).status == 401
    door.cookies = token
    assert door.ask(path=href).status == 200


def test_it_waits_five_minutes(door, employee, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(downloads, "tickets", downloads.Tickets(lambda: now[0]))
    make = Making()
    early, late = offered(door, employee, make), None
    viewer = sessions.viewer(door.store, sessions.session_id(door.cookies["mcu"]))
    late = downloads.offer(viewer, viewer.scope(CITY), OWN, "a.csv", "text/csv", make)
    now[0] = downloads.TTL - 1
    assert door.ask(path=early).status == 200
    now[0] = downloads.TTL
    assert door.ask(path=late).status == 404


@pytest.mark.usefixtures("employee")
def test_rights_of_the_moment_count(door):
    other = accounts.add(door.store, login="second", title="Второй", password=None, by=CONSOLE)
    grants.give(door.store, other, grant(Role.CURATOR), CONSOLE)
    make = Making()
    href = offered(door, other, make)
    fewer = replace(grant(Role.CURATOR), rights=frozenset({Right.ROWS, Right.JOURNAL}))
    grants.give(door.store, other, fewer, CONSOLE)
    assert door.ask(path=href).status == 404
    assert make.scopes == []


@pytest.mark.usefixtures("employee")
def test_a_file_of_before_does_not_come_with_other_bounds(door):
    """The right to export stays, and a file is made within the scope of the moment; still it is another file."""
    other = accounts.add(door.store, login="second", title="Второй", password=None, by=CONSOLE)
    grants.give(door.store, other, grant(Role.CURATOR), CONSOLE)
    make = Making()
    href = offered(door, other, make)
    grants.give(door.store, other, replace(grant(Role.CURATOR), blocks=frozenset({"roads"})), CONSOLE)
    assert door.ask(path=href).status == 404
    assert make.scopes == []


def test_an_ended_session_gets_nothing(door, employee):
    make = Making()
    href = offered(door, employee, make)
    sessions.end(door.store, sessions.session_id(door.cookies["mcu"]), CONSOLE)
    assert door.ask(path=href).status == 401
    assert make.scopes == []


def test_without_the_right_nothing_is_offered(door, head):
    with pytest.raises(AccessDenied):
        offered(door, head, Making())


def test_a_made_up_ticket_is_nothing(door, employee):
    door.begin(employee)
    assert door.ask(path="/api/download/" + "a" * 43).status == 404


def test_old_tickets_of_a_session_give_way(door, employee):
    make = Making()
    first = offered(door, employee, make)
    viewer = sessions.viewer(door.store, sessions.session_id(door.cookies["mcu"]))
    for _ in range(20):
        downloads.offer(viewer, viewer.scope(CITY), OWN, "a.csv", "text/csv", make)
    assert door.ask(path=first).status == 404
