"""The way in and out: the sign-in page, passwords, the demo, a proxy's word, sign-out, the session's pulse."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from loaders import cells
from loaders.access import accounts, demo_rule, devices, sessions, throttle
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Viewer
from loaders.errors import AccessDenied, InputRefused
from pages.gate import caller, cookies, forms, knowing, sign_in_page, visitors
from pages.gate.paths import LONGEST_LINK, TOO_LONG, safe_link
from pages.gate.settings import Settings
from pages.gate.sign_in_page import Doors

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.types import Scope

_DEVICE_SECONDS: Final = 400 * 86_400
"""As long as browsers keep a cookie at all."""

_AT_ONCE: Final = 4
"""Passwords judged at the same time: each takes 64 MB for a moment, and anybody may ask."""

WRONG: Final = "Имя входа или пароль не подходят."
NO_DEMO: Final = "Без пароля сюда не войти: войдите по учётной записи."
NO_ACCOUNT: Final = "Учётная запись не заведена. Обратитесь к администратору системы."
WRONG_OLD: Final = "Нынешний пароль не подходит."
NOT_THE_SAME: Final = "Новый пароль введён два раза по-разному."


async def page(scope: "Scope", settings: Settings, *, link: str = "/", alert: str = "", login: str = "") -> Response:
    """Answer 401 with the sign-in page. Raises `StoreUnavailable`."""
    has_demo = visitors.may_demo(scope, settings) and await run_in_threadpool(demo_rule.is_demo_store, knowing.store())
    form, fresh = forms.form_of(scope, settings, link)
    provider = settings.provider.title if settings.provider else ""
    return html(sign_in_page.sign_in(form, Doors(has_demo, provider), alert=alert, login=login), 401, fresh)


async def by_proxy(scope: "Scope", settings: Settings, login: str, link: str) -> Response:
    """Begin a session for the login a trusted proxy names, and come back to the same address with its cookie."""
    account = await run_in_threadpool(accounts.find, knowing.store(), login)
    if account is None or not account.is_active:
        await refused(scope, settings, login, "назван прокси")
        return html(sign_in_page.refusal("Вход не открыт", NO_ACCOUNT), 403)
    return await entered(scope, settings, account.account_id, link)


async def refused(scope: "Scope", settings: Settings, login: str, reason: str, subject: str = "") -> None:
    """Write a sign-in that was not let in into the journal, with the person at the provider where one came."""
    address = caller.address(scope, settings)
    await run_in_threadpool(throttle.told, knowing.store(), login, address, reason, subject)


async def entered(
    scope: "Scope", settings: Settings, account_id: int, link: str, ends_at: "datetime | None" = None
) -> Response:
    """Begin a session of an account and lead on to the deep link; the session before it ends."""
    await run_in_threadpool(_end, scope, settings)
    token = await run_in_threadpool(
        sessions.begin, knowing.store(), account_id, **_from_where(scope, settings), ends_at=ends_at
    )
    return _led(settings, token, link)


class Entrance:
    """Answer the addresses of sign-in, sign-out and the own password."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._judging = asyncio.Semaphore(_AT_ONCE)

    def routes(self) -> list[BaseRoute]:
        """Give the routes."""
        return [
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-in", self.inside, methods=["GET"]),
            Route("/sign-in/demo", self.demo, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/password", self.own_password, methods=["GET"]),
            Route("/password", self.change_password, methods=["POST"]),
            Route("/api/session", self.pulse, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Let in by a login and a password."""
        scope, settings = request.scope, self.settings
        try:
            values = await forms.posted(request, settings)
        except forms.Refused as refusal:
            return await page(scope, settings, alert=str(refusal))
        typed, password, link = values.get("login", ""), values.get("password", ""), values["next"]
        login = accounts.normal(typed) or typed
        found, sentence = await self._judged(scope, login, password)
        if found is None:
            return await page(scope, settings, link=link, alert=sentence, login=typed)
        answer = await entered(scope, settings, found, link)
        return await self._marked(answer, login)

    async def _judged(self, scope: "Scope", login: str, password: str) -> tuple[int | None, str]:
        """Give the account that a login and a password open, or the sentence why none; every attempt counts."""
        store, address = knowing.store(), caller.address(scope, self.settings)
        device = cookies.read(scope, cookies.DEVICE, self.settings)
        is_known = await run_in_threadpool(devices.is_known, store, login, device)
        wait = await run_in_threadpool(throttle.attempt, store, login, address, known_device=is_known)
        if wait is not None:
            return None, f"Слишком много попыток входа. Повторите через {max(round(wait / 60), 1)} мин."
        async with self._judging:
            found = await run_in_threadpool(accounts.check_password, store, login, password)
        if found is None:
            await run_in_threadpool(throttle.told, store, login, address)
            return None, WRONG
        await run_in_threadpool(throttle.succeeded, store, login, address)
        return found, ""

    async def _marked(self, answer: Response, login: str) -> Response:
        """Mark the device as one that this account signed in from."""
        word = await run_in_threadpool(devices.word, knowing.store(), login)
        if word:
            answer.headers.append("set-cookie", cookies.written(cookies.DEVICE, word, self.settings, _DEVICE_SECONDS))
        return answer

    async def inside(self, _: Request) -> Response:
        """Lead home whoever is in already: without a session the gate answers with the page itself."""
        return RedirectResponse("/", 303, knowing.NO_STORE)

    async def demo(self, request: Request) -> Response:
        """Let a visitor look around a demo city in a role."""
        scope, settings = request.scope, self.settings
        try:
            values = await forms.posted(request, settings)
        except forms.Refused as refusal:
            return await page(scope, settings, alert=str(refusal))
        role = values.get("role", "")
        if role not in set(ROLES) or not visitors.may_demo(scope, settings):
            return await page(scope, settings, link=values["next"], alert=NO_DEMO)
        await run_in_threadpool(_end, scope, settings)
        try:
            token = await run_in_threadpool(
                sessions.begin_demo, knowing.store(), Role(role), **_from_where(scope, settings)
            )
        except AccessDenied:
            return await page(scope, settings, link=values["next"], alert=NO_DEMO)
        return _led(settings, token, values["next"])

    async def sign_out(self, request: Request) -> Response:
        """End the session and forget it in the browser."""
        await run_in_threadpool(_end, request.scope, self.settings)
        answer = RedirectResponse("/", 303, {**knowing.NO_STORE, "clear-site-data": '"cache", "storage"'})
        answer.headers.append("set-cookie", cookies.written(cookies.SESSION, "", self.settings, 0))
        return answer

    async def own_password(self, request: Request) -> Response:
        """Show the page of the own password; it leads on to the link that somebody was on the way to."""
        asked = request.query_params.get("next", "/")
        alert = TOO_LONG if len(asked) > LONGEST_LINK else ""
        return await self._password_page(request, 200, safe_link(asked), alert)

    async def change_password(self, request: Request) -> Response:
        """Change the own password; the present one is asked, and guessing it counts as guessing at the door."""
        session = await run_in_threadpool(_session, request.scope, self.settings)
        if session is None or session.account_id is None:
            return await self._password_page(request, 403)
        link = "/"
        try:
            values = await forms.posted(request, self.settings)
            link = values["next"]
            await self._change(request.scope, session, values)
        except (forms.Refused, InputRefused) as refusal:
            return await self._password_page(request, 400, link, str(refusal))
        return await self._marked(RedirectResponse(link, 303, knowing.NO_STORE), session.login)

    async def _change(self, scope: "Scope", session: sessions.Session, values: Mapping[str, str]) -> None:
        if values.get("new") != values.get("again"):
            raise forms.Refused(NOT_THE_SAME)
        found, sentence = await self._judged(scope, session.login, values.get("old", ""))
        if found is None or found != session.account_id:
            raise forms.Refused(WRONG_OLD if sentence == WRONG else sentence)
        new = values.get("new", "")
        await run_in_threadpool(accounts.set_password, knowing.store(), found, new, by=session.actor)

    async def _password_page(self, request: Request, status: int, link: str = "/", alert: str = "") -> Response:
        session = await run_in_threadpool(_session, request.scope, self.settings)
        account = (
            session
            and session.account_id
            and await run_in_threadpool(accounts.get, knowing.store(), session.account_id)
        )
        if not session or not account or not account.has_password:
            return html(sign_in_page.refusal("Пароля нет", "Эта учётная запись входит без пароля системы."), 403)
        form, fresh = forms.form_of(request.scope, self.settings, link)
        drawn = sign_in_page.new_password(form, session.title, is_forced=session.must_change_password, alert=alert)
        return html(drawn, status, fresh)

    async def pulse(self, request: Request) -> Response:
        """Tell an open page whether its session still stands, and whether anything it may see has changed."""
        viewer = await run_in_threadpool(sessions.viewer, knowing.store(), knowing.session_id(request.scope))
        if viewer is None:
            return JSONResponse({}, 401, knowing.NO_STORE)
        word = await run_in_threadpool(_data_word, viewer, request.query_params.get("city", ""))
        return JSONResponse({"stamp": viewer.stamp, "data": word}, 200, knowing.NO_STORE)


async def unavailable(_: Request, error: Exception) -> Response:
    """Answer a request that found no store; the sentence names neither address nor password."""
    return PlainTextResponse(str(error), 503, knowing.NO_STORE)


def _data_word(viewer: Viewer, municipality: str) -> str:
    """Name the state that the data of a city are in now; empty where nothing of it is open."""
    places = [place for place in viewer.places if municipality in viewer.municipalities(place.key)]
    if not places:
        return ""
    return cells.data_version(knowing.store(), viewer.scope(municipality, places[0].key)).word


def _session(scope: "Scope", settings: Settings) -> sessions.Session | None:
    token = cookies.read(scope, cookies.SESSION, settings)
    return sessions.session_of(knowing.store(), token) if cookies.TOKEN.fullmatch(token) else None


def _end(scope: "Scope", settings: Settings) -> None:
    """End the session whose cookie the browser still carries."""
    session = _session(scope, settings)
    if session is not None:
        sessions.end(knowing.store(), session.session_id, session.actor)


def _from_where(scope: "Scope", settings: Settings) -> dict[str, str]:
    agent = caller.values(scope, b"user-agent")
    return {"address": caller.address(scope, settings), "agent": agent[0] if agent else ""}


def _led(settings: Settings, token: str, link: str) -> Response:
    """Lead on with the cookie of a fresh session."""
    answer = RedirectResponse(link, 303, knowing.NO_STORE)
    answer.headers.append("set-cookie", cookies.written(cookies.SESSION, token, settings))
    return answer


def html(body: bytes, status: int, fresh: list[str] | None = None) -> Response:
    """Answer with a page of ours, which nobody keeps, and the cookie its form needs."""
    answer = HTMLResponse(body, status, knowing.NO_STORE)
    for cookie in fresh or []:
        answer.headers.append("set-cookie", cookie)
    return answer
