"""What the map fetches while it is moved: squares of cells and points, territories, streets, the city's own style.

A screen puts a sheet up; nothing of it is drawn yet. The reader's browser asks for the squares in view, and each is
drawn from the reader's own cells. A sheet is bound to the session and to the rights it was put up under, as a file is
(pages/gate/downloads.py): under any others there is nothing there.
"""

import gzip
import hashlib
import hmac
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from loaders.access import sessions
from loaders.access.viewer import Viewer
from loaders.cells import DataChanged
from loaders.city_map import MapFiles
from loaders.errors import AccessDenied, InputRefused, StoreUnavailable
from pages.gate import knowing
from pages.gate.settings import Settings
from pages.map import basemap
from pages.map.features import Tile

SQUARES: Final = "/api/map/"
GROUND: Final = "/api/ground/"

NO_FILES: Final = MapFiles()

Draw = Callable[[Tile], bytes]
"""Draws the features of one square."""

_SECRET: Final = secrets.token_bytes(32)
_OF_ALL: Final = 1_000
_JSON: Final = "application/geo+json"
_WORTH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold what one reader may fetch of one state of the map: a function per layer, and the base map under it."""

    session_id: str
    stamp: str
    layers: dict[str, Draw]
    files: MapFiles


class Sheets:
    """Keep the sheets of this process; the oldest go when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Sheet] = OrderedDict()

    def put(self, person: Viewer, about: str, layers: dict[str, Draw], files: MapFiles = NO_FILES) -> str:
        """Put a sheet up and give its key; `about` names everything it depends on, so the same has the same."""
        own = f"{person.actor.session_id}\n{person.stamp}\n{about}"
        key = hmac.new(_SECRET, own.encode(), hashlib.sha256).hexdigest()[:32]
        with self._lock:
            self._kept[key] = Sheet(person.actor.session_id, person.stamp, layers, files)
            self._kept.move_to_end(key)
            while len(self._kept) > _OF_ALL:
                self._kept.popitem(last=False)
        return key

    def find(self, key: str, session_id: str) -> Sheet | None:
        """Give a sheet to its owner."""
        with self._lock:
            sheet = self._kept.get(key)
        return sheet if sheet is not None and sheet.session_id == session_id else None


sheets: Final = Sheets()
"""The sheets of this process."""


def routes(settings: Settings) -> list[BaseRoute]:
    """Give the routes of the map."""

    async def ground(request: Request) -> Response:
        return await _ground(request, settings)

    return [
        Route(SQUARES + "{ticket}/{layer}/{z:int}/{x:int}/{y:int}", _square, methods=["GET"]),
        Route(GROUND + "{ticket}/{path:path}", ground, methods=["GET"]),
    ]


async def _square(request: Request) -> Response:
    asked = request.path_params
    tile = Tile(asked["z"], asked["x"], asked["y"])
    sheet = sheets.find(asked["ticket"], knowing.session_id(request.scope))
    if sheet is None or not tile.is_real or asked["layer"] not in sheet.layers:
        return Response(status_code=404, headers=knowing.NO_STORE)
    try:
        body = await run_in_threadpool(_drawn, sheet, asked["layer"], tile)
    except (AccessDenied, DataChanged):
        return Response(status_code=404, headers=knowing.NO_STORE)
    except (InputRefused, StoreUnavailable) as error:
        return Response(str(error), 503, headers=knowing.NO_STORE)
    return _answer(body, is_packed="gzip" in request.headers.get("accept-encoding", ""))


def _drawn(sheet: Sheet, layer: str, tile: Tile) -> bytes:
    """Ask anew whether the reader is who they were, then draw."""
    _recognise(sheet)
    return sheet.layers[layer](tile)


def _recognise(sheet: Sheet) -> None:
    person = sessions.viewer(knowing.store(), sheet.session_id)
    if person is None or person.stamp != sheet.stamp:
        raise AccessDenied


async def _ground(request: Request, settings: Settings) -> Response:
    """Answer with a part of the city's base map."""
    ticket, path = request.path_params["ticket"], request.path_params["path"]
    sheet = sheets.find(ticket, knowing.session_id(request.scope))
    origin = settings.public_url or f"http://{request.headers['host']}"
    try:
        found = await run_in_threadpool(_part, sheet, path, f"{origin}{GROUND}{ticket}", settings) if sheet else None
    except (AccessDenied, InputRefused):
        found = None
    if found is None:
        return Response(status_code=404, headers=knowing.NO_STORE)
    body, kind = found
    return Response(body, media_type=kind, headers={"cache-control": "private, max-age=3600"})


def _part(sheet: Sheet, path: str, base: str, settings: Settings) -> basemap.Answer | None:
    _recognise(sheet)
    if path != basemap.STYLE:
        return basemap.fetch(sheet.files, path)
    style = basemap.style(sheet.files, settings.map_hosts)
    return None if style is None else (json.dumps(basemap.absolute(style, base)).encode(), "application/json")


def _answer(body: bytes, *, is_packed: bool) -> Response:
    headers = dict(knowing.NO_STORE) | {"vary": "Accept-Encoding"}
    if is_packed and len(body) > _WORTH:
        return Response(gzip.compress(body, 4), media_type=_JSON, headers=headers | {"content-encoding": "gzip"})
    return Response(body, media_type=_JSON, headers=headers)
