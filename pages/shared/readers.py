"""Cached readers: thin lids over the loaders, so that a run reads what has not changed only once.

The rule that keeps answers right: an argument of a cached function is a scalar or a frozen dataclass of scalars,
never a frame, a series or an array — Streamlit hashes a sample of those and gives back old answers. Every key holds
the data version and the scope. Frames are kept by `cache_resource` and handed out lazily, so nobody changes them.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl
import streamlit as st

from analytics import keys
from loaders import cells as cell_store
from loaders import coverage as coverage_store
from loaders import freshness as freshness_store
from loaders import municipalities
from loaders.cells import DataVersion
from loaders.city import City
from loaders.errors import StoreUnavailable
from loaders.profile import available
from loaders.scope import Scope
from loaders.store import walls
from loaders.store.calendar import Grain
from loaders.store.engine import Store, open_store
from pages.shared.filters import DIMENSIONS
from pages.shared.folding import Numbers
from pages.shared.kept import kept


@st.cache_resource(show_spinner=False, on_release=Store.close)
def store() -> Store:
    """Open the store once per process.

    Raises `StoreUnavailable` while PostgreSQL would not hold readers within their scope: a server that was down when
    the application started is looked at here.
    """
    opened = open_store()
    try:
        walls.check(opened)
    except StoreUnavailable:
        opened.close()
        raise
    return opened


@kept(max_entries=64)
def city(municipality: str) -> City:
    """Load the description of a city."""
    return municipalities.describe(municipality)


@kept(max_entries=1)
def source_titles() -> dict[str, str]:
    """Give the titles of the source systems by their keys."""
    return {profile.key: profile.title for profile in available()}


def version(scope: Scope) -> DataVersion:
    """Read the version of the data; once per run, and everything in the run is read at it."""
    return cell_store.data_version(store(), scope)


def unchanged(scope: Scope, version: DataVersion) -> None:
    """Raise `DataChanged` when the data have moved on from a version."""
    if cell_store.data_version(store(), scope) != version:
        raise cell_store.DataChanged


def cells(
    scope: Scope,
    version: DataVersion,
    *,
    start: date | None = None,
    dimensions: tuple[str, ...] = cell_store.DEFAULT,
    grain: Grain = "day",
    with_past: bool = False,
) -> pl.LazyFrame:
    """Give the cells of a scope that touch `start` and after, at one version of the data.

    The loader keeps what it read, by version and scope, for the whole process: a lid here would keep it twice.
    """
    return cell_store.load(
        store(), scope, start=start, dimensions=dimensions, grain=grain, version=version, with_past=with_past
    ).lazy()


@kept(max_entries=64)
def numbers(scope: Scope, version: DataVersion) -> Mapping[str, Numbers]:  # noqa: ARG001 — the version is the key
    """Give by column of the filters the numbers of its words in writing; no word has the number 0."""
    columns = [column for _, column in DIMENSIONS.values()]
    found = cell_store.codes(store(), scope, columns)
    return {
        name: Numbers({keys.ABSENT: 0} | {keys.written(word): code + 1 for word, code in codes.items()})
        for name, codes in found.items()
    }


def freshness(scope: Scope, version: DataVersion) -> freshness_store.Freshness:
    """Give how fresh the data are, and which days they cover whole."""
    return _freshness(scope, version, coverage_store.city_today(scope.municipality))


@kept(max_entries=64)
def _freshness(scope: Scope, version: DataVersion, today: date) -> freshness_store.Freshness:  # noqa: ARG001 — keys
    return freshness_store.freshness(store(), scope)
