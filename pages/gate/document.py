"""The one HTML document of the application: Streamlit's own, made Russian and free of inline scripts."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TITLE: Final = "Тепловая карта МЦУ"

_FONTS: Final = (
    *(f"pt-sans-{kind}-normal" for kind in ("cyrillic-400", "cyrillic-700", "latin-400", "latin-700")),
    "signs",
)
"""Letters that come after the words would move them."""

_PRELOADS: Final = "\n    ".join(
    f'<link rel="preload" href="/assets/{font}.woff2" as="font" type="font/woff2" crossorigin />' for font in _FONTS
)

_HEAD: Final = f"""{_PRELOADS}
    <link rel="stylesheet" href="/assets/palette.css" />
    <link rel="stylesheet" href="/assets/screen.css" />
    <link rel="stylesheet" href="/assets/arrival.css" />
    <link rel="stylesheet" href="/assets/heat_map.css" />
    <link rel="stylesheet" href="/assets/deadlines.css" />
    <link rel="stylesheet" href="/assets/rating.css" />
    <link rel="stylesheet" href="/assets/problems.css" />
    <link rel="stylesheet" href="/assets/map.css" />
    <link rel="stylesheet" href="/assets/access.css" />
    <link rel="stylesheet" href="/assets/print.css" />
    <script src="/assets/russian.js"></script>
    <script src="/assets/touch.js"></script>
    <script src="/assets/copy.js"></script>
    <script src="/assets/busy.js"></script>
    <script src="/assets/cuts.js"></script>
    <script src="/assets/keys.js"></script>
    <script src="/assets/print.js"></script>
    <script src="/assets/session.js"></script>"""

_ICON: Final = '<link rel="shortcut icon" href="/assets/icon.svg" type="image/svg+xml" />'

_NO_SCRIPT: Final = "Для работы нужен JavaScript: включите его в браузере."


def _between(start: str, end: str, new: str) -> Callable[[str], str]:
    """Make an edit that replaces the first stretch from `start` to `end`, both included."""

    def edit(page: str) -> str:
        before, found, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            msg = f"Streamlit's index.html has no {start!r} … {end!r}: the edits of pages/gate/document.py need care"
            raise RuntimeError(msg)
        return before + new + after

    return edit


_EDITS: Final = (
    _between('<html lang="', '">', '<html lang="ru">'),
    _between("<title>", "</title>", f"<title>{TITLE}</title>"),
    _between('<link rel="shortcut icon"', "/>", _ICON),
    # Streamlit's own Latin font is not used: ours takes its place in the queue.
    _between('<link\n      rel="preload"', "/>", _HEAD),
    # Points machines to the agent API, which is off.
    _between('<link rel="service-desc"', "/>", ""),
    # The only inline script: a flag for search engines, which never see this page.
    _between("<script>", "</script>", ""),
    _between("<noscript>", "</noscript>", f"<noscript>{_NO_SCRIPT}</noscript>"),
)


@cache
def document() -> bytes:
    """Give the document as it is sent.

    Raises RuntimeError when a new release of Streamlit changed a place that has to be edited.
    """
    page = (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")
    for edit in _EDITS:
        page = edit(page)
    return page.encode()


class RussianDocument:
    """Send our document wherever Streamlit sends its index.html: at the root and at every screen's address."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on; replace the body of an HTML answer."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        is_ours = False

        async def send_ours(message: "Message") -> None:
            nonlocal is_ours
            if message["type"] == "http.response.start" and _is_html(message):
                is_ours = True
                await send({**message, "headers": _headers()})
                body = document() if scope["method"] == "GET" else b""
                await send({"type": "http.response.body", "body": body})
            elif not is_ours:
                await send(message)

        # Conditions and ranges belong to Streamlit's file, not to the edited one.
        asked = [(n, v) for n, v in scope["headers"] if n not in {b"if-none-match", b"if-modified-since", b"range"}]
        kept = asked if _is_page(scope["path"]) else scope["headers"]
        await self.app({**scope, "headers": kept}, receive, send_ours)


def _is_page(path: str) -> bool:
    """Tell screens' addresses from files: a screen's last part has no dot."""
    return "." not in path.rsplit("/", 1)[-1]


def _is_html(message: "Message") -> bool:
    """Tell Streamlit's document from the gate's own pages, which nobody may keep."""
    headers = dict(message["headers"])
    is_kept = b"no-store" not in headers.get(b"cache-control", b"")
    is_html = headers.get(b"content-type", b"").startswith(b"text/html")
    return bool(message["status"] == 200 and is_html and is_kept)  # noqa: PLR2004 — HTTP's own number


def _headers() -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(document())).encode()),
        (b"cache-control", b"no-cache"),
    ]
