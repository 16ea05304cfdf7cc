"""The gate: nobody gets anything, somebody gets it under one name, and what is closed is closed for all."""

import itertools
import json

import pytest

from loaders import imports
from loaders.access import accounts, sessions
from loaders.access.roles import Role
from loaders.city import City
from pages.gate.headers import HEADERS
from pages.gate.quota import Quota
from pages.gate.settings import Settings
from tests.loaders.made import intake, row
from tests.pages.gate.conftest import HOST, METHODS, PASSWORD, Door
from tests.pages.people import CITY, CONSOLE, account

PATHS = (
    "/", "/registry", "/heat-map", "/page", "/main", "/sign-out", "/password", "/api/session",
    "/api/download/abcdefghijklmnopqr", "/assets/screen.css", "/assets/../app.py", "/static/index.js", "/favicon.png",
    "/_stcore/health", "/_stcore/host-config", "/_stcore/script-health-check", "/_stcore/metrics", "/_stcore/stream",
    "/_stcore/upload_file/a/b", "/_stcore/agent/openapi.json", "/_stcore/bidi-components/x", "/media/a.csv",
    "/component/a/index.html", "/app/static/a.png", "/auth/login", "/oauth2callback", "/manifest.json", "/~/+/",
)  # fmt: skip
TRICKS = (
    str, lambda p: f"/{p}", lambda p: f"{p}/", lambda p: f"{p}//", lambda p: f"/.{p}", lambda p: f"/x/..{p}", str.upper,
    lambda p: f"{p}%00", lambda p: f"{p}/%2e%2e", lambda p: p.replace("/", "/%2f", 1), lambda p: p.replace("/", "\\"),
    lambda p: f"{p};x=1", lambda p: f"{p}.", lambda p: f"/api/health/..{p}", lambda p: f"/sign-in{p}",
    lambda p: f"{p}?next=/api/health",
)  # fmt: skip
GENERATED = sorted({trick(path) for path in PATHS for trick in TRICKS})


def test_enough_paths_are_tried():
    assert len(GENERATED) >= 400


@pytest.mark.parametrize("method", [*METHODS, "TRACE", "PROPFIND", "get"])
def test_nobody_gets_anything(door, method):
    got = {path: door.ask(method, path, [("origin", f"http://{HOST}")]) for path in GENERATED}
    assert {path: answer.status for path, answer in got.items() if answer.status not in {400, 401, 403, 404}} == {}
    assert door.inside == []
    assert all(answer.header("cache-control") == "no-store" for answer in got.values())
    for name, value in HEADERS.items():
        assert {answer.header(name.decode()) for answer in got.values()} == {value.decode()}


def test_a_person_sees_the_sign_in_page_wherever_she_goes(door):
    answers = [door.ask(path=path, html=True) for path in GENERATED]
    assert {answer.status for answer in answers} <= {401}
    assert all('<form method="post" action="/sign-in">' in answer.text for answer in answers)
    assert door.inside == []


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "../", "0" * 64])
def test_a_made_up_cookie_opens_nothing(door, token):
    door.cookies["mcu"] = token
    assert door.ask(path="/_stcore/host-config").status == 401


def test_whoever_has_a_password_from_somebody_else_changes_it_first(door):
    number = accounts.add(door.store, login="new", title="Новый", password=PASSWORD, by=CONSOLE)
    door.begin(number)
    answer = door.ask(path="/registry", html=True)
    assert (answer.status, answer.header("location")) == (303, "/password?next=%2Fregistry")
    assert door.ask(path="/_stcore/host-config").status == 403
    assert door.inside == []


@pytest.mark.parametrize(("role", "first"), [(Role.BLOCK_HEAD, "/my-cases"), (Role.COORDINATOR, "/my-cases")])
def test_the_bare_address_leads_some_on_to_their_first_screen(door, role, first):
    door.begin(account(door.store, role))
    answer = door.ask(path="/", html=True)
    assert (answer.status, answer.header("location")) == (303, first)
    for path in ("/?period=year", "/heat-map", first):
        assert door.ask(path=path, html=True).text == "inner", path


def test_the_bare_address_is_home_to_the_curator_and_to_no_browser(door):
    door.begin(account(door.store, Role.CURATOR))
    assert door.ask(path="/", html=True).text == "inner"
    door.begin(account(door.store, Role.BLOCK_HEAD))
    assert door.ask(path="/").text == "inner"


def test_the_session_id_is_no_token(door, employee):
    door.cookies["mcu"] = door.begin(employee)
    assert door.ask(path="/_stcore/host-config").status == 401


def test_a_cookie_that_stands_twice_is_none(door, employee):
    door.begin(employee)
    assert door.ask(path="/", headers=[("cookie", f"mcu={'a' * 43}")]).status == 401


def test_health_alone_answers_anybody(door):
    assert door.ask(path="/api/health", host="monitor.internal").text == "inner"
    assert door.ask("POST", "/api/health").status == 401


def test_a_person_gets_through_with_one_name(door, employee):
    number = door.begin(employee)
    forged = ["x-mcu-session", "X-MCU-Session", "x_mcu_session", "X-Mcu_Session", "x-mcu-session", " x-mcu-session "]
    assert door.ask(path="/registry", headers=[(name, "forged") for name in forged]).status == 200
    names = [(name, value) for name, value in door.inside[0]["headers"] if b"mcu" in name.lower()]
    assert names == [(b"x-mcu-session", number.encode())]


def test_the_token_stays_at_the_gate(door, employee):
    door.begin(employee)
    token = door.cookies["mcu"]
    door.cookies["_streamlit_xsrf"] = "2|x"
    door.ask(path="/_stcore/host-config")
    assert dict(door.inside[0]["headers"])[b"cookie"] == b"_streamlit_xsrf=2|x"
    assert token not in str(door.inside[0])


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/metrics/", "/_STCORE/metrics", "//_stcore/metrics", "/x/../_stcore/metrics",
        "/media/a.csv", "/component/a", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/app/static/x.png",
        "/_stcore/bidi-components/x", "/auth/login", "/registry/deeper", "/assets/../app.py", "/assets/.env",
    ],
)  # fmt: skip
def test_what_the_product_does_not_use_is_closed_for_all(door, employee, path):
    door.begin(employee)
    assert {door.ask(method, path).status for method in METHODS} == {404}
    assert door.inside == []


@pytest.mark.parametrize(
    "path", ["/", "/registry", "/_stcore/health", "/_stcore/host-config", "/static/js/index.Ab-1.js"]
)
def test_what_a_page_needs_is_open(door, employee, path):
    door.begin(employee)
    assert door.ask(path=path).text == "inner"


def test_an_escaped_path_is_closed(door, employee):
    door.begin(employee)
    app, seen = door.app, []

    async def rewritten(scope, receive, send):
        await app({**scope, "raw_path": b"/registr%79"}, receive, send)

    door.app = rewritten
    assert door.ask(path="/registry").status == 404
    assert door.inside == seen


def test_a_changing_request_of_a_foreign_page_is_refused(door, employee):
    door.begin(employee)
    for origin in ([], [("origin", "https://evil.example")], [("origin", "null")], [("origin", f"http://{HOST}")] * 2):
        assert door.ask("POST", "/sign-out", origin).status == 403
    assert sessions.session_of(door.store, door.cookies["mcu"]) is not None


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "mcu.example.ru", "localhost@evil", "[::1"]
)
def test_a_foreign_host_is_refused(door, employee, host):
    door.begin(employee)
    assert door.ask(path="/", host=host, html=True).status == 403
    assert door.ask(path="/", headers=[("host", "127.0.0.1")]).status == 403


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST"])
def test_names_of_this_machine_are_known(door, employee, host):
    door.begin(employee)
    assert door.ask(path="/", host=host).status == 200


def test_the_public_name_alone_is_known_once_it_is_set(store, employee):
    door = Door(Settings(public_url="https://mcu.example.ru"), store)
    door.cookies = {"__Host-mcu": sessions.begin(store, employee, address="", agent="")}
    assert door.ask(path="/", host="mcu.example.ru").status == 200
    assert door.ask(path="/", host="MCU.example.ru:443").status == 200
    assert door.ask(path="/", host="mcu.example.ru:8501").status == 403
    assert door.ask(path="/", host=HOST).status == 403


def test_an_ended_session_is_nobody_at_once(door, employee):
    number = door.begin(employee)
    assert door.ask(path="/").status == 200
    sessions.end(door.store, number, CONSOLE)
    assert door.ask(path="/").status == 401


def test_a_switched_off_account_is_nobody_at_once(door, head):
    door.begin(head)
    assert door.ask(path="/").status == 200
    accounts.switch(door.store, head, is_active=False, by=CONSOLE)
    assert door.ask(path="/").status == 401


def test_a_session_is_remembered_for_files_of_the_bundle_only(door, employee, monkeypatch):
    door.begin(employee)
    asked = []
    real = sessions.session_of
    monkeypatch.setattr(sessions, "session_of", lambda *a, **k: asked.append(1) or real(*a, **k))
    for _ in range(5):
        door.ask(path="/static/js/index.js")
    assert len(asked) == 1
    for _ in range(3):
        door.ask(path="/_stcore/host-config")
    assert len(asked) == 4


def put(door, size, path="/_stcore/upload_file/abc/1", method="PUT"):
    return door.ask(method, path, [("content-length", str(size)), ("origin", f"http://{HOST}")])


def test_uploads_need_the_right(door, employee, head):
    door.begin(head)
    assert put(door, 10).status == 403
    assert put(door, 10, method="DELETE").status == 403
    door.begin(employee)
    assert put(door, 10).status == 200
    assert len(door.inside) == 1


def test_uploads_have_a_quota_per_account(store, employee):
    door = Door(Settings(), store, Quota(files=3, total=1_000))
    for _ in range(2):  # a second session is no second quota
        door.begin(employee)
        statuses = [put(door, 300).status for _ in range(2)]
    assert statuses == [200, 429]
    refused = put(door, 1)
    assert refused.status == 429
    assert 0 < int(refused.header("retry-after")) <= 600
    assert put(door, 0, method="DELETE").status == 200


def test_bytes_are_counted_too(store, employee):
    door = Door(Settings(), store, Quota(files=30, total=1_000))
    door.begin(employee)
    assert [put(door, size).status for size in (900, 200, 100)] == [200, 429, 200]


@pytest.mark.parametrize("size", [[], ["-5"], ["5", "5"], ["many"]])
def test_a_file_of_unknown_size_is_not_taken(door, employee, size):
    door.begin(employee)
    headers = [("content-length", each) for each in size]
    assert door.ask("PUT", "/_stcore/upload_file/a/b", [("origin", f"http://{HOST}"), *headers]).status == 411
    assert door.inside == []


def test_the_pulse_tells_a_stamp_that_changes_with_the_rights(door, employee):
    door.begin(employee)
    first = json.loads(door.ask(path="/api/session").body)["stamp"]
    assert json.loads(door.ask(path="/api/session").body) == {"stamp": first, "data": ""}
    accounts.rename(door.store, employee, "Орлова-Северная", by=CONSOLE)
    assert json.loads(door.ask(path="/api/session").body)["stamp"] != first


def test_the_pulse_tells_of_new_data_in_a_city_that_is_open(door, employee):
    def pulse(city):
        return json.loads(door.ask(path=f"/api/session?city={city}").body)["data"]

    door.begin(employee)
    before = pulse(CITY)
    assert before
    assert pulse("elsewhere") == ""
    city = City.load("novoshakhtinsk").demo()
    imports.load(door.store, intake([row("Н-1", municipality=CITY)]), "generic", city)
    loaded = pulse(CITY)
    assert loaded != before
    assert pulse(CITY) == loaded
    imports.undo(door.store, CITY, 1, by=None)
    assert pulse(CITY) not in {before, loaded}


def test_a_store_that_does_not_answer_lets_nobody_in(door, employee, monkeypatch):
    from loaders.errors import StoreUnavailable
    from pages.gate import knowing

    door.begin(employee)

    def down():
        raise StoreUnavailable("Хранилище недоступно.")

    monkeypatch.setattr(knowing, "store", down)
    for path, html in itertools.product(("/", "/registry", "/api/session", "/static/js/index.js"), (True, False)):
        assert door.ask(path=path, html=html).status == 503
    assert door.inside == []
