from ipaddress import ip_network

import pytest

from pages.gate import caller
from pages.gate.settings import Settings

PROXIED = Settings(proxies=(ip_network("10.0.0.0/24"), ip_network("127.0.0.1")))


def scope(client, *headers):
    return {"client": client, "headers": [(name, value) for name, value in headers]}


@pytest.mark.parametrize(
    ("client", "chain", "address"),
    [
        (("192.0.2.9", 5), None, "192.0.2.9"),
        (("192.0.2.9", 5), b"198.51.100.1", "192.0.2.9"),  # who is no proxy of ours says nothing about others
        (("10.0.0.2", 5), b"198.51.100.1", "198.51.100.1"),
        (("10.0.0.2", 5), b"203.0.113.5, 198.51.100.1, 10.0.0.3", "198.51.100.1"),  # what the reader wrote is older
        (("10.0.0.2", 5), b"10.0.0.4", "10.0.0.2"),
        (("198.51.100.1", 0), b"203.0.113.5, 198.51.100.1", "198.51.100.1"),  # taken from the header by the server
        (None, None, ""),
    ],
)
def test_address(client, chain, address):
    headers = [] if chain is None else [(b"x-forwarded-for", chain)]
    assert caller.address(scope(client, *headers), PROXIED) == address


def test_without_proxies_this_machine_speaks_for_nobody():
    rewritten = scope(("203.0.113.5", 0), (b"x-forwarded-for", b"203.0.113.5"))
    assert caller.address(rewritten, Settings()) == "127.0.0.1"


def test_an_address_from_the_header_never_passes_for_the_other_end():
    assert caller.peer(scope(("10.0.0.2", 0), (b"x-forwarded-for", b"10.0.0.2"))) == "127.0.0.1"
    assert caller.peer(scope(("10.0.0.2", 80), (b"x-forwarded-for", b"10.0.0.2:80"))) == ""
    assert caller.peer(scope(("10.0.0.2", 80))) == "10.0.0.2"


@pytest.mark.parametrize("name", ["127.0.0.1:8501", "localhost", "[::1]:8501", "127.9.9.9"])
def test_this_machine(name):
    assert caller.is_local(scope(("127.0.0.1", 5), (b"host", name.encode())))
    assert not caller.is_local(scope(("10.0.0.1", 5), (b"host", name.encode())))
    assert not caller.is_local(scope(("127.0.0.1", 5), (b"host", name.encode()), (b"X_Real_IP", b"1.1.1.1")))
    assert not caller.is_local(scope(("127.0.0.1", 5), (b"host", name.encode()), (b"host", name.encode())))
    assert not caller.is_local(scope(None, (b"host", name.encode())))
