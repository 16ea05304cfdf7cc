"""A small demo city in a store of its own, for tests of screens."""

from datetime import date
from pathlib import Path

from loaders import demo
from loaders.city import City
from loaders.store.engine import open_store

APPEALS = 6_000
END = date(2026, 11, 23)
"""Last day of its data, not whole: screens are tested on the same rows whatever the day of the test."""


def make(folder: Path, appeals: int = APPEALS) -> str:
    """Make a SQLite store with the demo city and give its address."""
    url = f"sqlite:///{folder / 'mcu.sqlite'}"
    store = open_store(url)
    city = City.load("novoshakhtinsk").demo()
    demo.load(store, demo.make(city, appeals=appeals, end=END), city)
    store.close()
    return url
