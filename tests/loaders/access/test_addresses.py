"""An address is read in one strict way: what is written otherwise is no address."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.access import addresses

ODD = " \t\n+-_%/²٣０"
"""Signs that no address and no port holds, though Python reads a number through some of them."""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.9.9.9", "10.9.9.9"),
        ("::1", "::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::FFFF:7f00:1", "127.0.0.1"),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert str(addresses.parse(text)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "10.9.9",
        "010.9.9.9",
        "10.9.9.9 ",
        "10.9.9.9/32",
        "1e1.9.9.9",
        "１０.9.9.9",
        "fe80::1%eth0",
        "[::1]",
    ],
)
def test_what_is_written_otherwise_is_no_address(text: str) -> None:
    assert addresses.parse(text) is None
    assert text == "[::1]" or addresses.parse_entry(text) is None


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("10.9.9.9:80", "10.9.9.9"),
        ("10.9.9.9:65535", "10.9.9.9"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[::ffff:10.9.9.9]:443", "10.9.9.9"),
        *((f"10.9.9.9{port}", None) for port in (":", ":0", ":080", ":+80", ": 80", ":8_0", ":-1", ":65536", ":８０")),
        *(
            (entry, None)
            for entry in ("[10.9.9.9]", "[10.9.9.9]:080", "[10.9.9.9]:80", "[::1", "::1]", "[[::1]]", "[]")
        ),
        *((entry, None) for entry in ("[fe80::1%eth0]:80", "[::1]:080", "[::1]80", "unknown", "_hidden", '"[::1]"')),
    ],
)
def test_an_entry_is_an_address_with_a_port_or_without(entry: str, address: str | None) -> None:
    found = addresses.parse_entry(entry)
    assert (None if found is None else str(found)) == address


ADDRESSES = st.ip_addresses().filter(lambda one: isinstance(one, IPv4Address) or one.ipv4_mapped is None)
PORTS = st.integers(1, 65_535)


def _entry(address: IPv4Address | IPv6Address, port: int) -> str:
    return f"{address}:{port}" if isinstance(address, IPv4Address) else f"[{address}]:{port}"


@given(address=ADDRESSES, port=PORTS)
def test_the_port_tells_nothing_of_the_address(address: IPv4Address | IPv6Address, port: int) -> None:
    assert addresses.parse_entry(_entry(address, port)) == addresses.parse_entry(str(address)) == address


@given(address=ADDRESSES, port=PORTS, sign=st.sampled_from(ODD), place=st.integers(0, 60))
def test_one_odd_sign_anywhere_spoils_an_entry(
    address: IPv4Address | IPv6Address, port: int, sign: str, place: int
) -> None:
    for entry in (str(address), _entry(address, port)):
        assert addresses.parse_entry(entry[:place] + sign + entry[place:]) is None


@given(port=PORTS, zeros=st.integers(1, 5))
def test_a_port_has_one_spelling(port: int, zeros: int) -> None:
    assert addresses.parse_entry(f"10.9.9.9:{'0' * zeros}{port}") is None


@given(number=st.integers(0, 2**32 - 1))
def test_an_address_inside_another_is_itself(number: int) -> None:
    address = IPv4Address(number)
    assert addresses.parse(f"::ffff:{address}") == addresses.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("10.0.0.5", "10.0.0.5/32"),
        ("10.1.0.7/24", "10.1.0.0/24"),
        ("::ffff:10.0.0.5", "10.0.0.5/32"),
        ("::ffff:10.1.0.0/120", "10.1.0.0/24"),
        ("2001:db8::/32", "2001:db8::/32"),
    ],
)
def test_a_network_has_one_form(text: str, network: str) -> None:
    assert addresses.parse_network(text) == ip_network(network)
