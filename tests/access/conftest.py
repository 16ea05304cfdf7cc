"""One server over the city of canaries for all the tests that attack it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from loaders.__main__ import DONE, main
from loaders.commands.database import OWNER_VARIABLE
from loaders.store.engine import URL_VARIABLE
from tests import postgresql
from tests.access import canaries
from tests.access.serving import Serving, serving

SERVERS: Final = {"city", "walled_city"}
ROLE: Final = "mcu_canaries"
ROLE_PASSWORD: Final = "s3cret-of-the-wall"  # noqa: S105 — of a server that lives as long as a test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that need the server in one process."""
    for item in items:
        if Path(__file__).parent in item.path.parents and SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("access"))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve the city of canaries from a SQLite store."""
    folder = tmp_path_factory.mktemp("access")
    url = f"sqlite:///{folder / 'mcu.sqlite'}"
    with serving(url, folder, canaries.fill(url)) as running:
        yield running


@pytest.fixture(scope="session")
def walled_city(tmp_path_factory: pytest.TempPathFactory, postgresql_server: postgresql.Server) -> Iterator[Serving]:
    """Serve the same city from PostgreSQL, prepared by the operator's command, as the role of the application."""
    name, owner = postgresql_server.create(), f"{ROLE}_owner"
    postgresql_server.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE")
    postgresql_server.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
    url = postgresql_server.url(name, f"{ROLE}:{ROLE_PASSWORD}")
    with pytest.MonkeyPatch.context() as given:
        given.setenv(OWNER_VARIABLE, postgresql_server.url(name, owner))
        given.setenv(URL_VARIABLE, url)
        assert main(["database", "setup"]) == DONE
    with serving(url, tmp_path_factory.mktemp("walled"), canaries.fill(url)) as running:
        yield running
    postgresql_server.drop(name)
    for role in (ROLE, owner):
        postgresql_server.execute(f"DROP ROLE {role}")
