"""A failure anywhere tells nobody anything: neither the reader, nor the log, holds what the failure was about."""

import io
import logging
from collections.abc import Iterator
from typing import Final

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from loaders import cells, coverage, freshness, imports, municipalities, quality, register
from loaders.access import accounts, grants, journal, sessions
from loaders.access.roles import Role
from loaders.store.engine import URL_VARIABLE
from pages.gate import logs
from tests import demo_city
from tests.pages import people
from tests.pages.conftest import MAIN

PASSWORD: Final = "hunter2-of-the-store"  # noqa: S105 — planted
PHONE: Final = "+7 863 555-12-34"
SECRETS: Final = (PASSWORD, "db.internal.example", "tok3n0000000000000000000000000000", PHONE, "77-zq")
MESSAGE: Final = (
    f"SELECT topic FROM appeals WHERE source_id = '77-zq' -- postgresql://mcu:{PASSWORD}@db.internal.example/mcu "  # noqa: S608 — no statement
    f"password={PASSWORD} Cookie: mcu={SECRETS[2]} {PHONE}"
)
TOLD: Final = (*SECRETS, "SELECT topic", "Traceback", "RuntimeError")

PARTS: Final = [
    (cells, "load", "heat-map"),
    (cells, "data_version", "deadlines"),
    (coverage, "read", "heat-map"),
    (freshness, "freshness", "measures"),
    (register, "page", "registry"),
    (quality, "doubtful_dates", "quality"),
    (quality, "without_deadline", "quality"),
    (quality, "unknown_past", "quality"),
    (imports, "batches", "intake"),
    (imports, "findings", "quality"),
    (municipalities, "known", "registry"),
    (municipalities, "describe", "heat-map"),
    (sessions, "viewer", "registry"),
    (sessions, "listed", "access"),
    (accounts, "all_accounts", "access"),
    (grants, "all_substitutions", "access"),
    (journal, "page", "journal"),
    (journal, "record", "registry"),
    (journal, "verify", "journal"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a store with a small demo city."""
    return demo_city.make(tmp_path_factory.mktemp("faults"), appeals=300)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Keep the log as the server would write it."""
    before, stream = logging.getLogRecordFactory(), io.StringIO()
    handler = logging.StreamHandler(stream)
    logs.begin()
    # Without the server's own handler a failure of the whole run is told by Streamlit's logger.
    loggers = [logging.getLogger("mcu"), logging.getLogger("streamlit.error_util")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.filters.clear()
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)
    logging.setLogRecordFactory(before)


@pytest.mark.parametrize(("module", "name", "screen"), PARTS, ids=lambda part: str(getattr(part, "__name__", part)))
def test_a_failing_loader_tells_nothing(
    module: object, name: str, screen: str, url: str, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object, **_named: object) -> None:
        raise RuntimeError(MESSAGE)

    monkeypatch.setenv(URL_VARIABLE, url)
    session = people.session(url, Role.ADMINISTRATOR)
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr(module, name, fail)
    cells._CACHE.clear()
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.user = {"session": session}
    app.query_params["period"] = "all"
    app.run()
    app.switch_page(f"{screen.replace('-', '_')}/page.py").run()
    shown = repr(app.main) + repr(app.sidebar)
    st.cache_resource.clear()
    st.cache_data.clear()
    assert not [word for word in TOLD if word in shown]
    told = written.getvalue()
    assert told
    assert not [secret for secret in SECRETS if secret in told]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (MESSAGE, SECRETS),
        ("could not connect to postgresql+psycopg://u:p%40ss@10.0.0.7:5432/x?sslmode=require", ("p%40ss", "10.0.0.7")),
        ("GET https://user:pass1234@provider.example/token", ("pass1234",)),
        ("{'client_secret': 'abc def', \"access_token\": \"eyJhbGciOi\"}", ("abc def", "eyJhbGciOi")),
        ("authorization: Bearer abcdefghijklmnopqrstuvwxyz", ("abcdefghijklmnopqrstuvwxyz",)),
        ("cookie __Host-mcu=AAAABBBBCCCC; mcu-device=DDDDEEEE", ("AAAABBBB", "DDDDEEEE")),
        ("sqlite:////srv/mcu/var/mcu.sqlite is locked", ("/srv/mcu",)),
        ("[SQL: SELECT a, b[1]\nFROM appeals\nWHERE x = 1]\n[parameters hidden]\n(Background on", ("appeals", "x = 1")),
        ('relation "x" does not exist\nLINE 1: SELECT topic FROM x', ("topic",)),
        ("duplicate key\nDETAIL:  Key (login)=(ivanova) already exists.", ("ivanova",)),
        ("near: INSERT INTO appeals VALUES (77)", ("appeals", "77")),
        ("8 (863) 555-12-34 and 88635551234", ("555-12-34", "88635551234")),
    ],
)
def test_secrets_are_hidden_in_the_log(text: str, hidden: tuple[str, ...]) -> None:
    assert not [word for word in hidden if word in logs.cleaned(text)]


@pytest.mark.parametrize(
    "text",
    [
        "a part of a screen failed",
        'File "/srv/app/pages/main.py", line 12',
        "22.11.2026 11:30:00, 120000 rows",
        "select a row",
        "UPDATE failed",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert logs.cleaned(text) == text


def test_the_arguments_of_a_record_are_cleaned_too(written: io.StringIO) -> None:
    logging.getLogger("mcu.test").warning("no answer from %s", f"postgresql://mcu:{PASSWORD}@db.internal.example/mcu")
    assert written.getvalue() == "no answer from адрес хранилища\n"
