"""The whole application as the README starts it, asked over plain sockets."""

import http.client
import re
import socket
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from loaders.access import journal, sessions
from loaders.store.engine import URL_VARIABLE, open_store
from pages.gate.headers import HEADERS
from tests import demo_city
from tests.browser.conftest import LOGIN, PASSWORD, employ, serve
from tests.pages.gate.test_gate import GENERATED
from tests.raw_reader import RawReader
from tests.visitor import Visitor, signed_in

pytestmark = pytest.mark.xdist_group("browser")

METHODS = ("GET", "POST", "PUT", "OPTIONS")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "server.log"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    made = demo_city.make(tmp_path_factory.mktemp("gate"))
    employ(made, "novoshakhtinsk-demo")
    return made


@pytest.fixture(scope="module")
def server(url, log):
    yield from serve({URL_VARIABLE: url}, log)


def test_nobody_gets_anything_from_any_address(server):
    """Every path × method over one connection at a time; the server itself refuses what is no HTTP at all."""
    found, place = {}, urlsplit(server)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    for path in GENERATED:
        for method in METHODS:
            connection.request(method, path, headers={"Origin": server} if method in {"POST", "PUT"} else {})
            answer = connection.getresponse()
            answer.read()
            found[method, path] = answer.status
            for name, value in HEADERS.items():
                assert answer.headers.get_all(name.decode()) == [value.decode()], (method, path)
    connection.close()
    assert len(found) >= 1_600
    assert set(found.values()) <= {400, 401, 403, 404}


@pytest.mark.parametrize(
    "line", [b"GET /\x00 HTTP/1.1", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y", b"GARBAGE", b"GET http://evil/ HTTP/1.1"]
)
def test_what_is_hardly_http_is_refused(server, line):
    place = urlsplit(server)
    with socket.create_connection((place.hostname, place.port), timeout=10) as raw:
        raw.sendall(line + b"\r\n\r\n")
        answer = raw.recv(4_096)
    assert re.match(rb"HTTP/1.1 (400|401|403|404) ", answer)


def test_nothing_is_stored_before_sign_in(server):
    body = b"x" * 100_000
    for path in (
        "/_stcore/upload_file/abc/1",
        "//_stcore/upload_file/abc/1",
        "/_stcore/upload_file/../upload_file/a/1",
    ):
        assert Visitor(server).ask("PUT", path, body, {"Origin": server}).status == 401


def test_streamlit_starts_for_whoever_is_signed_in(server):
    visitor = signed_in(server)
    page = visitor.ask("GET", "/registry", html=True)
    assert page.status == 200
    bundle = re.search(r'src="\.(/static/js/index\.[^"]+)"', page.text)
    assert bundle
    for path in ("/_stcore/health", "/_stcore/host-config", bundle[1], "/assets/session.js", "/assets/screen.css", "/"):
        answer = visitor.ask("GET", path)
        assert answer.status == 200, path
        assert answer.header("content-security-policy")
    for path in ("/_stcore/metrics", "/media/x", "/component/x/y", "/_stcore/agent/openapi.json"):
        assert visitor.ask("GET", path).status == 404


def test_an_upload_is_for_who_may_import_and_for_a_real_page(server):
    for role, expected in (("curator", 403), ("block_head", 403)):
        visitor = signed_in(server, role)
        assert visitor.ask("PUT", "/_stcore/upload_file/abc/1", b"x", {"Origin": server}).status == expected
    with _reader(signed_in(server)) as reader:
        assert reader.open("intake")
    assert signed_in(server).ask("PUT", "/_stcore/upload_file/abc/1", b"x", {"Origin": server}).status in {400, 403}


def _reader(visitor, **asked):
    return RawReader(visitor.base, f"mcu={visitor.cookies['mcu']}", **asked)


def test_the_streamlit_session_of_another_is_not_taken_over(server):
    victim, thief = signed_in(server, "administrator"), signed_in(server, "block_head")
    with _reader(victim) as first:
        first.open("journal")
        assert first.session
        with _reader(thief, session=first.session) as second:
            second.open("")
            assert second.session
            assert second.session != first.session
    with _reader(thief, session=first.session) as third:  # the victim has gone; the session is kept for a reconnection
        third.open("")
        assert third.session != first.session


def test_a_forged_name_in_a_handshake_counts_for_nothing(server):
    boss = sessions.session_id(signed_in(server).cookies["mcu"])
    head = signed_in(server, "block_head")
    for name in ("X-Mcu-Session", "x_mcu_session", "X-MCU-SESSION"):
        with _reader(head, headers={name: boss}) as reader:
            assert "Руководитель блока" in reader.open("").text
            assert not reader.open("journal").holds("Проверка цепочки")


def test_foreign_sockets_are_refused(server):
    nobody, somebody = Visitor(server), signed_in(server)
    cases = (
        (nobody, {}, 401),
        (somebody, {}, 101),
        (somebody, {"Origin": ""}, 403),
        (somebody, {"Origin": "https://evil.example"}, 403),
        (somebody, {"Host": "evil.example", "Origin": "http://evil.example"}, 403),
    )
    for visitor, headers, expected in cases:
        status, connection = visitor.shake(headers=headers)
        connection.close()
        assert (status, headers) == (expected, headers)


def test_an_open_socket_ends_with_its_session(server):
    visitor = signed_in(server)
    status, connection = visitor.shake()
    assert status == 101
    assert visitor.post("/sign-out", {}).status == 303
    connection.settimeout(30)
    received, code = b"", (4401).to_bytes(2)
    while code not in received and (part := connection.recv(65_536)):
        received += part
    connection.close()
    assert code in received


def test_nothing_secret_is_logged(server, log, url):
    visitor = Visitor(server)
    visitor.sign_in(LOGIN, "не тот пароль для журнала")
    visitor.sign_in(LOGIN, PASSWORD)
    token = visitor.cookies["mcu"]
    visitor.ask("GET", "/registry?q=tajna-iz-adresa", html=True)
    visitor.ask("GET", "/api/download/" + "z" * 43)
    visitor.shake(headers={"Origin": "https://evil.example"})[1].close()
    with _reader(visitor) as reader:
        reader.open("registry")
    text = log.read_text(encoding="utf-8")
    secrets = (
        token,
        PASSWORD,
        "не тот пароль",
        LOGIN,
        "tajna",
        "SELECT",
        "mcu.sqlite",
        url,
        visitor.cookies["mcu-device"],
    )
    assert [word for word in secrets if word in text] == []
    assert "Traceback" not in text


PUBLIC = "https://mcu.example.ru"
PROXIED = {"MCU_PUBLIC_URL": PUBLIC, "MCU_PROXY_USER_HEADER": "x-remote-user"}
NAMED = {"Host": "mcu.example.ru", "X-Remote-User": LOGIN}
FORGED = [
    *(f"10.9.9.9{port}" for port in ("", ":80", ":080", ":+80", ": 80", ":8_0", ":0", ":\xb2")),
    *("[10.9.9.9]:080", "[10.9.9.9]", "::ffff:10.9.9.9", "[::ffff:10.9.9.9]:80", "010.9.9.9", "10.9.9.9%eth0"),
    *("10.9.9.9, ", ",10.9.9.9", "10.9.9.9,,10.9.9.9", "10.9.9.9, 10.9.9.9:80"),
]


@pytest.fixture(scope="module")
def public_url(tmp_path_factory):
    made = demo_city.make(tmp_path_factory.mktemp("public"))
    employ(made, "novoshakhtinsk-demo")
    return made


@pytest.fixture(scope="module")
def public_server(public_url):
    yield from serve({URL_VARIABLE: public_url, "MCU_PROXY_ADDRESSES": "127.0.0.1", **PROXIED})


@pytest.fixture(scope="module")
def distant_server(public_url):
    """Serve a city whose proxy is another machine: whoever asks from here is not it, whatever the header says."""
    yield from serve({URL_VARIABLE: public_url, "MCU_PROXY_ADDRESSES": "10.9.9.9", **PROXIED})


def _guessed(server, url, forwarded):
    """Fail to sign in, and give the address that the journal got."""
    proxied = Visitor(server, extra={"Host": "mcu.example.ru", "X-Forwarded-For": forwarded})
    values = {"nonce": proxied.nonce(), "login": f"nobody-{uuid4()}", "password": "догадка"}
    assert proxied.post("/sign-in", values, PUBLIC).status == 401
    with open_store(url) as store:
        return journal.page(store, action=journal.SIGN_IN_FAILED)[0]["address"][0]


@pytest.mark.parametrize("forwarded", FORGED)
def test_nobody_is_the_proxy_by_saying_so(distant_server, public_url, forwarded):
    visitor = Visitor(distant_server, extra={**NAMED, "X-Forwarded-For": forwarded})
    assert visitor.ask("GET", "/registry", html=True).status == 401
    assert "__Host-mcu" not in visitor.cookies
    assert _guessed(distant_server, public_url, forwarded) == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        *((entry, "192.0.2.77") for entry in ("192.0.2.77", "192.0.2.77:5678", "10.9.9.9:080, ::ffff:192.0.2.77")),
        ("[2001:db8::1]:5678", "2001:db8::1"),
        *((f"192.0.2.77{port}", "127.0.0.1") for port in (":080", ":+80", ": 80", ":8_0", ":\xb2", ",")),
        *((entry, "127.0.0.1") for entry in ("[192.0.2.77]:080", "192.000.2.77", "fe80::1%eth0", "unknown", "")),
    ],
)
def test_the_proxy_is_believed_where_it_speaks_clearly(public_server, public_url, forwarded, address):
    assert _guessed(public_server, public_url, forwarded) == address
    visitor = Visitor(public_server, extra={**NAMED, "X-Forwarded-For": forwarded})
    is_clear = address != "127.0.0.1"
    assert visitor.ask("GET", "/registry", html=True).status == (303 if is_clear else 401)
    assert ("__Host-mcu" in visitor.cookies) == is_clear


def test_another_spelling_of_the_header_names_nobody(public_server):
    for name in ("X_Remote_User", "x-remote_user"):
        visitor = Visitor(public_server, extra={"Host": "mcu.example.ru", name: LOGIN})
        assert visitor.ask("GET", "/", html=True).status == 401


def test_behind_a_proxy_with_tls_everything_works_under_the_public_name_alone(public_server):
    proxied = {"Host": "mcu.example.ru", "X-Forwarded-For": "192.0.2.77", "X-Forwarded-Proto": "https"}
    visitor = Visitor(public_server, extra=proxied)
    page = visitor.ask("GET", "/", html=True)
    assert page.header("strict-transport-security") == "max-age=31536000"
    assert 'action="/sign-in/demo"' not in page.text
    values = {"nonce": visitor.nonce(), "login": LOGIN, "password": PASSWORD, "next": "/registry"}
    answer = visitor.post("/sign-in", values, PUBLIC)
    assert (answer.status, answer.header("location")) == (303, "/registry")
    assert "__Host-mcu" in visitor.cookies
    assert visitor.ask("GET", "/_stcore/host-config").status == 200
    status, connection = visitor.shake(headers={**proxied, "Origin": PUBLIC})
    connection.close()
    assert status == 101
    for headers in ({"Origin": public_server}, {**proxied, "Origin": public_server}, {"Origin": PUBLIC}):
        status, connection = visitor.shake(headers=headers)
        connection.close()
        assert status == 403
    assert Visitor(public_server, cookies=visitor.cookies).ask("GET", "/").status == 403
