"""An import from end to end against the bare writing of the same rows by the same driver, in one run.

`ratio` compares with rows written into a table of the same keys and indexes, `ratio_to_heap` with a table that has
none. With `--format xlsx` it compares with the bare reading of the sheet plus the road of the same rows as CSV.
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import fastexcel
import polars as pl
import sqlalchemy as sa
import xlsxwriter

from loaders import imports, intake
from loaders.profile import Profile
from loaders.progress import silent
from loaders.store import bulk, tables
from loaders.store.engine import Store
from tests.benchmarks import measuring

OWN = ("municipality", "source_system", "geo_cell", "source_row")


def main() -> None:
    """Measure one kind of store and one format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        csv, xlsx = Path(folder) / "export.csv", Path(folder) / "export.xlsx"
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:  # its memory is not the import's
            other.submit(_write, given.rows, csv, xlsx if given.format == "xlsx" else None).result()
        if given.format == "csv":
            _csv(csv, given.store)
        else:
            _xlsx(given.rows, csv, xlsx, given.store)


def _csv(path: Path, kind: str) -> None:
    clock = measuring.Clock()
    with measuring.a_store(kind) as store:
        result = _import(clock, "import", path, store)
        peak = measuring.peak_mb()
        kept = _kept(store)
    with measuring.a_store(kind) as store:
        _bare(clock, "bare", store, tables.appeals, kept)
        heap = sa.Table("heap", sa.MetaData(), *(sa.Column(c.name, c.type) for c in tables.appeals.columns))
        with store.writing() as connection:
            heap.create(connection)
        _bare(clock, "bare_heap", store, heap, kept)
    seconds = clock.seconds
    measuring.tell(
        clock,
        rows=result.rows_in,
        new=result.new,
        peak_mb=peak,
        ratio=round(seconds["import"] / seconds["bare"], 2),
        ratio_to_heap=round(seconds["import"] / seconds["bare_heap"], 2),
    )


def _import(clock: measuring.Clock, name: str, path: Path, store: Store) -> imports.ImportResult:
    profile = Profile.load("generic")
    with clock.time(name):
        with clock.time(f"{name}: reading"):
            taken = intake.read([path], profile, measuring.CITY, silent)
        return imports.load(store, taken, profile, measuring.CITY)


def _kept(store: Store) -> pl.DataFrame:
    """Read the stored rows back: exactly what the import wrote."""
    texts = {"municipality", "source_system", "source_id"}
    types = {c.name: pl.String() if c.name in texts else pl.Int64() for c in tables.appeals.columns}
    with store.reading(None) as connection:
        return bulk.read(
            connection, sa.select(tables.appeals), pl.Schema(types | {"lat": pl.Float64(), "lon": pl.Float64()})
        )


def _bare(clock: measuring.Clock, name: str, store: Store, table: sa.Table, rows: pl.DataFrame) -> None:
    with clock.time(name), store.writing() as connection:
        bulk.write(connection, table, rows)


def _write(rows: int, csv: Path, xlsx: Path | None) -> None:
    """Write the export as a file of the generic register."""
    frame = measuring.appeals(rows).drop(OWN)
    frame.write_csv(csv, separator=";", datetime_format="%d.%m.%Y %H:%M:%S")
    if xlsx is None:
        return
    with xlsxwriter.Workbook(xlsx, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        texts = pl.read_csv(csv, separator=";", infer_schema=False)
        for number, line in enumerate([texts.columns, *texts.iter_rows()]):
            for place, value in enumerate(line):
                if value:
                    sheet.write_string(number, place, value)


def _xlsx(rows: int, csv: Path, path: Path, kind: str) -> None:
    clock = measuring.Clock()
    with clock.time("bare"):
        fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    for name, each in (("csv", csv), ("xlsx", path)):
        with measuring.a_store(kind) as store:
            _import(clock, name, each, store)
    seconds = clock.seconds
    ratio = seconds["xlsx"] / (seconds["bare"] + seconds["csv"])
    measuring.tell(clock, rows=rows, peak_mb=measuring.peak_mb(), ratio=round(ratio, 2))


if __name__ == "__main__":
    main()
