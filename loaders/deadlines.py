"""Decide the deadline of every row once, at the door of the store, and say which deadlines leave a doubt."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from analytics import due_states, schema
from analytics.deadlines import REGISTERED_AT, Rules, due_columns
from loaders.files.raw import FINDINGS

COLUMNS: Final = ("deadline_at", "due_basis", "allotted_days")
"""What is decided here; `first_loaded_on` is the store's own memory."""

_DAY: Final = pl.col("deadline_at").dt.date()
_DOUBTS: Final = {
    "no_deadline": _DAY.is_null(),
    "deadline_before_registered": REGISTERED_AT.dt.date() > _DAY,
    "deadline_far": (_DAY - REGISTERED_AT.dt.date()).dt.total_days() > due_states.TOO_FAR_DAYS,
}


def decide(appeals: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Decide the deadlines of an appeals frame: `COLUMNS`, one row per row, in the types of `schema.DECIDED`."""
    return appeals.select(column for column in due_columns(rules) if column.meta.output_name() in COLUMNS)


def together(findings: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Add up the findings of several parts: one row per code and detail."""
    parts = [pl.DataFrame(schema=FINDINGS), *findings]
    return pl.concat(parts).group_by("code", "detail").agg(pl.col("rows").sum()).sort("code", "detail")


def findings(appeals: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """Count rows whose deadline is absent, before registration or years away: code, detail, rows.

    Such rows are loaded. A case without a deadline is in no count of deadlines, and the detail names its kind and
    channel, so an unknown channel that no norm covers is seen here. The other two stand as their source says.
    """
    detail = pl.format(
        "{}, канал «{}»: {}", _title("kind"), pl.col("channel").fill_null("не указан"), _title("due_basis")
    )
    rows = pl.concat([appeals.select("kind", "channel", "registered_at", "received_at"), decided], how="horizontal")
    counted = [
        rows.filter(doubt)
        .group_by(detail.alias("detail"))
        .agg(rows=pl.len().cast(pl.Int64))
        .with_columns(code=pl.lit(code))
        for code, doubt in _DOUBTS.items()
    ]
    return pl.concat(counted).select(list(FINDINGS)).sort("code", "detail").match_to_schema(FINDINGS)


def _title(name: str) -> pl.Expr:
    """Write a word of a vocabulary in Russian, in the middle of a sentence."""
    title = pl.col(name).cast(pl.String).replace_strict(schema.TITLES, return_dtype=pl.String)
    return title.str.to_lowercase()
