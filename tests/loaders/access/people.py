"""People of a made-up administration, made in one line each."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from loaders.access import accounts, common, grants
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Actor, Grant
from loaders.store.engine import Store

CITY: Final = "novoshakhtinsk"
OTHER: Final = "boston"
CONSOLE: Final = Actor("консоль: проверка")
PHRASE: Final = "лиловый паровоз у реки"


def grant(role: Role = Role.ADMINISTRATOR, municipality: str = CITY, **values: Any) -> Grant:
    """Make what a role opens as it stands, with fields replaced."""
    return Grant(**{"municipality": municipality, "role": role, "rights": ROLES[role].rights} | values)


def person(store: Store, login: str, *given: Grant, password: str | None = None) -> int:
    """Make an account and give it something; without a password no time is spent on hashing."""
    number = accounts.add(store, login=login, title=f"Должность {login}", password=password, by=CONSOLE)
    for each in given:
        grants.give(store, number, each, CONSOLE)
    return number


def actor(login: str, number: int, session: str = "s") -> Actor:
    """Name an account as who does something."""
    return Actor(login, number, session, "10.0.0.1")


class Clock:
    """Stand in for the clock of the access modules: it moves only when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = common.now().replace(second=0, microsecond=0)
        monkeypatch.setattr(common, "now", lambda: self.now)

    def move(self, **span: float) -> datetime:
        """Move on by a span of time."""
        self.now += timedelta(**span)
        return self.now
