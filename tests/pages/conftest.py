"""A small demo city in a store of its own, and the script that Streamlit runs, driven without a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from loaders.access.roles import Role
from loaders.store.engine import URL_VARIABLE, open_store
from tests import demo_city
from tests.pages import people

MAIN = Path(__file__).parents[2] / "pages" / "main.py"

Screen = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a store with the demo city once per process."""
    return demo_city.make(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def screen(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Give a function that opens a screen of the demo city with parameters in its address, as an administrator.

    `role` signs another in, `session` is an id to open with as it is.
    """
    yield from opened(demo_url, monkeypatch)


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """Give the address of a store that nothing was loaded into."""
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
def empty_screen(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Give the same as `screen` over an empty store."""
    yield from opened(empty_url, monkeypatch)


def opened(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Give a function that opens screens over a store."""
    monkeypatch.setenv(URL_VARIABLE, url)
    st.cache_resource.clear()

    def open_screen(
        folder: str = "", role: Role = Role.ADMINISTRATOR, session: str | None = None, **parameters: str | list[str]
    ) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.user = {"session": people.session(url, role) if session is None else session}
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        if folder:
            app.switch_page(f"{folder}/page.py").run()
        return app

    yield open_screen
    st.cache_resource.clear()
    # What a person chose last stays with the account: the next test finds the screens as they are at the start.
    with open_store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET home_colour = NULL")
