"""What the operator decides about access: environment variables, read in one place, refused when they clash."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from loaders.access import addresses
from loaders.access.addresses import Network
from loaders.errors import InputRefused

VARIABLES: Final[Mapping[str, str]] = {
    "MCU_PUBLIC_URL": "адрес, по которому открывают систему: https://имя",
    "MCU_OIDC_ISSUER": "адрес поставщика входа OpenID Connect",
    "MCU_OIDC_CLIENT_ID": "имя системы у поставщика входа",
    "MCU_OIDC_CLIENT_SECRET": "секрет системы у поставщика входа",
    "MCU_OIDC_TITLE": "надпись на кнопке входа через поставщика",
    "MCU_PROXY_ADDRESSES": "адреса или сети обратных прокси через запятую",
    "MCU_PROXY_USER_HEADER": "заголовок, в котором прокси передаёт имя входа",
    "MCU_MAP_HOSTS": "узлы с тайлами карты города через запятую: https://имя",
}
"""Every variable with its meaning; README lists the same, and a test keeps the two equal."""

_FOREIGN: Final = "FORWARDED_ALLOW_IPS"
"""The server's own list of proxies; it would hide from the gate who really called."""

_RESERVED: Final = frozenset(
    {"host", "cookie", "origin", "authorization", "x-mcu-session", "x-forwarded-for", "content-length", "accept"}
)
_HEADER: Final = re.compile(r"[a-z][a-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class Provider:
    """Hold the OpenID Connect provider: where it is, who we are there, what its button says."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    title: str = "Войти через единый вход"


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold what the operator decided. `public_url` is an origin without a slash at its end, empty on this machine."""

    public_url: str = ""
    provider: Provider | None = None
    proxies: tuple[Network, ...] = ()
    user_header: str = ""
    map_hosts: tuple[str, ...] = ()

    @property
    def is_https(self) -> bool:
        """Say whether browsers reach the application by https."""
        return self.public_url.startswith("https:")

    @property
    def public_host(self) -> str:
        """Give the host of the public address as browsers write it: lower case, the port only when unusual."""
        return urlsplit(self.public_url).netloc

    def is_proxy(self, address: str) -> bool:
        """Say whether an address is one of the operator's reverse proxies."""
        known = addresses.parse(address)
        return known is not None and any(known in network for network in self.proxies)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises `InputRefused` with a sentence about the first value that cannot stand."""
    values = {name: environment.get(name, "").strip() for name in VARIABLES}
    if environment.get(_FOREIGN):
        raise _refused(f"Переменная {_FOREIGN} не используется", "Назовите прокси в MCU_PROXY_ADDRESSES.")
    found = Settings(
        public_url=_public_url(values["MCU_PUBLIC_URL"]),
        provider=_provider(values),
        proxies=_networks(values["MCU_PROXY_ADDRESSES"]),
        user_header=_header(values["MCU_PROXY_USER_HEADER"]),
        map_hosts=_hosts(values["MCU_MAP_HOSTS"]),
    )
    if found.user_header and not found.proxies:
        raise _refused(
            "MCU_PROXY_USER_HEADER задан без MCU_PROXY_ADDRESSES",
            "Перечислите адреса прокси: заголовку от других верить нельзя.",
        )
    return found


def _public_url(text: str) -> str:
    """Check that the address is a bare https origin; http is enough only for this machine."""
    if not text:
        return ""
    parts = _split("MCU_PUBLIC_URL", text)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _refused("MCU_PUBLIC_URL содержит больше, чем имя узла", "Нужен вид https://mcu.example.ru без пути.")
    return f"{parts.scheme}://{_netloc(parts)}"


def _provider(values: Mapping[str, str]) -> Provider | None:
    names = ("MCU_OIDC_ISSUER", "MCU_OIDC_CLIENT_ID", "MCU_OIDC_CLIENT_SECRET")
    given = [name for name in names if values[name]]
    if not given:
        return None
    if len(given) < len(names):
        missing = ", ".join(name for name in names if name not in given)
        raise _refused("Вход через поставщика настроен не полностью", f"Задайте {missing}.")
    _split("MCU_OIDC_ISSUER", values["MCU_OIDC_ISSUER"])
    issuer, client, secret = (values[name] for name in names)
    title = values["MCU_OIDC_TITLE"]
    return Provider(issuer, client, secret, title) if title else Provider(issuer, client, secret)


def _split(name: str, text: str) -> SplitResult:
    """Take an address apart; only https, or http on this machine."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused(f"{name} не является адресом", "Нужен вид https://имя.") from None
    if not host or parts.username is not None or parts.scheme not in {"http", "https"}:
        raise _refused(f"{name} не является адресом", "Нужен вид https://имя.")
    if parts.scheme == "http" and not is_loopback(host):
        raise _refused(f"{name} не защищён", "Нужен https: пароли и данные не ходят по сети открыто.")
    return parts


def _netloc(parts: SplitResult) -> str:
    usual = {"http": 80, "https": 443}[parts.scheme]
    name = (parts.hostname or "").rstrip(".")
    host = f"[{name}]" if ":" in name else name
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(addresses.parse_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise _refused(
            "MCU_PROXY_ADDRESSES не список адресов", "Нужны адреса или сети через запятую: 10.0.0.5, 10.1.0.0/24."
        ) from None


def _hosts(text: str) -> tuple[str, ...]:
    """Read the hosts of the city's own map tiles as origins."""
    named = [_split("MCU_MAP_HOSTS", part.strip()) for part in text.split(",") if part.strip()]
    return tuple(f"{parts.scheme}://{_netloc(parts)}" for parts in named)


def _header(text: str) -> str:
    name = text.lower()
    if name and (not _HEADER.fullmatch(name) or name in _RESERVED):
        raise _refused("MCU_PROXY_USER_HEADER не годится", "Нужно имя заголовка вида x-remote-user.")
    return name


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    found = addresses.parse(host)
    return found is not None and found.is_loopback


def _refused(what: str, advice: str) -> InputRefused:
    return InputRefused("settings", what, advice=advice)
