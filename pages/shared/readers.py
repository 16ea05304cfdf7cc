"""Cached readers: thin lids over the loaders, so that a run reads what has not changed only once.

The rule that keeps answers right: an argument of a cached function is a scalar or a frozen dataclass of scalars,
never a frame, a series or an array — Streamlit hashes a sample of those and gives back old answers. Every key holds
the data version and the scope. Frames are kept by `cache_resource` and handed out lazily, so nobody changes them.
"""

from datetime import date

import polars as pl
import streamlit as st

from loaders import cells as cell_store
from loaders import freshness as freshness_store
from loaders import municipalities
from loaders.cells import DataVersion
from loaders.city import City
from loaders.errors import StoreUnavailable
from loaders.scope import Scope
from loaders.store import walls
from loaders.store.calendar import Grain
from loaders.store.engine import Store, open_store
from pages.shared.kept import kept


@st.cache_resource(show_spinner=False)
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


def version(scope: Scope) -> DataVersion:
    """Read the version of the data; once per run, and everything in the run is read at it."""
    return cell_store.data_version(store(), scope)


def unchanged(scope: Scope, version: DataVersion) -> None:
    """Raise `DataChanged` when the data have moved on from a version."""
    if cell_store.data_version(store(), scope) != version:
        raise cell_store.DataChanged


def first_day(version: DataVersion) -> date | None:
    """Give the first day of the first month with data; None when there are none."""
    months = [month for month, _ in version.months]
    return date(min(months) // 100, min(months) % 100, 1) if months else None


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
def as_of(scope: Scope, version: DataVersion) -> date:  # noqa: ARG001 — the version is the key
    """Give the day of the newest event in the data."""
    return cell_store.as_of(store(), scope)


@kept(max_entries=64)
def freshness(scope: Scope, version: DataVersion) -> freshness_store.Freshness:  # noqa: ARG001 — the version is the key
    """Give how fresh the data are."""
    return freshness_store.freshness(store(), scope)
