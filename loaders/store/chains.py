"""Tell from all versions of a case what its newest one hides: how it stood on past days, and a deadline it missed.

Versions stand in the order in which they replaced each other. Each is in force from its moment (`in_force_at`) until
the first later one is; one that another overtook by the source's own clock was never in force. The first version also
tells of the days before it, back to receipt, unless it came already put off or extended: nobody knows since when.
Neighbours that no count can tell apart are one *stretch*; most cases are one stretch from receipt on, and such a case
has no amendment. `schema.AMENDMENT` says what an amendment is.
"""

from typing import Final

import polars as pl

from analytics import schema
from analytics.schema import Amends, Status
from loaders.store.versions import KEY

WORDS: Final = (
    *("kind", "appeal_type", "channel", "applicant_kind", "topic_block", "topic_group", "topic"),
    *("classifier_code", "department", "territory", "geo_cell"),
)
"""Words that a case may be counted by while it is open."""

READ: Final = (
    *WORDS,
    *("status", "received_at", "registered_at", "answered_at", "postponed_until", "extended_until"),
    *("deadline_at", "allotted_days", "in_force_at"),
)
"""What has to be known of a version; words as codes, moments in seconds."""

POINTER: Final = ("superseded_by", "version_no")
"""What tells superseded versions of a case apart; both null for the newest."""

MOVED: Final = (Status.POSTPONED, Status.EXTENDED)
"""States that say by themselves that a deadline was moved."""

_DAY: Final = 86_400
_EVER: Final = -(2**62)
_STATES: Final = (*MOVED, Status.RETURNED_FOR_REWORK)
_KINDS: Final = {kind: pl.lit(place, pl.Int16) for place, kind in enumerate(Amends)}


def amendments(versions: pl.DataFrame, statuses: dict[str, int]) -> pl.DataFrame:
    """Give what has to be added to the newest versions of some cases so that their past is told as it was.

    `versions` has all versions of each case: KEY, `POINTER`, `READ`; `statuses` are the codes of its status. One row
    per amendment: KEY, the `POINTER` of the version that it is a copy of, `piece_no` (from 1 in a case), `amends` (the
    place in `schema.Amends`), `weight` (1 or -1), `held_from` and `held_to` in days since 1970, and `missed_at`, the
    deadline that a copy of `COHORT` has instead of its own.
    """
    stretches = _stretches(_in_force(versions, statuses))
    kinds = (_states(stretches), _unknown(stretches), _cohorts(stretches))
    told = (*KEY, *POINTER, "amends", "weight", "held_from", "held_to", "missed_at")
    found = pl.concat([part.select("case", *told) for part in kinds])
    numbered = found.with_columns(piece_no=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("case"))
    return numbered.select("piece_no", *told)


def _codes(statuses: dict[str, int], wanted: tuple[Status, ...]) -> list[int]:
    return [statuses[status.value] for status in wanted if status.value in statuses]


def _in_force(versions: pl.DataFrame, statuses: dict[str, int]) -> pl.DataFrame:
    """Leave the versions that were ever in force, each from `starts` to before `ends` (null: the newest)."""
    is_finished = pl.col("status").is_in(_codes(statuses, schema.FINISHED_STATUSES))
    ended = pl.max_horizontal("answered_at", "received_at")
    is_moved = (
        pl.col("postponed_until").is_not_null()
        | pl.col("extended_until").is_not_null()
        | pl.col("status").is_in(_codes(statuses, MOVED))
    ).fill_null(value=False)
    first, last = _changes("case", 1), _changes("case", -1)
    return (
        versions.sort(*KEY, *POINTER, nulls_last=True)
        .with_columns(case=pl.struct(KEY).rle_id(), is_moved=is_moved)
        .with_columns(
            finished_at=pl.when(is_finished).then(ended),
            state=pl.when(pl.col("status").is_in(_codes(statuses, _STATES))).then("status"),
            comes_moved=pl.col("is_moved").first().over("case"),
        )
        .with_columns(is_newest=last, starts=pl.when(first & ~pl.col("is_moved")).then(_EVER).otherwise("in_force_at"))
        .with_columns(ends=pl.col("in_force_at").cum_min(reverse=True).shift(-1).over("case"))
        .filter(pl.col("is_newest") | (pl.col("ends") > pl.col("starts")))
    )


def _changes(column: str, step: int) -> pl.Expr:
    """Say whether a column differs in the row before (step 1) or after (step -1); it does at either end."""
    return pl.col(column).ne_missing(pl.col(column).shift(step))


def _stretches(versions: pl.DataFrame) -> pl.DataFrame:
    """Join neighbours that no count can tell apart: one row per stretch, the last of its versions."""
    ends = pl.col("is_newest") | _differs()
    return (
        versions.with_columns(is_end=ends)
        .with_columns(stretch=pl.col("is_end").shift(1, fill_value=False).cum_sum())
        .with_columns(starts=pl.col("starts").first().over("stretch"))
        .filter("is_end")
        .with_columns(is_oldest=_changes("case", 1))
        .with_columns(
            received_on=pl.col("received_at") // _DAY,
            started_on=pl.when(pl.col("starts") > _EVER).then(pl.col("starts") // _DAY),
            ended_on=pl.col("ends") // _DAY,
        )
    )


def _differs() -> pl.Expr:
    """Say whether a version stood otherwise than the next one; a word that was only added later is no change."""
    later = {name: pl.col(name).shift(-1) for name in (*READ, "finished_at")}

    def replaced(name: str) -> pl.Expr:
        return pl.col(name).is_not_null() & pl.col(name).ne_missing(later[name])

    def turned(value: pl.Expr) -> pl.Expr:
        return value.ne_missing(value.shift(-1))

    # A deadline that was named before it passed changes nothing of the days before.
    in_time = (pl.col("ends") <= later["deadline_at"]).fill_null(value=False)
    is_named_in_time = pl.col("deadline_at").is_null() & in_time
    return pl.any_horizontal(
        *(replaced(name) for name in (*WORDS, "allotted_days", "finished_at")),
        turned(pl.col("received_at") // _DAY),
        turned(pl.col("postponed_until").is_not_null()),
        turned(pl.col("extended_until").is_not_null()),
        turned(pl.col("state")),
        turned(pl.col("deadline_at")) & ~is_named_in_time,
    )


def _states(stretches: pl.DataFrame) -> pl.DataFrame:
    """Take the newest version out of the days before it was in force, and put there what was."""
    told = stretches.filter(pl.len().over("case") > 1).with_columns(
        weight=pl.when("is_newest").then(-1).otherwise(1),
        held_from=pl.when(~pl.col("is_newest") & ~pl.col("is_oldest")).then("started_on"),
        held_to=pl.when("is_newest").then("started_on").otherwise("ended_on"),
    )
    return _holding(told, Amends.STATE)


def _unknown(stretches: pl.DataFrame) -> pl.DataFrame:
    """Take a case that came already put off or extended out of what is told of its terms before that.

    Once the date that it came with has passed, no other can have been in force: deadlines are moved to later days.
    """
    came = stretches.filter("is_oldest", "comes_moved")
    certain_from = pl.min_horizontal("started_on", pl.col("deadline_at") // _DAY + 1)
    told = came.with_columns(weight=-1, held_from=pl.lit(None, pl.Int64), held_to=certain_from)
    return _holding(told, Amends.UNKNOWN)


def _holding(told: pl.DataFrame, kind: Amends) -> pl.DataFrame:
    """Leave amendments that hold on at least one day on which the case was there."""
    begins = pl.max_horizontal("held_from", "received_on")
    missed = pl.lit(None, pl.Int64).alias("missed_at")
    return told.filter(pl.col("held_to") > begins).with_columns(_KINDS[kind].alias("amends"), missed, _weight())


def _weight() -> pl.Expr:
    return pl.col("weight").cast(pl.Int16)


def _cohorts(stretches: pl.DataFrame) -> pl.DataFrame:
    """Move a case back to the first deadline that had passed, unanswered, when it was moved on or taken away."""
    due, following = pl.col("deadline_at"), pl.col("deadline_at").shift(-1)
    is_later = (following > due).fill_null(value=True)
    is_late = (pl.col("answered_at") > due).fill_null(value=False)
    missed = (
        stretches.filter(
            ~pl.col("is_newest") & (pl.col("ends") > due) & is_later & (pl.col("finished_at").is_null() | is_late)
        )
        .group_by("case", maintain_order=True)
        .agg(missed_at=due.first(), moved_on=pl.col("ended_on").first())
    )
    found = stretches.filter("is_newest").join(missed, on="case", how="inner", maintain_order="left")
    nothing = pl.lit(None, pl.Int64)
    out = found.with_columns(weight=-1, held_from=nothing, held_to=nothing, missed_at=nothing)
    back = found.with_columns(weight=1, held_from="moved_on", held_to=nothing)
    return pl.concat([out, back], how="diagonal").with_columns(_KINDS[Amends.COHORT].alias("amends"), _weight())
