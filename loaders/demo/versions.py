"""Give cases of the demo city that were put off or extended the versions that their records had before."""

from typing import Final

import polars as pl

from analytics.schema import Status

_LATER: Final = (
    *("stage", "result", "postponed_until", "extended_until", "interim_answered_at", "answered_at", "transferred_at"),
    *("coordination_at", "execution_at", "approval_at", "reworks", "satisfaction"),
)
"""Columns that a record has no value of before its deadline is moved."""

_EARLIEST: Final = 60
_SPREAD: Final = 38
"""A deadline is moved when so many hundredths of it have gone by, from 60 to 97."""


def with_earlier(appeals: pl.DataFrame) -> pl.DataFrame:
    """Put the earlier versions of moved cases before all rows; the newest say when their deadline was moved at last.

    A case came with its first deadline, had it moved, and may have ended: two versions while it is open, else three.
    """
    moved = appeals.filter(_is_moved(), pl.col("due_at").is_not_null()).with_columns(began=_began())
    moved = moved.with_columns(decided=_decided(appeals["changed_at"].max())).filter(
        pl.col("decided") > pl.col("began")
    )
    nothing = [pl.lit(None, appeals.schema[name]).alias(name) for name in _LATER]
    is_extension = pl.col("extended_until").is_not_null()
    first = moved.with_columns(*nothing, status=_status(Status.IN_WORK), changed_at="began")
    put_off = moved.filter(pl.col("answered_at").is_not_null()).with_columns(
        *(each for each in nothing if each.meta.output_name() not in {"postponed_until", "extended_until"}),
        status=pl.when(is_extension).then(_status(Status.EXTENDED)).otherwise(_status(Status.POSTPONED)),
        changed_at="decided",
    )
    key = ["source_system", "source_id", "question_no"]
    newest = appeals.join(moved.select(*key, "decided"), on=key, how="left", maintain_order="left").with_columns(
        changed_at=pl.max_horizontal("changed_at", "decided")
    )
    return pl.concat([part.select(appeals.columns) for part in (first, put_off, newest)])


def _is_moved() -> pl.Expr:
    return pl.col("postponed_until").is_not_null() | pl.col("extended_until").is_not_null()


def _began() -> pl.Expr:
    return pl.coalesce("registered_at", "received_at")


def _status(status: Status) -> pl.Expr:
    return pl.lit(status.value, pl.Enum([each.value for each in Status]))


def _decided(end: object) -> pl.Expr:
    """Say when a deadline was moved: before it passed, before the answer, and before the data end."""
    hundredths = _EARLIEST + pl.col("source_row") % _SPREAD
    seconds = (pl.col("due_at") - pl.col("began")).dt.total_seconds() * hundredths // 100
    before_answer = pl.coalesce(pl.col("answered_at") - pl.duration(minutes=1), pl.lit(end))
    moment = pl.min_horizontal(pl.col("began") + pl.duration(seconds=seconds), before_answer)
    return moment.cast(pl.Datetime("ms"))
