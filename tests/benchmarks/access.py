"""What bounds cost: a scope in a cell read and a register page, the wall of PostgreSQL, and fifty scopes at once.

With PostgreSQL the same tables are read as the administrator, whom no policy bounds, and as the application's role.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, islice

import polars as pl

from analytics import facts
from loaders import cells, imports, register
from loaders.scope import Scope
from loaders.store import application_role, policies
from loaders.store.engine import Store, open_store
from tests import postgresql
from tests.benchmarks import measuring

KEY = measuring.CITY.key
ALL = Scope.whole_city(KEY)
TURNS = 5
PEOPLE = 50
ROLE = "mcu_app"


def main() -> None:
    """Measure one kind of store."""
    given = measuring.arguments(__doc__ or "")
    rows = measuring.appeals(given.rows).with_columns(municipality=pl.lit(KEY))
    start = rows["received_at"].max().date() - timedelta(days=396)
    clock = measuring.Clock()
    with _stores(given.store) as (store, walled):
        with clock.time("import"):
            imports.load(store, measuring.intake(rows), "generic", measuring.CITY)
        blocks = sorted(rows["topic_block"].drop_nulls().unique())
        scopes = [Scope.of_blocks(KEY, frozenset(pair)) for pair in islice(combinations(blocks, 2), PEOPLE)]

        def read(scope: Scope, at: Store = store) -> pl.DataFrame:
            return cells.load(at, scope, start=start)

        def page(scope: Scope, at: Store = store) -> register.RegisterPage:
            return register.page(at, scope, register.RegisterFilter(facts.RECEIVED_ON >= start))

        for _ in range(TURNS):
            for name, scope in (("city", ALL), ("two blocks", scopes[0])):
                _cold(clock, f"cells, cold, {name}", lambda: read(scope))  # noqa: B023
                _warm(clock, f"cells, warm, {name}", lambda: read(scope))  # noqa: B023
                _timed(clock, f"register page, {name}", lambda: page(scope))  # noqa: B023
                if walled is not None:
                    _cold(clock, f"cells, cold, {name}, walled", lambda: read(scope, walled))  # noqa: B023
                    _timed(clock, f"register page, {name}, walled", lambda: page(scope, walled))  # noqa: B023
        cells._CACHE.clear()
        _timed(clock, f"{PEOPLE} scopes, each read for itself", lambda: [read(scope) for scope in scopes])
        for _ in range(TURNS):
            cells._CACHE.clear()
            read(ALL)
            _timed(clock, "one scope from shared cells", lambda: read(scopes[0]))
            _timed(clock, f"{PEOPLE} scopes from shared cells", lambda: [read(scope) for scope in scopes])
        if walled is not None:
            twin = replace(measuring.CITY, key="twin")
            with clock.time("import, walled"):
                imports.load(
                    walled, measuring.intake(rows.with_columns(municipality=pl.lit(twin.key))), "generic", twin
                )
        measuring.tell(clock, rows=given.rows, cells=read(ALL).height, ratio=_ratios(clock.seconds))


@contextmanager
def _stores(kind: str) -> Iterator[tuple[Store, Store | None]]:
    """Open an empty store, and under PostgreSQL the same one as the application's role."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield stack.enter_context(measuring.a_store(kind)), None
            return
        server = stack.enter_context(postgresql.server())
        if server is None:
            raise SystemExit(postgresql.NEITHER)
        name = server.create()
        store = stack.enter_context(open_store(server.url(name)))
        with store.writing() as connection:
            policies.build(connection)
            application_role.prepare(connection, ROLE, None)
        yield store, stack.enter_context(open_store(server.url(name, ROLE)))


def _timed(clock: measuring.Clock, name: str, work: Callable[[], object]) -> None:
    with clock.time(name):
        work()


def _cold(clock: measuring.Clock, name: str, work: Callable[[], object]) -> None:
    cells._CACHE.clear()
    _timed(clock, name, work)


def _warm(clock: measuring.Clock, name: str, work: Callable[[], object]) -> None:
    """Time ten reads, and note one: a single one is too short for the clock."""
    with clock.time(name):
        for _ in range(10):
            work()
    clock.seconds[f"{name}, each"] = round(clock.seconds[name] / 10, 5)


def _ratios(seconds: dict[str, float]) -> dict[str, float]:
    pairs = {
        "two blocks to city, cells cold": ("cells, cold, two blocks", "cells, cold, city"),
        "two blocks to city, register page": ("register page, two blocks", "register page, city"),
        f"{PEOPLE} shared to one cold": (f"{PEOPLE} scopes from shared cells", "cells, cold, city"),
        f"{PEOPLE} apart to {PEOPLE} shared": (
            f"{PEOPLE} scopes, each read for itself",
            f"{PEOPLE} scopes from shared cells",
        ),
        **{f"wall, {name}": (f"{name}, walled", name) for name in seconds if f"{name}, walled" in seconds},
    }
    return {name: round(seconds[one] / seconds[other], 2) for name, (one, other) in pairs.items()}


if __name__ == "__main__":
    main()
