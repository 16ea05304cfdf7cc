"""A small demo city in a store of its own, for tests of screens."""

from datetime import date
from pathlib import Path

from loaders import demo
from loaders.city import City
from loaders.store import tables
from loaders.store.engine import open_store

APPEALS = 6_000
END = date(2026, 11, 23)
"""Last day of its data, not whole: screens are tested on the same rows whatever the day of the test."""

SECRET = "7" * 64
"""Chooses the half of the cases that accounts without rows are shown, so that this is the same in every run."""


def make(folder: Path, appeals: int = APPEALS) -> str:
    """Make a SQLite store with the demo city and give its address."""
    url = f"sqlite:///{folder / 'mcu.sqlite'}"
    store = open_store(url)
    city = City.load("novoshakhtinsk").demo()
    with store.writing() as connection:
        connection.execute(tables.secrets.update().values(value=SECRET))
    demo.load(store, demo.make(city, appeals=appeals, end=END), city)
    store.close()
    return url
