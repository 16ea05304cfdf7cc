"""Sign-in through the administration's own OpenID Connect provider: code flow with PKCE, state and nonce, by Authlib.

The provider says who somebody is; what that one may see is said by our tables alone. Between the two requests of a
journey everything lies in a signed cookie of ten minutes in the reader's own browser.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from authlib.integrations.starlette_client import OAuth
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from loaders.access import accounts
from loaders.access.accounts import Account
from loaders.access.viewer import Actor
from loaders.errors import InputRefused
from pages.gate import caller, cookies, entrance, forms, knowing, sign_in_page
from pages.gate.paths import TOO_LONG, safe_link
from pages.gate.settings import Provider, Settings

if TYPE_CHECKING:
    from starlette.types import Scope

CALLBACK: Final = "/sign-in/callback"

_MINUTES: Final = 10
_LEEWAY: Final = 10
"""Seconds that the clocks of two machines may differ by."""

SILENT: Final = "Служба единого входа не ответила. Повторите попытку или войдите по паролю."
BROKEN: Final = "Вход через службу единого входа не удался. Попробуйте ещё раз."

NOT_TIED: Final = (
    "Эта учётная запись входит по паролю. Войдите по нему или попросите администратора системы связать её со службой "
    "входа и передайте ему, кто вы там:"
)

_log = logging.getLogger("mcu.oidc")


class ProviderEntrance:
    """Answer the two addresses of a journey to the provider and back; without a provider they lead nowhere."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client: Any = _client(settings.provider) if settings.provider else None

    def routes(self) -> list[BaseRoute]:
        """Give the routes."""
        return [
            Route("/sign-in/provider", self.leave, methods=["POST"]),
            Route(CALLBACK, self.come_back, methods=["GET"]),
        ]

    async def leave(self, request: Request) -> Response:
        """Send the reader to the provider."""
        scope, settings = request.scope, self.settings
        try:
            values = await forms.posted(request, settings)
        except forms.Refused as refusal:
            return await entrance.page(scope, settings, alert=str(refusal))
        if self._client is None:
            return await entrance.page(scope, settings, link=values["next"])
        try:
            journey = await self._client.create_authorization_url(caller.origin(scope, settings) + CALLBACK)
        except Exception as error:  # noqa: BLE001 — whatever the provider does, the reader gets a sentence and no way in
            return await self._failed(scope, error, values["next"], SILENT)
        kept = {name: journey[name] for name in ("state", "nonce", "code_verifier")}
        cookie = cookies.packed({**kept, "next": values["next"]}, _MINUTES * 60)
        if len(cookie) > cookies.LONGEST:
            return await entrance.page(scope, settings, alert=TOO_LONG)
        answer = entrance.html(sign_in_page.going_on(journey["url"]), 200)
        answer.headers.append("set-cookie", cookies.written(cookies.JOURNEY, cookie, settings, _MINUTES * 60))
        return answer

    async def come_back(self, request: Request) -> Response:
        """Take the provider's answer, and let in whoever has an account."""
        scope, settings, asked = request.scope, self.settings, request.query_params
        journey = cookies.unpacked(cookies.read(scope, cookies.JOURNEY, settings))
        link = safe_link(journey.get("next", "/"))
        is_ours = bool(journey) and asked.get("state") == journey["state"] and bool(asked.get("code"))
        if self._client is None or not is_ours:
            return await entrance.page(scope, settings, link=link, alert=BROKEN)
        try:
            claims = await self._claims(scope, asked["code"], journey)
        except Exception as error:  # noqa: BLE001 — a token that cannot be proven, however that shows, lets nobody in
            return await self._failed(scope, error, link, BROKEN)
        answer = await self._let_in(scope, claims, link)
        answer.headers.append("set-cookie", cookies.written(cookies.JOURNEY, "", settings, 0))
        return answer

    async def _claims(self, scope: "Scope", code: str, journey: Mapping[str, str]) -> Mapping[str, Any]:
        """Change the code for a token and prove it: signature, issuer, audience, nonce, time."""
        provider, client = self.settings.provider, self._client
        token = await client.fetch_access_token(
            code=code,
            redirect_uri=caller.origin(scope, self.settings) + CALLBACK,
            code_verifier=journey["code_verifier"],
        )
        metadata = await client.load_server_metadata()
        known = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        # A shared secret or no signature at all proves nothing about who issued a token.
        metadata["id_token_signing_alg_values_supported"] = [
            name for name in known if name.startswith(("RS", "PS", "ES", "Ed"))
        ]
        options = {
            "iss": {"essential": True, "value": provider.issuer if provider else None},
            "aud": {"essential": True, "value": client.client_id},
        }
        claims = await client.parse_id_token(token, nonce=journey["nonce"], claims_options=options, leeway=_LEEWAY)
        if not claims or not isinstance(claims.get("sub"), str) or not claims["sub"]:
            msg = "the provider's answer holds no identity"
            raise ValueError(msg)
        return dict(claims)

    async def _let_in(self, scope: "Scope", claims: Mapping[str, Any], link: str) -> Response:
        address, subject = caller.address(scope, self.settings), f"{claims['iss']}|{claims['sub']}"
        account = await run_in_threadpool(_account, claims, subject, address)
        if account is None or not account.is_active or account.subject != subject:
            login = account.login if account else ""
            await entrance.refused(scope, self.settings, login, "единый вход", subject)
            return entrance.html(sign_in_page.refusal("Вход не открыт", _refusal(account, subject)), 403)
        ends_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        return await entrance.entered(scope, self.settings, account.account_id, link, ends_at)

    async def _failed(self, scope: "Scope", error: Exception, link: str, sentence: str) -> Response:
        """Tell the log what kind of failure it was and nothing of its text: that may hold codes and tokens."""
        _log.warning("the provider's sign-in failed: %s", type(error).__name__)
        return await entrance.page(scope, self.settings, link=link, alert=sentence)


def _client(provider: Provider) -> Any:
    issuer = provider.issuer.rstrip("/")
    return OAuth().register(
        "provider",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
    )


def _account(claims: Mapping[str, Any], subject: str, address: str) -> Account | None:
    """Find the account of a person, or tie one to the person at the first journey: by name, or by a proven e-mail.

    Names are compared sign for sign. An account that has a password is given back as it is, tied to nobody.
    """
    store = knowing.store()
    known = accounts.find_subject(store, subject)
    if known is not None:
        return known
    names = [claims.get("preferred_username"), claims.get("email") if claims.get("email_verified") is True else None]
    found = [accounts.find(store, name) for name in names if isinstance(name, str)]
    account = next((one for one in found if one is not None and one.subject is None), None)
    if account is None or not account.is_active or account.has_password:
        return account
    try:
        accounts.claim(store, account.account_id, subject, Actor(account.login, account.account_id, address=address))
    except InputRefused:
        return None
    return replace(account, subject=subject)


def _refusal(account: Account | None, subject: str) -> str:
    """Say why a person whom the provider knows does not get in."""
    if account is None:
        return entrance.NO_ACCOUNT
    if not account.is_active:
        return "Учётная запись выключена."
    return f"{NOT_TIED} {subject}"
