"""Run the child process that parses a file, wait for it within limits, and take its table."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from loaders.errors import InputRefused, Place
from loaders.files import archive, header, sheets
from loaders.files.raw import Finding, RawTable, rejections
from loaders.parsers.job import Answer, Job
from loaders.profile import Profile
from loaders.progress import Progress, silent
from loaders.telling import Form, told, told_one

WALL_SECONDS: Final = 600
"""Time the child may take by the clock on the wall."""

_TICK: Final = 0.1
_PROJECT: Final = Path(__file__).parents[2]


def read(path: Path, kind: str, profile: Profile, progress: Progress) -> list[RawTable]:
    """Read the wanted columns of an XLSX, XLS, JSON or XML file, a table per sheet; refuse it as the child does."""
    found = _each(path, kind, [profile], progress, None)[0]
    if isinstance(found, InputRefused):
        raise found
    return found


def heads(path: Path, kind: str, profiles: Sequence[Profile], rows: int) -> list[RawTable | InputRefused]:
    """Read the first rows by each profile, or say why it cannot; one child does it all."""
    found = _each(path, kind, profiles, silent, rows)
    return [each if isinstance(each, InputRefused) else each[0] for each in found]


def _each(
    path: Path, kind: str, profiles: Sequence[Profile], progress: Progress, limit: int | None
) -> list[list[RawTable] | InputRefused]:
    with tempfile.TemporaryDirectory(prefix="mcu-") as folder:
        jobs = [
            _job(path, kind, profile, Path(folder) / f"{number}.arrow", limit)
            for number, profile in enumerate(profiles)
        ]
        contents = _run(jobs, path, progress)
        return [_taken(job, profile, path.name, contents) for job, profile in zip(jobs, profiles, strict=True)]


def _taken(job: Job, profile: Profile, file: str, contents: archive.Contents) -> list[RawTable] | InputRefused:
    """Take the tables that one job has brought, or its refusal."""
    try:
        answer = _answer(Path(job["target"] + ".json"), file)
        frame = pl.read_ipc(job["target"])
        if "sheets" in answer:
            return sheets.tables(file, frame, profile, answer, contents.errors)
        return [_named(file, frame, profile, answer)]
    except InputRefused as refusal:
        return refusal


def _job(path: Path, kind: str, profile: Profile, target: Path, limit: int | None) -> Job:
    return {
        "kind": kind,
        "path": str(path.resolve()),
        "target": str(target),
        "wanted": sorted(profile.wanted),
        "numbers": sorted((*profile.fields["source_id"].keys, *profile.fields["source_id"].join_keys)),
        "sheet": profile.file.sheet,
        "records": list(profile.file.records),
        "record": list(profile.file.record),
        "unit": profile.file.unit,
        "limit": limit,
        "merged": False,
        "hidden": False,
    }


def _run(jobs: list[Job], path: Path, progress: Progress) -> archive.Contents:
    """Start the child, poll it, and stop it on cancel or at the time limit; return what the archive holds.

    The archive is looked into while the child warms up; the child gets its jobs only after that.
    """
    # What parses a stranger's file knows neither the store's address nor its password.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MCU_", "PG"))}
    environment = {**kept, "PYTHONPATH": str(_PROJECT), "POLARS_MAX_THREADS": "2", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "loaders.parsers"]
    started = time.monotonic()
    errors = Path(jobs[0]["target"] + ".log")
    with (
        errors.open("wb") as log,
        subprocess.Popen(  # noqa: S603 — our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=environment
        ) as child,
    ):
        try:
            contents = archive.inspect(path) if jobs[0]["kind"] == "xlsx" else archive.Contents()
            _send(child, [{**job, "merged": contents.merges > 0, "hidden": contents.hidden > 0} for job in jobs])
            while child.poll() is None:
                progress("Чтение файла", min((time.monotonic() - started) / 60, 0.9))
                if time.monotonic() - started > WALL_SECONDS:
                    raise InputRefused("timeout", f"Файл читался дольше {WALL_SECONDS} с", place=Place(path.name))
                _wait(child)
        finally:
            child.kill()
            child.wait()
    if child.returncode == 1:
        raise RuntimeError(errors.read_text(encoding="utf-8", errors="replace"))
    return contents


def _send(child: "subprocess.Popen[bytes]", jobs: list[Job]) -> None:
    if child.stdin is not None:
        child.stdin.write(json.dumps(jobs).encode())
        child.stdin.close()


def _wait(child: "subprocess.Popen[bytes]") -> None:
    try:
        child.wait(_TICK)
    except subprocess.TimeoutExpired:
        return


def _answer(path: Path, file: str) -> Answer:
    """Take the child's answer; a child that died without one met its limits or crashed in the parser."""
    if not path.exists():
        advice = "Так бывает, когда занята ячейка очень далеко от таблицы или файл слишком велик."
        raise InputRefused("range", "Файл не удалось разобрать в отведённой памяти", place=Place(file), advice=advice)
    answer: Answer = json.loads(path.read_text(encoding="utf-8"))
    if "refused" in answer:
        code, what, row, column, advice = answer["refused"]
        raise InputRefused(code, what, place=Place(file, row, told_one(column, Form.WORD)), advice=advice)
    return answer


def _named(file: str, frame: pl.DataFrame, profile: Profile, answer: Answer) -> RawTable:
    """Take a table whose columns have names already."""
    names = answer.get("names", [])
    found = header.find([names], profile)
    if found is None:
        raise header.missing([names], profile, file)
    header.checked(found, profile, file)
    unknown = tuple(Finding("unknown_column", name[:120], frame.height) for name in header.unknown(found, profile))
    written = {key: found.names[number] for key, number in found.wanted.items()}
    bad = pl.col("column").map_batches(lambda names: told(names, Form.WORD), return_dtype=pl.String)
    rejected = rejections(file, answer.get("bad", [])).with_columns(bad)
    return RawTable(file, frame, written, rejected, unknown)
