"""Boston says itself of every case whether it was on time: what is computed from dates must say the same."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from analytics.facts import Window, population
from analytics.measures import find
from loaders import cells, imports, intake, register
from loaders.__main__ import main
from loaders.city import City
from loaders.profile import Profile
from loaders.progress import silent
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE, Store, open_store

DATA = Path(__file__).parents[3] / "shared" / "data" / "boston311"
FILES = sorted(DATA.glob("*.csv"))
ALL = Scope.whole_city("boston")
LATER = date(2026, 1, 1)
"""A day after every target of the export: an open case with a target is overdue by then, and Boston says so."""

pytestmark = pytest.mark.skipif(not FILES, reason="../shared/data is not here")


@pytest.fixture(scope="module")
def theirs() -> pl.DataFrame:
    """Read what Boston says of every case with a target: number, department, flag, state."""
    names = ("case_enquiry_id", "department", "on_time", "case_status", "sla_target_dt", "open_dt")
    parts = [pl.read_csv(path, infer_schema=False).select(names) for path in FILES]
    return pl.concat(parts).filter(pl.col("sla_target_dt").is_not_null())


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Load every file of the folder by the road of the product."""
    address = f"sqlite:///{tmp_path_factory.mktemp('boston')}/store.sqlite"
    profile, city = Profile.load("boston311"), City.load("boston")
    with open_store(address) as store:
        imports.load(store, intake.read(FILES, profile, city, silent), profile, city)
    return address


@pytest.fixture(scope="module")
def boston(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store


def counted(key: str, day: date = LATER) -> RegisterFilter:
    """Ask for the cases that a measure counts, seen from a day."""
    return RegisterFilter(population(find(key).part, Window(None, None, day)), day)


def _listed(store: Store, filters: RegisterFilter) -> pl.DataFrame:
    pages = []
    while not pages or pages[-1].height == register.MAX_ROWS:
        offset = sum(page.height for page in pages)
        found = register.page(store, ALL, filters, sort="source_id", offset=offset, limit=register.MAX_ROWS)
        pages.append(found.rows.select("source_id", "department"))
    return pl.concat(pages)


def _ids(frame: pl.DataFrame, name: str) -> set[str]:
    return set(frame[name].to_list())


def test_on_time_and_missed_are_theirs_on_every_row_with_a_target(boston: Store, theirs: pl.DataFrame) -> None:
    missed = _listed(boston, counted("missed"))
    on_time = _listed(boston, counted("on_time"))
    assert theirs.height == missed.height + on_time.height > 10_000
    assert _ids(missed, "source_id") == _ids(theirs.filter(pl.col("on_time") == "OVERDUE"), "case_enquiry_id")
    assert _ids(on_time, "source_id") == _ids(theirs.filter(pl.col("on_time") == "ONTIME"), "case_enquiry_id")


def test_overdue_open_are_those_that_boston_calls_overdue_and_open(boston: Store, theirs: pl.DataFrame) -> None:
    found = _listed(boston, counted("overdue_open"))
    late = theirs.filter(pl.col("on_time") == "OVERDUE", pl.col("case_status") == "Open")
    assert _ids(found, "source_id") == _ids(late, "case_enquiry_id")


def test_every_target_is_the_sources_own(boston: Store, theirs: pl.DataFrame) -> None:
    found = cells.load(boston, ALL, dimensions=["due_basis"])
    bases = dict(found.group_by("due_basis").agg(pl.col("appeals").sum()).rows())
    assert bases["source"] == theirs.height
    assert set(bases) == {"source", "none"}


def test_the_command_gives_their_flags_per_department(
    url: str, theirs: pl.DataFrame, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(URL_VARIABLE, url)
    measures = "appeals,answered,on_time_share,on_time,missed,overdue_open,overdue_closed,median_answer_days"
    words = ["aggregate", "--city", "boston", "--by", "department", "--measures", measures, "--format", "json"]
    assert main([*words, "--as-of", LATER.isoformat()]) == 0
    found = {each["department"]: each for each in json.loads(capsys.readouterr().out)}
    is_late, is_open = pl.col("on_time") == "OVERDUE", pl.col("case_status") == "Open"
    expected = theirs.group_by("department").agg(
        (~is_late).sum().alias("on_time"),
        is_late.sum().alias("missed"),
        (is_late & is_open).sum().alias("overdue_open"),
        (is_late & ~is_open).sum().alias("overdue_closed"),
        (~is_late).mean().alias("on_time_share"),
    )
    for row in expected.iter_rows(named=True):
        ours = found[row["department"]]
        assert {name: ours[name] for name in row} == pytest.approx(row)
    whole = {name: sum(each[name] for each in found.values()) for name in ("missed", "overdue_open", "overdue_closed")}
    assert whole["missed"] == whole["overdue_open"] + whole["overdue_closed"] == theirs.filter(is_late).height


@pytest.mark.parametrize("until", [date(2016, 6, 30), date(2018, 12, 31)])
def test_a_later_day_never_makes_an_overdue_open_case_good(boston: Store, until: date) -> None:
    earlier, later = (_ids(_listed(boston, counted("overdue_open", day)), "source_id") for day in (until, LATER))
    still_open = _ids(_listed(boston, counted("open")), "source_id")
    assert earlier & still_open <= later
    assert earlier & still_open
