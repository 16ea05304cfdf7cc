"""A real server over a small demo city, and a real Chromium before it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as WaitedInVain

from loaders.access import accounts, grants
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Actor, Grant
from loaders.store.engine import URL_VARIABLE, open_store
from tests import demo_city
from tests.system_packages import BROWSERS
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]

QUIET = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")

KNOWN_404 = ("_stcore/health", "_stcore/host-config")
"""Streamlit asks for these relative to a deep link before it finds the root."""

KNOWN_REFUSAL = "WebAssembly.instantiate()"
"""The library under Streamlit's map brings a decoder of 3-D meshes, which the policy of the page does not let run."""

STARTS_WITHIN = 60
_TRIES = 5
SEEN_OTHER = 303


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and keep those of a file in one process: they share a server and a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@dataclass
class Watched:
    """Hold a page with everything it asked for and complained about."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    transferred: int = 0

    def open(self, path: str, ready: str = ".mcu-header") -> Page:
        """Open an address and wait until the screen stands still."""
        self.page.goto(self.base + path)
        self.page.wait_for_selector(ready)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script has run and nothing is stale."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_selector('[data-stale="true"]', state="detached")
        self.page.wait_for_timeout(300)

    def pick(self, box: Locator, name: str | re.Pattern[str]) -> None:
        """Choose from a list; try again where a run that was under way drew the screen anew and closed the list."""
        self.page.keyboard.press("Tab")  # what was typed before is sent now and not while the list stands open
        self.settle()
        option = self.page.get_by_role("option", name=name)
        for _ in range(_TRIES):
            box.scroll_into_view_if_needed()
            self.page.wait_for_timeout(300)
            box.click()
            with suppress(WaitedInVain):
                option.click(timeout=3_000)
                return
            self.settle()
        raise AssertionError(str(name))

    def until(self, condition: str) -> None:
        """Wait for a condition in JavaScript. Playwright's own way is an eval, which the policy of the page forbids."""
        ends = time.monotonic() + STARTS_WITHIN
        while not self.page.evaluate(condition):
            assert time.monotonic() < ends, f"{condition} did not come true"
            self.page.wait_for_timeout(100)
        self.settle()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(base: str) -> bool:
    """Say whether the server's health check answers."""
    try:
        with urllib.request.urlopen(f"{base}/api/health", timeout=2) as answer:  # noqa: S310 — our own server
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def serve(environment: dict[str, str], log: Path = Path(os.devnull)) -> Iterator[str]:
    """Run the application as the README starts it, on a port of its own; what it says goes into `log`."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=subprocess.STDOUT
        )
    try:
        ends = time.monotonic() + STARTS_WITHIN
        while not answers(base):
            assert process.poll() is None, "the server stopped while starting"
            assert time.monotonic() < ends, "the server does not answer"
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small demo city for all tests that only look."""
    yield from serve({URL_VARIABLE: demo_city.make(tmp_path_factory.mktemp("browser"))})


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[str]:
    """Serve a city of its own for a test that changes data, or that must be the first to ask."""
    url = demo_city.make(tmp_path)
    employ(url)
    yield from serve({URL_VARIABLE: url})


EMPLOYEE: Final = "employee"
"""In place of a role: the administrator of a real city, who signs in with a password."""

LOGIN: Final = "orlova"
PASSWORD: Final = "шесть зелёных трамваев"  # noqa: S105 — of a store that lives as long as a test


def employ(url: str, *cities: str) -> None:
    """Make the account of an administrator, by default of the real city alone."""
    console = Actor("консоль")
    with open_store(url) as store:
        number = accounts.add(store, login=LOGIN, title="Орлова", password=PASSWORD, by=console, must_change=False)
        for city in cities or ("novoshakhtinsk",):
            grants.give(store, number, Grant(city, Role.ADMINISTRATOR, ROLES[Role.ADMINISTRATOR].rights), console)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's own Chromium."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: one of {', '.join(BROWSERS)} is needed")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


def enter(context: BrowserContext, base: str, role: str = "administrator") -> None:
    """Sign a browser in as a role of the demo city, or as the employee."""
    visitor = Visitor(base)
    answer = visitor.sign_in(LOGIN, PASSWORD) if role == EMPLOYEE else visitor.demo(role)
    assert answer.status == SEEN_OTHER
    found = visitor.cookies
    context.add_cookies(
        [{"name": name, "value": value, "url": base, "httpOnly": True} for name, value in found.items()]
    )


Watch = Callable[..., Watched]


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """Give a function that opens a watched page: `watch(base, scheme, width, height, role)`, '' for nobody."""
    with watching(browser) as opened:
        yield opened


@contextmanager
def watching(browser: Browser) -> Iterator[Watch]:
    """Open watched pages, and close them at the end."""
    contexts: list[BrowserContext] = []

    def opened(
        base: str, scheme: str = "light", width: int = 1440, height: int = 900, role: str = "administrator"
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="ru-RU",
        )
        contexts.append(context)
        if role:
            enter(context, base, role)
        watched = Watched(context.new_page(), base)
        _listen(watched)
        return watched

    try:
        yield opened
    finally:
        for context in contexts:
            context.close()


def _listen(watched: Watched) -> None:
    page, host = watched.page, watched.base.removeprefix("http://")
    allowed = (f"http://{host}/", f"ws://{host}/", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(allowed) else watched.outside.append(r.url))
    page.on("websocket", lambda s: None if s.url.startswith(allowed) else watched.outside.append(s.url))
    page.on("pageerror", lambda error: _complain(watched, str(error)))
    page.on("console", lambda said: _console(watched, said.type, said.text, said.location.get("url", "")))


def _console(watched: Watched, kind: str, text: str, url: str) -> None:
    if kind == "error" and not url.endswith(KNOWN_404):
        _complain(watched, f"{text} {url}")


def _complain(watched: Watched, text: str) -> None:
    if KNOWN_REFUSAL not in text:
        watched.complaints.append(text)
