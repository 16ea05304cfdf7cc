"""A demo city large enough for its planted stories to stand out from chance."""

from collections.abc import Iterator

import pytest

from tests import demo_city
from tests.pages.conftest import Screen, opened

APPEALS = 60_000


@pytest.fixture(scope="session")
def large_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a store with a larger demo city once per process."""
    return demo_city.make(tmp_path_factory.mktemp("large"), APPEALS)


@pytest.fixture
def large_screen(large_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Give a function that opens a screen of the larger city."""
    yield from opened(large_url, monkeypatch)
