"""Files a reader takes away: a ticket for one use, and the right asked again when the file is made.

A screen offers; nothing is computed. The reader's browser asks for `/api/download/<ticket>`; only then the file is
made, with the scope that holds at that moment, written into the journal and sent once. A ticket is bound to the session
and to the rights it was offered under: with anything else, a second time or too late there is nothing there.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from loaders.access import journal, sessions
from loaders.access.roles import Right
from loaders.access.viewer import Viewer
from loaders.errors import AccessDenied, InputRefused, StoreUnavailable
from loaders.scope import Scope
from pages.gate import knowing

PREFIX: Final = "/api/download/"
TTL: Final = 300
"""Seconds a ticket waits for its use."""

OUR_FAULT: Final = "Файл не создан: это наша ошибка, она записана в журнал сервера. Попробуйте другой формат."

_log = logging.getLogger("mcu.gate")

_OF_ONE: Final = 20
_OF_ALL: Final = 2_000


@dataclass(frozen=True, slots=True)
class Made:
    """Hold a file that was made: its bytes, how many rows of data are in it, and what the journal keeps beside.

    `name` is that of the file where it is known only once it is made.
    """

    body: bytes
    rows: int
    detail: Mapping[str, str | int] = field(default_factory=dict)
    name: str = ""


Make = Callable[[Scope], Made]
"""Makes the file from the scope of the moment it is asked for."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    session_id: str
    stamp: str
    municipality: str
    place: str
    name: str
    media_type: str
    make: Make
    until: float = field(compare=False)


class Tickets:
    """Keep the tickets of this process; the oldest go when one session, or all together, hold too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Ticket] = OrderedDict()

    def add(self, ticket: _Ticket) -> str:
        """Keep a ticket and give its secret name."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[key] = ticket
            own = [name for name, kept in self._kept.items() if kept.session_id == ticket.session_id]
            for name in own[:-_OF_ONE]:
                del self._kept[name]
            while len(self._kept) > _OF_ALL:
                self._kept.popitem(last=False)
        return key

    def take(self, key: str, session_id: str) -> _Ticket | None:
        """Give a ticket to its owner, once; somebody else's try leaves it as it is."""
        with self._lock:
            ticket = self._kept.get(key)
            if ticket is None or ticket.session_id != session_id:
                return None
            del self._kept[key]
        return ticket if ticket.until > self._clock() else None

    def until(self) -> float:
        """Give the moment up to which a ticket added now holds."""
        return self._clock() + TTL


tickets: Final = Tickets()
"""The tickets of this process."""


def offer(viewer: Viewer, scope: Scope, place: str, name: str, media_type: str, make: Make) -> str:
    """Offer a file and give the href that fetches it once; raises `AccessDenied` without the right to export.

    `place` is the key of the place the viewer looks from, `name` the file's name for the reader. `make` runs later, in
    a thread of the server, and must read through the scope it is given.
    """
    viewer.demand(Right.EXPORT, scope.municipality, place)
    ticket = _Ticket(
        viewer.actor.session_id, viewer.stamp, scope.municipality, place, name, media_type, make, tickets.until()
    )
    return PREFIX + tickets.add(ticket)


def routes() -> list[BaseRoute]:
    """Give the route of downloads."""
    return [Route(PREFIX + "{ticket}", _download, methods=["GET"])]


async def _download(request: Request) -> Response:
    ticket = tickets.take(request.path_params["ticket"], knowing.session_id(request.scope))
    if ticket is None:
        return _nothing()
    try:
        return await run_in_threadpool(_made, ticket)
    except AccessDenied:
        return _nothing()
    except InputRefused as error:
        return PlainTextResponse(str(error), 422, headers=knowing.NO_STORE)
    except StoreUnavailable as error:
        return PlainTextResponse(str(error), 503, headers=knowing.NO_STORE)
    except Exception:  # noqa: BLE001 — the server's own answer would be English
        _log.exception("a file could not be made")
        return PlainTextResponse(OUR_FAULT, 500, headers=knowing.NO_STORE)


def _made(ticket: _Ticket) -> Response:
    """Ask for the right again, make the file and write the journal before a byte leaves."""
    store = knowing.store()
    viewer = sessions.viewer(store, ticket.session_id)
    if viewer is None or viewer.stamp != ticket.stamp:
        return _nothing()
    viewer.demand(Right.EXPORT, ticket.municipality, ticket.place)
    scope = viewer.scope(ticket.municipality, ticket.place)
    scope.check()
    made = ticket.make(scope)
    name = made.name or ticket.name
    detail: dict[str, str | int | bool] = {"name": name, **made.detail}
    if ticket.place:
        detail["place"] = viewer.place(ticket.place).title
    journal.record(
        store, viewer.actor, journal.EXPORTED, municipality=scope.municipality, detail=detail, rows=made.rows
    )
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {**knowing.NO_STORE, "content-disposition": disposition}
    return Response(made.body, media_type=ticket.media_type, headers=headers)


def _nothing() -> Response:
    return PlainTextResponse("Файла нет: ссылка действует один раз и пять минут.", 404, headers=knowing.NO_STORE)
