"""A clock that stands still, for every test of access that asks for it."""

import pytest

from tests.loaders.access.people import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
