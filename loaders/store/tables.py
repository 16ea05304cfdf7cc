"""Tables of the store. Every key begins with `municipality`, so one city's rows stay together on one shard.

Words are kept once, in `terms`, and rows carry their codes: a row is narrow, a group-by compares integers, and
a screen gets its dimensions as ready enumerations. Moments are whole seconds of the city's wall clock since
1970-01-01 (`received_at / 86400` is the day), the same integer in both stores. Moments of the product itself
(`loaded_at`) are seconds of UTC and say so in their name.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, SmallInteger, String, Table, Text

from analytics import schema

metadata = MetaData()

DIMENSIONS: Final = (
    "kind",
    "appeal_type",
    "channel",
    "applicant_kind",
    "topic_block",
    "topic_group",
    "topic",
    "classifier_code",
    "department",
    "territory",
    "geo_cell",
    "status",
    "stage",
    "result",
)
"""Columns of the canonical appeal that the store keeps as codes of `terms`."""


def _content_columns() -> list[Column[object]]:
    """Make the columns that a current row and a superseded row have in common."""
    return [
        *(Column(name, Integer) for name in DIMENSIONS),
        Column("lat", Double),
        Column("lon", Double),
        *(Column(name, BigInteger) for name in schema.MOMENTS if name != "changed_at"),
        Column("marks", SmallInteger, nullable=False),  # bit i is schema.MARKS[i]
        Column("reworks", Integer),
        Column("satisfaction", SmallInteger),
        Column("changed_at", BigInteger),
        Column("source_row", BigInteger, nullable=False),
        Column("row_hash", BigInteger, nullable=False),  # XXH3-64 of the content, schema.TRAIL left out
        Column("batch_id", Integer, nullable=False),
        *_decided_columns(),
    ]


def _decided_columns() -> list[Column[object]]:
    """Make the columns of `schema.DECIDED`; they stand in no hash, because no source tells them."""
    return [
        Column("deadline_at", BigInteger),
        Column("due_basis", SmallInteger),  # place in schema.DueBasis
        Column("allotted_days", Integer),
        Column("first_loaded_on", Integer),  # days since 1970-01-01 on the city's calendar
        Column("stage_basis", SmallInteger),  # place in schema.StageBasis; null where no stage's beginning is known
        Column("in_force_at", BigInteger),  # when the source changed it so, else the beginning of the day of the load
    ]


def _identity_columns() -> list[Column[object]]:
    return [
        Column("municipality", String(64), primary_key=True),
        Column("source_system", String(64), primary_key=True),
        Column("source_id", String(128), primary_key=True),
        Column("question_no", Integer, primary_key=True),
    ]


HALF: Final = "half"
"""Name of the secret that chooses the half of the cases which is read for whoever sees no rows."""

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)
"""One row per secret of the installation; each is drawn once, when the table is made."""

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("migrated_at_utc", BigInteger, nullable=False),
)
"""One row per migration that was carried out."""

terms = Table(
    "terms",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("dimension", String(32), primary_key=True),
    Column("code", Integer, primary_key=True),
    Column("value", Text, nullable=False),
    Column("batch_id", Integer, nullable=False),  # the import that first used the word
    Index("terms_value", "municipality", "dimension", "value", unique=True),
)
"""Words of one city: one row per dimension and value; codes count from 0 and stay while a row uses them."""

appeals = Table(
    "appeals",
    metadata,
    *_identity_columns(),
    *_content_columns(),
    Index("appeals_received", "municipality", "received_at"),
)
"""One row per question of a case, in its newest version."""

history = Table(
    "history",
    metadata,
    *_identity_columns(),
    Column("superseded_by", Integer, primary_key=True),  # the batch whose row took its place
    Column("version_no", Integer, primary_key=True),  # order within that batch, from 1
    *_content_columns(),
    Index("history_superseded", "municipality", "superseded_by"),
)
"""One row per version that a correction replaced."""

amendments = Table(
    "amendments",
    metadata,
    *_identity_columns(),
    Column("piece_no", Integer, primary_key=True),  # order within the case, from 1
    Column("amends", SmallInteger, nullable=False),  # place in schema.Amends
    Column("weight", SmallInteger, nullable=False),  # 1 adds the version, -1 takes the newest one out
    Column("held_from", Integer),  # days since 1970-01-01; null: ever
    Column("held_to", Integer),  # the first day on which it holds no more; null: it holds on
    *_content_columns(),
)
"""One row per correction of what the newest version of a case tells of its past; it follows from the versions."""

batches = Table(
    "batches",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("batch_id", Integer, primary_key=True),
    Column("state", String(16), nullable=False),  # loaded · undone
    Column("source_system", String(64), nullable=False),
    Column("files", Text, nullable=False),  # JSON: [{"name": …, "sha256": …, "bytes": …}]
    Column("profile_sha256", String(64), nullable=False),
    Column("rows_in", BigInteger, nullable=False),
    Column("new", BigInteger, nullable=False),
    Column("corrected", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),  # new rows received long before the newest event known until then
    Column("newest_event_at", BigInteger),  # newest received, answered or changed moment among the rows
    Column("loaded_at_utc", BigInteger, nullable=False),
    Column("undone_at_utc", BigInteger),
    Column("seconds", Double, nullable=False),
)
"""One row per import; its presence in the same transaction as the rows is the import's marker."""

rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("batch_id", Integer, primary_key=True),
    Column("rejection_no", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("source_row", BigInteger, nullable=False),
    Column("column", Text, nullable=False),
    Column("code", String(32), nullable=False),
    Column("value", Text, nullable=False),  # what is told of it
    Column("expected", Text, nullable=False),
)
"""One row per row of a file that was not loaded, with the first rule it broke."""

findings = Table(
    "findings",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("batch_id", Integer, primary_key=True),
    Column("finding_no", Integer, primary_key=True),
    Column("code", String(32), nullable=False),  # unmapped_topic · outside_box · answered_before_received …
    Column("detail", Text, nullable=False),  # the topic, the column; personal data masked
    Column("rows", BigInteger, nullable=False),
)
"""One row per kind of doubt about rows that were loaded all the same."""

partitions = Table(
    "partitions",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("month", Integer, primary_key=True),  # year * 100 + month of received_at
    Column("version", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)
"""One row per month received that ever had rows; every import or undo that touches the month raises `version`."""

publications = Table(
    "publications",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("publication_no", Integer, primary_key=True),  # from 1, without a gap
    Column("at_utc", BigInteger, nullable=False),
    Column("file", String(16), nullable=False),  # the number that the output itself has, as in the journal
    Column("numbers", String(64), nullable=False),  # the sum of its numbers
    Column("title", Text, nullable=False),
    Column("cells", Text, nullable=False),  # JSON: what was printed that had not been, by population; null: hidden
)
"""One row per output made for the public: later ones are audited against all of them."""
