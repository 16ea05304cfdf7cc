"""An import started from the screen: a child process that can be watched and stopped, and takes its files with it.

The child is the product's own command line, so the screen and the command do the same. Stopping it rolls its
transaction back. Whatever way it ends, the uploaded files are removed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from loaders.access.console import PLACE_VARIABLE, SESSION_VARIABLE
from loaders.access.viewer import OWN

ROOT: Final = Path(__file__).parents[2]

REFUSED: Final = 2
"""Exit code of the command line for an input that was refused; its sentence is the last line of stderr."""

OUR_FAULT: Final = "Загрузка прервалась, данные не изменены. Это наша ошибка, подробности в журнале сервера."

CANCELLED: Final = "Загрузка отменена, данные не изменены."


@dataclass(frozen=True, slots=True)
class Progress:
    """Tell how far an import is."""

    step: str = "Начинаем"
    share: float = 0.0


class Import:
    """Run one import in a child process; `result` or `failure` is set when `is_running` turns false."""

    def __init__(self, folder: Path, command: Sequence[str], session: str = "", place: str = OWN) -> None:
        self.progress = Progress()
        self.result: Mapping[str, Any] | None = None
        self.failure = ""
        self._folder = folder
        self._is_cancelled = False
        self._process = subprocess.Popen(  # noqa: S603 — our own interpreter and module, arguments as a list
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, SESSION_VARIABLE: session, PLACE_VARIABLE: place},
        )
        self.watcher = threading.Thread(target=self._watch, name="import", daemon=True)
        self.watcher.start()

    @classmethod
    def begin(cls, files: Mapping[str, bytes], source: str, city: str, session: str, place: str = OWN) -> Self:
        """Save uploaded files under safe names and start loading them in the name of a session, from a place.

        The child asks the store again whether that session may load into the city from there, and journals the load
        as its own.
        """
        folder = Path(tempfile.mkdtemp(prefix="mcu-intake-"))
        try:
            paths = [str(path) for path in saved(files, folder)]
            names = ("--source", source, "--city", city, "--json", "--progress")
            return cls(folder, [sys.executable, "-m", "loaders", "import", *paths, *names], session, place)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @property
    def is_running(self) -> bool:
        """Say whether the end, result and removal of files included, is still to come."""
        return self.watcher.is_alive()

    def cancel(self) -> None:
        """Ask the child to stop; the store stays as it was."""
        self._is_cancelled = True
        self._process.terminate()

    def _watch(self) -> None:
        try:
            with self._process as process:
                said = self._listen()
                printed = process.stdout.read() if process.stdout else ""
            self._conclude(process.returncode, printed, said)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _listen(self) -> str:
        """Follow the child's progress; give the last line that was no progress."""
        said: deque[str] = deque(maxlen=1)
        for line in self._process.stderr or ():
            progress = _progress(line)
            if progress:
                self.progress = progress
            elif line.strip():
                said.append(line.strip())
        return said[-1] if said else ""

    def _conclude(self, code: int, printed: str, said: str) -> None:
        if code == 0:
            self.result, self.failure = _result(printed)
        elif self._is_cancelled:
            self.failure = CANCELLED
        else:
            self.failure = said if code == REFUSED and said else OUR_FAULT


def saved(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write uploaded files into a folder of their own; a name keeps its last part only."""
    paths = []
    for number, (name, content) in enumerate(files.items(), start=1):
        last = name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(".").replace("\0", "") or f"file-{number}"
        path = folder / str(number) / last[-120:]
        path.parent.mkdir(mode=0o700)
        path.write_bytes(content)
        paths.append(path)
    return paths


def _result(printed: str) -> tuple[Mapping[str, Any] | None, str]:
    try:
        return json.loads(printed), ""
    except ValueError:
        return None, OUR_FAULT


def _progress(line: str) -> Progress | None:
    try:
        told = json.loads(line)
        return Progress(str(told["step"]), min(max(float(told["share"]), 0.0), 1.0))
    except (ValueError, KeyError, TypeError):
        return None
