"""The limits of sign-in hold for the role of the application as well."""

import pytest

from tests.loaders.access.test_throttle import *  # noqa: F403 - the same tests once more, in another store


@pytest.fixture
def store_url(application_url: str) -> str:
    """Give every test a database behind the wall."""
    return application_url
