"""People of every role with a session in a store, as the gate would have begun it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from loaders.access import accounts, grants, sessions
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Actor, Grant
from loaders.store.engine import Store, open_store

CITY: Final = "novoshakhtinsk-demo"
CONSOLE: Final = Actor("консоль")
BLOCKS: Final = frozenset({"roads"})
CHANNELS: Final = frozenset({"ВКонтакте"})
TITLES: Final = {role: f"{rule.title} Проверкин" for role, rule in ROLES.items()}


def grant(role: Role, municipality: str = CITY, **changed: object) -> Grant:
    """Give what a role opens: roads where blocks bound it, one network where channels do, an end where it must."""
    rule = ROLES[role]
    bounds = {
        "rights": rule.rights,
        "blocks": BLOCKS if rule.bound == "blocks" else None,
        "channels": CHANNELS if rule.bound == "channels" else None,
        "valid_until": datetime.now(UTC) + timedelta(days=30) if rule.must_end else None,
    }
    return Grant(municipality, role, **{**bounds, **changed})


def account(store: Store, role: Role, login: str = "", municipality: str = CITY, **changed: object) -> int:
    """Make an account of a role, or give the one that has the login already."""
    name = login or role.value
    found = accounts.find(store, name)
    if found is not None:
        return found.account_id
    number = accounts.add(store, login=name, title=TITLES[role], password=None, by=CONSOLE)
    grants.give(store, number, grant(role, municipality, **changed), CONSOLE)
    return number


def session(url: str, role: Role, login: str = "", **changed: object) -> str:
    """Sign a person of a role in and give the id that the gate hands to the script."""
    with open_store(url) as store:
        number = account(store, role, login, **changed)
        return sessions.session_id(sessions.begin(store, number, address="192.0.2.7", agent="Firefox/140.0"))


def demo_session(url: str, role: Role) -> str:
    """Sign a visitor of the demo city in."""
    with open_store(url) as store:
        return sessions.session_id(sessions.begin_demo(store, role, address="127.0.0.1", agent="Chrome/140"))
