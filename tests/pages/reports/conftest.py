"""Reports over a small hand-made year, and over the demo city."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import streamlit as st

from analytics import schema
from loaders import imports
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE, open_store
from pages.paper import orders
from pages.paper.model import Paper
from pages.paper.orders import Order
from tests.loaders import made
from tests.pages.people import CITY

Make = Callable[..., Paper]


@pytest.fixture
def demo(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Give the function that makes a report of the demo city."""
    monkeypatch.setenv(URL_VARIABLE, demo_url)
    st.cache_resource.clear()
    yield lambda key, scope=None, **query: orders.paper(_order(key, query), scope or Scope.whole_city(CITY))[0]
    st.cache_resource.clear()


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[dict]], Make]]:
    """Give the function that loads rows into a store of their own, and gives the function that makes reports of it."""
    url = f"sqlite:///{tmp_path / 'year.sqlite'}"
    monkeypatch.setenv(URL_VARIABLE, url)
    st.cache_resource.clear()

    def load(rows: list[dict]) -> Make:
        city = City.load("novoshakhtinsk").demo()
        with open_store(url) as store:
            imports.load(store, made.intake(appeals(rows)), "delo", city)
        return made_of(Scope.whole_city(CITY))

    yield load
    st.cache_resource.clear()


def made_of(scope: Scope) -> Make:
    """Give the function that makes papers; `taken` makes one that has left and is kept."""

    def make(key: str, **query: str) -> Paper:
        return orders.paper(_order(key, query), scope)[0]

    def taken(key: str, **query: str) -> Paper:
        orders.make(replace(_order(key, query), form="xlsx"), scope)
        return make(key, **query)

    make.taken = taken  # type: ignore[attr-defined]
    return make


def _order(key: str, query: dict[str, str]) -> Order:
    return Order.of("report", key, {name: [value] for name, value in query.items()}, "pdf")


def appeals(rows: list[dict]) -> pl.DataFrame:
    """Make an appeals frame of rows that name what matters."""
    usual = {"municipality": CITY, "source_system": "delo", "question_no": 1, "kind": "appeal", "status": "in_work",
             "channel": "Почта", "topic_block": "roads", "topic": "Ямы", "department": "УГХ"}  # fmt: skip
    whole = [
        dict.fromkeys(schema.APPEAL) | usual | {"source_id": f"А-{at}", "source_row": at + 2} | row
        for at, row in enumerate(rows)
    ]
    return pl.DataFrame(whole, schema=schema.APPEAL)


def on(day: str) -> datetime:
    """Read a day of 2026 as «05.02», at noon."""
    return datetime.strptime(f"{day}.2026 12:00", "%d.%m.%Y %H:%M")  # noqa: DTZ007 — the city's wall clock
