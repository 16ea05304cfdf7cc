"""Cached readers: thin lids over the loaders, so that a run reads what has not changed only once.

The rule that keeps answers right: an argument of a cached function is a scalar or a frozen dataclass of scalars,
never a frame, a series or an array — Streamlit hashes a sample of those and gives back old answers. Every key holds
the data version and the scope. Frames are kept by `cache_resource` and handed out lazily, so nobody changes them.
"""

from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from loaders import cells as cell_store
from loaders import freshness as freshness_store
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import Store, open_store

_MOST_FRAMES: Final = 24
"""Cells kept at once over all readers; the loaders keep the months they are made of."""


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Open the store once per process."""
    return open_store()


@st.cache_resource(show_spinner=False, max_entries=64)
def city(municipality: str) -> City:
    """Load the description of a city."""
    return City.load(municipality)


def version(scope: Scope) -> cell_store.DataVersion:
    """Read the version of the data; once per run, and everything in the run is read at it."""
    return cell_store.data_version(store(), scope)


@st.cache_resource(show_spinner=False, max_entries=_MOST_FRAMES)
def _cells(
    scope: Scope, version: cell_store.DataVersion, start: date | None, dimensions: tuple[str, ...], grain: str
) -> pl.DataFrame:
    return cell_store.load(store(), scope, start=start, dimensions=dimensions, grain=grain, version=version)


def cells(
    scope: Scope,
    version: cell_store.DataVersion,
    *,
    start: date | None = None,
    dimensions: tuple[str, ...] = cell_store.DEFAULT,
    grain: str = "day",
) -> pl.LazyFrame:
    """Give the cells of a scope from `start` on at one version of the data.

    `start` is floored to its month, so that neighbouring periods share one frame.
    """
    floored = start.replace(day=1) if start else None
    return _cells(scope, version, floored, dimensions, grain).lazy()


@st.cache_resource(show_spinner=False, max_entries=64)
def as_of(scope: Scope, version: cell_store.DataVersion) -> date:  # noqa: ARG001 — the version is the key
    """Give the day of the newest event in the data."""
    return cell_store.as_of(store(), scope)


@st.cache_resource(show_spinner=False, max_entries=64)
def freshness(scope: Scope, version: cell_store.DataVersion) -> freshness_store.Freshness:  # noqa: ARG001 — the version is the key
    """Give how fresh the data are."""
    return freshness_store.freshness(store(), scope)
