"""Squares of the map go to the one they were put up for, under the rights of that moment, and to nobody else."""

import gzip
import json

import pytest

from loaders.access import grants, sessions
from loaders.access.roles import Role
from loaders.city_map import MapFiles
from pages.map import features, tiles
from pages.map.features import Tile
from tests.pages.people import CITY, CONSOLE, grant


def _put(door, account_id, draw):
    person = sessions.viewer(door.store, door.begin(account_id))
    return tiles.SQUARES + tiles.sheets.put(person, "view", {"cells": draw}, MapFiles())


def test_a_square_is_drawn_for_its_owner_and_packed_where_it_is_worth_it(door, employee):
    href = _put(door, employee, lambda tile: features.collection([json.dumps({"z": tile.z, "x": "я" * 2_000})]))
    answer = door.ask(path=f"{href}/cells/3/1/2", headers=[("accept-encoding", "gzip")])
    assert answer.status == 200
    assert answer.header("content-encoding") == "gzip"
    assert answer.header("cache-control") == "no-store"
    assert json.loads(gzip.decompress(answer.body))["features"][0]["z"] == 3
    assert json.loads(door.ask(path=f"{href}/cells/3/1/2").body)["features"][0]["z"] == 3


def test_nobody_else_gets_it(door, employee, head):
    href, token = _put(door, employee, lambda _: b"{}"), door.cookies
    door.begin(head)
    assert door.ask(path=f"{href}/cells/0/0/0").status == 404
    door.begin(employee)  # the same person in another session
    assert door.ask(path=f"{href}/cells/0/0/0").status == 404
    door.cookies = {}
    assert door.ask(path=f"{href}/cells/0/0/0").status == 401
    door.cookies = token
    assert door.ask(path=f"{href}/cells/0/0/0").status == 200


def test_other_rights_end_it(door, employee, head):  # noqa: ARG001 — the employee keeps the access of the city
    href = _put(door, head, lambda _: b"{}")
    grants.give(door.store, head, grant(Role.GUEST, CITY), CONSOLE)
    assert door.ask(path=f"{href}/cells/0/0/0").status in {401, 404}


@pytest.mark.parametrize(
    "square",
    [
        "points/0/0/0",
        "cells/0/0/1",
        "cells/19/0/0",
        "cells/3/8/0",
        "cells/0/0",
        "cells/-1/0/0",
        "cells/1/0/0/0",
        "Cells/0/0/0",
    ],
)
def test_there_is_no_other_square(door, employee, square):
    href = _put(door, employee, lambda _: b"{}")
    assert door.ask(path=f"{href}/{square}").status == 404


def test_the_same_view_keeps_its_address_and_another_session_has_another(door, employee):
    session = sessions.viewer(door.store, door.begin(employee))
    first = tiles.sheets.put(session, "view", {}, MapFiles())
    assert first == tiles.sheets.put(session, "view", {}, MapFiles())
    assert first != tiles.sheets.put(session, "other", {}, MapFiles())
    again = sessions.viewer(door.store, door.begin(employee))
    assert first != tiles.sheets.put(again, "view", {}, MapFiles())


def test_the_oldest_sheets_go():
    class Somebody:
        actor = type("Actor", (), {"session_id": "s"})
        stamp = "x"

    kept = tiles.Sheets()
    keys = [kept.put(Somebody, str(number), {}) for number in range(tiles._OF_ALL + 1)]
    assert kept.find(keys[0], "s") is None
    assert kept.find(keys[-1], "s") is not None


def test_every_cell_is_in_one_square_of_a_zoom():
    at = [(47.76, 39.93), (0.0, 0.0), (-33.9, 18.4), (69.0, -33.1)]
    squares = [Tile(3, x, y) for x in range(8) for y in range(8)]
    for latitude, longitude in at:
        assert sum(_is_in(tile, latitude, longitude) for tile in squares) == 1


def _is_in(tile, latitude, longitude):
    south, west, north, east = tile.box
    return south <= latitude < north and west <= longitude < east
