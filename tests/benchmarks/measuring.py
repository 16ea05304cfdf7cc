"""What the benchmarks share: a made-up export of any size, a store of either kind, a clock and a memory mark."""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from loaders.city import City
from loaders.demo import make
from loaders.intake import Intake, SourceFile
from loaders.store.engine import Store, open_store
from tests import postgresql

CITY = City.load("novoshakhtinsk")
MONTHS = 36


@dataclass
class Clock:
    """Collect seconds by name; of several turns the fastest."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Time the block."""
        started = time.perf_counter()
        yield
        taken = round(time.perf_counter() - started, 4)
        self.seconds[name] = min(taken, self.seconds.get(name, taken))


def arguments(does: str) -> argparse.Namespace:
    """Read the size and the kind of store from the command line."""
    parser = argparse.ArgumentParser(description=does)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


@contextmanager
def a_store(kind: str) -> Iterator[Store]:
    """Open an empty store of a kind, and remove it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            with open_store(f"sqlite:///{folder}/store.sqlite") as store:
                yield store
            return
        with postgresql.server() as server:
            if server is None:
                sys.exit(postgresql.NEITHER)
            with open_store(server.url(server.create())) as store:
                yield store


def appeals(rows: int) -> pl.DataFrame:
    """Make canonical rows of the demo city, as many as wanted, all under one source system."""
    number = pl.int_range(1, pl.len() + 1)
    return make(CITY, rows, MONTHS).appeals.with_columns(
        source_system=pl.lit("generic"),
        source_id=pl.format("А-{}", number.cast(pl.String).str.zfill(8)),
        source_row=number.cast(pl.Int64) + 1,
    )


def intake(rows: pl.DataFrame) -> Intake:
    """Make an intake of canonical rows, as if they had just been read."""
    empty = make(CITY, 1_000, 12)
    return Intake(
        rows, empty.rejected, empty.findings.clear(), (SourceFile("made", Path("made"), "0" * 64, 0),), rows.height
    )


def peak_mb() -> int:
    """Give the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def tell(clock: Clock, **more: Any) -> None:
    """Print the result as one JSON object."""
    machine = {"processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write(json.dumps({**machine, "seconds": clock.seconds, **more}, indent=1) + "\n")
