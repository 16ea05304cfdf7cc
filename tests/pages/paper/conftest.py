"""Papers over the demo city, without a browser of the reader."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import streamlit as st

from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE
from pages.paper.model import About
from pages.paper.source import Source
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from tests.pages.people import CITY

ABOUT = About(
    (("Период", "16.11 – 22.11.2026"), ("Данные на", "22.11.2026 08:40")), (("Поступило", "Сколько пришло."),)
)


@pytest.fixture
def city(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scope]:
    """Give the whole of the demo city, over a store of this process."""
    monkeypatch.setenv(URL_VARIABLE, demo_url)
    st.cache_resource.clear()
    yield Scope.whole_city(CITY)
    st.cache_resource.clear()


@pytest.fixture
def source(city: Scope) -> Source:
    """Give what a file of the last week is made from."""
    asked, _ = Asked.of(city, Filters(period="seven_days"))
    return Source(asked)


def narrowed(source: Source, **filters: tuple[str, ...]) -> Source:
    """Give the same with other filters."""
    return replace(source, asked=replace(source.asked, filters=source.asked.filters.replace(**filters)))


__all__ = ["ABOUT", "narrowed"]
