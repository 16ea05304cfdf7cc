"""The application as an operator starts it, with everything it writes to its log kept for the tests to search."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.store.engine import URL_VARIABLE
from tests.browser.conftest import STARTS_WITHIN, answers, free_port
from tests.raw_reader import RawReader
from tests.visitor import Visitor

ROOT: Final = Path(__file__).parents[2]
TRACEBACK: Final = "Traceback"


@dataclass(frozen=True)
class Serving:
    """Hold a running server: its address, its store's address, its log, and the numbers of the accounts."""

    base: str
    url: str
    log: Path
    numbers: dict[str, int]

    @property
    def logged(self) -> str:
        """Give everything the server wrote so far."""
        return self.log.read_text("utf-8", "replace")

    def visitor(self, login: str, password: str) -> Visitor:
        """Sign somebody in by the form of the page."""
        visitor = Visitor(self.base)
        answer = visitor.sign_in(login, password)
        assert answer.status == 303, answer.text
        return visitor

    def reader(self, visitor: Visitor, *, session: str = "") -> RawReader:
        """Open the socket of somebody who has signed in."""
        return RawReader(self.base, cookie(visitor), session=session)

    def shake(self, headers: dict[str, str]) -> tuple[int, socket.socket]:
        """Ask for a socket without having signed in."""
        return Visitor(self.base).shake(headers=headers)

    def is_well(self) -> bool:
        """Say whether the server still answers."""
        return answers(self.base)


def cookie(visitor: Visitor) -> str:
    """Write the cookies of a visitor as a header."""
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


@contextmanager
def serving(url: str, folder: Path, numbers: dict[str, int], **environment: str) -> Iterator[Serving]:
    """Run the server over a store until the test is done."""
    port, log = free_port(), folder / "server.log"
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, URL_VARIABLE: url, "PYTHONFAULTHANDLER": "1", **environment},
            stdout=written,
            stderr=written,
        )
        try:
            ends = time.monotonic() + STARTS_WITHIN
            while not answers(base):
                assert process.poll() is None, log.read_text("utf-8", "replace")
                assert time.monotonic() < ends, "the server does not answer"
                time.sleep(0.1)
            yield Serving(base, url, log, numbers)
        finally:
            process.terminate()
            process.wait(30)
