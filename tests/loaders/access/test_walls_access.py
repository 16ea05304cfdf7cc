"""Accounts, grants and sessions work for the role of the application as well."""

import pytest

from tests.loaders.access.test_accounts import *  # noqa: F403 - the same tests once more, in another store
from tests.loaders.access.test_grants import *  # noqa: F403
from tests.loaders.access.test_sessions import *  # noqa: F403


@pytest.fixture
def store_url(application_url: str) -> str:
    """Give every test a database behind the wall."""
    return application_url
