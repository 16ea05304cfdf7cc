"""Say of every row that enters the store when the stages of its handling began, and how that is known.

A source that exports the moments is believed. Where it tells none, imports that follow each other may have seen the
case pass: its record stood in one stage and, when it next changed, in the very next one. The moment of that change is
then the beginning of the stage. Whatever is less certain is not known: a stage that was skipped between two sights, or
a source that does not say when its records changed.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics import schema
from loaders.store import versions

STARTS: Final = tuple(name for name in schema.STAGE_STARTS.values() if name != "received_at")
"""Moments at which stages began that follow receipt, in the order of the stages."""

STORED: Final = tuple(f"stored_{name}" for name in ("stage", *STARTS, "stage_basis"))
"""What is known of a row that the store holds: the place of its stage, moments in seconds, the place of its basis."""

_SOURCE, _SEEN = (pl.lit(place, pl.Int16) for place in range(len(schema.StageBasis)))
_KEY: Final = list(versions.KEY)
_STATE: Final = tuple(f"was_{name}" for name in ("stage", *STARTS))
_MOMENT: Final = schema.APPEAL["received_at"]


def filled(appeals: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Give the appeals with the beginnings of their stages filled where they were seen, and `stage_basis` beside.

    `judged` has one row per appeal: `place`, null for a row that is not kept, and `STORED` of the row it follows.
    """
    known = judged.select("place", *STORED).with_row_index("ordinal")
    rows = pl.concat([appeals.select(*_KEY, *STARTS, "stage", "changed_at"), known], how="horizontal")
    kept = rows.lazy().filter(pl.col("place").is_not_null())
    follows = pl.col("stored_stage").is_not_null() | pl.col("stored_stage_basis").is_not_null()
    if (judged["place"] == "history").any():  # versions of one case in one file; spares a million rows the look
        follows = follows | pl.struct(_KEY).is_duplicated()
    chains = kept.filter(follows).collect()
    told = appeals.with_columns(stage_basis=pl.when(_is_told()).then(_SOURCE))
    if chains.is_empty():
        return told
    found = _followed(chains.with_columns(place_in_chain=pl.int_range(pl.len()).over(_KEY)))
    return (
        told.with_row_index("ordinal")
        .drop(*STARTS, "stage_basis")
        .join(pl.concat([_alone(rows, found), found]), on="ordinal", how="left", maintain_order="left")
        .select(told.columns)
    )


def _is_told() -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in STARTS)


def _alone(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Give what rows say by themselves that follow no other."""
    basis = pl.when(_is_told()).then(_SOURCE).alias("stage_basis")
    return rows.join(found, on="ordinal", how="anti").select("ordinal", *STARTS, basis)


def _followed(chains: pl.DataFrame) -> pl.DataFrame:
    """Walk along the versions of each case in order: `ordinal`, the moments and the basis of each."""
    state = chains.filter(pl.col("place_in_chain") == 0).select(*_KEY, *_of_stored())
    found: list[pl.DataFrame] = []
    for _, rows in sorted(chains.partition_by("place_in_chain", as_dict=True).items(), key=_number):
        next_ones = rows.join(state, on=_KEY, how="left").with_columns(_passed())
        found.append(next_ones.select("ordinal", *STARTS, "stage_basis"))
        stage = pl.col("stage").to_physical().cast(pl.Int64).alias("was_stage")
        moments = [pl.col(name).alias(f"was_{name}") for name in STARTS]
        state = next_ones.select(*_KEY, stage, *moments)
    return pl.concat(found)


def _number(part: tuple[tuple[object, ...], pl.DataFrame]) -> int:
    return int(str(part[0][0]))


def _of_stored() -> Sequence[pl.Expr]:
    """Read the state that the store holds; moments that a source once told and tells no more are not kept."""
    is_seen = pl.col("stored_stage_basis") == _SEEN
    moments = [
        pl.when(is_seen).then(pl.from_epoch(f"stored_{name}", "s").cast(_MOMENT)).alias(f"was_{name}")
        for name in STARTS
    ]
    return [pl.col("stored_stage").alias("was_stage"), *moments]


def _passed() -> Sequence[pl.Expr]:
    """Give the moments and the basis of a version that follows `_STATE`."""
    stage = pl.col("stage").to_physical().cast(pl.Int64)
    reached = [pl.when(pl.col(f"was_{name}").is_not_null()).then(place) for place, name in enumerate(STARTS, 1)]
    was = pl.max_horizontal("was_stage", *reached)
    stepped = (stage == was + 1) & pl.col("changed_at").is_not_null()
    is_lost = ((stage > was) & ~stepped).fill_null(value=False)
    seen = [
        pl.when(is_lost)
        .then(None)
        .when(stepped & (stage == place))
        .then(pl.coalesce(f"was_{name}", "changed_at"))
        .otherwise(f"was_{name}")
        for place, name in enumerate(STARTS, 1)
    ]
    any_seen = pl.any_horizontal(moment.is_not_null() for moment in seen)
    own = [
        pl.when(_is_told()).then(name).otherwise(moment).alias(name) for name, moment in zip(STARTS, seen, strict=True)
    ]
    return [*own, pl.when(_is_told()).then(_SOURCE).when(any_seen).then(_SEEN).alias("stage_basis")]
