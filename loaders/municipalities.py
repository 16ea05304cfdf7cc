"""Which cities the store holds; the first one is the city of whoever has not named another."""

import os
from typing import Final

import sqlalchemy as sa

from loaders.city import DEMO_SUFFIX, City
from loaders.errors import InputRefused
from loaders.store import tables
from loaders.store.engine import Store

CITY_VARIABLE: Final = "MCU_CITY"
"""Names the city of this installation: a key, or the path of a city's own file."""

HOME: Final = "novoshakhtinsk"
"""The city when nothing is loaded and none is named."""


def known(store: Store) -> tuple[str, ...]:
    """List municipalities that have a load: real ones before made-up ones, the one loaded into last first."""
    batches = tables.batches.c
    loaded = (
        sa.select(batches.municipality, sa.func.max(batches.loaded_at_utc))
        .where(batches.state == "loaded")
        .group_by(batches.municipality)
    )
    with store.reading(None) as connection:
        newest = {row[0]: row[1] for row in connection.execute(loaded)}
    return tuple(sorted(newest, key=lambda key: (key.endswith(DEMO_SUFFIX), -newest[key], key)))


def describe(municipality: str) -> City:
    """Load the description of a municipality: one of the product's, or the file that MCU_CITY names.

    Raises `InputRefused` when neither describes it.
    """
    try:
        return City.load(municipality)
    except InputRefused:
        own = os.environ.get(CITY_VARIABLE, "")
        city = City.load(own) if own.endswith(".toml") else None
        if city is None or municipality not in {city.key, city.demo().key}:
            raise
        return city if municipality == city.key else city.demo()
