"""Everything the screen «Сроки» computes, kept per data version, scope and filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import breach, clock, due_states, facts, heat_map, measures, natural, settling, survival
from analytics import stages as stage_times
from analytics.heat_map import HeatMap, Layout
from analytics.periods import Period, bucket_start
from analytics.work_calendar import WorkCalendar
from loaders import register
from pages.registry import query as registry
from pages.shared import readers, remaining
from pages.shared.asked import Asked
from pages.shared.foretold import foretold
from pages.shared.kept import kept

WEEKS: Final = 26
"""Cohorts of due dates side by side."""

NEAREST: Final = 7
"""Cases listed with the time they have left."""

MOST_LINES: Final = 5
"""Departments drawn beside the city: those that miss most."""

CURVE_DAYS: Final = 365
"""Cases received within this many days before the end of the period make the curves: a year holds every season."""

DIMENSIONS: Final = (
    *("received_on", "registered_on", "due_on", "answered_on", "interim_answered_on"),
    *("topic_block", "department", "territory", "channel", "kind", "status", "stage"),
    *("is_postponed", "is_extended", "is_late", "allotted_days", "reworks", "source_system"),
)
"""Columns of the cells that the screen and the shared filters read: one set, so that they are read once."""

BODY: Final = (
    *("on_time_share", "missed", "overdue_open", "postponed", "extended"),
    *("median_answer_days", "p90_answer_days", "reworked_share"),
)
"""Measures of one department, and of the whole."""

REACTION: Final = "median_reaction_days"
"""Measure of a department that only some systems can tell."""

STAGES: Final = ("received_on", "answered_on", "status", "stage", "source_system", *stage_times.NEEDED)

FILTERED: Final = ("topic_block", "department", "territory", "channel", "kind")
"""Columns that the shared filters look at."""

_MOST: Final = 64


def _measured(asked: Asked) -> pl.LazyFrame:
    start = min(weeks(asked).start, asked.period.start, asked.period.end - timedelta(days=CURVE_DAYS))
    return asked.measured(max(start, asked.begun), dimensions=DIMENSIONS)


def _cells(asked: Asked) -> pl.LazyFrame:
    """Give the newest versions alone: what is followed over time, or foretold, is not a state of a day."""
    return facts.newest(_measured(asked))


def weeks(asked: Asked) -> Period:
    """Give the weeks whose cohorts are drawn: whole ones that end with the period."""
    end = min(asked.period.end, asked.as_of)
    return Period(bucket_start(end, "week") - timedelta(weeks=WEEKS - 1), end)


@kept(max_entries=_MOST)
def whole(asked: Asked) -> dict[str, float | None]:
    """Compute the numbers of the strip and the facts for the whole scope."""
    found = measures.aggregate(_measured(asked), [], (*BODY, "open"), asked.period.window(asked.as_of)).collect()
    return dict(found.row(0, named=True))


@kept(max_entries=_MOST)
def by_department(asked: Asked) -> pl.DataFrame:
    """Compute per department what the period shows: one row each, those that miss most first.

    The first reaction counts where the source tells of interim answers; elsewhere it would be the answer again.
    """
    cells, window = _measured(asked), asked.period.window(asked.as_of)
    told = cells.filter(pl.col("source_system").is_in(_telling_reactions(cells)))
    reactions = measures.aggregate(told, ["department"], [REACTION], window)
    found = (
        measures.aggregate(cells, ["department"], BODY, window)
        .join(reactions, on="department", how="left", nulls_equal=True)
        .with_columns(pl.col("department").cast(pl.String))
    )
    ordered = found.collect()
    return ordered.sort(
        "missed", "overdue_open", *natural.order("department"), descending=[True, True, False, False], nulls_last=True
    )


def _telling_reactions(cells: pl.LazyFrame) -> list[str]:
    """Name the systems that tell of interim answers."""
    told = cells.filter(pl.col("interim_answered_on").is_not_null()).select(pl.col("source_system").unique())
    return told.collect()["source_system"].cast(pl.String).to_list()


@kept(max_entries=_MOST)
def ever_puts_off(asked: Asked) -> bool:
    """Say whether any source has ever told of a case put off: where none has, their number is unknown, not zero."""
    return bool(_cells(asked).select(facts.IS_POSTPONED.expr().any()).collect().item())


def worst(asked: Asked) -> tuple[str, ...]:
    """Name the departments whose lines are drawn: those with most missed dates among those with points to draw."""
    found = cohorts(asked)
    drawn = found.cells.filter(pl.col("value").is_not_null()).group_by("row").len().filter(pl.col("len") > 1)
    misses = (1 - pl.col("value")) * pl.col("n")
    by_misses = (
        found.row_totals.filter(pl.col("value").is_not_null(), pl.col("row").is_not_null())
        .join(drawn, on="row", how="semi")
        .sort(misses, "row", descending=[True, False])
    )
    return tuple(by_misses.head(MOST_LINES)["row"])


@kept(max_entries=_MOST)
def cohorts(asked: Asked) -> HeatMap:
    """Compute the on-time share of every department by week of the due date."""
    layout = Layout(min_n=asked.min_n)
    window = weeks(asked).window(asked.as_of)
    return heat_map.heat_map(_measured(asked), "department", "week", "on_time_share", window, layout)


@kept(max_entries=_MOST)
def ageing(asked: Asked) -> pl.DataFrame:
    """Count what is overdue at the period's end by department and by how long."""
    found = due_states.ageing(_measured(asked), ["department"], moment(asked)).collect()
    return found.with_columns(pl.col("department").cast(pl.String))


@kept(max_entries=_MOST)
def calendar(asked: Asked) -> pl.DataFrame:
    """Tell for the days around the period's end what was due, kept, missed, and what is still to come."""
    day = morning(asked)
    around = (bucket_start(day, "week") - timedelta(weeks=2), bucket_start(day, "week") + timedelta(days=34))
    return due_states.due_calendar(_measured(asked), [], *around, moment(asked)).collect()


@dataclass(frozen=True)
class Curves:
    """Hold the curves of the city and of the departments that miss most, and their medians.

    `city` and `departments` are frames of `survival.curve`, `medians` has `department` (null: the city).
    """

    city: pl.DataFrame
    departments: pl.DataFrame
    medians: pl.DataFrame


@kept(max_entries=_MOST)
def curves(asked: Asked) -> Curves:
    """Follow the cases of the last year until they were finished or are still open."""
    end = moment(asked)
    cells = _cells(asked)
    start = end - timedelta(days=CURVE_DAYS)
    named = cells.with_columns(pl.col("department").cast(pl.String))
    chosen = named.filter(pl.col("department").is_in(list(worst(asked))))
    weight = asked.scope.weight
    city = survival.curve(cells, [], end, start=start, end=end, weight=weight)
    departments = survival.curve(chosen, ["department"], end, start=start, end=end, weight=weight)
    each = survival.medians(departments, ["department"])
    together = survival.medians(city, []).with_columns(department=pl.lit(None, pl.String))
    return Curves(city, departments, pl.concat([together.select(each.columns), each]))


@kept(max_entries=_MOST)
def forecast(asked: Asked) -> pl.DataFrame:
    """Foretell at whom deadlines will be missed: one row per department (null with `is_city`) and horizon."""
    told = foretold(asked)
    by_body = breach.at_whom(told).with_columns(pl.col("department").cast(pl.String), is_city=pl.lit(value=False))
    whole_city = breach.at_whom(told, by=()).with_columns(
        department=pl.lit(None, pl.String), is_city=pl.lit(value=True)
    )
    return pl.concat([whole_city.select(by_body.columns), by_body])


@kept(max_entries=_MOST)
def settling_from(asked: Asked) -> date | None:
    """Give the first of the last days whose rows are still arriving, as far as past delays tell; None where none is."""
    start = max(asked.as_of - timedelta(days=settling.HISTORY_DAYS), asked.begun)
    cells = asked.cells(start, dimensions=("received_on", "first_loaded_on", *FILTERED))
    # A load that brings nothing through the filters has been looked at all the same.
    seen = settling.seen_on(_loads(asked, start), asked.as_of)
    return settling.settling_from(settling.arrival(cells, asked.as_of, seen), asked.as_of)


def _loads(asked: Asked, start: date) -> pl.LazyFrame:
    return readers.cells(asked.scope, asked.version, start=start, dimensions=("first_loaded_on",))


@kept(max_entries=_MOST)
def stages(asked: Asked) -> pl.DataFrame:
    """Tell how much stands in each stage and how old it is: `stage`, `open`, `median_days`, `p90_days`."""
    found = due_states.open_ages(_measured(asked), ["stage"], moment(asked)).collect()
    return found.with_columns(pl.col("stage").cast(pl.String))


@dataclass(frozen=True)
class StageTimes:
    """Hold how long cases stood in each stage: frames of `stages.times` of the city and of the departments.

    `known` counts the cases of the year: `received`, and of how many the stages are known by `source` or `seen`.
    """

    city: pl.DataFrame
    departments: pl.DataFrame
    known: Mapping[str, int]


@kept(max_entries=_MOST)
def times_in_stages(asked: Asked) -> StageTimes:
    """Follow the cases that came to a stage in the last year until they left it or stand there still."""
    end = moment(asked)
    start = end - timedelta(days=CURVE_DAYS)
    cells = asked.cells(max(start, asked.begun), dimensions=(*FILTERED, *STAGES))
    followed = stage_times.curves(cells, [], end, start=start, end=end)
    bodies = cells.filter(pl.col("department").is_not_null()).with_columns(pl.col("department").cast(pl.String))
    by_body = stage_times.curves(bodies, ["department"], end, start=start, end=end)
    return StageTimes(
        stage_times.times(followed, []),
        stage_times.times(by_body, ["department"]),
        stage_times.coverage(cells, start, end),
    )


@kept(max_entries=_MOST)
def due_soon(asked: Asked) -> pl.DataFrame:
    """Count open cases by the working days left to their deadlines: `from_day` and `appeals`."""
    return due_states.due_soon(_measured(asked), [], moment(asked), asked.city.rules.calendar).collect()


@kept(max_entries=_MOST)
def nearest(asked: Asked) -> pl.DataFrame:
    """Read the open cases whose deadlines come first after the day shown: rows of the register, soonest first."""
    query = registry.Asked(measure="open", due=(morning(asked), None))
    wanted = registry.register_filter(asked.filters, query, asked.period, asked.as_of)
    rows = register.page(readers.store(), asked.scope, wanted, sort="deadline_at", descending=False, limit=NEAREST).rows
    return remaining.with_units(rows, asked.city.rules)


@kept(max_entries=_MOST)
def put_off(asked: Asked) -> pl.DataFrame:
    """Count per department the open cases put off, and those that need their executors now by the city's rule."""
    day, rule = moment(asked), asked.city.rest_rule
    fired = (due_states.fires_on(rule.base, rule.percent) <= day).expr().fill_null(value=False)
    return (
        facts.in_force(_measured(asked), day)
        .filter((facts.is_open(day) & facts.IS_POSTPONED).expr())
        .group_by(pl.col("department").cast(pl.String))
        .agg(facts.APPEALS.sum().alias("put_off"), facts.APPEALS.filter(fired).sum().alias("fired"))
        .filter(pl.col("put_off") != 0)
        .sort("fired", "put_off", *natural.order("department"), descending=[True, True, False, False], nulls_last=True)
        .collect()
    )


def until(calendar: WorkCalendar, day: date, ahead: int) -> str:
    """Write for the register the due days of a forecast so many working days ahead, those after `day`."""
    last = clock.shift_day(calendar, day, ahead + 1) - timedelta(days=1)
    return f"{due_states.morning_after(day)}..{last}"


def moment(asked: Asked) -> date:
    """Give the day at whose end the state is shown."""
    return asked.period.window(asked.as_of).moment


def morning(asked: Asked) -> date:
    """Give the day after it, which days to and past deadlines count from."""
    return due_states.morning_after(moment(asked))


def is_present(asked: Asked) -> bool:
    """Say whether that morning is today's, so that the state shown is the present one."""
    return morning(asked) == asked.coverage.today
