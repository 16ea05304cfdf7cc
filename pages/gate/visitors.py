"""Find whose request it is: by the cookie, or by the name a trusted proxy gives. Everything else is nobody."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.access import sessions
from pages.gate import caller, cookies, knowing
from pages.gate.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """Hold who stands behind a request; `account_id` is None for a visitor of the demo city."""

    session_id: str
    account_id: int | None
    must_change_password: bool

    @property
    def key(self) -> str:
        """Give what quotas are counted by."""
        return self.session_id if self.account_id is None else str(self.account_id)


def find(scope: "Scope", settings: Settings, *, is_active: bool) -> Visitor | None:
    """Find the visitor of a request; `is_active` keeps the session from going idle. Raises `StoreUnavailable`."""
    token = cookies.read(scope, cookies.SESSION, settings)
    if not cookies.TOKEN.fullmatch(token):
        return None
    session = sessions.session_of(knowing.store(), token, active=is_active)
    if session is None:
        return None
    if session.account_id is None:
        return Visitor(session.session_id, None, must_change_password=False) if may_demo(scope, settings) else None
    named = caller.named_by_proxy(scope, settings)
    if named and named != session.login:
        return None
    # Whom the proxy names has no need of a password here.
    must_change = session.must_change_password and not named
    return Visitor(session.session_id, session.account_id, must_change_password=must_change)


def may_demo(scope: "Scope", settings: Settings) -> bool:
    """Say whether a request may look without a password: this machine at both ends, and no public address."""
    return not settings.public_url and caller.is_local(scope)
