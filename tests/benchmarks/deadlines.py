"""Everything the screen «Сроки» computes from warm cells, in processor time; and what is learned once for it."""

import time
from datetime import date, timedelta

import polars as pl

from analytics import breach, due_states, facts, heat_map, measures, stages, survival
from analytics.measures import Window
from analytics.pace import Pace
from analytics.periods import bucket_start
from loaders import cells, imports
from loaders.scope import Scope
from pages.deadlines.reading import BODY, CURVE_DAYS, DIMENSIONS, FILTERED, REACTION, STAGES, WEEKS
from tests.benchmarks import measuring

REPEATS = 5
PAST = timedelta(days=breach.REPLAYED_DAYS + Pace().history_days)


def main() -> None:
    """Measure one kind of store."""
    given = measuring.arguments(__doc__ or "")
    rows = measuring.appeals(given.rows).with_columns(municipality=pl.lit(measuring.CITY.key))
    end = rows["received_at"].max().date()
    clock = measuring.Clock()
    with measuring.a_store(given.store) as store:
        imports.load(store, measuring.intake(rows), "generic", measuring.CITY)
        start = end - timedelta(days=CURVE_DAYS)
        scope = Scope.whole_city(measuring.CITY.key)
        frame = cells.load(store, scope, start=start, dimensions=DIMENSIONS)
        passages = cells.load(store, scope, start=start, dimensions=(*FILTERED, *STAGES))
        columns = tuple(dict.fromkeys([*breach.NEEDS, *FILTERED]))
        past = cells.load(store, scope, start=end - PAST, dimensions=columns, with_past=True).lazy()
    before = time.process_time()
    foretold = breach.foretell(past, end, measuring.CITY.rules.calendar, by=FILTERED)
    learning = time.process_time() - before
    spent = []
    for _ in range(REPEATS):
        before = time.process_time()
        _screen(frame.lazy(), foretold, end)
        _stages(passages.lazy(), end)
        spent.append(time.process_time() - before)
    milliseconds = {"processor_ms": sorted(spent)[REPEATS // 2], "learning_ms_once_per_state_of_the_data": learning}
    measuring.tell(
        clock, rows=given.rows, cells=frame.height, **{name: round(1_000 * each) for name, each in milliseconds.items()}
    )


def _screen(frame: pl.LazyFrame, foretold: pl.DataFrame, end: date) -> None:
    week = Window(end - timedelta(days=6), end, end)
    weeks = Window(bucket_start(end, "week") - timedelta(weeks=WEEKS - 1), end, end)
    measures.aggregate(frame, [], (*BODY, "open"), week).collect()
    measures.aggregate(frame, ["department"], BODY, week).collect()
    told = frame.filter(pl.col("interim_answered_on").is_not_null()).select(pl.col("source_system").unique()).collect()
    measures.aggregate(
        frame.filter(pl.col("source_system").is_in(told["source_system"].cast(pl.String).to_list())),
        ["department"],
        [REACTION],
        week,
    ).collect()
    due_states.due_soon(frame, [], end, measuring.CITY.rules.calendar).collect()
    heat_map.heat_map(frame, "department", "week", "on_time_share", weeks)
    due_states.ageing(frame, ["department"], end).collect()
    due_states.due_calendar(frame, [], end - timedelta(days=20), end + timedelta(days=34), end).collect()
    for by in ([], ["department"]):
        survival.medians(survival.curve(frame, by, end, start=end - timedelta(days=CURVE_DAYS), end=end), by)
    for by in ([], ["department"]):
        breach.at_whom(foretold, by)
    due_states.open_ages(frame, ["stage"], end).collect()
    frame.filter((facts.is_open(end) & facts.IS_POSTPONED).expr()).select(facts.APPEALS.sum()).collect()


def _stages(passages: pl.LazyFrame, end: date) -> None:
    start = end - timedelta(days=CURVE_DAYS)
    for by in ([], ["department"]):
        stages.times(stages.curves(passages, by, end, start=start, end=end), by)
    stages.coverage(passages, start, end)


if __name__ == "__main__":
    main()
