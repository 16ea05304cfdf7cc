"""A choice among ten thousand values goes whole through the address, the cells, the register and a file."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import streamlit as st

from analytics import measures
from loaders import imports, register
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE, open_store
from pages.paper import orders
from pages.registry.query import Asked as Own
from pages.registry.query import register_filter
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.options import options
from tests.loaders.made import intake, row

HOME = "novoshakhtinsk"
MANY = 10_000
SCOPE = Scope.whole_city(HOME)
_PROVENANCE = 5
"""Columns of the lines that say what a file is; its rows have more."""

ODD = ("~", "а|б", "Отдел ЖКХ, связи и транспорта", "Подразделение не указано", "д" * 300, None)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Store one case for each of ten thousand departments and territories, and one for each odd name."""
    names = [*(f"Учреждение {number:05}" for number in range(MANY)), *ODD]
    rows = [
        row(str(at), municipality=HOME, received=20, department=name, territory=name and f"Место {name}"[:300])
        for at, name in enumerate(names)
    ]
    found = f"sqlite:///{tmp_path_factory.mktemp('many') / 'store.sqlite'}"
    with open_store(found) as store:
        imports.load(store, intake(rows), "generic", City.load(HOME))
    return found


@pytest.fixture(autouse=True)
def opened(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(URL_VARIABLE, url)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def _written(filters: Filters) -> dict[str, list[str]]:
    """Write filters for an address as the screens do."""
    numbers = readers.numbers(SCOPE, readers.version(SCOPE))
    query = filters.query(numbers)
    return {name: [value] if isinstance(value, str) else value for name, value in query.items()}


def _counted(query: dict[str, list[str]]) -> tuple[int, int, int]:
    """Count by the cells, by the register, and the rows of its file."""
    asked, dropped = Asked.of(SCOPE, Filters.parse(query))
    assert not dropped
    window = asked.period.window(asked.as_of)
    counted = measures.aggregate(asked.cells(), [], ["appeals"], window).collect().item()
    wanted = register_filter(asked.filters, Own(), asked.period, asked.as_of)
    listed = register.page(readers.store(), SCOPE, wanted).total
    ready = orders.make(orders.Order.of("screen", "registry", query, "csv", "register"), SCOPE)
    lines: list[Any] = list(csv.reader(io.StringIO(ready.body.decode("utf-8-sig")), delimiter=";"))
    return counted, listed, sum(len(line) > _PROVENANCE for line in lines) - 1


@pytest.mark.parametrize(("name", "size"), [("departments", 101), ("territories", 5_000), ("departments", 9_999)])
def test_a_choice_among_ten_thousand_is_counted_listed_and_written_whole(name: str, size: int) -> None:
    everything = options(SCOPE, readers.version(SCOPE), HOME)
    query = _written(Filters(period="year", **{name: everything.of(name)[:size]}))
    assert len(urlencode(query, doseq=True)) < 2_000
    assert _counted(query) == (size, size, size)


def test_two_long_choices_meet() -> None:
    everything = options(SCOPE, readers.version(SCOPE), HOME)
    chosen = Filters(
        period="year",
        departments=everything.of("departments")[:7_000],
        territories=everything.of("territories")[3_000:],
    )
    found, listed, in_file = _counted(_written(chosen))
    assert found == listed == in_file > 3_000


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_is_a_choice_of_its_own(name: str | None) -> None:
    everything = options(SCOPE, readers.version(SCOPE), HOME)
    key = "~" if name is None else name.replace("~", "~~").replace("|", "~i")
    assert key in everything.of("departments")
    assert _counted({"period": ["year"], "department": [key]}) == (1, 1, 1)


def test_titles_of_choices_differ() -> None:
    everything = options(SCOPE, readers.version(SCOPE), HOME)
    titles = [everything.title("departments", key) for key in everything.of("departments")]
    assert len(set(titles)) == len(titles) == MANY + len(ODD)
    assert everything.title("departments", "~") == "Подразделение не указано (2)"
