"""The cookies of the gate: their names, how they are read and written, and the signature of short-lived ones."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pages.gate.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Scope

SESSION: Final = "mcu"
NONCE: Final = "mcu-form"
JOURNEY: Final = "mcu-journey"
DEVICE: Final = "mcu-device"

OURS: Final = frozenset({SESSION, NONCE, JOURNEY, DEVICE})
"""Cookies that only the gate reads: Streamlit and the script never see them."""

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,128}")

_KEY: Final = secrets.token_bytes(32)
"""Of this process: what it signs lives minutes, and a form older than the process is simply shown again."""


def name(kind: str, settings: Settings) -> str:
    """Give the name of a cookie; the prefix makes browsers keep it to https and to this very host."""
    return f"__Host-{kind}" if settings.is_https else kind


def read(scope: "Scope", kind: str, settings: Settings) -> str:
    """Read a cookie; empty when it is absent, malformed, or stands twice: a second one is somebody's doing."""
    wanted = name(kind, settings)
    found = [value for given, value in _pairs(scope) if given == wanted]
    return found[0] if len(found) == 1 and len(found[0]) <= LONGEST else ""


def without_ours(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Take our cookies out of a request before it goes on."""
    kept = []
    for header, value in headers:
        if header.lower() != b"cookie":
            kept.append((header, value))
            continue
        pairs = [part for part in value.split(b";") if not _is_ours(part)]
        if pairs:
            kept.append((header, b";".join(pairs).strip()))
    return kept


def written(kind: str, value: str, settings: Settings, seconds: int | None = None) -> str:
    """Write a Set-Cookie header; without `seconds` it lives as long as the browser, 0 deletes it."""
    age = "" if seconds is None else f"; Max-Age={seconds}"
    secure = "; Secure" if settings.is_https else ""
    # Lax, not Strict: a link in a letter must open the screen, and the provider sends readers back from its own site.
    return f"{name(kind, settings)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"


def signature(text: str) -> str:
    """Sign a text with the key of this process."""
    return hmac.new(_KEY, text.encode(), hashlib.sha256).hexdigest()


def is_signed(text: str, given: str) -> bool:
    """Say whether a signature is ours."""
    return hmac.compare_digest(signature(text).encode(), given.encode("utf-8", "replace"))


def packed(values: Mapping[str, str], seconds: int) -> str:
    """Pack values into a signed text that holds for a number of seconds; longer than `LONGEST` no browser keeps it."""
    body = zlib.compress(json.dumps({**values, "until": int(time.time()) + seconds}).encode())
    text = base64.urlsafe_b64encode(body).decode().rstrip("=")
    return f"{text}.{signature(text)}"


def unpacked(text: str) -> dict[str, Any]:
    """Read what `packed` wrote; empty when it was changed, is not ours or has run out."""
    body, _, given = text.partition(".")
    if not given or not is_signed(body, given):
        return {}
    values: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    return values if values.pop("until") > time.time() else {}


LONGEST: Final = 3_900
"""Signs of a cookie's value: with its name and its attributes a browser keeps 4,096."""


def _pairs(scope: "Scope") -> list[tuple[str, str]]:
    texts = [value.decode("latin-1") for header, value in scope["headers"] if header.lower() == b"cookie"]
    parts = [part.strip().partition("=") for text in texts for part in text.split(";")]
    return [(given.strip(), value.strip()) for given, _, value in parts]


def _is_ours(part: bytes) -> bool:
    return part.partition(b"=")[0].strip().decode("latin-1").removeprefix("__Host-") in OURS
