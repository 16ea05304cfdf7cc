"""The peer comes from the socket; what a request says of its reader counts only from a listed proxy."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.gate import caller, socket_peer
from pages.gate.settings import Settings
from tests.pages.gate.conftest import run

PROXIED = Settings(proxies=(ip_network("10.0.0.0/24"), ip_network("127.0.0.1")), user_header="x-remote-user")
MALFORMED = [
    *(f"198.51.100.1{port}" for port in (":080", ":+80", ": 80", ":8_0", ":0", ":65536", ":", ":\xb2")),
    *("[198.51.100.1]:080", "[198.51.100.1]", "198.051.100.1", "198.51.100.1 7", "198.51.100", "fe80::1%eth0"),
    *("", ",", "198.51.100.1,", "198.51.100.1,,10.0.0.3", "198.51.100.1, , 10.0.0.3", "unknown", "\xa0198.51.100.1"),
]


def scope(client, *headers):
    """Give a request as it comes through the server: the peer is noted by the wrapper that the server carries."""
    noted = {}

    async def app(scope, _receive, send):
        noted.update(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    given_headers = [(name, value) for name, value in headers]
    run(socket_peer.SocketPeer(app), {"type": "http", "client": client, "headers": given_headers})
    return noted


@pytest.mark.parametrize(
    ("client", "chain", "address"),
    [
        (("192.0.2.9", 5), None, "192.0.2.9"),
        (("192.0.2.9", 5), b"198.51.100.1", "192.0.2.9"),  # who is no proxy of ours says nothing about others
        (("10.0.0.2", 5), b"198.51.100.1", "198.51.100.1"),
        (("10.0.0.2", 5), b"198.51.100.1:5678", "198.51.100.1"),
        (("10.0.0.2", 5), b"[2001:db8::1]:5678", "2001:db8::1"),
        (("10.0.0.2", 5), b"::ffff:198.51.100.1", "198.51.100.1"),
        (("::ffff:10.0.0.2", 5), b"198.51.100.1", "198.51.100.1"),
        (("10.0.0.2", 5), b"203.0.113.5, 198.51.100.1, 10.0.0.3", "198.51.100.1"),  # what the reader wrote is older
        (("10.0.0.2", 5), b"unknown,,198.51.100.1\t,10.0.0.3", "198.51.100.1"),
        (("10.0.0.2", 5), b"10.0.0.4", "10.0.0.2"),
        (("fe80::1%eth0", 5), None, "fe80::1"),
        (None, None, ""),
        (("testclient", 5), None, ""),
    ],
)
def test_address(client, chain, address):
    headers = [] if chain is None else [(b"x-forwarded-for", chain)]
    assert caller.address(scope(client, *headers), PROXIED) == address


def test_several_headers_are_one_list_and_another_spelling_spoils_it():
    first, last = (b"x-forwarded-for", b"203.0.113.5"), (b"x-forwarded-for", b"198.51.100.1")
    assert caller.address(scope(("10.0.0.2", 5), first, last), PROXIED) == "198.51.100.1"
    for name in (b"x_forwarded_for", b"x-forwarded_for", b"x-forwarded-for "):
        assert caller.address(scope(("10.0.0.2", 5), last, (name, b"203.0.113.5")), PROXIED) == "10.0.0.2"


@pytest.mark.parametrize("chain", MALFORMED)
def test_a_malformed_chain_is_not_trusted(chain):
    asked = scope(("10.0.0.2", 5), (b"x-forwarded-for", chain.encode("latin-1")), (b"x-remote-user", b"orlova"))
    assert caller.address(asked, PROXIED) == "10.0.0.2"
    assert caller.named_by_proxy(asked, PROXIED) == ""


@pytest.mark.parametrize("chain", [None, "198.51.100.1", "198.51.100.1:5678", "10.0.0.3"])
def test_a_proxy_of_ours_names_somebody(chain):
    chains = [] if chain is None else [(b"x-forwarded-for", chain.encode())]
    named = (b"x-remote-user", b"orlova")
    assert caller.named_by_proxy(scope(("10.0.0.2", 5), *chains, named), PROXIED) == "orlova"
    for client in (("192.0.2.9", 5), ("10.0.1.2", 5), None):
        assert caller.named_by_proxy(scope(client, *chains, named), PROXIED) == ""
    for others in ([named, named], [(b"x_remote_user", b"orlova")], [named, (b"x_remote_user", b"petrov")]):
        assert caller.named_by_proxy(scope(("10.0.0.2", 5), *chains, *others), PROXIED) == ""


@given(chain=st.binary(max_size=80) | st.sampled_from(MALFORMED).map(lambda text: text.encode("latin-1")))
def test_who_is_no_proxy_stays_whom_the_socket_says(chain):
    asked = scope(("192.0.2.9", 5), (b"x-forwarded-for", chain), (b"x-remote-user", b"orlova"))
    assert caller.address(asked, PROXIED) == "192.0.2.9"
    assert caller.named_by_proxy(asked, PROXIED) == ""


@given(written=st.binary(max_size=80), reader=st.ip_addresses(v=4).filter(lambda one: not PROXIED.is_proxy(str(one))))
def test_a_reader_cannot_write_before_what_the_proxy_adds(written, reader):
    asked = scope(("10.0.0.2", 5), (b"x-forwarded-for", written + f", {reader}".encode()))
    assert caller.address(asked, PROXIED) == str(reader)


@given(chain=st.binary(max_size=80) | st.text("0123456789.:[], ", max_size=40).map(str.encode))
def test_whatever_stands_in_the_chain_the_journal_gets_an_address(chain):
    found = caller.address(scope(("10.0.0.2", 5), (b"x-forwarded-for", chain)), PROXIED)
    assert found == str(ip_address(found))
    assert found == "10.0.0.2" or not PROXIED.is_proxy(found)


def test_a_request_past_the_wrapper_has_no_peer():
    """A server that rewrites the client itself opens nothing: neither the demo nor the proxy's word."""
    bare = {"client": ("127.0.0.1", 5), "headers": [(b"host", b"127.0.0.1"), (b"x-remote-user", b"orlova")]}
    assert caller.peer(bare) == ""
    assert not caller.is_local(bare)
    assert caller.named_by_proxy(bare, PROXIED) == ""


def test_nothing_else_reads_who_calls():
    """One module notes the socket's address, one reads what proxies tell of it."""
    root = Path(caller.__file__).parents[2]
    files = {
        path: path.read_text(encoding="utf-8")
        for folder in ("pages", "loaders")
        for path in (root / folder).rglob("*.py")
    }
    readers = {path.name for path, text in files.items() if re.search(r"""["']client["']|remote_ip""", text)}
    assert readers == {"socket_peer.py"}
    parsers = {path.name for path, text in files.items() if "ip_address(" in text or "ip_network(" in text}
    assert parsers == {"addresses.py"}
    assert {path.name for path, text in files.items() if 'b"x-forwarded-for"' in text} == {"caller.py"}


@pytest.mark.parametrize("name", ["127.0.0.1:8501", "localhost", "[::1]:8501", "127.9.9.9", "[::ffff:127.0.0.1]"])
def test_this_machine(name):
    assert caller.is_local(scope(("127.0.0.1", 5), (b"host", name.encode())))
    assert caller.is_local(scope(("::ffff:127.0.0.1", 5), (b"host", name.encode())))
    assert not caller.is_local(scope(("10.0.0.1", 5), (b"host", name.encode())))
    assert not caller.is_local(scope(("127.0.0.1", 5), (b"host", name.encode()), (b"X_Real_IP", b"1.1.1.1")))
    assert not caller.is_local(scope(("127.0.0.1", 5), (b"host", name.encode()), (b"host", name.encode())))
    assert not caller.is_local(scope(None, (b"host", name.encode())))


@pytest.mark.parametrize(
    "name", ["", "[127.0.0.1]", "[::g]", "[:::]", "[::1", "127.0.0.1:", "[::1%lo]", "127.0.0.1:+80", "127.1"]
)
def test_a_malformed_host_is_none_of_ours(name):
    asked = scope(("127.0.0.1", 5), (b"host", name.encode()))
    assert not caller.is_known_host(asked, Settings())
    assert not caller.is_local(asked)
