"""One server over the city of canaries for all the tests that attack it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access import canaries
from tests.access.serving import Serving, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that need the server in one process."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "city" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("access"))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve the city of canaries from a SQLite store."""
    folder = tmp_path_factory.mktemp("access")
    url = f"sqlite:///{folder / 'mcu.sqlite'}"
    with serving(url, folder, canaries.fill(url)) as running:
        yield running
