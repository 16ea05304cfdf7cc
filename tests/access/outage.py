"""What a person can be told while the store fails, and what must stand neither there nor in the log of the server."""

import re
from collections.abc import Iterable
from typing import Final

from pages.shared.address import SCREENS
from tests.access.serving import Serving
from tests.raw_reader import RawReader
from tests.visitor import Visitor

_SQL: Final = re.compile(
    rb"\bSELECT\b[^;]{1,2000}\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\[SQL: [A-Z]|\bLINE \d+: [A-Z]"
)
_PATHS: Final = ("/", "/registry", "/sign-in", "/password", "/api/session", "/api/download/" + "a" * 43, "/api/health")


def everything(city: Serving, visitor: Visitor, reader: RawReader) -> bytes:
    """Open every screen on an open socket, ask every kind of route, sign in, shake hands; give all that came."""
    seen = b"".join(reader.open(screen, {"period": "all"}).raw for screen in ("", *SCREENS))
    for path in _PATHS:
        for somebody in (visitor, Visitor(city.base)):
            answer = somebody.ask("GET", path, html=True)
            seen += answer.body + repr(answer.headers).encode()
    form = {"login": "administrator", "password": "a wrong one of many words"}
    answer = visitor.post("/sign-in", form)
    return seen + answer.body + repr(answer.headers).encode()


def tells_nothing(city: Serving, seen: bytes, secrets: Iterable[str]) -> None:
    """Fail when SQL or a secret stands in what was sent, or anywhere in the log."""
    for told in (seen, city.logged.encode()):
        assert not _SQL.search(told), _SQL.search(told)
        assert not [secret for secret in secrets if secret.encode() in told]
    assert b"Traceback" not in seen
    assert city.is_well()
