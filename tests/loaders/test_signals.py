"""A command that the system stops rolls back, says so, and takes the process that parses along; a kept one is kept."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from loaders.store.engine import open_store
from tests.loaders.made import dump

ROOT = Path(__file__).parents[2]


@contextmanager
def importing(folder: Path, url: str) -> Iterator["subprocess.Popen[str]"]:
    """Import a file whose parsing takes a while, with its progress as lines on stderr."""
    record: dict[str, Any] = {"Дата поступления": "01.03.2026", "Статус": "В работе", "Тема": "Ямы"}
    path = folder / "long.json"
    path.write_text(json.dumps([{"Номер": f"Т-{number}", **record} for number in range(30_000)]), encoding="utf-8")
    command = [sys.executable, "-m", "loaders", "import", str(path), "--source", "generic", "--json", "--progress"]
    pipe = subprocess.PIPE
    env = os.environ | {"MCU_DATABASE_URL": url, "MCU_CITY": "novoshakhtinsk"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as child:
        yield child


def wait_for(child: "subprocess.Popen[str]", step: str) -> None:
    """Read progress up to the first line of a step."""
    assert child.stderr is not None
    steps = (json.loads(line)["step"] for line in iter(child.stderr.readline, ""))
    assert step in steps


def children(pid: int) -> list[str]:
    """Name the processes that a process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("step", ["Чтение файла", "Запись строк"])
def test_a_stopped_import_leaves_nothing(tmp_path: Path, sqlite_url: str, step: str, stop: signal.Signals) -> None:
    open_store(sqlite_url).close()
    with importing(tmp_path, sqlite_url) as child:
        wait_for(child, step)
        parsers = children(child.pid)
        child.send_signal(stop)
        out, err = child.communicate()
    assert (child.returncode, out) == (2, "")
    assert err.splitlines()[-1] == "Загрузка отменена, данные не изменены."
    assert len(parsers) == (step == "Чтение файла")
    assert not any(Path(f"/proc/{pid}").exists() for pid in parsers)
    store = open_store(sqlite_url)
    assert not any(dump(store, "appeals", "batches", "rejected_rows").values())
    store.close()


def test_an_import_about_to_be_kept_is_kept(tmp_path: Path, sqlite_url: str) -> None:
    with importing(tmp_path, sqlite_url) as child:
        wait_for(child, "Завершение")
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate()
    assert child.returncode == 0
    assert json.loads(out)["new"] == 30_000


def test_the_parser_does_not_outlive_its_parent(tmp_path: Path, sqlite_url: str) -> None:
    with importing(tmp_path, sqlite_url) as child:
        wait_for(child, "Чтение файла")
        (parser,) = map(int, children(child.pid))
        watched = os.pidfd_open(parser)
        child.kill()
        child.communicate()
    ended, _, _ = select.select([watched], [], [], 60)
    os.close(watched)
    assert ended
