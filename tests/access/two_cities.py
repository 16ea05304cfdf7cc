"""Two small cities with every combination of words, in a file that each test gets a copy of."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from loaders import cells, imports
from loaders.store.engine import Store, open_store
from tests.access.canaries import CITY, KEY, OTHER_CITY
from tests.loaders.made import intake, row


def rows_of(city: str, system: str) -> list[dict[str, Any]]:
    """Make one row of every combination of words, without a deadline and with dates that argue."""
    words = itertools.product(("roads", "energy", None), ("А", "Б", None), ("портал", "письмо", None))
    return [
        row(
            f"{city}-{number}",
            municipality=city,
            source_system=system if block == "roads" else f"{system}-{block}",
            received=40 + number,
            **({"answered": 30} if number % 2 else {}),
            topic=f"Тема {block}",
            topic_block=block,
            department=department,
            channel=channel,
        )
        for number, (block, department, channel) in enumerate(words)
    ]


ROWS: Final = rows_of(KEY, "generic")


@pytest.fixture(scope="session")
def two_cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load both cities once, with a load that was taken back between them."""
    path = tmp_path_factory.mktemp("bounds") / "store.sqlite"
    with open_store(f"sqlite:///{path}") as made:
        imports.load(made, intake(ROWS, rejected=1), "generic", CITY)
        late = [row("late", municipality=KEY, received=1, topic_block="energy", department="В", channel="радио")]
        imports.load(made, intake(late), "generic", CITY)
        imports.undo(made, KEY, 2, by=None)
        imports.load(made, intake(rows_of(OTHER_CITY.key, "other"), rejected=1), "other", OTHER_CITY)
    return path


@pytest.fixture
def store(two_cities: Path, tmp_path: Path) -> Iterator[Store]:
    """Open a copy of the two cities."""
    cells._CACHE.clear()
    with open_store(f"sqlite:///{shutil.copy(two_cities, tmp_path)}") as opened:
        yield opened
    cells._CACHE.clear()
