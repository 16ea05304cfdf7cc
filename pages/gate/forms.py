"""Forms of the gate's own pages: what was posted, and the proof that our page posted it."""

import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from pages.gate import caller, cookies
from pages.gate.paths import safe_link
from pages.gate.settings import Settings
from pages.gate.sign_in_page import Form

if TYPE_CHECKING:
    from starlette.types import Scope

_LARGEST: Final = 16_384
_FIELDS: Final = 10

OLD_PAGE: Final = "Страница устарела. Попробуйте ещё раз."
FOREIGN: Final = "Форма пришла с чужой страницы. Войдите здесь."


class Refused(Exception):
    """Refuse a form with a sentence for the person."""


def form_of(scope: "Scope", settings: Settings, link: str = "/") -> tuple[Form, list[str]]:
    """Give the hidden part of a form, and the cookie that has to go with it when the browser has none yet."""
    given = cookies.read(scope, cookies.NONCE, settings)
    if cookies.TOKEN.fullmatch(given):
        return Form(cookies.signature(given), link), []
    fresh = secrets.token_urlsafe(24)
    return Form(cookies.signature(fresh), link), [cookies.written(cookies.NONCE, fresh, settings)]


async def posted(request: Request, settings: Settings) -> dict[str, str]:
    """Read a form of ours: `next` is a safe deep link. Raises `Refused` when the page is foreign, old or too large."""
    if not caller.is_own_page(request.scope, settings):
        raise Refused(FOREIGN)
    values = await _read(request)
    nonce = cookies.read(request.scope, cookies.NONCE, settings)
    if not nonce or not cookies.is_signed(nonce, values.get("nonce", "")):
        raise Refused(OLD_PAGE)
    return {**values, "next": safe_link(values.get("next", "/"))}


async def _read(request: Request) -> dict[str, str]:
    """Take at most a few kilobytes: nobody is known yet."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                raise Refused(OLD_PAGE)
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"))
    except (ClientDisconnect, ValueError):
        raise Refused(OLD_PAGE) from None
