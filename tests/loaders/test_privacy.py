"""A store of imports full of phones, e-mails, documents and names holds none of them: its very bytes are searched."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from loaders import intake
from loaders.__main__ import main
from loaders.city import City
from loaders.profile import Profile, available
from loaders.progress import silent
from loaders.store.engine import URL_VARIABLE, open_store
from tests.loaders import exports_of_secrets as secrets

HOME = "novoshakhtinsk"
CONTROL = secrets.CONTROL.encode()

EXCEPTIONS = {
    "source_id": ("8636412790", "64127903889", "6004 641279", "641279003900", "64-12-79"),
    "topic": ("8636412790", "64-12-79", "ул. Тайнинская, д. 6", "Секретов Иван", "секретов иван иванович"),
}
"""What passes: bare numbers, which may be those of cases; addresses; names without initials and patronymic."""


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write one file for every profile there is."""
    folder = tmp_path_factory.mktemp("exports")
    return {profile.key: secrets.write(folder, profile) for profile in available()}


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every temporary file of the process and its children in a folder of its own."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def _import_all(exports: dict[str, Path], url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load every file by the road of the product; a last one is refused, so that it has something to say."""
    monkeypatch.setenv(URL_VARIABLE, url)
    for key, path in exports.items():
        city = Profile.load(key).city or HOME
        assert main(["import", str(path), "--source", key, "--city", city, "--json"]) == 0
    refused = exports["generic"].with_name("отказ Секретов И.И. 8 928 641-27-91.csv")
    refused.write_text("Номер;Дата;Статус\n" + "1;01.03.2026;т.89286412791 Секретов И.И.\n" * 30, encoding="utf-8")
    assert main(["import", str(refused), "--source", "generic", "--city", HOME]) == 2
    assert main(["import", str(refused), "--source", "pos", "--city", HOME]) == 2


def _leaks(name: str, data: bytes) -> list[str]:
    found = (data[max(each.start() - 20, 0) : each.end() + 20] for each in secrets.CORES.finditer(data))
    return [f"{name}: {piece.decode(errors='replace')}" for piece in found]


def _said_nothing(captured: tuple[str, str], scratch: Path, exports: dict[str, Path]) -> None:
    """Check what the process wrote beside the store: its two streams and its temporary files."""
    out, err = captured
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["source"] for answer in answers] == list(exports)
    assert all(answer["new"] > 560 and answer["rejected"] > 5 for answer in answers)
    assert "[телефон]" in out
    assert "Отклонено 30 строк из 30" in err
    assert _leaks("stdout", out.encode()) + _leaks("stderr", err.encode()) == []
    assert list(scratch.iterdir()) == []


def test_the_bytes_of_sqlite_hold_nobody(
    exports: dict[str, Path],
    tmp_path: Path,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    base = tmp_path / "store.sqlite"
    url = f"sqlite:///{base}"
    open_store(url).close()
    with closing(sqlite3.connect(base)) as reader:
        # A reader of the past keeps every byte of the write-ahead log from going into the file and away.
        reader.execute("BEGIN").execute("SELECT count(*) FROM appeals").fetchone()
        _import_all(exports, url, monkeypatch)
        files = [base.with_name(base.name + ending) for ending in ("", "-wal", "-shm")]
        before = [leak for path in files for leak in _leaks(path.name, path.read_bytes())]
        assert CONTROL in files[1].read_bytes()
        reader.rollback()
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        dump = "\n".join(reader.iterdump()).encode()
        shown = "SELECT value FROM terms WHERE dimension IN ('topic', 'territory') AND value NOT LIKE '%[%]%'"
        assert reader.execute(shown).fetchall() == []
    assert CONTROL in base.read_bytes()
    assert dump.count(CONTROL) > 100
    assert before + _leaks("file", base.read_bytes()) + _leaks("dump", dump) == []
    _said_nothing(capfd.readouterr(), scratch, exports)


def _copied(connection: "psycopg.Connection[tuple[str]]") -> Iterator[tuple[str, bytes]]:
    """Give every table as text, so that nothing hides in compressed values."""
    named = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname !~ '^(pg_|information_)'"
    for (table,) in connection.execute(named).fetchall():
        with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
            yield table, b"".join(map(bytes, copy))


def test_the_bytes_of_postgresql_hold_nobody(
    exports: dict[str, Path],
    postgresql_url: str,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        shown = connection.execute("SELECT current_setting('data_directory')").fetchone()
        _import_all(exports, postgresql_url, monkeypatch)
        connection.execute("CHECKPOINT")
        tables = dict(_copied(connection))
    assert shown is not None
    # The folder around the data holds the log, too.
    files = [path for path in Path(shown[0]).parent.rglob("*") if path.is_file()]
    held = {path: path.read_bytes() for path in files}
    assert {path.parent.name for path, data in held.items() if CONTROL in data} >= {"pg_wal"}
    assert any(CONTROL in data for path, data in held.items() if "base" in path.parts)
    assert tables["public.terms"].count(CONTROL) > 100
    assert [leak for path, data in held.items() for leak in _leaks(str(path), data)] == []
    assert [leak for table, data in tables.items() for leak in _leaks(table, data)] == []
    _said_nothing(capfd.readouterr(), scratch, exports)


def test_the_search_finds_every_secret() -> None:
    made = [secret for _, secret in zip(range(500), secrets.secrets(), strict=False)]
    assert len(set(made)) == 500
    assert [secret for secret in [*made, secrets.address(7)] if not _leaks("", secret.encode())] == []


@pytest.mark.parametrize("column", EXCEPTIONS)
def test_what_passes_is_known(column: str, tmp_path: Path) -> None:
    path = tmp_path / "exceptions.csv"
    cells = EXCEPTIONS[column]
    numbers = cells if column == "source_id" else [f"К-{number}" for number in range(len(cells))]
    topics = cells if column == "topic" else ["Ямы"] * len(cells)
    rows = (f"{number};01.03.2026;В работе;{topic}" for number, topic in zip(numbers, topics, strict=True))
    path.write_text("\n".join(["Номер;Дата поступления;Статус;Тема", *rows]), encoding="utf-8")
    found = intake.read([path], Profile.load("generic"), City.load(HOME), silent)
    assert tuple(found.appeals[column]) == cells
