"""Commands that change the store: demo, import, undo."""

import json
import sys
import time
from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from loaders import demo, imports, intake, municipalities
from loaders.access import console
from loaders.access.roles import Right
from loaders.city import City
from loaders.commands import output, places, signals
from loaders.files.sheets import UNREAD
from loaders.profile import Profile
from loaders.progress import Progress, part, silent
from loaders.store.engine import open_store
from loaders.text import plural


def run_demo(given: Namespace) -> None:
    """Make the demo city anew: what was made before leaves the store first."""
    chosen = {name: getattr(given, name) for name in ("appeals", "months", "seed") if getattr(given, name) is not None}
    city = City.load(places.named(given.city) or municipalities.HOME).demo()
    progress = silent if given.json else _bar()
    made = demo.make(city, progress=part(progress, 0.0, 0.15), **chosen)
    with open_store() as store:
        demo.remove(store, city)
        results = demo.load(store, made, city, part(progress, 0.15, 1.0))
    progress("Готово", 1.0)
    totals = {name: sum(getattr(result, name) for result in results) for name in ("new", "corrected", "duplicate")}
    answer = {
        "municipality": city.key,
        "batches": [result.batch for result in results],
        "rows_in": made.rows_in,
        **totals,
        "seconds": round(sum(result.seconds for result in results), 3),
    }
    if given.json:
        output.as_json(answer)
    else:
        sys.stdout.write(f"{city.title}: обращений {made.rows_in}, загрузок {len(results)}.\n")


def run_import(given: Namespace) -> None:
    """Load files of one system into a city."""
    started = time.monotonic()
    profile = Profile.load(Path(given.profile) if given.profile else given.source)
    city = places.to_load_into(given.city, profile.city)
    progress = _lines() if given.progress else silent if given.json else _bar()
    with open_store() as store:
        console.acting(store, Right.IMPORT, city.key)  # refused before the files are read, and asked again after that
        taken = intake.read([Path(path) for path in given.paths], profile, city, part(progress, 0.0, 0.5))
        by = console.acting(store, Right.IMPORT, city.key)
        share = signals.until_kept(part(progress, 0.5, 1.0))
        result = imports.load(store, taken, profile, city, share, by=by)
    progress("Готово", 1.0)
    result = replace(result, seconds=round(time.monotonic() - started, 3))  # reading the files is part of the work
    if given.json:
        output.as_json(asdict(result))
        return
    sys.stdout.write(
        f"Загрузка № {result.batch} ({city.title}, {profile.title}): строк {result.rows_in}, новых {result.new}, "
        f"исправлено {result.corrected}, повторов {result.duplicate}, отклонено {result.rejected}; "
        f"{round(result.seconds)} с.\n"
    )
    for detail, rows in taken.findings.filter(pl.col("code").is_in(UNREAD)).select("detail", "rows").iter_rows():
        sys.stdout.write(f"Внимание: {detail}, {rows} {plural(rows, 'строка', 'строки', 'строк')}.\n")


def run_undo(given: Namespace) -> None:
    """Take one import back."""
    with open_store() as store:
        place = places.to_undo(store, given.city, given.batch)
        result = imports.undo(store, place, given.batch, signals.until_kept(silent), by=None)
    if given.json:
        output.as_json(asdict(result))
    else:
        sys.stdout.write(
            f"Загрузка № {result.batch} отменена: убрано строк {result.removed}, "
            f"возвращено прежних {result.restored}.\n"
        )


def _lines() -> Progress:
    """Report progress to a program: one JSON object per line."""

    def report(step: str, share: float) -> None:
        _say({"step": step, "share": round(share, 4)})

    return report


def _say(value: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def _bar() -> Progress:
    """Report progress to a person, in one line that is drawn over; to a file, nothing."""
    if not sys.stderr.isatty():
        return silent

    def report(step: str, share: float) -> None:
        ending = "\n" if share >= 1 else ""
        sys.stderr.write(f"\r{step:<50.50} {share:>4.0%}{ending}")
        sys.stderr.flush()

    return report
