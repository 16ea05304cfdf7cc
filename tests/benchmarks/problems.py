"""What «Проблемные сферы» computes from warm cells, in processor time; the radar apart, which is kept by version."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from analytics import change, past_weeks, polls, problems, settling, surges
from analytics.periods import Period, previous
from analytics.priorities import priorities
from loaders import cells, imports
from loaders.scope import Scope
from pages.problems.reading import POLL_DAYS
from pages.problems.view import DIMENSIONS, MEASURES
from tests.benchmarks import measuring

REPEATS = 5


def main() -> None:
    """Measure one kind of store."""
    given = measuring.arguments(__doc__ or "")
    rows = measuring.appeals(given.rows).with_columns(municipality=pl.lit(measuring.CITY.key))
    end = rows["received_at"].max().date()
    clock = measuring.Clock()
    with measuring.a_store(given.store) as store:
        imports.load(store, measuring.intake(rows), "generic", measuring.CITY)
        scope = Scope.whole_city(measuring.CITY.key)
        start = end - timedelta(days=2 * POLL_DAYS + past_weeks.PAST * 7)
        with clock.time("cells of the screen, cold"):
            frame = cells.load(store, scope, start=start)
        with clock.time("cells of the radar, cold"):
            watched = cells.load(store, scope, dimensions=surges.DIMENSIONS)
        late = cells.load(store, scope, start=end - timedelta(days=180), dimensions=("received_on", "first_loaded_on"))
    radar = surges.find(watched.lazy(), end, measuring.CITY.rules.calendar)
    measuring.tell(
        clock,
        rows=given.rows,
        cells=frame.height,
        series=radar.series,
        processor_ms={
            "screen": _spent(lambda: _screen(frame.lazy(), end)),
            "radar": _spent(lambda: _radar(watched.lazy(), late.lazy(), end)),
        },
    )


def _spent(work: Callable[[], None]) -> int:
    """Give the middle of several turns in milliseconds of processor time."""
    spent = []
    for _ in range(REPEATS):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return round(1_000 * sorted(spent)[REPEATS // 2])


def _screen(frame: pl.LazyFrame, end: date) -> None:
    week = Period(end - timedelta(days=6), end)
    before = previous(week)
    for by in (["topic_block"], ["topic_block", "topic"]):
        spheres = problems.problems(
            frame, by, week, before, end, past_weeks.start(week, before), residents=measuring.CITY.population
        )
        priorities(spheres)
    whole = frame.with_columns(whole=pl.lit("whole"))
    problems.problems(whole, ["whole"], week, before, end, past_weeks.start(week, before))
    change.explain(frame, MEASURES[0], next(iter(DIMENSIONS)), week.window(end), before.window(end))
    month = Period(end - timedelta(days=POLL_DAYS - 1), end)
    polls.candidates(frame, month, previous(month), end, past_weeks.start(month, previous(month)))


def _radar(watched: pl.LazyFrame, late: pl.LazyFrame, end: date) -> None:
    surges.find(watched, end, measuring.CITY.rules.calendar, arrived=settling.arrival(late, end))


if __name__ == "__main__":
    main()
