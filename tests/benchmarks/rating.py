"""Everything the screen «Рейтинг» computes from warm cells, in processor time."""

import time
from unittest.mock import patch

import polars as pl

from loaders import cells, imports
from loaders.scope import Scope
from pages.rating import reading
from pages.rating.view import WHO, Chosen
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from tests.benchmarks import measuring

REPEATS = 5

KEPT = (reading.counted, reading.ratings, reading.moved, reading.standings, reading.in_funnel)
"""Answers that a process keeps; forgotten before every turn."""


def main() -> None:
    """Measure one kind of store."""
    given = measuring.arguments(__doc__ or "")
    rows = measuring.appeals(given.rows).with_columns(municipality=pl.lit(measuring.CITY.key))
    clock = measuring.Clock()
    with measuring.a_store(given.store) as store, patch.object(readers, "store", lambda: store):
        imports.load(store, measuring.intake(rows), "generic", measuring.CITY)
        asked = _asked()
        spent = {who: _turns(asked, Chosen(who)) for who in WHO}
    measuring.tell(clock, rows=given.rows, processor_ms=spent)


def _asked() -> Asked:
    scope = Scope.whole_city(measuring.CITY.key)
    version = cells.data_version(readers.store(), scope)
    coverage = readers.freshness(scope, version).coverage
    end = coverage.as_of
    filters = Filters(period="last_month")
    return Asked(scope, version, filters, filters.span(end, coverage.first), None, coverage)


def _turns(asked: Asked, chosen: Chosen) -> int:
    """Give the median of the turns after a first one, which reads the cells and loads the statistics libraries."""
    spent = []
    for _ in range(REPEATS + 1):
        for each in KEPT:
            each.clear()
        before = time.process_time()
        reading.moved(asked, chosen)
        reading.standings(asked, chosen)
        reading.in_funnel(asked, chosen, "on_time")
        spent.append(round(1_000 * (time.process_time() - before)))
    return sorted(spent[1:])[REPEATS // 2]


if __name__ == "__main__":
    main()
