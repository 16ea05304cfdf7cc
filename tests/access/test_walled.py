"""The same over PostgreSQL: the server works as the role that the operator's command made, behind the second wall."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy.engine import make_url

from loaders.access.roles import Right
from pages.shared.address import SCREENS
from pages.shared.notices import OUR_FAULT
from tests import postgresql
from tests.access import canaries, outage, taking, walk
from tests.access.canaries import PEOPLE
from tests.access.conftest import ROLE, ROLE_PASSWORD
from tests.access.serving import Serving

ROUNDS = 3
"""How often each person opens every screen; the whole walk is that over SQLite."""


@pytest.mark.parametrize("login", PEOPLE)
def test_no_screen_sends_a_foreign_word(walled_city: Serving, login: str) -> None:
    told = walk.told(walled_city, login, ROUNDS * walk.TIMES * (len(SCREENS) + 1))
    assert any(word.startswith("zqto") for word in told)
    if Right.ROWS in PEOPLE[login].rights:
        assert any(word.startswith("zqid") for word in told)


@pytest.mark.parametrize("login", PEOPLE)
def test_no_file_of_a_screen_or_a_report_holds_a_foreign_word(walled_city: Serving, login: str) -> None:
    taking.check(walled_city, login)


def test_the_server_works_as_the_role_of_the_application(
    walled_city: Serving, postgresql_server: postgresql.Server
) -> None:
    asked = "SELECT usename, count(*) FROM pg_stat_activity WHERE application_name = 'mcu' AND datname = %s GROUP BY 1"
    with psycopg.connect(postgresql_server.url("postgres")) as connection:
        found = dict(connection.execute(asked, [_database(walled_city)]).fetchall())
    assert set(found) == {ROLE}


def _database(city: Serving) -> str:
    return str(make_url(city.url).database)


def _secrets(server: postgresql.Server) -> tuple[str, ...]:
    return (ROLE_PASSWORD, ROLE, server.host, "postgresql://")


@contextmanager
def _stopped(server: postgresql.Server, name: str) -> Iterator[None]:
    """Throw everybody out of a database and let nobody in."""
    server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 — our own name
    try:
        yield
    finally:
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


def test_a_database_that_goes_away_is_not_described_and_comes_back(
    walled_city: Serving, postgresql_server: postgresql.Server
) -> None:
    visitor = walled_city.visitor("administrator", canaries.PASSWORD)
    with walled_city.reader(visitor) as reader:
        assert canaries.canaries(reader.open("registry").raw)
        with _stopped(postgresql_server, _database(walled_city)):
            seen = outage.everything(walled_city, visitor, reader)
        assert "Хранилище данных недоступно" in seen.decode("utf-8", "replace")
        assert not canaries.canaries(seen)
        assert canaries.canaries(reader.open("registry").raw)
    outage.tells_nothing(walled_city, seen, _secrets(postgresql_server))


def test_a_statement_that_fails_is_shown_to_nobody_and_written_nowhere(
    walled_city: Serving, postgresql_server: postgresql.Server
) -> None:
    visitor = walled_city.visitor("administrator", canaries.PASSWORD)
    logged = len(walled_city.logged)
    with (
        psycopg.connect(postgresql_server.url(_database(walled_city)), autocommit=True) as owner,
        walled_city.reader(visitor) as reader,
    ):
        owner.execute("ALTER TABLE appeals RENAME TO elsewhere")
        try:
            seen = outage.everything(walled_city, visitor, reader)
        finally:
            owner.execute("ALTER TABLE elsewhere RENAME TO appeals")
        assert canaries.canaries(reader.open("registry").raw)
    assert OUR_FAULT in seen.decode("utf-8", "replace")
    assert "UndefinedTable" in walled_city.logged[logged:]
    outage.tells_nothing(walled_city, seen, _secrets(postgresql_server))
