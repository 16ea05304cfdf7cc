"""Which city a command is about."""

import os

import sqlalchemy as sa

from loaders import municipalities
from loaders.city import City
from loaders.errors import InputRefused
from loaders.store import tables
from loaders.store.engine import Store


def named(city: str | None) -> str | None:
    """Give the city that the command line names, else the installation's own, else None."""
    return city or os.environ.get(municipalities.CITY_VARIABLE) or None


def to_load_into(city: str | None, preferred: str | None) -> City:
    """Choose the city of an import: named, the installation's own, the profile's, the product's home."""
    return City.load(named(city) or preferred or municipalities.HOME)


def to_read(store: Store, city: str | None) -> str:
    """Choose the municipality to read: named, or the first that the store holds.

    Raises `InputRefused` when the store holds nothing of it.
    """
    known = municipalities.known(store)
    wanted = named(city)
    if wanted is not None and wanted.endswith(".toml"):
        wanted = City.load(wanted).key
    if wanted is None and known:
        return known[0]
    if wanted in known and wanted is not None:
        return wanted
    advice = f"Загружены: {', '.join(known)}." if known else "Загрузите файл командой import или создайте демо-город."
    raise InputRefused("no_data", f"Данных города «{wanted or municipalities.HOME}» в хранилище нет", advice=advice)


def to_undo(store: Store, city: str | None, batch: int) -> str:
    """Choose the municipality whose import is to be taken back: named, or the only one with an import of that number.

    Raises `InputRefused` when several have one: nothing is taken from a city that nobody meant.
    """
    batches = tables.batches.c
    holding = sa.select(batches.municipality).where(batches.batch_id == batch, batches.state == "loaded")
    with store.reading(None) as connection:
        found: list[str] = sorted(connection.scalars(holding))
    if named(city) is not None or not found:
        return to_read(store, city)
    if len(found) > 1:
        what = f"Загрузка № {batch} есть в нескольких городах: {', '.join(found)}"
        raise InputRefused("several_cities", what, advice="Назовите город параметром --city.")
    return found[0]
