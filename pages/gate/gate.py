"""The gate: no route of the application answers, and no socket opens, before it is known whose request it is."""

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from loaders.access import sessions
from loaders.access.roles import Right
from loaders.errors import StoreUnavailable
from pages.gate import caller, cookies, entrance, knowing, sockets, visitors
from pages.gate.paths import LONGEST_ADDRESS, TOO_LONG, Door, door, safe_link
from pages.gate.quota import Quota
from pages.gate.settings import Settings
from pages.gate.visitors import Visitor
from pages.shared import viewer
from pages.shared.address import HOME

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_MEMO_SECONDS: Final = 1.0
"""How long a session counts as known for files of the bundle: they hold nothing of anybody, and come by the hundred."""

_MEMO_SIZE: Final = 1_000
_ACTIVE: Final = frozenset({Door.SCREEN, Door.UPLOAD})
_WITHOUT_OWN_PASSWORD: Final = frozenset({"/password", "/sign-out", "/api/session"})
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """Let through what is known, in the name of its session and nothing else the client says about itself."""

    def __init__(self, app: "ASGIApp", settings: Settings, quota: Quota | None = None) -> None:
        self.app = app
        self.settings = settings
        self.quota = quota or Quota()
        self._memo: dict[bytes, tuple[float, Visitor]] = {}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, refuse it, or pass it on."""
        if scope["type"] == "http":
            answer = await self._judged(scope)
            if answer is not None:
                await answer(scope, receive, send)
            else:
                await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await sockets.guarded(self.app, self.settings, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _judged(self, scope: "Scope") -> Response | None:
        """Give the answer of the gate, or None when the request may go on; the scope is then made fit for it."""
        asked = door(scope["method"], scope["path"], scope.get("raw_path") or scope["path"].encode())
        if asked is Door.OPEN and scope["path"] == "/api/health":
            _strip(scope)
            return None
        if not caller.is_known_host(scope, self.settings):
            return _plain("По этому адресу системы нет.", 403)
        if asked is Door.OPEN:
            _strip(scope, keeps_cookies=True)
            return None
        try:
            visitor = await self._visitor(scope, asked)
            if visitor is None:
                return await self._unknown(scope)
            return await self._known(scope, asked, visitor)
        except StoreUnavailable as error:
            return _plain(str(error), 503)

    async def _visitor(self, scope: "Scope", asked: Door) -> Visitor | None:
        if asked is not Door.BUNDLE:
            return await run_in_threadpool(visitors.find, scope, self.settings, is_active=asked in _ACTIVE)
        token = cookies.read(scope, cookies.SESSION, self.settings)
        key = sha256(token.encode("utf-8", "replace")).digest()
        seen, visitor = self._memo.get(key, (0.0, None))
        now = time.monotonic()
        if visitor is None or now - seen > _MEMO_SECONDS:
            visitor = await run_in_threadpool(visitors.find, scope, self.settings, is_active=False)
            if visitor is not None:
                if len(self._memo) >= _MEMO_SIZE:
                    self._memo.clear()
                self._memo[key] = (now, visitor)
        return visitor

    async def _unknown(self, scope: "Scope") -> Response:
        """Answer nobody: 401 whatever was asked, as the sign-in page where a person looks at it."""
        if not _is_navigation(scope):
            return _plain("Нужно войти.", 401)
        link = _link(scope)
        if login := caller.named_by_proxy(scope, self.settings):
            return await entrance.by_proxy(scope, self.settings, login, link)
        kept = safe_link(link)
        return await entrance.page(scope, self.settings, link=kept, alert="" if kept == link else TOO_LONG)

    async def _known(self, scope: "Scope", asked: Door, visitor: Visitor) -> Response | None:
        """Judge what a signed-in person asks for."""
        if asked is Door.CLOSED or asked is Door.SOCKET:
            return _plain("Такой страницы нет.", 404)
        if scope["method"] not in _READS and not caller.is_own_page(scope, self.settings):
            return _plain("Запрос пришёл не со страницы системы.", 403)
        is_bare = asked is Door.BUNDLE or scope["path"] in _WITHOUT_OWN_PASSWORD
        if visitor.must_change_password and not is_bare:
            is_page = asked is Door.SCREEN and _is_navigation(scope)
            kept = f"/password?{urlencode({'next': _link(scope)})}"
            return RedirectResponse(kept, 303, knowing.NO_STORE) if is_page else _plain("Смените пароль.", 403)
        if asked is Door.UPLOAD and (refused := await self._upload(scope, visitor)):
            return refused
        if scope["path"] == "/" and not scope["query_string"] and _is_navigation(scope):
            screen = await run_in_threadpool(_first_screen, visitor.session_id)
            if screen != HOME:
                return RedirectResponse(f"/{screen}", 303, knowing.NO_STORE)
        scope[knowing.KEY] = visitor.session_id
        _strip(scope, visitor.session_id, keeps_cookies=asked is Door.OWN)
        return None

    async def _upload(self, scope: "Scope", visitor: Visitor) -> Response | None:
        """Ask for the right to import, then count the file; a file of unknown size is not taken."""
        found = await run_in_threadpool(sessions.viewer, knowing.store(), visitor.session_id)
        if found is None:
            return _plain("Нужно войти.", 401)
        if not any(
            found.may(Right.IMPORT, city, place.key)
            for place in found.places
            for city in found.municipalities(place.key)
        ):
            return _plain("Загрузка файлов вам не открыта.", 403)
        if scope["method"] != "PUT":
            return None
        size = caller.values(scope, b"content-length")
        if len(size) != 1 or not size[0].isdecimal():
            return _plain("Размер файла не назван.", 411)
        wait = self.quota.take(visitor.key, int(size[0]))
        if wait:
            answer = _plain("Слишком много файлов за десять минут. Повторите позже.", 429)
            answer.headers["retry-after"] = str(wait)
            return answer
        return None


def _first_screen(session_id: str) -> str:
    """Give the screen that the bare address opens to whoever is signed in."""
    store = knowing.store()
    person = sessions.viewer(store, session_id)
    return HOME if person is None else viewer.first_of_all(store, person)


def _strip(scope: "Scope", session_id: str = "", *, keeps_cookies: bool = False) -> None:
    """Take every claim of identity out of a request, however it is written, and put ours in its place."""
    headers = [(name, value) for name, value in scope["headers"] if caller.canonical(name) != knowing.HEADER]
    if not keeps_cookies:
        headers = cookies.without_ours(headers)
    scope["headers"] = [*headers, (knowing.HEADER, session_id.encode())] if session_id else headers


def _link(scope: "Scope") -> str:
    """Give the deep link that was asked for."""
    query = scope["query_string"].decode("latin-1")
    return safe_link(scope["path"] + (f"?{query}" if query else ""), LONGEST_ADDRESS)


def _is_navigation(scope: "Scope") -> bool:
    """Say whether a person looks at the answer: a browser's GET for a page."""
    return scope["method"] == "GET" and any("text/html" in accepted for accepted in caller.values(scope, b"accept"))


def _plain(sentence: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(sentence, status, headers=knowing.NO_STORE)
