"""Every promise of an import holds for the role of the application as well, behind the wall of PostgreSQL."""

import pytest

from tests.loaders.test_imports import *  # noqa: F403 - the same tests once more, in another store


@pytest.fixture
def store_url(application_url: str) -> str:
    """Give every test a database behind the wall."""
    return application_url


@pytest.fixture
def postgresql_url(application_url: str) -> str:
    """Give tests of PostgreSQL alone the same."""
    return application_url
