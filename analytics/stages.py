"""How long cases stand in each stage of their handling (act 002, п. 3): moderation, coordination, execution, approval.

A stage begins once, when a case first comes to it, and lasts until the next stage whose beginning is known, or until
work ended; a return for rework therefore belongs to the stage it came from. Moderation begins with receipt and is known
only where the beginning of coordination is, or where the case stands there now. Where the passage was only seen in
records that followed each other, a stage ends with the very next one or not at all: between two sights of a case a
stage may have passed unseen. What is not known is absent and never zero.

Cells carry `received_on`, the three columns of `NEEDED` that name days, `answered_on`, `status`, `stage`,
`stage_basis` and `source_system`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics import facts, survival
from analytics.population import Column, DaysBetween, First, Term, When, Word
from analytics.schema import Stage, StageBasis, Status

BEGAN: Final[dict[Stage, str]] = {
    Stage.MODERATION: "received_on",
    Stage.COORDINATION: "coordination_on",
    Stage.EXECUTION: "execution_on",
    Stage.APPROVAL: "approval_on",
}
"""Column of the day on which each stage began, in the order in which cases pass them."""

NEEDED: Final = ("coordination_on", "execution_on", "approval_on", "stage_basis")
"""Columns of a cell that tell of stages and that default cells do not have."""

NINTH: Final = 0.1
"""Share still there on the day by which nine of ten have left."""

_ENDED: Final = When(facts.IS_FINISHED, facts.ANSWERED_ON)
_IS_SEEN: Final = Word("stage_basis").is_in(StageBasis.SEEN.value)


def began_on(stage: Stage) -> Term:
    """Give the day on which a stage began, where it is known."""
    if stage is not Stage.MODERATION:
        return Column(BEGAN[stage])
    return When(Column("coordination_on").is_known, facts.RECEIVED_ON)


def ended_on(stage: Stage) -> Term:
    """Give the day on which a stage ended; not known where it goes on, or where nobody told."""
    following = [Column(BEGAN[each]) for each in list(Stage)[list(Stage).index(stage) + 1 :]]
    return First((following[0] if following else _ENDED, When(~_IS_SEEN, First((*following, _ENDED)))))


def days_in(stage: Stage) -> Term:
    """Count the calendar days that a case spent in a stage that has ended; 0 is the same day."""
    return DaysBetween(began_on(stage), ended_on(stage))


def told_by_their_systems(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the cells of systems that tell the beginnings of stages: of others nothing is known, so nothing counts."""
    return cells.filter(pl.col("stage_basis").is_not_null().any().over("source_system"))


def curves(
    cells: pl.LazyFrame, by: Sequence[str], as_of: date, *, start: date | None = None, end: date | None = None
) -> pl.DataFrame:
    """Follow the cases that came to each stage from `start` to `end` until they left it or `as_of`.

    A frame of `survival.curve` over `by` and `stage`: a case that still stands in the stage is not dropped, it is known
    to have stood there so long and no less. A stage whose end is unknown, or lies before its beginning, is left out.
    """
    known = told_by_their_systems(cells)
    spans = pl.concat([_spans(known, by, stage) for stage in Stage])
    return survival.curve(spans, [*by, "stage"], as_of, start=start, end=end)


def _spans(cells: pl.LazyFrame, by: Sequence[str], stage: Stage) -> pl.LazyFrame:
    """Make one row per cell that was in a stage, with the columns that curves are drawn from."""
    began, is_open = began_on(stage), ~facts.IS_FINISHED
    if stage is Stage.MODERATION:
        began = When(began.is_known | (is_open & Word("stage").is_in(stage.value)), facts.RECEIVED_ON)
    has_left = ended_on(stage).is_known.expr()
    return cells.filter(began.is_known.expr(), has_left | is_open.expr()).select(
        *by,
        stage=pl.lit(stage.value),
        received_on=began.expr(),
        answered_on=ended_on(stage).expr(),
        status=pl.when(has_left).then(pl.lit(Status.ANSWERED.value)).otherwise(pl.lit(Status.IN_WORK.value)),
        appeals="appeals",
    )


def times(followed: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sum curves of stages up: one row per group and stage, in the order of the stages.

    Columns `by`, `stage`, `cases` that came to it, `median` days with `lower` and `upper`, its 95 % interval, and
    `ninth`, the day by which nine of ten have left; null where the curve does not come down so far.
    """
    keys = [*by, "stage"]
    nine = survival.first_day_at(followed, keys, NINTH).rename({"day": "ninth"})
    order = pl.col("stage").cast(pl.Enum(Stage))
    joined = survival.medians(followed, keys).join(nine, on=keys, how="left", nulls_equal=True)
    return joined.sort(*by, order, nulls_last=True)


def coverage(cells: pl.LazyFrame, start: date, end: date) -> dict[str, int]:
    """Count the cases received from `start` to `end`: `received`, and of how many the stages are `source` or `seen`."""
    basis = pl.col("stage_basis").cast(pl.String)
    counted = [facts.APPEALS.filter(basis == each.value).sum().alias(each.value) for each in StageBasis]
    found = (
        cells.filter(pl.col("received_on").is_between(start, end))
        .select(facts.APPEALS.sum().alias("received"), *counted)
        .collect()
    )
    return {name: int(value or 0) for name, value in found.row(0, named=True).items()}
