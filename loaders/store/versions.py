"""Decide what every incoming row is: new, a correction, or a row the store already knows.

The rules, in the order they are asked:

- Rows of one identity with the same content are one version; it counts once, the other rows are duplicates.
- The newest row of an identity carries its final version: by the source's own clock, and where that does not tell, the
  last. Other versions are the identity's past, in the same order.
- A version older than the stored row by the source's own clock, or equal to the stored row, is a duplicate. A past
  version that the history holds already is one too.
- What remains is new when the identity has never been seen, and a correction otherwise. A final version becomes
  the current row; a past one goes to history.

So the same file again gives only duplicates, whatever it contains.
"""

from typing import Final

import polars as pl

KEY: Final = ("source_system", "source_id", "question_no")
"""What tells rows of one municipality apart."""


def classify(incoming: pl.DataFrame, stored: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Judge each incoming row; one row of the result per row of `incoming`, in the same order.

    `incoming`: KEY, row_hash, changed_at (in file order). `stored`: KEY, stored_hash, stored_changed_at, of the
    identities that have a current row. `past`: KEY, row_hash of superseded versions.
    Result: `verdict` (new, corrected, duplicate), `place` (current, history, or null when nothing is written),
    `replaces` (a stored row must make room), `version_no` (order within history, null elsewhere).
    """
    numbered = incoming.with_row_index("row")
    repeated = numbered.select(pl.struct(KEY).is_duplicated()).to_series()
    if not repeated.any():
        return _judge(_alone(numbered), stored, past)
    several = numbered.filter(repeated).sort("changed_at", "row", nulls_last=False).with_row_index("ordinal")
    rows = pl.concat([_alone(numbered.filter(~repeated)), _among(several)], how="diagonal")
    return _judge(rows, stored, past)[rows["row"].arg_sort()]


def _alone(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(ordinal="row", is_final=pl.lit(value=True), counts_once=pl.lit(value=True))


def _among(rows: pl.DataFrame) -> pl.DataFrame:
    """Find the final version of each identity and one row for every version."""
    is_last = pl.col("ordinal") == pl.col("ordinal").max().over(KEY)
    is_first_of_version = pl.col("ordinal") == pl.col("ordinal").min().over(*KEY, "row_hash")
    return rows.with_columns(is_final=pl.col("row_hash") == pl.col("row_hash").last().over(KEY)).with_columns(
        counts_once=pl.when("is_final").then(is_last).otherwise(is_first_of_version)
    )


def _judge(rows: pl.DataFrame, stored: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    is_known = (
        (pl.col("row_hash") == pl.col("stored_hash"))
        | (pl.col("changed_at") < pl.col("stored_changed_at"))
        | (~pl.col("is_final") & pl.col("is_past"))
    ).fill_null(value=False)
    marked = (
        _with_stored(rows, stored)
        .join(past.unique().with_columns(is_past=True), on=[*KEY, "row_hash"], how="left", maintain_order="left")
        .with_columns(pl.col("is_past").fill_null(value=False), is_seen=pl.col("stored_hash").is_not_null())
        .with_columns(counts=pl.col("counts_once") & ~is_known)
    )
    return _verdicts(marked).select("verdict", "place", "replaces", "version_no")


def _with_stored(rows: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    if stored.is_empty():  # a first import: spare a million rows the join
        nothing = pl.lit(None, pl.Int64)
        return rows.with_columns(stored_hash=nothing, stored_changed_at=nothing)
    return rows.join(stored, on=KEY, how="left", maintain_order="left")


def _verdicts(marked: pl.DataFrame) -> pl.DataFrame:
    is_current, is_history = pl.col("counts") & pl.col("is_final"), pl.col("counts") & ~pl.col("is_final")
    placed = marked.with_columns(
        place=pl.when(is_current).then(pl.lit("current")).when(is_history).then(pl.lit("history")),
        replaces=is_current & pl.col("is_seen"),
        is_first_counted=pl.col("counts"),
        version_no=pl.lit(None, pl.Int64),
    )
    if placed.select(is_history.any()).item():  # windows over a million identities only where a file has versions
        first = pl.col("ordinal") == pl.col("ordinal").filter(pl.col("counts")).min().over(KEY)
        number = is_history.cum_sum().over(KEY) + pl.col("replaces").any().over(KEY)
        placed = placed.with_columns(
            is_first_counted=pl.col("counts") & first, version_no=pl.when(is_history).then(number.cast(pl.Int64))
        )
    is_new = pl.col("is_first_counted") & ~pl.col("is_seen")
    return placed.with_columns(
        verdict=pl.when(is_new)
        .then(pl.lit("new"))
        .when("counts")
        .then(pl.lit("corrected"))
        .otherwise(pl.lit("duplicate"))
    )
