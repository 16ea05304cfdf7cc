"""Bring an intake into the store, or take a whole import back: one transaction each, everything or nothing.

An import is effectively once: its marker (the row of `batches`) stands in the same transaction as its rows, so after
any crash the store is as before or as after, and loading the same file again changes nothing but adds a batch of
duplicates. Every row is accounted for: new + corrected + duplicate + rejected = rows_in, or nothing is kept.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics import schema
from loaders import deadlines, past, stages
from loaders.access import loads
from loaders.access.roles import Right
from loaders.access.viewer import OWN, Actor, Viewer
from loaders.city import City
from loaders.errors import InputRefused
from loaders.progress import Progress, silent
from loaders.scope import Scope
from loaders.store import amendments, bulk, encoding, landing, months, tables, terms, versions
from loaders.store.engine import Store
from loaders.store.exclusive import exclusive

if TYPE_CHECKING:
    from loaders.intake import Intake
    from loaders.profile import Profile

_BATCHES: Final = tables.batches.c


@dataclass(frozen=True)
class ImportResult:
    """Tell what one import did; `late` are new rows that came long after the events they tell of."""

    municipality: str
    batch: int
    source: str
    files: tuple[str, ...]
    rows_in: int
    new: int
    corrected: int
    duplicate: int
    rejected: int
    late: int
    findings: int
    seconds: float


@dataclass(frozen=True)
class UndoResult:
    """Tell what one undo did: rows taken out, and earlier versions put back in their place."""

    municipality: str
    batch: int
    removed: int
    restored: int
    seconds: float


def load(
    store: Store,
    intake: "Intake",
    profile: "Profile | str",
    city: City,
    progress: Progress = silent,
    *,
    loaded_on: pl.Expr | None = None,
    by: Actor | None = None,
) -> ImportResult:
    """Load an intake into its city in one transaction, and decide the deadline of each row by the city's rules.

    `profile` is the profile it was read by, or the key of a source without one. `loaded_on` gives the day on which
    each new row was first known, by default the day of the newest event of the load. Imports into one municipality
    follow each other. The journal tells of it as done `by`, None being the console.
    Raises `InputRefused` when another import does not end, `StoreUnavailable` when the store fails; in both cases, and
    whenever `progress` raises, the store is as before.
    """
    started = time.monotonic()
    _check(intake, city)
    progress("Сверка строк", 0.0)
    rows = encoding.fingerprints(intake.appeals)
    with exclusive(store, city.key, lambda: progress("Идёт другая загрузка, ждём её окончания", 0.0)) as connection:
        batch = _next_batch(connection)
        judged = _judge(connection, city.key, rows)
        progress("Запись строк", 0.2)
        appeals = stages.filled(intake.appeals, judged)
        doubts = _write(connection, city, batch, appeals, judged, past.first_day(city, intake, loaded_on), progress)
        past.amend(connection, city.key, past.with_a_past(appeals, judged))
        intake = replace(intake, findings=pl.concat([intake.findings, doubts]))
        progress("Запись замечаний", 0.9)
        _write_remarks(connection, city.key, batch, intake)
        months.raise_versions(connection, city.key, _touched(judged))
        source = profile if isinstance(profile, str) else profile.key
        sha256 = "" if isinstance(profile, str) else profile.sha256
        result = _account(connection, intake, judged, city, batch, source, started)
        _mark(connection, intake, result, sha256)
        loads.imported(connection, by, asdict(result))
        progress("Завершение", 0.99)
    return result


def _check(intake: "Intake", city: City) -> None:
    """Refuse our own mistakes before a lock is taken: a wrong frame never reaches the store."""
    if intake.appeals.schema != schema.APPEAL:
        raise AssertionError("an intake must hold exactly the canonical columns")
    if intake.rows_in != intake.appeals.height + intake.rejected.height:
        raise AssertionError("an intake must account for every row of its files")
    if not intake.appeals["satisfaction"].drop_nulls().is_between(1, 5).all():
        raise AssertionError("an opinion is a mark from 1 to 5")
    if not (intake.appeals["municipality"] == city.key).all():
        raise AssertionError("an intake must hold rows of its own city only")


def _next_batch(connection: Connection) -> int:
    """Give the number after every other of the store, so that a number alone names an import."""
    return (connection.scalar(sa.select(sa.func.max(_BATCHES.batch_id))) or 0) + 1


def _judge(connection: Connection, municipality: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add verdict, place, replaces, version_no, and what is kept of the stored row to every row."""
    if landing.is_empty(connection, municipality):
        stored, older = landing.no_versions()
    else:
        with landing.staged(connection, rows.select(versions.KEY).unique()):
            stored = landing.stored_versions(connection, municipality)
            older = landing.past_versions(connection, municipality)
    verdicts = versions.classify(rows.select(*versions.KEY, "row_hash", "changed_at"), stored.drop(_KEPT), older)
    judged = pl.concat([rows, verdicts], how="horizontal")
    if stored.is_empty():
        return judged.with_columns(pl.lit(None, pl.Int64).alias(name) for name in _KEPT)
    kept = stored.select(*versions.KEY, *_KEPT)
    return judged.join(kept, on=versions.KEY, how="left", maintain_order="left")


_KEPT: Final = ("stored_received_at", "first_loaded_on", *stages.STORED)
"""What is known of the stored row beside its version."""


def _write(
    connection: Connection,
    city: City,
    batch: int,
    appeals: pl.DataFrame,
    judged: pl.DataFrame,
    loaded_on: pl.Expr,
    progress: Progress,
) -> pl.DataFrame:
    """Make room for corrections, then write every kept row once; return the doubts about deadlines."""
    replaced = judged.filter("replaces")
    if not replaced.is_empty():
        with landing.staged(connection, replaced):
            landing.displace(connection, city.key, batch)
    kept = appeals.select(tables.DIMENSIONS).filter(judged["place"].is_not_null())
    words = terms.extend(connection, city.key, batch, kept)
    columns = [column.name for column in tables.appeals.columns if column.name != "batch_id"]
    version = {"superseded_by": pl.lit(batch, pl.Int32), "version_no": pl.col("version_no")}
    doubts = []
    for start in range(0, appeals.height, bulk.SLICE):
        known = judged.slice(start, bulk.SLICE)
        is_kept = known["place"].is_not_null()
        part = appeals.slice(start, bulk.SLICE).filter(is_kept)
        decided = deadlines.decide(part, city.rules)
        doubts.append(deadlines.findings(part, decided))
        rows = _stored(part, decided, known.filter(is_kept), loaded_on)
        older, current = (rows.filter(pl.col("place") == place) for place in ("history", "current"))
        landing.append(connection, tables.history, older.select(*columns, **version), words, batch)
        landing.append(connection, tables.appeals, current.select(columns), words, batch)
        progress("Запись строк", 0.2 + 0.7 * min((start + bulk.SLICE) / appeals.height, 1))
    return deadlines.together(doubts)


def _stored(part: pl.DataFrame, decided: pl.DataFrame, judged: pl.DataFrame, loaded_on: pl.Expr) -> pl.DataFrame:
    """Put together what the store keeps of some rows, with their place; a row known already keeps its first day."""
    first = part.select(loaded_on.alias("now"), judged["first_loaded_on"])
    stored = encoding.encode(part)
    parts = (
        stored,
        encoding.decided(decided),
        judged.select("row_hash", "place", "version_no"),
        first.select(pl.coalesce("first_loaded_on", "now").cast(pl.Int32).alias("first_loaded_on")),
        part.select("stage_basis"),
        pl.concat([stored, first.select("now")], how="horizontal").select(past.in_force_at()),
    )
    return pl.concat(parts, how="horizontal")


def _write_remarks(connection: Connection, municipality: str, batch: int, intake: "Intake") -> None:
    trail = {"municipality": pl.lit(municipality), "batch_id": pl.lit(batch, pl.Int32)}
    rejected = intake.rejected.with_row_index("rejection_no", 1).with_columns(**trail)
    bulk.write(connection, tables.rejected_rows, _filled(rejected, tables.rejected_rows))
    findings = intake.findings.with_row_index("finding_no", 1).with_columns(**trail)
    bulk.write(connection, tables.findings, _filled(findings, tables.findings))


def _filled(frame: pl.DataFrame, table: sa.Table) -> pl.DataFrame:
    """Select the table's columns; text that a remark does not have is empty."""
    texts = [column.name for column in table.columns if isinstance(column.type, sa.String)]
    return frame.select(
        pl.col(column.name).cast(pl.String).fill_null("") if column.name in texts else pl.col(column.name)
        for column in table.columns
    )


def _touched(judged: pl.DataFrame) -> set[int]:
    """Name the months received that gain, lose or change a current row."""
    current = judged.select("received_at", "stored_received_at").filter(judged["place"] == "current")
    return landing.months_of(current["received_at"]) | landing.months_of(current["stored_received_at"])


def _account(
    connection: Connection, intake: "Intake", judged: pl.DataFrame, city: City, batch: int, source: str, started: float
) -> ImportResult:
    """Add up, and keep nothing when the sum is wrong."""
    counts = dict(judged.group_by("verdict").len().iter_rows())
    new, corrected, duplicate = (int(counts.get(name, 0)) for name in ("new", "corrected", "duplicate"))
    if new + corrected + duplicate + intake.rejected.height != intake.rows_in:
        raise AssertionError("an import must account for every row of its files")
    return ImportResult(
        municipality=city.key,
        batch=batch,
        source=source,
        files=tuple(file.name for file in intake.files),
        rows_in=intake.rows_in,
        new=new,
        corrected=corrected,
        duplicate=duplicate,
        rejected=intake.rejected.height,
        late=_late(connection, judged, city, source),
        findings=intake.findings.height,
        seconds=round(time.monotonic() - started, 3),
    )


def _late(connection: Connection, judged: pl.DataFrame, city: City, source: str) -> int:
    """Count new rows received long before the newest event the source had told of; a first load has none."""
    newest = connection.scalar(
        sa.select(sa.func.max(_BATCHES.newest_event_at)).where(
            _BATCHES.municipality == city.key, _BATCHES.source_system == source, _BATCHES.state == "loaded"
        )
    )
    if newest is None:
        return 0
    is_late = pl.col("received_at") < newest - city.thresholds.late_days * 86_400
    return judged.filter(is_late & (pl.col("verdict") == "new")).height


def _mark(connection: Connection, intake: "Intake", result: ImportResult, sha256: str) -> None:
    """Write the marker: the row that makes the import exist."""
    moments = (encoding.seconds(name).max() for name in past.EVENTS)
    events = intake.appeals.select(pl.max_horizontal(*moments)).item()
    files = [{"name": file.name, "sha256": file.sha256, "bytes": file.bytes} for file in intake.files]
    counts = {name: getattr(result, name) for name in ("rows_in", "new", "corrected", "duplicate", "rejected", "late")}
    connection.execute(
        sa.insert(tables.batches).values(
            municipality=result.municipality,
            batch_id=result.batch,
            state="loaded",
            source_system=result.source,
            files=json.dumps(files, ensure_ascii=False),
            profile_sha256=sha256,
            newest_event_at=events,
            loaded_at_utc=int(time.time()),
            seconds=result.seconds,
            **counts,
        )
    )


def undo(
    store: Store, municipality: str, batch_id: int, progress: Progress = silent, *, by: Viewer | None, place: str = OWN
) -> UndoResult:
    """Take one import back: appeals, history and dictionary become exactly what they were without it.

    `by` must hold the right to import there, looking from `place`; None is the console, and nobody is that by
    omission. Raises `AccessDenied` when it does not hold it, `InputRefused` when there is no such batch, when it was
    undone, or when a later batch stands on it.
    """
    started = time.monotonic()
    if by is not None:
        by.demand(Right.IMPORT, municipality, place)
    with exclusive(store, municipality, lambda: progress("Идёт другая загрузка, ждём её окончания", 0.0)) as connection:
        _refuse_undo(connection, municipality, batch_id)
        progress("Отмена загрузки", 0.1)
        touched = landing.months_written(connection, municipality, batch_id)
        corrected = landing.corrected_by(connection, municipality, batch_id)
        removed, restored = landing.take_back(connection, municipality, batch_id)
        amendments.forget_orphans(connection, municipality)
        past.amend(connection, municipality, corrected)
        terms.forget(connection, municipality, batch_id)
        for table in (tables.rejected_rows, tables.findings):
            connection.execute(
                sa.delete(table).where(table.c.municipality == municipality, table.c.batch_id == batch_id)
            )
        months.raise_versions(connection, municipality, touched)
        connection.execute(
            sa.update(tables.batches)
            .where(_BATCHES.municipality == municipality, _BATCHES.batch_id == batch_id)
            .values(state="undone", undone_at_utc=int(time.time()))
        )
        loads.undone(connection, by.actor if by else None, municipality, batch_id, removed, restored)
        progress("Завершение", 0.99)
    return UndoResult(municipality, batch_id, removed, restored, round(time.monotonic() - started, 3))


def _refuse_undo(connection: Connection, municipality: str, batch_id: int) -> None:
    state = connection.scalar(
        sa.select(_BATCHES.state).where(_BATCHES.municipality == municipality, _BATCHES.batch_id == batch_id)
    )
    if state is None:
        advice = "Список загрузок: python -m loaders status."
        raise InputRefused("no_such_batch", f"Загрузки № {batch_id} нет", advice=advice)
    if state == "undone":
        raise InputRefused("already_undone", f"Загрузка № {batch_id} уже отменена")
    later = landing.stands_on(connection, municipality, batch_id)
    if later is not None:
        what = f"Строки загрузки № {batch_id} исправлены загрузкой № {later}"
        raise InputRefused("later_batch", what, advice=f"Сначала отмените загрузку № {later}.")


def batches(store: Store, scope: Scope) -> pl.DataFrame:
    """List the imports of a city, newest first; one row per batch, moments of the product in UTC.

    Columns are those of the table, with `files` as a list of names, `newest_event_at`, `loaded_at_utc` and
    `undone_at_utc` as moments. Raises `AccessDenied` for a scope narrower than the city: a load has no block.
    """
    scope.demand_whole_city()
    columns = list(tables.batches.columns)
    statement = sa.select(*columns).where(_BATCHES.municipality == scope.municipality)
    with store.reading(scope) as connection:
        frame = bulk.read(connection, statement.order_by(_BATCHES.batch_id.desc()), _types(columns))
    moments = ("newest_event_at", "loaded_at_utc", "undone_at_utc")
    return frame.with_columns(
        pl.from_epoch(pl.col(moments), time_unit="s").dt.cast_time_unit("ms"),
        pl.col("files").map_elements(_file_names, return_dtype=pl.List(pl.String)),
    )


def _file_names(files: str) -> list[str]:
    return [file["name"] for file in json.loads(files)]


def _types(columns: Iterable[sa.Column[Any]]) -> pl.Schema:
    """Name the type that each column of a table has in a frame."""
    kinds = {sa.String: pl.String(), sa.Double: pl.Float64()}
    return pl.Schema(
        {
            column.name: next((dtype for kind, dtype in kinds.items() if isinstance(column.type, kind)), pl.Int64())
            for column in columns
        }
    )


def rejected(store: Store, scope: Scope, batch_id: int) -> pl.DataFrame:
    """List the rows of a batch that were not loaded: file, source_row, column, code, value (as told), expected.

    Raises `AccessDenied` for a scope narrower than the city.
    """
    return _remarks(store, scope, tables.rejected_rows, "rejection_no", batch_id)


def findings(store: Store, scope: Scope, batch_id: int | None = None) -> pl.DataFrame:
    """List the doubts about loaded rows, of one batch or of all: code, detail, rows.

    Raises `AccessDenied` for a scope narrower than the city.
    """
    return _remarks(store, scope, tables.findings, "finding_no", batch_id)


def _remarks(store: Store, scope: Scope, table: sa.Table, number: str, batch_id: int | None) -> pl.DataFrame:
    scope.demand_whole_city()
    columns = [column for column in table.columns if column.name not in {"municipality", number}]
    statement = sa.select(*columns).where(table.c.municipality == scope.municipality)
    if batch_id is not None:
        statement = statement.where(table.c.batch_id == batch_id)
    with store.reading(scope) as connection:
        return bulk.read(connection, statement.order_by(table.c.batch_id, table.c[number]), _types(columns))


def as_json(result: ImportResult | UndoResult) -> dict[str, Any]:
    """Turn a result into plain values for programs."""
    return asdict(result)
