"""Sign-in through a real OpenID Connect provider, the whole journey in a browser."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from loaders.__main__ import main
from loaders.access import accounts, grants, journal, sessions
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Actor, Grant
from loaders.store.engine import URL_VARIABLE, open_store
from tests import demo_city
from tests.browser.conftest import STARTS_WITHIN, free_port, serve

CONSOLE = Actor("консоль")
CITY = "novoshakhtinsk-demo"
AN_HOUR = 3_600
PASSWORD = "шесть зелёных трамваев"  # noqa: S105 — of a store that lives as long as a test
PEOPLE = {
    "orlova": None,
    "petrov@example.ru": None,
    "ivanova@example.ru": None,
    "sidorov": None,
    "staff1": PASSWORD,
}
USERS = (
    {"sub": "1", "preferred_username": "orlova"},
    {"sub": "2", "preferred_username": "nobody"},
    {"sub": "3", "email": "petrov@example.ru", "email_verified": True},
    {"sub": "4", "email": "ivanova@example.ru", "email_verified": False},
    {"sub": "5", "email": "ivanova@example.ru", "email_verified": True},
    {"sub": "6", "preferred_username": "staff1"},
    {"sub": "7", "preferred_username": " STAFF1 "},
    {"sub": "8", "preferred_username": "ｓｉｄｏｒｏｖ"},
    {"sub": "9", "email": "Sidorov", "email_verified": True},
)


@pytest.fixture(scope="module")
def provider():
    """Run a provider that knows `USERS` and whose tokens last an hour."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    known = [part for user in USERS for part in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--token-max-age", str(AN_HOUR), *known]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"{issuer}/.well-known/openid-configuration")
            yield issuer
        finally:
            process.terminate()


def _wait(address):
    ends = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 — our own provider
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < ends, "the provider does not answer"
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Make a city with `PEOPLE`, one of them switched off."""
    made = demo_city.make(tmp_path_factory.mktemp("provider"))
    with open_store(made) as store:
        for login, password in PEOPLE.items():
            number = accounts.add(
                store, login=login, title=login.title(), password=password, by=CONSOLE, must_change=False
            )
            grants.give(store, number, Grant(CITY, Role.CURATOR, ROLES[Role.CURATOR].rights), CONSOLE)
        off = accounts.find(store, "petrov@example.ru")
        accounts.switch(store, off.account_id, is_active=False, by=CONSOLE)
    return made


@pytest.fixture(scope="module")
def server(url, provider):
    yield from serve(
        {
            **os.environ,
            URL_VARIABLE: url,
            "MCU_OIDC_ISSUER": provider,
            "MCU_OIDC_CLIENT_ID": "mcu",
            "MCU_OIDC_CLIENT_SECRET": "a secret of the tests",
            "MCU_OIDC_TITLE": "Войти через портал администрации",
        }
    )


def journey(watched, sub, path="/registry?period=year"):
    """Follow a link as somebody, go through the provider, and come back."""
    page = watched.page
    page.goto(watched.base + path)
    page.get_by_role("button", name="Войти через портал администрации").click()
    page.wait_for_selector('input[name="sub"]')
    page.fill('input[name="sub"]', sub)
    page.press(
        'input[name="sub"]', "Enter"
    )  # versions of the provider differ in what buttons stand before the field's own
    page.wait_for_url(f"{watched.base}/**")
    return page


def test_a_journey_ends_at_the_deep_link_and_lasts_as_long_as_the_token(server, watch, url):
    watched = watch(server, role="")
    page = journey(watched, "1", "/registry?period=year&block=roads")
    page.wait_for_selector("h1:has-text('Реестр')")
    assert page.evaluate("location.pathname + location.search") == "/registry?period=year&block=roads"
    with open_store(url) as store:
        found = sessions.listed(store, None).filter(login="orlova").row(0, named=True)
        assert 0 < (found["ends_at"] - found["started_at"]).total_seconds() <= AN_HOUR
        assert (accounts.find(store, "orlova").subject or "").endswith("|1")
    assert {cookie["name"] for cookie in page.context.cookies(server)} >= {"mcu"}
    assert "mcu-journey" not in {cookie["name"] for cookie in page.context.cookies(server)}


@pytest.mark.parametrize(
    ("sub", "sentence"),
    [
        ("2", "Учётная запись не заведена"),
        ("3", "Учётная запись выключена"),
        ("4", "Учётная запись не заведена"),
        ("7", "Учётная запись не заведена"),  # a name is a login sign for sign or not at all
        ("8", "Учётная запись не заведена"),
        ("9", "Учётная запись не заведена"),
    ],
)
def test_whom_the_tables_do_not_know_gets_a_sentence(server, watch, url, sub, sentence):
    watched = watch(server, role="")
    page = journey(watched, sub)
    assert sentence in page.locator("main").inner_text()
    assert "mcu" not in {cookie["name"] for cookie in page.context.cookies(server)}
    with open_store(url) as store:
        assert journal.page(store)[0]["action"][0] == journal.SIGN_IN_FAILED
        assert [accounts.find(store, login).subject for login in ("staff1", "sidorov")] == [None, None]


def test_an_account_with_a_password_is_tied_by_an_administrator_alone(server, watch, url, provider, monkeypatch):
    refused = journey(watch(server, role=""), "6")
    said = refused.locator("main").inner_text()
    assert "входит по паролю" in said
    assert f"{provider}|6" in said
    assert "mcu" not in {cookie["name"] for cookie in refused.context.cookies(server)}
    with open_store(url) as store:
        assert accounts.find(store, "staff1").subject is None
        entry = journal.page(store)[0].row(0, named=True)
    assert (entry["action"], entry["login"]) == (journal.SIGN_IN_FAILED, "staff1")
    assert f"{provider}|6" in journal.told(entry["detail"])
    monkeypatch.setenv(URL_VARIABLE, url)
    assert main(("account", "bind", "staff1", "--subject", f"{provider}|6")) == 0
    journey(watch(server, role=""), "6").wait_for_selector("h1:has-text('Реестр')")


def test_a_proven_address_binds_an_account_once(server, watch, url):
    page = journey(watch(server, role=""), "5")
    page.wait_for_selector("h1:has-text('Реестр')")
    with open_store(url) as store:
        assert accounts.find(store, "ivanova@example.ru").subject.endswith("|5")


def test_an_answer_nobody_asked_for_opens_nothing(server, watch):
    watched = watch(server, role="")
    for query in ("", "?code=abc&state=xyz", "?error=access_denied&state=xyz"):
        answer = watched.page.goto(f"{server}/sign-in/callback{query}")
        assert answer.status == 401
        assert "не удался" in watched.page.locator("[role=alert]").inner_text()
    assert "mcu" not in {cookie["name"] for cookie in watched.page.context.cookies(server)}


def test_a_refusal_of_the_provider_is_told(server, watch):
    watched = watch(server, role="")
    page = watched.page
    page.goto(f"{server}/quality")
    page.get_by_role("button", name="Войти через портал администрации").click()
    page.wait_for_selector('input[name="sub"]')
    page.locator('button[name="action"][value="deny"], button:has-text("Deny")').first.click()
    page.wait_for_url(f"{server}/**")
    assert "не удался" in page.locator("[role=alert]").inner_text()
