"""Which city a command is about."""

import os

from loaders import municipalities
from loaders.city import City
from loaders.errors import InputRefused
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
