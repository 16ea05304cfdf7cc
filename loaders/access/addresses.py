"""Addresses of machines, read in one strict way by whatever trusts, counts or writes down an address."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_PORT: Final = r"(?::(?P<{}>[1-9][0-9]{{0,4}}))?"
_ENTRY: Final = re.compile(
    rf"(?P<four>[0-9.]+){_PORT.format('port')}"
    rf"|\[(?P<six>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)\]{_PORT.format('port_of_six')}"
    r"|(?P<bare>[0-9A-Fa-f:.]+)"
)
_LAST_PORT: Final = 65_535
_MAPPED_BITS: Final = 96
"""How many bits of an IPv6 address stand before the IPv4 address that it holds."""


def parse(text: str) -> Address | None:
    """Parse an address; an IPv4 address inside an IPv6 one is that address, one with a zone is none.

    >>> parse("::ffff:10.0.0.7")
    IPv4Address('10.0.0.7')
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    return None if found.scope_id is not None else found.ipv4_mapped or found


def parse_entry(text: str) -> Address | None:
    """Parse one entry of `X-Forwarded-For`: an address, with the port that some proxies add.

    >>> parse_entry("10.0.0.7:5678"), parse_entry("10.0.0.7:080")
    (IPv4Address('10.0.0.7'), None)
    """
    found = _ENTRY.fullmatch(text)
    if found is None or int(found["port"] or found["port_of_six"] or 1) > _LAST_PORT:
        return None
    return parse(found["four"] or found["six"] or found["bare"])


def parse_network(text: str) -> Network:
    """Parse a network or a single address; raises `ValueError` when it is neither."""
    found = ip_network(text, strict=False)
    held = found.network_address.ipv4_mapped if isinstance(found, IPv6Network) else None
    if held is None or found.prefixlen < _MAPPED_BITS:
        return found
    return IPv4Network((held, found.prefixlen - _MAPPED_BITS))
