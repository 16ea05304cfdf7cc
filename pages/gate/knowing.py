"""What the gate tells the routes behind it: whose request it is; and the store they ask."""

from typing import TYPE_CHECKING, Final

from loaders.store.engine import Store
from pages.shared import readers

if TYPE_CHECKING:
    from starlette.types import Scope

HEADER: Final = b"x-mcu-session"
"""Carries the session to the script (`server.trustedUserHeaders`); only the gate sets it."""

KEY: Final = "mcu.session"
"""Carries the session to our own routes, inside the ASGI scope."""

NO_STORE: Final = {"cache-control": "no-store"}
"""Stands on everything personal."""


def session_id(scope: "Scope") -> str:
    """Give the session of a request that passed the gate."""
    return str(scope[KEY])


def store() -> Store:
    """Give the store of this process; raises `StoreUnavailable`."""
    return readers.store()
