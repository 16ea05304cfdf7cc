"""The gate without a server: a store with people, the gate before a record of what it lets through."""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from loaders.access import accounts, grants, sessions
from loaders.access.roles import Role
from loaders.errors import StoreUnavailable
from loaders.store import engine
from loaders.store.engine import Store, open_store
from pages.gate import downloads, knowing
from pages.gate.entrance import Entrance, unavailable
from pages.gate.gate import Gate
from pages.gate.headers import SecurityHeaders
from pages.gate.quota import Quota
from pages.gate.settings import Settings
from pages.gate.socket_peer import SocketPeer
from pages.map import tiles
from tests.pages.people import CONSOLE, grant
from tests.visitor import Answer

LOGIN = "orlova"
PASSWORD = "шесть зелёных трамваев"  # noqa: S105 — of a store that lives as long as a test
HOST = "127.0.0.1:8501"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass
class Door:
    """Ask the gate as a browser on this machine would; `inside` holds the scopes that got through."""

    settings: Settings
    store: Store
    quota: Quota | None = None
    inside: list[Mapping[str, object]] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        async def record(request):
            self.inside.append(request.scope)
            return PlainTextResponse("inner")

        routes = [
            *Entrance(self.settings).routes(),
            *downloads.routes(),
            *tiles.routes(self.settings),
            Route("/{path:path}", record, methods=METHODS),
        ]
        settings = {"settings": self.settings, "quota": self.quota}
        gated = Starlette(
            routes=routes,
            middleware=[Middleware(SecurityHeaders), Middleware(Gate, **settings)],
            exception_handlers={StoreUnavailable: unavailable},
        )
        self.app = SocketPeer(gated)

    def ask(self, method="GET", path="/", headers=(), body=b"", *, html=False, client=("127.0.0.1", 50_000), host=HOST):
        """Send one request; `headers` are pairs of text."""
        path, _, query = path.partition("?")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = [
            ("host", host),
            *([("cookie", cookie)] if cookie else []),
            *([("accept", "text/html")] if html else []),
        ]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in (*given, *headers)],
            "client": client,
            "scheme": "http",
            "server": ("127.0.0.1", 8501),
            "root_path": "",
        }
        answer = run(self.app, scope, body)
        for name, _, rest in (cookie.partition("=") for cookie in answer.all("set-cookie")):
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def nonce(self, **asked):
        """Open the sign-in page and give the nonce of its forms."""
        return self.ask(html=True, **asked).text.partition('name="nonce" value="')[2].partition('"')[0]

    def post(self, path, values, origin=None, headers=(), **asked):
        """Send a form of ours."""
        own = [("origin", origin or self.settings.public_url or f"http://{HOST}"), *headers]
        return self.ask("POST", path, own, urlencode(values).encode(), **asked)

    def sign_in(self, login=LOGIN, password=PASSWORD, link="/", **asked):
        """Sign in with a password."""
        at = {name: value for name, value in asked.items() if name in {"client", "host"}}
        values = {"nonce": self.nonce(**at), "next": link, "login": login, "password": password}
        return self.post("/sign-in", values, **asked)

    def demo(self, role="curator", link="/", **asked):
        """Choose a role of the demo city."""
        return self.post("/sign-in/demo", {"nonce": self.nonce(), "next": link, "role": role}, **asked)

    def begin(self, account_id, **asked):
        """Put the cookie of a fresh session into the browser and give the session's id."""
        token = sessions.begin(self.store, account_id, address="127.0.0.1", agent="", **asked)
        self.cookies = {"mcu": token}
        return sessions.session_id(token)


def run(app, scope, body=b""):
    """Run one request through an ASGI application in a loop of its own thread: a browser test may hold ours."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": body}

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    headers = [(name.decode().lower(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Give the project's own store, empty: there a demo city is being made, so visitors may look around."""
    monkeypatch.delenv(engine.URL_VARIABLE, raising=False)
    with open_store(f"sqlite:///{tmp_path / 'mcu.sqlite'}") as opened:
        monkeypatch.setattr(knowing, "store", lambda: opened)
        yield opened


@pytest.fixture
def door(store: Store) -> Door:
    """Give the gate of a machine without any settings."""
    return Door(Settings(), store)


@pytest.fixture
def employee(store: Store) -> int:
    """Make an administrator who signs in with a password."""
    number = accounts.add(store, login=LOGIN, title="Орлова", password=PASSWORD, by=CONSOLE, must_change=False)
    grants.give(store, number, grant(Role.ADMINISTRATOR), CONSOLE)
    return number


@pytest.fixture
def head(store: Store) -> int:
    """Make the head of a block, who neither loads nor exports."""
    number = accounts.add(store, login="petrov", title="Петров", password=None, by=CONSOLE)
    grants.give(store, number, grant(Role.BLOCK_HEAD), CONSOLE)
    return number
