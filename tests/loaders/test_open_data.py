"""Real exports of three cities, loaded over something, repeated and undone, on both stores.

What is counted in the store is counted here from the raw files, by means that share nothing with the product.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
import sqlalchemy as sa

from loaders import imports, intake
from loaders.__main__ import main
from loaders.city import City
from loaders.profile import Profile
from loaders.progress import silent
from loaders.store import tables
from loaders.store.engine import URL_VARIABLE, Store, open_store

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")

LAST = 3
"""Number of the load that repeats."""

Raw = pl.DataFrame
"""Department and status as the files write them, one row per case."""


@dataclass(frozen=True)
class Export:
    """Name files of one system, how they are read without the product, and what their states mean."""

    source: str
    city: str
    files: tuple[str, ...]
    read: Callable[[Path], Raw]
    states: dict[str, str]

    @property
    def paths(self) -> list[Path]:
        return [path for pattern in self.files for path in sorted(DATA.glob(pattern))]

    def counts(self) -> dict[tuple[str | None, str], int]:
        """Count the raw cases by department and by the state that their word means."""
        raw = pl.concat([self.read(path) for path in self.paths])
        known = raw.with_columns(pl.col("status").replace_strict(self.states))
        return {(row[0], row[1]): row[2] for row in known.group_by("department", "status").len().iter_rows()}


def _csv(department: str, status: str) -> Callable[[Path], Raw]:
    def read(path: Path) -> Raw:
        return pl.read_csv(path, infer_schema=False).select(department=department, status=status)

    return read


def _json(department: str) -> Callable[[Path], Raw]:
    def read(path: Path) -> Raw:
        cases = json.loads(path.read_text(encoding="utf-8"))
        return pl.DataFrame(
            {"department": [case[department] for case in cases], "status": [c["status"] for c in cases]}
        )

    return read


def _xml(path: Path) -> Raw:
    cases = list(ET.parse(path).iter("request"))  # noqa: S314 - a file of the open data
    return pl.DataFrame(
        {
            "department": [case.findtext("agency_responsible") for case in cases],
            "status": [case.findtext("status") for case in cases],
        }
    )


BOSTON = {"Open": "in_work", "Closed": "answered"}
NEW_YORK = {
    "Open": "new",
    "Unspecified": "new",
    "Assigned": "in_work",
    "Started": "in_work",
    "In Progress": "in_work",
    "Pending": "in_work",
    "Closed": "answered",
}
OPEN311 = {"open": "in_work", "closed": "answered"}

EXPORTS = [
    Export("boston311", "boston", ("boston311/*.csv",), _csv("department", "case_status"), BOSTON),
    Export("nyc311", "new_york", ("nyc311/*.csv",), _csv("agency_name", "status"), NEW_YORK),
    Export("nyc311", "new_york", ("nyc311/*.json",), _json("agency_name"), NEW_YORK),
    Export("georeport", "novoshakhtinsk", ("georeport/requests_many.xml",), _xml, OPEN311),
    Export("georeport", "novoshakhtinsk", ("georeport/requests_single.xml",), _xml, OPEN311),
    Export("georeport", "novoshakhtinsk", ("georeport/service_requests.json",), _json("agency_responsible"), OPEN311),
]


@pytest.fixture(scope="module", params=EXPORTS, ids=lambda export: export.files[0])
def export(request: pytest.FixtureRequest) -> Export:
    """Give each export in turn."""
    found: Export = request.param
    return found


@pytest.fixture(scope="module")
def taken(export: Export) -> intake.Intake:
    """Read the files once for both stores."""
    return intake.read(export.paths, Profile.load(export.source), City.load(export.city), silent)


def _earlier(taken: intake.Intake) -> intake.Intake:
    """Make an older load: every second case, under another topic and another department."""
    older = taken.appeals.gather_every(2).with_columns(topic=pl.lit("Иное"), department=pl.lit("Прежний отдел"))
    return replace(taken, appeals=older, rows_in=older.height + taken.rejected.height)


def _content(store: Store, batch: int) -> str:
    """Hash what every table says of what came before a batch; of versions of months a trace may stay.

    The journal and the list of batches grow with every load, and with every undo; of an undone one its remarks go.
    """
    left = {
        "batches": tables.batches.c.batch_id < batch,
        "partitions": tables.partitions.c.rows > 0,
        "journal": sa.false(),
    }
    if batch == LAST:
        left |= {name: tables.metadata.tables[name].c.batch_id < batch for name in ("rejected_rows", "findings")}
    digest = hashlib.sha256()
    with store.engine.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) == set(tables.metadata.tables)
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.columns if (table.name, column.name) != ("partitions", "version")]
            statement = sa.select(*columns).where(left.get(table.name, sa.true())).order_by(*table.primary_key.columns)
            digest.update(table.name.encode())
            for row in connection.execute(statement):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def _counted(export: Export, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str | None, str], int]:
    """Count by department and status by the command of the product."""
    words = ["aggregate", "--city", export.city, "--by", "department,status", "--measures", "appeals"]
    capsys.readouterr()
    assert main([*words, "--format", "json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return {(row["department"], row["status"]): row["appeals"] for row in rows}


def test_a_real_export_adds_up_repeats_and_goes_without_a_trace(
    export: Export,
    taken: intake.Intake,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(URL_VARIABLE, store_url)
    profile, city = Profile.load(export.source), City.load(export.city)
    expected = export.counts()
    cases = taken.appeals.n_unique(["source_id", "question_no"])
    with open_store(store_url) as store:
        older = imports.load(store, _earlier(taken), profile, city)
        before = _content(store, 2)

        first = imports.load(store, taken, profile, city)
        assert first.rows_in == taken.rows_in == sum(expected.values())
        assert (first.new, first.corrected) == (cases - older.new, older.new)
        assert _counted(export, capsys) == expected
        loaded = _content(store, LAST)
        assert loaded != before

        again = imports.load(store, taken, profile, city)
        assert (again.new, again.corrected, again.duplicate, again.rejected) == (0, 0, taken.rows_in, 0)
        assert _content(store, LAST) == loaded

        imports.undo(store, city.key, LAST, by=None)
        imports.undo(store, city.key, 2, by=None)
        assert _content(store, 2) == before
