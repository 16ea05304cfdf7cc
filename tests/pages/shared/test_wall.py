"""The screens get no store whose server would not hold them within a scope."""

from collections.abc import Iterator

import pytest

from loaders.errors import StoreUnavailable
from pages.shared import readers


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    readers.store.clear()
    yield
    readers.store.clear()


def test_the_administrator_of_the_database_is_no_connection_for_screens(
    owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCU_DATABASE_URL", owner_url)
    for _ in range(2):  # a refusal is not kept: the store may be mended while the application runs
        with pytest.raises(StoreUnavailable, match="администратор базы"):
            readers.store()


def test_the_role_of_the_application_is(application_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCU_DATABASE_URL", application_url)
    assert readers.store() is readers.store()
    readers.store().close()
