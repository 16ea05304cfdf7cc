"""What a person chose last is found again, on both stores, also in one made before anybody could choose."""

import sqlalchemy as sa

from loaders.access import accounts, preferences
from loaders.store import tables
from loaders.store.engine import Store, open_store
from tests.loaders.access.people import CONSOLE


def _person(store: Store, login: str) -> int:
    return accounts.add(store, login=login, title=login, password=None, by=CONSOLE)


def test_each_person_has_the_own_choice_and_a_visitor_none(store: Store) -> None:
    first, second = _person(store, "ivanova"), _person(store, "petrov")
    preferences.keep_home_colour(store, first, "surprise")
    preferences.keep_home_colour(store, None, "appeals")
    assert [preferences.home_colour(store, each) for each in (first, second, None)] == ["surprise", None, None]
    preferences.keep_home_colour(store, first, "appeals")
    assert preferences.home_colour(store, first) == "appeals"


def test_an_older_store_learns_to_remember(store_url: str, store: Store) -> None:
    person = _person(store, "ivanova")
    with store.writing() as connection:
        connection.execute(sa.text("ALTER TABLE accounts DROP COLUMN home_colour"))
        for table in (tables.secrets, tables.publications):  # of later versions
            table.drop(connection)
        connection.execute(sa.update(tables.schema_version).values(version=5))
    with open_store(store_url) as again:
        assert preferences.home_colour(again, person) is None
        preferences.keep_home_colour(again, person, "surprise")
        assert preferences.home_colour(again, person) == "surprise"
