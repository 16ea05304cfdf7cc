"""Files too big for every run: `python -m tests.hostile.big [NAME …]` makes each in a folder of its own and imports it.

Prints one JSON object per file: bytes, exit code, what was said, seconds, peak memory of the largest process in MB.
Needs 8 GB of disk under the temporary folder.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.hostile.books import book, good
from tests.hostile.texts import HEADER

_SHEET: Final = "xl/worksheets/sheet1.xml"


def ten_million_rows(path: Path) -> None:
    """Write 10⁷ different rows over three years, a third of them answered."""
    start = datetime(2023, 1, 1, 9, 0)
    minutes = 3 * 365 * 24 * 60
    moments = [f"{start + timedelta(minutes=minute):%d.%m.%Y %H:%M}" for minute in range(0, minutes, 97)]
    topics = ("Ямы на дороге", "Вывоз мусора", "Отопление")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(HEADER) + "\r\n")
        for number in range(10_000_000):
            moment = moments[number % len(moments)]
            done = number % 3 == 0
            state = (
                ("Рассмотрено", moments[min(number % len(moments) + 40, len(moments) - 1)])
                if done
                else ("В работе", "")
            )
            file.write(
                f"Т-{number};{moment};{state[0]};{topics[number % 7 % 3]};Отдел {number % 20};{state[1]};Просьба\r\n"
            )


def _stuffed(path: Path, extra: bytes, times: int) -> None:
    """Write a good workbook with something very often among its rows, block by block."""
    head, tail = good(extra="@@").encode().split(b"@@")
    path.write_bytes(book(good(), without=_SHEET))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(_SHEET, "w", force_zip64=True) as part,
    ):
        part.write(head)
        for _ in range(times // 1000):
            part.write(extra * 1000)
        part.write(tail)


def bomb_of_one_cell(path: Path) -> None:
    """Write a cell of 2 GB."""
    _stuffed(path, b"x" * 1024, 2 * 1024**2)


def bomb_of_rows(path: Path) -> None:
    """Write 2·10⁷ rows."""
    _stuffed(path, b'<row><c t="inlineStr"><is><t>x</t></is></c></row>', 20_000_000)


FILES: Final[Mapping[str, Callable[[Path], None]]] = {
    "b01_10m_rows.csv": ten_million_rows,
    "x02_zip_bomb_one_cell_2gb.xlsx": bomb_of_one_cell,
    "x03_zip_bomb_20m_rows.xlsx": bomb_of_rows,
}


def measure(name: str) -> None:
    """Make one file, import it into an empty store and tell what became of it."""
    with tempfile.TemporaryDirectory(prefix="mcu-big-") as folder:
        path = Path(folder) / name
        FILES[name](path)
        env = os.environ | {"MCU_DATABASE_URL": f"sqlite:///{folder}/store.sqlite"}
        words = ["import", str(path), "--source", "generic", "--city", "novoshakhtinsk", "--json"]
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "loaders", *words], env=env, capture_output=True, check=False)
        answer = {
            "file": name,
            "bytes": path.stat().st_size,
            "code": done.returncode,
            "said": (done.stdout or done.stderr).decode()[-600:],
            "seconds": round(time.monotonic() - started, 1),
            "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        }
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for chosen in sys.argv[1:] or FILES:
        measure(chosen)
