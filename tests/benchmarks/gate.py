"""What the gate adds to a request, asked with and without it in turns, and what resolving the reader adds to a run."""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import PlainTextResponse

from loaders.access import accounts, grants, sessions
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Actor, Grant
from loaders.store.engine import URL_VARIABLE, Store, open_store
from pages.gate.gate import Gate
from pages.gate.settings import Settings
from pages.gate.socket_peer import SocketPeer

CITY: Final = "novoshakhtinsk"
TURNS: Final = 1_000


def main() -> None:
    """Ask for a screen as a signed-in head of a block, a thousand times each way."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        os.environ[URL_VARIABLE] = f"sqlite:///{folder}/store.sqlite"
        with open_store() as store:
            token = _signed_in(store)
            number = sessions.session_id(token)
            inner = PlainTextResponse("inner")
            told = asyncio.run(_requests(inner, SocketPeer(Gate(inner, Settings())), token))
            told["viewer and scope"] = _median(lambda: sessions.viewer(store, number).scope(CITY).check())
    json.dump({"load": round(load, 1), "milliseconds": {name: round(ms, 3) for name, ms in told.items()}}, sys.stdout)
    sys.stdout.write("\n")


def _signed_in(store: Store) -> str:
    console = Actor("консоль")
    number = accounts.add(store, login="head", title="Начальник", password=None, by=console, must_change=False)
    role = Role.BLOCK_HEAD
    grants.give(store, number, Grant(CITY, role, ROLES[role].rights, blocks=frozenset({"roads"})), console)
    return sessions.begin(store, number, address="127.0.0.1", agent="")


async def _requests(bare: Any, gated: Any, token: str) -> dict[str, float]:
    taken: dict[str, list[float]] = {"bare": [], "gated": []}
    for _ in range(TURNS):
        for name, app in (("bare", bare), ("gated", gated)):
            started = time.perf_counter()
            await _ask(app, token)
            taken[name].append(time.perf_counter() - started)
    medians = {name: 1_000 * statistics.median(each) for name, each in taken.items()}
    return {**medians, "gate": medians["gated"] - medians["bare"]}


async def _ask(app: Any, token: str) -> None:
    statuses = []

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status"))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    headers = [(b"host", b"127.0.0.1:8501"), (b"cookie", f"mcu={token}".encode()), (b"accept", b"text/html")]
    place = {"path": "/", "raw_path": b"/", "query_string": b"", "root_path": ""}
    ends = {"client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 8501), "scheme": "http"}
    await app({"type": "http", "method": "GET", "headers": headers, **place, **ends}, receive, send)
    if statuses[0] != 200:
        raise SystemExit("the gate does not let the reader in")


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(TURNS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1_000 * statistics.median(taken)


if __name__ == "__main__":
    main()
